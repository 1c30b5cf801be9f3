package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// Somebody in danger stands first in every list of open cases, in every order,
// also from one page to the next, until a handler has acted.
func testUrgent(t *testing.T, s *store.Store) {
	ctx := context.Background()
	me, named := desk(t, s)
	add := func(name string, daysAgo int) store.Act {
		c := newCase(me.ID)
		c.Received, c.Danger = today.AddDays(-daysAgo), casework.DangerOpen
		create(t, s, c)
		named[c.ID] = name
		return store.Act{CaseID: c.ID, By: me.ID, At: atNoon}
	}
	first := add("first in danger", 3)
	add("second in danger", 0)
	for _, sort := range []string{casework.SortDue, casework.SortOldest, casework.SortNewest} {
		for _, tab := range []string{casework.TabNew, casework.TabAll} {
			got := namesOf(t, s, me, named, store.CaseQuery{Tab: tab, Sort: sort})
			want := []string{"first in danger", "second in danger"}
			if sort == casework.SortNewest {
				slices.Reverse(want)
			}
			if len(got) < 4 || !slices.Equal(got[:2], want) {
				t.Errorf("%s by %s: %q", tab, sort, got)
			}
		}
	}
	if got := namesOf(t, s, me, named, store.CaseQuery{Tab: casework.TabUrgent, Sort: casework.SortDue}); !slices.Equal(got, []string{"first in danger", "second in danger"}) {
		t.Errorf("urgent: %q", got)
	}
	if got := namesOf(t, s, me, named, store.CaseQuery{Tab: casework.TabOverdue, Sort: casework.SortDue}); !slices.Equal(got, []string{"first in danger", "late"}) {
		t.Errorf("overdue: %q", got)
	}
	counts, err := s.TabCounts(ctx, me, store.Days{Root: today})
	if err != nil || counts[casework.TabUrgent] != 2 || counts[casework.TabNew] != 4 {
		t.Errorf("counts: %v (%v)", counts, err)
	}
	if c, err := s.Case(ctx, first.CaseID); err != nil || c.Due != c.Received {
		t.Errorf("due %s, received %s (%v)", c.Due, c.Received, err)
	}
	want(t, "acted", s.SetFacts(ctx, first, store.Facts{Danger: casework.DangerOpen}, store.Facts{Danger: casework.DangerActed}), nil)
	if c, err := s.Case(ctx, first.CaseID); err != nil || c.Due != c.Received.AddDays(7) {
		t.Errorf("after acting due %s, received %s (%v)", c.Due, c.Received, err)
	}
	if got := namesOf(t, s, me, named, store.CaseQuery{Tab: casework.TabUrgent, Sort: casework.SortDue}); !slices.Equal(got, []string{"second in danger"}) {
		t.Errorf("urgent, after one was acted on: %q", got)
	}
	testUrgentPages(t, s, me, named)
}

func testUrgentPages(t *testing.T, s *store.Store, me store.Handler, named map[string]string) {
	const n = store.CasesPerPage + 9
	for i := range 2 * n {
		c := newCase(me.ID)
		c.Received = today.AddDays(-i % 5)
		if i < n {
			c.Danger = casework.DangerOpen
		}
		create(t, s, c)
		named[c.ID] = fmt.Sprint("page ", i)
	}
	for _, sort := range []string{casework.SortDue, casework.SortNewest, casework.SortOldest} {
		seen, urgent := map[string]bool{}, 0
		for q := (store.CaseQuery{Tab: casework.TabAll, Sort: sort}); ; {
			rows, next, err := s.CaseList(context.Background(), me, q)
			want(t, "CaseList", err, nil)
			for _, c := range rows {
				if seen[c.ID] {
					t.Errorf("by %s: %s stands on two pages", sort, named[c.ID])
				}
				if c.History().Urgent() {
					if urgent++; urgent != len(seen)+1 {
						t.Errorf("by %s: an urgent case stands behind others", sort)
					}
				}
				seen[c.ID] = true
			}
			if next.ID == "" {
				break
			}
			if q.After, err = casework.ParseCursor(next.String()); err != nil || q.After != next {
				t.Fatalf("%q is no cursor: %v", next, err)
			}
		}
		if urgent != n+1 || len(seen) != 2*n+9 {
			t.Errorf("by %s: %d cases, %d of them urgent", sort, len(seen), urgent)
		}
	}
}

// Junk leaves the lists of what is to be done, nothing of it is due, and all of it
// can be taken back. What its reporter writes brings it back to the desk.
func testJunk(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	c.Danger = casework.DangerOpen
	create(t, s, c)
	ids := addHandlers(t, s, 1)
	act := store.Act{CaseID: c.ID, By: ids[0], At: atNoon}
	set := func(seen, become casework.Standing) {
		t.Helper()
		want(t, string(become), s.SetFacts(ctx, act, store.Facts{Standing: seen}, store.Facts{Standing: become}), nil)
	}
	expect := func(what string, turn casework.Turn, due casework.Day) {
		t.Helper()
		if got, err := s.Case(ctx, c.ID); err != nil || got.Turn != turn || got.Due != due {
			t.Errorf("%s: turn %s, due %q (%v), want %s, %q", what, got.Turn, got.Due, err, turn, due)
		}
	}
	set(casework.Counts, casework.Duplicate)
	expect("a duplicate", casework.TurnNew, c.Received)
	set(casework.Duplicate, casework.Junk)
	expect("junk", casework.TurnEnded, "")
	_, err := addNext(ctx, s, store.NewMessage{CaseID: c.ID, From: casework.FromDesk, Kind: casework.Question, On: today, At: atNoon, By: ids[0], Sealed: randomBytes(9)})
	want(t, "a question", err, nil)
	expect("junk with a question", casework.TurnEnded, "")
	_, err = addNext(ctx, s, store.NewMessage{CaseID: c.ID, From: casework.FromReporter, On: today, Sealed: randomBytes(9)})
	want(t, "a message", err, nil)
	expect("junk whose reporter wrote is none", casework.TurnNew, c.Received)
	want(t, "acknowledging", move(ctx, s, act, casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), nil)
	_, err = addNext(ctx, s, store.NewMessage{CaseID: c.ID, From: casework.FromDesk, Kind: casework.Question, On: today, At: atNoon, By: ids[0], Sealed: randomBytes(9)})
	want(t, "another question", err, nil)
	set(casework.Counts, casework.Junk)
	expect("junk again", casework.TurnEnded, "")
	set(casework.Junk, casework.Counts)
	expect("a question that stands without an answer", casework.TurnReporter, c.Received)
	want(t, "by one who saw it count", s.SetFacts(ctx, act, store.Facts{Standing: casework.Duplicate}, store.Facts{Standing: casework.Junk}), store.ErrConflict)
	wantPlainError(t, "an unknown standing", s.SetFacts(ctx, act, store.Facts{Standing: casework.Counts}, store.Facts{Standing: "spam"}))
}

func testKindAndDanger(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	ids := addHandlers(t, s, 1)
	act := store.Act{CaseID: c.ID, By: ids[0], At: atNoon}
	if got, err := s.Case(ctx, c.ID); err != nil || got.Kind != "" || got.Standing != casework.Counts || got.Danger != casework.NoDanger {
		t.Errorf("a new case: %+v (%v)", got, err)
	}
	want(t, "a consultation", s.SetFacts(ctx, act, store.Facts{}, store.Facts{Kind: casework.KindConsultation}), nil)
	want(t, "a report", s.SetFacts(ctx, act, store.Facts{Kind: casework.KindConsultation}, store.Facts{Kind: casework.KindReport, Danger: casework.DangerOpen}), nil)
	want(t, "by one who saw none", s.SetFacts(ctx, act, store.Facts{}, store.Facts{Kind: casework.KindConsultation}), store.ErrConflict)
	if got, err := s.Case(ctx, c.ID); err != nil || got.Kind != casework.KindReport || got.Danger != casework.DangerOpen {
		t.Errorf("the case: %+v (%v)", got, err)
	}
	events, err := s.Events(ctx, c.ID)
	if expected := []store.Event{
		{After: 1, At: atNoon, By: ids[0], What: store.EventKind, To: "consultation"},
		{After: 1, At: atNoon, By: ids[0], What: store.EventKind, From: "consultation", To: "report"},
		{After: 1, At: atNoon, By: ids[0], What: store.EventDanger, To: "open"},
	}; err != nil || !reflect.DeepEqual(events, expected) {
		t.Errorf("Events: %v %+v", err, events)
	}
}

// Whoever finds that somebody is in danger tells the others at once, and so does a
// reporter who writes again in a case of danger that was taken for junk.
func testDangerFound(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}})
	n := c.report("hr", "hana", "ken")
	nameOf := map[string]string{c.ids["hana"]: "hana", c.ids["ken"]: "ken"}
	urgent := func(what string, names ...string) {
		t.Helper()
		all, err := s.Waiting(ctx)
		want(t, what, err, nil)
		var got []string
		for _, w := range all {
			if w.Urgent {
				got = append(got, nameOf[w.Target])
			}
			places, err := s.NoticesOf(ctx, w.Target)
			want(t, what, err, nil)
			want(t, what, s.Delivered(ctx, w.Target, places), nil)
		}
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Errorf("%s: urgent for %v, want %v", what, got, names)
		}
	}
	set := func(what string, seen, wanted store.Facts) {
		t.Helper()
		want(t, what, s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids["hana"], At: atNoon}, seen, wanted), nil)
	}
	urgent("a new case")
	open := store.Facts{Assignee: c.ids["hana"], Standing: casework.Counts, Danger: casework.DangerOpen}
	set("danger", store.Facts{Standing: casework.Counts}, open)
	urgent("danger", "ken")
	junk := open
	junk.Standing = casework.Junk
	set("junk", open, junk)
	urgent("junk")
	_, err := addNext(ctx, s, store.NewMessage{CaseID: n.ID, From: casework.FromReporter, On: today, Sealed: randomBytes(99)})
	want(t, "the reporter writes", err, nil)
	urgent("no junk after all", "hana", "ken")
	_, err = addNext(ctx, s, store.NewMessage{CaseID: n.ID, From: casework.FromReporter, On: today, Sealed: randomBytes(99)})
	want(t, "the reporter writes", err, nil)
	urgent("known danger")
}
