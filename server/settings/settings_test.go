package settings

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// A change of profile that broke off after the settings were stored is made good,
// by the next start and by saving the same once more.
func TestInterruptedChangeOfProfileIsMadeGood(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "hotline.db")
	open := func() *store.Store {
		t.Helper()
		st, err := store.Open(ctx, path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	const id = "00112233445566778899aabbccddeeff"
	due := func(st *store.Store, what string, want casework.Day) {
		t.Helper()
		if c, err := st.Case(ctx, id); err != nil || c.Due != want {
			t.Errorf("%s: due %s (%v), want %s", what, c.Due, err, want)
		}
	}
	st := open()
	err := st.CreateCase(ctx, store.NewCase{
		Case: store.Case{ID: id, Queue: casework.HR, Channel: casework.Web, Received: "2026-11-20", // a Friday
			Recipient: "age1pq1case", ReporterRecipient: "age1pq1reporter", Summary: []byte("sealed")},
		LookupHash: make([]byte, 32), Message: []byte("sealed"),
	})
	if err != nil {
		t.Fatal(err)
	}
	brokenOff := func(profile string) {
		t.Helper()
		if err := st.SetSettings(ctx, "", store.Settings{Profile: profile}); err != nil {
			t.Fatal(err)
		}
	}
	brokenOff("fr")
	due(st, "broken off", "2026-11-27")
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st = open()
	defer st.Close()
	due(st, "after a start", "2026-12-01")

	s := New(Parts{Store: st, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	brokenOff("eu")
	if err := s.Save(ctx, "", store.Settings{Profile: "eu"}); err != nil {
		t.Fatal(err)
	}
	due(st, "after saving the same", "2026-11-27")
}
