package browser

import (
	"testing"

	"hotline/store/casework"
	"hotline/test/rig"
)

// TestOwnWordsInABrowser writes a text of the organisation with a real browser, and
// looks at its pages there and at those that reporters see.
func TestOwnWordsInABrowser(t *testing.T) {
	t.Parallel()
	data, _ := rig.FilledFolder(t)
	rig.AddEntities(t, data, casework.Entity{Code: "br", Name: "Brazil works", Languages: []string{"pt", "en"}, People: 400})
	s := rig.Start(t, data, "--limits", "off", "--organization", "Example Manufacturing")
	admin, _ := s.Invite(t, "admin@desk.example", "--role", "admin")
	b := &browser{open: s}
	b.run(t, "desk/desk-words.mjs", map[string]any{"url": s.URL, "session": admin.Cookies["hotline"]})
}
