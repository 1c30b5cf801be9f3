package api

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hotline/test/rig"
)

// day is a day as it is typed, so many days from today where the hotline counts.
func day(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }

// deputies is a hotline with two handlers of HR and one of compliance, and a case of HR.
type deputies struct {
	rig.Desks
	t      *testing.T
	caseID string
}

func newDeputies(t *testing.T) deputies {
	d := deputies{rig.NewDesks(t, map[string]string{"hana": "hr", "ken": "hr", "carla": "compliance", "pat": "procurement"}), t, ""}
	in, r := d.Intake(t), rig.NewReporter(t)
	d.Accept(t, r.Seal(t, in, "power-harassment", "own", "Text that only HR reads."))
	d.caseID = r.CaseID
	return d
}

func (d deputies) post(who, path string, fields url.Values, want int) string {
	d.t.Helper()
	fields = maps.Clone(fields) // PostForm adds a token
	res := d.People[who].PostForm(d.t, "/en/desk/"+path, fields)
	if res.Status != want {
		d.t.Errorf("%s: POST %s %v: %d, want %d\n%.600s", who, path, fields, res.Status, want, res.Body)
	}
	return res.Body
}

func (d deputies) person(name string) string { return "admin/people/" + d.People[name].ID(d.t) }

// An administrator names a deputy, who reads what the handler reads once a colleague
// gave the keys, for as long as it lasts; and is told what cannot be.
func TestDeputyByAnAdministrator(t *testing.T) {
	t.Parallel()
	d := newDeputies(t)
	at := d.person("hana")
	named := url.Values{"deputy": {d.People["carla"].ID(t)}, "from": {day(0)}, "until": {day(5)}}
	with := func(field, value string) url.Values {
		v := url.Values{}
		for k, values := range named {
			v[k] = values
		}
		v.Set(field, value)
		return v
	}
	for field, value := range map[string]string{"deputy": "", "from": day(-1), "until": day(-2)} {
		page := document(t, d.post("admin", at+"/deputy", with(field, value), http.StatusUnprocessableEntity))
		if page.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("%s %q: nothing says what is wrong", field, value)
		}
		if got := page.Find("#until").AttrOr("value", ""); field != "until" && got != day(5) {
			t.Errorf("%s %q: what was typed is lost: %q", field, value, got)
		}
	}
	if page := d.post("admin", at+"/deputy", with("deputy", d.People["pat"].ID(t)), http.StatusUnprocessableEntity); !strings.Contains(page, "may be about their own desk") {
		t.Error("a buyer can be the deputy of HR, or nothing says why not")
	}
	d.WantSees(t, "before", "carla", d.caseID, false)
	d.post("admin", at+"/deputy", named, http.StatusSeeOther)
	if page := d.post("admin", at+"/deputy", with("from", day(5)), http.StatusUnprocessableEntity); !strings.Contains(page, "already") {
		t.Error("a second deputy on the same day, or nothing says why not")
	}
	d.WantOpens(t, "before the grant", d.caseID, "hana", "ken")
	if err := d.GrantAll(t, "ken", d.People["carla"].ID(t)); err != nil {
		t.Fatal(err)
	}
	d.WantSees(t, "as the deputy", "carla", d.caseID, true)
	d.WantOpens(t, "as the deputy", d.caseID, "carla", "hana", "ken")
	for path, want := range map[string]string{at: "carla", "admin/people": "Deputy for Name of hana", d.person("carla"): "Deputy for Name of hana"} {
		if !strings.Contains(d.People["admin"].Get(t, "/en/desk/"+path).Body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	if account := d.People["carla"].Get(t, "/en/desk/account").Body; !strings.Contains(account, "You are the deputy for Name of hana") {
		t.Error("the account does not say whose deputy she is")
	}
	work := document(t, d.People["admin"].Get(t, "/en/desk/"+d.person("carla")).Body).Find("input[name=queue][checked]")
	if work.Length() != 1 || work.AttrOr("value", "") != "compliance" {
		t.Error("the desks that the administrator can change are not her own")
	}
	// The days pass while the server is down.
	if err := d.Stop(t); err != nil {
		t.Fatal(err)
	}
	d.Exec(t, `UPDATE deputies SET from_day = $1, until_day = $2`, day(-6), day(-2))
	d.Restart(t)
	rig.Until(t, "the day has turned", func() bool { return d.Count(t, `SELECT count(*) FROM deputies`) == 0 })
	d.WantSees(t, "afterwards", "carla", d.caseID, false)
	d.WantOpens(t, "afterwards", d.caseID, "hana", "ken")
}

// A handler names a colleague of the same desk, and nobody else, and ends it.
func TestDeputyOfOnesOwn(t *testing.T) {
	t.Parallel()
	d := newDeputies(t)
	named := url.Values{"deputy": {d.People["ken"].ID(t)}, "from": {day(1)}, "until": {day(2)}}
	list := document(t, d.People["hana"].Get(t, "/en/desk/account").Body).Find("#deputy option")
	if list.Length() != 2 || !strings.Contains(list.Text(), "Name of ken@") {
		t.Errorf("hana can choose among %q", list.Text())
	}
	d.post("hana", "account/deputy", url.Values{"deputy": {d.People["carla"].ID(t)}, "from": {day(1)}, "until": {day(2)}}, http.StatusUnprocessableEntity)
	d.post("hana", "account/deputy", named, http.StatusSeeOther)
	account := document(t, d.People["hana"].Get(t, "/en/desk/account").Body)
	end := hidden(account.Find(`form[action$="/account/deputy/end"]`))
	d.post("ken", "account/deputy/end", end, http.StatusForbidden) // the token is hana's
	end.Del("token")
	d.post("ken", "account/deputy/end", end, http.StatusSeeOther) // it is none of his
	if d.Count(t, `SELECT count(*) FROM deputies`) != 1 {
		t.Error("somebody else ended it")
	}
	d.post("hana", "account/deputy/end", end, http.StatusSeeOther)
	if d.Count(t, `SELECT count(*) FROM deputies`) != 0 {
		t.Error("it is not ended")
	}
	d.post("admin", "account/deputy", named, http.StatusNotFound)
	if log := rig.Run(t, "doctor", "--data", d.Data); strings.Contains(log, "deput") {
		t.Errorf("the doctor speaks of deputies:\n%s", log)
	}
}

// Leads are given on somebody's page; who saw other leads is refused, and what was
// ticked stays. An overdue case that nobody acts on shows to the lead and to
// administrators.
func TestLeads(t *testing.T) {
	t.Parallel()
	d := newDeputies(t)
	lead := func(name string) url.Values {
		form := hidden(document(t, d.People["admin"].Get(t, "/en/desk/"+d.person(name)).Body).Find(`form[action$="/leads"]`))
		form.Del("token")
		form.Set("lead", "hr")
		return form
	}
	hana, ken := lead("hana"), lead("ken")
	d.post("admin", d.person("hana")+"/leads", hana, http.StatusSeeOther)
	page := document(t, d.post("admin", d.person("ken")+"/leads", ken, http.StatusUnprocessableEntity))
	if page.Find("#lead-error").Length() != 1 || page.Find("#lead[checked]").Length() != 1 {
		t.Error("nothing says that the leads were changed, or what was ticked is lost")
	}
	d.post("admin", d.person("ken")+"/leads", lead("ken"), http.StatusSeeOther)
	if people := d.People["admin"].Get(t, "/en/desk/admin/people").Body; strings.Count(people, "Leads Human resources") != 1 || !strings.Contains(people, `data-label="Last sign-in">Today<`) {
		t.Error("the list of people does not say who leads, or when they signed in")
	}
	if err := d.Stop(t); err != nil {
		t.Fatal(err)
	}
	d.Exec(t, `UPDATE cases SET due = $1`, day(-9))
	d.Restart(t)
	rig.Until(t, "the day has turned", func() bool { return d.Count(t, `SELECT count(*) FROM cases WHERE reminded = 3`) == 1 })
	for who, path := range map[string]string{"admin": "admin/people", "ken": "cases"} {
		if page := d.People[who].Get(t, "/en/desk/"+path).Body; !strings.Contains(page, "Nobody acts at these desks") || strings.Contains(page, "Text that only HR reads.") {
			t.Errorf("%s is not told on %s that nobody acts", who, path)
		}
	}
	if page := d.People["hana"].Get(t, "/en/desk/cases").Body; strings.Contains(page, "Nobody acts at these desks") {
		t.Error("who does not lead is told that nobody acts")
	}
}

// After how many days it is escalated the organisation chooses.
func TestEscalationIsChosen(t *testing.T) {
	t.Parallel()
	_, admin, _ := withDesk(t, "--limits", "off")
	chosen := url.Values{"name": {"Example"}, "country": {"JP"}, "time_zone": {"Asia/Tokyo"}, "exit_url": {"https://www.wikipedia.org/"}, "languages": {"en"}, "profile": {"strictest"}}
	for value, want := range map[string]int{"0": 303, "90": 303, "91": 422, "-1": 422, "three": 422, "": 303} {
		chosen.Set("escalate", value)
		res := admin.PostForm(t, "/en/desk/admin/organization", chosen)
		if res.Status != want {
			t.Errorf("after %q days: %d, want %d", value, res.Status, want)
		}
		if want == 422 && document(t, res.Body).Find("#escalate").AttrOr("value", "none") != value {
			t.Errorf("%q is lost", value)
		}
	}
}
