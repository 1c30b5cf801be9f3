package server

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/intake"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// At 01:40 in Tokyo it is the day before in UTC. A report carries the day of the time
// zone that holds at that moment: nobody restarts the server.
func TestReportIsDatedInTheChosenTimeZone(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	now := func() time.Time { return time.Date(2026, 11, 28, 16, 40, 0, 0, time.UTC) }
	dir := t.TempDir()
	st, err := store.Open(ctx, filepath.Join(dir, "hotline.db"), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	files, err := blob.Open(filepath.Join(dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	reader := store.Handler{ID: crypto.NewID(), Name: "A", Email: "a@desk.example", Roles: []string{store.RoleHandler}, Queues: casework.Queues, Recipient: id.Recipient().String()}
	if _, err := st.AddHandler(ctx, reader); err != nil {
		t.Fatal(err)
	}
	send := func(fixed store.Settings) casework.Day {
		t.Helper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at := "http://" + l.Addr().String()
		s, err := New(ctx, Config{
			Intake: intake.Config{Files: 1, FileSize: 1 << 10}, Store: st, Files: files, Fixed: fixed, PublicURL: at, Log: slog.New(slog.DiscardHandler), Now: now,
		})
		if err != nil {
			t.Fatal(err)
		}
		go s.Serve(ctx, l)
		defer s.Shutdown(ctx)
		return report(t, at, st)
	}
	if got := send(store.Settings{}); got != "2026-11-28" {
		t.Errorf("without a time zone the report is of %s", got)
	}
	if err := st.SetSettings(ctx, "", store.Settings{TimeZone: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	if got := send(store.Settings{}); got != "2026-11-29" {
		t.Errorf("at 01:40 in Tokyo the report is of %s", got)
	}
	if got := send(store.Settings{TimeZone: "America/Mexico_City"}); got != "2026-11-28" {
		t.Errorf("with a zone from outside the report is of %s", got)
	}
}

// report sends a report without scripts, and returns the day that it carries.
func report(t *testing.T, at string, st *store.Store) casework.Day {
	t.Helper()
	before, err := st.Cases(t.Context(), store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range before {
		known[c.ID] = true
	}
	page, err := http.Get(at + "/en/report")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(page.Body)
	page.Body.Close()
	token := regexp.MustCompile(`name="form" value="([^"]+)"`).FindSubmatch(body)
	if token == nil {
		t.Fatalf("no form: %d", page.StatusCode)
	}
	res, err := http.PostForm(at+"/en/report", url.Values{"form": {string(token[1])}, "text": {"at night"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	after, err := st.Cases(t.Context(), store.CaseFilter{})
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("the report: %d, %v", res.StatusCode, err)
	}
	for _, c := range after {
		if !known[c.ID] {
			return c.Received
		}
	}
	t.Fatal("no new case")
	return ""
}
