package api

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
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

// Each page of a case leads to the next one and the previous one of the list that it
// was opened from, also once the case has left that list.
func TestNeighboursOfACase(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr"})
	aiko := d.People["aiko"]
	for range 3 {
		d.Accept(t, rig.NewReporter(t).Seal(t, d.Intake(t), "power-harassment", "own", "x"))
	}
	rows := regexp.MustCompile(`data-case="([0-9a-f]{32})"`).FindAllStringSubmatch(aiko.Get(t, "/en/desk/cases?tab=new").Body, -1)
	if len(rows) != 3 {
		t.Fatalf("the list holds %d cases", len(rows))
	}
	const back = "?back=tab%3Dnew"
	want := func(what, query string, at int) (page string) {
		t.Helper()
		page = aiko.Get(t, "/en/desk/cases/"+rows[at][1]+query).Body
		for i, id := range []string{"to-previous", "to-next"} {
			found := regexp.MustCompile(`id="` + id + `"[^>]*href="/en/desk/cases/([0-9a-f]{32})\?back=tab%3Dnew"`).FindStringSubmatch(page)
			other := at - 1 + 2*i
			if other < 0 || other > 2 {
				if found != nil {
					t.Errorf("%s: %s leads from case %d of 3 to %s", what, id, at+1, found[1])
				}
			} else if found == nil || found[1] != rows[other][1] {
				t.Errorf("%s: %s of case %d leads to %q, want %s", what, id, at+1, found, rows[other][1])
			}
		}
		return page
	}
	for i := range rows {
		want("each", back, i)
	}
	place := regexp.MustCompile(`data-place="([^"]+)"`).FindStringSubmatch(want("the second", back, 1))[1]
	res := aiko.PostForm(t, "/en/desk/cases/"+rows[1][1]+"/facts", url.Values{"seen-standing": {"counts"}, "standing": {"junk"}, "back": {"tab=new"}, "at": {place}})
	_, query, _ := strings.Cut(res.Header.Get("Location"), "?")
	if page := want("as junk", "?"+query, 1); !strings.Contains(page, `id="go-on" href="/en/desk/cases/`+rows[2][1]) {
		t.Error("the page of what has become junk offers no next case")
	}
	if page := aiko.Get(t, "/en/desk/cases/"+rows[0][1]).Body; strings.Contains(page, "to-next") {
		t.Error("a case that was opened from no list has a next one")
	}
}

// Readers of a case learn who else has it open, and nobody else does. It is no work:
// the session ends all the same.
func TestPresence(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "hugo": "hr", "carla": "compliance"})
	r := rig.NewReporter(t)
	d.Accept(t, r.Seal(t, d.Intake(t), "power-harassment", "own", "x"))
	d.Exec(t, `UPDATE sessions SET seen = seen - 300`)
	seen := d.Count(t, `SELECT sum(seen) FROM sessions`)
	say := func(who string, open bool) rig.Response {
		return d.People[who].Post(t, "/api/desk/cases/"+r.CaseID+"/presence", map[string]any{"open": open})
	}
	want := func(what, who string, open bool, names int) {
		t.Helper()
		var answer struct{ Others []string }
		rig.Decode(t, say(who, open), &answer)
		if len(answer.Others) != names || slices.Contains(answer.Others, "") {
			t.Errorf("%s: %q, want %d", what, answer.Others, names)
		}
	}
	want("the first", "aiko", true, 0)
	want("the second", "hugo", true, 1)
	want("the first again", "aiko", true, 1)
	want("who leaves", "hugo", false, 0)
	want("after that", "aiko", true, 0)
	if res := say("carla", true); res.Status != http.StatusNotFound {
		t.Errorf("somebody of another desk: %d\n%s", res.Status, res.Body)
	}
	if now := d.Count(t, `SELECT sum(seen) FROM sessions`); now != seen {
		t.Error("to have a case open kept the session alive")
	}
}
