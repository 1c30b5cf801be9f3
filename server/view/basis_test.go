package view

import (
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// Handlers see beside a date which article it comes from, or that it is our proposal, and
// nothing of what nobody has confirmed: that is for administrators.
func TestDeskSeesWhoseADateIs(t *testing.T) {
	r := testRenderer(t)
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	shown := aCase
	shown.Dates.Acknowledge, shown.Dates.Acknowledged = "2026-11-28", ""
	shown.Dates.Answer, shown.Dates.Answered = "2027-02-21", ""
	shown.Dates.Sources = caseview.Sources{
		Acknowledge: caseview.Source{Basis: law.House}, Answer: caseview.Source{Basis: law.Law, Article: "HinSchG § 17(2)", Confirmed: false},
	}
	for _, l := range i18n.Languages {
		texts := catalog.Texts(l.Code).OnPages()
		got := []string{}
		for _, row := range render(t, r, l.Code, "desk-case", shown).Find("dl.facts .basis").EachIter() {
			got = append(got, row.Text())
		}
		if want := texts.T("profile.house") + "|HinSchG § 17(2)"; strings.Join(got, "|") != want {
			t.Errorf("%s: beside the dates stands %q, want %q", l.Code, got, want)
		}
	}
}

// The page of an entity names the articles of the profile that holds there which nobody
// has confirmed: its own, or else that of the level above.
func TestEntityPageNamesUnconfirmedArticles(t *testing.T) {
	r := testRenderer(t)
	for _, c := range []struct{ own, above, article string }{
		{"de", "jp", "HinSchG § 16(3)"}, {"", "jp", "3(1)(iii)"}, {"it", "jp", ""}, // all of it was read
	} {
		p := EntityPage{Values: EntityValues{Profile: c.own}, Above: casework.Entity{Profile: c.above}}
		for _, code := range law.Profiles() {
			p.Profiles = append(p.Profiles, ProfileLine{Profile: law.ProfileOf(code)})
		}
		note := render(t, r, "en", "desk-entity", p).Find("#profile-unconfirmed")
		if found := note.Length() == 1 && strings.Contains(note.Text(), c.article); found != (c.article != "") {
			t.Errorf("profile %q below %q: %q, want %q", c.own, c.above, note.Text(), c.article)
		}
	}
}

// The pages of organisation and entity name the articles of their country's steps that
// nobody has confirmed.
func TestPagesNameUnconfirmedSteps(t *testing.T) {
	r := testRenderer(t)
	for _, c := range []struct {
		name, page string
		content    Page
		article    string
	}{
		{"an entity", "desk-entity", EntityPage{Proposed: "eu", Values: EntityValues{Country: "PE"}, Above: casework.Entity{Country: "CL"}}, "DS 014-2019-MIMP"},
		{"an entity as above", "desk-entity", EntityPage{Proposed: "eu", Above: casework.Entity{Country: "CO"}}, "Ley 1010/2006 11"},
		{"all of it was read", "desk-entity", EntityPage{Proposed: "eu", Above: casework.Entity{Country: "CL"}}, ""},
		{"the organisation", "desk-organization", Organization{Countries: []string{"PE", "CL"}}, "DS 014-2019-MIMP"},
		{"without steps", "desk-organization", Organization{Countries: []string{"JP", "PE"}}, ""},
	} {
		note := render(t, r, "en", c.page, c.content).Find("#steps-unconfirmed")
		if found := note.Length() == 1 && strings.Contains(note.Text(), c.article); found != (c.article != "") {
			t.Errorf("%s: %q, want %q", c.name, note.Text(), c.article)
		}
	}
}

// The case page lists the steps: open ones with a form, done ones with the day, a
// protection with its end.
func TestCasePageListsSteps(t *testing.T) {
	r := testRenderer(t)
	shown := aCase
	shown.Dates.Received, shown.Dates.Today = "2026-11-21", "2026-12-01"
	shown.Dates.Steps = []caseview.Step{
		{Code: "measures", On: "2026-11-21", Done: "2026-11-22", Article: "art. 1"}, {Code: "inquiry", On: "2026-12-21", Article: "art. 2"},
		{Code: "dismissal", On: "2027-05-21", Article: "art. 3", Protects: true},
	}
	steps := render(t, r, "en", "desk-case", shown).Find(".legal-steps > li")
	for i, want := range []struct {
		code, text, article string
		days                int
	}{{"measures", "Done on", "art. 1", 0}, {"inquiry", "Due by", "art. 2", 1}, {"", "Protected until", "art. 3", 0}} {
		step := steps.Eq(i)
		code := step.Find("form").AttrOr("data-step", "")
		if code != want.code || !strings.Contains(step.Text(), want.text) || step.Find(".basis").Text() != want.article || step.Find("input[type=date]").Length() != want.days {
			t.Errorf("%d: form %q: %s", i, code, step.Text())
		}
	}
	if day := steps.Find("input"); steps.Length() != 3 || day.AttrOr("min", "") != "2026-11-21" || day.AttrOr("max", "") != "2026-12-01" {
		t.Errorf("%d steps, to be done from %q to %q", steps.Length(), day.AttrOr("min", ""), day.AttrOr("max", ""))
	}
	shown.Dates.Steps = nil
	if render(t, r, "en", "desk-case", shown).Find(".legal-steps, #steps-title").Length() != 0 {
		t.Error("a list of no steps")
	}
}
