package api

import (
	"context"
	"sync"
	"time"

	"hotline/server/intake"
	"hotline/store"
	"hotline/store/casework"
)

// cacheLife is how long the same handlers are offered to everybody, so that
// those who ask again and again cost no database. A report is checked against
// the database itself.
const cacheLife = 2 * time.Second

// recipientCache keeps to whom to seal.
type recipientCache struct {
	store *store.Store
	now   func() time.Time

	mu   sync.Mutex
	last *recipients
}

// recipients is to whom to seal, as read at one time. It is read-only once it is
// ready.
type recipients struct {
	began time.Time
	ready chan struct{} // closed once the rest is there
	err   error

	recipients map[string]string // by handler id, or store.Recovery
	queues     map[casework.Queue][]string
	excludable []excludable
	known      int // whom a key can be for, disabled handlers too
}

// get reads who is there, unless somebody just did.
func (o *recipientCache) get(ctx context.Context) (*recipients, error) {
	o.mu.Lock()
	d := o.last
	if d == nil || !d.good(o.now()) {
		d = &recipients{began: o.now(), ready: make(chan struct{}), err: store.ErrBusy}
		o.last = d
		o.mu.Unlock()
		defer close(d.ready)
		d.err = d.load(ctx, o.store)
		return d, d.err
	}
	o.mu.Unlock()
	select {
	case <-d.ready:
		return d, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// forget has the next one read who is there.
func (o *recipientCache) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = nil
}

// good reports whether they are fresh, or are being read.
func (d *recipients) good(now time.Time) bool {
	select {
	case <-d.ready:
		age := now.Sub(d.began)
		return d.err == nil && 0 <= age && age < cacheLife
	default:
		return true
	}
}

func (d *recipients) load(ctx context.Context, st *store.Store) error {
	active, err := intake.RecipientsOf(ctx, st)
	if err != nil {
		return err
	}
	all, err := st.Handlers(ctx)
	if err != nil {
		return err
	}
	d.known = len(all) + 1 // and the recovery recipient
	d.recipients, d.queues = map[string]string{}, map[casework.Queue][]string{}
	for id, h := range active.ByID {
		d.recipients[id] = h.Recipient
	}
	for _, q := range casework.Queues {
		d.queues[q] = append([]string{}, active.QueueReaders[q]...)
		if active.Recovery != "" && len(d.queues[q]) > 0 {
			d.queues[q] = append(d.queues[q], store.Recovery)
		}
	}
	if active.Recovery != "" {
		d.recipients[store.Recovery] = active.Recovery
	}
	d.excludable = []excludable{}
	for _, e := range active.Excludable("") {
		d.excludable = append(d.excludable, excludable{e.ID, e.ShownAs, active.ByID[e.ID].ShownIn})
	}
	return nil
}
