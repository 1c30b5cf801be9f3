package store

import (
	"context"
	"strings"
	"testing"

	"hotline/store/casework"
	"hotline/store/engine"
)

// No list that anybody opens without filters reads a whole table or sorts it. What
// is somebody's, or late, is sorted only where they want another order.
func TestListsAreReadFromIndexes(t *testing.T) {
	s, _ := openTemp(t, Options{})
	me := Handler{ID: newID(), Roles: []string{RoleHandler}, Branches: casework.AtRoot(casework.Queues...)}
	plan := func(query string, args []any) []string {
		t.Helper()
		steps, err := engine.List(s.read(context.Background()), func(row engine.Scanner) (step string, err error) {
			var id, parent, unused int
			err = row.Scan(&id, &parent, &unused, &step)
			return step, err
		}, `EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		return steps
	}
	for _, tab := range casework.Tabs {
		for _, sort := range []string{SortDue, SortNewest, SortOldest} {
			for _, after := range []Cursor{{}, {false, "2026-11-21", newID()}, {true, "2026-11-21", newID()}} {
				q := CaseQuery{Tab: tab, Today: Days{Root: "2026-11-21"}, Sort: sort, After: after}
				bySelf := (tab == casework.TabMine || tab == casework.TabOverdue) && sort != SortDue
				steps := append(plan(q.query(me)), plan(q.lastBefore(me, after))...)
				for i, step := range steps {
					if !strings.Contains(step, " cases") {
						continue
					}
					if !strings.HasPrefix(step, "SEARCH cases USING INDEX") || !strings.Contains(step, wantedIndex(tab, sort)) && !strings.Contains(step, "cases_urgent") {
						t.Errorf("%s by %s, after %v: %s", tab, sort, after, step)
					}
					if strings.Contains(steps[i+1], "TEMP B-TREE") && !bySelf {
						t.Errorf("%s by %s, after %v: %s, and then sorted", tab, sort, after, step)
					}
				}
			}
		}
	}
	for _, step := range plan(countQuery(me, Days{Root: "2026-11-21"})) {
		if strings.HasPrefix(step, "SCAN cases") || strings.HasPrefix(step, "SEARCH cases") && !strings.Contains(step, "COVERING") {
			t.Errorf("counting: %s", step)
		}
	}
}

// wantedIndex is what the search for a tab's cases begins with.
func wantedIndex(tab, sort string) string {
	switch tab {
	case casework.TabNew, casework.TabDesk, casework.TabReporter:
		return "(branch=? AND turn=?"
	case casework.TabMine:
		if sort != SortDue {
			return "(branch=? AND turn=?"
		}
		return "(assignee=? AND branch=? AND turn=?"
	case casework.TabUrgent:
		return "cases_urgent (urgent=? AND branch=?"
	case casework.TabJunk:
		return "cases_junk (standing=? AND branch=?"
	case casework.TabOverdue:
		if sort == SortDue {
			return "cases_by_due (branch=?"
		}
	}
	return "(branch=?"
}
