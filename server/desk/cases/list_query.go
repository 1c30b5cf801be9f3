package cases

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// nobody is the filter for cases that nobody has taken.
const nobody = "none"

// daysLimit is how many days back a filter can reach.
const daysLimit = 3650

// askedList is a page of a list as its address asks for it.
type askedList struct {
	tab          string
	filter       view.CaseListFilter
	after, until casework.Cursor
	errors       []view.FieldError
}

// askedFor reads the address of a list, by the names of its query. What no list knows is
// left out. counts choose the tab where the address names none.
func (d *Desk) askedFor(query func(name string) string, h store.Handler, counts map[string]int) (a askedList) {
	known := func(name string, ok func(string) bool) string {
		if value := query(name); ok(value) {
			return value
		}
		return ""
	}
	if a.tab = known("tab", func(v string) bool { return slices.Contains(casework.Tabs, v) }); a.tab == "" {
		a.tab = casework.FirstTab(counts)
	}
	f := &a.filter
	f.Queue = known("queue", func(v string) bool { return slices.Contains(queuesOf(h.Branches), casework.Queue(v)) })
	f.Category = known("category", func(v string) bool {
		_, ok := casework.CategoryByCode(v)
		return ok || v == casework.Unsure
	})
	f.Priority = known("priority", func(v string) bool { return slices.Contains(casework.Priorities, casework.Priority(v)) })
	f.State = known("state", func(v string) bool { return slices.Contains(casework.States, casework.State(v)) })
	f.Assignee = known("assignee", func(v string) bool { return v == nobody || crypto.ValidID(v) })
	f.Kind = known("kind", func(v string) bool { return v == casework.KindUnconfirmed || slices.Contains(casework.Kinds, v) })
	f.Unread = known("unread", func(v string) bool { return v == view.Yes })
	f.Entity = known("entity", func(v string) bool { return slices.Contains(d.entitiesOf(h), view.EntityIn(v)) && v != casework.Root })
	f.Age = known("age", func(v string) bool { return slices.Contains(view.Ages, v) })
	f.Days = query("days")
	if n, err := strconv.Atoi(f.Days); f.Age != "" && (err != nil || n < 1 || n > daysLimit) {
		a.errors = append(a.errors, view.FieldError{Field: "days", Key: "list.days.wrong", Args: []any{"Most", daysLimit}})
	}
	if f.Sort = known("sort", func(v string) bool { return slices.Contains(casework.Sorts, v) }); f.Sort == "" {
		f.Sort = casework.OrderOf(a.tab, h.ListOrder)
	}
	// Where these are none, the list begins.
	a.after, _ = casework.ParseCursor(query("after"))
	a.until, _ = casework.ParseCursor(query("until"))
	return a
}

// queryOf is how a request names what its address asks for.
func queryOf(c *fiber.Ctx) func(name string) string {
	return func(name string) string { return c.Query(name) }
}

// remember keeps the order that a handler chose: what the form says, and not the
// address of another page of the list.
func (d *Desk) remember(c *fiber.Ctx, h store.Handler, a askedList) error {
	chosen := c.Query("sort")
	if chosen != a.filter.Sort || chosen == h.ListOrder || a.after.ID != "" || a.until.ID != "" {
		return nil
	}
	return d.store.SetListOrder(c.UserContext(), h.ID, chosen)
}

// query is the query of a page of the list.
func (a askedList) query(after, until casework.Cursor) string {
	q := url.Values{"tab": {a.tab}, "sort": {a.filter.Sort}}
	for name, value := range a.filter.Values() {
		q.Set(name, value)
	}
	for name, cursor := range map[string]casework.Cursor{"after": after, "until": until} {
		if cursor.ID != "" {
			q.Set(name, cursor.String())
		}
	}
	return q.Encode()
}

// queryOf asks the store for it. What is wrong with the address narrows nothing down.
func (d *Desk) queryOf(a askedList) store.CaseQuery {
	f := a.filter
	q := store.CaseQuery{
		Tab: a.tab, Today: d.settings.Days(), Sort: f.Sort, Queue: casework.Queue(f.Queue), Category: f.Category,
		Priority: casework.Priority(f.Priority), State: casework.State(f.State), Kind: f.Kind, Unread: f.Unread != "",
		After: a.after, Until: a.until,
	}
	if q.Unassigned = f.Assignee == nobody; !q.Unassigned {
		q.Assignee = f.Assignee
	}
	switch f.Entity {
	case "":
	case casework.RootName:
		q.Entities = []string{casework.Root}
	default:
		q.Entities = d.settings.Organization().Entities.Below(f.Entity)
	}
	if n, err := strconv.Atoi(f.Days); err == nil && len(a.errors) == 0 {
		day := d.today().AddDays(-n)
		switch f.Age {
		case view.AgeWithin:
			q.From = day
		case view.AgeBeyond:
			q.Before = day
		}
	}
	return q
}
