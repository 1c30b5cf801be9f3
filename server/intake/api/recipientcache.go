package api

import (
	"context"
	"slices"
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

	active intake.Recipients
	known  int // whom a key can be for, disabled handlers too

	mu sync.Mutex
	at map[string]*localRecipients // by entity, of those that were asked for
}

// localRecipients is to whom to seal what is about one entity.
type localRecipients struct {
	entity     string            // in the clear: that itself, or one above it
	recipients map[string]string // by handler id, or store.Recovery
	queues     map[casework.Queue][]string
	branches   map[casework.Queue]casework.Branch // of the queues that somebody reads
	rules      []casework.Rule
	excludable []excludable
}

// get reads who is there, unless somebody just did.
func (o *recipientCache) get(ctx context.Context) (*recipients, error) {
	d, fresh := o.current()
	if fresh {
		defer close(d.ready)
		d.err = d.load(ctx, o.store)
		return d, d.err
	}
	select {
	case <-d.ready:
		return d, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// current returns what was read lately, or is being read; fresh: the caller is to read it.
func (o *recipientCache) current() (d *recipients, fresh bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	if o.last != nil && o.last.good(now) {
		return o.last, false
	}
	o.last = &recipients{began: now, ready: make(chan struct{}), err: store.ErrBusy}
	return o.last, true
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
	d.active, d.known, d.at = active, len(all)+1, map[string]*localRecipients{} // and the recovery recipient
	return nil
}

// about returns to whom to seal what is about an entity; one that is not known is
// the root.
func (d *recipients) about(entity string) *localRecipients {
	entity = d.active.Seen(entity)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at[entity] == nil {
		d.at[entity] = localRecipientsOf(d.active, entity)
	}
	return d.at[entity]
}

func localRecipientsOf(active intake.Recipients, entity string) *localRecipients {
	l := &localRecipients{
		entity: entity, recipients: map[string]string{}, queues: map[casework.Queue][]string{}, branches: map[casework.Queue]casework.Branch{},
		rules: active.RulesAt(entity), excludable: []excludable{},
	}
	path := active.Organization.Entities.Path(entity)
	for _, q := range active.Organization.Queues {
		branch, ids, read := active.Nearest(q.Code, path)
		if !read && !q.BuiltIn() {
			continue
		}
		l.queues[q.Code] = append([]string{}, ids...)
		if !read {
			continue
		}
		l.branches[q.Code] = branch
		l.add(active, q.Code, ids)
	}
	for _, e := range active.Excludable(entity, "") {
		l.excludable = append(l.excludable, excludable{e.ID, e.ShownAs, active.ByID[e.ID].ShownIn, l.deputies(active, e.ID)})
	}
	return l
}

// deputies returns by queue who reads it in somebody's place alone.
func (l *localRecipients) deputies(active intake.Recipients, id string) map[casework.Queue][]string {
	deputies := map[casework.Queue][]string{}
	left := active.Without(active.Stands, []string{id})
	for q, b := range l.branches {
		for _, reader := range active.Members[b] {
			if !slices.Contains(left[b], reader) {
				deputies[q] = append(deputies[q], reader)
			}
		}
	}
	return deputies
}

// add adds who reads a queue.
func (l *localRecipients) add(active intake.Recipients, queue casework.Queue, ids []string) {
	for _, id := range ids {
		l.recipients[id] = active.ByID[id].Recipient
	}
	if active.Recovery != "" {
		l.queues[queue] = append(l.queues[queue], store.Recovery)
		l.recipients[store.Recovery] = active.Recovery
	}
}
