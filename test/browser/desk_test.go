package browser

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/test/rig"
)

// TestDesk goes through the desk with a real browser: set-up, enrolment, sign-in
// with codes and passkeys, and the life of a case between a reporter and two
// handlers. Then it looks for what was written where nobody may find it.
func TestDesk(t *testing.T) {
	t.Parallel()
	rig.NeedBrowser(t)
	s := rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	b := &browser{open: s, asked: map[string]func(*testing.T, browserLine) string{
		"an hour": func(t *testing.T, _ browserLine) string {
			s.Exec(t, `UPDATE sessions SET confirmed = confirmed - 3600`)
			return ""
		},
		"no key": func(t *testing.T, l browserLine) string {
			s.Exec(t, `DELETE FROM case_keys WHERE handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name)
			return ""
		},
		"offline handler": func(t *testing.T, l browserLine) string {
			return rig.AddHandler(t, s.Data, l.Name, "hr").Email
		},
	}}
	b.run(t, "desk/desk.mjs", map[string]any{
		"url": s.URL, "setup": s.URL + "/en/desk/enrol#" + s.SetupToken(t, 0), "folder": t.TempDir(),
		"photo": base64.StdEncoding.EncodeToString(rig.Photo(t, rig.HiddenDetail)), "screenshots": os.Getenv("HOTLINE_SCREENSHOTS"), "only": os.Getenv("HOTLINE_ONLY"),
	})
	b.report(t)
	t.Run("no word is left", func(t *testing.T) {
		for _, word := range []string{"カナリア", "Canary four", "canary-six", "wandering otter", "AGE-SECRET-KEY-PQ-1[0-9A-Z]{20}"} {
			for _, place := range s.Holds(t, regexp.MustCompile(word)) {
				t.Errorf("%q stands in %s", word, place)
			}
		}
	})
}

// TestHoldsSees shows that the search for words would find them.
func TestHoldsSees(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--organization", "Visible Organization")
	var memory bool
	for _, place := range s.Holds(t, regexp.MustCompile("Visible Organization")) {
		memory = memory || strings.Contains(place, "memory")
	}
	if !memory {
		t.Error("the server's memory is not searched")
	}
	s.Exec(t, `UPDATE settings SET value = 'written-down' WHERE name = 'profile'`)
	s.Exec(t, `INSERT INTO settings (name, value) VALUES ('x', 'written-down')`)
	if len(s.Holds(t, regexp.MustCompile("written-down"))) == 0 {
		t.Error("the database is not searched")
	}
}
