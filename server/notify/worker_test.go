package notify_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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

// through steps at each tick up to a time, so that the lease is never lost.
func (w *world) through(worker *notify.Worker, after time.Duration) {
	w.t.Helper()
	for at := w.Now().Sub(start) + notify.Tick; at <= after; at += notify.Tick {
		w.step(worker, at)
	}
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

// What waits leaves at the next boundary, one mail for each; a start, and a new holder
// of the lease, wait for the next.
func TestWindows(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		a, b := w.handler("a", "handler"), w.handler("b", "handler")
		w.notice(false, a, a, b)
		first := w.worker(w.told)
		w.step(first, 0)
		w.expect("at a start that is a boundary")
		w.step(first, 40*time.Second)
		w.expect("between boundaries")
		w.through(first, 29*time.Minute)
		w.expect("before the boundary")
		w.step(first, 30*time.Minute+7*time.Second)
		for _, at := range w.told.at {
			if !at.Equal(start.Add(30 * time.Minute)) {
				t.Errorf("the boundary is %s", at)
			}
		}
		w.expect("at the boundary", a, b)
		w.step(first, 30*time.Minute+8*time.Second)
		w.expect("twice at a boundary")
		w.notice(false, a)
		w.step(w.worker(w.told), 60*time.Minute-time.Second) // the lease has expired
		second := w.worker(w.told)
		w.step(second, 63*time.Minute)
		w.expect("by a holder that missed the boundary")
		w.through(second, 90*time.Minute)
		w.expect("at the next", a)
		if n := w.waiting(a); n != 0 || w.log.Len() > 0 || len(w.failed()) > 0 {
			t.Errorf("%d notices, log %q, failed %v", n, w.log, w.failed())
		}
	})
}

// What comes while somebody is being told stays for the next boundary.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		a := w.handler("a", "handler")
		w.notice(false, a)
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.told.before = func(string) {
			w.told.mu.Lock()
			w.told.before = nil
			w.told.mu.Unlock()
			w.notice(false, a)
		}
		w.through(worker, 30*time.Minute)
		w.expect("at the boundary", a)
		if n := w.waiting(a); n != 1 {
			t.Fatalf("%d notices are left, want the one that came meanwhile", n)
		}
		w.through(worker, 60*time.Minute)
		w.expect("at the next", a)
	})
}

func TestDanger(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		for _, id := range []string{"daily", "none", "window"} {
			w.handler(id, "handler")
			w.choose(id, id, 8)
		}
		w.notice(true, "daily", "none", "window")
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.step(worker, 29*time.Second)
		w.expect("before the tick")
		w.step(worker, 30*time.Second)
		w.expect("at the tick", "daily", "window")

		// What fails is tried again soon, and is known to nobody before the next window.
		w.told.set("", &notify.Fault{Code: casework.FaultTimeout, Err: errors.New("no answer")})
		w.notice(true, "window")
		w.told.tries()
		w.through(worker, 16*time.Minute)
		if n := w.told.tries(); n != 4 { // at 1:00, 2:00, 7:00, 12:00
			t.Errorf("%d attempts", n)
		}
		if len(w.failed()) > 0 || w.log.Len() > 0 {
			t.Errorf("the moment is told: %v, log %q", w.failed(), w.log)
		}
		w.through(worker, 30*time.Minute)
		if f := w.failed(); len(f) != 1 || !f[0].First.Equal(start.Add(30*time.Minute)) {
			t.Errorf("failed: %v", f)
		}
		w.told.set("", nil)
		w.through(worker, 36*time.Minute)
		w.expect("at last", "window")
		if len(w.failed()) > 0 || w.waiting("window") > 0 {
			t.Errorf("%v, %d wait", w.failed(), w.waiting("window"))
		}
	})
}

// choose has a handler hear of things in another way.
func (w *world) choose(id, notify string, hour int) {
	w.t.Helper()
	w.exec(`UPDATE handlers SET notify = $2, notify_hour = $3 WHERE id = $1`, id, notify, hour)
}

// A daily mail comes at the first boundary at or after its hour, also when nobody
// worked while it went by.
func TestDaily(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		w.zone = time.FixedZone("", 5*3600+45*60) // 15:45 at the start
		id := w.handler("daily", "handler")
		w.choose(id, store.NotifyDaily, 17)
		w.notice(false, id)
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.through(worker, 60*time.Minute)
		w.expect("at 16:45")
		w.through(worker, 90*time.Minute)
		w.expect("at 17:15", id)
		w.notice(false, id)
		w.through(worker, 120*time.Minute)
		w.expect("at 17:45")

		worker = w.worker(w.told)
		w.step(worker, 26*time.Hour+time.Minute)
		w.expect("at a start after the hour")
		w.through(worker, 26*time.Hour+30*time.Minute)
		w.expect("at the first boundary after it", id)
	})
}

func TestDropped(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		gone, quiet, there := w.handler("gone", "handler"), w.handler("quiet", "handler"), w.handler("there", "handler")
		w.handler("admin", "admin")
		w.notice(false, gone, quiet, there)
		w.choose(quiet, store.NotifyNone, 8)
		if err := w.store.DisableHandler(t.Context(), "", "gone@example.org"); err != nil {
			t.Fatal(err)
		}
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.through(worker, 30*time.Minute)
		w.expect("with mail", there)
		w.notice(false, there)
		worker = w.worker(nil)
		w.step(worker, 33*time.Minute)
		w.through(worker, 60*time.Minute)
		for _, id := range []string{gone, quiet, there} {
			if n := w.waiting(id); n != 0 {
				t.Errorf("%d notices of %s are left", n, id)
			}
		}
		w.expect("without mail")
	})
}

// Many are told at the same boundary, several at a time, in another order each time;
// a sender that reaches nobody is not tried for each.
func TestMany(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		var ids []string
		for i := range 30 {
			ids = append(ids, w.handler(fmt.Sprintf("h%02d", i), "handler"))
		}
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.notice(false, ids...)
		arrived := make(chan struct{}, len(ids))
		w.told.before = func(string) { // the first four wait for one another
			arrived <- struct{}{}
			for len(arrived) < 4 {
				time.Sleep(time.Millisecond)
			}
		}
		w.through(worker, 30*time.Minute)
		w.told.before = nil
		if slices.IsSorted(w.told.told) {
			t.Error("they were told in the order of their ids")
		}
		if w.told.most != 4 {
			t.Errorf("%d at a time", w.told.most)
		}
		w.expect("all", ids...)

		w.told.set("", &notify.Fault{Code: casework.FaultUnreachable, Shared: true, Err: errors.New("nobody there")})
		w.notice(false, ids...)
		w.told.tries()
		w.through(worker, 60*time.Minute)
		if n := w.told.tries(); n < 1 || n > 4 {
			t.Errorf("%d attempts", n)
		}
		if n := len(w.failed()); n != len(ids) {
			t.Errorf("%d of %d failed", n, len(ids))
		}
		if log := w.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `msg="mail could not be sent" fault=unreachable`) {
			t.Errorf("log: %s", log)
		}
	})
}

// A clock that was wrong and is set back keeps nobody from being told.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		id := w.handler("a", "handler")
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.step(worker, 365*24*time.Hour+time.Minute)
		w.through(worker, 365*24*time.Hour+60*time.Minute)
		w.notice(false, id)
		w.step(worker, time.Minute)
		w.through(worker, 60*time.Minute)
		w.expect("by the same process", id)
		w.notice(false, id)
		w.step(w.worker(w.told), 365*24*time.Hour)
		other := w.worker(w.told)
		w.step(other, 61*time.Minute)
		w.through(other, 90*time.Minute)
		w.expect("by another", id)
	})
}
