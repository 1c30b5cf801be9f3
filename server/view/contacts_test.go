package view

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/countries"
	"hotline/store/casework"
)

// rendererWith shows the contacts of these countries, as proposed, and one that an
// administrator has typed.
func rendererWith(t testing.TB, more ...casework.Contacts) *Renderer {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site := testSite()
	site.Contacts = func(string) (all []casework.Contacts) {
		for _, code := range []string{"JP", "CN", "BR", "MX"} {
			all = append(all, countries.Proposal(code))
		}
		return append(all, more...)
	}
	site.Countries = func() []string { return []string{"JP", "CN", "BR", "MX", "TH"} }
	return New(texts, site)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestNumbersOfEachCountry(t *testing.T) {
	r := rendererWith(t)
	numbers := map[string][]string{
		"ja": {"日本 警察 110 救急・消防 119", "中国 警察 110 救急 120 消防 119", "ブラジル 警察 190 救急 192 消防 193", "メキシコ 緊急の番号 911"},
		"en": {"Japan Police 110 Ambulance and fire service 119", "China Police 110 Ambulance 120 Fire service 119", "Brazil Police 190 Ambulance 192 Fire service 193", "Mexico All emergencies 911"},
		"es": {"Japón Policía 110 Ambulancia y bomberos 119", "China Policía 110 Ambulancia 120 Bomberos 119", "Brasil Policía 190 Ambulancia 192 Bomberos 193", "México Todas las emergencias 911"},
		"pt": {"Japão Polícia 110 Ambulância e bombeiros 119", "China Polícia 110 Ambulância 120 Bombeiros 119", "Brasil Polícia 190 Ambulância 192 Bombeiros 193", "México Todas as emergências 911"},
		"zh": {"日本 报警 110 急救和消防 119", "中国 报警 110 急救 120 消防 119", "巴西 报警 190 急救 192 消防 193", "墨西哥 紧急电话 911"},
	}
	for lang, want := range numbers {
		form := render(t, r, lang, "report", ReportForm{Limits: testLimits})
		lines := form.Find(".numbers > div").Map(func(_ int, s *goquery.Selection) string {
			return squeeze(s.Find("dt").Text() + " " + s.Find("dd").Text())
		})
		if !slices.Equal(lines, want) {
			t.Errorf("%s: the form has %q", lang, lines)
		}
		landing := render(t, r, lang, "landing", Landing{})
		for i, line := range landing.Find("#danger .numbers > div").EachIter() {
			if got := squeeze(line.Find("dt").Text() + " " + line.Find("dd").Text()); !strings.HasPrefix(got, want[i]+" ") || line.Find("dd bdi").Length() != 1 {
				t.Errorf("%s: the first page has %q", lang, got)
			}
		}
		if got := landing.Find(`#danger a[href="tel:0120279338"]`).Text(); got != "0120-279-338" {
			t.Errorf("%s: the crisis line of Japan is %q", lang, got)
		}
	}
}

// An authority has its own name in the country's language, the English one in English,
// and both where its own is in a script that readers do not know.
func TestAuthoritiesByName(t *testing.T) {
	r := rendererWith(t)
	for lang, want := range map[string]string{
		"ja": "外国人技能実習機構", "en": "Organization for Technical Intern Training",
		"es": "外国人技能実習機構 (Organización para la Formación Técnica)", "pt": "外国人技能実習機構 (Organização para o Estágio Técnico)",
		"zh": "外国人技能実習機構",
	} {
		doc := render(t, r, lang, "landing", Landing{})
		link := doc.Find(`a[href="https://www.otit.go.jp"]`)
		if link.AttrOr("rel", "") != "noreferrer" || link.Text() != "https://www.otit.go.jp" {
			t.Errorf("%s: the address is no plain link", lang)
		}
		line := link.Parent()
		if !strings.HasPrefix(squeeze(line.Text()), want) || strings.Contains(line.Text(), "(") != (lang == "es" || lang == "pt") || (line.Find("strong").AttrOr("lang", "") == "ja") != (lang != "ja" && lang != "en") {
			t.Errorf("%s: %q", lang, squeeze(line.Text()))
		}
		if got := doc.Find("#others ~ h3").Length(); got != 4 {
			t.Errorf("%s: %d countries", lang, got)
		}
		if got := doc.Find(`.places a[href="tel:12333"], .places a[href="https://www.12333.gov.cn"]`).Length(); got != 2 {
			t.Errorf("%s: the ministry of China is there %d times", lang, got)
		}
	}
}

// Without anything confirmed there is no number, and no section.
func TestNothingConfirmed(t *testing.T) {
	eachLanguage(t, Landing{}, "landing", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		if doc.Find(".numbers, .places, #others, a[href^='tel:']").Length() != 0 || regexp.MustCompile(`11\d|91\d`).MatchString(doc.Find("#danger").Text()) {
			t.Errorf("%s: numbers that nobody has confirmed: %s", l.Code, doc.Find("#danger").Text())
		}
	})
}

// The numbers of many countries are folded up on the form.
func TestNumbersOfManyCountries(t *testing.T) {
	four := render(t, rendererWith(t), "ja", "report", ReportForm{Limits: testLimits})
	five := render(t, rendererWith(t, countries.Proposal("TH")), "ja", "report", ReportForm{Limits: testLimits})
	if four.Find("details .numbers").Length() != 0 || five.Find("details:not([open]) .numbers > div").Length() != 5 {
		t.Error("numbers of four countries are folded up, or those of five are not")
	}
}

// What an administrator typed breaks out of nothing.
func TestHostileContacts(t *testing.T) {
	r := rendererWith(t, casework.Contacts{
		Country: "TH", Emergency: casework.Emergency{Police: `1"><script>`}, Crisis: casework.CrisisLine{Name: hostile, Number: "javascript:1"},
		Authorities: []casework.Authority{{Name: hostile, NameEN: hostile, URL: "javascript:alert(1)", Phone: hostile, Topic: "wages"}},
	})
	for _, l := range i18n.Languages {
		doc := render(t, r, l.Code, "landing", Landing{})
		if doc.Find("main script, main img, a[href^='javascript:']").Length() != 0 {
			t.Errorf("%s: it broke out", l.Code)
		}
	}
}

func TestEmergencyLines(t *testing.T) {
	for want, e := range map[string]casework.Emergency{
		"all 112":                                   {All: "112"},
		"all 911":                                   {Police: "911", Ambulance: "911", Fire: "911"},
		"police-ambulance 911 · fire 913":           {Police: "911", Ambulance: "911", Fire: "913"},
		"police-fire 1 · ambulance 2":               {Police: "1", Ambulance: "2", Fire: "1"},
		"police 104 · ambulance 911":                {Police: "104", Ambulance: "911"},
		"all 112 · police 110 · ambulance-fire 119": {All: "112", Police: "110", Ambulance: "119", Fire: "119"},
		"": {},
	} {
		var got []string
		for _, line := range emergencyLines(e) {
			got = append(got, strings.TrimPrefix(line.Label, "contacts.emergency.")+" "+line.Number)
		}
		if strings.Join(got, " · ") != want {
			t.Errorf("%+v: %q, want %q", e, got, want)
		}
	}
}

// The form offers the organisation's countries first.
func TestCountriesOfTheForm(t *testing.T) {
	for _, l := range i18n.Languages {
		got := optionValues(render(t, rendererWith(t), l.Code, "report", ReportForm{Limits: testLimits, Values: ReportValues{Country: "TH"}}), "country")
		if !slices.Equal(got[:6], []string{"", "JP", "CN", "BR", "MX", "TH"}) || len(got) != 250 {
			t.Errorf("%s: %d, first %v", l.Code, len(got), got[:6])
		}
	}
}

// A letter names what the organisation says, else the confirmed authorities, else none.
func TestLetterChannels(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	authority := casework.Authority{Name: "Mecanismo Nacional Anticorrupção", NameEN: "National Anti-Corruption Mechanism", URL: "https://mec-anticorrupcao.example", Phone: "123"}
	contacts := []casework.Contacts{{Country: "PT", Authorities: []casework.Authority{authority}}}
	several := append([]casework.Contacts{{Country: "ES"}}, contacts...)
	for _, c := range []struct {
		lang, own string
		confirmed []casework.Contacts
		want      string
	}{
		{"pt", "Fale com o MENAC.", contacts, "Fale com o MENAC."},
		{"pt", "", contacts, "Você também pode recorrer a estas autoridades:\n- Mecanismo Nacional Anticorrupção https://mec-anticorrupcao.example 123"},
		{"en", "", contacts, "You can also turn to these authorities:\n- National Anti-Corruption Mechanism https://mec-anticorrupcao.example 123"},
		{"en", "", several, "You can also turn to these authorities:\nPortugal\n- National Anti-Corruption Mechanism https://mec-anticorrupcao.example 123"},
		{"en", "", several[:1], "The law also allows you to turn directly to the competent authority."},
		{"en", "", nil, "The law also allows you to turn directly to the competent authority."},
	} {
		if got := LetterChannels(catalog.Texts(c.lang), c.own, c.confirmed); got != c.want {
			t.Errorf("%s %q %d: %q, want %q", c.lang, c.own, len(c.confirmed), got, c.want)
		}
	}
}
