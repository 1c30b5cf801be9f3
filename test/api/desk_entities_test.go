package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/test/rig"
)

// addEntity has the command line add a company.
func addEntity(t *testing.T, s *rig.Server, code, parent string, flags ...string) {
	t.Helper()
	rig.Run(t, append([]string{"entity", "add", "--data", s.Data, "--code", code, "--name", "en=Company " + code, "--parent", parent}, flags...)...)
}

// companies is a hotline with two companies and a site of one of them.
type companies struct {
	*rig.Server
	root, br, reader *rig.Desk // administrators of everything and of br, and who reads HR there
}

func newCompanies(t *testing.T) companies {
	s, root, _ := withDesk(t, "--limits", "off")
	addEntity(t, s, "br", "", "--country", "BR", "--zone", "America/Sao_Paulo", "--people", "400")
	addEntity(t, s, "br-jundiai", "br")
	addEntity(t, s, "mx", "", "--country", "MX", "--zone", "America/Mexico_City", "--people", "90")
	g := companies{Server: s, root: root}
	g.br, _ = s.Invite(t, "admin.br@desk.example", "--role", "admin", "--entity", "br")
	g.reader, _ = s.Invite(t, "hr.br@desk.example", "--queue", "hr", "--entity", "br")
	return g
}

// An administrator of a company sees and changes what is of it, and nothing above or
// beside.
func TestAdministratorOfACompany(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	const at = "/en/desk/admin/"
	status := func(what string, res rig.Response, want int) {
		t.Helper()
		if res.Status != want {
			t.Errorf("%s: %d, want %d\n%.400s", what, res.Status, want, res.Body)
		}
	}
	entities := g.br.Get(t, at+"entities").Body
	for text, want := range map[string]bool{"Company br<": true, "Company br-jundiai<": true, "Company mx<": false, "/admin/organization": false, "/admin/recovery": false, "/admin/queues": false} {
		if strings.Contains(entities, text) != want {
			t.Errorf("the list of companies holds %q: %v", text, !want)
		}
	}
	people := g.br.Get(t, at+"people").Body
	if !strings.Contains(people, "hr.br@desk.example") || strings.Contains(people, ">hr@desk.example") || strings.Contains(people, "admin@desk.example") {
		t.Error("the people are not those of the company alone")
	}
	status("somebody of the whole organisation", g.br.Get(t, at+"people/"+g.root.ID(t)), http.StatusNotFound)
	status("somebody of the company", g.br.Get(t, at+"people/"+g.reader.ID(t)), http.StatusOK)
	status("another company", g.br.Get(t, at+"entities/mx"), http.StatusNotFound)
	invite := url.Values{"name": {"Rosa"}, "email": {"rosa@desk.example"}, "role": {"handler"}, "queue": {"hr"}, "language": {"pt"}}
	status("inviting for the whole organisation", g.br.PostForm(t, at+"people", invite), http.StatusUnprocessableEntity)
	invite = url.Values{"name": {"Rosa"}, "email": {"rosa@desk.example"}, "queue_at": {"compliance"}, "at": {"mx"}, "language": {"pt"}}
	status("inviting for another company", g.br.PostForm(t, at+"people", invite), http.StatusUnprocessableEntity)
	invite.Set("at", "")
	if page := document(t, g.br.PostForm(t, at+"people", invite).Body); page.Find("#queue-at-compliance[checked]").Length() != 1 || page.Find("#at-error").Length() != 1 {
		t.Error("what was ticked without a company is lost, or nothing asks for the company")
	}
	invite.Set("at", "br-jundiai")
	status("inviting for a site", g.br.PostForm(t, at+"people", invite), http.StatusCreated)
	site := url.Values{"name": {"Site"}, "code": {"br-santos"}, "parent": {"br"}}
	status("adding a site", g.br.PostForm(t, at+"entities", site), http.StatusSeeOther)
	status("adding a company beside", g.br.PostForm(t, at+"entities", url.Values{"name": {"Site"}, "code": {"ar"}, "parent": {""}}), http.StatusUnprocessableEntity)
	status("moving a site beside", g.br.PostForm(t, at+"entities/br-santos", url.Values{"name": {"Site"}, "parent": {"mx"}}), http.StatusUnprocessableEntity)
	renamed := hidden(document(t, g.br.Get(t, at+"entities/br").Body).Find(`form[action$="/entities/br"]`))
	for name, value := range map[string]string{"name": "Renamed", "parent": "mx", "country": "BR", "time_zone": "America/Sao_Paulo"} {
		renamed.Set(name, value)
	}
	status("the company itself", g.br.PostForm(t, at+"entities/br", renamed), http.StatusSeeOther)
	if out := rig.Run(t, "entity", "list", "--data", g.Data); !strings.Contains(out, "\n  br ") || !strings.Contains(out, "Renamed") {
		t.Errorf("the company is not where it was:\n%s", out)
	}
	who := g.br.Get(t, at+"routing?asked=1&entity=br&category=bribery&subject=own&relationship=employee").Body
	if strings.Contains(who, "/admin/routing/preview") || document(t, who).Find("#who-answer").Length() != 1 {
		t.Error("the question who reads is not all that is there")
	}
	if set := g.br.Get(t, at+"set-up").Body; strings.Contains(set, "step-organization") || !strings.Contains(set, "step-people") {
		t.Error("the set-up is not that of the company")
	}
	if home := g.br.Get(t, "/en/desk").Header.Get("Location"); home != "/en/desk/admin/people" {
		t.Errorf("home is %s", home)
	}
	register := url.Values{"person": {g.root.ID(t)}, "document": {"No. 1"}, "from": {"2026-11-01"}}
	status("designating somebody else", g.br.PostForm(t, at+"register", register), http.StatusUnprocessableEntity)
	register.Set("person", g.reader.ID(t))
	status("designating somebody of the company", g.br.PostForm(t, at+"register", register), http.StatusSeeOther)
}

// What is wrong with a company is said beside its field, and nothing typed is lost.
func TestCompanies(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t)
	const at = "/en/desk/admin/entities"
	if empty := document(t, admin.Get(t, at).Body); empty.Find(".empty").Length() != 1 || empty.Find("table").Length() != 0 {
		t.Error("the page does not say what it is for")
	}
	post := func(path string, fields url.Values) rig.Response {
		t.Helper()
		if path != at {
			fields.Set("seen", seenOn(t, admin, path))
		}
		return admin.PostForm(t, path, fields)
	}
	wrong := func(what, path string, fields url.Values, errors ...string) {
		t.Helper()
		res := post(path, fields)
		doc := document(t, res.Body)
		for _, id := range errors {
			if res.Status != http.StatusUnprocessableEntity || doc.Find("#"+id+"-error").Length() != 1 || doc.Find(`#errors a[href="#`+id+`"]`).Length() != 1 {
				t.Errorf("%s: %d, no error at %s", what, res.Status, id)
			}
		}
		if name := fields.Get("name"); doc.Find("main #name").AttrOr("value", "") != name {
			t.Errorf("%s: the name is lost", what)
		}
	}
	wrong("nothing typed", at, url.Values{}, "name", "code")
	wrong("a code in capitals with blanks", at, url.Values{"name": {"Brazil"}, "code": {"b r"}}, "code")
	wrong("the root's word", at, url.Values{"name": {"Brazil"}, "code": {"main"}}, "code")
	wrong("several time zones", at, url.Values{"name": {"Brazil"}, "code": {"br"}, "country": {"BR"}}, "time_zone")
	add := url.Values{"name": {"Brazil"}, "code": {"BR"}, "country": {"BR"}, "time_zone": {"America/Sao_Paulo"}}
	if res := post(at, add); res.Status != http.StatusSeeOther || res.Header.Get("Location") != at+"/br?added=1" {
		t.Fatalf("adding: %d %s", res.Status, res.Header.Get("Location"))
	}
	wrong("the same code", at, add, "code")
	if res := post(at, url.Values{"name": {"Japan"}, "code": {"jp"}, "country": {"JP"}}); res.Status != http.StatusSeeOther {
		t.Errorf("one time zone: %d", res.Status)
	}
	if out := rig.Run(t, "entity", "list", "--data", s.Data); !strings.Contains(out, "Asia/Tokyo") || !strings.Contains(out, "jp ") {
		t.Errorf("the proposals are not stored:\n%s", out)
	}
	if page := admin.Get(t, at+"/br?added=1").Body; !strings.Contains(page, "/pt/at/br/") || document(t, page).Find(`#profile option[value="strictest"][selected]`).Length() != 1 {
		t.Error("the page lacks the address for posters or the proposed dates")
	}
	long := strings.Repeat("x", 601)
	wrong("too much of everything", at+"/br", url.Values{"name": {"Brazil"}, "parent": {"jp"}, "country": {"BR"}, "time_zone": {"Asia/Tokyo"}, "profile": {"no"}, "contact": {long}, "people": {"many"}},
		"time_zone", "profile", "contact", "people")
	wrong("itself above", at+"/br", url.Values{"name": {"Brazil"}, "parent": {"br"}, "country": {"BR"}, "time_zone": {"America/Sao_Paulo"}}, "parent")
	whole := url.Values{"name": {"Brazil"}, "name_pt": {"Brasil"}, "parent": {""}, "country": {"BR"}, "time_zone": {"America/Sao_Paulo"}, "languages": {"pt", "en"},
		"contact": {"Tel. 1\r\n\r\n\r\n Mon–Fri "}, "contact_pt": {"Tel. 1\nseg–sex"}, "people": {"120"}}
	if res := post(at+"/br", whole); res.Status != http.StatusSeeOther {
		t.Fatalf("saving: %d\n%.600s", res.Status, res.Body)
	}
	page := document(t, admin.Get(t, at+"/br").Body)
	if got := page.Find("#contact").Text(); got != "Tel. 1\n\nMon–Fri" {
		t.Errorf("the contact is %q", got)
	}
	if page.Find("#name_pt").AttrOr("value", "") != "Brasil" || page.Find("#people").AttrOr("value", "") != "120" || page.Find("#languages-en[checked]").Length() != 1 {
		t.Error("not everything was stored")
	}
	if got := document(t, admin.Get(t, "/pt/desk/admin/entities").Body).Find("table").Text(); !strings.Contains(got, "Brasil") {
		t.Error("the list has not the name of the language")
	}
}

// What is in use stays, and the page names what uses it.
func TestRemoving(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	const at = "/en/desk/admin/"
	ask := document(t, g.root.Get(t, at+"entities/br?remove=1").Body).Find("#remove").Text()
	for _, user := range []string{"Company br-jundiai", "Name of admin.br@desk.example", "Name of hr.br@desk.example"} {
		if !strings.Contains(ask, user) {
			t.Errorf("%s is not named: %s", user, ask)
		}
	}
	both := url.Values{"role": {"handler"}, "queue": {"hr", "hr@br"}} // works at the head office too: not for an administrator of br to know
	if res := g.root.PostForm(t, at+"people/"+g.reader.ID(t), both); res.Status != http.StatusSeeOther {
		t.Fatalf("two places of work: %d", res.Status)
	}
	ask = document(t, g.br.Get(t, at+"entities/br-jundiai?remove=1").Body).Find("#remove").Text() + document(t, g.br.Get(t, at+"entities/br?remove=1").Body).Find("main").Text()
	if strings.Contains(ask, "Name of hr.br@desk.example") {
		t.Errorf("somebody of the head office is named: %s", ask)
	}
	if res := g.root.PostForm(t, at+"entities/br/remove", url.Values{}); res.Status != http.StatusConflict || document(t, res.Body).Find("#errors").Length() != 1 {
		t.Errorf("a company in use: %d", res.Status)
	}
	if document(t, g.root.Get(t, at+"entities/mx?remove=1").Body).Find("#remove form").Length() != 1 {
		t.Error("nobody is asked")
	}
	if res := g.root.PostForm(t, at+"entities/mx/remove", url.Values{}); res.Status != http.StatusSeeOther || g.root.Get(t, at+"entities/mx").Status != http.StatusNotFound {
		t.Errorf("a company without use: %d", res.Status)
	}
	customers := url.Values{"code": {"customers"}, "name": {"Customer desk"}, "choosable": {"yes"}}
	if res := g.root.PostForm(t, at+"queues", customers); res.Status != http.StatusSeeOther {
		t.Fatalf("a desk: %d\n%.400s", res.Status, res.Body)
	}
	if res := g.root.PostForm(t, at+"queues", customers); res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `value="Customer desk"`) {
		t.Errorf("the same desk again: %d", res.Status)
	}
	g.Invite(t, "customers@desk.example", "--queue", "customers")
	if res := g.root.PostForm(t, at+"queues/customers/remove", url.Values{}); res.Status != http.StatusConflict || !strings.Contains(res.Body, "Name of customers@desk.example") {
		t.Errorf("a desk in use: %d", res.Status)
	}
	if res := g.root.PostForm(t, at+"queues/hr", url.Values{"name": {""}, "name_pt": {"Gente"}}); res.Status != http.StatusUnprocessableEntity {
		t.Errorf("a name in one language alone: %d", res.Status)
	}
}

// What a colleague has changed meanwhile is not overwritten by a form that was open, and
// nothing typed is lost.
func TestStaleFormsOfTheOrganization(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	const at = "/en/desk/admin/"
	for path, first := range map[string]url.Values{
		"entities/mx": {"name": {"Mexico of today"}, "country": {"MX"}, "time_zone": {"America/Mexico_City"}, "people": {"91"}}, "queues/hr": {"name": {"People of today"}},
	} {
		open := hidden(document(t, g.root.Get(t, at+path).Body).Find(`form[action$="/` + path + `"]`))
		for name, values := range first {
			open[name] = values
		}
		if res := g.root.PostForm(t, at+path, open); res.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%.300s", path, res.Status, res.Body)
		}
		open.Set("name", "Another name")
		res := g.root.PostForm(t, at+path, open)
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `value="Another name"`) || !strings.Contains(res.Body, rig.Texts(t, "en").T("people.changed")) {
			t.Errorf("%s, by who saw it before: %d", path, res.Status)
		}
		if page := g.root.Get(t, at+path).Body; !strings.Contains(page, `of today"`) {
			t.Errorf("%s: the colleague's name is overwritten", path)
		}
		again := hidden(document(t, res.Body).Find(`form[action$="/` + path + `"]`))
		for name, values := range first {
			again[name] = values
		}
		if res := g.root.PostForm(t, at+path, again); res.Status != http.StatusSeeOther {
			t.Errorf("%s, once more: %d", path, res.Status)
		}
	}
}

// Set-up names who was invited and has not enrolled, to administrators who manage them.
func TestSetUpNamesWhoHasNotEnrolled(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	rig.Run(t, "handler", "invite", "--data", g.Data, "--name", "Late Comer", "--email", "late@desk.example", "--queue", "hr", "--entity", "mx")
	for name, d := range map[string]*rig.Desk{"root": g.root, "br": g.br} {
		if page := d.Get(t, "/en/desk/admin/set-up").Body; strings.Contains(page, "Late Comer") != (name == "root") {
			t.Errorf("%s reads of them: %v", name, name != "root")
		}
	}
}

// seenOn is what the form of a page says about the state that it shows; "" without one.
func seenOn(t *testing.T, d *rig.Desk, path string) string {
	t.Helper()
	return document(t, d.Get(t, path).Body).Find(`input[name="seen"]`).AttrOr("value", "")
}

// hidden are the fields of a form that nobody sees.
func hidden(form *goquery.Selection) url.Values {
	fields := url.Values{}
	for _, field := range form.Find(`input[type="hidden"]`).EachIter() {
		fields.Set(field.AttrOr("name", ""), field.AttrOr("value", ""))
	}
	return fields
}

// Rules are tried before they are stored, and a colleague's change is not overwritten.
func TestRouting(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	g.Invite(t, "compliance@desk.example", "--queue", "compliance")
	g.Invite(t, "independent@desk.example", "--queue", "independent")
	const at = "/en/desk/admin/routing"
	preview := func(fields url.Values) *rig.Response {
		t.Helper()
		fields.Set("change", "add")
		res := g.root.PostForm(t, at+"/preview", fields)
		return &res
	}
	if res := preview(url.Values{"category": {"bribery"}}); res.Status != http.StatusUnprocessableEntity || document(t, res.Body).Find("#rule-category-bribery[checked]").Length() != 1 {
		t.Errorf("no desk: %d", res.Status)
	}
	seen := func(page string) url.Values { return hidden(document(t, page).Find(`form[action="` + at + `"]`)) }
	bribery := preview(url.Values{"category": {"bribery"}, "queue": {"independent"}})
	doc := document(t, bribery.Body)
	if bribery.Status != http.StatusOK || doc.Find("tr.changed").Length() != 3 || doc.Find("tbody tr").Length() != 7 {
		t.Errorf("the preview: %d, %d of %d change", bribery.Status, doc.Find("tr.changed").Length(), doc.Find("tbody tr").Length())
	}
	if list := document(t, g.root.Get(t, at).Body); list.Find("#rules .empty").Length() != 1 {
		t.Error("the preview stored the rule")
	}
	fraud := preview(url.Values{"category": {"fraud-accounting"}, "entity": {"br"}, "queue": {"hr"}})
	if !strings.Contains(fraud.Body, "hr.br@desk.example") {
		t.Error("the preview is not about the company of the rule")
	}
	if res := g.root.PostForm(t, at, seen(bribery.Body)); res.Status != http.StatusSeeOther {
		t.Fatalf("saving: %d\n%.400s", res.Status, res.Body)
	}
	late := g.root.PostForm(t, at, seen(fraud.Body))
	if late.Status != http.StatusConflict || document(t, late.Body).Find(`[role="alert"]`).Length() != 1 {
		t.Errorf("after a colleague: %d", late.Status)
	}
	if res := g.root.PostForm(t, at, seen(late.Body)); res.Status != http.StatusSeeOther {
		t.Errorf("once more: %d", res.Status)
	}
	list := g.root.Get(t, at).Body
	if rows := document(t, list).Find("#rules tbody tr"); rows.Length() != 2 || !strings.Contains(rows.First().Text(), "Bribery") {
		t.Errorf("there are %d rules", rows.Length())
	}
	up := hidden(document(t, list).Find("#rules tbody tr").Last())
	up.Set("change", "up")
	moved := g.root.PostForm(t, at+"/preview", up)
	if res := g.root.PostForm(t, at, seen(moved.Body)); res.Status != http.StatusSeeOther {
		t.Errorf("moving: %d", res.Status)
	}
	if rows := document(t, g.root.Get(t, at).Body).Find("#rules tbody tr"); !strings.Contains(rows.Last().Text(), "Bribery") {
		t.Error("the rule did not move")
	}
	who := g.root.Get(t, at+"?asked=1&entity=br&category=fraud-accounting&subject=own&relationship=employee").Body
	if answer := document(t, who).Find("#who-answer").Text(); !strings.Contains(answer, "Name of hr.br@desk.example") || !strings.Contains(answer, "rule 1") {
		t.Errorf("who reads it: %s", answer)
	}
	buyers := preview(url.Values{"subject": {"own"}, "queue": {"procurement"}})
	if document(t, buyers.Body).Find(".warning").Length() == 0 {
		t.Error("nothing says that buyers do not judge themselves")
	}
}

// An auditor of a company sees what was done to its cases and with its people.
func TestAuditorOfACompany(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	auditor, _ := g.Invite(t, "auditor.br@desk.example", "--role", "auditor", "--entity", "br")
	mine := g.SendReport(t, "power-harassment", "own", "About the company.").CaseID
	other := g.SendReport(t, "power-harassment", "own", "About another.").CaseID
	for _, id := range []string{mine, other} {
		rig.Run(t, "case", "export", "--data", g.Data, id, t.TempDir()+"/case")
	}
	g.Exec(t, `UPDATE cases SET entity = 'br-jundiai' WHERE id = $1`, mine)
	page := auditor.Get(t, "/en/desk/audit").Body
	rows := acts(t, page)
	if !has(rows, mine[:8]) || has(rows, other[:8]) {
		t.Errorf("the cases are not those of the company: %v", rows)
	}
	if !has(rows, "Name of hr.br@desk.example") || has(rows, "Name of hr@desk.example") || has(rows, "Signed in") {
		t.Errorf("the people are not those of the company: %v", rows)
	}
	doc := document(t, page)
	if doc.Find("#part").Length() != 1 || doc.Find("#chain").Length() != 0 || strings.Contains(doc.Find("#who").Text(), "hr@desk.example") {
		t.Error("the page does not say that it is a part, or names others")
	}
	for _, row := range table(t, auditor.Get(t, "/en/desk/audit/csv")) {
		if strings.Contains(strings.Join(row, " "), other) {
			t.Error("the table holds the case of another company")
		}
	}
	if rows := acts(t, auditor.Get(t, "/en/desk/audit?case="+other).Body); len(rows) != 0 {
		t.Errorf("asked for by its number: %v", rows)
	}
}
