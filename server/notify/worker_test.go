package notify_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/server/notify"
	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
)

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

// Webhooks that do not answer keep no handler waiting, least of all when somebody is in
// danger.
func TestSlowWebhooks(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		id := w.handler("a", "handler")
		var hooks []string
		for i := range 30 {
			hooks = append(hooks, fmt.Sprint(store.HookTarget, i))
		}
		mail, answers := &sender{}, make(chan struct{})
		w.told.before = func(string) { <-answers }
		worker := w.worker(mail)
		w.step(worker, 0)
		ended := make(chan error)
		told := func(what string, after time.Duration) {
			t.Helper()
			w.set(start.Add(after))
			go func() { ended <- worker.Step(t.Context(), w.Now()) }()
			for end := time.Now().Add(5 * time.Second); w.waiting(id) > 0; time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%s: a handler waits for webhooks", what)
				}
			}
		}
		answered := func(what string, steps int) {
			t.Helper()
			close(answers)
			for range steps {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
			answers = make(chan struct{})
			w.expect(what, hooks...)
		}
		t.Cleanup(func() { close(answers) })

		w.notice(true, append(hooks, id)...)
		told("danger", 30*time.Second)
		w.notice(true, id)
		told("danger, half a minute later", 60*time.Second)
		answered("danger", 2)
		w.through(worker, 29*time.Minute)
		w.notice(false, append(hooks, id)...)
		told("at the window", 30*time.Minute)
		answered("at the window", 1)
	})
}

// F8: the wall clock is set a day forward and back, while what the machine counts beside
// it goes on. People are told at the next boundary of the clock as it is, and once.
func TestClockThatSteps(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		a := w.handler("a", "handler")
		began := time.Now()
		worker := w.worker(w.told)
		step := func(after time.Duration) { // the wall clock says so much after the start
			t.Helper()
			w.set(rig.Stepped(time.Now(), start.Add(after).Sub(began).Truncate(time.Second)))
			if err := worker.Step(t.Context(), w.Now()); err != nil {
				t.Fatal(err)
			}
		}
		step(0)
		for _, day := range []time.Duration{24 * time.Hour, 0, -24 * time.Hour, 0} {
			for at := day + time.Minute; at <= day+31*time.Minute; at += time.Minute {
				step(at)
			}
			w.told.take()
			w.notice(false, a)
			w.notice(true, a)
			for at := day + 32*time.Minute; at <= day+62*time.Minute; at += time.Minute {
				step(at)
			}
			w.expect(fmt.Sprint("with a clock that is ", day, " away"), a)
			if n := w.waiting(a); n != 0 {
				t.Errorf("%d notices are left", n)
			}
		}

		// Of an attempt that failed by a clock ahead nobody waits for the next until then.
		w.told.set("", &notify.Fault{Code: casework.FaultTimeout, Err: errors.New("no answer")})
		for at := 24 * time.Hour; at <= 25*time.Hour; at += time.Minute {
			if at == 24*time.Hour+30*time.Minute {
				w.notice(true, a)
			}
			step(at)
		}
		w.told.set("", nil)
		w.told.take()
		for at := 2 * time.Hour; at <= 2*time.Hour+2*time.Minute; at += 30 * time.Second {
			step(at)
		}
		w.expect("in danger, after a failure by a clock ahead", a)
	})
}
