package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hotline/test/rig"
)

// kept is a closed case that two handlers read.
type kept struct {
	t *testing.T
	rig.Desks
	*rig.Reporter
}

func newKept(t *testing.T) kept {
	t.Helper()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	k := kept{t, d, rig.NewReporter(t)}
	d.Accept(t, k.Seal(t, d.Intake(t), "power-harassment", "own", "A report."))
	d.Exec(t, `UPDATE cases SET state = 'closed', outcome = 'partly', acknowledged = received, decided = received, answered = received, closed = received WHERE id = $1`, k.CaseID)
	return k
}

// says has a handler say something with a note.
func (k kept) says(name, field string, said any) rig.Response {
	k.t.Helper()
	c, _ := k.People[name].Case(k.t, k.CaseID)
	note := c.Note(k.t, "The reason.")
	for field, value := range map[string]any{"form": c.Form, "from": "note", "kind": "", "files": []string{}, "move": nil, field: said} {
		note[field] = value
	}
	return k.People[name].Post(k.t, "/api/desk/cases/"+k.CaseID+"/messages", note)
}

func (k kept) deletes(name string) rig.Response {
	k.t.Helper()
	return k.People[name].Post(k.t, "/api/desk/cases/"+k.CaseID+"/deletion", struct{}{})
}

func (k kept) done(what string, res rig.Response) {
	k.t.Helper()
	if res.Status != http.StatusOK && res.Status != http.StatusCreated {
		k.t.Fatalf("%s = %d %s", what, res.Status, res.Body)
	}
}

func (k kept) refused(what string, res rig.Response, status int, code string) {
	k.t.Helper()
	refusedAs(k.t, what, res, status, code)
}

// A hold has an owner who reads the case and an end, and keeps the case from being deleted.
func TestHoldAtTheDesk(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	hold := func(owner, until string) map[string]string { return map[string]string{"owner": owner, "until": until} }
	aiko, carla := k.People["aiko"].ID(t), k.People["carla"].ID(t)
	soon := time.Now().AddDate(0, 6, 0).Format(time.DateOnly)
	k.refused("lifting no hold", k.says("ken", "hold", hold("", "")), 409, "moved")
	k.refused("no day", k.says("ken", "hold", hold(aiko, "soon")), 400, "malformed")
	k.refused("six years", k.says("ken", "hold", hold(aiko, time.Now().AddDate(6, 0, 0).Format(time.DateOnly))), 422, "hold-end")
	k.refused("of the past", k.says("ken", "hold", hold(aiko, "2020-01-01")), 422, "hold-end")
	k.refused("an owner who does not read it", k.says("ken", "hold", hold(carla, soon)), 422, "hold-owner")
	k.done("a hold", k.says("ken", "hold", hold(aiko, soon)))
	if body := k.People["ken"].Get(t, "/api/desk/cases/"+k.CaseID).Body; !strings.Contains(body, `"hold":{"owner":"`+aiko+`","until":"`+soon+`"`) || !strings.Contains(body, `"may_ask":false`) {
		t.Errorf("the case: %s", body)
	}
	k.refused("asking for a deletion", k.says("ken", "deletion", "ask"), 409, "held")
	k.done("lifting", k.says("aiko", "hold", hold("", "")))
	k.done("asking again", k.says("ken", "deletion", "ask"))
	k.done("a hold while somebody asks", k.says("aiko", "hold", hold(aiko, soon)))
	k.refused("confirming", k.deletes("aiko"), 409, "moved")
	if n := k.Count(t, `SELECT count(*) FROM cases WHERE id = $1`, k.CaseID); n != 1 {
		t.Error("the case is gone")
	}
}

// Two handlers delete a case early, unless the law keeps it. Its receipt is then as an
// unknown one, with and without scripts.
func TestEarlyDeletionAtTheDesk(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	profile := func(code string) {
		chosen := url.Values{"name": {"Example"}, "country": {"JP"}, "time_zone": {"Asia/Tokyo"}, "exit_url": {"https://www.wikipedia.org/"}, "languages": {"en"}, "profile": {code}}
		if res := k.People["admin"].PostForm(t, "/en/desk/admin/organization", chosen); res.Status != http.StatusSeeOther {
			t.Fatalf("settings = %d\n%s", res.Status, res.Body)
		}
	}
	profile("pt")
	k.refused("kept by law", k.says("ken", "deletion", "ask"), 409, "kept-by-law")
	profile("strictest")
	k.refused("nobody asks", k.deletes("ken"), 409, "moved")
	k.refused("what nobody can say", k.says("ken", "deletion", "now"), 400, "malformed")
	k.done("asking", k.says("ken", "deletion", "ask"))
	k.refused("asking twice", k.says("aiko", "deletion", "ask"), 409, "moved")
	k.refused("the same person", k.deletes("ken"), 403, "same-person")
	k.refused("who does not read it", k.deletes("carla"), 404, "not-found")
	k.done("withdrawing", k.says("aiko", "deletion", "withdraw"))
	k.refused("withdrawn", k.deletes("aiko"), 409, "moved")
	k.done("asking once more", k.says("ken", "deletion", "ask"))
	k.done("confirming", k.deletes("aiko"))
	k.refused("confirming again", k.deletes("aiko"), 404, "not-found")

	unknown := rig.NewReporter(t)
	lookUp := func(r *rig.Reporter) rig.Response {
		return k.PostJSON(t, "/api/follow-up", map[string]string{"form": k.Intake(t).Form, "lookup": r.Lookup()})
	}
	for what, r := range map[string]*rig.Reporter{"the deleted case": k.Reporter, "an unknown one": unknown} {
		k.refused("with scripts, "+what, lookUp(r), 404, "not-found")
	}
	page := func(r *rig.Reporter) (int, string) {
		res := k.FollowUp(t, "en", r.Receipt.String())
		return res.Status, strings.Join(strings.Fields(document(t, res.Body).Find("main .summary, main .error").Text()), " ")
	}
	goneStatus, gone := page(k.Reporter)
	if status, never := page(unknown); goneStatus != status || status == http.StatusOK || gone != never || never == "" {
		t.Errorf("without scripts: %d %q, of an unknown one %d %q", goneStatus, gone, status, never)
	}
}
