package notify

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// errLost ends a batch: another process has the lease, and will tell those who are left.
var errLost = errors.New("notify: the lease was lost")

// batch tells targets in random order, several handlers and several webhooks at a time,
// so that those who are slow keep none of the others waiting. failed notes a target that
// was not told, with the places of what it was not told of. An error is that somebody
// was neither told nor noted.
func (w *Worker) batch(ctx context.Context, targets []string, at time.Time, failed func(context.Context, string, []int64, *Fault) error) error {
	rand.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	b := &batch{worker: w, at: at, failed: failed, shared: map[Sender]*Fault{}}
	lots := map[bool][]string{}
	for _, target := range targets {
		lots[isHook(target)] = append(lots[isHook(target)], target)
	}
	var all sync.WaitGroup
	for _, lot := range lots {
		all.Go(func() { b.all(ctx, lot) })
	}
	all.Wait()
	return errors.Join(b.ended(), ctx.Err())
}

// all tells these targets, several at a time.
func (b *batch) all(ctx context.Context, targets []string) {
	next := make(chan string)
	var all sync.WaitGroup
	for range min(parallel, len(targets)) {
		all.Go(func() {
			for target := range next {
				b.end(b.tell(ctx, target))
			}
		})
	}
	for _, target := range targets {
		if b.ended() != nil || ctx.Err() != nil {
			break
		}
		next <- target
	}
	close(next)
	all.Wait()
}

// batch is what several deliveries have in common.
type batch struct {
	worker *Worker
	at     time.Time
	failed func(context.Context, string, []int64, *Fault) error

	mu     sync.Mutex
	err    error             // ends the batch
	shared map[Sender]*Fault // of senders that reach nobody now
}

func (b *batch) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
}

func (b *batch) ended() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// tell tells one target. The notices that are there when it begins go when it was
// told; what comes meanwhile stays.
func (b *batch) tell(ctx context.Context, target string) error {
	w := b.worker
	sender := w.sender(target)
	if sender == nil || b.ended() != nil || !w.claim(target) {
		return nil
	}
	defer w.release(target)
	since, err := w.hold(ctx, w.parts.Now(), true)
	if err != nil {
		return err
	}
	if since.IsZero() {
		return errLost
	}
	places, err := w.parts.Store.NoticesOf(ctx, target)
	if err != nil || len(places) == 0 {
		return err
	}
	fault := b.send(ctx, sender, target)
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteLimit)
	defer cancel()
	if fault != nil {
		return b.failed(note, target, places, fault)
	}
	w.told(target)
	return w.parts.Store.Delivered(note, target, places)
}

// send makes the delivery, unless one of the same sender has shown that there is no
// use. One that has begun is finished although the server is stopped: what was sent
// and not noted would be sent again.
func (b *batch) send(ctx context.Context, sender Sender, target string) *Fault {
	b.mu.Lock()
	shared := b.shared[sender]
	b.mu.Unlock()
	if shared != nil {
		return shared
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendLimit)
	defer cancel()
	err := sender.Send(limited, target, b.at)
	if err == nil {
		return nil
	}
	fault := faultOf(err)
	if fault.Shared {
		b.mu.Lock()
		b.shared[sender] = fault
		b.mu.Unlock()
	}
	return fault
}

// claim keeps two steps from telling a target at the same time.
func (w *Worker) claim(target string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[target] {
		return false
	}
	w.busy[target] = true
	return true
}

func (w *Worker) release(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.busy, target)
}

// told forgets what failed before.
func (w *Worker) told(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.again, target)
}

// faultCodes gathers why targets were not told. The log says each code once, and
// nobody's name.
type faultCodes struct {
	mu          sync.Mutex
	mail, hooks []string
}

func (c *faultCodes) add(target, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	codes := &c.mail
	if isHook(target) {
		codes = &c.hooks
	}
	if !slices.Contains(*codes, code) {
		*codes = append(*codes, code)
	}
}

func (c *faultCodes) log(log *slog.Logger) {
	slices.Sort(c.mail)
	slices.Sort(c.hooks)
	for _, code := range c.mail {
		log.Warn("mail could not be sent", "fault", code)
	}
	for _, code := range c.hooks {
		log.Warn("a webhook could not be called", "fault", code)
	}
}
