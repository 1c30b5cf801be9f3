package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/test/rig"
)

// letters is the address of a template in the administration, or of all of an entity.
func letters(entity string, below ...string) string {
	return "/en/desk/admin/letters/" + strings.Join(append([]string{entity}, below...), "/")
}

// addLetter adds a template, and returns its address.
func addLetter(t *testing.T, d *rig.Desk, entity string, about url.Values) string {
	t.Helper()
	res := d.PostForm(t, letters(entity, "new"), about)
	path, added := strings.CutSuffix(res.Header.Get("Location"), "?added=1")
	if res.Status != http.StatusSeeOther || !added {
		t.Fatalf("adding %v: %d %s\n%s", about, res.Status, res.Header.Get("Location"), res.Body)
	}
	return path
}

// lettersBody is what a handler's browser gets.
type lettersBody struct {
	Texts map[string]map[string]string `json:"texts"`

	TellChannels bool `json:"tell_channels"`
	Own          []struct {
		Code, Kind, Use string
		Names           map[string]string
	} `json:"own"`
	Values map[string]map[string]string `json:"values"`
	Queues map[string]map[string]string `json:"queues"`
}

func lettersOf(t *testing.T, d *rig.Desk, entity string) (body lettersBody) {
	t.Helper()
	res := d.Post(t, "/api/desk/letters", map[string]string{"entity": entity})
	if res.Status != http.StatusOK {
		t.Fatalf("the letters of %q: %d\n%s", entity, res.Status, res.Body)
	}
	rig.Decode(t, res, &body)
	return body
}

// letterStates are what the table says of a template, by language.
func letterStates(t *testing.T, d *rig.Desk, entity, code string) string {
	t.Helper()
	var all []string
	for _, cell := range document(t, d.Get(t, letters(entity)).Body).Find(`td a[href*="/` + code + `/"]`).EachIter() {
		all = append(all, strings.TrimPrefix(cell.Parent().AttrOr("class", ""), "words-"))
	}
	return strings.Join(all, " ")
}

// A company changes a built-in text in one language: its cases and those below get it,
// and nobody else; the other languages keep what is built in.
func TestLettersOfACompany(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	page := document(t, g.br.Get(t, letters("br")).Body)
	if page.Find("#none").Length() != 1 || page.Find("#gaps").Length() != 0 || page.Find("tbody tr").Length() != len(casework.BuiltInLetters) {
		t.Errorf("nothing is changed yet: %s", page.Find("main").Text())
	}
	path := letters("br", "acknowledge", "es")
	built := document(t, g.br.Get(t, path).Body).Find("#text").Text()
	if want := rig.Texts(t, "es").Raw("template.acknowledge"); strings.ReplaceAll(built, "{{", "{{.") != want {
		t.Errorf("the form begins with %q, not %q", built, want)
	}
	write(t, g.br, path, "Recibimos su denuncia el {{ .received }}. {{Promise}}")
	const text = "Recibimos su denuncia el {{Received}}. {{Promise}}"
	for entity, want := range map[string]string{"br": text, "br-jundiai": text, "": "", "mx": ""} {
		got := lettersOf(t, g.reader, entity)
		if got.Texts["es"]["acknowledge"] != want || len(got.Texts["pt"]) != 0 || len(got.Own) != 0 {
			t.Errorf("%q gets %+v", entity, got.Texts)
		}
	}
	if got := letterStates(t, g.br, "br", "acknowledge"); got != "missing missing own missing missing" {
		t.Errorf("the table of the company says %q", got)
	}
	if got := letterStates(t, g.br, "br-jundiai", "acknowledge"); got != "missing missing inherited missing missing" {
		t.Errorf("the table of the site says %q", got)
	}
	write(t, g.root, letters("main", "acknowledge", "es"), "Del grupo {{Received}} {{Answer}}")
	if got := lettersOf(t, g.reader, "mx").Texts["es"]["acknowledge"]; got != "Del grupo {{Received}} {{Answer}}" {
		t.Errorf("the company beside gets %q", got)
	}
	shown := document(t, g.br.Get(t, path).Body)
	if got := shown.Find("#shown").Text(); strings.Contains(got, "{{") || !strings.Contains(got, "Recibirá aquí una respuesta") {
		t.Errorf("with examples it reads %q", got)
	}
	if got := shown.Find(`button[value="withdraw"]`).Text(); got != "Use the text from the level above" {
		t.Errorf("without the company's text there is that of the group: %q", got)
	}
	res := g.br.PostForm(t, path, url.Values{"do": {"withdraw"}, "seen": {seenOn(t, g.br, path)}})
	if got := lettersOf(t, g.reader, "br").Texts["es"]["acknowledge"]; res.Status != http.StatusSeeOther || got != "Del grupo {{Received}} {{Answer}}" {
		t.Errorf("after its text was withdrawn (%d) the company gets %q", res.Status, got)
	}
	write(t, g.br, path, document(t, g.br.Get(t, path+"?version=1").Body).Find("#text").Text())
	if got := lettersOf(t, g.reader, "br").Texts["es"]["acknowledge"]; got != text {
		t.Errorf("the first version is back as %q", got)
	}
	if log := value(t, g.Server, `SELECT detail FROM audit WHERE what = 'letters.changed' ORDER BY n LIMIT 1`); log != "acknowledge es br" {
		t.Errorf("the log says %q", log)
	}
	if page := g.Get(t, "/es/at/br/").Body; strings.Contains(page, "Recibimos su denuncia") {
		t.Error("a template stands on a page of reporters")
	}
}

// What names somebody in a letter comes with it, in each language.
func TestNamesInLetters(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	got := lettersOf(t, g.reader, "br")
	for _, l := range i18n.Languages {
		if v := got.Values[l.Code]; v["Company"] != "Company br" || v["Organization"] == "" || v["Organization"] == "Company br" || v["Channels"] == "" || len(v) != 3 {
			t.Errorf("%s: %v", l.Code, v)
		}
		if name := rig.Texts(t, l.Code).T("queue.hr"); got.Queues[l.Code]["hr"] != name {
			t.Errorf("%s: HR is called %q", l.Code, got.Queues[l.Code]["hr"])
		}
	}
	if v := lettersOf(t, g.reader, "").Values["en"]; v["Company"] != v["Organization"] {
		t.Errorf("the organisation: %v", v)
	}
	if res := g.reader.Post(t, "/api/desk/letters", map[string]string{"entity": "nowhere"}); res.Status != http.StatusNotFound {
		t.Errorf("no company: %d", res.Status)
	}
}

// A template of its own is added, written, renamed, removed, and brought back.
func TestOwnLetter(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	path := addLetter(t, g.br, "br", url.Values{"name": {"Union"}, "name_pt": {"Sindicato"}, "kind": {"consultation"}, "use": {"question"}})
	if path != letters("br", "own-1") {
		t.Fatalf("it stands at %s", path)
	}
	if got := lettersOf(t, g.reader, "br"); len(got.Own) != 1 || got.Own[0].Names["pt"] != "Sindicato" || got.Own[0].Names["ja"] != "Union" || got.Own[0].Kind != "consultation" || got.Own[0].Use != "question" || len(got.Texts) != 0 {
		t.Errorf("%+v", got)
	}
	if unused := document(t, g.br.Get(t, letters("br")).Body).Find("#unused").Text(); !strings.Contains(unused, "1 template without text") || !strings.Contains(unused, "Union") {
		t.Errorf("without a text it stands below %q", unused)
	}
	write(t, g.br, path+"/pt", "Fale com {{Company}}: […]")
	write(t, g.br, letters("br-jundiai", "own-1", "pt"), "Em Jundiaí")
	if got := lettersOf(t, g.reader, "br-jundiai"); got.Texts["pt"]["own-1"] != "Em Jundiaí" || len(got.Texts["en"]) != 0 {
		t.Errorf("at the site: %v", got.Texts)
	}
	if got := letterStates(t, g.br, "br", "own-1"); got != "missing missing missing own missing" {
		t.Errorf("the table says %q", got)
	}
	seen := seenOn(t, g.br, path)
	renamed := url.Values{"name": {"Works council"}, "kind": {""}, "seen": {seen}}
	if res := g.br.PostForm(t, path, renamed); res.Status != http.StatusSeeOther {
		t.Errorf("renaming: %d", res.Status)
	}
	empty := document(t, g.br.PostForm(t, path, url.Values{"name": {" "}, "seen": {seen}}).Body)
	if empty.Find("h1").Text() != "Works council" || empty.Find("#name-error").Length() != 1 {
		t.Errorf("without a name it is called %q", empty.Find("h1").Text())
	}
	renamed.Set("name", "Late")
	res := g.br.PostForm(t, path, renamed)
	if late := document(t, res.Body); res.Status != http.StatusUnprocessableEntity || late.Find("#name").AttrOr("value", "") != "Late" || !strings.Contains(late.Find("#errors").Text(), "somebody else changed") {
		t.Errorf("renaming beside a colleague: %d", res.Status)
	}
	if res := g.br.PostForm(t, path+"/remove", url.Values{"seen": {seen}}); res.Status != http.StatusConflict {
		t.Errorf("removing what a colleague changed: %d", res.Status)
	}
	if asked := document(t, g.br.Get(t, path+"?remove=1").Body); asked.Find("#remove form").Length() != 1 {
		t.Error("nobody is asked before it is removed")
	}
	if res := g.br.PostForm(t, path+"/remove", url.Values{"seen": {seenOn(t, g.br, path)}}); res.Status != http.StatusSeeOther || len(lettersOf(t, g.reader, "br-jundiai").Texts) != 0 {
		t.Errorf("after it was removed (%d) it holds still", res.Status)
	}
	write(t, g.br, path+"/pt", document(t, g.br.Get(t, path+"/pt?version=1").Body).Find("#text").Text())
	if got := lettersOf(t, g.reader, "br").Texts["pt"]["own-1"]; got != "Fale com {{Company}}: […]" {
		t.Errorf("brought back: %q", got)
	}
	othersLetters(t, g, path)
	auditor, _ := g.Invite(t, "auditor@desk.example", "--role", "auditor")
	if page := auditor.Get(t, "/en/desk/audit?what=letters.changed").Body; !strings.Contains(page, "Own template no. 1") || !strings.Contains(page, "withdrawn in all languages") || strings.Contains(page, "Fale com") {
		t.Error("the log does not say which template was changed, or what it says")
	}
}

// othersLetters tries what is not there for an administrator of a company: templates
// above, beside, or of no such code or language.
func othersLetters(t *testing.T, g companies, path string) {
	t.Helper()
	above := addLetter(t, g.root, "main", url.Values{"name": {"Group"}, "use": {"answer"}})
	fields := url.Values{"text": {"x"}, "name": {"x"}, "use": {"answer"}, "do": {"save"}, "seen": {"0"}}
	for _, none := range []string{
		above, letters("br", "own-2"), letters("mx", "new"), letters("mx", "own-1"), letters("main", "acknowledge", "en"), letters("mx", "acknowledge", "en"), letters("nowhere", "acknowledge", "en"),
		letters("br", "answer-by", "en"), letters("br", "own-3", "en"), letters("br", "acknowledge", "fr"), letters("br", "acknowledge"), letters("br-jundiai", "own-1"),
	} {
		if got, posted := g.br.Get(t, none).Status, g.br.PostForm(t, none, fields).Status; got != http.StatusNotFound || posted != http.StatusNotFound {
			t.Errorf("%s: %d and %d", none, got, posted)
		}
	}
	if got := g.root.Get(t, letters("mx", "own-1", "en")).Status; got != http.StatusNotFound {
		t.Errorf("a template of a company at another one: %d", got)
	}
	write(t, g.br, letters("br", "own-2", "en"), "Of Brazil, in the place of the group's")
	if got := lettersOf(t, g.reader, "mx").Texts["en"]["own-2"]; got != "" {
		t.Errorf("the company beside gets %q", got)
	}
	if page := g.br.Get(t, path).Status; page != http.StatusOK {
		t.Errorf("%s: %d", path, page)
	}
}

// What is wrong with a template is said, and where; nothing typed is lost and nothing
// is stored. What an acknowledgement lacks is said, and it is stored.
func TestWrongLetters(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	path := letters("main", "thanks", "en")
	for what, c := range map[string]struct{ path, text, says string }{
		"empty":          {path, " ", "enter a text"},
		"too long":       {path, strings.Repeat("あ", casework.LetterLimit+1), "5,001"},
		"hidden":         {path, "a\u202eb", "U+202E"},
		"unknown":        {path, "one\n{{Reciept}}", "Line 2 contains {{Reciept}}, which is not one of the fields"},
		"broken":         {path, "{{Received}", "The braces in line 1 are not correct: {{Received}. A field has two braces on each side, for example {{Received}}"},
		"wide braces":    {path, "｛｛Received｝｝", "The braces in line 1"},
		"a gap, at once": {letters("main", "acknowledge", "en"), "{{Received}}\n\n[…]", "Line 3 contains the gap"},
	} {
		for _, do := range []string{"save", "preview"} {
			res := admin.PostForm(t, c.path, url.Values{"text": {c.text}, "do": {do}, "seen": {"0"}})
			page := document(t, res.Body)
			if res.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Find("#text-error").Text(), c.says) || page.Find(`#errors a[href="#text"]`).Length() != 1 || page.Find("#text").Text() != strings.TrimSpace(c.text) {
				t.Errorf("%s: %d, %q", what, res.Status, page.Find("#text-error").Text())
			}
		}
	}
	for what, c := range map[string]struct{ field, value, id string }{
		"no name": {"name", " ", "name"}, "a long name": {"name", strings.Repeat("x", casework.LetterNameLimit+1), "name"}, "a hidden letter": {"name_ja", "a\u200b", "name_ja"},
		"no such kind": {"kind", "junk", "kind"}, "no such use": {"use", "closing.won", "use"},
	} {
		fields := url.Values{"name": {"A name"}, "kind": {"report"}, "use": {"answer"}}
		fields.Set(c.field, c.value)
		res := admin.PostForm(t, letters("main", "new"), fields)
		if page := document(t, res.Body); res.Status != http.StatusUnprocessableEntity || page.Find("#"+c.id+"-error").Length() != 1 {
			t.Errorf("%s: %d", what, res.Status)
		}
	}
	if n := value(t, s, `SELECT (SELECT count(*) FROM words) + (SELECT count(*) FROM letters)`); n != "0" {
		t.Errorf("%s are stored", n)
	}
	for text, want := range map[string]int{"Thanks.": 2, "Thanks. {{Received}}": 1, "{{Promise}} {{Received}}": 0} {
		write(t, admin, letters("main", "acknowledge", "en"), text)
		if got := document(t, admin.Get(t, letters("main", "acknowledge", "en")).Body).Find("#lacks p").Length(); got != want {
			t.Errorf("%q lacks %d things", text, got)
		}
	}
}

// Whoever writes beside a colleague is told, keeps what they typed, and may then
// replace what the colleague wrote.
func TestLettersOfTwoAdministrators(t *testing.T) {
	t.Parallel()
	_, admin, handler := withDesk(t, "--limits", "off")
	path := letters("main", "progress", "en")
	write(t, admin, path, "first")
	late := url.Values{"text": {"second"}, "do": {"save"}, "seen": {"0"}}
	for _, do := range []string{"save", "withdraw"} {
		late.Set("do", do)
		page := document(t, admin.PostForm(t, path, late).Body)
		if !strings.Contains(page.Find("#text-error").Text(), "somebody else changed") || page.Find("#text").Text() != "second" || !strings.Contains(page.Find("#shown").Text(), "first") {
			t.Errorf("%s: %s", do, page.Find("main").Text())
		}
	}
	if got := lettersOf(t, handler, "").Texts["en"]["progress"]; got != "first" {
		t.Errorf("what holds is %q", got)
	}
	late.Set("do", "save")
	for i, seen := range []string{"1", "1"} { // sent twice
		late.Set("seen", seen)
		if res := admin.PostForm(t, path, late); res.Status != http.StatusSeeOther {
			t.Errorf("time %d: %d", i+1, res.Status)
		}
	}
	if got := fmt.Sprint(document(t, admin.Get(t, path).Body).Find("#versions tbody tr").Length()); got != "2" {
		t.Errorf("%s versions", got)
	}
}

// Where it is owed the acknowledgement tells of the outside channels: in the
// organisation's own words of the language, else in a sentence of the law.
func TestChannelsInLetters(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	neutral := rig.Texts(t, "pt").T("channels.neutral")
	got := lettersOf(t, g.reader, "br")
	if got.Values["pt"]["Channels"] != neutral || !got.TellChannels {
		t.Errorf("without a text: %q, owed %t", got.Values["pt"]["Channels"], got.TellChannels)
	}
	write(t, g.root, words("main", "channels", "pt"), "## Fora\n\nFale com o [MENAC](https://menac.example).")
	got = lettersOf(t, g.reader, "br")
	if own := got.Values["pt"]["Channels"]; own != "Fora\n\nFale com o MENAC (https://menac.example)." {
		t.Errorf("with a text of the organisation: %q", own)
	}
	if got.Values["es"]["Channels"] != rig.Texts(t, "es").T("channels.neutral") {
		t.Errorf("in another language: %q", got.Values["es"]["Channels"])
	}
}
