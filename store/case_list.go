package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// CasesPerPage is the size of a page of a list.
const CasesPerPage = 50

// CaseQuery asks for a page of a list. Tab and Sort are needed, and Today where
// the tab is that of overdue cases; everything else narrows the list down.
type CaseQuery struct {
	Tab        string // one of casework.Tabs
	Today      Days
	Sort       string // casework.Sort…; of closed cases the day they were closed counts
	Queue      casework.Queue
	Category   string
	Priority   casework.Priority
	State      casework.State
	Assignee   string       // a handler's id
	Unassigned bool         // nobody's, whatever Assignee says
	Unread     bool         // the handler has not read all of it
	Kind       string       // one of casework.Kinds, or casework.KindUnconfirmed
	Entities   []string     // codes of what it can be about; nil: anything
	From       casework.Day // received then or later
	Before     casework.Day // received earlier

	After casework.Cursor // where the page before ended
	Until casework.Cursor // where the page after begins: the page before it, whatever After says

	rows int // of a page; 0: CasesPerPage
}

func (q CaseQuery) list() casework.List { return casework.List{Tab: q.Tab, Sort: q.Sort} }

// Narrowed reports whether a list is narrowed down.
func (q CaseQuery) Narrowed() bool {
	return q.Queue != "" || q.Category != "" || q.Priority != "" || q.State != "" || q.Assignee != "" || q.Unassigned || q.Unread || q.Kind != "" ||
		q.Entities != nil || q.From != "" || q.Before != ""
}

// At is the place of a case in the list.
func (q CaseQuery) At(c Case) casework.Cursor {
	if q.list().UrgentFirst() && c.History().Urgent() {
		return casework.Cursor{Urgent: true, Day: c.Received, ID: c.ID}
	}
	day := c.Received
	switch q.list().Column() {
	case casework.ByDue:
		day = c.Due
	case casework.ByClosed:
		day = c.Closed
	case casework.ByGone:
		day = c.Gone
	}
	return casework.Cursor{Day: day, ID: c.ID}
}

// Days says which day it is where.
type Days struct {
	Root casework.Day
	At   map[string]casework.Day // of entities where it is another day
}

// On is the day at an entity.
func (d Days) On(entity string) casework.Day {
	if day, other := d.At[entity]; other {
		return day
	}
	return d.Root
}

// latest is the latest of the days.
func (d Days) latest() casework.Day {
	latest := d.Root
	for _, day := range d.At {
		latest = max(latest, day)
	}
	return latest
}

// passed is the condition that the due day of a case has passed at its entity. The
// latest of the days leads it to the index.
func (d Days) passed(st *engine.Statement) string {
	local := ""
	for _, entity := range slices.Sorted(maps.Keys(d.At)) {
		local += ` WHEN ` + st.Arg(entity) + ` THEN ` + st.Arg(d.At[entity])
	}
	condition := ` AND due > '' AND due < ` + st.Arg(d.latest())
	if local != "" {
		condition += ` AND due < CASE entity` + local + ` ELSE ` + st.Arg(d.Root) + ` END`
	}
	return condition
}

// ListedCase is a row of a list. Recipients and summary are not read.
type ListedCase struct {
	Case
	Read int // number of the newest message that the handler has read; 0: none
}

// CaseList returns a page of the cases that a handler may see, and where the next
// page begins: the zero Cursor at the end. Each branch is read from its own index
// up to the end of the page, so that it takes as long among a million cases.
func (s *Store) CaseList(ctx context.Context, h Handler, q CaseQuery) (page []ListedCase, next casework.Cursor, err error) {
	query, args := q.query(h)
	if query == "" {
		return nil, next, nil
	}
	page, err = engine.List(s.read(ctx), func(row engine.Scanner) (c ListedCase, err error) {
		err = row.Scan(append(c.facts(), &c.Files, &c.Read)...)
		return c, err
	}, query, args...)
	more := len(page) > q.size()
	page = page[:min(len(page), q.size())]
	if q.back() {
		slices.Reverse(page)
	}
	if len(page) > 0 && (more || q.back()) {
		next = q.At(page[len(page)-1].Case)
	}
	return page, next, err
}

func (q CaseQuery) size() int { return cmp.Or(q.rows, CasesPerPage) }

// Neighbours returns the ids of the cases before and after a place in a list; "": it
// begins or ends there. The case of the place may have left the list meanwhile.
func (s *Store) Neighbours(ctx context.Context, h Handler, q CaseQuery, at casework.Cursor) (before, after string, err error) {
	for _, side := range []struct {
		after, until casework.Cursor
		id           *string
	}{{casework.Cursor{}, at, &before}, {at, casework.Cursor{}, &after}} {
		q.After, q.Until, q.rows = side.after, side.until, 1
		page, _, err := s.CaseList(ctx, h, q)
		if err != nil {
			return "", "", err
		}
		if len(page) > 0 {
			*side.id = page[0].ID
		}
	}
	return before, after, nil
}

// back reports whether the page is read from its end.
func (q CaseQuery) back() bool { return q.Until.ID != "" }

// query is the query of a page, "" where there is nothing to see.
func (q CaseQuery) query(h Handler) (string, []any) {
	st := engine.Statement{}
	parts := q.parts(&st, h, func(where string, p casework.Part) string {
		day := string(p.Column)
		return `SELECT * FROM (SELECT ` + caseFacts + `, ` + day + ` AS day, ` + strconv.Itoa(p.Place) + ` AS place_in_list FROM cases WHERE ` + where +
			` ORDER BY ` + ordered(p.Descending, day, "id") + ` LIMIT ` + strconv.Itoa(q.size()+1) + `) p`
	})
	if len(parts) == 0 {
		return "", nil
	}
	places := "place_in_list"
	if q.back() {
		places += " DESC"
	}
	order := ` ORDER BY ` + places + `, ` + ordered((q.Sort == casework.SortNewest) != q.back(), "day", "id")
	return `SELECT ` + caseColumns + `, done, (SELECT count(*) FROM files f WHERE f.case_id = c.id), ` + readUpToSQL(&st, "c", h.ID) + `
		FROM (` + strings.Join(parts, " UNION ALL ") + order + ` LIMIT ` + strconv.Itoa(q.size()+1) + `) c` + order, st.Args
}

// ordered are columns to sort by.
func ordered(descending bool, columns ...string) string {
	direction := ""
	if descending {
		direction = " DESC"
	}
	return strings.Join(columns, direction+", ") + direction
}

// readUpToSQL is the number of the newest message that a handler has read of a case.
func readUpToSQL(st *engine.Statement, alias, handlerID string) string {
	return `coalesce((SELECT r.seq FROM case_reads r WHERE r.case_id = ` + alias + `.id AND r.handler_id = ` + st.Arg(handlerID) + `), 0)`
}

// CaseRange returns how many cases of a list come before a place in it, and how many
// there are in all. Counting ends beyond CountLimit.
func (s *Store) CaseRange(ctx context.Context, h Handler, q CaseQuery, first casework.Cursor) (before, all int, err error) {
	query, args := q.rangeQuery(h, first)
	if query == "" {
		return 0, 0, nil
	}
	type counts struct{ before, all int }
	found, err := engine.One(s.read(ctx), func(row engine.Scanner) (c counts, err error) {
		err = row.Scan(&c.before, &c.all)
		return c, err
	}, query, args...)
	return found.before, found.all, err
}

// rangeQuery is the query of CaseRange, "" where there is nothing to see.
func (q CaseQuery) rangeQuery(h Handler, first casework.Cursor) (string, []any) {
	st := engine.Statement{}
	one := func(where string, _ casework.Part) string { return `SELECT 1 FROM cases WHERE ` + where }
	count := func(q CaseQuery) string {
		parts := q.parts(&st, h, one)
		if len(parts) == 0 {
			return "0"
		}
		return `(SELECT count(*) FROM (` + strings.Join(parts, " UNION ALL ") + ` LIMIT ` + strconv.Itoa(CountLimit+1) + `) t)`
	}
	before := "0"
	if q.After, q.Until = (casework.Cursor{}), first; first.ID != "" {
		before = count(q)
	}
	q.Until = casework.Cursor{}
	all := count(q)
	if all == "0" {
		return "", nil
	}
	return `SELECT ` + before + `, ` + all, st.Args
}

// parts are the sub-queries of a list: one for each branch, and of each one for every
// turn where the index begins with it, and for every part of the list. made makes one
// of a condition.
func (q CaseQuery) parts(st *engine.Statement, h Handler, made func(where string, p casework.Part) string) (parts []string) {
	branches := slices.DeleteFunc(readable(h), func(b casework.Branch) bool { return q.Queue != "" && q.Queue != b.Queue() })
	at := q.After
	if q.back() {
		at = q.Until
	}
	for _, some := range branchParts(branches) {
		for _, tab := range tabParts(st, q.Tab, h.ID, q.Today) {
			where := branchIn(st, some) + tab + q.filters(st, h.ID) + visible(st, "cases", h.ID)
			for _, p := range q.list().Parts(at, q.back()) {
				parts = append(parts, made(where+within(st, p), p))
			}
		}
	}
	return parts
}

// within is the condition that a case is of a part of a list, beyond its cursor.
func within(st *engine.Statement, p casework.Part) string {
	where, column, beyond := "", string(p.Column), ">"
	if p.Descending {
		beyond = "<"
	}
	if p.NotUrgent {
		where = ` AND urgent = 0`
	}
	switch p.Cases {
	case casework.PartUrgent:
		where += ` AND urgent = 1`
	case casework.PartDue:
		if p.From.ID == "" {
			where += ` AND due > ''`
		} else { // the cursor leads to the index
			where += ` AND due <> ''`
		}
	case casework.PartUndated:
		where += ` AND due = ''`
	}
	if p.From.ID == "" {
		return where
	}
	// Not (day, id) > ($1, $2): SQLite would take an index without the turn for it.
	day := st.Arg(p.From.Day)
	return where + ` AND ` + column + ` ` + beyond + `= ` + day + ` AND (` + column + ` ` + beyond + ` ` + day + ` OR id ` + beyond + ` ` + st.Arg(p.From.ID) + `)`
}

// mostParts is how many branches have sub-queries of their own. The engines limit how
// many a query can have (SQLite: 500 for a whole page), and whoever reads more
// branches than that waits for their cases to be put in order.
const mostParts = 12

// branchParts are the branches that are asked for together.
func branchParts(branches []casework.Branch) [][]casework.Branch {
	if len(branches) > mostParts {
		return [][]casework.Branch{branches}
	}
	return slices.Collect(slices.Chunk(branches, 1))
}

// branchIn is the condition that a case is of one of these branches.
func branchIn(st *engine.Statement, branches []casework.Branch) string {
	if len(branches) == 1 {
		return `branch = ` + st.Arg(branches[0])
	}
	return `branch IN (` + engine.ArgsOf(st, branches) + `)`
}

// filters are the conditions that narrow a tab down.
func (q CaseQuery) filters(st *engine.Statement, me string) string {
	var b strings.Builder
	kind := q.Kind
	if kind == casework.KindUnconfirmed {
		kind = ""
		b.WriteString(` AND kind = ''`)
	}
	for _, f := range []struct{ compared, value string }{
		{"category =", q.Category}, {"priority =", string(q.Priority)}, {"state =", string(q.State)}, {"kind =", kind},
		{"received >=", string(q.From)}, {"received <", string(q.Before)},
	} {
		if f.value != "" {
			b.WriteString(` AND ` + f.compared + ` ` + st.Arg(f.value))
		}
	}
	if q.Entities != nil {
		b.WriteString(` AND entity IN (` + engine.ArgsOf(st, q.Entities) + `)`)
	}
	if q.Unread {
		b.WriteString(` AND last_seq > ` + readUpToSQL(st, "cases", me))
	}
	switch {
	case q.Unassigned:
		b.WriteString(` AND assignee = ''`)
	case q.Assignee != "":
		b.WriteString(` AND assignee <> '' AND assignee = ` + st.Arg(q.Assignee))
	}
	return b.String()
}

// openTurns are the turns of cases that the desk works on.
var openTurns = []casework.Turn{casework.TurnNew, casework.TurnDesk, casework.TurnReporter}

// tabParts are the conditions that choose a tab's cases of one branch. Together
// they choose each case once.
func tabParts(st *engine.Statement, tab, me string, today Days) []string {
	switch tab {
	case casework.TabUrgent:
		return []string{` AND urgent = 1`}
	case casework.TabJunk:
		return []string{` AND standing = 'junk'`}
	case casework.TabGoing:
		return []string{` AND announced > 0`}
	case casework.TabNew:
		return []string{` AND turn = ` + st.Arg(casework.TurnNew)}
	case casework.TabReporter:
		return []string{` AND turn = ` + st.Arg(casework.TurnReporter)}
	case casework.TabDesk:
		return []string{` AND turn = ` + st.Arg(casework.TurnDesk)}
	case casework.TabOverdue:
		return []string{today.passed(st)}
	case casework.TabClosed:
		return []string{` AND closed <> ''`}
	case casework.TabMine:
		var parts []string
		for _, turn := range openTurns {
			parts = append(parts, ` AND assignee <> '' AND assignee = `+st.Arg(me)+` AND turn = `+st.Arg(turn))
		}
		return parts
	}
	return []string{``}
}

// TabCounts counts the cases of every tab that a handler may see. Counting ends
// beyond CountLimit, so that it takes as long among a million cases.
func (s *Store) TabCounts(ctx context.Context, h Handler, today Days) (map[string]int, error) {
	counts := map[string]int{}
	query, args := countQuery(h, today)
	if query == "" {
		return counts, nil
	}
	_, err := engine.List(s.read(ctx), func(row engine.Scanner) (tab string, err error) {
		var n int
		err = row.Scan(&tab, &n)
		counts[tab] = n
		return tab, err
	}, query, args...)
	return counts, err
}

// CountLimit is the largest number that is counted exactly: one more stands for any
// number beyond it.
const CountLimit = 1000

// countQuery is the query of TabCounts, "" where there is nothing to see.
func countQuery(h Handler, today Days) (string, []any) {
	st := engine.Statement{}
	branches := readable(h)
	if len(branches) == 0 {
		return "", nil
	}
	var tabs []string
	for _, tab := range casework.Tabs {
		var parts []string
		for _, some := range branchParts(branches) {
			for _, condition := range tabParts(&st, tab, h.ID, today) {
				parts = append(parts, `SELECT 1 FROM cases WHERE `+branchIn(&st, some)+condition+visible(&st, "cases", h.ID))
			}
		}
		tabs = append(tabs, `SELECT '`+tab+`', count(*) FROM (`+strings.Join(parts, " UNION ALL ")+` LIMIT `+strconv.Itoa(CountLimit+1)+`) t`)
	}
	return strings.Join(tabs, " UNION ALL "), st.Args
}

// Summary is what a list shows of a case once it is opened.
type Summary struct {
	CaseID  string
	Key     []byte // the case identity, sealed to the handler; nil: there is none
	Summary []byte // an age file
	Labels  []byte // an age file; nil: there are none
}

// Summaries returns the summaries of those cases that a handler may see.
func (s *Store) Summaries(ctx context.Context, h Handler, ids []string) ([]Summary, error) {
	branches := readable(h)
	if len(branches) == 0 || len(ids) == 0 {
		return nil, nil
	}
	var q engine.Statement
	query := `SELECT c.id, k.sealed, c.summary, l.sealed FROM cases c LEFT JOIN case_keys k ON k.case_id = c.id AND k.handler_id = ` + q.Arg(h.ID) +
		` AND k.key_version = (SELECT h.key_version FROM handlers h WHERE h.id = k.handler_id) LEFT JOIN case_labels l ON l.case_id = c.id
		WHERE c.id IN (` + engine.ArgsOf(&q, ids) + `) AND c.branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "c", h.ID)
	return engine.List(s.read(ctx), func(row engine.Scanner) (m Summary, err error) {
		err = row.Scan(&m.CaseID, &m.Key, &m.Summary, &m.Labels)
		return m, err
	}, query, q.Args...)
}
