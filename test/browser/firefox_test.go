package browser

import (
	"os/exec"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestFirefox goes a reporter's way with scripts in Firefox ESR, with its usual
// settings and with those of Tor Browser at the level "Safer".
func TestFirefox(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("firefox-esr"); err != nil {
		t.Fatal("this test needs firefox-esr: `make test` installs it")
	}
	s, _ := rig.WithHandlers(t, "--limits", "off")
	b := &browser{open: s}
	b.run(t, "reporter/firefox.mjs", map[string]any{"site": s.URL, "photo": rig.WriteFile(t, t.TempDir(), "photo.jpg", rig.Photo(t, rig.HiddenDetail))})
	for _, sent := range b.cases {
		if _, err := crypto.ParseReceipt(sent.Receipt); err != nil {
			t.Errorf("firefox.mjs printed %q", sent.Receipt)
		}
	}
	if len(b.cases) != 2 || s.Cases(t) != 2 {
		t.Errorf("%d receipts and %d cases, want 2 of each", len(b.cases), s.Cases(t))
	}
}
