package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// desk is a handler of two queues, and cases in every place that a list can show.
// They are named for what they are.
func desk(t *testing.T, s *store.Store) (me store.Handler, named map[string]string) {
	t.Helper()
	ctx := context.Background()
	me = newHandler("me@example.org")
	me.Branches = casework.AtRoot(casework.HR, casework.Compliance)
	added, err := s.AddHandler(ctx, me)
	want(t, "AddHandler", err, nil)
	me, named = added, map[string]string{}
	add := func(name string, branch casework.Branch, daysAgo int, moves ...casework.Move) store.Act {
		c := newCase(me.ID)
		c.Branch, c.Received = branch, today.AddDays(-daysAgo)
		create(t, s, c)
		named[c.ID] = name
		act := store.Act{CaseID: c.ID, By: me.ID, At: atNoon}
		for _, m := range moves {
			m.On = c.Received.AddDays(1)
			want(t, name, move(ctx, s, act, m), nil)
		}
		return act
	}
	acknowledged := casework.Move{From: casework.Received, To: casework.Acknowledged}
	closed := casework.Move{From: casework.Acknowledged, To: casework.Closed, Outcome: "advised"}
	add("new", "hr", 2)
	add("late", "compliance", 9)
	asked := add("asked", "hr", 4, acknowledged)
	_, err = addNext(ctx, s, store.NewMessage{CaseID: asked.CaseID, From: casework.FromDesk, Kind: casework.Question, On: today, At: atNoon, By: me.ID, Sealed: randomBytes(9)})
	want(t, "a question", err, nil)
	mine := add("mine", "compliance", 3, acknowledged)
	want(t, "SetFacts", s.SetFacts(ctx, mine, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.High, Assignee: me.ID}), nil)
	done := add("nothing due", "hr", 1, acknowledged, casework.Move{From: casework.Acknowledged, To: casework.Investigating})
	_, err = addNext(ctx, s, store.NewMessage{CaseID: done.CaseID, From: casework.FromDesk, Kind: casework.Answer, On: today, At: atNoon, By: me.ID, Sealed: randomBytes(9)})
	want(t, "an answer", err, nil)
	ended := add("closed", "hr", 8, acknowledged, closed)
	want(t, "SetFacts", s.SetFacts(ctx, ended, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.Normal, Assignee: me.ID}), nil)
	add("watched", "compliance", 6, acknowledged, closed, casework.Move{From: casework.Closed, To: casework.Monitoring})
	add("another queue's", "procurement", 5)
	return me, named
}

func namesOf(t *testing.T, s *store.Store, me store.Handler, named map[string]string, q store.CaseQuery) (names []string) {
	t.Helper()
	q.Today = store.Days{Root: today}
	rows, next, err := s.CaseList(context.Background(), me, q)
	if err != nil || next != (casework.Cursor{}) {
		t.Errorf("CaseList %+v: next %v, %v", q, next, err)
	}
	for _, c := range rows {
		names = append(names, named[c.ID])
	}
	return names
}

func testLists(t *testing.T, s *store.Store) {
	me, named := desk(t, s)
	counts, err := s.TabCounts(context.Background(), me, store.Days{Root: today})
	want(t, "TabCounts", err, nil)
	for _, test := range []struct {
		tab, sort string
		names     []string
	}{
		{casework.TabNew, casework.SortDue, []string{"late", "new"}},
		{casework.TabNew, casework.SortNewest, []string{"new", "late"}},
		{casework.TabMine, casework.SortDue, []string{"mine"}},
		{casework.TabMine, casework.SortNewest, []string{"mine"}},
		{casework.TabOverdue, casework.SortDue, []string{"late"}},
		{casework.TabOverdue, casework.SortOldest, []string{"late"}},
		{casework.TabReporter, casework.SortDue, []string{"asked"}},
		{casework.TabDesk, casework.SortDue, []string{"mine", "nothing due"}},
		{casework.TabDesk, casework.SortOldest, []string{"mine", "nothing due"}},
		{casework.TabClosed, casework.SortNewest, []string{"watched", "closed"}},
		{casework.TabClosed, casework.SortOldest, []string{"closed", "watched"}},
		{casework.TabClosed, casework.SortDue, []string{"watched", "closed"}},
		{casework.TabAll, casework.SortNewest, []string{"nothing due", "new", "mine", "asked", "watched", "closed", "late"}},
		{casework.TabAll, casework.SortOldest, []string{"late", "closed", "watched", "asked", "mine", "new", "nothing due"}},
	} {
		if got := namesOf(t, s, me, named, store.CaseQuery{Tab: test.tab, Sort: test.sort}); !slices.Equal(got, test.names) {
			t.Errorf("%s by %s: %q, want %q", test.tab, test.sort, got, test.names)
		}
		if counts[test.tab] != len(test.names) {
			t.Errorf("%s counts %d, want %d", test.tab, counts[test.tab], len(test.names))
		}
	}
	byDue := namesOf(t, s, me, named, store.CaseQuery{Tab: casework.TabAll, Sort: casework.SortDue})
	if slices.Sort(byDue[5:]); !slices.Equal(byDue, []string{"late", "new", "asked", "mine", "watched", "closed", "nothing due"}) {
		t.Errorf("all by due: %q", byDue)
	}
}

func testListFilters(t *testing.T, s *store.Store) {
	me, named := desk(t, s)
	for id, name := range named {
		if name == "asked" {
			want(t, "SetFacts", s.SetFacts(context.Background(), store.Act{CaseID: id, By: me.ID, At: atNoon}, store.Facts{}, store.Facts{Kind: casework.KindConsultation}), nil)
		}
	}
	for _, test := range []struct {
		query store.CaseQuery
		names []string
	}{
		{store.CaseQuery{Queue: casework.Compliance}, []string{"late", "watched", "mine"}},
		{store.CaseQuery{Queue: casework.Procurement}, nil},
		{store.CaseQuery{Priority: casework.High}, []string{"mine"}},
		{store.CaseQuery{State: casework.Monitoring}, []string{"watched"}},
		{store.CaseQuery{Assignee: me.ID}, []string{"closed", "mine"}},
		{store.CaseQuery{Unassigned: true, Queue: casework.Compliance}, []string{"late", "watched"}},
		{store.CaseQuery{Category: "bribery"}, nil},
		{store.CaseQuery{Category: "power-harassment", State: casework.Received}, []string{"late", "new"}},
		{store.CaseQuery{From: today.AddDays(-3)}, []string{"mine", "new", "nothing due"}},
		{store.CaseQuery{Before: today.AddDays(-6)}, []string{"late", "closed"}},
		{store.CaseQuery{From: today.AddDays(-6), Before: today.AddDays(-3)}, []string{"watched", "asked"}},
		{store.CaseQuery{Kind: casework.KindConsultation}, []string{"asked"}},
		{store.CaseQuery{Kind: casework.KindUnconfirmed, Queue: casework.HR}, []string{"new", "nothing due"}}, // whoever closed the other one confirmed its kind
		{store.CaseQuery{Unread: true}, []string{"late", "new"}},
		{store.CaseQuery{Entities: []string{casework.Root}, Queue: casework.Compliance}, []string{"late", "watched", "mine"}},
		{store.CaseQuery{Entities: []string{"br", "mx"}}, nil},
	} {
		test.query.Tab, test.query.Sort = casework.TabAll, casework.SortOldest
		if got := namesOf(t, s, me, named, test.query); !slices.Equal(got, test.names) {
			t.Errorf("%+v: %q, want %q", test.query, got, test.names)
		}
	}
	rows, _, err := s.CaseList(context.Background(), me, store.CaseQuery{Tab: casework.TabReporter, Sort: casework.SortDue})
	if err != nil || len(rows) != 1 || rows[0].Read != 3 || rows[0].LastSeq != 3 || rows[0].Summary != nil {
		t.Errorf("the row of a case with an answer of one's own: %+v (%v)", rows, err)
	}
}

// Every case stands on one page, whatever the order, while others come in.
func testListPages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	me, named := desk(t, s)
	const n = 2*store.CasesPerPage + 7
	for i := range n {
		c := newCase(me.ID)
		c.Received = today.AddDays(-i % 5)
		c.Branch = me.Branches[i%2]
		create(t, s, c)
		named[c.ID] = fmt.Sprint("new ", i)
		if i%3 == 0 {
			act := store.Act{CaseID: c.ID, By: me.ID, At: atNoon}
			want(t, "acknowledging", move(ctx, s, act, casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), nil)
			_, err := addNext(ctx, s, store.NewMessage{CaseID: c.ID, From: casework.FromDesk, Kind: casework.Answer, On: today, At: atNoon, By: me.ID, Sealed: randomBytes(9)})
			want(t, "an answer", err, nil)
			want(t, "investigating", move(ctx, s, act, casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: today}), nil)
		}
	}
	for _, tab := range casework.Tabs {
		for _, sort := range casework.Sorts {
			for filter, q := range map[string]store.CaseQuery{"": {}, "unread": {Unread: true}, "some days": {From: today.AddDays(-3), Before: today}, "hr": {Queue: casework.HR}} {
				q.Tab, q.Sort, q.Today = tab, sort, store.Days{Root: today}
				there := walk(t, s, me, q, fmt.Sprintf("%s by %s, %s", tab, sort, filter))
				if filter == "" && tab == casework.TabAll && there != n+7 {
					t.Errorf("by %s: %d cases, want %d", sort, there, n+7)
				}
			}
		}
	}
	for _, bad := range []string{"2026-11-21", "2026-11-21.", ".x", "2026-13-01." + newID(), newID(), "u", "uu2026-11-21." + newID()} {
		if _, err := casework.ParseCursor(bad); err == nil {
			t.Errorf("%q is taken for a cursor", bad)
		}
	}
}

// From each case of a list the next and the one before lead to its neighbours in it,
// also when the case has left the list meanwhile.
func testNeighbours(t *testing.T, s *store.Store) {
	ctx := context.Background()
	me, named := desk(t, s)
	for i := range 9 {
		c := newCase(me.ID)
		c.Received, c.Branch = today.AddDays(-i%3), me.Branches[i%2]
		if i%4 == 0 {
			c.Danger = casework.DangerOpen
		}
		create(t, s, c)
		named[c.ID] = fmt.Sprint("new ", i)
	}
	for i := range 3 { // announced at once: they go in 30 days
		c := newCase(me.ID)
		c.Branch = me.Branches[i%2]
		create(t, s, c)
		named[c.ID] = fmt.Sprint("junk ", i)
		act := store.Act{CaseID: c.ID, By: me.ID, At: atNoon}
		want(t, "marking", s.SetFacts(ctx, act, store.Facts{Standing: casework.Counts}, store.Facts{Standing: casework.Junk}), nil)
	}
	want(t, "Announce", s.Announce(ctx, store.Days{Root: today.AddDays(1)}), nil)
	for _, tab := range casework.Tabs {
		for _, sort := range []string{casework.SortDue, casework.SortNewest, casework.SortOldest} {
			q := store.CaseQuery{Tab: tab, Sort: sort, Today: store.Days{Root: today}}
			rows, _, err := s.CaseList(ctx, me, q)
			want(t, "CaseList", err, nil)
			if len(rows) == 0 {
				t.Errorf("no case in %s", tab)
			}
			for i, row := range rows {
				before, after, err := s.Neighbours(ctx, me, q, q.At(row.Case))
				var wantBefore, wantAfter string
				if i > 0 {
					wantBefore = rows[i-1].ID
				}
				if i < len(rows)-1 {
					wantAfter = rows[i+1].ID
				}
				if err != nil || before != wantBefore || after != wantAfter {
					t.Errorf("%s by %s: beside %s stand %q and %q (%v), want %q and %q", tab, sort, named[row.ID], named[before], named[after], err, named[wantBefore], named[wantAfter])
				}
			}
		}
	}
	q := store.CaseQuery{Tab: casework.TabNew, Sort: casework.SortDue, Today: store.Days{Root: today}}
	rows, _, err := s.CaseList(ctx, me, q)
	want(t, "CaseList", err, nil)
	at := q.At(rows[1].Case)
	act := store.Act{CaseID: rows[1].ID, By: me.ID, At: atNoon}
	want(t, "acknowledging", move(ctx, s, act, casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), nil)
	before, after, err := s.Neighbours(ctx, me, q, at)
	if err != nil || before != rows[0].ID || after != rows[2].ID {
		t.Errorf("beside a case that has left the list stand %q and %q (%v)", named[before], named[after], err)
	}
	me.Branches = nil
	if before, after, err := s.Neighbours(ctx, me, q, at); err != nil || before+after != "" {
		t.Errorf("somebody who reads nothing gets %q and %q (%v)", before, after, err)
	}
}

// walk reads a list page by page to its end and back, and returns how many cases it
// holds. Each page says rightly how many come before it, and how many there are.
func walk(t *testing.T, s *store.Store, me store.Handler, q store.CaseQuery, name string) int {
	t.Helper()
	ctx := context.Background()
	var pages [][]string
	var firsts []casework.Cursor
	seen := map[string]bool{}
	for {
		rows, next, err := s.CaseList(ctx, me, q)
		want(t, name, err, nil)
		var ids []string
		for _, c := range rows {
			if seen[c.ID] {
				t.Errorf("%s: a case stands on two pages", name)
			}
			seen[c.ID] = true
			ids = append(ids, c.ID)
		}
		if len(rows) > 0 {
			pages, firsts = append(pages, ids), append(firsts, q.At(rows[0].Case))
		}
		if next.ID == "" {
			break
		}
		if q.After, err = casework.ParseCursor(next.String()); err != nil || q.After != next {
			t.Fatalf("%q is no cursor: %v", next, err)
		}
	}
	before := 0
	for i, page := range pages {
		gotBefore, all, err := s.CaseRange(ctx, me, q, firsts[i])
		if err != nil || gotBefore != before || all != len(seen) {
			t.Errorf("%s, page %d: after %d of %d cases (%v), want %d of %d", name, i+1, gotBefore, all, err, before, len(seen))
		}
		before += len(page)
	}
	for i := len(pages) - 1; i > 0; i-- {
		q.After, q.Until = casework.Cursor{}, firsts[i]
		rows, next, err := s.CaseList(ctx, me, q)
		want(t, name, err, nil)
		var ids []string
		for _, c := range rows {
			ids = append(ids, c.ID)
		}
		if !slices.Equal(ids, pages[i-1]) || next != q.At(rows[len(rows)-1].Case) {
			t.Errorf("%s: back from page %d are other cases", name, i+1)
		}
	}
	return len(seen)
}

// A handler's order of lists is remembered, and of their saved filters the newest
// version alone is replaced.
func testListChoices(t *testing.T, s *store.Store) {
	ctx := context.Background()
	me, _ := desk(t, s)
	want(t, "SetListOrder", s.SetListOrder(ctx, me.ID, casework.SortOldest), nil)
	if h, err := s.Handler(ctx, me.ID); err != nil || h.ListOrder != casework.SortOldest {
		t.Errorf("the order is %q (%v)", h.ListOrder, err)
	}
	if sealed, version, err := s.SavedFilters(ctx, me.ID); err != nil || sealed != nil || version != 0 {
		t.Errorf("filters that nobody saved: %q, %d (%v)", sealed, version, err)
	}
	want(t, "the first", s.SetSavedFilters(ctx, me.ID, 0, []byte("one")), nil)
	want(t, "another first", s.SetSavedFilters(ctx, me.ID, 0, []byte("lost")), store.ErrConflict)
	want(t, "the second", s.SetSavedFilters(ctx, me.ID, 1, []byte("two")), nil)
	want(t, "another second", s.SetSavedFilters(ctx, me.ID, 1, []byte("lost")), store.ErrConflict)
	if sealed, version, err := s.SavedFilters(ctx, me.ID); err != nil || string(sealed) != "two" || version != 2 {
		t.Errorf("the filters are %q, %d (%v)", sealed, version, err)
	}
}
