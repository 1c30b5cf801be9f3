package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/server/notify"
	"hotline/store"
	"hotline/store/casework"
)

func refused() *notify.Fault {
	return &notify.Fault{Code: casework.FaultAddress, Err: errors.New("no such mailbox")}
}

// An attempt that fails is made again, later each time, for three days. Then it is
// given up until there is something new.
func TestBackOff(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		id, other := w.handler("a", "handler"), w.handler("b", "handler")
		w.told.set(id, refused())
		w.notice(false, id, other)
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.through(worker, 30*time.Minute)
		w.expect("at the boundary", other)
		attempts := w.attempts(worker, 30*time.Minute, 3*24*time.Hour+12*time.Hour)
		want := []time.Duration{1, 6, 21, 51, 111, 231}
		for next := time.Duration(231 + 240); next <= 3*24*60; next += 240 {
			want = append(want, next)
		}
		if got := fmt.Sprint(attempts); got != fmt.Sprint(want) {
			t.Errorf("attempts after minutes %s,\nwant %s", got, fmt.Sprint(want))
		}
		f := w.failed()
		if len(f) != 1 || f[0].Target != id || !f[0].Next.IsZero() || !f[0].First.Equal(start.Add(30*time.Minute)) || f[0].Fault != casework.FaultAddress {
			t.Errorf("given up: %+v", f)
		}
		if n := w.waiting(id); n != 0 {
			t.Errorf("%d notices of one that is given up", n)
		}
		if log := w.log.String(); strings.Contains(log, id+"@") || !strings.Contains(log, "fault=address") {
			t.Errorf("log: %s", log)
		}

		w.notice(false, id)
		again := w.Now().Sub(start).Truncate(30*time.Minute) + 30*time.Minute
		w.through(worker, again)
		if f := w.failed(); len(f) != 1 || f[0].Attempts != 1 || !f[0].First.Equal(start.Add(again)) || !f[0].Next.Equal(start.Add(again+time.Minute)) {
			t.Errorf("anew: %+v", f)
		}
		w.told.set(id, nil)
		w.through(worker, again+time.Minute)
		w.expect("in the end", id)
		if f := w.failed(); len(f) != 0 {
			t.Errorf("told: %+v", f)
		}
	})
}

// attempts returns after how many minutes it was tried, from one time to another.
// Where nothing is due, only the lease is renewed.
func (w *world) attempts(worker *notify.Worker, from, until time.Duration) (minutes []time.Duration) {
	w.t.Helper()
	w.told.tries()
	for at := from + time.Minute; at <= until; at += time.Minute {
		f := w.failed()
		if len(f) == 1 && !f[0].Next.IsZero() && f[0].Next.After(start.Add(at)) {
			// A clock that jumps to just before what is next: the lease ran out.
			if jump := f[0].Next.Sub(start) - 2*time.Minute; jump > at {
				at = jump
				w.step(worker, at)
				continue
			}
		}
		if len(f) == 1 && f[0].Next.IsZero() {
			return minutes
		}
		w.step(worker, at)
		for range w.told.tries() {
			minutes = append(minutes, (at-from)/time.Minute)
		}
	}
	return minutes
}

// When somebody cannot be told for an hour, those who administer them hear of it,
// once.
func TestTrouble(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		for _, e := range []casework.Entity{{Code: "br", Name: "Brazil"}, {Code: "es", Name: "Spain"}} {
			if err := w.store.PutEntity(t.Context(), "", e, nil); err != nil {
				t.Fatal(err)
			}
		}
		root, br, es := w.handler("root", "admin"), w.handler("br", "admin@br"), w.handler("es", "admin@es")
		h := store.Handler{ID: "h", Name: "h", Email: "h@example.org", Roles: []string{store.RoleHandler}, Branches: []casework.Branch{"hr@br"}, Recipient: "age1pq1"}
		if _, err := w.store.AddHandler(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		worker := w.worker(w.told)
		w.step(worker, 0)
		w.told.set("h", refused())
		w.told.set(br, refused())
		w.notice(false, "h")
		w.through(worker, 30*time.Minute+time.Hour)
		w.expect("within an hour")
		w.through(worker, 30*time.Minute+111*time.Minute) // the first attempt after more than an hour
		for id, want := range map[string]int{root: 1, br: 1, es: 0} {
			if n := w.waiting(id); n != want {
				t.Errorf("%d notices of %s, want %d", n, id, want)
			}
		}
		w.through(worker, 150*time.Minute)
		w.expect("at the boundary after it", root)
		w.through(worker, 8*time.Hour)
		w.expect("of an administrator who cannot be told either", root)
		for _, f := range w.failed() {
			if f.Target == root {
				t.Errorf("failed: %+v", f)
			}
		}
		w.through(worker, 16*time.Hour)
		w.expect("once")
	})
}

// Of two processes that work at the same time one tells people, and each of them once.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		var ids []string
		for i := range 12 {
			ids = append(ids, w.handler(fmt.Sprintf("h%02d", i), "handler"))
		}
		workers := []*notify.Worker{w.worker(w.told), w.worker(w.told)}
		for round := range 4 {
			w.notice(round%2 == 1, ids...)
			for at := time.Duration(0); at <= 30*time.Minute; at += notify.Tick {
				w.set(start.Add(time.Duration(round)*30*time.Minute + at))
				var both sync.WaitGroup
				for _, worker := range workers {
					both.Go(func() {
						if err := worker.Step(context.Background(), w.Now()); err != nil {
							t.Error(err)
						}
					})
				}
				both.Wait()
			}
			w.expect(fmt.Sprint("round ", round), ids...)
		}
	})
}

// A process that stops in the middle of telling people loses the lease, and another
// tells those who are left. When it wakes up, it tells nobody.
func TestHolderStops(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		var ids []string
		for i := range 12 {
			ids = append(ids, w.handler(fmt.Sprintf("h%02d", i), "handler"))
		}
		w.notice(false, ids...)
		hung := &sender{fail: map[string]*notify.Fault{}}
		asleep, wake := make(chan struct{}, len(ids)), make(chan struct{})
		hung.before = func(string) {
			asleep <- struct{}{}
			<-wake
		}
		first := w.worker(hung)
		w.step(first, 29*time.Minute)
		w.set(start.Add(30 * time.Minute))
		ended := make(chan error)
		go func() { ended <- first.Step(context.Background(), w.Now()) }()
		for range 4 {
			<-asleep
		}
		second := w.worker(w.told)
		w.step(second, 31*time.Minute)
		w.through(second, 60*time.Minute)
		w.expect("by the other", ids...)
		close(wake)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if told := hung.take(); len(told) != 4 {
			t.Errorf("%q were told by a process without the lease", told)
		}
		w.through(second, 90*time.Minute)
		w.expect("afterwards")
	})
}

// A process that ends gives the lease back, and the next need not wait for its end.
func TestLeaseGivenBack(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		id := w.handler("a", "handler")
		first := w.worker(w.told)
		w.step(first, 0)
		first.Start(t.Context())
		<-first.Stop()
		<-first.Stop()
		unused := w.worker(w.told)
		<-unused.Stop()
		unused.Start(t.Context())
		w.notice(true, id)
		second := w.worker(w.told)
		w.step(second, time.Second)
		w.step(second, notify.Tick)
		w.expect("at the first tick", id)
	})
}
