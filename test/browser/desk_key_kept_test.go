package browser

import (
	"fmt"
	"testing"
)

// TestDeskKeyKept shows to a handler that a key does not open, and that the
// server keeps because nobody else has one of its case: the page once asked for
// new keys without end, and said nothing.
func TestDeskKeyKept(t *testing.T) {
	t.Parallel()
	k := named(t)
	k.join(t, "Aiko Tanaka", "hr")
	k.report(t, "カナリア拾弐 残業代が払われません", "")
	k.report(t, "カナリア拾弐 休憩がありません", "")
	k.browse(t, "desk/desk-key-kept.mjs", nil)
}

// spoil makes as if colleagues had given somebody all their keys, one of them
// that of another case, and returns how many there are.
func (k *keyring) spoil(t *testing.T, l browserLine) string {
	k.Exec(t, `UPDATE case_keys SET checked = 0 WHERE handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name)
	l.Text = k.allCases(t)[0]
	k.meanwhile()["swap"](t, l)
	return fmt.Sprint(k.Count(t, `SELECT count(*) FROM case_keys WHERE checked = 0 AND handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name))
}
