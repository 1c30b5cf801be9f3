package notify

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

const (
	leaseName    = "notices"
	leaseLife    = 90 * time.Second // after it another process takes over
	leaseRenewal = 65 * time.Second // what is left of it when it is renewed

	// sendLimit is how long one delivery may take: it ends before a lease that was
	// renewed when it began.
	sendLimit = 60 * time.Second

	// noteLimit is how long it may take to note how a delivery ended.
	noteLimit = 10 * time.Second

	// parallel is how many deliveries to handlers, and how many to webhooks, are made at a time.
	parallel = 4
)

// Parts are what a worker works with.
type Parts struct {
	Store  *store.Store
	Mail   Sender // to handlers; nil: there is no mail, and what is for them is dropped
	Hooks  Sender // to targets that begin with store.HookTarget; nil: none
	Zone   func() *time.Location
	Window time.Duration // 0: DefaultWindow
	Log    *slog.Logger
	Now    func() time.Time
}

// Worker sends what waits. Of all processes of a database one does so, the holder of
// a lease. It is safe for concurrent use.
type Worker struct {
	parts  Parts
	holder string // of the lease, random

	mu    sync.Mutex
	until time.Time           // end of the lease; zero: not held
	since time.Time           // when it was taken: earlier boundaries are not made up for
	busy  map[string]bool     // targets that are being told
	again map[string]*backOff // targets that were not told of danger

	// What of these is done, each by one step at a time.
	windowLane       sync.Mutex
	windows, retries boundaries
	handlers, hooks  danger

	started, stopped bool
	cancel           context.CancelFunc // of what Start began
	ended            chan struct{}      // closed when it has ended
}

// danger tells those for whom there is something urgent: handlers, or webhooks. A
// webhook that does not answer keeps no handler waiting.
type danger struct {
	sync.Mutex
	boundaries
	hooks bool
}

// backOff is when to try again to tell of danger. It stands in no table: that would
// say when somebody was in danger.
type backOff struct {
	last     time.Time // the attempt that failed
	next     time.Time
	attempts int
}

// New makes a worker. It does nothing before Start or Step.
func New(p Parts) *Worker {
	p.Window = cmp.Or(p.Window, DefaultWindow)
	id := make([]byte, 16)
	rand.Read(id) // never fails
	w := &Worker{
		parts: p, holder: hex.EncodeToString(id), busy: map[string]bool{}, again: map[string]*backOff{},
		ended: make(chan struct{}),
	}
	w.windows.length, w.retries.length, w.handlers.length, w.hooks.length = p.Window, Tick, Tick, Tick
	w.hooks.hooks = true
	return w
}

// isHook reports whether a target is a webhook; otherwise it is a handler.
func isHook(target string) bool { return strings.HasPrefix(target, store.HookTarget) }

// sender returns who tells a target, or nil.
func (w *Worker) sender(target string) Sender {
	if isHook(target) {
		return w.parts.Hooks
	}
	return w.parts.Mail
}

// boundaries are fixed times, of which each is for one step.
type boundaries struct {
	length time.Duration
	done   time.Time
}

// reached returns the last boundary at or before now, and whether it is to be acted
// on: it is after since, and nobody has yet.
func (b *boundaries) reached(now, since time.Time) (at time.Time, due bool) {
	at = casework.Window(now, b.length)
	if b.done.Sub(at) > b.length { // the clock was wrong, and was set back
		b.done = at
	}
	if !at.After(since) || !at.After(b.done) {
		return at, false
	}
	b.done = at
	return at, true
}

// undo has a boundary acted on once more, at the next step.
func (b *boundaries) undo() { b.done = b.done.Add(-b.length) }

// after returns the first boundary after now.
func (b *boundaries) after(now time.Time) time.Time {
	return casework.Window(now, b.length).Add(b.length)
}

// Start begins to send, until Stop or the end of the context. It is called once.
func (w *Worker) Start(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	w.started = true
	ctx, w.cancel = context.WithCancel(ctx)
	go func() {
		defer close(w.ended)
		w.run(ctx)
	}()
}

// Stop begins no further delivery. What it returns is closed when those that have
// begun are done.
func (w *Worker) Stop() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.started:
		w.cancel()
	case !w.stopped:
		close(w.ended)
	}
	w.stopped = true
	return w.ended
}

// run sends until the context ends; a delivery that has begun is finished. Those in
// danger do not wait for the others.
func (w *Worker) run(ctx context.Context) {
	var lanes sync.WaitGroup
	for _, d := range []*danger{&w.handlers, &w.hooks} {
		lanes.Go(func() { w.repeat(ctx, w.lane(w.stepDanger(d)), &d.boundaries) })
	}
	lanes.Go(func() { w.repeat(ctx, w.lane(w.stepWindow), &w.windows, &w.retries) })
	lanes.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteLimit)
	defer cancel()
	if err := w.parts.Store.EndLease(last, leaseName, w.holder); err != nil {
		w.parts.Log.Warn("another process can tell people only when the lease of this one ends", "error", err)
	}
}

// repeat steps now and at each of these boundaries.
func (w *Worker) repeat(ctx context.Context, step func(context.Context, time.Time) error, at ...*boundaries) {
	for ctx.Err() == nil {
		if err := step(ctx, w.parts.Now()); err != nil && ctx.Err() == nil {
			w.parts.Log.Error("what waits for people could not be sent", "error", err)
		}
		now := w.parts.Now()
		wait := leaseLife
		for _, b := range at {
			wait = min(wait, b.after(now).Sub(now))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// Step does what is due at a time, if this process is the one that sends.
func (w *Worker) Step(ctx context.Context, now time.Time) error {
	return errors.Join(w.lane(w.stepDanger(&w.handlers))(ctx, now), w.lane(w.stepDanger(&w.hooks))(ctx, now), w.lane(w.stepWindow)(ctx, now))
}

// step does what is due at a time, for a process that has held the lease since.
type step func(ctx context.Context, now, since time.Time) error

// lane returns a step as it is done: by whoever holds the lease, and until they lose it.
func (w *Worker) lane(do step) func(context.Context, time.Time) error {
	return func(ctx context.Context, now time.Time) error {
		since, err := w.hold(ctx, now, false)
		if err != nil || since.IsZero() {
			return err
		}
		if err := do(ctx, now, since); !errors.Is(err, errLost) {
			return err
		}
		return nil
	}
}

// hold takes the lease or renews it, and reports since when it is held; zero: another
// process has it. sure asks the database even when little of it has gone by.
func (w *Worker) hold(ctx context.Context, now time.Time, sure bool) (since time.Time, err error) {
	now = now.Round(0) // as the wall clock says: one that is set back begins anew, as the boundaries do
	w.mu.Lock()
	defer w.mu.Unlock()
	held := now.Before(w.until) && !now.Before(w.since)
	if held && !sure && w.until.Sub(now) > leaseRenewal {
		return w.since, nil
	}
	until := now.Add(leaseLife).Truncate(time.Second)
	got, err := w.parts.Store.HoldLease(ctx, leaseName, w.holder, now, until)
	if err != nil {
		return time.Time{}, err
	}
	if !got {
		w.until = time.Time{}
		return time.Time{}, nil
	}
	if !held {
		w.since = now
	}
	w.until = until
	return w.since, nil
}
