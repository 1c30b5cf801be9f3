package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func codesOf(list []Country) (codes []string) {
	for _, c := range list {
		codes = append(codes, c.Code)
	}
	return codes
}

func TestTheOrganisationsCountriesComeFirst(t *testing.T) {
	c := load(t)
	for lang, want := range map[string]string{
		"ja": "JP CN US MX ES BR", "zh": "CN JP US MX ES BR", "es": "MX ES JP CN US BR", "pt": "BR JP CN US MX ES", "en": "US JP CN MX ES BR",
	} {
		texts := c.Texts(lang)
		for first, want := range map[string]string{"": want, "TH VN": "TH VN", "MX XX MX": "MX"} {
			list := codesOf(texts.Countries(strings.Fields(first)))
			n := len(strings.Fields(want))
			if got := strings.Join(list[:n], " "); got != want {
				t.Errorf("%s: first of %q come %s, want %s", lang, first, got, want)
			}
			slices.Sort(list)
			if !slices.Equal(list, CountryCodes()) {
				t.Errorf("%s: %q leaves a country out, or has one twice", lang, first)
			}
			rest := texts.Countries(strings.Fields(first))[n:]
			order := slices.DeleteFunc(slices.Clone(texts.countries), func(c Country) bool { return !slices.Contains(rest, c) })
			if !slices.Equal(rest, order) {
				t.Errorf("%s: after %q the rest is out of order", lang, first)
			}
		}
	}
}

// Japanese names stand in the order of the fifty sounds: names in kanji as they are
// read, and ー as the vowel before it.
func TestJapaneseCountriesAreSortedByReading(t *testing.T) {
	list := load(t).Texts("ja").countries
	kana := regexp.MustCompile(`^[ァ-ヴー]+$`)
	for _, c := range list {
		if !kana.MatchString(reading(c.Name)) {
			t.Errorf("%s is read %q", c.Name, reading(c.Name))
		}
	}
	codes := codesOf(list)
	for _, run := range []string{
		"IS IE AZ AF US AE DZ", "GB IL IT IQ IR IN", "UY IO VG EC EG", "AU AT AX OM NL", "GA CM GM", "KR KH", "KP MK MP GN", "KR GM KH", "CY CU CW GR",
		"TH TW TJ", "TD CF TN CL", "CN TN", "NC NZ", "JP NC", "BR FR", "ZA SS", "MH ML", "LA LV LT", "PT HK HN", "NA AQ NU", "NI EH JP NC",
	} {
		previous := -1
		for code := range strings.FieldsSeq(run) {
			at := slices.Index(codes, code)
			if at < previous {
				t.Errorf("%s: %s is out of order", run, code)
			}
			previous = at
		}
	}
	if codes[0] != "IS" || codes[len(codes)-1] != "RU" {
		t.Errorf("the list goes from %s to %s", codes[0], codes[len(codes)-1])
	}
}

// Chinese names stand in the order of pinyin.
func TestChineseCountriesAreSortedByPinyin(t *testing.T) {
	codes := codesOf(load(t).Texts("zh").countries)
	at := slices.Index(codes, "MO")
	if got := codes[at-1 : at+3]; !slices.Equal(got, []string{"CN", "MO", "TW", "HK"}) {
		t.Errorf("beside 中国澳门 stand %v", got)
	}
	previous := -1
	for _, code := range []string{"AL", "AO", "PK", "BR", "DE", "FR", "KR", "CA", "US", "MX", "JP", "TH", "ES", "IN", "GB", "VN", "CN"} {
		next := slices.Index(codes, code)
		if next < previous {
			t.Errorf("%s is out of order", code)
		}
		previous = next
	}
}
