package notify_test

import (
	"context"
	"database/sql"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/server/notify"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/pgtest"
)

// onEngines runs a test on a new database of each engine.
func onEngines(t *testing.T, test func(t *testing.T, w *world)) {
	for driver, url := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { return filepath.Join(t.TempDir(), "hotline.db") },
		"pgx":    func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			at := url(t)
			s, err := store.Open(context.Background(), at, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			if driver == "sqlite" {
				at = "file:" + at + "?_pragma=busy_timeout(10000)&_txlock=immediate"
			}
			db, err := sql.Open(driver, at)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			test(t, newWorld(t, s, db))
		})
	}
}

// world is a database with a clock, and somebody who is told.
type world struct {
	t     *testing.T
	store *store.Store
	db    *sql.DB
	told  *sender
	log   *strings.Builder
	zone  *time.Location

	mu  sync.Mutex
	now time.Time
}

// start is a window boundary and a tick.
var start = time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, s *store.Store, db *sql.DB) *world {
	return &world{t: t, store: s, db: db, told: &sender{fail: map[string]*notify.Fault{}}, log: &strings.Builder{}, zone: time.UTC, now: start}
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

func (w *world) worker(mail notify.Sender) *notify.Worker {
	return notify.New(notify.Parts{
		Store: w.store, Mail: mail, Hooks: w.told, Zone: func() *time.Location { return w.zone }, Now: w.Now,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	})
}

// step has a worker do what is due at a time after the start.
func (w *world) step(worker *notify.Worker, after time.Duration) {
	w.t.Helper()
	w.set(start.Add(after))
	if err := worker.Step(w.t.Context(), w.Now()); err != nil {
		w.t.Fatalf("at %s: %v", after, err)
	}
}

// through steps every minute up to a time, so that the lease is never lost.
func (w *world) through(worker *notify.Worker, after time.Duration) {
	w.t.Helper()
	for at := w.Now().Sub(start).Truncate(time.Minute) + time.Minute; at < after; at += time.Minute {
		w.step(worker, at)
	}
	w.step(worker, after)
}

// handler adds somebody of hr who hears of things as notify says.
func (w *world) handler(id, roles string) string {
	w.t.Helper()
	h := store.Handler{ID: id, Name: id, Email: id + "@example.org", Roles: strings.Split(roles, ","), Recipient: "age1pq1"}
	if slices.Contains(h.Roles, store.RoleHandler) {
		h.Branches = []casework.Branch{"hr"}
	}
	if _, err := w.store.AddHandler(context.Background(), h); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) notice(urgent bool, targets ...string) {
	w.t.Helper()
	n := 0
	if urgent {
		n = 1
	}
	for _, target := range targets {
		w.exec(`INSERT INTO notices (place, target, urgent) VALUES ($1, $2, $3)`, rand.Int64(), target, n)
	}
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(query, args...); err != nil {
		w.t.Fatal(err)
	}
}

// expect wants these to have been told since it was asked last, in any order.
func (w *world) expect(when string, want ...string) {
	w.t.Helper()
	got := w.told.take()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: %q were told, want %q", when, got, want)
	}
}

func (w *world) waiting(target string) int {
	w.t.Helper()
	places, err := w.store.NoticesOf(context.Background(), target)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(places)
}

func (w *world) failed() []store.FailedDelivery {
	w.t.Helper()
	all, err := w.store.FailedDeliveries(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// sender notes whom it told, and fails where it is told to.
type sender struct {
	mu        sync.Mutex
	told      []string
	at        []time.Time
	tried     int
	fail      map[string]*notify.Fault // by target; "" all
	before    func(target string)      // runs while a target is being told
	now, most int                      // deliveries at a time
}

func (s *sender) Send(_ context.Context, target string, at time.Time) error {
	s.mu.Lock()
	s.tried++
	s.now++
	s.most = max(s.most, s.now)
	before := s.before
	s.mu.Unlock()
	if before != nil {
		before(target)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
	for _, key := range []string{target, ""} {
		if f := s.fail[key]; f != nil {
			return f
		}
	}
	s.told = append(s.told, target)
	s.at = append(s.at, at)
	return nil
}

func (s *sender) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told, s.at = nil, nil
	return told
}

func (s *sender) set(target string, f *notify.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail[target] = f
}

func (s *sender) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	tried := s.tried
	s.tried = 0
	return tried
}
