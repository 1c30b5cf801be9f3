package browser

import (
	"testing"

	"hotline/test/rig"
)

// TestDeskDeputy has a handler name a deputy, who gets keys from a colleague's browser,
// reads, and reads no more once it is over.
func TestDeskDeputy(t *testing.T) {
	t.Parallel()
	k := named(t)
	rig.Run(t, "entity", "add", "--data", k.Data, "--code", "br", "--name", "en=Brazil", "--country", "BR")
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Mina Abe", "hr@br")
	caseID := k.report(t, "カナリア拾参 残業代が払われません", "")
	k.browse(t, "desk/desk-deputy.mjs", map[string]any{"case": caseID})
}
