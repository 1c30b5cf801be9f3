package cases

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// nobody is the filter for cases that nobody has taken.
const nobody = "none"

// sorts are the orders of a list.
var sorts = []string{store.SortDue, store.SortNewest, store.SortOldest}

// GetCases shows one list of the handler's cases.
func (d *Desk) GetCases(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	handlers, err := d.store.Handlers(ctx)
	if err != nil {
		return err
	}
	tab, filter := askedFor(func(name string) string { return c.Query(name) }, s.Handler)
	after, _ := store.ParseCursor(c.Query("after")) // where it is none, the list begins
	rows, next, err := d.store.CaseList(ctx, s.Handler, d.queryOf(tab, filter, after))
	if err != nil {
		return err
	}
	days := d.settings.Days()
	counts, err := d.store.TabCounts(ctx, s.Handler, days)
	if err != nil {
		return err
	}
	if err := d.store.Looked(ctx, s.Handler, days); err != nil {
		return err
	}
	unattended, err := d.store.UnattendedOf(ctx, s.Handler)
	if err != nil {
		return err
	}
	p := view.CaseList{
		Desk: s.Frame(), Tab: tab, Filter: filter, Queues: queuesOf(s.Handler.Branches), Any: counts[casework.TabAll] > 0,
		Query: queryString(tab, filter, after), People: colleaguesIn(handlers, s.Handler.Branches),
		Unattended: unattended,
	}
	for _, t := range casework.Tabs {
		count := view.TabCount{Tab: t, Query: url.Values{"tab": {t}}.Encode(), Count: counts[t]}
		if count.More = count.Count >= store.CountLimit; count.More {
			count.Count = store.CountLimit - 1
		}
		p.Tabs = append(p.Tabs, count)
	}
	names := namesOf(handlers)
	for _, row := range rows {
		p.Rows = append(p.Rows, d.rowOf(row, s.Handler.ID, names))
	}
	if next.ID != "" {
		p.Next = queryString(tab, filter, next)
	}
	if after.ID != "" {
		p.First = queryString(tab, filter, store.Cursor{})
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-cases", p)
}

// askedFor reads the query of a list. What no list knows is left out.
func askedFor(query func(name string) string, h store.Handler) (tab string, f view.CaseListFilter) {
	known := func(name string, ok func(string) bool) string {
		if value := query(name); ok(value) {
			return value
		}
		return ""
	}
	if tab = known("tab", func(v string) bool { return slices.Contains(casework.Tabs, v) }); tab == "" {
		tab = casework.TabNew
	}
	f.Queue = known("queue", func(v string) bool { return slices.Contains(queuesOf(h.Branches), casework.Queue(v)) })
	f.Category = known("category", func(v string) bool {
		_, ok := casework.CategoryByCode(v)
		return ok || v == casework.Unsure
	})
	f.Priority = known("priority", func(v string) bool { return slices.Contains(casework.Priorities, casework.Priority(v)) })
	f.State = known("state", func(v string) bool { return slices.Contains(casework.States, casework.State(v)) })
	f.Assignee = known("assignee", func(v string) bool { return v == nobody || crypto.ValidID(v) })
	if f.Sort = known("sort", func(v string) bool { return slices.Contains(sorts, v) }); f.Sort == "" {
		f.Sort = usualSort(tab)
	}
	return tab, f
}

// usualSort is the order of a tab where nobody asked for another.
func usualSort(tab string) string {
	if tab == casework.TabClosed || tab == casework.TabJunk || tab == casework.TabAll {
		return store.SortNewest
	}
	return store.SortDue
}

func (d *Desk) queryOf(tab string, f view.CaseListFilter, after store.Cursor) store.CaseQuery {
	q := store.CaseQuery{
		Tab: tab, Today: d.settings.Days(), Sort: f.Sort, Queue: casework.Queue(f.Queue), Category: f.Category,
		Priority: casework.Priority(f.Priority), State: casework.State(f.State), After: after,
	}
	if q.Unassigned = f.Assignee == nobody; !q.Unassigned {
		q.Assignee = f.Assignee
	}
	return q
}

// queryString is the query of a page of a list.
func queryString(tab string, f view.CaseListFilter, after store.Cursor) string {
	q := url.Values{"tab": {tab}}
	for name, value := range map[string]string{
		"queue": f.Queue, "category": f.Category, "priority": f.Priority, "state": f.State, "assignee": f.Assignee, "after": after.String(),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Sort != usualSort(tab) {
		q.Set("sort", f.Sort)
	}
	return q.Encode()
}

func (d *Desk) rowOf(row store.ListedCase, me string, names map[string]string) view.CaseRow {
	dates := d.datesOf(row.Case)
	return view.CaseRow{
		ID: row.ID, Branch: row.Branch, Entity: row.Entity, Category: row.Category, Kind: row.Kind, Standing: row.Standing, Danger: row.Danger, Urgent: row.History().Urgent(), State: row.State, Outcome: row.Outcome, Priority: row.Priority, Turn: row.Turn,
		Received: dates.Received, Closed: dates.Closed, Due: dates.Due, DueFor: dates.DueFor, DaysLeft: dates.DaysLeft,
		Assignee: names[row.Assignee], Mine: row.Assignee == me, Unread: row.LastSeq > row.Read, Messages: row.LastSeq, Files: row.Files,
	}
}

// datesOf are a case's days by the profile of its entity.
func (d *Desk) datesOf(c store.Case) caseview.DeskDates {
	return caseview.DeskDatesOf(d.settings.ProfileAt(c.Entity), c, d.todayOf(c))
}

// namesOf are the handlers' names by id.
func namesOf(handlers []store.Handler) map[string]string {
	names := map[string]string{}
	for _, h := range handlers {
		names[h.ID] = h.Name
	}
	return names
}

// queuesOf are the queues of branches, each once.
func queuesOf(branches []casework.Branch) (queues []casework.Queue) {
	for _, b := range branches {
		if !slices.Contains(queues, b.Queue()) {
			queues = append(queues, b.Queue())
		}
	}
	return queues
}

// colleaguesIn are the people that cases of some branches can be given to.
func colleaguesIn(handlers []store.Handler, branches []casework.Branch) (people []view.Person) {
	for _, h := range handlers {
		shares := slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return slices.Contains(branches, b) })
		if h.Active() && h.Has(store.RoleHandler) && shares {
			people = append(people, view.Person{ID: h.ID, Name: h.Name})
		}
	}
	return people
}
