package api

import (
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// excluding is a report of a browser that goes to a queue, and not to some.
func excluding(t *testing.T, d rig.Desks, r *rig.Reporter, in rig.Intake, queue string, excluded ...string) rig.Sealed {
	t.Helper()
	keys, sealedTo := r.Keys(t, in, queue, excluded...)
	return r.Seal(t, in, "power-harassment", "own", "About one of you.").With("branch", queue, "keys", keys, "sealed_to", sealedTo, "excluded", excluded)
}

// Whom a reporter excludes gets no key, and never sees that there is a case; when
// nobody is left, the report goes on.
func TestReporterExcludesSomebody(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "ivo": "independent"})
	for name, as := range map[string]string{"aiko": "HR manager", "ken": "佐藤 健", "carla": "Compliance officer", "ivo": "Outside counsel"} {
		d.Show(t, name, as)
	}
	in := intakeNow(t, d.Server)
	ids := map[string]string{}
	for name, p := range d.People {
		ids[name] = p.ID(t)
	}
	shown := map[string]string{}
	for _, e := range in.Excludable {
		shown[e.ID] = e.ShownAs
	}
	if len(in.Excludable) != 4 || shown[ids["ken"]] != "佐藤 健" || shown[ids["aiko"]] != "HR manager" {
		t.Errorf("offered are %v", in.Excludable)
	}
	for _, c := range []struct {
		queue    string
		excluded []string
		readers  []string
	}{
		{"hr", []string{"ken"}, []string{"aiko"}},
		{"compliance", []string{"ken", "aiko"}, []string{"carla"}},
		{"independent", []string{"aiko", "carla", "ken"}, []string{"ivo"}},
	} {
		r := rig.NewReporter(t)
		var excluded []string
		for _, name := range c.excluded {
			excluded = append(excluded, ids[name])
		}
		report := excluding(t, d, r, in, c.queue, excluded...)
		d.Server.Accept(t, report)
		d.Server.Accept(t, report) // once more
		d.WantOpens(t, c.queue, r.CaseID, c.readers...)
		for _, name := range c.excluded {
			d.WantSees(t, c.queue, name, r.CaseID, false)
		}
		d.WantSees(t, c.queue, c.readers[0], r.CaseID, true)
		if n := d.Count(t, `SELECT count(*) FROM exclusions WHERE case_id = $1 AND kind = 'reporter' AND at = 0 AND by_id = ''`, r.CaseID); n != len(excluded) {
			t.Errorf("%d exclusions, want %d", n, len(excluded))
		}
		if got := d.Conversation(t, r); got.Branch != c.queue {
			t.Errorf("the reporter is told of %s, want %s", got.Branch, c.queue)
		}
	}
}

// What cannot be asked for: keys of the excluded, nobody left, somebody who is not
// offered.
func TestExclusionsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	for _, name := range []string{"aiko", "ken", "carla"} {
		d.Show(t, name, "Office of "+name)
	}
	in, r := intakeNow(t, d.Server), rig.NewReporter(t)
	aiko, ken, carla := d.People["aiko"].ID(t), d.People["ken"].ID(t), d.People["carla"].ID(t)
	all := r.Seal(t, in, "power-harassment", "own", "About one of you.")
	refused := func(what string, report rig.Sealed, status int, code string) {
		t.Helper()
		refusedAs(t, what, d.PostJSON(t, "/api/reports", report), status, code)
	}
	refused("sealed to the excluded one", all.With("excluded", []string{ken}), 409, "stale")
	refused("not sealed to somebody who is not excluded", excluding(t, d, r, in, "hr", ken).With("excluded", []string{}), 409, "stale")
	refused("a queue that no report of the category goes to", excluding(t, d, r, in, "hr", ken).With("category", "bribery"), 409, "stale")
	refused("nobody left", all.With("excluded", []string{aiko, ken, carla}), 409, "nobody")
	refused("no id", all.With("excluded", []string{"ken"}), 400, "malformed")
	refused("twice", all.With("excluded", []string{ken, ken}), 400, "malformed")
	refused("nobody known", all.With("excluded", []string{crypto.NewID()}), 409, "stale")
	refused("the recovery recipient", all.With("excluded", []string{"recovery"}), 400, "malformed")
	d.Show(t, "ken", "")
	refused("not offered any more", excluding(t, d, r, in, "hr", ken), 409, "stale")
	if got := d.Intake(t); len(got.Excludable) != 2 { // told at once
		t.Errorf("offered are %v", got.Excludable)
	}
	rig.Run(t, "handler", "disable", "--yes", "--data", d.Data, "aiko@desk.example")
	rig.Run(t, "handler", "disable", "--yes", "--data", d.Data, "ken@desk.example")
	refused("a closed queue", all.With("excluded", []string{carla}), 503, "closed")
	if n := d.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

// The same without scripts: boxes, which stay ticked whatever comes between.
func TestFormExcludesSomebody(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	if page := d.Get(t, "/en/report").Body; strings.Contains(page, "not_for") || strings.Contains(page, "exclusions") {
		t.Error("the page asks, although nobody can be excluded")
	}
	d.Show(t, "aiko", "HR manager")
	d.Show(t, "ken", "<b>佐藤</b>\u202e健")
	aiko, ken := d.People["aiko"].ID(t), d.People["ken"].ID(t)
	box := func(id string) rig.Field { return rig.Field{Name: "not_for", Value: id} }
	about := func(text string, more ...rig.Field) []rig.Field {
		fields := rig.WithForm(d.FormToken(t, "/ja/report"), rig.Field{Name: "subject", Value: "own"}, rig.Field{Name: "category", Value: "power-harassment"}, rig.Field{Name: "text", Value: text})
		return append(fields, more...)
	}
	ticked := func(what string, res rig.Response, status int, want ...string) {
		t.Helper()
		if res.Status != status {
			t.Errorf("%s = %d\n%s", what, res.Status, res.Body)
		}
		for _, id := range []string{aiko, ken} {
			want := strings.Contains(strings.Join(want, " "), id)
			if got := rig.InputHas(res.Body, box(id), " checked"); got != want {
				t.Errorf("%s: the box of %s is ticked: %v", what, id, got)
			}
		}
	}
	if page := d.Get(t, "/ja/report").Body; !strings.Contains(page, "&lt;b&gt;佐藤&lt;/b&gt;<mark>[U&#43;202E]</mark>健") {
		t.Error("what the administrators wrote is not shown, or not safely")
	}
	switched := append(about("パワハラです。", box(aiko), box(ken)), rig.Field{Name: "switch", Value: "en"})
	ticked("another language", d.PostFields(t, "/en/report", switched...), 200, aiko, ken)
	ticked("no text", d.Post(t, "/ja/report", about("", box(ken))), 422, ken)
	ticked("no text, urlencoded", d.PostFields(t, "/ja/report", about("", box(aiko), box(ken))...), 422, aiko, ken)

	receipt := rig.Receipt(t, d.Post(t, "/ja/report", about("健さんのことです。", box(ken))).Body)
	caseID := d.CaseID(t, receipt)
	d.WantOpens(t, "one excluded", caseID, "aiko")
	d.WantSees(t, "one excluded", "ken", caseID, false)
	as := rig.Handler{Email: "aiko@desk.example", Identity: d.Identities["aiko"]}
	if got := d.Case(t, receipt, as).Messages[0].Fields["not_for"]; got != "<b>佐藤</b>\u202e健" {
		t.Errorf("the report says that it is not for %q", got)
	}
	if page := d.FollowUp(t, "ja", receipt).Body; !strings.Contains(page, ">通報を読ませたくない人<") || !strings.Contains(page, "佐藤") {
		t.Error("the reporter does not see whom they excluded")
	}
	d.WantOpens(t, "all of HR excluded", d.CaseID(t, rig.Receipt(t, d.Post(t, "/ja/report", about("二人のことです。", box(ken), box(aiko))).Body)), "carla")

	d.Show(t, "carla", "Compliance")
	carla := d.People["carla"].ID(t)
	nobody := d.Post(t, "/ja/report", about("全員です。", box(ken), box(aiko), box(carla)))
	ticked("nobody left", nobody, 422, aiko, ken)
	rig.CheckErrors(t, "nobody left", "ja", nobody.Body, "not_for")
	open := about("一覧が変わる前の通報です。", box(ken))
	d.Show(t, "ken", "")
	changed := d.Post(t, "/ja/report", open)
	ticked("not offered any more", changed, 422)
	rig.CheckErrors(t, "not offered any more", "ja", changed.Body, "not_for")
	if n := d.Cases(t); n != 2 {
		t.Errorf("%d cases", n)
	}
}

// A form that is sent again tells nobody whom it excludes: neither in a further
// message, nor to somebody who has the case already.
func TestRepeatedFormExcludesNobodyMore(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "compliance", "ken": "compliance", "carla": "compliance"})
	for _, name := range []string{"aiko", "ken"} {
		d.Show(t, name, "Office of "+name)
	}
	token := d.FormToken(t, "/en/report")
	send := func(text string, excluded ...string) rig.Response {
		fields := rig.WithForm(token, rig.Field{Name: "text", Value: text})
		for _, name := range excluded {
			fields = append(fields, rig.Field{Name: "not_for", Value: d.People[name].ID(t)})
		}
		return d.Post(t, "/en/report", fields)
	}
	receipt := rig.Receipt(t, send("first", "ken").Body)
	for _, res := range []rig.Response{send("first", "ken"), send("second", "ken"), send("third")} {
		if res.Status != http.StatusCreated || rig.Receipt(t, res.Body) != receipt {
			t.Errorf("sent again = %d", res.Status)
		}
	}
	late := send("fourth", "ken", "aiko")
	if late.Status != http.StatusUnprocessableEntity || !strings.Contains(late.Body, "fourth") {
		t.Errorf("one more excluded = %d", late.Status)
	}
	rig.CheckErrors(t, "one more excluded", "en", late.Body, "not_for")
	c := d.Case(t, receipt, rig.Handler{Email: "carla@desk.example", Identity: d.Identities["carla"]})
	if len(c.Messages) != 3 || c.Messages[0].Fields["not_for"] != "Office of ken" {
		t.Fatalf("messages: %+v", c.Messages)
	}
	for _, m := range c.Messages[1:] {
		if len(m.Fields) != 0 {
			t.Errorf("a further message says %v", m.Fields)
		}
	}
	d.WantOpens(t, "after all", c.ID, "aiko", "carla")
}
