package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"hotline/store/fault"
)

// migrations are those of these tests: one table.
var migrations = fstest.MapFS{"sqlite/0001_settings.sql": {Data: []byte(
	"-- +goose Up\nCREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;\n")}}

// openTemp opens a new SQLite database, closed when the test ends, and returns
// the path of its file.
func openTemp(t *testing.T, opt Options) (*DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "hotline.db")
	return openAt(t, path, opt), path
}

func openAt(t *testing.T, url string, opt Options) *DB {
	t.Helper()
	opt.Migrations = migrations
	db, err := Open(context.Background(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

// occupy blocks the writer of db until the returned function is called, so that
// what is written meanwhile makes up the next group.
func occupy(t *testing.T, db *DB) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	answered := make(chan error)
	go func() {
		answered <- db.Write(context.Background(), func(Tx) error { close(begun); <-end; return nil })
	}()
	<-begun
	return func() {
		close(end)
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
}

// queue starts a write for each piece of work, waits until all stand in line
// and returns a function that waits for their answers.
func queue(t *testing.T, db *DB, works ...func(Tx) error) (wait func() []error) {
	t.Helper()
	errs := make([]error, len(works))
	var wg sync.WaitGroup
	for i, work := range works {
		wg.Go(func() { errs[i] = db.Write(context.Background(), work) })
	}
	for len(db.writer.(*groupWriter).jobs) < len(works) {
		time.Sleep(time.Millisecond)
	}
	return func() []error { wg.Wait(); return errs }
}

func set(name string) func(Tx) error {
	return func(w Tx) error {
		_, err := w.Exec(`INSERT INTO settings (name, value) VALUES ($1, '')`, name)
		return err
	}
}

func settingsNow(t *testing.T, db *DB) string {
	t.Helper()
	names, err := List(db.Read(context.Background()), Column[string], `SELECT name FROM settings ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestGroupIsAnsweredAfterItsCommit(t *testing.T) {
	db, _ := openTemp(t, Options{})
	var ran, committed atomic.Int32
	var works []func(Tx) error
	for i := range 20 {
		works = append(works, func(w Tx) error {
			ran.Add(1)
			if settingsNow(t, db) != "" {
				committed.Add(1)
			}
			return set(fmt.Sprintf("%02d", i))(w)
		})
	}
	release := occupy(t, db)
	wait := queue(t, db, works...)
	release()
	for _, err := range wait() {
		if err != nil {
			t.Error(err)
		}
	}
	if ran.Load() != 20 || committed.Load() != 0 {
		t.Errorf("%d ran, %d of them after another was visible: not one transaction", ran.Load(), committed.Load())
	}
	if n := len(strings.Fields(settingsNow(t, db))); n != 20 {
		t.Errorf("%d settings, want 20", n)
	}
}

func TestGroupFailuresAreTheirOwn(t *testing.T) {
	db, _ := openTemp(t, Options{})
	own := errors.New("own")
	release := occupy(t, db)
	wait := queue(t, db,
		set("a"),
		func(w Tx) error { _ = set("b")(w); return own },
		set("c"),
		func(w Tx) error { _ = set("d")(w); return set("d")(w) },
		func(w Tx) error { _ = set("e")(w); panic("broken") },
		func(w Tx) error { _, err := w.Exec(`no SQL at all`); return err },
		func(w Tx) error { return fault.ErrNotFound },
		set("f"),
	)
	release()
	errs := wait()
	for i, expected := range []error{nil, own, nil, fault.ErrExists, errors.ErrUnsupported, errors.ErrUnsupported, fault.ErrNotFound, nil} {
		if expected == errors.ErrUnsupported { // any error, but none that callers tell apart
			if errs[i] == nil || errors.Is(errs[i], fault.ErrBusy) || errors.Is(errs[i], fault.ErrExists) {
				t.Errorf("work %d: %v", i, errs[i])
			}
		} else if !errors.Is(errs[i], expected) {
			t.Errorf("work %d: %v, want %v", i, errs[i], expected)
		}
	}
	if got := settingsNow(t, db); got != "a c f" {
		t.Errorf("settings %q, want a c f", got)
	}
}

// After a disk error nobody of the group is told that it is stored.
func TestGroupFailsTogetherOnDiskErrors(t *testing.T) {
	for name, position := range map[string]int{"first": 0, "last": 3} {
		t.Run(name, func(t *testing.T) {
			db, _ := openTemp(t, Options{})
			works := []func(Tx) error{set("a"), set("b"), set("c")}
			failing := func(w Tx) error { _ = set("x")(w); return fmt.Errorf("%w: disk", fault.ErrBusy) }
			works = append(works[:position], append([]func(Tx) error{failing}, works[position:]...)...)
			release := occupy(t, db)
			wait := queue(t, db, works...)
			release()
			for i, err := range wait() {
				if !errors.Is(err, fault.ErrBusy) {
					t.Errorf("work %d: %v", i, err)
				}
			}
			if got := settingsNow(t, db); got != "" {
				t.Errorf("settings %q, want none", got)
			}
			if err := db.Write(context.Background(), set("z")); err != nil {
				t.Errorf("the next write: %v", err)
			}
		})
	}
}

func TestGivenUpWorkIsNotDone(t *testing.T) {
	db, _ := openTemp(t, Options{Wait: 200 * time.Millisecond})
	release := occupy(t, db)
	ctx, cancel := context.WithCancel(context.Background())
	cancelled := make(chan error)
	go func() { cancelled <- db.Write(ctx, set("cancelled")) }()
	wait := queue(t, db, set("late"))
	for len(db.writer.(*groupWriter).jobs) < 2 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-cancelled; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := wait()[0]; !errors.Is(err, fault.ErrBusy) || errors.Is(err, fault.ErrOutcomeUnknown) {
		t.Errorf("late: %v", err)
	}
	release()
	if err := db.Write(context.Background(), set("next")); err != nil {
		t.Error(err)
	}
	if got := settingsNow(t, db); got != "next" {
		t.Errorf("settings %q, want next", got)
	}
}

func TestCloseAnswersEverybody(t *testing.T) {
	db, path := openTemp(t, Options{})
	release := occupy(t, db)
	var works []func(Tx) error
	for i := range 50 {
		works = append(works, set(fmt.Sprintf("%02d", i)))
	}
	wait := queue(t, db, works...)
	go release()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	stored := 0
	for _, err := range wait() {
		if err == nil {
			stored++
		} else if !errors.Is(err, fault.ErrBusy) {
			t.Error(err)
		}
	}
	if n := len(strings.Fields(settingsNow(t, openAt(t, path, Options{})))); n != stored {
		t.Errorf("%d settings, %d acknowledged", n, stored)
	}
}

// A caller whose context ends while its work is on the way still learns what
// became of it.
func TestCancelDuringCommit(t *testing.T) {
	db, _ := openTemp(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Write(ctx, func(w Tx) error {
		cancel()
		if w.ctx.Err() != nil {
			t.Error("the work's context ended with the caller's")
		}
		return set("a")(w)
	})
	if err != nil || settingsNow(t, db) != "a" {
		t.Errorf("%v, settings %q", err, settingsNow(t, db))
	}
}

func TestTwice(t *testing.T) {
	db, _ := openTemp(t, Options{Twice: true})
	runs := 0
	err := db.Write(context.Background(), func(w Tx) error { runs++; return set("a")(w) })
	if err != nil || runs != 2 || settingsNow(t, db) != "a" {
		t.Errorf("%d runs, settings %q (%v)", runs, settingsNow(t, db), err)
	}
	first := true
	err = db.Write(context.Background(), func(w Tx) error {
		if again := !first; again {
			return fault.ErrNotFound
		}
		first = false
		return set("b")(w)
	})
	if err == nil || errors.Is(err, fault.ErrNotFound) || settingsNow(t, db) != "a" {
		t.Errorf("two ends: %v, settings %q", err, settingsNow(t, db))
	}
}

// While others before it come further, a job waits for its turn; while nothing moves, as
// behind a lock, it gives up soon.
func TestPatience(t *testing.T) {
	const wait = 5 * time.Second
	for _, c := range []struct {
		name                string
		waited, still, want time.Duration
	}{
		{"nothing moved meanwhile", wait, time.Hour, 0},
		{"something moved a moment ago", wait, time.Second, 4 * time.Second},
		{"things move on and on", 30 * time.Second, 0, wait},
		{"almost too long", busyLimit - time.Second, 0, time.Second},
		{"too long", busyLimit, 0, 0},
	} {
		if got := patience(c.waited, c.still, wait); got != c.want {
			t.Errorf("%s: %s more, want %s", c.name, got, c.want)
		}
	}
}
