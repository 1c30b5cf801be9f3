package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/test/rig"
)

// words is the address of a text in the administration, or of all of an entity.
func words(entity string, below ...string) string {
	return "/en/desk/admin/words/" + strings.Join(append([]string{entity}, below...), "/")
}

// write stores a text as somebody does who just opened its page.
func write(t *testing.T, d *rig.Desk, path, text string) {
	t.Helper()
	res := d.PostForm(t, path, url.Values{"text": {text}, "do": {"save"}, "seen": {seenOn(t, d, path)}})
	if res.Status != http.StatusSeeOther || res.Header.Get("Location") != path+"?saved=1" {
		t.Fatalf("%s: %d %s\n%s", path, res.Status, res.Header.Get("Location"), res.Body)
	}
}

// value is the one value of a query.
func value(t *testing.T, s *rig.Server, query string) (v string) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// states are what the table says of a part, by language.
func states(t *testing.T, d *rig.Desk, entity, part string) string {
	t.Helper()
	var all []string
	for _, cell := range document(t, d.Get(t, words(entity)).Body).Find(`td a[href*="/` + part + `/"]`).EachIter() {
		href := cell.AttrOr("href", "")
		all = append(all, href[strings.LastIndex(href, "/")+1:]+" "+strings.TrimPrefix(cell.Parent().AttrOr("class", ""), "words-"))
	}
	return strings.Join(all, ", ")
}

// Without a text of its own an organisation shows nothing new.
func TestNothingOwnIsShownUnlessWritten(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	for _, l := range i18n.Languages {
		landing, form := s.Get(t, "/"+l.Code+"/").Body, s.Get(t, "/"+l.Code+"/report").Body
		if strings.Contains(landing, "data-own") || strings.Contains(landing+form, "/privacy") || strings.Contains(landing+form, "/rules") || document(t, landing).Find("#channels, #own-pages").Length() != 0 {
			t.Errorf("%s: a page speaks of texts that nobody wrote", l.Code)
		}
		for _, part := range []string{"privacy", "rules"} {
			if res := s.Get(t, "/"+l.Code+"/"+part); res.Status != http.StatusNotFound {
				t.Errorf("%s %s: %d", l.Code, part, res.Status)
			}
		}
	}
	if res := admin.Get(t, "/en/desk/admin/words"); res.Status != http.StatusSeeOther || res.Header.Get("Location") != words("main") {
		t.Errorf("the tab leads to %d %s", res.Status, res.Header.Get("Location"))
	}
	if got := states(t, admin, "main", "privacy"); got != "ja none, en none, es none, pt none, zh none" {
		t.Errorf("the table says %q", got)
	}
}

// Every part is written, looked at before, shown to reporters where it belongs, and
// taken back.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	before := s.Get(t, "/en/").Body
	for _, part := range casework.WordsParts {
		path := words("main", part, "en")
		text := "# About " + part + "\n\nWritten by **us**: <https://" + part + ".example/>"
		seen := url.Values{"text": {text}, "do": {"preview"}, "seen": {seenOn(t, admin, path)}}
		res := admin.PostForm(t, path, seen)
		shown := document(t, res.Body)
		if res.Status != http.StatusOK || shown.Find("#preview h3").Text() != "About "+part || shown.Find("#preview strong").Text() != "us" || shown.Find("#text").Text() != text {
			t.Errorf("%s: the preview is %d\n%s", part, res.Status, shown.Find("#preview").Text())
		}
		if s.Get(t, "/en/").Body != before {
			t.Fatalf("%s: the preview changed the page", part)
		}
		write(t, admin, path, text)
		page := "/en/"
		if part == "privacy" || part == "rules" {
			page += part
		}
		if got := document(t, s.Get(t, page).Body).Find(`main a[href="https://` + part + `.example/"][rel="noreferrer"]`).Length(); got != 1 {
			t.Errorf("%s: %s shows it %d times", part, page, got)
		}
		before = s.Get(t, "/en/").Body
	}
	wantOwnLanding(t, s)
	wantOwnPages(t, s)
	wantOtherLanguage(t, s, admin)
	for _, part := range casework.WordsParts {
		write(t, admin, words("main", part, "en"), " \n ")
	}
	if page := s.Get(t, "/en/").Body; strings.Contains(page, "data-own") || s.Get(t, "/en/privacy").Status != http.StatusNotFound {
		t.Error("a text that was taken back is shown")
	}
	if got := states(t, admin, "main", "rules"); got != "ja none, en none, es none, pt none, zh none" {
		t.Errorf("after all was taken back the table says %q", got)
	}
	if log := value(t, s, `SELECT detail FROM audit WHERE what = 'words.changed' ORDER BY n LIMIT 1`); log != "greeting en " {
		t.Errorf("the log says %q", log)
	}
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	if page := auditor.Get(t, "/en/desk/audit?what=words.changed").Body; !strings.Contains(page, "Changed a text of the organisation") || !strings.Contains(page, "Greeting\u00a0· English\u00a0· ") || strings.Contains(page, "About greeting") {
		t.Error("the page of the log does not say which text was changed, or what it says")
	}
}

// wantOwnLanding looks at the first page: what the organisation says stands beside what
// the program says, and the greeting before it.
func wantOwnLanding(t *testing.T, s *rig.Server) {
	t.Helper()
	page := document(t, s.Get(t, "/en/").Body)
	for part, before := range map[string]string{"greeting": "", "steps": "What happens next", "readers": "Who reads your report", "protection": "Retaliation is forbidden", "channels": "Other channels"} {
		own := page.Find(`section[data-own="` + part + `"]`)
		if got := own.PrevAllFiltered("h2").First().Text(); part != "greeting" && got != before || own.Find("h2, h3").Text() != "About "+part {
			t.Errorf("%s stands below %q: %q", part, got, own.Text())
		}
	}
	if !page.Find(`section[data-own="greeting"]`).Prev().Is("h1") {
		t.Error("the greeting does not come first")
	}
	for _, key := range []string{"seals what you write before it is sent", "In your own words", "Nobody may punish you"} {
		if !strings.Contains(page.Find("main").Text(), key) {
			t.Errorf("what the program says is gone: %s", key)
		}
	}
	if page.Find(`#own-pages a[href="/en/privacy"]`).Length() != 1 || page.Find(`#own-pages a[href="/en/rules"]`).Length() != 1 {
		t.Error("no link leads to the pages")
	}
	if links := document(t, s.Get(t, "/en/report").Body).Find(`main form a[target="_blank"]`).Length(); links != 2 {
		t.Errorf("%d links in the form", links)
	}
}

// wantOwnPages looks at the pages of their own.
func wantOwnPages(t *testing.T, s *rig.Server) {
	t.Helper()
	for part, title := range map[string]string{"privacy": "Privacy notice", "rules": "Rules of procedure"} {
		page := document(t, s.Get(t, "/en/"+part).Body)
		today := value(t, s, `SELECT max(day) FROM words`)
		if page.Find("h1").Text() != title || page.Find("main > h2").Text() != "About "+part || page.Find(`meta[name="robots"]`).Length() != 0 {
			t.Errorf("the page of %s: %s", part, page.Find("main").Text())
		}
		if year := today[:4]; !strings.Contains(page.Find("main .hint").Text(), year) {
			t.Errorf("%s does not say from which day it is: %s", part, page.Find("main .hint").Text())
		}
		if page.Find(`.languages a[href="/ja/`+part+`"]`).Length() != 1 {
			t.Errorf("the languages of %s lead elsewhere", part)
		}
	}
}

// wantOtherLanguage looks at the pages of a language without texts.
func wantOtherLanguage(t *testing.T, s *rig.Server, admin *rig.Desk) {
	t.Helper()
	page := document(t, s.Get(t, "/ja/privacy").Body)
	if page.Find("h1").Text() != "個人情報の取扱い" || page.Find(`main section[lang="en"] h2`).Text() != "About privacy" || page.Find("main .notice").Length() != 1 {
		t.Errorf("in Japanese: %s", page.Find("main").Text())
	}
	landing := document(t, s.Get(t, "/zh/").Body)
	if own := landing.Find(`section[data-own="readers"][lang="en"]`); own.Find(`p.hint[lang="zh-Hans"]`).Length() != 1 || own.Find("h3").Text() != "About readers" {
		t.Errorf("in Chinese: %s", own.Text())
	}
	if got := states(t, admin, "main", "privacy"); got != "ja missing, en own, es missing, pt missing, zh missing" {
		t.Errorf("the table says %q", got)
	}
	if gaps := document(t, admin.Get(t, words("main")).Body).Find("#gaps").Text(); !strings.Contains(gaps, "28 texts are missing") {
		t.Errorf("the page says %q", gaps)
	}
}

// A company has what it did not write from above, and its administrator writes for it
// and below alone.
func TestOwnWordsOfACompany(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	write(t, g.root, words("main", "privacy", "en"), "of the group")
	write(t, g.root, words("main", "greeting", "en"), "hello")
	shows := func(path, want string) {
		t.Helper()
		if res := g.Get(t, path); !strings.Contains(document(t, res.Body).Find("main").Text(), want) {
			t.Errorf("%s = %d, without %q", path, res.Status, want)
		}
	}
	shows("/en/at/br-jundiai/privacy", "of the group")
	shows("/en/at/br-jundiai/", "hello")
	write(t, g.br, words("br", "privacy", "en"), "of Brazil")
	write(t, g.br, words("br", "privacy", "pt"), "do Brasil")
	shows("/en/at/br-jundiai/privacy", "of Brazil")
	shows("/pt/at/br-jundiai/privacy", "do Brasil")
	shows("/en/at/mx/privacy", "of the group")
	shows("/en/privacy", "of the group")
	shows("/en/at/nowhere/privacy", "of the group")
	if page := document(t, g.Get(t, "/en/at/br/report").Body); page.Find(`main form a[href="/en/at/br/privacy"]`).Length() != 1 {
		t.Error("the form of the company leads elsewhere")
	}
	if got := states(t, g.br, "br-jundiai", "privacy"); got != "ja missing, en inherited, es missing, pt inherited, zh missing" {
		t.Errorf("the table of the site says %q", got)
	}
	text := url.Values{"text": {"x"}, "do": {"save"}, "seen": {"0"}}
	for _, path := range []string{words("main", "privacy", "en"), words("mx", "privacy", "en"), words("nowhere", "privacy", "en"), words("br", "footer", "en"), words("br", "privacy", "fr")} {
		if got, posted := g.br.Get(t, path).Status, g.br.PostForm(t, path, text).Status; got != http.StatusNotFound || posted != http.StatusNotFound {
			t.Errorf("%s: %d and %d", path, got, posted)
		}
	}
	for chosen, want := range map[string]string{"": "br", "?at=br-jundiai": "br-jundiai", "?at=mx": "br", "?at=main": "br", "?at=nowhere": "br"} {
		if got := g.br.Get(t, "/en/desk/admin/words"+chosen).Header.Get("Location"); got != words(want) {
			t.Errorf("%q leads to %s", chosen, got)
		}
	}
	if page := document(t, g.br.Get(t, words("br", "privacy", "en")).Body); page.Find("#versions tbody tr").Length() != 1 || strings.Contains(page.Text(), "Another administrator") {
		t.Errorf("the versions are %s", page.Find("#versions").Text())
	}
	write(t, g.root, words("br", "privacy", "en"), "of Brazil, again")
	if page := document(t, g.br.Get(t, words("br", "privacy", "en")).Body).Find("#versions tbody tr td").Text(); !strings.Contains(page, "Another administrator") {
		t.Errorf("who wrote the last version: %s", page)
	}
}

// Whoever writes beside a colleague is told, keeps what they typed, and may then
// replace what the colleague wrote.
func TestOwnWordsOfTwoAdministrators(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	path := words("main", "rules", "en")
	seen := seenOn(t, admin, path)
	write(t, admin, path, "first")
	late := url.Values{"text": {"second"}, "do": {"save"}, "seen": {seen}}
	res := admin.PostForm(t, path, late)
	page := document(t, res.Body)
	if res.Status != http.StatusUnprocessableEntity || page.Find("#text-error").Length() != 1 || page.Find("#text").Text() != "second" || !strings.Contains(page.Find("#shown").Text(), "first") || !strings.Contains(page.Find("#preview").Text(), "second") {
		t.Errorf("%d\n%s", res.Status, page.Find("main").Text())
	}
	if got := document(t, s.Get(t, "/en/rules").Body).Find("main").Text(); !strings.Contains(got, "first") {
		t.Errorf("reporters see %s", got)
	}
	late.Set("do", "preview")
	if res := admin.PostForm(t, path, late); res.Status != http.StatusUnprocessableEntity || document(t, res.Body).Find("#text-error").Length() != 1 {
		t.Errorf("the preview says nothing: %d", res.Status)
	}
	late.Set("do", "save")
	late.Set("seen", page.Find(`input[name="seen"]`).AttrOr("value", ""))
	if res := admin.PostForm(t, path, late); res.Status != http.StatusSeeOther {
		t.Errorf("knowing the other text: %d", res.Status)
	}
	if res := admin.PostForm(t, path, late); res.Status != http.StatusSeeOther || value(t, s, `SELECT count(*) FROM words`) != "2" {
		t.Errorf("sent twice: %d, %s versions", res.Status, value(t, s, `SELECT count(*) FROM words`))
	}
	old := document(t, admin.Get(t, path+"?version=1").Body)
	if old.Find("#text").Text() != "first" || !strings.Contains(old.Find("#preview").Text(), "first") || old.Find("#past").Length() != 1 || old.Find(`input[name="seen"]`).AttrOr("value", "") != "2" {
		t.Errorf("the first version: %s", old.Find("main").Text())
	}
	for _, none := range []string{"?version=3", "?version=0", "?version=-1"} {
		if res := admin.Get(t, path+none); res.Status != http.StatusNotFound {
			t.Errorf("%s = %d", none, res.Status)
		}
	}
}

// What is wrong with a text is said, and where; nothing typed is lost and nothing is
// stored.
func TestWrongOwnWords(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	path := words("main", "greeting", "ja")
	most := strings.Repeat("あ", casework.WordsLimit)
	for what, c := range map[string]struct{ text, says string }{
		"too long":        {most + "い", "20,001"},
		"very long":       {strings.Repeat(most, 4), "80,000"},
		"turned around":   {"one\n\ntwo \u202e three", "Line 3 contains an invisible character (U+202E)"},
		"invisible":       {"a\u200bb", "U+200B"},
		"nothing at all":  {" \r\n ", "none to withdraw"},
		"lists in lists":  {strings.Repeat("- ", 9) + "x", "at most 6 levels"},
		"a hidden letter": {"\u3164", "U+3164"},
	} {
		res := admin.PostForm(t, path, url.Values{"text": {c.text}, "do": {"save"}, "seen": {"0"}})
		page := document(t, res.Body)
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Find("#text-error").Text(), c.says) || page.Find(`#errors a[href="#text"]`).Length() != 1 || page.Find("#text").Text() != casework.TidyWords(c.text) {
			t.Errorf("%s: %d, %q", what, res.Status, page.Find("#text-error").Text())
		}
	}
	if n := value(t, s, `SELECT count(*) FROM words`); n != "0" {
		t.Errorf("%s texts are stored", n)
	}
	write(t, admin, path, most)
	hostile := "<script>alert(1)</script> <img src=x onerror=alert(1)> ![](https://evil.example/x.png) [x](javascript:alert(1)) </section></main>"
	write(t, admin, words("main", "greeting", "en"), hostile)
	own := document(t, s.Get(t, "/en/").Body).Find(`main section[data-own="greeting"]`)
	if own.Find("script, img, a").Length() != 0 || !strings.Contains(own.Text(), "<script>alert(1)</script>") {
		t.Errorf("the page holds %s", own.Text())
	}
	if page := document(t, admin.Get(t, words("main", "greeting", "en")).Body); page.Find("main script, main img").Length() != 0 || page.Find("#text").Text() != hostile {
		t.Error("the text is not as it was typed")
	}
}
