package api

import (
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/test/rig"
)

// document parses a page.
func document(t *testing.T, page string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// organization is the form of the page, with some fields instead.
func organization(more url.Values) url.Values {
	form := url.Values{"name": {"Example"}, "languages": rig.Languages, "profile": {"strictest"}, "exit_url": {"https://weather.example/"}}
	maps.Copy(form, more)
	return form
}

// contactsForm is the form of numbers and authorities as its page shows it.
func contactsForm(t *testing.T, admin *rig.Desk) url.Values {
	t.Helper()
	form := url.Values{}
	doc := document(t, admin.Get(t, "/en/desk/admin/contacts").Body)
	doc.Find("form.contacts input[name], form.contacts option[selected]").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", s.Parent().AttrOr("name", ""))
		form.Set(name, s.AttrOr("value", ""))
	})
	return form
}

// Set-up is not finished without a country and a time zone, which holds at once.
// Until then days count in UTC, pages say so, and reports are taken.
func TestCountryAndTimeZone(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	admin, _ := s.Setup(t, "hr", "compliance")
	s.Invite(t, "auditor@desk.example", "--role", "auditor")
	s.SendReport(t, "power-harassment", "own", "Before anything is chosen.")
	for _, page := range []string{"organization", "people", "register", "recovery", "contacts"} {
		for _, lang := range rig.Languages {
			if document(t, admin.Get(t, "/"+lang+"/desk/admin/"+page).Body).Find("#no-zone").Length() != 1 {
				t.Errorf("%s: %s does not say that days count in UTC", lang, page)
			}
		}
	}
	const at = "/en/desk/admin/organization"
	for name, c := range map[string]struct {
		fields url.Values
		wrong  string
	}{
		"no country":                     {url.Values{"time_zone": {"Asia/Tokyo"}}, "country"},
		"no such country":                {url.Values{"country": {"XX"}}, "country"},
		"several zones, and none chosen": {url.Values{"country": {"MX"}}, "time_zone"},
		"another country's zone":         {url.Values{"country": {"MX"}, "time_zone": {"Asia/Tokyo"}}, "time_zone"},
		"the machine's zone":             {url.Values{"country": {"JP"}, "time_zone": {"Local"}}, "time_zone"},
	} {
		res := admin.PostForm(t, at, organization(c.fields))
		doc := document(t, res.Body)
		if res.Status != http.StatusUnprocessableEntity || doc.Find(`#errors a[href="#`+c.wrong+`"]`).Length() != 1 || doc.Find("#errors a").Length() != 1 || doc.Find("#"+c.wrong+"-error").Length() != 1 {
			t.Errorf("%s: %d, %s", name, res.Status, doc.Find("#errors").Text())
		}
	}
	if res := admin.PostForm(t, at, organization(url.Values{"country": {"JP"}, "countries": {"MX", "", "JP", "BR"}})); res.Status != http.StatusSeeOther || res.Header.Get("Location") != "/en/desk/admin/people" {
		t.Fatalf("set-up: %d to %s", res.Status, res.Header.Get("Location"))
	}
	doc := document(t, admin.Get(t, at).Body)
	if got := doc.Find("#time_zone option[selected]").AttrOr("value", ""); got != "Asia/Tokyo" || doc.Find("#no-zone").Length() != 0 {
		t.Errorf("the zone of Japan is not taken, but %q", got)
	}
	var countries []string
	doc.Find("#country option[selected], [name=countries] option[selected]").Each(func(_ int, o *goquery.Selection) { countries = append(countries, o.AttrOr("value", "")) })
	if !slices.Equal(countries, []string{"JP", "MX", "BR"}) {
		t.Errorf("the countries are %v", countries)
	}
	options := document(t, s.Get(t, "/pt/report").Body).Find("#country option").Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "") })
	if !slices.Equal(options[:4], []string{"", "JP", "MX", "BR"}) {
		t.Errorf("the form offers %v first", options[:4])
	}
}

// The zone of the audit log follows the page of the organisation without a restart;
// one set from outside is shown, and not changed.
func TestTimeZoneHoldsAtOnce(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := rig.Start(t, data, "--limits", "off")
	admin, _ := s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	for country, offset := range map[string]string{"JP": "UTC&#43;09:00", "CO": "UTC-05:00"} {
		if res := admin.PostForm(t, "/en/desk/admin/organization", organization(url.Values{"country": {country}})); res.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d", country, res.Status)
		}
		if !strings.Contains(auditor.Get(t, "/en/desk/audit").Body, offset) {
			t.Errorf("%s: the audit log is not in its time zone", country)
		}
	}
	outside := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--time-zone", "Europe/Madrid")
	admin, _ = outside.Setup(t)
	page := document(t, admin.Get(t, "/en/desk/admin/organization").Body)
	if page.Find("#time_zone, #no-zone").Length() != 0 || !strings.Contains(page.Find("form").Text(), "Europe/Madrid") {
		t.Error("a zone from outside is not shown as such")
	}
	if res := admin.PostForm(t, "/en/desk/admin/organization", organization(url.Values{"country": {"MX"}})); res.Status != http.StatusSeeOther {
		t.Errorf("with a zone from outside none is asked for: %d", res.Status)
	}
}

// Reporters see numbers and authorities once an administrator has confirmed them,
// until somebody takes them back.
func TestContactsAreShownOnceConfirmed(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	admin, _ := s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	if res := admin.PostForm(t, "/en/desk/admin/organization", organization(url.Values{"country": {"JP"}, "countries": {"BR"}})); res.Status != http.StatusSeeOther {
		t.Fatalf("set-up: %d", res.Status)
	}
	const at = "/en/desk/admin/contacts"
	shown := func(what string, want bool) {
		t.Helper()
		for _, lang := range rig.Languages {
			for _, page := range []string{"/", "/report"} {
				body := s.Get(t, "/"+lang+page).Body
				for _, number := range []string{">110<", ">119<", ">190<"} {
					if strings.Contains(body, number) != want {
						t.Errorf("%s: /%s%s shows %s: %v", what, lang, page, number, !want)
					}
				}
				if page == "/" && strings.Contains(body, "https://www.otit.go.jp") != want {
					t.Errorf("%s: /%s%s shows authorities: %v", what, lang, page, !want)
				}
			}
		}
	}
	doctor := func(what, says string, not ...string) {
		t.Helper()
		out, _ := rig.Try(t, "doctor", "--data", s.Data)
		if !strings.Contains(out, says) || slices.ContainsFunc(not, func(n string) bool { return strings.Contains(out, n) }) {
			t.Errorf("%s: the doctor says\n%s", what, out)
		}
	}
	post := func(change url.Values, want int) *goquery.Document {
		t.Helper()
		form := contactsForm(t, admin)
		maps.Copy(form, change)
		res := admin.PostForm(t, at, form)
		if res.Status != want {
			t.Fatalf("%v: %d", change, res.Status)
		}
		return document(t, res.Body)
	}
	form := contactsForm(t, admin)
	if form.Get("police-JP") != "110" || form.Get("fire-BR") != "193" || form.Get("topic-JP-2") != "trainees" || form.Get("name-JP-2") != "外国人技能実習機構" {
		t.Errorf("the proposals are not filled in: %v", form)
	}
	if document(t, admin.Get(t, "/en/desk/admin/people").Body).Find("#unconfirmed").Length() != 1 {
		t.Error("nothing says that reporters do not see them")
	}
	shown("only proposed", false)
	doctor("only proposed", "note: reporters see no emergency numbers and no authorities of JP, BR;", "no time zone")
	post(nil, http.StatusSeeOther)
	shown("stored, and not confirmed", false)

	for field, wrong := range map[string]string{"police-JP": "112 or so", "url-JP-0": "javascript:alert(1)", "name-JP-1": "", "crisis_number-BR": "", "name_en-JP-0": "a\u202eb", "url-BR-0": "https://gov@evil.example/"} {
		doc := post(url.Values{field: {wrong}, "show": {"yes"}}, http.StatusUnprocessableEntity)
		if doc.Find(`#errors a[href="#`+field+`"]`).Length() != 1 || doc.Find(`[id="`+field+`"]`).AttrOr("value", "") != wrong {
			t.Errorf("%s: %s", field, doc.Find("#errors").Text())
		}
	}
	post(url.Values{"police-JP": {""}, "ambulance-JP": {""}, "fire-JP": {""}, "show": {"yes"}}, http.StatusUnprocessableEntity)
	shown("refused", false)

	post(url.Values{"show": {"yes"}}, http.StatusSeeOther)
	shown("confirmed", true)
	doctor("confirmed", "", "no time zone", "reporters see no")
	doc := document(t, admin.Get(t, at).Body)
	if !strings.Contains(doc.Find("#contacts-JP").Text(), "by Admin") || doc.Find("#unconfirmed").Length() != 0 {
		t.Error("the page does not say who confirmed them")
	}
	if res := admin.PostForm(t, "/en/desk/admin/organization", organization(url.Values{"country": {"JP"}, "countries": {"BR", "TH"}})); res.Status != http.StatusSeeOther {
		t.Fatalf("one more country: %d", res.Status)
	}
	shown("with one more country", true)
	if strings.Contains(s.Get(t, "/en/").Body, ">1669<") {
		t.Error("the numbers of a country that was added are shown, and nobody has confirmed them")
	}
	post(url.Values{"police-JP": {"110 110"}, "name-JP-2": {""}, "name_en-JP-2": {""}, "url-JP-2": {""}, "show": {"yes"}}, http.StatusSeeOther)
	if page := s.Get(t, "/en/").Body; !strings.Contains(page, ">110 110<") || !strings.Contains(page, ">1669<") || strings.Contains(page, "otit.go.jp") {
		t.Error("changes are not shown")
	}
	post(nil, http.StatusSeeOther)
	if page := s.Get(t, "/en/").Body; strings.Contains(page, ">110 110<") || strings.Contains(page, `id="others"`) {
		t.Error("what was taken back is shown")
	}
	rows := strings.Join(acts(t, auditor.Get(t, "/en/desk/audit?what=settings.changed").Body), "\n")
	for _, want := range []string{"confirmed and shown to reporters", "not shown to reporters", "Main country", "Time zone"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the audit log lacks %q:\n%s", want, rows)
		}
	}
}
