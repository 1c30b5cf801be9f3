package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/test/rig"
)

const posterPath = "/en/desk/admin/poster"

// An administrator sees the posters of what they manage. Every other entity answers as
// one that there never was.
func TestPostersByEntity(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	there := func(d *rig.Desk, query, address string) {
		t.Helper()
		res := d.Get(t, posterPath+query)
		if got := document(t, res.Body).Find("#poster-address").Text(); res.Status != http.StatusOK || got != g.URL+address {
			t.Errorf("%s: %d, %q, want %q", query, res.Status, got, address)
		}
	}
	there(g.root, "", "/")
	there(g.root, "?entity=main&language=ja", "/ja/")
	there(g.root, "?entity=mx&paper=a5&language=es", "/es/at/mx/")
	there(g.br, "", "/at/br/")
	there(g.br, "?entity=br-jundiai&language=pt", "/pt/at/br-jundiai/")
	never := g.br.Get(t, posterPath+"?entity=nowhere")
	for _, entity := range []string{"mx", "main"} {
		res := g.br.Get(t, posterPath+"?entity="+entity)
		if res.Status != http.StatusNotFound || res.Body != strings.ReplaceAll(never.Body, "nowhere", entity) {
			t.Errorf("%s, of an administrator of br: %d, unlike one that never was (%d)", entity, res.Status, never.Status)
		}
	}
	if choices := document(t, g.br.Get(t, posterPath).Body).Find("#entity option"); choices.Length() != 2 {
		t.Errorf("%d entities to choose from: %s", choices.Length(), choices.Text())
	}
	if link := document(t, g.br.Get(t, "/en/desk/admin/entities/br-jundiai").Body).Find(`main a[href="` + posterPath + `?entity=br-jundiai"]`); link.Length() != 1 {
		t.Error("the page of the entity has no link to its poster")
	}
}

// What cannot be chosen is said beside its field, and what was chosen stays.
func TestPosterOfWhatIsNotOffered(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	rig.Run(t, "entity", "set", "--data", g.Data, "mx", "--languages", "es")
	wrong := document(t, get(t, g.root, "?entity=mx&paper=a3&language=pt", http.StatusUnprocessableEntity))
	if wrong.Find(`#errors a[href="#paper"]`).Length() != 1 || wrong.Find(`#errors a[href="#language"]`).Length() != 1 || wrong.Find("#poster").Length() != 0 {
		t.Error("paper and language are not both wrong, or there is a poster")
	}
	if wrong.Find(`#entity option[value="mx"][selected]`).Length() != 1 || !strings.HasPrefix(wrong.Find("title").Text(), "Error:") {
		t.Error("the choice is lost, or the title does not say that something is wrong")
	}
	alone := document(t, get(t, g.root, "?entity=mx", http.StatusOK))
	if got := alone.Find("#poster-address").Text(); got != g.URL+"/es/at/mx/" || alone.Find("#language option").Length() != 1 {
		t.Errorf("of one language there is the address %s, and a choice", got)
	}
}

func get(t *testing.T, d *rig.Desk, query string, status int) string {
	t.Helper()
	res := d.Get(t, posterPath+query)
	if res.Status != status {
		t.Errorf("%s: %d, want %d", query, res.Status, status)
	}
	return res.Body
}

// A poster says what holds where it hangs: numbers once they are confirmed, contacts of
// the entity, Tor Browser where it is needed, and not at all where nobody gets there.
func TestWhatAPosterSays(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	rig.Run(t, "entity", "set", "--data", g.Data, "br", "--contact", "en=Call 1234\nat noon")
	text := func(page, part string) string { return document(t, page).Find(part).Text() }
	before := get(t, g.root, "?entity=br&language=pt", http.StatusOK)
	for _, key := range []string{"landing.title", "poster.about", "poster.unseen", "poster.device", "poster.receipt", "landing.danger.text", "landing.at.reach"} {
		if words := rig.Texts(t, "pt").OnPages().T(key); !strings.Contains(text(before, "#poster"), words) {
			t.Errorf("the poster lacks %q", words)
		}
	}
	if !strings.Contains(text(before, "#poster"), "Call 1234\nat noon") || !strings.Contains(text(before, ".poster-names"), "Company br") {
		t.Error("the poster lacks the contact or the name of the company")
	}
	if text(before, ".poster-numbers") != "" || document(t, before).Find("#local").Length() != 1 {
		t.Error("there are numbers that nobody confirmed, or no warning that the address leads nowhere")
	}
	g.Kill()
	rig.ConfirmContacts(t, g.Data, "BR", "MX")
	const onion = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
	s := rig.Start(t, g.Data, "--limits", "off", "--public-url", onion)
	d := s.NewDesk("")
	d.Cookies = g.root.Cookies
	after := document(t, get(t, d, "?entity=br&language=pt", http.StatusOK))
	if numbers := after.Find(".poster-numbers").Text(); !strings.Contains(numbers, "192") {
		t.Errorf("the confirmed numbers are %q", numbers)
	}
	if got := after.Find("#poster-address").Text(); got != onion+"/pt/at/br/" || !strings.Contains(after.Find("#poster").Text(), "torproject.org") || after.Find("#local").Length() != 0 {
		t.Errorf("%s: no word of Tor Browser, or a warning", got)
	}
	several := document(t, get(t, d, "?entity=br", http.StatusOK))
	if got := several.Find(".poster-part").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("lang", "") }); strings.Join(got, " ") != "ja en es pt-BR zh-Hans" {
		t.Errorf("the languages are %v", got)
	}
	if root := document(t, get(t, d, "", http.StatusOK)).Find(".poster-numbers"); root.Length() != 0 {
		t.Errorf("the poster for two countries names numbers: %s", root.Text())
	}
}

// The address of a poster in several languages leads to the best one of those offered
// at the entity; a code that nobody has leads where the plain address does.
func TestAddressWithoutALanguage(t *testing.T) {
	t.Parallel()
	s, _ := posted(t)
	for _, c := range []struct{ path, accepts, to string }{
		{"/at/br/", "pt-BR,pt;q=0.9", "/pt/at/br/"}, {"/at/br", "pt", "/pt/at/br/"}, {"/at/br/", "ja", "/en/at/br/"}, {"/at/br-sp/", "pt", "/pt/at/br-sp/"}, {"/at/pt/", "ja", "/ja/at/pt/"},
		{"/at/nowhere/", "ja", "/ja/"}, {"/at/main/", "zh-CN", "/zh/"}, {"/at/%0d%0aX:y/", "es", "/es/"},
	} {
		r, err := http.NewRequest("GET", s.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", c.accepts)
		res := rig.Do(t, r)
		if to := res.Header.Get("Location"); res.Status != http.StatusSeeOther || to != c.to || !strings.Contains(res.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("%s in %s: %d to %s, want %s", c.path, c.accepts, res.Status, to, c.to)
		}
	}
}
