package browser

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/test/rig"
)

// TestOnBehalf goes with real browsers through two reports that an operator
// enters: one whose person comes back without scripts, one with. Then it looks for
// what was said where nobody may find it.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	s := rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	link := func(email string, flags ...string) string {
		args := append([]string{"handler", "invite", "--data", s.Data, "--name", "Name of " + email, "--email", email}, flags...)
		return s.URL + "/en/desk/enrol#" + rig.TokenIn(t, rig.Run(t, args...))
	}
	words := map[string]map[string]string{}
	for _, l := range i18n.Languages {
		catalog := rig.Texts(t, l.Code)
		words[l.Code] = map[string]string{}
		for _, key := range []string{"channel.phone", "channel.in-person", "conversation.name", "error.choice", "error.withdraw", "error.text-missing",
			"behalf.error.name-missing", "behalf.error.anonymous-with-name", "receipt.code.lost", "date.received", "behalf.trouble.closed", "behalf.done.go", "behalf.aloud.title", "statement.accepted", "statement.corrected", "statement.state-accepted", "statement.state-corrected"} {
			words[l.Code][key] = catalog.T(key)
		}
		words[l.Code]["reads"] = catalog.T("behalf.reads", "Queue", catalog.T("queue.compliance"))
		words[l.Code]["reads-closed"] = catalog.T("behalf.reads-closed", "Queue", catalog.T("queue.hr"))
	}
	b := &browser{open: s, asked: map[string]func(*testing.T, browserLine) string{
		"handler": func(t *testing.T, _ browserLine) string {
			d, identity := s.Invite(t, "handler@desk.example", "--queue", "compliance")
			reader, err := json.Marshal(personOf(t, d, "Handler", identity.String()))
			if err != nil {
				t.Fatal(err)
			}
			return string(reader)
		},
	}}
	b.run(t, "desk/behalf.mjs", map[string]any{
		"url": s.URL, "operator": link("operator@desk.example", "--role", "intake"), "password": rig.Password, "folder": t.TempDir(), "texts": words,
	})
	for word, opened := range map[string]bool{"カナリア": true, "山田": true, "JaCER-2026": false, "carretilla": false} {
		for _, place := range s.Holds(t, regexp.MustCompile(word)) {
			if !opened || !strings.Contains(place, "memory") { // without scripts the server opens it for a moment
				t.Errorf("%q stands in %s", word, place)
			}
		}
	}
}
