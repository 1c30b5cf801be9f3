package browser

import (
	"fmt"
	"testing"
)

// twenty are new reports of one queue, a day apart: every fourth is junk, two say that
// somebody is in danger, and three are about purchasing.
var twenty = template{fill: func(t *testing.T, k *keyring) {
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Rin Mori", "hr")
	k.join(t, "Oki Mori", "compliance")
	for i := range 20 {
		one := everyday[i%len(everyday)]
		w := written{category: "working-hours-wages", language: one.language, text: fmt.Sprintf("%s (%d)", one.text, i+1), fields: map[string]string{"kind": "report", "category": "working-hours-wages"}}
		if kindOfTwenty(i) == "urgent" {
			w.fields["danger"] = "yes"
		}
		id := k.send(t, w)
		k.Exec(t, `UPDATE cases SET received = date(received, ?) WHERE id = ?`, fmt.Sprintf("-%d days", 20-i), id)
	}
}}

// kindOfTwenty is what becomes of one of them.
func kindOfTwenty(i int) string {
	switch {
	case i%4 == 1:
		return "junk"
	case i == 6, i == 12:
		return "urgent"
	case i == 3, i == 8, i == 14:
		return "pass"
	}
	return "plain"
}

// TestTwentyNewReports has a handler clear them with the mouse, and with the keyboard, and
// two handlers at once.
func TestTwentyNewReports(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"mouse", "keys", "two"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			k := twenty.copy(t)
			given := map[string]any{"mode": mode}
			for i, id := range k.Column(t, `SELECT id FROM cases ORDER BY received`) {
				kind := kindOfTwenty(i)
				ids, _ := given[kind].([]string)
				given[kind] = append(ids, id)
			}
			k.browse(t, "triage/twenty.mjs", given)
			answered, states := 15-3, 15-3
			if mode == "two" {
				answered, states = 20, 20
			}
			if n := k.Count(t, `SELECT count(*) FROM messages WHERE sender = 'desk'`); n != answered {
				t.Errorf("%d letters of acknowledgement, want %d", n, answered)
			}
			if n := k.Count(t, `SELECT count(*) FROM cases WHERE state = 'acknowledged'`); n != states {
				t.Errorf("%d cases are acknowledged, want %d", n, states)
			}
			if mode == "two" {
				return
			}
			for query, want := range map[string]int{
				`SELECT count(*) FROM cases WHERE standing = 'junk'`: 5, `SELECT count(*) FROM cases WHERE branch = 'compliance'`: 3,
				`SELECT count(*) FROM case_classifications`: 12, `SELECT count(*) FROM cases WHERE danger = 'acted'`: 2,
			} {
				if n := k.Count(t, query); n != want {
					t.Errorf("%s: %d, want %d", query, n, want)
				}
			}
		})
	}
}
