package intake

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

var (
	// ErrNobodyLeft says that everybody who could read the report is excluded.
	ErrNobodyLeft = errors.New("intake: nobody is left who could read the report")
	// ErrNotShown says that somebody is excluded whom reporters are not offered,
	// or not any more.
	ErrNotShown = errors.New("intake: somebody is excluded who is not offered for it")
)

// Destination is what decides who reads a report.
type Destination struct {
	Queue    casework.Queue // by casework.Rules
	Excluded []string       // handlers' ids
}

// Recipients is who can receive reports now.
type Recipients struct {
	casework.QueueReaders
	ByID     map[string]store.Handler
	Recovery string // recipient of the recovery identity; "": there is none
}

// RecipientsOf reads who can receive reports now.
func RecipientsOf(ctx context.Context, st *store.Store) (Recipients, error) {
	d := Recipients{QueueReaders: casework.QueueReaders{}, ByID: map[string]store.Handler{}}
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return d, err
	}
	for _, h := range handlers {
		d.ByID[h.ID] = h
		for _, q := range h.Queues {
			d.QueueReaders[q] = append(d.QueueReaders[q], h.ID)
		}
	}
	d.Recovery, err = st.RecoveryRecipient(ctx)
	return d, err
}

// Readers returns the queue that a report goes to now, and whom its case is
// sealed to. casework.ErrNoHandler: its queue is closed.
func (d Recipients) Readers(to Destination) (casework.Queue, []store.Reader, error) {
	for _, id := range to.Excluded {
		if d.ByID[id].ShownAs == "" {
			return "", nil, ErrNotShown
		}
	}
	queue, ids, err := casework.Route(to.Queue, to.Excluded, d.QueueReaders)
	if errors.Is(err, casework.ErrNoHandler) && len(d.QueueReaders[queue]) > 0 {
		err = ErrNobodyLeft
	}
	if err != nil {
		return "", nil, err
	}
	var readers []store.Reader
	for _, id := range ids {
		readers = append(readers, store.Reader{ID: id, Recipient: d.ByID[id].Recipient})
	}
	if d.Recovery != "" {
		readers = append(readers, store.Reader{ID: store.Recovery, Recipient: d.Recovery})
	}
	return queue, readers, nil
}

// Excludable are those whom a reporter can exclude, in the order of what they are
// shown as in a language, which is not that of their names.
func (d Recipients) Excludable(lang string) []view.Excludable {
	all := []view.Excludable{}
	for id, h := range d.ByID {
		if h.ShownAs != "" {
			all = append(all, view.Excludable{ID: id, ShownAs: h.ShownIn.Of(h.ShownAs, lang)})
		}
	}
	slices.SortFunc(all, func(a, b view.Excludable) int {
		return cmp.Or(cmp.Compare(a.ShownAs, b.ShownAs), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// ShownAs puts into words whom a report excludes, for those who read it, as the
// reporter saw them.
func (d Recipients) ShownAs(excluded []string, lang string) string {
	var all []string
	for _, id := range excluded {
		all = append(all, d.ByID[id].ShownIn.Of(d.ByID[id].ShownAs, lang))
	}
	return strings.Join(all, ", ")
}

// Recipients reads who can receive reports now.
func (in *Intake) Recipients(ctx context.Context) (Recipients, error) {
	return RecipientsOf(ctx, in.store)
}

// Readers returns the queue that a report goes to now, and whom its case is
// sealed to.
func (in *Intake) Readers(ctx context.Context, to Destination) (casework.Queue, []store.Reader, error) {
	d, err := in.Recipients(ctx)
	if err != nil {
		return "", nil, err
	}
	return d.Readers(to)
}

// Open reports which queues have a handler with a key.
func (d Recipients) Open() map[casework.Queue]bool {
	open := map[casework.Queue]bool{}
	for q, ids := range d.QueueReaders {
		open[q] = len(ids) > 0
	}
	return open
}

// RecipientsShown is RecipientsOf for a page. While the database does not answer, all queues
// are said to be open: whoever sends a report will hear more, and the pages stay up.
func (in *Intake) RecipientsShown(ctx context.Context) Recipients {
	d, err := RecipientsOf(ctx, in.store)
	if err != nil {
		in.log.Error("cannot tell which queues are open", "error", err)
		for _, q := range casework.Queues {
			d.QueueReaders[q] = []string{""}
		}
	}
	return d
}

// Excludable are those whom the person who reports can exclude now.
func (in *Intake) Excludable(ctx context.Context, lang string) []view.Excludable {
	return in.RecipientsShown(ctx).Excludable(lang)
}
