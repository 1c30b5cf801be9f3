package cases

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/caseview"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// GetCases shows one list of the handler's cases.
func (d *Desk) GetCases(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	handlers, err := d.store.Handlers(ctx)
	if err != nil {
		return err
	}
	days := d.settings.Days()
	counts, err := d.store.TabCounts(ctx, s.Handler, days)
	if err != nil {
		return err
	}
	asked := d.askedFor(queryOf(c), s.Handler, counts)
	if err := d.remember(c, s.Handler, asked); err != nil {
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
		Desk: s.Frame(), Tab: asked.tab, Filter: asked.filter, Queues: queuesOf(s.Handler.Branches), Any: counts[casework.TabAll] > 0,
		People: colleaguesIn(handlers, s.Handler.Branches), Entities: d.entitiesOf(s.Handler), Unattended: unattended, Deleted: c.Query("deleted") == "yes",
		Query: asked.query(asked.after, asked.until), CSV: asked.query(casework.Cursor{}, casework.Cursor{}), Errors: asked.errors,
	}
	for _, t := range casework.Tabs {
		if t == casework.TabGoing && counts[t] == 0 && asked.tab != t {
			continue // most of the time nothing is deleted soon
		}
		p.Tabs = append(p.Tabs, view.TabCount{
			Tab: t, Query: url.Values{"tab": {t}}.Encode(), Count: min(counts[t], store.CountLimit), More: counts[t] > store.CountLimit,
		})
	}
	rows, err := d.page(c, s.Handler, asked, counts, &p)
	if err != nil {
		return err
	}
	names := namesOf(handlers)
	for _, row := range rows {
		p.Rows = append(p.Rows, d.rowOf(row, s.Handler.ID, names))
	}
	status := fiber.StatusOK
	if len(asked.errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return d.answers.Send(c, status, "desk-cases", p)
}

// page reads the rows of a page, and says which they are of how many, and where the
// pages beside it are. Where nothing is left of a page, the list begins.
func (d *Desk) page(c *fiber.Ctx, h store.Handler, asked askedList, counts map[string]int, p *view.CaseList) ([]store.ListedCase, error) {
	ctx, none := c.UserContext(), casework.Cursor{}
	q := d.queryOf(asked)
	rows, next, err := d.store.CaseList(ctx, h, q)
	if err == nil && len(rows) == 0 && (q.After != none || q.Until != none) {
		q.After, q.Until = none, none
		p.Query = asked.query(none, none)
		rows, next, err = d.store.CaseList(ctx, h, q)
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	before, all := 0, counts[asked.tab]
	first := q.At(rows[0].Case)
	switch {
	case q.After != none || q.Until != none:
		before, all, err = d.store.CaseRange(ctx, h, q, first)
	case next == none:
		all = len(rows)
	case q.Narrowed():
		_, all, err = d.store.CaseRange(ctx, h, q, none)
	}
	if err != nil {
		return nil, err
	}
	p.Range = view.ListRange{Rows: len(rows), Before: min(before, store.CountLimit), All: all}
	if p.Range.Beyond = before > store.CountLimit; !p.Range.Beyond {
		p.Range.All = max(all, before+len(rows)) // a case may have come in between
	}
	if p.Range.More = all > store.CountLimit; p.Range.More {
		p.Range.All = store.CountLimit
	}
	if before > 0 {
		p.First, p.Previous = asked.query(none, none), asked.query(none, first)
	}
	if next != none && (before+len(rows) < all || p.Range.More) {
		p.Next = asked.query(next, none)
	}
	return rows, nil
}

// entitiesOf are the codes of what cases of a handler can be about, where there is a
// choice.
func (d *Desk) entitiesOf(h store.Handler) (codes []string) {
	all := d.settings.Organization().Entities
	for _, e := range all {
		if slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return all.Within(e.Code, b.Entity()) }) {
			codes = append(codes, e.Code)
		}
	}
	if len(codes) < 2 {
		return nil
	}
	return codes
}

func (d *Desk) rowOf(row store.ListedCase, me string, names map[string]string) view.CaseRow {
	dates, gone := d.datesOf(row.Case), ""
	if row.Announced > 0 || row.Standing == casework.Junk {
		gone = string(law.NotBefore(row.Gone, row.AnnouncedOn))
	}
	return view.CaseRow{
		Gone: gone,
		ID:   row.ID, Branch: row.Branch, Entity: row.Entity, Category: row.Category, Kind: row.Kind, Standing: row.Standing, Danger: row.Danger, Urgent: row.History().Urgent(), State: row.State, Outcome: row.Outcome, Priority: row.Priority, Turn: row.Turn,
		Received: dates.Received, Closed: dates.Closed, Due: dates.Due, DueFor: dates.DueFor, DaysLeft: dates.DaysLeft,
		Assignee: names[row.Assignee], AssigneeID: row.Assignee, Mine: row.Assignee == me, Unread: row.LastSeq > row.Read, Messages: row.LastSeq, Files: row.Files,
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
