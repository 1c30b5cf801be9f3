package browser

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"hotline/test/rig"
)

// TestMeetingInABrowser goes through a meeting: asked for on the reporter's page with
// scripts, recorded at the desk, and its record checked without scripts.
func TestMeetingInABrowser(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	d, identity := s.Invite(t, "handler@desk.example", "--queue", "hr")
	reader, err := json.Marshal(personOf(t, d, "Handler", identity.String()))
	if err != nil {
		t.Fatal(err)
	}
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, s.Intake(t), "power-harassment", "own", "Mi jefe me grita delante de todos."))
	b := &browser{open: s}
	b.run(t, "desk/meeting.mjs", map[string]any{"url": s.URL, "password": rig.Password, "people": []json.RawMessage{reader}, "receipt": r.Receipt.String(), "case": r.CaseID})
}
