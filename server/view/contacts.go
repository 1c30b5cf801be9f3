package view

import (
	"html/template"
	"slices"
	"strings"
	"unicode"

	"hotline/i18n"
	"hotline/server/countries"
	"hotline/store/casework"
)

// countryContacts are the contacts of a country in the words of a page.
type countryContacts struct {
	Country     string
	Emergency   []numberLine
	Crisis      *numberLine // nil: none
	Authorities []authorityLine
}

// numberLine is a telephone number, with whom it reaches.
type numberLine struct {
	Label  string // key, or of a crisis line its name
	Lang   string // of the name, where it is written in Chinese characters; "" of the page
	Number string
	URL    template.URL
}

// authorityLine is an authority by the name that readers of the page know.
type authorityLine struct {
	casework.Authority
	Name, Lang, Also string
	Call             template.URL // of its telephone
}

func contactsOf(texts *i18n.Texts, all []casework.Contacts) (list []countryContacts) {
	for _, c := range all {
		name, _ := texts.Country(c.Country)
		one := countryContacts{Country: name, Emergency: emergencyLines(c.Emergency)}
		if c.Crisis.Number != "" {
			one.Crisis = &numberLine{c.Crisis.Name, langOf(texts.Language(), c.Country, c.Crisis.Name), c.Crisis.Number, telephone(c.Crisis.Number)}
		}
		for _, a := range c.Authorities {
			one.Authorities = append(one.Authorities, authorityLineOf(texts.Language(), c.Country, a))
		}
		list = append(list, one)
	}
	return list
}

// emergencyLines names services that have one number together.
func emergencyLines(e casework.Emergency) (lines []numberLine) {
	var numbers []string
	services := map[string][]string{} // by number
	add := func(service, number string) {
		if number == "" {
			return
		}
		if !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
		services[number] = append(services[number], service)
	}
	add("all", e.All)
	add("police", e.Police)
	add("ambulance", e.Ambulance)
	add("fire", e.Fire)
	for _, n := range numbers {
		of := services[n]
		if len(of) > 2 || of[0] == "all" {
			of = []string{"all"}
		}
		lines = append(lines, numberLine{Label: "contacts.emergency." + strings.Join(of, "-"), Number: n, URL: telephone(n)})
	}
	return lines
}

// authorityLineOf shows the name that readers of the page know: the English one on
// English pages. Elsewhere one stands beside the authority's own name for those who do
// not read its script.
func authorityLineOf(page i18n.Language, country string, a casework.Authority) authorityLine {
	line := authorityLine{Authority: a, Name: a.Name, Lang: langOf(page, country, a.Name), Call: telephone(a.Phone)}
	own, _, _ := strings.Cut(countries.Language(country), "-")
	switch {
	case a.NameEN == "" || a.NameEN == a.Name || own == page.Code:
	case page.Code == "en":
		line.Name, line.Lang = a.NameEN, ""
	case !readable(page, a.Name):
		line.Also = countries.Gloss(country, a.NameEN, page.Code)
	}
	return line
}

// readable reports whether readers of a page know all letters of a name.
func readable(page i18n.Language, name string) bool {
	known := []*unicode.RangeTable{unicode.Latin}
	if page.Code == "ja" || page.Code == "zh" {
		known = append(known, unicode.Han, unicode.Hiragana, unicode.Katakana)
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) && !unicode.In(r, known...) })
}

// chineseCharacters are the languages, by country, whose shapes of Chinese characters
// a name there is written in.
var chineseCharacters = map[string]string{"JP": "ja", "CN": "zh-Hans", "SG": "zh-Hans", "TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant"}

// langOf returns in which language a name stands, "" in the page's or where that makes
// no difference to see.
func langOf(page i18n.Language, country, name string) string {
	lang := chineseCharacters[country]
	if lang == page.Tag || !strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return ""
	}
	return lang
}

// telephone is the address at which a telephone calls a number. Only what numbers are
// made of goes into it.
func telephone(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			if r != '+' && r != '*' {
				return -1
			}
		}
		return r
	}, number)
	return template.URL("tel:" + digits)
}

// Emergency are the emergency numbers of a country in words, as they are printed.
type Emergency struct {
	Country string   // its name
	Numbers []string // with whom each reaches
}

// EmergencyNumbers returns those of confirmed contacts, in a language.
func EmergencyNumbers(texts *i18n.Texts, all []casework.Contacts) (list []Emergency) {
	for _, c := range contactsOf(texts, all) {
		e := Emergency{Country: c.Country}
		for _, line := range c.Emergency {
			e.Numbers = append(e.Numbers, texts.OnPages().T(line.Label)+noBreakSpace+strings.ReplaceAll(line.Number, " ", noBreakSpace))
		}
		list = append(list, e)
	}
	return list
}

const noBreakSpace = "\u00a0"

// LetterChannels says in a letter where people can turn outside the organisation: in its
// own words, else with the authorities that an administrator has confirmed, else in one
// sentence.
func LetterChannels(texts *i18n.Texts, own string, confirmed []casework.Contacts) string {
	if own != "" {
		return own
	}
	var lines []string
	for _, country := range contactsOf(texts, confirmed) {
		if len(country.Authorities) > 0 && len(confirmed) > 1 {
			lines = append(lines, country.Country)
		}
		for _, a := range country.Authorities {
			line := "- " + a.Name
			if a.Also != "" {
				line += " (" + a.Also + ")"
			}
			for _, at := range []string{a.Authority.URL, a.Phone} {
				if at != "" {
					line += " " + at
				}
			}
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return texts.T("channels.neutral")
	}
	return texts.T("channels.also") + "\n" + strings.Join(lines, "\n")
}
