package api

import (
	"net/http"
	"testing"

	"hotline/test/rig"
)

// Whoever takes a case away on the command line stands in the audit log as well.
func TestExportOfTheCommandLineIsNoted(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}})
	s.Case(t, receipt, handlers["compliance"])
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE what = 'case.export' AND handler_id = '' AND detail = 'sealed'`); n != 1 {
		t.Errorf("noted %d times", n)
	}
}

// Ids that no script of ours sends get no further than the door: PostgreSQL takes
// no NUL.
func TestIdsThatAreNone(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr"})
	r := d.SendReport(t, "power-harassment", "own", "A report.")
	c, _ := d.People["aiko"].Case(t, r.CaseID)
	at := "/api/desk/cases/" + r.CaseID
	for _, id := range []string{"", "\x00\x00\x00\x00\x00\x00\x00\x00", "' OR 1=1 --", "ABCDEF0123456789", r.CaseID + "0"} {
		back := c.Note(t, "Why this is so.")
		back["who"] = id
		if res := d.People["aiko"].Post(t, at+"/readmit", back); res.Status != http.StatusBadRequest {
			t.Errorf("readmitting %q: %d", id, res.Status)
		}
		if res := d.People["aiko"].Post(t, at+"/links", map[string]any{"case": id, "kind": "related"}); res.Status != http.StatusBadRequest {
			t.Errorf("linking %q: %d", id, res.Status)
		}
	}
}
