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
	st, files := withReader(ctx, t, now)
	send := func(fixed store.Settings) casework.Day {
		t.Helper()
		return sendAt(ctx, t, Config{
			Intake: intake.Config{Files: 1, FileSize: 1 << 10}, Store: st, Files: files, Fixed: fixed, Log: slog.New(slog.DiscardHandler), Now: now,
		}, "")
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

// withStore is a store and a folder of files, with nobody.
func withStore(ctx context.Context, t *testing.T, now func() time.Time) (*store.Store, *blob.Folder) {
	t.Helper()
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
	return st, files
}

// withReader is withStore, with somebody who reads every queue.
func withReader(ctx context.Context, t *testing.T, now func() time.Time) (*store.Store, *blob.Folder) {
	t.Helper()
	st, files := withStore(ctx, t, now)
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	reader := store.Handler{ID: crypto.NewID(), Name: "A", Email: "a@desk.example", Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(casework.Queues...), Recipient: id.Recipient().String()}
	if _, err := st.AddHandler(ctx, reader); err != nil {
		t.Fatal(err)
	}
	return st, files
}

// Around midnight in five zones a report carries the day of the company that it is
// about, whatever day it is at the head office.
func TestDayOfReceiptFollowsTheEntity(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	st, files := withReader(ctx, t, time.Now)
	if err := st.SetSettings(ctx, "", store.Settings{TimeZone: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	zones := map[string]string{"br": "America/Sao_Paulo", "mx": "America/Monterrey", "cn": "Asia/Shanghai", "es": "Europe/Madrid", "pt": "Europe/Lisbon"}
	for code, zone := range zones {
		e := casework.Entity{Code: code, Name: code, TimeZone: zone, Profile: "eu", People: casework.SeenPeople}
		if err := st.PutEntity(ctx, "", e, nil); err != nil {
			t.Fatal(err)
		}
	}
	for code, zone := range zones {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		midnight := time.Date(2026, 12, 6, 0, 0, 0, 0, location)
		for moment, want := range map[time.Time]casework.Day{midnight.Add(-time.Second): "2026-12-05", midnight: "2026-12-06"} {
			config := Config{Intake: intake.Config{Files: 1, FileSize: 1 << 10}, Store: st, Files: files, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return moment }}
			if got := sendAt(ctx, t, config, code); got != want {
				t.Errorf("%s, %s: the report is of %s, want %s", code, moment, got, want)
			}
		}
	}
	all, err := st.Cases(ctx, store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Entity == "" || c.Due != c.Received.AddDays(7) {
			t.Errorf("about %q, received %s, due %s", c.Entity, c.Received, c.Due)
		}
	}
}

// sendAt starts a server, sends it a report about an entity, and returns the day that
// it carries.
func sendAt(ctx context.Context, t *testing.T, config Config, entity string) casework.Day {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config.PublicURL = "http://" + l.Addr().String()
	s, err := New(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ctx, l)
	defer s.Shutdown(ctx)
	return report(t, config.PublicURL, config.Store, entity)
}

// report sends a report about an entity without scripts, and returns the day that it
// carries.
func report(t *testing.T, at string, st *store.Store, entity string) casework.Day {
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
	res, err := http.PostForm(at+"/en/report", url.Values{"form": {string(token[1])}, "text": {"at night"}, "entity": {entity}})
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
