package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Orders of a list of cases.
const (
	SortDue    = "due" // the next due day first; what has none comes last
	SortNewest = "newest"
	SortOldest = "oldest"
)

// CasesPerPage is the size of a page of a list.
const CasesPerPage = 50

// CaseQuery asks for a page of a list. Tab and Sort are needed, and Today where
// the tab is that of overdue cases; everything else narrows the list down.
type CaseQuery struct {
	Tab        string // one of casework.Tabs
	Today      Days
	Sort       string // Sort…; of closed cases the day they were closed counts
	Queue      casework.Queue
	Category   string
	Priority   casework.Priority
	State      casework.State
	Assignee   string // a handler's id
	Unassigned bool   // nobody's, whatever Assignee says
	After      Cursor // where the page before ended
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

// Cursor is a place in a list: the day that it is sorted by and the id of a case.
// The zero value is the beginning.
type Cursor struct {
	Urgent bool // among those that stand first
	Day    casework.Day
	ID     string
}

// urgentMark begins the cursor of an urgent case.
const urgentMark = "u"

// String returns the cursor for an address, "" at the beginning.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	mark := ""
	if c.Urgent {
		mark = urgentMark
	}
	return mark + string(c.Day) + "." + c.ID
}

// ParseCursor is the opposite of String. ErrNotFound: this is no cursor.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	s, urgent := strings.CutPrefix(s, urgentMark)
	day, id, _ := strings.Cut(s, ".")
	if _, err := casework.ParseDay(day); day != "" && err != nil || !isCaseID(id) {
		return Cursor{}, ErrNotFound
	}
	return Cursor{urgent, casework.Day(day), id}, nil
}

// isCaseID reports whether id is 32 lower-case hex characters.
func isCaseID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// ListedCase is a row of a list. Recipients and summary are not read.
type ListedCase struct {
	Case
	Read int // number of the newest message that the handler has read; 0: none
}

// CaseList returns a page of the cases that a handler may see, and where the next
// page begins: the zero Cursor at the end. Each branch is read from its own index
// up to the end of the page, so that it takes as long among a million cases.
func (s *Store) CaseList(ctx context.Context, h Handler, q CaseQuery) (page []ListedCase, next Cursor, err error) {
	query, args := q.query(h)
	if query == "" {
		return nil, Cursor{}, nil
	}
	page, err = engine.List(s.read(ctx), func(row engine.Scanner) (c ListedCase, err error) {
		err = row.Scan(append(c.facts(), &c.Files, &c.Read)...)
		return c, err
	}, query, args...)
	if len(page) > CasesPerPage {
		page = page[:CasesPerPage]
		last := page[CasesPerPage-1].Case
		next = q.At(last)
	}
	return page, next, err
}

// At is the place of a case in the list.
func (q CaseQuery) At(c Case) Cursor {
	return Cursor{q.urgentFirst() && c.History().Urgent(), q.dayOf(c), c.ID}
}

// query is the query of a page, "" where there is nothing to see.
func (q CaseQuery) query(h Handler) (string, []any) {
	st := engine.Statement{}
	parts := q.parts(&st, h)
	if len(parts) == 0 {
		return "", nil
	}
	order := ` ORDER BY place_in_list, day, id`
	if q.Sort == SortNewest {
		order = ` ORDER BY place_in_list, day DESC, id DESC`
	}
	return `SELECT ` + caseFacts + `, (SELECT count(*) FROM files f WHERE f.case_id = c.id),
			coalesce((SELECT r.seq FROM case_reads r WHERE r.case_id = c.id AND r.handler_id = ` + st.Arg(h.ID) + `), 0)
		FROM (` + strings.Join(parts, " UNION ALL ") + order + ` LIMIT ` + strconv.Itoa(CasesPerPage+1) + `) c` + order, st.Args
}

// byDue reports whether the due days are the order. What is urgent is due on the
// day of receipt, and of junk nothing is due: there it is the day of receipt.
func (q CaseQuery) byDue() bool {
	return q.Sort == SortDue && q.Tab != casework.TabUrgent && q.Tab != casework.TabJunk
}

// column is the day that a list is sorted by.
func (q CaseQuery) column() string {
	switch {
	case q.byDue():
		return "due"
	case q.Tab == casework.TabClosed:
		return "closed"
	}
	return "received"
}

func (q CaseQuery) dayOf(c Case) casework.Day {
	switch q.column() {
	case "due":
		return c.Due
	case "closed":
		return c.Closed
	}
	return c.Received
}

// urgentFirst reports whether a list shows urgent cases before all others.
func (q CaseQuery) urgentFirst() bool {
	return q.Tab != casework.TabUrgent && q.Tab != casework.TabClosed && q.Tab != casework.TabJunk
}

// Where a sub-query stands in the list.
const (
	placeUrgent = "0"
	placeDue    = "1"
	placeNotDue = "2"
)

// parts are the sub-queries of a page: one for each branch, and of each one for
// every turn where the index begins with it, one for what is urgent, and one for
// what is due and one for what is not, where that is the order.
func (q CaseQuery) parts(st *engine.Statement, h Handler) (parts []string) {
	for _, where := range q.chosen(st, h) {
		if !q.urgentFirst() {
			parts = append(parts, q.inOrder(st, where, q.After)...)
			continue
		}
		after := q.After
		if after.ID == "" || after.Urgent {
			parts = append(parts, q.urgentPart(st, where, after))
			after = Cursor{}
		}
		parts = append(parts, q.inOrder(st, where+` AND urgent = 0`, after)...)
	}
	return parts
}

// chosen are the conditions that choose the cases of a list, each of them once: one
// condition for each branch and each part of a tab.
func (q CaseQuery) chosen(st *engine.Statement, h Handler) (where []string) {
	branches := slices.DeleteFunc(readable(h), func(b casework.Branch) bool { return q.Queue != "" && q.Queue != b.Queue() })
	for _, some := range branchParts(branches) {
		for _, tab := range tabParts(st, q.Tab, h.ID, q.Today) {
			where = append(where, branchIn(st, some)+tab+q.filters(st)+visible(st, "cases", h.ID))
		}
	}
	return where
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

// urgentPart is the sub-query of what is urgent, in the order of the day of receipt,
// which is the due day.
func (q CaseQuery) urgentPart(st *engine.Statement, where string, after Cursor) string {
	if q.Sort == SortDue {
		q.Sort = SortOldest
	}
	return q.part(st, where+` AND urgent = 1`, placeUrgent, after)
}

// inOrder are the sub-queries of what a condition chooses: with the order by due
// days what has none comes last.
func (q CaseQuery) inOrder(st *engine.Statement, where string, after Cursor) (parts []string) {
	if !q.byDue() {
		return []string{q.part(st, where, placeDue, after)}
	}
	if after.ID == "" {
		parts = append(parts, q.part(st, where+` AND due > ''`, placeDue, after))
	} else if after.Day != "" {
		parts = append(parts, q.part(st, where, placeDue, after))
	}
	if q.Tab == casework.TabOverdue {
		return parts // all of these have a due day
	}
	if after.Day != "" {
		after = Cursor{} // what has no due day comes after all that have
	}
	return append(parts, q.part(st, where+` AND due = ''`, placeNotDue, after))
}

// part is one sub-query; place puts it before or after the others.
func (q CaseQuery) part(st *engine.Statement, where, place string, after Cursor) string {
	column, direction, beyond := q.column(), "", ">"
	if q.Sort == SortNewest {
		direction, beyond = " DESC", "<"
	}
	if after.ID != "" {
		// Not (day, id) > ($1, $2): SQLite would take an index without the turn for it.
		day := st.Arg(after.Day)
		where += ` AND ` + column + ` ` + beyond + `= ` + day + ` AND (` + column + ` ` + beyond + ` ` + day + ` OR id ` + beyond + ` ` + st.Arg(after.ID) + `)`
	}
	return `SELECT * FROM (SELECT ` + caseFacts + `, ` + column + ` AS day, ` + place + ` AS place_in_list FROM cases WHERE ` + where +
		` ORDER BY ` + column + direction + `, id` + direction + ` LIMIT ` + strconv.Itoa(CasesPerPage+1) + `) p`
}

// filters are the conditions that narrow a tab down.
func (q CaseQuery) filters(st *engine.Statement) string {
	var b strings.Builder
	for _, f := range []struct{ column, value string }{
		{"category", q.Category}, {"priority", string(q.Priority)}, {"state", string(q.State)},
	} {
		if f.value != "" {
			b.WriteString(` AND ` + f.column + ` = ` + st.Arg(f.value))
		}
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
// at CountLimit, so that it takes as long among a million cases.
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

// CountLimit is where TabCounts ends counting: so many, or more.
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
		tabs = append(tabs, `SELECT '`+tab+`', count(*) FROM (`+strings.Join(parts, " UNION ALL ")+` LIMIT `+strconv.Itoa(CountLimit)+`) t`)
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
