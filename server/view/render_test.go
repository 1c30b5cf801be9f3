package view

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/casework"
	"hotline/web"
)

var testLimits = caseview.Limits{Text: 20000, Field: 1000, Files: 10, FileSize: 200 << 20}

const testReceipt = "7KQ2M-X4T9B-0HZ3N-VW8RC-5PDJA"

// hostile is what a reporter could type to break out of a page.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&{{.Token}}` + "\u202egpj.exe"

// sample is a page with a name for the test's messages.
type sample struct {
	name string // of the template
	page Page
}

// samples are all pages in all their shapes, with text as someone typed it.
func samples(text string) map[string]sample {
	dates := caseview.ReporterDates{Received: "2026-11-21", Acknowledge: "2026-11-28", Answer: "2027-02-21"}
	over := caseview.ReporterDates{Received: "2026-11-21", Acknowledged: "2026-11-23", Closed: "2027-02-01"}
	files := []FileLine{{Name: text, Size: 3 << 20, Cleaned: true, Found: true}, {Name: "a.png", Size: 12, Cleaned: true}, {Name: "b.pdf", Size: 12}, {Name: "empty.txt"}}
	values := ReportValues{
		Kind: "consultation", Relationship: "trainee", Subject: "own", Category: "foreign-trainees",
		Text: text, Danger: "yes", Where: text, Country: "JP", When: text, People: text, ReportedBefore: text,
		Identity: "named", Name: text, Contact: text, KeepMetadata: "yes",
	}
	var wrong []FieldError
	for _, name := range reportFields[1:] {
		if name != "website" {
			wrong = append(wrong, FieldError{Field: name, Key: "error.file-too-large", Args: []any{"Name", text, "Limit", int64(1 << 20)}})
		}
	}
	messages := []Message{
		{From: casework.FromReport, On: "2026-11-21", Text: text, Files: files, Fields: []Field{
			{"relationship", "trainee"}, {"subject", "own"}, {"country", "JP"}, {"danger", "yes"}, {"where", text}, {text, text}}},
		{From: casework.FromDesk, On: "2026-11-22", Text: text},
		{From: casework.FromReporter, On: "2026-11-23", Text: text, Broken: true},
	}
	list := map[string]sample{
		"landing":        {"landing", Landing{}},
		"landing closed": {"landing", &Landing{Open: []QueueState{{casework.HR, false}, {casework.Compliance, true}}}},
		"report":         {"report", ReportForm{Token: "token", Limits: testLimits}},
		"report again": {"report", &ReportForm{Token: "token", Limits: testLimits, Values: values, Errors: wrong,
			Notice: "notice.too-large", FilesLost: true, LostFiles: []string{text}}},
		"report about": {"report", ReportForm{Base: Base{At: "br"}, Token: "token", Limits: testLimits, Values: ReportValues{Entity: "br"}, Elsewhere: true, Errors: []FieldError{{Field: "desk", Key: "error.desk-unread"}},
			Entities: []Choice{{}, {Code: "br", Label: text, Depth: 1}, {Code: "br-sp", Label: text, Depth: 2}}, Desks: []Choice{{Code: "outside", Label: text, Hint: text}, {Code: "union", Label: text}}}},
		"report elsewhere":  {"report", ReportForm{Token: "token", Limits: testLimits, Elsewhere: true}},
		"landing about":     {"landing", Landing{Base: Base{At: "br"}}},
		"choose-entity":     {"choose-entity", ChooseEntity{All: []Entity{{"br", text, []Entity{{"br-sp", text, nil}}}, {"pt", text, nil}}}},
		"own words":         {"own-words", NewOwnWords("", casework.WordsPrivacy, ownText(text, "en"))},
		"own words about":   {"own-words", NewOwnWords("br", casework.WordsRules, ownText("# "+text+"\n\n- "+text, "ja"))},
		"receipt":           {"receipt", Receipt{Code: testReceipt, Branch: "hr", Dates: dates, Files: files}},
		"follow-up":         {"follow-up", FollowUpEntry{Token: "token"}},
		"follow-up unknown": {"follow-up", FollowUpEntry{Token: "token", Unknown: true, Receipt: text}},
		"follow-up wrong": {"follow-up", FollowUpEntry{Token: "token", Receipt: text, Notice: "notice.once-more",
			Errors: []FieldError{{Field: "receipt", Key: "error.receipt-check"}}}},
		"conversation": {"conversation", Conversation{Token: "token", Receipt: testReceipt, State: casework.Received,
			Branch: "procurement", Dates: dates, Messages: messages, Limits: testLimits, Added: true}},
		"conversation again": {"conversation", Conversation{Token: "token", Receipt: testReceipt, State: casework.Closed,
			Outcome: "partly", Branch: "hr", Dates: over, Limits: testLimits, Text: text,
			Errors: []FieldError{{Field: "text", Key: "error.text-missing"}, {Field: "files", Key: "error.too-many-files", Args: []any{"Limit", 10}}},
			Notice: "notice.files-again", FilesLost: true, LostFiles: []string{text}}},
		"conversation full": {"conversation", Conversation{Base: Base{Failed: true}, Token: "token", Receipt: testReceipt, ID: "0123456789abcdef", State: casework.Received,
			Branch: "hr", Dates: dates, Limits: testLimits, Text: text, Full: true, FilesFull: true}},
		"conversation full of files": {"conversation", Conversation{Token: "token", Receipt: testReceipt, ID: "0123456789abcdef", State: casework.Received,
			Branch: "hr", Dates: dates, Limits: testLimits, Text: text, FilesFull: true, Unshown: true}},
		"conversation told": {"conversation", Conversation{Token: "token", Receipt: testReceipt, State: casework.Received, Branch: "hr", Dates: dates, Limits: testLimits,
			Statement: Statement{Seq: 1, State: casework.StatementOffered, Choice: "withdrawn", Text: text, Asking: true}, Meeting: Meeting{Ask: true, Chosen: true},
			Errors: []FieldError{{Field: "withdraw", Key: "error.withdraw"}, {Field: "statement", Key: "error.choice"}, {Field: "correction", Key: "error.text-missing"}},
			Messages: []Message{{On: "2026-11-24", Transferred: "independent"}, {From: casework.FromReport, On: "2026-11-21", Text: text, WrittenDown: true, AsksMeeting: true,
				Fields: []Field{{"channel", "phone"}, {"reference", text}}, Name: []Field{{"name", text}, {"contact", text}}, NameBroken: true}}}},
		"conversation told before": {"conversation", Conversation{Token: "token", Receipt: testReceipt, State: casework.Received, Branch: "hr", Dates: dates, Limits: testLimits,
			Statement: Statement{Seq: 1, State: casework.StatementWithdrawn, On: "2026-11-23"}, Meeting: Meeting{Open: true, Asked: "2026-11-22", By: "2026-11-29"},
			Messages: []Message{{From: casework.FromReporter, On: "2026-11-23", Fields: []Field{{"statement", "withdrawn"}}}}}},
	}
	for status := range Problems {
		list[fmt.Sprintf("problem %d", status)] = sample{"problem", Problem{Status: status}}
	}
	return list
}

// ownText is a text of the organisation as it was typed.
func ownText(typed, language string) words.Text {
	html, err := words.Render(typed, 2)
	if err != nil {
		panic(err)
	}
	return words.Text{WordsVersion: store.WordsVersion{WordsKey: casework.WordsKey{Language: language}, Version: 1, Written: true, Day: "2026-11-21"}, HTML: html}
}

func testSite() Site {
	site := Site{Name: func(string) string { return "Acme & Sons" }, URL: "https://hotline.example", ExitPath: "/exit",
		CSS: "/static/hotline.css?v=abc", Icon: "/static/icon.png?v=def", Scripts: map[string]string{}, Texts: map[string]string{},
		Imports: map[string][]string{"page.js": {"/static/chunk-A.js"}, "report.js": {"/static/chunk-A.js", "/static/chunk-B.js"}}}
	for _, name := range []string{"page.js", "report.js", "follow-up.js"} {
		site.Scripts[name] = "/static/" + name + "?v=01234567"
	}
	for _, l := range i18n.Languages {
		site.Texts[l.Code] = "/static/texts." + l.Code + ".js?v=01234567"
	}
	return site
}

func testRenderer(t testing.TB) *Renderer {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(texts, testSite())
}

// render returns a page as it is without scripts: what only they use is left
// out.
func render(t testing.TB, r *Renderer, lang, name string, p Page) *goquery.Document {
	t.Helper()
	doc := renderWhole(t, r, lang, name, p)
	doc.Find("template").Remove()
	return doc
}

func renderWhole(t testing.TB, r *Renderer, lang, name string, p Page) *goquery.Document {
	t.Helper()
	b, err := r.Render(lang, name, p)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// eachPage renders every page in every language.
func eachPage(t *testing.T, text string, check func(t *testing.T, l i18n.Language, s sample, doc *goquery.Document)) {
	t.Helper()
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for name, s := range samples(text) {
			t.Run(l.Code+"/"+name, func(t *testing.T) {
				check(t, l, s, render(t, r, l.Code, s.name, s.page))
			})
		}
	}
}

func TestEveryPage(t *testing.T) {
	eachPage(t, "text", func(t *testing.T, l i18n.Language, s sample, doc *goquery.Document) {
		if got := doc.Find("html").AttrOr("lang", ""); got != l.Tag {
			t.Errorf("lang is %q", got)
		}
		for selector, want := range map[string]int{
			"h1": 1, "title": 1, "main#main": 1, `link[rel="stylesheet"]`: 1, `a[href="/exit"]`: 1, "a.skip": 1,
			`meta[name="viewport"]`: 1, "footer nav a": 3, `meta[content="light dark"]`: 1,
			"style, svg, iframe, object, img": 0, `script:not([type="module"][src^="/static/"])`: 0, "[style]": 0, "[onclick], [onload], [onerror]": 0,
			`meta[http-equiv]`: 0, "[href^='http'], [src^='http']": 0, "[placeholder]:not(#check, #name, #contact)": 0,
		} {
			if got := doc.Find(selector).Length(); got != want {
				t.Errorf("%s: %d, want %d", selector, got, want)
			}
		}
		for _, form := range doc.Find("form").EachIter() {
			if form.AttrOr("autocomplete", "") != "off" || form.AttrOr("method", "") != "post" {
				t.Error("a form keeps what was typed, or puts it in the address")
			}
		}
		if strings.Contains(doc.Text(), "{{") || strings.Contains(doc.Text(), "<no value>") {
			t.Error("a placeholder was left")
		}
	})
}

func TestIDsAreUniqueAndReferencesLeadSomewhere(t *testing.T) {
	eachPage(t, "text", func(t *testing.T, _ i18n.Language, _ sample, doc *goquery.Document) {
		ids := map[string]bool{}
		for _, e := range doc.Find("[id]").EachIter() {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
		for attribute, selector := range map[string]string{"for": "label", "aria-describedby": "[aria-describedby]", "form": "[form]"} {
			for _, e := range doc.Find(selector).EachIter() {
				for id := range strings.FieldsSeq(e.AttrOr(attribute, "nothing")) {
					if !ids[id] {
						t.Errorf("%s leads to no %q", attribute, id)
					}
				}
			}
		}
		for _, a := range doc.Find(`a[href^="#"]`).EachIter() {
			if id := a.AttrOr("href", "")[1:]; !ids[id] {
				t.Errorf("a link leads to no %q", id)
			}
		}
	})
}

func TestEveryFieldHasALabel(t *testing.T) {
	eachPage(t, "text", func(t *testing.T, _ i18n.Language, _ sample, doc *goquery.Document) {
		for _, e := range doc.Find("input:not([type=hidden]), select, textarea").EachIter() {
			id := e.AttrOr("id", "")
			if strings.TrimSpace(doc.Find(`label[for="`+id+`"]`).Text()) == "" {
				t.Errorf("%s %q has no label", goquery.NodeName(e), id)
			}
		}
		for _, e := range doc.Find("fieldset").EachIter() {
			if strings.TrimSpace(e.Find("legend").Text()) == "" {
				t.Error("a fieldset has no legend")
			}
		}
	})
}

func TestTitles(t *testing.T) {
	prefix := map[string]string{"ja": "エラー：", "en": "Error:", "es": "Error:", "pt": "Erro:", "zh": "错误："}
	eachPage(t, "text", func(t *testing.T, l i18n.Language, s sample, doc *goquery.Document) {
		title := doc.Find("title").Text()
		if got := strings.HasPrefix(title, prefix[l.Code]); got != s.page.failed() {
			t.Errorf("title is %q", title)
		}
		if !strings.Contains(title, doc.Find("h1").Text()) || !strings.HasSuffix(title, " – Acme & Sons") {
			t.Errorf("title is %q", title)
		}
		if strings.Contains(title, testReceipt) {
			t.Error("the receipt stands in the title")
		}
	})
	r := testRenderer(t)
	doc := render(t, r, "en", "landing", Landing{Base: Base{Title: "report.title", Failed: true}})
	if got := doc.Find("title").Text(); got != "Error: Report or ask for advice – Acme & Sons" {
		t.Errorf("own title: %q", got)
	}
}

func TestPagesOfOnePersonStayOutOfSearchEngines(t *testing.T) {
	secret := []string{"receipt", "follow-up", "conversation", "problem"}
	eachPage(t, "text", func(t *testing.T, _ i18n.Language, s sample, doc *goquery.Document) {
		robots := doc.Find(`meta[name="robots"]`).AttrOr("content", "")
		if got := strings.Contains(robots, "noindex"); got != slices.Contains(secret, s.name) {
			t.Errorf("robots is %q", robots)
		}
	})
}

// script matches what hostile would become if it were not escaped.
var script = regexp.MustCompile(`<script>|<img|onerror=alert\(1\)>`)

func TestHostileTextIsEscaped(t *testing.T) {
	r := testRenderer(t)
	for name, s := range samples(hostile) {
		b, err := r.Render("en", s.name, s.page)
		if err != nil {
			t.Fatal(err)
		}
		if found := script.Find(b); found != nil {
			t.Errorf("%s: %q came through", name, found)
		}
	}
	doc := render(t, r, "en", "report", samples(hostile)["report again"].page)
	if got := doc.Find("#text").Text(); got != hostile {
		t.Errorf("text was not kept: %q", got)
	}
	if got := doc.Find("#where").AttrOr("value", ""); got != hostile {
		t.Errorf("value was not kept: %q", got)
	}
}

func TestRenderAnswersWholePagesOnly(t *testing.T) {
	r := testRenderer(t)
	if b, err := r.Render("en", "nothing", Landing{}); err == nil || b != nil {
		t.Error("an unknown page was rendered")
	}
	if b, err := r.Render("en", "receipt", Landing{}); err == nil || b != nil {
		t.Error("a page was rendered from another's data")
	}
	if b, err := r.Render("fr", "landing", Landing{}); err != nil || !bytes.Contains(b, []byte(`lang="en"`)) {
		t.Error("an unknown language is not answered in English")
	}
}

// A reporter's page without a sample would not be looked at by the tests beside this
// one; those of the desk are looked at in a browser.
func TestEveryReporterPageHasASample(t *testing.T) {
	missing := slices.DeleteFunc(kindNames(), func(name string) bool { return kinds[name].desk })
	for _, one := range samples("text") {
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == one.name })
	}
	if len(missing) > 0 {
		t.Errorf("no sample of %v", missing)
	}
}

func TestBrokenTemplateIsNoPage(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"layout.html": "{{", "landing.html": "{{nothing}}"} {
		files := fstest.MapFS{}
		for _, f := range append([]string{"layout", "partials"}, kindNames()...) {
			files[f+".html"] = &fstest.MapFile{Data: []byte(`{{define "main"}}{{end}}`)}
		}
		files[name] = &fstest.MapFile{Data: []byte(content)}
		if page, err := newRenderer(texts, testSite(), files).Render("en", "landing", Landing{}); err == nil || page != nil {
			t.Errorf("%s: %v, and a page of %d bytes", name, err, len(page))
		}
	}
	if _, err := newRenderer(texts, testSite(), web.Static()).Render("en", "landing", Landing{}); err == nil {
		t.Error("no templates: no error")
	}
}

func kindNames() []string {
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	return names
}

// A page must never be in the language of somebody else's request.
func TestLanguagesDoNotMixUnderLoad(t *testing.T) {
	r := testRenderer(t)
	p := Landing{}
	want := map[string][]byte{}
	for _, l := range i18n.Languages {
		want[l.Code], _ = r.Render(l.Code, "landing", p)
	}
	var all sync.WaitGroup
	for _, l := range i18n.Languages {
		for range 4 {
			all.Go(func() {
				for range 50 {
					if got, err := r.Render(l.Code, "landing", p); err != nil || !bytes.Equal(got, want[l.Code]) {
						t.Errorf("%s: not the same page: %v", l.Code, err)
					}
				}
			})
		}
	}
	all.Wait()
}

func TestDemoIsNamed(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site := testSite()
	site.Demo = true
	r := New(texts, site)
	if render(t, r, "en", "landing", Landing{}).Find(".demo").Length() != 1 {
		t.Error("the demonstration does not say so")
	}
}

func BenchmarkReportForm(b *testing.B) {
	r := testRenderer(b)
	p := ReportForm{Token: "token", Limits: testLimits}
	for b.Loop() {
		if _, err := r.Render("ja", "report", p); err != nil {
			b.Fatal(err)
		}
	}
}
