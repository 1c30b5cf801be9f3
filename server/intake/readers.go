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
	// ErrDeskUnread says that nobody at the desk which the reporter chose reads what
	// is about the entity that they chose.
	ErrDeskUnread = errors.New("intake: nobody reads the queue that was chosen")
)

// Destination is what decides who reads a report.
type Destination struct {
	Entity   string           // the report is about it
	Answers  casework.Answers // Recipients.RulesAt say which queue reads them
	Excluded []string         // handlers' ids
}

// Recipients is who can receive reports now.
type Recipients struct {
	casework.Members
	Organization store.Organization
	ByID         map[string]store.Handler
	Recovery     string // recipient of the recovery identity; "": there is none
	Stands       casework.StandIns
}

// Desks returns the queues that reporters may choose and that somebody reads about an
// entity; about the root, which stands for an entity that was not chosen as well,
// those that somebody reads anywhere.
func (d Recipients) Desks(entity string) (list []casework.QueueInfo) {
	for _, q := range d.Organization.Queues {
		if q.Choosable && (d.reads(q.Code, entity) || entity == casework.Root && d.readsAnywhere(q.Code)) {
			list = append(list, q)
		}
	}
	return list
}

// reads reports whether somebody reads what a queue gets about an entity.
func (d Recipients) reads(queue casework.Queue, entity string) bool {
	_, _, read := d.Nearest(queue, d.Organization.Entities.Path(entity))
	return read
}

func (d Recipients) readsAnywhere(queue casework.Queue) bool {
	for branch, ids := range d.Members {
		if branch.Queue() == queue && len(ids) > 0 {
			return true
		}
	}
	return false
}

// RecipientsOf reads who can receive reports now.
func RecipientsOf(ctx context.Context, st *store.Store) (Recipients, error) {
	o, err := st.Organization(ctx)
	if err != nil {
		return Recipients{}, err
	}
	return recipientsIn(ctx, st, o)
}

// recipientsIn is RecipientsOf where it is known how the organisation is made up.
func recipientsIn(ctx context.Context, st *store.Store, o store.Organization) (Recipients, error) {
	d := Recipients{Organization: o, ByID: map[string]store.Handler{}}
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return d, err
	}
	for _, h := range handlers {
		d.ByID[h.ID] = h
	}
	d.Members = store.Members(handlers)
	if d.Stands, err = st.StandIns(ctx); err != nil {
		return d, err
	}
	d.Recovery, err = st.RecoveryRecipient(ctx)
	return d, err
}

// RulesAt returns the rules that decide about reports that are about an entity. It is
// one of those that cases are stored under in the clear, because the server decides by
// that about reports which it cannot read.
func (d Recipients) RulesAt(entity string) []casework.Rule {
	return d.Organization.RulesAt(d.Organization.Entities, d.Members, entity)
}

// Readers returns the branch that a report goes to now, and whom its case is
// sealed to. casework.ErrNoHandler: its queue is closed. ErrDeskUnread: the one that
// the reporter chose is, and no other gets the report in its place.
func (d Recipients) Readers(to Destination) (casework.Branch, []store.Reader, error) {
	entity := d.Seen(to.Entity)
	if desk := casework.Queue(to.Answers.Desk); desk != "" && !d.reads(desk, entity) {
		return "", nil, ErrDeskUnread
	}
	return d.ReadersIn(casework.QueueFor(d.RulesAt(entity), to.Answers), entity, to.Excluded)
}

// ReadersIn is Readers for a report whose queue by the rules is known.
func (d Recipients) ReadersIn(first casework.Queue, entity string, excluded []string) (casework.Branch, []store.Reader, error) {
	for _, id := range excluded {
		if d.ByID[id].ShownAs == "" {
			return "", nil, ErrNotShown
		}
	}
	path := d.Organization.Entities.Path(entity)
	branch, ids, err := d.Without(d.Stands, excluded).Route(first, path, excluded)
	if errors.Is(err, casework.ErrNoHandler) && d.reads(first, entity) {
		err = ErrNobodyLeft
	}
	if err != nil {
		return branch, nil, err
	}
	var readers []store.Reader
	for _, id := range ids {
		readers = append(readers, store.Reader{ID: id, Recipient: d.ByID[id].Recipient})
	}
	if d.Recovery != "" {
		readers = append(readers, store.Reader{ID: store.Recovery, Recipient: d.Recovery})
	}
	return branch, readers, nil
}

// RetaliationDesk returns the queue for a report that somebody is treated badly because
// of one about an entity (casework.Members.RetaliationDesk). Nobody reads there: false.
func (d Recipients) RetaliationDesk(entity string) (casework.Queue, bool) {
	seen := d.Seen(entity)
	desk := d.Members.RetaliationDesk(d.Organization.Entities.Path(seen))
	return desk, d.reads(desk, seen)
}

// Seen returns the entity that a case about an entity is stored under in the clear.
func (d Recipients) Seen(entity string) string {
	return d.Organization.Entities.Seen(entity, d.Members)
}

// Excludable are those whom a reporter can exclude from what is about an entity, in
// the order of what they are shown as in a language, which is not that of their names.
func (d Recipients) Excludable(entity, lang string) []view.Excludable {
	all := []view.Excludable{}
	path := d.Organization.Entities.Path(entity)
	for id, h := range d.ByID {
		reads := slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return slices.Contains(path, b.Entity()) })
		if h.ShownAs != "" && reads {
			all = append(all, view.Excludable{ID: id, ShownAs: h.ShownIn.Of(h.ShownAs, lang)})
		}
	}
	slices.SortFunc(all, func(a, b view.Excludable) int {
		return cmp.Or(cmp.Compare(a.ShownAs, b.ShownAs), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// ExcludableElsewhere reports whether there are entities, and somebody about some of
// them whom a reporter can exclude.
func (d Recipients) ExcludableElsewhere() bool {
	if len(d.Organization.Entities) == 1 {
		return false
	}
	for _, h := range d.ByID {
		if h.ShownAs != "" {
			return true
		}
	}
	return false
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

// Readers returns the branch that a report goes to now, and whom its case is
// sealed to.
func (in *Intake) Readers(ctx context.Context, to Destination) (casework.Branch, []store.Reader, error) {
	d, err := in.Recipients(ctx)
	if err != nil {
		return "", nil, err
	}
	return d.Readers(to)
}

// Open returns the queues that have a handler with a key who reads what is about an
// entity.
func (d Recipients) Open(entity string) map[casework.Queue]bool {
	open := map[casework.Queue]bool{}
	for _, q := range d.Organization.Queues {
		if d.reads(q.Code, entity) {
			open[q.Code] = true
		}
	}
	return open
}

// RecipientsShown is RecipientsOf for a page. While the database does not answer, all queues
// are said to be open: whoever sends a report will hear more, and the pages stay up.
func (in *Intake) RecipientsShown(ctx context.Context) Recipients {
	d, err := recipientsIn(ctx, in.store, in.settings.Organization())
	if err != nil {
		in.log.Error("cannot tell which queues are open", "error", err)
		d.Members = casework.Members{}
		for _, q := range d.Organization.Queues {
			d.Members[casework.BranchOf(q.Code, casework.Root)] = []string{""}
		}
	}
	return d
}
