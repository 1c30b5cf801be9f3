package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// occupy blocks the writer of s until the returned function is called, so that
// what is written meanwhile makes up the next group.
func occupy(t *testing.T, s *Store) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	answered := make(chan error)
	go func() {
		answered <- s.write(context.Background(), func(tx) error { close(begun); <-end; return nil })
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
func queue(t *testing.T, s *Store, works ...func(tx) error) (wait func() []error) {
	t.Helper()
	errs := make([]error, len(works))
	var wg sync.WaitGroup
	for i, work := range works {
		wg.Go(func() { errs[i] = s.write(context.Background(), work) })
	}
	for len(s.writer.(*groupWriter).jobs) < len(works) {
		time.Sleep(time.Millisecond)
	}
	return func() []error { wg.Wait(); return errs }
}

func set(name string) func(tx) error {
	return func(w tx) error {
		_, err := w.exec(`INSERT INTO settings (name, value) VALUES ($1, '')`, name)
		return err
	}
}

func settingsNow(t *testing.T, s *Store) string {
	t.Helper()
	names, err := list(context.Background(), s, scanInto[string], `SELECT name FROM settings WHERE name <> $1 ORDER BY name`, settingDatedBy)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestGroupIsAnsweredAfterItsCommit(t *testing.T) {
	s, _ := openTemp(t, Options{})
	var ran, committed atomic.Int32
	var works []func(tx) error
	for i := range 20 {
		works = append(works, func(w tx) error {
			ran.Add(1)
			if settingsNow(t, s) != "" {
				committed.Add(1)
			}
			return set(fmt.Sprintf("%02d", i))(w)
		})
	}
	release := occupy(t, s)
	wait := queue(t, s, works...)
	release()
	for _, err := range wait() {
		if err != nil {
			t.Error(err)
		}
	}
	if ran.Load() != 20 || committed.Load() != 0 {
		t.Errorf("%d ran, %d of them after another was visible: not one transaction", ran.Load(), committed.Load())
	}
	if n := len(strings.Fields(settingsNow(t, s))); n != 20 {
		t.Errorf("%d settings, want 20", n)
	}
}

func TestGroupFailuresAreTheirOwn(t *testing.T) {
	s, _ := openTemp(t, Options{})
	own := errors.New("own")
	release := occupy(t, s)
	wait := queue(t, s,
		set("a"),
		func(w tx) error { _ = set("b")(w); return own },
		set("c"),
		func(w tx) error { _ = set("d")(w); return set("d")(w) },
		func(w tx) error { _ = set("e")(w); panic("broken") },
		func(w tx) error { _, err := w.exec(`no SQL at all`); return err },
		func(w tx) error { return ErrNotFound },
		set("f"),
	)
	release()
	errs := wait()
	for i, expected := range []error{nil, own, nil, ErrExists, errors.ErrUnsupported, errors.ErrUnsupported, ErrNotFound, nil} {
		if expected == errors.ErrUnsupported { // any error, but none that callers tell apart
			if errs[i] == nil || errors.Is(errs[i], ErrBusy) || errors.Is(errs[i], ErrExists) {
				t.Errorf("work %d: %v", i, errs[i])
			}
		} else if !errors.Is(errs[i], expected) {
			t.Errorf("work %d: %v, want %v", i, errs[i], expected)
		}
	}
	if got := settingsNow(t, s); got != "a c f" {
		t.Errorf("settings %q, want a c f", got)
	}
}

// After a disk error nobody of the group is told that it is stored.
func TestGroupFailsTogetherOnDiskErrors(t *testing.T) {
	for name, position := range map[string]int{"first": 0, "last": 3} {
		t.Run(name, func(t *testing.T) {
			s, _ := openTemp(t, Options{})
			works := []func(tx) error{set("a"), set("b"), set("c")}
			failing := func(w tx) error { _ = set("x")(w); return fmt.Errorf("%w: disk", ErrBusy) }
			works = append(works[:position], append([]func(tx) error{failing}, works[position:]...)...)
			release := occupy(t, s)
			wait := queue(t, s, works...)
			release()
			for i, err := range wait() {
				if !errors.Is(err, ErrBusy) {
					t.Errorf("work %d: %v", i, err)
				}
			}
			if got := settingsNow(t, s); got != "" {
				t.Errorf("settings %q, want none", got)
			}
			if err := s.write(context.Background(), set("z")); err != nil {
				t.Errorf("the next write: %v", err)
			}
		})
	}
}

func TestGivenUpWorkIsNotDone(t *testing.T) {
	s, _ := openTemp(t, Options{wait: 200 * time.Millisecond})
	release := occupy(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancelled := make(chan error)
	go func() { cancelled <- s.write(ctx, set("cancelled")) }()
	wait := queue(t, s, set("late"))
	for len(s.writer.(*groupWriter).jobs) < 2 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-cancelled; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := wait()[0]; !errors.Is(err, ErrBusy) || errors.Is(err, ErrUnsettled) {
		t.Errorf("late: %v", err)
	}
	release()
	if err := s.write(context.Background(), set("next")); err != nil {
		t.Error(err)
	}
	if got := settingsNow(t, s); got != "next" {
		t.Errorf("settings %q, want next", got)
	}
}

func TestCloseAnswersEverybody(t *testing.T) {
	s, path := openTemp(t, Options{})
	release := occupy(t, s)
	var works []func(tx) error
	for i := range 50 {
		works = append(works, set(fmt.Sprintf("%02d", i)))
	}
	wait := queue(t, s, works...)
	go release()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	stored := 0
	for _, err := range wait() {
		if err == nil {
			stored++
		} else if !errors.Is(err, ErrBusy) {
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
	s, _ := openTemp(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	err := s.write(ctx, func(w tx) error {
		cancel()
		if w.ctx.Err() != nil {
			t.Error("the work's context ended with the caller's")
		}
		return set("a")(w)
	})
	if err != nil || settingsNow(t, s) != "a" {
		t.Errorf("%v, settings %q", err, settingsNow(t, s))
	}
}
