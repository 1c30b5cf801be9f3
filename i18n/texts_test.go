package i18n

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"":                                "en",
		"*":                               "en",
		"ja":                              "ja",
		"ja-JP,ja;q=0.9,en;q=0.8":         "ja",
		"en-GB":                           "en",
		"es-419,es;q=0.9":                 "es",
		"es-MX":                           "es",
		"pt":                              "pt",
		"pt-PT":                           "pt",
		"pt-BR,en;q=0.5":                  "pt",
		"zh-CN":                           "zh",
		"zh-TW":                           "zh",
		"zh":                              "zh",
		"fr-FR, vi;q=0.8":                 "en",
		"vi, ja;q=0.4":                    "ja",
		"xx;q=nonsense,,,":                "en",
		strings.Repeat("a-", 1000) + "ja": "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %s, want %s", header, got, want)
		}
	}
}

func TestKnown(t *testing.T) {
	for _, l := range Languages {
		if !Known(l.Code) {
			t.Errorf("%s is not known", l.Code)
		}
	}
	for _, code := range []string{"", "fr", "EN", "zh-Hans"} {
		if Known(code) {
			t.Errorf("%q is known", code)
		}
	}
}

func TestTextsOfAnUnknownLanguage(t *testing.T) {
	if got := load(t).Texts("fr").Language().Code; got != Fallback {
		t.Errorf("got %s", got)
	}
}

func TestArguments(t *testing.T) {
	c := load(t)
	want := "A file can be up to 5 MB"
	if got := c.Texts("en").T("error.file-too-large", "Name", "<b>", "Limit", "5 MB"); !strings.Contains(got, "<b>") || !strings.Contains(got, want) {
		t.Errorf("got %q", got)
	}
	if got := c.Texts("en").N("files.limit", 1, "Size", "5 MB"); got != "1 file, up to 5 MB" {
		t.Errorf("one: %q", got)
	}
	if got := c.Texts("es").N("files.limit", 12000, "Size", "5 MB"); !strings.HasPrefix(got, "Hasta 12\u202f000 archivos") {
		t.Errorf("other: %q", got)
	}
}

func TestGapsPanicUnderTest(t *testing.T) {
	texts := load(t).Texts("ja")
	for name, f := range map[string]func(){
		"missing key":      func() { texts.T("no.such.key") },
		"missing plural":   func() { texts.N("no.such.key", 2) },
		"missing argument": func() { texts.T("report.text.limit") },
		"name alone":       func() { texts.T("report.text.limit", "Count") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// Outside tests a gap costs a word, never a page.
func TestGapsFallBackToEnglish(t *testing.T) {
	c := load(t)
	texts := c.Texts("ja")
	texts.strict, texts.fallback.strict, texts.parser = false, false, newParser(false)
	delete(texts.plain, "report.title")
	delete(texts.templates, "files.limit")
	if got := texts.T("report.title"); got != c.Texts("en").T("report.title") {
		t.Errorf("text: %q", got)
	}
	if got := texts.N("files.limit", 3, "Size", "1 MB"); !strings.HasPrefix(got, "Up to 3 files") {
		t.Errorf("plural: %q", got)
	}
	if got := texts.T("no.such.key"); got != "no.such.key" {
		t.Errorf("unknown: %q", got)
	}
}

func TestOddDates(t *testing.T) {
	texts := load(t).Texts("en")
	for _, odd := range []string{"", "tomorrow", "2026-13-01"} {
		if got := texts.Date(odd); got != odd {
			t.Errorf("%q became %q", odd, got)
		}
	}
}

func TestCountries(t *testing.T) {
	c := load(t)
	for _, l := range Languages {
		texts := c.Texts(l.Code)
		list := texts.Countries(nil)
		if len(list) != 249 || len(CountryCodes()) != 249 {
			t.Fatalf("%s: %d countries", l.Code, len(list))
		}
		names := map[string]string{}
		for _, country := range list {
			if country.Name == "" || country.Name == country.Code {
				t.Errorf("%s: %s has no name", l.Code, country.Code)
			}
			if other, twice := names[country.Name]; twice {
				t.Errorf("%s: %s and %s are both %s", l.Code, other, country.Code, country.Name)
			}
			names[country.Name] = country.Code
		}
	}
	if name, ok := c.Texts("ja").Country("MK"); !ok || name != "北マケドニア" {
		t.Errorf("own name not taken: %q", name)
	}
	if _, ok := c.Texts("ja").Country("XX"); ok {
		t.Error("XX is a country")
	}
}

func TestCountriesAreSortedAsTheLanguageSorts(t *testing.T) {
	list := load(t).Texts("es").Countries([]string{"MX"})
	at := func(code string) int {
		return slices.IndexFunc(list, func(c Country) bool { return c.Code == code })
	}
	if at("AT") > at("BE") || at("ET") > at("PH") || at("OM") > at("PA") {
		t.Error("out of order") // Austria before Bélgica, Etiopía before Filipinas, Omán before Países Bajos
	}
	if at("AX") < at("IE") { // Islas Åland stands with I
		t.Error("Islas Åland out of order")
	}
}

func TestTextsAreSafeForConcurrentUse(t *testing.T) {
	c := load(t)
	var all sync.WaitGroup
	for _, l := range Languages {
		for range 4 {
			all.Go(func() {
				texts := c.Texts(l.Code)
				for n := range 200 {
					texts.N("files.limit", n, "Size", texts.Size(int64(n)<<20))
					texts.Date("2026-11-28")
				}
			})
		}
	}
	all.Wait()
}

// Scripts get the plural forms by their names.
func TestForms(t *testing.T) {
	c := load(t)
	if got := c.Texts("es").Forms("cases.files"); len(got) != 2 || got["one"] != "{{.Count}} archivo" || got["many"] == "" {
		t.Errorf("cases.files in Spanish has the forms %q", got)
	}
	if got := c.Texts("ja").Forms("cases.files"); len(got) != 0 {
		t.Errorf("cases.files in Japanese has the forms %q", got)
	}
	if got := c.Texts("en").Forms("cases.title"); got != nil {
		t.Errorf("cases.title has the forms %q", got)
	}
}

// A line never ends between a number and its unit, and only pages hold what keeps
// them together: names and messages beside them write out what cannot be seen.
func TestNumbersStayWithTheirUnits(t *testing.T) {
	c := load(t)
	page := func(language string) *Texts { return c.Texts(language).OnPages() }
	for _, test := range []struct{ language, got, want string }{
		{"ja", page("ja").N("landing.steps.4", 3), "3\u2060か\u2060月以内に"},
		{"ja", page("ja").T("landing.danger.text"), "24\u2060時\u2060間"},
		{"ja", page("ja").N("due.answer.left", 17), "あ\u2060と\u206017\u2060日"},
		{"ja", page("ja").T("category.sexual-harassment"), "セクシュアル\u200bハラスメント"},
		{"ja", page("ja").Date("2026-11-28"), "2026年11月28日"},
		{"zh", page("zh").N("landing.steps.3", 7), "7\u00a0天"},
		{"zh", page("zh").N("landing.steps.4", 3), "3\u00a0个\u2060月"},
		{"zh", page("zh").N("due.answer.left", 17), "还\u2060剩\u00a017\u00a0天"},
		{"en", page("en").N("due.answer.late", 6), "6\u00a0days"},
		{"es", page("es").N("due.answer.late", 6), "6\u00a0días"},
		{"pt", page("pt").N("due.answer.late", 6), "6\u00a0dias"},
	} {
		if !strings.Contains(test.got, test.want) {
			t.Errorf("%s: %q lacks %q", test.language, test.got, test.want)
		}
	}
	const ours = wordJoiner + mayBreak
	for _, l := range Languages {
		for _, key := range c.Texts(l.Code).Keys() {
			if strings.ContainsAny(c.Texts(l.Code).Raw(key), ours) {
				t.Errorf("%s: %s holds an invisible character", l.Code, key)
			}
			letter := strings.HasPrefix(key, "template.") || strings.HasPrefix(key, "consultation.template.")
			if letter && strings.ContainsAny(page(l.Code).Raw(key), ours+noBreakSpace) {
				t.Errorf("%s: %s would be sealed with an invisible character", l.Code, key)
			}
		}
	}
}
