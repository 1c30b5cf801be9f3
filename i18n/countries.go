package i18n

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is a country or territory of ISO 3166-1.
type Country struct {
	Code string // alpha-2: "JP"
	Name string
}

// countryCodes are the 249 assigned codes of ISO 3166-1 alpha-2.
const countryCodes = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ
BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ
VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`

// CountryCodes returns the codes of all countries.
func CountryCodes() []string { return strings.Fields(countryCodes) }

// firstCountries stand before all others until an organisation has said where it
// is, those of the page's own language before the rest.
var (
	firstCountries = []string{"JP", "CN", "US", "MX", "ES", "BR"}
	ownCountries   = map[string][]string{"ja": {"JP"}, "en": {"US"}, "es": {"MX", "ES"}, "pt": {"BR"}, "zh": {"CN"}}
)

// Countries lists all countries: those of an organisation, or where there are none
// the likeliest ones; then all others, sorted as the language sorts.
func (t *Texts) Countries(organization []string) []Country {
	first := organization
	if len(first) == 0 {
		first = slices.Concat(ownCountries[t.language.Code], firstCountries)
	}
	list := make([]Country, 0, len(t.countries))
	for _, code := range first {
		if name, known := t.Country(code); known && !slices.Contains(list, Country{code, name}) {
			list = append(list, Country{code, name})
		}
	}
	for _, c := range t.countries {
		if !slices.Contains(first, c.Code) {
			list = append(list, c)
		}
	}
	return list
}

// Country returns the name of a country, and false for an unknown code.
func (t *Texts) Country(code string) (string, bool) {
	i := slices.IndexFunc(t.countries, func(c Country) bool { return c.Code == code })
	if i < 0 {
		return "", false
	}
	return t.countries[i].Name, true
}

// countriesOf names and sorts the countries. A text "country.XX" takes the
// place of the name in x/text, whose data are of 2017 and long-winded.
func countriesOf(t *Texts) []Country {
	tag := tagOf(t.language)
	names := display.Regions(tag)
	var list []Country
	for code := range strings.FieldsSeq(countryCodes) {
		name := names.Name(language.MustParseRegion(code))
		if own := "country." + code; t.Has(own) {
			name = t.T(own)
		}
		list = append(list, Country{code, name})
	}
	compare := collate.New(tag).CompareString
	if t.language.Code == "ja" {
		compare = byReading(list)
	}
	slices.SortFunc(list, func(a, b Country) int { return compare(a.Name, b.Name) })
	return list
}
