package casework

import (
	"fmt"
	"testing"
)

func TestFirstTab(t *testing.T) {
	for want, counts := range map[string]map[string]int{
		TabNew:     {TabReporter: 3, TabClosed: 9, TabJunk: 1, TabAll: 13},
		TabUrgent:  {TabUrgent: 1, TabNew: 4, TabAll: 5},
		TabMine:    {TabMine: 2, TabOverdue: 1, TabDesk: 2},
		TabOverdue: {TabOverdue: 1, TabDesk: 2},
		TabDesk:    {TabDesk: 2, TabAll: 2},
	} {
		if got := FirstTab(counts); got != want {
			t.Errorf("%v: %s, want %s", counts, got, want)
		}
	}
}

func TestOrderOf(t *testing.T) {
	for _, test := range []struct{ tab, chosen, want string }{
		{TabNew, "", SortDue}, {TabClosed, "", SortNewest}, {TabJunk, "", SortNewest}, {TabAll, "", SortNewest},
		{TabNew, SortOldest, SortOldest}, {TabClosed, SortOldest, SortOldest}, {TabAll, SortDue, SortDue},
		{TabClosed, SortDue, SortNewest}, {TabJunk, SortDue, SortNewest},
	} {
		if got := OrderOf(test.tab, test.chosen); got != test.want {
			t.Errorf("%s after %q: %s, want %s", test.tab, test.chosen, got, test.want)
		}
	}
}

// What comes after a place and what comes before it are together the whole list.
func TestPartsOfAList(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	urgent, day, undated := Cursor{true, "2026-11-21", id}, Cursor{false, "2026-11-21", id}, Cursor{false, "", id}
	for _, test := range []struct {
		list List
		at   Cursor
		back bool
		want string
	}{
		{List{TabAll, SortDue}, Cursor{}, false, "[urgent due undated]"},
		{List{TabAll, SortDue}, Cursor{}, true, "[]"},
		{List{TabAll, SortDue}, urgent, false, "[urgent> due undated]"},
		{List{TabAll, SortDue}, urgent, true, "[urgent<]"},
		{List{TabAll, SortDue}, day, false, "[due> undated]"},
		{List{TabAll, SortDue}, day, true, "[urgent due<]"},
		{List{TabAll, SortDue}, undated, false, "[undated>]"},
		{List{TabAll, SortDue}, undated, true, "[urgent due undated<]"},
		{List{TabOverdue, SortDue}, day, false, "[due>]"},
		{List{TabAll, SortNewest}, day, false, "[<]"},
		{List{TabAll, SortNewest}, day, true, "[urgent >]"},
		{List{TabUrgent, SortOldest}, day, false, "[>]"},
		{List{TabUrgent, SortOldest}, urgent, true, "[<]"},
	} {
		var got []string
		for _, p := range test.list.Parts(test.at, test.back) {
			text := p.Cases
			if p.From.ID != "" {
				text += map[bool]string{false: ">", true: "<"}[p.Descending]
			}
			got = append(got, text)
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%v at %v, back %v: %v, want %s", test.list, test.at, test.back, got, test.want)
		}
	}
}

func TestCursors(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	for _, c := range []Cursor{{}, {true, "2026-11-21", id}, {false, "2026-11-21", id}, {false, "", id}} {
		if got, err := ParseCursor(c.String()); err != nil || got != c {
			t.Errorf("%v became %v (%v)", c, got, err)
		}
	}
}
