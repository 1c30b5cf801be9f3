package browser

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestFirefox goes a reporter's way with scripts in Firefox ESR, with its usual
// settings and with those of Tor Browser at the level "Safer".
func TestFirefox(t *testing.T) {
	if _, err := exec.LookPath("firefox-esr"); err != nil {
		t.Fatal("this test needs firefox-esr: `make test` installs it")
	}
	s, _ := rig.WithHandlers(t, "--limits", "off")
	argument, err := json.Marshal(map[string]string{
		"site": s.URL, "photo": rig.WriteFile(t, t.TempDir(), "photo.jpg", rig.Photo(t, rig.HiddenDetail)),
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), rig.Node(t), filepath.Join("reporter", "firefox.mjs"), string(argument)).CombinedOutput()
	if err != nil {
		t.Fatalf("firefox.mjs: %v\n%s", err, out)
	}
	receipts := strings.Fields(string(out))
	for _, receipt := range receipts {
		if _, err := crypto.ParseReceipt(receipt); err != nil {
			t.Errorf("firefox.mjs printed %q", receipt)
		}
	}
	if len(receipts) != 2 || s.Cases(t) != 2 {
		t.Errorf("%d receipts and %d cases, want 2 of each", len(receipts), s.Cases(t))
	}
}
