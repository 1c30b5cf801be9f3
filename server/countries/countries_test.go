package countries

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/i18n"
	"hotline/store/casework"
)

func TestEveryCountryHasATimeZoneThatExists(t *testing.T) {
	for _, code := range i18n.CountryCodes() {
		if len(Zones(code)) == 0 {
			t.Errorf("%s has no time zone", code)
		}
		for _, zone := range Zones(code) {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
	if !HasZone([]string{"MX", "JP"}, "Asia/Tokyo") || HasZone([]string{"MX"}, "Asia/Tokyo") || HasZone(nil, "") || len(Zones("XX")) != 0 {
		t.Error("a zone is another country's")
	}
}

func TestProposals(t *testing.T) {
	number := regexp.MustCompile(`^[0-9+*#][0-9 *#-]*$`)
	codes := i18n.CountryCodes()
	for code, p := range proposals() {
		if !slices.Contains(codes, code) || p.Language == "" || p.Confirmed() || p.Emergency == (casework.Emergency{}) {
			t.Errorf("%s: %+v", code, p)
		}
		if e := p.Emergency; e.All != "" && e.Police+e.Ambulance+e.Fire != "" {
			t.Errorf("%s has a number for all, and others", code)
		}
		numbers := []string{p.Emergency.All, p.Emergency.Police, p.Emergency.Ambulance, p.Emergency.Fire, p.Crisis.Number}
		for _, a := range p.Authorities {
			numbers = append(numbers, a.Phone)
			u, err := url.Parse(a.URL)
			if err != nil || u.Scheme != "https" || u.Host == "" || a.Name == "" || a.Name == a.NameEN || !slices.Contains(casework.Topics, a.Topic) {
				t.Errorf("%s: %+v", code, a)
			}
		}
		for name, gloss := range p.Glosses {
			if !slices.ContainsFunc(p.Authorities, func(a casework.Authority) bool { return a.NameEN == name }) || gloss["es"] == "" || gloss["pt"] == "" {
				t.Errorf("%s: %q is no authority, or its name is missing in a language", code, name)
			}
		}
		for _, n := range numbers {
			if n != "" && !number.MatchString(n) {
				t.Errorf("%s: %q is no number", code, n)
			}
		}
		if (p.Crisis.Name == "") != (p.Crisis.Number == "") {
			t.Errorf("%s: half a crisis line", code)
		}
	}
	for _, code := range []string{"JP", "CN", "US", "MX", "ES", "BR"} {
		if p := Proposal(code); p.Country != code || len(p.Authorities) == 0 || p.Crisis.Number == "" {
			t.Errorf("%s: %+v", code, p)
		}
	}
	if p := Proposal("AQ"); p.Country != "AQ" || len(p.Authorities) != 0 || Language("AQ") != "" {
		t.Errorf("Antarctica: %+v", p)
	}
}

// What one caller changes is not another's proposal.
func TestProposalsAreNotShared(t *testing.T) {
	Proposal("JP").Authorities[0].Name = "changed"
	if strings.Contains(Proposal("JP").Authorities[0].Name, "changed") {
		t.Error("the data were changed")
	}
}
