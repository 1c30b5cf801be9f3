package store

import (
	"context"
	"fmt"
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
		for _, sort := range []string{casework.SortDue, casework.SortNewest, casework.SortOldest} {
			day := casework.Cursor{Day: "2026-11-21", ID: newID()}
			urgent := casework.Cursor{Urgent: true, Day: "2026-11-21", ID: newID()}
			undated := casework.Cursor{ID: newID()}
			places := []CaseQuery{{}, {After: day}, {After: urgent}, {Until: day}, {Until: urgent}}
			if sort == casework.SortDue {
				places = append(places, CaseQuery{After: undated}, CaseQuery{Until: undated})
			}
			for _, q := range places {
				at := fmt.Sprintf("%s by %s, after %v, until %v", tab, sort, q.After, q.Until)
				q.Tab, q.Today, q.Sort = tab, Days{Root: "2026-11-21"}, sort
				bySelf := (tab == casework.TabMine || tab == casework.TabOverdue) && sort != casework.SortDue
				steps := plan(q.query(me))
				for i, step := range steps {
					if !strings.Contains(step, " cases") {
						continue
					}
					if !strings.HasPrefix(step, "SEARCH cases USING INDEX") || !strings.Contains(step, wantedIndex(tab, sort)) && !strings.Contains(step, "cases_urgent") {
						t.Errorf("%s: %s", at, step)
					}
					if strings.Contains(steps[i+1], "TEMP B-TREE") && !bySelf {
						t.Errorf("%s: %s, and then sorted", at, step)
					}
				}
				for _, step := range plan(q.rangeQuery(me, day)) {
					if strings.HasPrefix(step, "SCAN cases") {
						t.Errorf("%s, counting: %s", at, step)
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
		if sort != casework.SortDue {
			return "(branch=? AND turn=?"
		}
		return "(assignee=? AND branch=? AND turn=?"
	case casework.TabUrgent:
		return "cases_urgent (urgent=? AND branch=?"
	case casework.TabJunk:
		return "cases_junk (standing=? AND branch=?"
	case casework.TabOverdue:
		if sort == casework.SortDue {
			return "cases_by_due (branch=?"
		}
	}
	return "(branch=?"
}
