package view

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
)

// aCase is one that has just come in.
var aCase = Case{ID: "0123456789abcdef0123456789abcdef", Branch: "hr", Channel: casework.Web, State: casework.Received, Priority: casework.Normal, Turn: casework.TurnNew, Standing: casework.Counts,
	Dates: caseview.DeskDates{Received: "2026-11-21"}, Limits: testLimits}

// reporterSpeaks finds what only the reporter would say, or be asked.
var reporterSpeaks = map[string]*regexp.Regexp{
	"ja": regexp.MustCompile(`あなた|私|(です|ます|ました)か$`),
	"en": regexp.MustCompile(`(?i)\b(you|your|I|my|me)\b`),
	"es": regexp.MustCompile(`(?i)\b(usted|trabajé|trabajo (aquí|para|por)|prefiero|no lo sé)\b|^su nombre|desea`),
	"pt": regexp.MustCompile(`(?i)\b(você|trabalhei|trabalho (aqui|para|por)|moro|prefiro|não sei)\b|^seu nome`),
	"zh": regexp.MustCompile(`您|我`),
}

// questionsIn lists the labels, answers and hints of the questions of a report.
func questionsIn(part *goquery.Selection) []string {
	found := part.Find(".field label, .field legend, .field .hint, .field option").Map(func(_ int, e *goquery.Selection) string { return strings.TrimSpace(e.Text()) })
	return append(found, part.Find("optgroup").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("label", "") })...)
}

// What a reporter said is read in the words of whoever reads it, and asked by an
// operator in words that speak of the person and never of the operator.
func TestHandlersReadNoFirstPerson(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		pages := map[string]*goquery.Selection{
			"case":   renderWhole(t, r, l.Code, "desk-case", aCase).Find("template#answers"),
			"search": renderWhole(t, r, l.Code, "desk-search", Search{}).Find("template#answers"),
			"intake": render(t, r, l.Code, "desk-intake", OnBehalf{Limits: testLimits, Excludable: []Excludable{{ID: "7", ShownAs: "Aiko"}}}).Find("form#report .card"),
		}
		for page, part := range pages {
			found := questionsIn(part)
			if len(found) < 60 {
				t.Fatalf("%s, %s: only %d questions and answers", l.Code, page, len(found))
			}
			for _, text := range found {
				if strings.HasPrefix(text, "Acme") { // an organisation is called as it is
					continue
				}
				if said := reporterSpeaks[l.Code].FindString(text); said != "" {
					t.Errorf("%s, %s: %q speaks to the reporter, or for them: %q", l.Code, page, said, text)
				}
			}
		}
	}
}

// The same questions stand everywhere, in the order of the form.
func TestHandlersHaveEveryAnswer(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		theirs := renderWhole(t, r, l.Code, "follow-up", FollowUpEntry{Limits: testLimits}).Find("template#answers [name]")
		ours := renderWhole(t, r, l.Code, "desk-case", aCase).Find("template#answers [name]")
		names := func(part *goquery.Selection) string {
			return strings.Join(part.Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("name", "") + "=" + e.AttrOr("value", "") }), " ")
		}
		if names(theirs) != names(ours) {
			t.Errorf("%s: handlers have %s, reporters %s", l.Code, names(ours), names(theirs))
		}
	}
}

func TestHandlersWords(t *testing.T) {
	r := testRenderer(t)
	for lang, want := range map[string]map[string]string{
		"en": {"employee": "Employee", "unsure": "Not stated", "consultation": "Consultation", "relationship": "Relationship to us"},
		"ja": {"employee": "社員", "unsure": "指定なし", "consultation": "相談", "relationship": "通報者の立場"},
		"es": {"employee": "Empleado o empleada", "unsure": "Sin indicar", "consultation": "Consulta", "relationship": "Relación con la organización"},
		"pt": {"employee": "Funcionário(a)", "unsure": "Não informado", "consultation": "Consulta", "relationship": "Relação com a organização"},
		"zh": {"employee": "员工", "unsure": "未说明", "consultation": "咨询", "relationship": "举报人与公司的关系"},
	} {
		doc := renderWhole(t, r, lang, "desk-case", aCase)
		answers := doc.Find("template#answers")
		kind := answers.Find(`[name="kind"][value="consultation"]`).AttrOr("id", "")
		for name, got := range map[string]string{
			"employee":     answers.Find(`#relationship option[value="employee"]`).Text(),
			"unsure":       answers.Find(`#category option[value="unsure"]`).Text(),
			"consultation": answers.Find(`label[for="` + kind + `"]`).Text(),
			"relationship": answers.Find(`label[for="relationship"]`).Text(),
		} {
			if strings.TrimSpace(got) != want[name] {
				t.Errorf("%s: %s is %q, want %q", lang, name, got, want[name])
			}
		}
	}
}
