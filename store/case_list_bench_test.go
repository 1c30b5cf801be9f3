package store

import (
	"context"
	"flag"
	"testing"
	"time"

	"hotline/store/casework"
)

var deskCases = flag.Int("desk-cases", 1_000_000, "cases of the larger hotline in BenchmarkDeskList")

// BenchmarkDeskList compares a page of every tab, and the counts of all tabs,
// among a thousand cases and among a million. In both some hundreds are open:
// a desk has no more hands when its archive grows.
func BenchmarkDeskList(b *testing.B) {
	few, me := deskOf(b, 1_000)
	many, _ := deskOf(b, *deskCases)
	for _, tab := range casework.Tabs {
		order := casework.SortDue
		if tab == casework.TabClosed || tab == casework.TabAll {
			order = casework.SortNewest
		}
		b.Run(tab, func(b *testing.B) { compareDesks(b, few, many, me, tab, order) })
	}
	b.Run("all-by-due", func(b *testing.B) { compareDesks(b, few, many, me, casework.TabAll, casework.SortDue) })
}

func compareDesks(b *testing.B, few, many *Store, me Handler, tab, order string) {
	ctx := context.Background()
	look := func(s *Store) time.Duration {
		start := time.Now()
		for range 100 {
			rows, _, err := s.CaseList(ctx, me, CaseQuery{Tab: tab, Today: Days{Root: "2026-11-21"}, Sort: order})
			if err != nil || len(rows) < CasesPerPage {
				b.Fatalf("%d rows (%v)", len(rows), err)
			}
			if _, err := s.TabCounts(ctx, me, Days{Root: "2026-11-21"}); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(start)
	}
	look(few) // what is read for the first time comes from the disk in either
	look(many)
	var amongFew, amongMany time.Duration
	for b.Loop() {
		amongFew += look(few)
		amongMany += look(many)
	}
	b.ReportMetric(float64(amongFew.Microseconds())/float64(b.N)/100, "µs/few")
	b.ReportMetric(float64(amongMany.Microseconds())/float64(b.N)/100, "µs/many")
	b.ReportMetric(float64(amongMany)/float64(amongFew), "ratio")
	b.ReportMetric(0, "ns/op")
}

const myID = "00000000000000000000000000000001"

// deskOf returns a store with n cases of three queues: 600 open ones, which are
// new, ours, the reporter's or late, and an archive.
func deskOf(b *testing.B, n int) (*Store, Handler) {
	b.Helper()
	const archived = `CASE abs(random()) % 3 WHEN 0 THEN 'hr' WHEN 1 THEN 'procurement' ELSE 'compliance' END, 'bribery', 'web', 'closed', 'partly',
		date('2026-11-21', '-' || (abs(random()) % 2000) || ' days'), '2026-10-01', '2026-10-01', '2026-10-01', '2026-11-01', '', '', 'ended', 'normal',
		CASE abs(random()) % 5 WHEN 0 THEN '` + myID + `' ELSE '' END`
	s, _ := bulkCases(b, n, archived)
	me := Handler{ID: myID, Name: "Me", Email: "me@example.org", Roles: []string{RoleHandler}, Branches: casework.AtRoot(casework.Queues...), Recipient: "age1pq1"}
	me, err := s.AddHandler(context.Background(), me)
	if err != nil {
		b.Fatal(err)
	}
	change(b, s, `UPDATE cases SET state = 'acknowledged', closed = '', due = date('2026-11-11', '+' || (abs(random()) % 30) || ' days'),
		turn = CASE abs(random()) % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'desk' ELSE 'reporter' END WHERE place IN (SELECT place FROM cases ORDER BY id LIMIT 600)`)
	return s, me
}

func change(b *testing.B, s *Store, query string, args ...any) {
	b.Helper()
	err := s.write(context.Background(), func(t tx) error {
		_, err := t.Exec(query, args...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
