package browser

import (
	"fmt"
	"testing"
)

// TestDeskAccess gives colleagues keys: many cases, stopped on the way; somebody
// with a new identity; and with the recovery identity.
func TestDeskAccess(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"given", "lost", "recovery"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			k := manyCases.copy(t)
			var cases []string
			for i := range manyCasesCount {
				cases = append(cases, k.cases[fmt.Sprint(i)])
			}
			k.browse(t, "desk/desk-keys-access.mjs", map[string]any{"part": part, "cases": cases})
		})
	}
}

const manyCasesCount = 42

var manyCases = template{flags: []string{"--organization", "Example Manufacturing"}, fill: func(t *testing.T, k *keyring) {
	k.join(t, "Aiko Tanaka", "hr")
	for i := range manyCasesCount {
		k.cases[fmt.Sprint(i)] = k.report(t, fmt.Sprintf("カナリア玖 %d 残業代が払われません", i), "")
	}
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Oki Mori", "hr")
}}

// TestDeskTransfer hands cases over, keeps people away from them, and opens the
// reporter's name, with several handlers side by side.
func TestDeskTransfer(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"handed-over", "excluded", "meanwhile", "name", "elsewhere"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			threePeople.copy(t).browse(t, "desk/desk-keys-transfer.mjs", map[string]any{"part": part})
		})
	}
}

var threePeople = template{flags: []string{"--organization", "Example Manufacturing"}, fill: func(t *testing.T, k *keyring) {
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Mina Abe", "compliance")
}}
