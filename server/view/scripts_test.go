package view

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
)

// A page gets the scripts that it needs with what these import and say, once each,
// all of them deferred and none inline.
func TestEachPageHasItsScripts(t *testing.T) {
	imports := map[string][]string{"report": {"/static/chunk-A.js", "/static/chunk-B.js"}, "follow-up": {"/static/chunk-A.js"}}
	eachPage(t, "x", func(t *testing.T, l i18n.Language, s sample, doc *goquery.Document) {
		want := []string{"/static/page.js"}
		if scripts := imports[s.name]; scripts != nil {
			want = append(append(want, "/static/"+s.name+".js", "/static/texts."+l.Code+".js"), scripts...)
		}
		got := doc.Find("script").Map(func(_ int, e *goquery.Selection) string {
			path, _, _ := strings.Cut(e.AttrOr("src", ""), "?")
			return path
		})
		if !slices.Equal(got, want) || doc.Find(`script[type="module"]`).Length() != len(want) {
			t.Errorf("scripts are %v, want %v", got, want)
		}
		if doc.Find("script").Text() != "" {
			t.Error("there is a script in the page itself")
		}
		if texts := doc.Find("main").AttrOr("data-texts", ""); !strings.HasPrefix(texts, "/static/texts."+l.Code+".js?v=") {
			t.Errorf("the texts of the scripts are at %q", texts)
		}
	})
}

// A page of the desk asks for one script and its texts, and hardly more: browsers keep
// nothing of a page for the next one, so that each file is a request every time. What
// every page of the desk does is a part of that script.
func TestAPageOfTheDeskAsksForFewScripts(t *testing.T) {
	a := loadAssets(t)
	own := 0
	for name, k := range kinds {
		if !k.desk {
			continue
		}
		scripts := map[string]string{"desk.js": "/static/desk.js"}
		script, want := "desk.js", []string{"/static/desk.js"}
		if k.script != "" {
			own++
			script, want = k.script, []string{"/static/" + k.script, "/static/desk-texts.en.js"}
			scripts[k.script] = want[0]
		}
		files := loaded(t, a, script, map[string]int{})
		if len(files) > 2 {
			t.Errorf("%s: %s loads %d files at once", name, script, len(files))
		}
		if !strings.Contains(string(a.files[script].Plain), "hotline-shortcuts") {
			t.Errorf("%s: %s is without the shortcuts of every page", name, script)
		}
		r := &Renderer{site: Site{Scripts: scripts, DeskTexts: map[string]string{"en": "/static/desk-texts.en.js"}}}
		if got := r.viewOf("en", name, Base{}).Scripts; !slices.Equal(got, want) {
			t.Errorf("%s: scripts are %v, want %v", name, got, want)
		}
	}
	if own < 8 {
		t.Errorf("only %d pages of the desk have scripts of their own", own)
	}
}

// What scripts fill in is the very page that the server fills in: the same
// elements, empty.
func TestBlankPagesForScripts(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for _, blank := range []struct {
			page, template string
			p              Page
			parts          []string
		}{
			{"report", "#receipt-page", ReportForm{Limits: testLimits}, []string{"h1", "#receipt", "#receipt-save ul", "#check", "#queue", "#way"}},
			{"follow-up", "#conversation-page", FollowUpEntry{Limits: testLimits},
				[]string{"h1", "#state", "#state-means", "#queue", "#messages", "form#message", "#text", "#files", "#keep_metadata"}},
		} {
			doc := renderWhole(t, r, l.Code, blank.page, blank.p)
			template := doc.Find("template" + blank.template)
			for _, part := range blank.parts {
				if template.Find(part).Length() != 1 {
					t.Errorf("%s: the blank page in %s has %d of %s", l.Code, blank.page, template.Find(part).Length(), part)
				}
			}
			if text := template.Find("#receipt, #messages, #queue").Text(); strings.TrimSpace(text) != "" {
				t.Errorf("%s: the blank page in %s says %q", l.Code, blank.page, text)
			}
		}
		answers := renderWhole(t, r, l.Code, "follow-up", FollowUpEntry{Limits: testLimits}).Find("template#answers")
		for _, name := range reportFields[1:13] {
			if name != "text" && answers.Find(`[name="`+name+`"]`).Length() == 0 {
				t.Errorf("%s: scripts cannot put the answer to %s into words", l.Code, name)
			}
		}
	}
}

// loaded returns the scripts that one imports at once, itself among them.
func loaded(t *testing.T, a *Assets, name string, into map[string]int) map[string]int {
	t.Helper()
	script, ok := a.Lookup(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	if _, known := into[name]; known {
		return into
	}
	into[name] = len(script.Brotli())
	for _, found := range regexp.MustCompile(`from ?"\./([^"]+)"|import ?"\./([^"]+)"`).FindAllStringSubmatch(string(script.Plain), -1) {
		loaded(t, a, found[1]+found[2], into)
	}
	return into
}

// What seals is 38 KB at most, and only the pages that seal load it.
func TestScriptBudget(t *testing.T) {
	a := loadAssets(t)
	var sealing string
	for name := range a.files {
		if strings.HasPrefix(name, "sealing-") {
			sealing = name
		}
	}
	sum := func(names ...string) (n int) {
		all := map[string]int{}
		for _, name := range names {
			loaded(t, a, name, all)
		}
		for _, size := range all {
			n += size
		}
		return n
	}
	seals, form, every := sum(sealing), sum("page.js", "report.js", sealing), sum("page.js")
	t.Logf("sealing %d bytes, everything on the form %d, on every page %d", seals, form, every)
	if seals > 38<<10 || form > 44<<10 || every > 4<<10 {
		t.Error("the scripts have grown beyond what was promised")
	}
	for _, page := range []string{"page.js", "report.js", "follow-up.js"} {
		if _, found := loaded(t, a, page, map[string]int{})[sealing]; found {
			t.Errorf("%s waits for what seals", page)
		}
	}
}

// The Content-Security-Policy forbids the first of these, and on a reporter's
// device nothing is stored. The desk keeps sealed things in its tab.
func TestScriptsNeedNoEvalAndNoMarkup(t *testing.T) {
	a := loadAssets(t)
	reporters := map[string]int{}
	for _, name := range []string{"page.js", "report.js", "follow-up.js"} {
		reachable(a, name, reporters)
	}
	if len(reporters) < 6 {
		t.Fatalf("only %d scripts of reporters", len(reporters))
	}
	for name, asset := range a.files {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		words := []string{"eval(", "new Function", "WebAssembly", ".innerHTML", ".outerHTML", "insertAdjacentHTML", "document.write", "indexedDB", "document.cookie"}
		if _, theirs := reporters[name]; theirs {
			words = append(words, "localStorage.", "sessionStorage.", "BroadcastChannel")
		}
		for _, word := range words {
			if strings.Contains(string(asset.Plain), word) {
				t.Errorf("%s holds %s", name, word)
			}
		}
	}
}

// reachable adds a script and every other one that it names, loaded at once or
// later.
func reachable(a *Assets, name string, into map[string]int) {
	script, ok := a.files[name]
	if _, known := into[name]; known || !ok {
		return
	}
	into[name] = len(script.Plain)
	for _, found := range regexp.MustCompile(`"\./([\w-]+\.js)"`).FindAllStringSubmatch(string(script.Plain), -1) {
		reachable(a, found[1], into)
	}
}
