package admin

import (
	"context"
	"slices"

	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// made is how the organisation is made up and who receives cases, at one moment, as an
// administrator sees it.
type made struct {
	store.Organization
	members casework.Members
	active  []store.Handler
	by      store.Handler // the administrator
}

func (a *Admin) made(ctx context.Context, s session.Session) (m made, err error) {
	m.by = s.Handler
	a.settings.Changed() // names on the page are those of now, too: the command line may have changed them
	if m.Organization, err = a.store.OrganizationWith(ctx, a.settings.Current()); err != nil {
		return m, err
	}
	m.active, err = a.store.ActiveHandlers(ctx)
	m.members = store.Members(m.active)
	if err == nil && len(m.managed()) == 0 { // the entity is gone
		err = store.ErrNotFound
	}
	return m, err
}

// administers reports whether the administrator manages an entity.
func (m made) administers(code string) bool { return m.by.Covers(store.RoleAdmin, m.Entities, code) }

// managed returns the codes of the entities that they manage, in order.
func (m made) managed() (codes []string) {
	for _, e := range m.Entities {
		if m.administers(e.Code) {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

// top is the level of the highest of some entities.
func (m made) top(codes []string) int {
	top := casework.EntityDepth
	for _, code := range codes {
		top = min(top, m.Entities.Depth(code))
	}
	return top
}

// choices are entities to choose from.
func (m made) choices(codes []string) (list []view.Choice) {
	for _, code := range codes {
		list = append(list, view.Choice{Code: code, Depth: m.Entities.Depth(code) - m.top(codes)})
	}
	return list
}

// own lists the queues that are read at an entity by people of its own.
func (m made) own(code string) (queues []casework.Queue) {
	for _, q := range m.Queues {
		if len(m.members[casework.BranchOf(q.Code, code)]) > 0 {
			queues = append(queues, q.Code)
		}
	}
	return queues
}

// seen reports whether cases are stored under an entity in the clear, so that rules
// can decide by it.
func (m made) seen(code string) bool { return m.Entities.Seen(code, m.members) == code }

// readers names those who read at a branch: by name, as far as the administrator
// manages them, and the others by their number.
func (m made) readers(b casework.Branch, ids []string) view.Readers {
	r := view.Readers{Queue: b.Queue(), Branch: b}
	for _, h := range m.active {
		switch {
		case !slices.Contains(ids, h.ID):
		case h.ID == m.by.ID || m.by.Manages(m.Entities, h):
			r.People = append(r.People, h.Name)
		default:
			r.Others++
		}
	}
	return r
}

// readersOf are those who read a queue's cases about an entity.
func (m made) readersOf(q casework.Queue, code string) view.Readers {
	b, ids, _ := m.members.Nearest(q, m.Entities.Path(code))
	return m.readers(b, ids)
}

// receives says who would read a report about an entity that is sent now. The entity
// counts that a case would be stored under in the clear.
func (m made) receives(entity string, answers casework.Answers) view.Readers {
	queue, b, ids, err := m.Route(m.Entities, m.members, m.Entities.Seen(entity, m.members), answers)
	if err != nil {
		return view.Readers{Queue: queue, Branch: b}
	}
	return m.readers(b, ids)
}
