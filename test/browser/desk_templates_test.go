package browser

import (
	"os"
	"path/filepath"
	"testing"

	"hotline/store/casework"
	"hotline/test/rig"
)

// TestMessageTemplates has an administrator change and add templates of messages with a
// real browser, a handler send what they became, and the reporter read it.
func TestMessageTemplates(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	rig.AddEntities(t, data, casework.Entity{Code: "mx", Name: "Mexico works", Names: casework.Translations{"es": "Planta de México"}, People: 400}, casework.Entity{Code: "br", Name: "Brazil works"})
	k := newKeyring(t, rig.StartNamed(t, data, "--limits", "off", "--organization", "Example Manufacturing"))
	admin, _ := k.Setup(t)
	k.join(t, "Ken Sato", "hr", "compliance")
	es := k.send(t, written{category: "power-harassment", language: "es", text: "El encargado nos grita. カナリア壱", entity: "mx"})
	ja := k.send(t, written{category: "power-harassment", language: "ja", text: "班長が毎日どなります。カナリア弐"})
	k.browse(t, "triage/templates.mjs", map[string]any{
		"admin": admin.Cookies["hotline"], "cases": map[string]string{"es": es, "ja": ja}, "receipt": k.reporters[es].Receipt.String(),
	})
	if n := k.Count(t, `SELECT count(*) FROM words WHERE part = 'letter.acknowledge' AND entity = 'mx' AND language = 'es'`); n != 1 {
		t.Errorf("the company has %d versions of the acknowledgement", n)
	}
}
