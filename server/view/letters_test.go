package view

import (
	"regexp"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
)

// What goes to reporters takes its days from the case and the profile, and says to
// nobody who asked for advice that they reported.
func TestLetters(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	figure := regexp.MustCompile(`\d`)
	for _, l := range i18n.Languages {
		texts := catalog.Texts(l.Code)
		letters := 0
		for _, key := range texts.Keys() {
			if !strings.HasPrefix(strings.TrimPrefix(key, casework.KindConsultation+"."), "template.") {
				continue
			}
			letters++
			if text := texts.Raw(key); figure.MatchString(text) {
				t.Errorf("%s: %s names a figure: %q", l.Code, key, text)
			}
			advice := strings.ToLower(texts.Raw(ofKind(texts, casework.KindConsultation, key)))
			for _, word := range reportWords[l.Code] {
				if strings.Contains(advice, word) {
					t.Errorf("%s: %s tells of a report: %q", l.Code, key, advice)
				}
			}
		}
		if letters < 25 {
			t.Errorf("%s: only %d letters", l.Code, letters)
		}
	}
}

// How many days and months a page promises is the profile's, whatever it is.
func TestPromisesOfTheProfile(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string][2]string{
		"ja": {"1日以内", "6か月以内"}, "en": {"within 1 day ", "within 6 months."}, "es": {"plazo de 1 día ", "plazo de 6 meses "},
		"pt": {"até 1 dia ", "até 6 meses "}, "zh": {"1 天之内", "6 个月之内"},
	} {
		site := testSite()
		site.Profile = func() casework.Profile { return casework.Profile{AcknowledgeDays: 1, AnswerMonths: 6} }
		text := render(t, New(catalog, site), code, "landing", Landing{}).Find("main").Text()
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: %q is not on the landing page", code, words)
			}
		}
	}
}
