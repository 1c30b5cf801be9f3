package browser

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"hotline/test/rig"
)

// TestRetentionInABrowser goes through a hold and an early deletion of a closed case: one
// handler sets a hold, lifts it and asks for the deletion, another one confirms it.
func TestRetentionInABrowser(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	var people []json.RawMessage
	for _, name := range []string{"aiko", "ken"} {
		d, identity := s.Invite(t, name+"@desk.example", "--queue", "hr")
		one, err := json.Marshal(personOf(t, d, name, identity.String()))
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, one)
	}
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, s.Intake(t), "power-harassment", "own", "A report."))
	s.Exec(t, `UPDATE cases SET state = 'closed', outcome = 'partly', acknowledged = received, decided = received, answered = received, closed = received, gone = received, announced = 2, announced_on = received WHERE id = $1`, r.CaseID)
	b := &browser{open: s}
	b.run(t, "triage/retention.mjs", map[string]any{"url": s.URL, "password": rig.Password, "people": people, "case": r.CaseID})
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE id = $1`, r.CaseID); n != 0 {
		t.Error("the case is there after the deletion was confirmed")
	}
}
