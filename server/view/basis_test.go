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
