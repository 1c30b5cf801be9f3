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
	if res := admin.PostForm(t, at, organization(url.Values{"country": {"JP"}, "countries": {"MX", "", "JP", "BR"}})); res.Status != http.StatusSeeOther || res.Header.Get("Location") != "/en/desk/admin/set-up?saved=1" {
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

// confirming is a hotline whose administrator confirms numbers and authorities.
type confirming struct {
	*rig.Server
	admin *rig.Desk
}

const contactsPath = "/en/desk/admin/contacts"

// wantShown fails the test unless reporters see the numbers of Japan and Brazil, and
// authorities, or none.
func (c confirming) wantShown(t *testing.T, what string, want bool) {
	t.Helper()
	for _, lang := range rig.Languages {
		for _, page := range []string{"/", "/report"} {
			body := c.Get(t, "/"+lang+page).Body
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

// wantDoctor fails the test unless the doctor says something, and not other things.
func (c confirming) wantDoctor(t *testing.T, what, says string, not ...string) {
	t.Helper()
	out, _ := rig.Try(t, "doctor", "--data", c.Data)
	if !strings.Contains(out, says) || slices.ContainsFunc(not, func(n string) bool { return strings.Contains(out, n) }) {
		t.Errorf("%s: the doctor says\n%s", what, out)
	}
}

// post sends the page's form with some fields changed.
func (c confirming) post(t *testing.T, change url.Values, want int) *goquery.Document {
	t.Helper()
	form := contactsForm(t, c.admin)
	maps.Copy(form, change)
	res := c.admin.PostForm(t, contactsPath, form)
	if res.Status != want {
		t.Fatalf("%v: %d", change, res.Status)
	}
	return document(t, res.Body)
}

func (c confirming) chooseCountries(t *testing.T, others ...string) {
	t.Helper()
	if res := c.admin.PostForm(t, "/en/desk/admin/organization", organization(url.Values{"country": {"JP"}, "countries": others})); res.Status != http.StatusSeeOther {
		t.Fatalf("choosing countries: %d", res.Status)
	}
}

// Reporters see numbers and authorities once an administrator has confirmed them,
// until somebody takes them back.
func TestContactsAreShownOnceConfirmed(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	admin, _ := s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	c := confirming{s, admin}
	c.chooseCountries(t, "BR")
	form := contactsForm(t, admin)
	if form.Get("police-JP") != "110" || form.Get("fire-BR") != "193" || form.Get("topic-JP-2") != "trainees" || form.Get("name-JP-2") != "外国人技能実習機構" {
		t.Errorf("the proposals are not filled in: %v", form)
	}
	if document(t, admin.Get(t, "/en/desk/admin/people").Body).Find("#unconfirmed").Length() != 1 {
		t.Error("nothing says that reporters do not see them")
	}
	c.wantShown(t, "only proposed", false)
	c.wantDoctor(t, "only proposed", "note: reporters see no emergency numbers and no authorities of JP, BR;", "no time zone")
	c.post(t, nil, http.StatusSeeOther)
	c.wantShown(t, "stored, and not confirmed", false)
	wrongContacts(t, c)
	c.wantShown(t, "refused", false)
	c.post(t, url.Values{"show": {"yes"}}, http.StatusSeeOther)
	c.wantShown(t, "confirmed", true)
	c.wantDoctor(t, "confirmed", "", "no time zone", "reporters see no")
	doc := document(t, admin.Get(t, contactsPath).Body)
	if !strings.Contains(doc.Find("#contacts-JP").Text(), "by Admin") || doc.Find("#unconfirmed").Length() != 0 {
		t.Error("the page does not say who confirmed them")
	}
	changedContacts(t, c)
	rows := strings.Join(acts(t, auditor.Get(t, "/en/desk/audit?what=settings.changed").Body), "\n")
	texts := rig.Texts(t, "en")
	for _, key := range []string{"audit.contacts.shown", "audit.contacts.hidden", "organization.country.label", "organization.time-zone.label"} {
		if !strings.Contains(rows, texts.T(key)) {
			t.Errorf("the audit log lacks %q:\n%s", texts.T(key), rows)
		}
	}
}

// wrongContacts are refused, and what was typed stays.
func wrongContacts(t *testing.T, c confirming) {
	for field, wrong := range map[string]string{
		"police-JP": "112 or so", "url-JP-0": "javascript:alert(1)", "name-JP-1": "", "crisis_number-BR": "", "name_en-JP-0": "a\u202eb", "url-BR-0": "https://gov@evil.example/",
	} {
		doc := c.post(t, url.Values{field: {wrong}, "show": {"yes"}}, http.StatusUnprocessableEntity)
		if doc.Find(`#errors a[href="#`+field+`"]`).Length() != 1 || doc.Find(`[id="`+field+`"]`).AttrOr("value", "") != wrong {
			t.Errorf("%s: %s", field, doc.Find("#errors").Text())
		}
	}
	c.post(t, url.Values{"police-JP": {""}, "ambulance-JP": {""}, "fire-JP": {""}, "show": {"yes"}}, http.StatusUnprocessableEntity)
}

// changedContacts adds a country, changes what is shown, and takes it back.
func changedContacts(t *testing.T, c confirming) {
	c.chooseCountries(t, "BR", "TH")
	c.wantShown(t, "with one more country", true)
	if strings.Contains(c.Get(t, "/en/").Body, ">1669<") {
		t.Error("the numbers of a country that was added are shown, and nobody has confirmed them")
	}
	c.post(t, url.Values{"police-JP": {"110 110"}, "name-JP-2": {""}, "name_en-JP-2": {""}, "url-JP-2": {""}, "show": {"yes"}}, http.StatusSeeOther)
	if page := c.Get(t, "/en/").Body; !strings.Contains(page, ">110 110<") || !strings.Contains(page, ">1669<") || strings.Contains(page, "otit.go.jp") {
		t.Error("changes are not shown")
	}
	c.post(t, nil, http.StatusSeeOther)
	if page := c.Get(t, "/en/").Body; strings.Contains(page, ">110 110<") || strings.Contains(page, `id="others"`) {
		t.Error("what was taken back is shown")
	}
}
