package api

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/test/rig"
)

// posted is an organisation with a company in Brazil that has readers of its own, a
// small site below it, a company without readers, and an outside desk that reporters
// may choose, read in Brazil alone.
func posted(t *testing.T) (*rig.Server, map[string]rig.Handler) {
	t.Helper()
	data, handlers := rig.FilledFolder(t)
	handlers = maps.Clone(handlers)
	rig.Run(t, "entity", "add", "--data", data, "--code", "br", "--name", "en=Brazil works", "--name", "ja=ブラジル工場", "--country", "BR", "--zone", "America/Sao_Paulo", "--languages", "pt,en", "--people", "400", "--contact", "en=Call +55 11 5555 0100\nweekdays")
	rig.Run(t, "entity", "add", "--data", data, "--code", "br-sp", "--name", "en=Santos depot", "--parent", "br", "--people", "12")
	rig.Run(t, "entity", "add", "--data", data, "--code", "pt", "--name", "en=Lisbon office", "--country", "PT", "--people", "20")
	rig.Run(t, "queue", "add", "--data", data, "--code", "outside", "--name", "en=Outside counsel", "--readers", "en=A law firm, and nobody of ours", "--choosable")
	for queue, email := range map[string]string{"hr": "rita@example.org", "outside": "olga@example.org"} {
		handlers[email] = rig.AddHandlerAt(t, data, email, queue, "br")
	}
	return rig.Start(t, data, "--limits", "off"), handlers
}

// inCase wants the case of a receipt in a branch and, in the clear, about an entity.
func inCase(t *testing.T, s *rig.Server, id, branch, entity string) {
	t.Helper()
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE id = $1 AND branch = $2 AND entity = $3`, id, branch, entity); n != 1 {
		t.Errorf("a case is not in %s about %q", branch, entity)
	}
}

// Without scripts a company and a desk are chosen on the form. The exact site is
// sealed, and its reporter reads it again in words.
func TestReportAboutASite(t *testing.T) {
	t.Parallel()
	s, _ := posted(t)
	form := s.Get(t, "/ja/report").Body
	for _, want := range []string{`<option value="main">`, `<option value="br">ブラジル工場`, "<option value=\"br-sp\">\u2003Santos depot", `name="desk" value="outside"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if i, j, k := strings.Index(form, `name="subject"`), strings.Index(form, `name="entity"`), strings.Index(form, `name="category"`); i > j || j > k {
		t.Error("the question does not stand between subject and category")
	}
	receipt := s.Report(t, "en", []rig.Field{{Name: "entity", Value: "br-sp"}, {Name: "category", Value: "power-harassment"}, {Name: "subject", Value: "own"}, {Name: "text", Value: "x"}})
	inCase(t, s, s.CaseID(t, receipt), "hr@br", "br")
	page := s.FollowUp(t, "en", receipt).Body
	if !strings.Contains(page, "<dd>Santos depot</dd>") && !strings.Contains(page, "Santos depot</bdi></dd>") || !strings.Contains(page, "Human resources (Brazil works)") {
		t.Errorf("the reporter does not read what it is about, or who reads it:\n%s", page)
	}
	receipt = s.Report(t, "en", []rig.Field{{Name: "entity", Value: "br"}, {Name: "desk", Value: "outside"}, {Name: "text", Value: "x"}})
	inCase(t, s, s.CaseID(t, receipt), "outside@br", "br")
	if page = s.FollowUp(t, "en", receipt).Body; !strings.Contains(page, "Outside counsel") {
		t.Error("the reporter does not read which desk they chose")
	}
	receipt = s.Report(t, "en", []rig.Field{{Name: "entity", Value: "pt"}, {Name: "category", Value: "power-harassment"}, {Name: "subject", Value: "own"}, {Name: "text", Value: "x"}})
	inCase(t, s, s.CaseID(t, receipt), "hr", "")
}

// A report that is sealed in the browser goes to the same branches.
func TestSealedReportAboutASite(t *testing.T) {
	t.Parallel()
	s, handlers := posted(t)
	in := s.IntakeAt(t, "br-sp")
	if in.Entity != "br" || in.Branches["hr"] != "hr@br" || in.Names["hr@br"]["en"] != "Human resources (Brazil works)" || in.Branches["compliance"] != "compliance" {
		t.Fatalf("about the depot: %+v", in)
	}
	if len(in.Handlers) != 4 || len(s.Intake(t).Handlers) != 3 || s.Intake(t).Queues["outside"] != nil {
		t.Errorf("somebody is named who does not read there: %v", in.Handlers)
	}
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, in, "power-harassment", "own", "x"))
	inCase(t, s, r.CaseID, "hr@br", "br")
	if c := s.Case(t, r.Receipt.String(), handlers["rita@example.org"]); c.Messages[0].Text != "x" {
		t.Errorf("%+v", c.Messages)
	}
	if res := s.PostJSON(t, "/api/reports", rig.NewReporter(t).Seal(t, in, "power-harassment", "own", "x").With("entity", "br-sp")); res.Status != http.StatusConflict {
		t.Errorf("the exact site in the clear: %d", res.Status)
	}
}

// What nobody offers, and a desk that nobody reads there, is asked back with
// everything that was typed.
func TestChoicesOfTheOrganizationAreAskedBack(t *testing.T) {
	t.Parallel()
	s, _ := posted(t)
	for _, c := range []struct{ field, value, wrong string }{
		{"entity", "nowhere", "Choose one of the answers in the list."}, {"desk", "hr", "Choose one of the answers in the list."},
		{"desk", "outside", "At the moment nobody at this desk reads reports about"},
	} {
		fields := append(rig.Typed(), rig.Field{Name: c.field, Value: c.value})
		if c.field == "desk" {
			fields = append(fields, rig.Field{Name: "entity", Value: "pt"})
		}
		res := s.Post(t, "/en/report", rig.WithForm(s.FormToken(t, "/en/report"), fields...))
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `<a href="#`+c.field+`">`+c.wrong) {
			t.Errorf("%s %s = %d\n%s", c.field, c.value, res.Status, res.Body)
		}
		rig.CheckKept(t, c.field, res.Body, rig.Typed())
		if c.field == "desk" && !strings.Contains(res.Body, `<option value="pt" selected>`) {
			t.Error("the company that was chosen is lost")
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM cases`); n != 0 {
		t.Errorf("%d cases", n)
	}
}

var formToken = regexp.MustCompile(`name="form" value="[^"]+"`)

// Posters lead to a company's own address. A code that nobody has leads to the plain
// pages, so that nobody learns which codes there are.
func TestAddressOfACompany(t *testing.T) {
	t.Parallel()
	s, _ := posted(t)
	landing := html.UnescapeString(s.Get(t, "/en/at/br/").Body)
	for _, want := range []string{"This page is for: Brazil works", `class="button" href="/en/at/br/report"`, `href="/pt/at/br/"`, "Call +55 11 5555 0100", "weekdays"} {
		if !strings.Contains(landing, want) {
			t.Errorf("the landing page lacks %s", want)
		}
	}
	if strings.Contains(landing, `hreflang="ja"`) {
		t.Error("a language is offered that the company does not")
	}
	form := s.Get(t, "/en/at/br/report").Body
	if !strings.Contains(form, `<option value="br" selected>`) || !strings.Contains(form, `formaction="/pt/at/br/report"`) || !strings.Contains(form, `action="/en/report"`) {
		t.Errorf("the form is not that of the company:\n%s", form)
	}
	switched := s.PostFields(t, "/pt/at/br/report", rig.Field{Name: "switch", Value: "pt"}, rig.Field{Name: "form", Value: rig.Token(t, form)}, rig.Field{Name: "entity", Value: "br"}, rig.Field{Name: "text", Value: "escrevi"})
	if switched.Status != http.StatusOK || !strings.Contains(switched.Body, `lang="pt-BR"`) || !strings.Contains(switched.Body, "escrevi") || !strings.Contains(switched.Body, `formaction="/en/at/br/report"`) {
		t.Errorf("a change of language = %d", switched.Status)
	}
	for plain, at := range map[string]string{"/en/": "/en/at/nowhere/", "/en/report": "/en/at/nowhere/report", "/ja/report": "/ja/at/main/report"} {
		one, other := s.Get(t, plain), s.Get(t, at)
		if other.Status != http.StatusOK || formToken.ReplaceAllString(one.Body, "") != formToken.ReplaceAllString(other.Body, "") {
			t.Errorf("%s = %d is not %s", at, other.Status, plain)
		}
	}
	if page := s.Get(t, "/en/at/").Body; !strings.Contains(page, `href="/en/at/br-sp/report">Santos depot`) || !strings.Contains(page, `href="/en/report"`) {
		t.Errorf("the list of companies is\n%s", page)
	}
}

// With more companies than a list holds the form has none: they are chosen before.
func TestManyCompaniesAreChosenBeforeTheForm(t *testing.T) {
	t.Parallel()
	s := groupOf(t, 31)
	for _, path := range []string{"/en/report", "/en/"} {
		if page := s.Get(t, path).Body; strings.Contains(page, `name="entity"`) || !strings.Contains(page, `href="/en/at/"`) {
			t.Errorf("%s has a list, or does not lead to the companies", path)
		}
	}
	form := s.Get(t, "/en/at/c07/report").Body
	if n := strings.Count(form, towns[0]) + strings.Count(form, towns[1]); n != 0 || strings.Count(form, towns[7]) != 1 || !strings.Contains(form, `<option value="c07" selected>`) || !strings.Contains(form, `href="/en/at/"`) {
		t.Errorf("the form of a company has %d of them", n)
	}
	if n := strings.Count(s.Get(t, "/en/at/").Body, `class="link" href="/en/at/c`); n != 30 {
		t.Errorf("%d companies are listed", n)
	}
	receipt := s.Report(t, "en", []rig.Field{{Name: "entity", Value: "c07"}, {Name: "text", Value: "x"}})
	inCase(t, s, s.CaseID(t, receipt), "compliance", "")
}

// Names of companies, none like the other: what repeats costs nothing to send.
var (
	towns = []string{"Kawagoe", "Sorocaba", "Monterrey", "Suzhou", "Braga", "Zaragoza", "Leeds", "Dayton", "Pune", "Rayong"}
	kinds = []string{"Pump Works", "Trading and Service Co., Ltd.", "Precision Parts"}
)

// groupOf starts a server of an organisation with so many entities, itself among them,
// in a folder with whatever else was prepared.
func groupOf(t *testing.T, n int, prepare ...func(data string)) *rig.Server {
	t.Helper()
	data, _ := rig.FilledFolder(t)
	for _, more := range prepare {
		more(data)
	}
	for i := range n - 1 {
		rig.AddEntities(t, data, casework.Entity{Code: fmt.Sprintf("c%02d", i), Name: fmt.Sprintf("%s %s", towns[i%len(towns)], kinds[i/len(towns)])})
	}
	return rig.Start(t, data, "--limits", "off")
}

// The organisation itself is no company to choose from.
func TestOneEntityIsNeverAskedFor(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Exec(t, `UPDATE handlers SET shown_as = 'Head of HR'`)
	for _, l := range i18n.Languages {
		if page := s.Get(t, "/"+l.Code+"/report").Body; !strings.Contains(page, "Head of HR") || strings.Contains(page, `name="entity"`) || strings.Contains(page, `name="desk"`) || strings.Contains(page, "/at/") {
			t.Errorf("%s: the form speaks of companies", l.Code)
		}
	}
	if res := s.Get(t, "/en/at/"); res.Status != http.StatusSeeOther || res.Header.Get("Location") != "/en/report" {
		t.Errorf("the list of companies = %d %s", res.Status, res.Header.Get("Location"))
	}
	receipt := s.Report(t, "en", []rig.Field{{Name: "entity", Value: casework.RootName}, {Name: "text", Value: "x"}})
	if page := s.FollowUp(t, "en", receipt).Body; strings.Contains(page, "company or site") {
		t.Error("the reporter's page speaks of companies")
	}
}
