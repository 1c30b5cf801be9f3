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
	// errNobodyLeft says that everybody who could read the report is excluded.
	errNobodyLeft = errors.New("intake: nobody is left who could read the report")
	// errNotShown says that somebody is excluded whom reporters are not offered,
	// or not any more.
	errNotShown = errors.New("intake: somebody is excluded who is not offered for it")
)

// destination is what decides who reads a report.
type destination struct {
	category, subject string
	excluded          []string // handlers' ids
}

// desks is who can receive reports now.
type desks struct {
	casework.Desks
	byID     map[string]store.Handler
	recovery string // recipient of the recovery identity; "": there is none
}

func desksOf(ctx context.Context, st *store.Store) (desks, error) {
	d := desks{Desks: casework.Desks{}, byID: map[string]store.Handler{}}
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return d, err
	}
	for _, h := range handlers {
		d.byID[h.ID] = h
		for _, q := range h.Queues {
			d.Desks[q] = append(d.Desks[q], h.ID)
		}
	}
	d.recovery, err = st.RecoveryRecipient(ctx)
	return d, err
}

// readers returns the queue that a report goes to now, and whom its case is
// sealed to. casework.ErrNoHandler: its queue is closed.
func (d desks) readers(to destination) (casework.Queue, []store.Reader, error) {
	for _, id := range to.excluded {
		if d.byID[id].ShownAs == "" {
			return "", nil, errNotShown
		}
	}
	queue, ids, err := casework.Route(to.category, to.subject, to.excluded, d.Desks)
	if errors.Is(err, casework.ErrNoHandler) && len(d.Desks[queue]) > 0 {
		err = errNobodyLeft
	}
	if err != nil {
		return "", nil, err
	}
	var readers []store.Reader
	for _, id := range ids {
		readers = append(readers, store.Reader{ID: id, Recipient: d.byID[id].Recipient})
	}
	if d.recovery != "" {
		readers = append(readers, store.Reader{ID: store.Recovery, Recipient: d.recovery})
	}
	return queue, readers, nil
}

// excludable are those whom a reporter can exclude, in the order of what they are
// shown as, which is not that of their names.
func (d desks) excludable() []view.Excludable {
	all := []view.Excludable{}
	for id, h := range d.byID {
		if h.ShownAs != "" {
			all = append(all, view.Excludable{ID: id, ShownAs: h.ShownAs})
		}
	}
	slices.SortFunc(all, func(a, b view.Excludable) int {
		return cmp.Or(cmp.Compare(a.ShownAs, b.ShownAs), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// shownAs puts into words whom a report excludes, for those who read it.
func (d desks) shownAs(excluded []string) string {
	var all []string
	for _, id := range excluded {
		all = append(all, d.byID[id].ShownAs)
	}
	return strings.Join(all, ", ")
}

// readers returns the queue that a report goes to now, and whom its case is
// sealed to.
func (in *Intake) readers(ctx context.Context, to destination) (casework.Queue, []store.Reader, error) {
	d, err := desksOf(ctx, in.store)
	if err != nil {
		return "", nil, err
	}
	return d.readers(to)
}

// open reports which queues have a handler with a key.
func (d desks) open() map[casework.Queue]bool {
	open := map[casework.Queue]bool{}
	for q, ids := range d.Desks {
		open[q] = len(ids) > 0
	}
	return open
}

// desksShown is desksOf for a page. While the database does not answer, all queues
// are said to be open: whoever sends a report will hear more, and the pages stay up.
func (in *Intake) desksShown(ctx context.Context) desks {
	d, err := desksOf(ctx, in.store)
	if err != nil {
		in.log.Error("cannot tell which queues are open", "error", err)
		for _, q := range casework.Queues {
			d.Desks[q] = []string{""}
		}
	}
	return d
}

// Excludable are those whom the person who reports can exclude now.
func (in *Intake) Excludable(ctx context.Context) []view.Excludable {
	return in.desksShown(ctx).excludable()
}
