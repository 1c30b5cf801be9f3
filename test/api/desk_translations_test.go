package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/test/rig"
)

// doc reads a page.
func doc(t *testing.T, body string) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// settingsOf are the fields of the organisation's page.
func settingsOf(names map[string]string) url.Values {
	fields := url.Values{"languages": rig.Languages, "profile": {"strictest"}, "exit_url": {"https://weather.example/"}, "country": {"JP"}, "time_zone": {"Asia/Tokyo"}}
	for name, value := range names {
		fields.Set(name, value)
	}
	return fields
}

// What an administrator calls the organisation stands on every page, in the words
// of its language.
func TestNamesOfTheOrganization(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	at := "/en/desk/admin/organization"
	if open := doc(t, admin.Get(t, at).Body).Find("details.translations[open]").Length(); open != 0 {
		t.Error("empty fields are not folded away")
	}
	for _, wrong := range []string{strings.Repeat("山", 101), "山田\u202e製作所"} {
		res := admin.PostForm(t, at, settingsOf(map[string]string{"name": "Yamada Works", "name_ja": wrong}))
		if page := doc(t, res.Body); res.Status != http.StatusUnprocessableEntity || page.Find(`#errors a[href="#name_ja"]`).Length() != 1 || page.Find("details.translations[open] #name_ja-error").Length() != 1 {
			t.Errorf("%.20q: %d", wrong, res.Status)
		}
	}
	if res := admin.PostForm(t, at, settingsOf(map[string]string{"name": "Yamada Works", "name_ja": " 株式会社  <山田製作所> ", "name_zh": "山田制作所"})); res.Status != http.StatusSeeOther {
		t.Fatalf("saving: %d\n%s", res.Status, res.Body)
	}
	names := map[string]string{"ja": "株式会社 <山田製作所>", "en": "Yamada Works", "es": "Yamada Works", "pt": "Yamada Works", "zh": "山田制作所"}
	for lang, name := range names {
		for _, path := range []string{"", "/report", "/follow-up", "/desk/sign-in", "/no-such-page"} {
			page := doc(t, s.Get(t, "/"+lang+path).Body)
			if title := page.Find("title").Text(); !strings.HasSuffix(title, " – "+name) {
				t.Errorf("%s%s: the title is %q", lang, path, title)
			}
			if brand := page.Find(".brand strong").Text(); brand != name {
				t.Errorf("%s%s: the brand is %q", lang, path, brand)
			}
		}
		page := doc(t, s.Get(t, "/"+lang+"/report").Body)
		if words := page.Find("#routing, [name=subject] + label").Text(); strings.Contains(words, rig.Texts(t, lang).T("site.this-organization")) || strings.Count(words, name) == 0 {
			t.Errorf("%s: the form speaks of %q", lang, words)
		}
	}
	page := doc(t, admin.Get(t, at).Body)
	for lang, value := range map[string]string{"ja": names["ja"], "en": "", "zh": names["zh"]} {
		if got := page.Find("details.translations[open] #name_"+lang).AttrOr("value", "none"); got != value {
			t.Errorf("the field of %s holds %q", lang, got)
		}
	}
}

// The flag sets the name of all languages that have none of their own.
func TestNameFromTheFlag(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off", "--organization", "Flag & Co.")
	if res := admin.PostForm(t, "/en/desk/admin/organization", settingsOf(map[string]string{"name": "Typed", "name_ja": "フラッグ"})); res.Status != http.StatusSeeOther {
		t.Fatalf("saving: %d\n%s", res.Status, res.Body)
	}
	for _, lang := range rig.Languages {
		want := "Flag & Co."
		if lang == "ja" {
			want = "フラッグ"
		}
		if brand := doc(t, s.Get(t, "/"+lang).Body).Find(".brand strong").Text(); brand != want {
			t.Errorf("%s: the brand is %q, want %q", lang, brand, want)
		}
	}
}

// What reporters are shown for a handler is in the words of their language: in the
// form, in what is sealed for the desk, and in the answer to their browser.
func TestShownInTheLanguageOfTheReporter(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	admin := d.People["admin"]
	ken := d.People["ken"].ID(t)
	at := "/en/desk/admin/people/" + ken
	for what, fields := range map[string]url.Values{
		"too long":       {"shown_as": {"Head of HR"}, "shown_as_ja": {strings.Repeat("人", 81)}},
		"no general one": {"shown_as_ja": {"人事部長"}},
	} {
		if res := admin.PostForm(t, at+"/shown", fields); res.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", what, res.Status)
		}
	}
	if res := admin.PostForm(t, at+"/shown", url.Values{"shown_as": {"Head of HR"}, "shown_as_ja": {"人事部長"}, "shown_as_es": {"Dirección de Personas"}}); res.Status != http.StatusSeeOther {
		t.Fatalf("saving: %d\n%s", res.Status, res.Body)
	}
	shown := map[string]string{"ja": "人事部長", "en": "Head of HR", "es": "Dirección de Personas", "pt": "Head of HR", "zh": "Head of HR"}
	for lang, want := range shown {
		if got := doc(t, d.Get(t, "/"+lang+"/report").Body).Find(`[name="not_for"] + label`).Text(); got != want {
			t.Errorf("%s: the form offers %q, want %q", lang, got, want)
		}
		fields := rig.WithForm(d.FormToken(t, "/"+lang+"/report"), rig.Field{Name: "subject", Value: "own"}, rig.Field{Name: "category", Value: "power-harassment"},
			rig.Field{Name: "text", Value: "x"}, rig.Field{Name: "not_for", Value: ken})
		receipt := rig.Receipt(t, d.PostFields(t, "/"+lang+"/report", fields...).Body)
		as := rig.Handler{Email: "aiko@desk.example", Identity: d.Identities["aiko"]}
		if got := d.Case(t, receipt, as).Messages[0].Fields["not_for"]; got != want {
			t.Errorf("%s: the report says that it is not for %q, want %q", lang, got, want)
		}
	}
	offered := d.Intake(t).Excludable
	if len(offered) != 1 || offered[0].ShownAs != "Head of HR" || len(offered[0].ShownIn) != 2 || offered[0].ShownIn["es"] != shown["es"] {
		t.Errorf("browsers are offered %+v", offered)
	}
	if page := doc(t, admin.Get(t, at).Body); page.Find("#shown_as_ja").AttrOr("value", "") != shown["ja"] {
		t.Error("the page of the person does not show it")
	}
}
