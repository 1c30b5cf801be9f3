package view

import (
	"regexp"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/store/casework/law"
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

// Every letter that is built in has a text in each language which an administrator could
// have written, and no other text is a letter.
func TestBuiltInLetters(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Languages {
		texts := catalog.Texts(l.Code)
		parts := map[string]bool{"template.answer-by": true, "template.answer-late": true}
		for _, letter := range casework.BuiltInLetters {
			key, _ := builtInLetterKey(letter.Code)
			text := BuiltInLetter(texts, letter.Code)
			if fault := casework.CheckLetter(text, letter.Use); fault != nil || text == "" || text != casework.TidyLetter(text) || casework.LetterLacks(text, letter.Use) != nil {
				t.Errorf("%s: %s: %v, %q", l.Code, letter.Code, fault, text)
			}
			if own := texts.Has(casework.KindConsultation + "." + key); own != (letter.Kind == casework.KindReport) {
				t.Errorf("%s: %s is for %q, and there is another one for consultations: %v", l.Code, letter.Code, letter.Kind, own)
			}
			parts[key] = true
		}
		for _, key := range texts.Keys() {
			if strings.HasPrefix(strings.TrimPrefix(key, casework.KindConsultation+"."), "template.") && !parts[key] {
				t.Errorf("%s: %s is no letter", l.Code, key)
			}
		}
		if BuiltInLetter(texts, "own-1") != "" || BuiltInLetter(texts, "answer-by") != "" {
			t.Errorf("%s: letters are built in that are none", l.Code)
		}
	}
}

// How many days and months a page promises is the profile's, whatever it is.
func TestPromisesOfTheProfile(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	spaces := strings.NewReplacer("\u2060", "", "\u00a0", " ") // what keeps numbers and their counters together
	for code, want := range map[string][3]string{
		"ja": {"1日以内", "6か月以内", "お知らせから6か月以内"}, "en": {"within 1 day ", "within 6 months.", "within 6 months of our confirmation"},
		"es": {"plazo de 1 día ", "plazo de 6 meses ", "plazo de 6 meses desde esa confirmación"},
		"pt": {"até 1 dia ", "até 6 meses ", "até 6 meses após essa confirmação"}, "zh": {"1 天之内", "6 个月之内", "确认收到后 6 个月之内"},
	} {
		for _, fromReceipt := range []bool{true, false} {
			site := testSite()
			site.Profile = func(string) law.Profile {
				from := law.Acknowledgement
				if fromReceipt {
					from = law.Receipt
				}
				return law.Profile{
					Acknowledge: law.Term{From: law.Receipt, Spans: []law.Span{{N: 1, Unit: law.Days}}},
					Answer:      law.Term{From: from, Spans: []law.Span{{N: 6, Unit: law.Months}}},
				}
			}
			text := spaces.Replace(render(t, New(catalog, site), code, "landing", Landing{}).Find("main").Text())
			if !strings.Contains(text, want[0]) || fromReceipt && !strings.Contains(text, want[1]) {
				t.Errorf("%s: neither %q nor %q may be missing on the landing page", code, want[0], want[1])
			}
			if strings.Contains(text, want[2]) == fromReceipt {
				t.Errorf("%s: %q, counted from receipt: %v", code, want[2], fromReceipt)
			}
		}
	}
}
