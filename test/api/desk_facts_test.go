package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What a button of the case page changes, it changes alone: back and forth, with
// what it was before in the address of the page that follows, so that it can be
// taken back.
func TestKindStandingAndDangerOfACase(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr"})
	r := rig.NewReporter(t)
	d.Accept(t, r.Seal(t, d.Intake(t), "power-harassment", "own", "x").With("danger", true))
	post := func(fact, seen, want string, status int, then ...string) {
		t.Helper()
		res := d.People["aiko"].PostForm(t, "/en/desk/cases/"+r.CaseID+"/facts", url.Values{"seen-" + fact: {seen}, fact: {want}})
		if res.Status != status {
			t.Fatalf("%s from %q to %q = %d\n%s", fact, seen, want, res.Status, res.Body)
		}
		for _, part := range then {
			if !strings.Contains(res.Header.Get("Location"), part) {
				t.Errorf("%s from %q to %q leads to %s, want %s", fact, seen, want, res.Header.Get("Location"), part)
			}
		}
	}
	facts := func() (got struct {
		Kind, Standing, Danger, Turn string
		Urgent                       bool
	}) {
		t.Helper()
		var body struct{ Case any }
		body.Case = &got
		rig.Decode(t, d.People["aiko"].Get(t, "/api/desk/cases/"+r.CaseID), &body)
		return got
	}
	if got := facts(); got.Kind != "" || got.Standing != "counts" || got.Danger != "open" || !got.Urgent {
		t.Errorf("at first %+v", got)
	}
	post("danger", "open", "acted", http.StatusSeeOther, "fact=danger", "was=open", "facts=saved")
	post("danger", "acted", "open", http.StatusSeeOther, "fact=danger", "was=acted")
	post("kind", "", "consultation", http.StatusSeeOther, "fact=kind", "was=")
	post("kind", "consultation", "report", http.StatusSeeOther, "was=consultation")
	post("standing", "counts", "junk", http.StatusSeeOther, "fact=standing", "was=counts")
	if got := facts(); got.Kind != "report" || got.Standing != "junk" || got.Danger != "open" || got.Urgent || got.Turn != "ended" {
		t.Errorf("as junk %+v", got)
	}
	post("standing", "counts", "duplicate", http.StatusSeeOther, "facts=changed")
	post("standing", "junk", "counts", http.StatusSeeOther, "facts=saved")
	if got := facts(); got.Standing != "counts" || !got.Urgent || got.Turn != "new" {
		t.Errorf("after undoing %+v", got)
	}
	for fact, bad := range map[string]string{"kind": "tip", "standing": "spam", "danger": "yes"} {
		post(fact, map[string]string{"standing": "counts"}[fact], bad, http.StatusBadRequest)
	}
	if n := len(d.Conversation(t, r).Messages); n != 1 {
		t.Errorf("the reporter has %d messages", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE what IN ('case.kind', 'case.standing', 'case.danger') AND case_id = $1`, r.CaseID); n != 6 {
		t.Errorf("%d acts in the audit log", n)
	}
}
