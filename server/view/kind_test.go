package view

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// reportWords are how a language says "report": no page of a consultation's own does.
var reportWords = map[string][]string{
	"ja": {"通報"}, "en": {"report"}, "es": {"denuncia"}, "pt": {"relato"}, "zh": {"举报"},
}

func TestPagesOfAConsultation(t *testing.T) {
	dates := caseview.ReporterDates{Received: "2026-11-21", Acknowledge: "2026-11-28", Notice: "2026-12-11", Answer: "2027-02-21"}
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for name, page := range map[string]func(kind string) Page{
			"receipt": func(kind string) Page {
				return Receipt{Kind: kind, Code: testReceipt, Branch: "hr", Dates: dates}
			},
			"conversation": func(kind string) Page {
				return Conversation{Kind: kind, State: casework.Received, Branch: "hr", Dates: dates, Limits: testLimits,
					Messages: []Message{{On: "2026-11-24", Transferred: "independent"}, {From: casework.FromReport, On: "2026-11-21", Text: "?"}}}
			},
		} {
			texts := map[string]string{}
			for _, kind := range []string{"", casework.KindReport, casework.KindConsultation} {
				doc := render(t, r, l.Code, name, page(kind))
				if title := doc.Find("title").Text(); !strings.HasPrefix(title, doc.Find("h1").Text()+" – ") {
					t.Errorf("%s: %s of a %s: title %q", l.Code, name, kind, title)
				}
				days := doc.Find("dl.facts time").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("datetime", "") })
				if !slices.Equal(days, []string{dates.Received, dates.Acknowledge, dates.Notice, dates.Answer}) {
					t.Errorf("%s: %s of a %s: days %v", l.Code, name, kind, days)
				}
				texts[kind] = strings.ToLower(doc.Find("main").Text())
			}
			for _, word := range reportWords[l.Code] {
				if !strings.Contains(texts[casework.KindReport], word) || strings.Contains(texts[casework.KindConsultation], word) {
					t.Errorf("%s: %s: %q is on the page of a consultation, or not on that of a report", l.Code, name, word)
				}
			}
			if texts[""] != texts[casework.KindReport] {
				t.Errorf("%s: %s without a kind is not that of a report", l.Code, name)
			}
		}
	}
}

func TestStatesOfAConsultation(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for _, state := range casework.States {
			p := Conversation{Kind: casework.KindConsultation, State: state, Branch: "hr", Limits: testLimits}
			means := strings.ToLower(render(t, r, l.Code, "conversation", p).Find("#state-means").Text())
			for _, word := range reportWords[l.Code] {
				if means == "" || strings.Contains(means, word) {
					t.Errorf("%s: %s means %q", l.Code, state, means)
				}
			}
		}
	}
}

// Scripts change the words of the pages for a consultation by the same keys.
func TestScriptsGetTheWordsOfConsultations(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Languages {
		texts := catalog.Texts(l.Code)
		sent := textsFor(texts, browserTexts)
		if sent["consultation.receipt.title"] == "" {
			t.Error("scripts have no words for a consultation")
		}
		for _, key := range texts.Keys() {
			base, own := strings.CutPrefix(key, casework.KindConsultation+".")
			if own && (sent[key] == "") != (sent[base] == "") {
				t.Errorf("%s: of %s and %s one is not sent to scripts", l.Code, key, base)
			}
		}
	}
}

// A conversation says that its reporter is protected, and until when where the law names
// a day.
func TestConversationSaysWhoIsProtected(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for _, until := range []string{"", "2028-11-21"} {
			p := Conversation{State: casework.Received, Branch: "hr", Limits: testLimits, Dates: caseview.ReporterDates{Received: "2026-11-21", ProtectedUntil: until}}
			said := render(t, r, l.Code, "conversation", p).Find("#protected")
			_, hidden := said.Find("span").Attr("hidden")
			if said.Text() == "" || hidden != (until == "") || said.Find("#protected-until time").AttrOr("datetime", "") != until {
				t.Errorf("%s: protected until %q: %q, hidden: %v", l.Code, until, said.Text(), hidden)
			}
		}
	}
}

// The desk sees since when a reporter is protected, and until when, or why there is no day.
func TestDeskSeesProtection(t *testing.T) {
	r := testRenderer(t)
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	shownCase := aCase
	shownCase.Dates.Received = "2026-11-21"
	for _, l := range i18n.Languages {
		texts := catalog.Texts(l.Code).OnPages()
		for _, c := range []struct {
			until string
			basis law.Basis
			want  string
		}{{"2028-11-21", law.Law, texts.Date("2028-11-21")}, {"", law.Law, texts.T("case.protection.law")}, {"", law.House, texts.T("case.protection.house")}} {
			shownCase.Dates.ProtectedUntil, shownCase.Dates.Protection = c.until, c.basis
			shown := map[string]string{}
			for _, row := range render(t, r, l.Code, "desk-case", shownCase).Find("dl.facts > div").EachIter() {
				shown[row.Find("dt").Text()] = row.Find("dd").Text()
			}
			if got := shown[texts.T("case.date.protected-until")]; got != c.want {
				t.Errorf("%s: protected until %q, want %q", l.Code, got, c.want)
			}
			if got := shown[texts.T("case.date.protected")]; got != texts.Date(shownCase.Dates.Received) {
				t.Errorf("%s: protected since %q", l.Code, got)
			}
		}
	}
}
