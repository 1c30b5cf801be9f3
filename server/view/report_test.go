package view

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/store/casework"
	"hotline/web"
)

// reportFields are the fields of the form in the order in which they are sent.
var reportFields = []string{
	"form", "kind", "relationship", "subject", "category", "text", "danger", "where", "country", "when", "people",
	"reported_before", "identity", "name", "contact", "keep_metadata", "website", "files",
}

// fieldNames lists the names of a form's fields in order, each once.
func fieldNames(form *goquery.Selection) []string {
	var names []string
	for _, e := range form.Find("[name]").EachIter() {
		names = append(names, e.AttrOr("name", ""))
	}
	return slices.Compact(names)
}

func eachLanguage(t *testing.T, p Page, name string, check func(t *testing.T, l i18n.Language, doc *goquery.Document)) {
	t.Helper()
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		t.Run(l.Code, func(t *testing.T) { check(t, l, render(t, r, l.Code, name, p)) })
	}
}

func optionValues(doc *goquery.Document, id string) []string {
	return doc.Find("#" + id + " option").Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "?") })
}

func radios(doc *goquery.Document, name string) []string {
	return doc.Find(`input[type="radio"][name="` + name + `"]`).Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "?") })
}

func TestReportForm(t *testing.T) {
	eachLanguage(t, ReportForm{Token: "t&k", Limits: testLimits}, "report", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		form := doc.Find("form#report")
		if form.AttrOr("action", "") != "/"+l.Code+"/report" || form.AttrOr("enctype", "") != "multipart/form-data" {
			t.Error("the form is sent elsewhere or without files")
		}
		if got := fieldNames(form); !slices.Equal(got, reportFields) {
			t.Errorf("fields are\n%v, want\n%v", got, reportFields)
		}
		if got := form.Find(`[name="form"][type="hidden"]`).AttrOr("value", ""); got != "t&k" {
			t.Errorf("token is %q", got)
		}
		if got := form.Find("[required]"); got.Length() != 1 || got.AttrOr("name", "") != "text" {
			t.Error("something else than the text is required")
		}
		if doc.Find("details").Length() != 4 || doc.Find("details[open]").Length() != 0 {
			t.Error("what may stay empty is not folded away")
		}
		if doc.Find("#errors, #notice, .error").Length() != 0 {
			t.Error("an untouched form complains")
		}
		if doc.Find("[maxlength]").Length() != 0 {
			t.Error("something typed would be cut off in silence")
		}
		if last := form.Find("[name]").Last(); last.AttrOr("name", "") != "files" || last.AttrOr("multiple", "-") != "" {
			t.Error("the files are not last, or only one is allowed")
		}
	})
}

// A closed list on a phone has one line in most browsers: a long answer stands in full
// below it, by a rule of the stylesheet for each.
func TestLongAnswersStandInFull(t *testing.T) {
	css, err := fs.ReadFile(web.Static(), "hotline.css")
	if err != nil {
		t.Fatal(err)
	}
	eachLanguage(t, ReportForm{Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		for _, name := range []string{"category", "relationship"} {
			for _, o := range doc.Find("#" + name + " option").EachIter() {
				text, class := strings.TrimSpace(o.Text()), o.AttrOr("class", "")
				if below := doc.Find("#" + name + " ~ .full ." + class); class != "" && below.Text() != text {
					t.Errorf("%q stands below as %q", text, below.Text())
				}
				if class == "" && columns(text) > mostColumns {
					t.Errorf("%q has no room", text)
				}
				if class != "" && !strings.Contains(string(css), ":has(."+class+":checked)") {
					t.Errorf("the stylesheet has no rule for %q, class %s", text, class)
				}
			}
		}
	})
}

func TestReportAnswers(t *testing.T) {
	var codes []string
	for _, c := range casework.Categories {
		codes = append(codes, c.Code)
	}
	eachLanguage(t, ReportForm{Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		for name, want := range map[string][]string{
			"kind": casework.Kinds, "subject": casework.Subjects, "identity": casework.Identities,
		} {
			if got := radios(doc, name); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		if got := optionValues(doc, "relationship"); !slices.Equal(got, append([]string{""}, casework.Relationships...)) {
			t.Errorf("relationship: %v", got)
		}
		if got := optionValues(doc, "category"); !slices.Equal(got, append([]string{casework.Unsure}, codes...)) {
			t.Errorf("category: %v", got)
		}
		if got := doc.Find("#category optgroup").Length(); got != len(casework.Groups) {
			t.Errorf("category: %d groups", got)
		}
		if got := optionValues(doc, "country"); len(got) != 250 || got[0] != "" || !slices.Contains(got, "JP") {
			t.Errorf("country: %d options", len(got))
		}
		if doc.Find(`#kind[checked], #identity[checked]`).Length() != 2 || doc.Find("option[selected]").Length() != 0 {
			t.Error("other answers than the defaults are chosen")
		}
	})
}

func TestReportKeepsWhatWasTyped(t *testing.T) {
	v := ReportValues{
		Kind: "consultation", Relationship: "former", Subject: "supplier", Category: "bribery",
		Text: "\n  two\nlines ", Danger: "yes", Where: `"here"`, Country: "BR", When: "today", People: "P", ReportedBefore: "R",
		Identity: "desk", Name: "N", Contact: "C", KeepMetadata: "yes",
	}
	eachLanguage(t, ReportForm{Values: v, Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		for id, want := range map[string]string{
			"where": v.Where, "when": v.When, "people": v.People, "reported_before": v.ReportedBefore, "name": v.Name, "contact": v.Contact,
		} {
			if got := doc.Find("#"+id).AttrOr("value", ""); got != want {
				t.Errorf("%s is %q", id, got)
			}
		}
		if got := doc.Find("#text").Text(); got != v.Text {
			t.Errorf("text is %q", got)
		}
		for name, want := range map[string]string{"kind": v.Kind, "subject": v.Subject, "identity": v.Identity, "danger": "yes", "keep_metadata": "yes"} {
			if got := doc.Find(`[name="` + name + `"][checked]`); got.Length() != 1 || got.AttrOr("value", "") != want {
				t.Errorf("%s: %d checked", name, got.Length())
			}
		}
		for id, want := range map[string]string{"relationship": v.Relationship, "category": v.Category, "country": v.Country} {
			if got := doc.Find("#" + id + " option[selected]"); got.Length() != 1 || got.AttrOr("value", "") != want {
				t.Errorf("%s: %d selected", id, got.Length())
			}
		}
		if doc.Find("details:not([open])").Length() != 0 {
			t.Error("an answer is hidden in a folded part")
		}
	})
}

// Name and contact are together in the part that the stylesheet hides, and what it
// looks at is there.
func TestNameIsHiddenWhileNobodyWantsToGiveIt(t *testing.T) {
	css := readAll(t, "web/src", ".css")
	for _, part := range []string{"@supports selector(:has(*))", `[name="identity"][value="anonymous"]:checked`, ".personal:not(:focus-within, :has(.error, input:not(:placeholder-shown)))", ".unhidden { display: none; }"} {
		if !strings.Contains(css, part) {
			t.Errorf("the stylesheet lacks %s", part)
		}
	}
	eachLanguage(t, ReportForm{Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		fields := doc.Find("form .personal input").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("name", "") + e.AttrOr("placeholder", "?") })
		if !slices.Equal(fields, []string{"name ", "contact "}) {
			t.Errorf("fields are %q", fields)
		}
		if doc.Find(`form [name="identity"][value="anonymous"][checked]`).Length() != 1 || strings.TrimSpace(doc.Find(".personal .unhidden").Text()) == "" {
			t.Error("anonymous is not the default, or nothing is said where the fields cannot be hidden")
		}
	})
	for _, e := range []FieldError{{Field: "identity", Key: "error." + casework.AnonymousWithName}, {Field: "name", Key: "error." + casework.NameMissing}} {
		eachLanguage(t, ReportForm{Limits: testLimits, Errors: []FieldError{e}}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
			part := doc.Find("#" + e.Field).Closest("details")
			if _, open := part.Attr("open"); !open || part.Find(".error").Length() != 1 || part.Find("#name").Length() != 1 {
				t.Errorf("%s: the error of %s is hidden", e.Key, e.Field)
			}
		})
	}
}

// The rule beside the topic names every desk that it sends reports to, and the answer
// that keeps a report from the desk of our own buyers.
func TestRoutingIsSaid(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	eachLanguage(t, ReportForm{Limits: testLimits}, "report", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		said := doc.Find("#about #routing").Text()
		for _, rule := range casework.Rules {
			if name := texts.Texts(l.Code).T("queue." + string(rule.Queue)); !strings.Contains(said, name) {
				t.Errorf("%s is not named in %q", name, said)
			}
		}
		if own := strings.TrimSpace(doc.Find(`label[for="subject"]`).Text()); !strings.Contains(said, own) {
			t.Errorf("%q is not named in %q", own, said)
		}
	})
}

func TestExclusions(t *testing.T) {
	all := []Excludable{{"a1", "<i>Office</i>"}, {"b2", "x\u202ey"}, {"c3", "Z"}}
	p := ReportForm{Excludable: all, Values: ReportValues{NotFor: "c3\nb2\ngone"}, Limits: testLimits}
	eachLanguage(t, p, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		if got := fieldNames(doc.Find("form#report")); slices.Index(got, "not_for") != slices.Index(got, "identity")-1 {
			t.Errorf("fields are %v", got)
		}
		boxes := doc.Find(`#exclusions[open] fieldset input[type="checkbox"][name="not_for"]`)
		got := boxes.Map(func(_ int, b *goquery.Selection) string {
			return b.AttrOr("id", "") + " " + b.AttrOr("value", "") + " " + b.AttrOr("checked", "no") + " " + b.Next().Filter("label").Text()
		})
		if want := []string{"not_for a1 no <i>Office</i>", "not_for-2 b2  x[U+202E]y", "not_for-3 c3  Z"}; !slices.Equal(got, want) {
			t.Errorf("boxes are %q, want %q", got, want)
		}
	})
	eachLanguage(t, ReportForm{Limits: testLimits, Errors: []FieldError{{Field: "not_for", Key: "error.not-for-changed"}}}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		if list := doc.Find("fieldset#not_for[tabindex]"); list.Length() != 1 || list.Find("#not_for-error").Length() != 1 {
			t.Error("the error has no place where nobody can be chosen")
		}
	})
}

func TestUnknownAnswersAreNotChosen(t *testing.T) {
	v := ReportValues{Kind: "x", Relationship: "x", Subject: "x", Category: "x", Country: `"><b>`, Identity: "x"}
	eachLanguage(t, ReportForm{Values: v, Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		if doc.Find("option[selected], input[checked], select b").Length() != 0 {
			t.Error("an unknown answer was taken for one of ours")
		}
	})
}

func TestReportErrors(t *testing.T) {
	var wrong []FieldError
	for _, name := range reportFields[1:] {
		if name != "website" {
			wrong = append(wrong, FieldError{Field: name, Key: "error.choice"})
		}
	}
	eachLanguage(t, ReportForm{Errors: wrong, Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		summary := doc.Find(`#errors[role="alert"]`)
		if got := summary.Find("a").Length(); got != len(wrong) {
			t.Errorf("%d errors in the summary, want %d", got, len(wrong))
		}
		for _, e := range wrong {
			field := doc.Find("#" + e.Field)
			if field.AttrOr("name", "") != e.Field || summary.Find(`a[href="#`+e.Field+`"]`).Length() != 1 {
				t.Errorf("the summary does not lead to %s", e.Field)
			}
			if doc.Find("#"+e.Field+"-error").Length() != 1 {
				t.Errorf("%s does not say what is wrong", e.Field)
			}
			described := field.Closest(`[aria-describedby*="` + e.Field + `-error"]`)
			if described.Length() != 1 || described.AttrOr("aria-invalid", "") != "true" {
				t.Errorf("%s is not bound to its error", e.Field)
			}
		}
		if doc.Find("details:not([open])").Length() != 0 {
			t.Error("an error is hidden in a folded part")
		}
	})
}

func TestErrorArguments(t *testing.T) {
	r := testRenderer(t)
	p := ReportForm{Limits: testLimits, Errors: []FieldError{
		{"text", "error.text-too-long", []any{"Limit", 20000}},
		{"files", "error.file-too-large", []any{"Name", "a\u202eb", "Limit", int64(3 << 19)}},
	}}
	doc := render(t, r, "pt", "report", p)
	if got := doc.Find("#text-error").Text(); !strings.Contains(got, "20.000") {
		t.Errorf("number: %q", got)
	}
	if got := doc.Find("#files-error").Text(); !strings.Contains(got, "a[U+202E]b") || !strings.Contains(got, "1,5\u00a0MB") {
		t.Errorf("size and name: %q", got)
	}
}

func TestNotices(t *testing.T) {
	for _, key := range Notices {
		eachLanguage(t, ReportForm{Notice: key, Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
			if strings.TrimSpace(doc.Find(`#notice[role="alert"] p`).First().Text()) == "" {
				t.Errorf("%s says nothing", key)
			}
		})
	}
}

func TestLostFilesAreNamed(t *testing.T) {
	p := ReportForm{Notice: "notice.once-more", FilesLost: true, LostFiles: []string{"a\u202eb.jpg", "<b>"}, Limits: testLimits}
	eachLanguage(t, p, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		if got := doc.Find("#notice p").Length(); got != 2 {
			t.Errorf("%d sentences, want the notice and the files", got)
		}
		names := doc.Find("#notice li").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		if !slices.Equal(names, []string{"a[U+202E]b.jpg", "<b>"}) {
			t.Errorf("names: %q", names)
		}
		if _, open := doc.Find("#files").Closest("details").Attr("open"); !open {
			t.Error("the files are folded away")
		}
	})
	// Named once, although both the notice and the flag say it.
	doc := render(t, testRenderer(t), "en", "report", ReportForm{Notice: "notice.files-again", FilesLost: true, Limits: testLimits})
	if got := doc.Find("#notice p").Length(); got != 1 {
		t.Errorf("said %d times", got)
	}
}

func TestTrapIsHiddenFromPeople(t *testing.T) {
	eachLanguage(t, ReportForm{Limits: testLimits}, "report", func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
		trap := doc.Find(`input[name="website"]`)
		if trap.AttrOr("tabindex", "") != "-1" || trap.AttrOr("autocomplete", "") != "off" || trap.AttrOr("value", "") != "" {
			t.Error("a person could fill in the trap")
		}
		if trap.Closest(`.trap[aria-hidden="true"]`).Length() != 1 {
			t.Error("the trap is read aloud")
		}
	})
}

// The form with the stylesheet and the icon must be small: a cheap phone, a
// slow network, Tor. 12 KB is promised; 10.5 KB leaves room for what comes.
func TestByteBudget(t *testing.T) {
	const promised, budget = 12 * 1024, 10.5 * 1024
	assets, err := LoadAssets(web.Static())
	if err != nil {
		t.Fatal(err)
	}
	css, _ := assets.Lookup("hotline.css")
	icon, _ := assets.Lookup("icon.png")
	if len(icon.Plain) >= 300 {
		t.Errorf("the icon has %d bytes", len(icon.Plain))
	}
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		token := strings.Repeat("x7Kq", 20)
		html, err := r.Render(l.Code, "report", ReportForm{Token: token, Limits: testLimits})
		if err != nil {
			t.Fatal(err)
		}
		sent, ok := respond.NewPages().Brotli(html, token)
		if !ok {
			t.Fatalf("%s: the page is not compressed around its token", l.Code)
		}
		total := len(sent) + len(css.Brotli()) + len(icon.Plain)
		t.Logf("%s: %d bytes: HTML %d (%d plain), CSS %d, icon %d", l.Code, total, len(sent), len(html), len(css.Brotli()), len(icon.Plain))
		if total > promised || float64(total) > budget {
			t.Errorf("%s: %d bytes", l.Code, total)
		}
	}
}
