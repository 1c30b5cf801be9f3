package store_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/pgtest"
	"hotline/store/storetest"
)

func openURL(t testing.TB, url string, opt store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		return openURL(t, filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	})
}

// When a report fails, those that shared its transaction run again: each unit of
// work must come to the same end when it runs twice.
func TestSQLiteRunsTwice(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		return openURL(t, filepath.Join(t.TempDir(), "hotline.db"), store.RunTwice())
	})
}

func TestPresence(t *testing.T) { withClock(t, storetest.Presence) }

func TestClockThatJumps(t *testing.T) { withClock(t, storetest.Clock) }

// withClock runs a test on new stores of both engines that have a clock.
func withClock(t *testing.T, test func(*testing.T, func(now func() time.Time) *store.Store)) {
	t.Helper()
	for name, one := range map[string]struct {
		url func(t *testing.T) string
		opt store.Options
	}{
		"SQLite":             {func(t *testing.T) string { return filepath.Join(t.TempDir(), "hotline.db") }, store.Options{}},
		"SQLite, runs twice": {func(t *testing.T) string { return filepath.Join(t.TempDir(), "hotline.db") }, store.RunTwice()},
		"PostgreSQL":         {func(t *testing.T) string { return pgtest.URL(t) }, store.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(now func() time.Time) *store.Store {
				one.opt.Now = now
				return openURL(t, one.url(t), one.opt)
			})
		})
	}
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return openURL(t, pgtest.URL(t), store.Options{}) })
}
