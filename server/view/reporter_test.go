package view

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
)

func TestLanding(t *testing.T) {
	p := Landing{Open: []QueueState{{casework.HR, true}, {casework.Procurement, false}}}
	eachLanguage(t, p, "landing", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		for _, path := range []string{"report", "follow-up"} {
			if doc.Find(`main a.button[href="/`+l.Code+"/"+path+`"]`).Length() != 1 {
				t.Errorf("no way to %s", path)
			}
		}
		if got := doc.Find("ol.steps li").Length(); got != 4 {
			t.Errorf("%d steps", got)
		}
		if got := doc.Find("main .notice").Length(); got != 1 {
			t.Errorf("%d closed queues named, want 1", got)
		}
	})
}

func TestLanguageSwitchWithLinks(t *testing.T) {
	for name, path := range map[string]string{"landing": "", "follow-up": "follow-up", "problem": ""} {
		eachLanguage(t, samples("x")[map[string]string{"landing": "landing", "follow-up": "follow-up", "problem": "problem 404"}[name]].page, name,
			func(t *testing.T, l i18n.Language, doc *goquery.Document) {
				for _, other := range i18n.Languages {
					link := doc.Find(`.languages a[href="/` + other.Code + "/" + path + `"]`)
					if l == other {
						if got := doc.Find(`.languages [aria-current="true"]`).Text(); got != l.Name || link.Length() != 0 {
							t.Errorf("the current language is %q", got)
						}
						continue
					}
					if link.Text() != other.Name || link.AttrOr("lang", "") != other.Tag {
						t.Errorf("no link to %s", other.Name)
					}
				}
			})
	}
}

func TestLanguageSwitchKeepsWhatWasTyped(t *testing.T) {
	for name, want := range map[string]struct{ form, path string }{
		"report":       {"report", "report"},
		"conversation": {"message", "follow-up"},
	} {
		eachLanguage(t, samples("x")[name].page, name, func(t *testing.T, l i18n.Language, doc *goquery.Document) {
			buttons := doc.Find(`.languages button[name="switch"]`)
			if buttons.Length() != len(i18n.Languages)-1 {
				t.Errorf("%d buttons", buttons.Length())
			}
			for _, b := range buttons.EachIter() {
				if b.AttrOr("form", "") != want.form || b.AttrOr("formaction", "") != "/"+b.AttrOr("value", "")+"/"+want.path {
					t.Errorf("%s leads to %s", b.Text(), b.AttrOr("formaction", ""))
				}
				_, unchecked := b.Attr("formnovalidate")
				if !unchecked || b.AttrOr("formenctype", "") != "application/x-www-form-urlencoded" {
					t.Errorf("%s uploads the files or wants a complete form", b.Text())
				}
			}
		})
	}
}

// The form's first button is what Enter presses. It must not be a language,
// nor send what somebody has only half written.
func TestEnterPressesNothing(t *testing.T) {
	for _, name := range []string{"report", "conversation"} {
		eachLanguage(t, samples("x")[name].page, name, func(t *testing.T, _ i18n.Language, doc *goquery.Document) {
			first := doc.Find("button").First()
			_, disabled := first.Attr("disabled")
			_, hidden := first.Attr("hidden")
			if !disabled || !hidden || first.AttrOr("form", "") != doc.Find(`button[name="switch"]`).AttrOr("form", "") {
				t.Error("Enter presses a button")
			}
		})
	}
}

func TestReceiptPage(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	eachLanguage(t, samples("x")["receipt"].page, "receipt", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		if got := doc.Find("#receipt").Text(); got != testReceipt {
			t.Errorf("receipt is %q", got)
		}
		if doc.Find("#receipt").Children().Length() != 0 {
			t.Error("scripts that look for the code find markup in it")
		}
		if got := doc.Find("#queue"); got.AttrOr("data-queue", "") != "hr" || got.Text() == "" || got.Text() == "hr" {
			t.Errorf("queue is %q", got.Text())
		}
		days := doc.Find("dl time").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("datetime", "") })
		if !slices.Equal(days, []string{"2026-11-21", "2026-11-28", "2027-02-21"}) {
			t.Errorf("days are %v", days)
		}
		if got := doc.Find(".address").Text(); got != "https://hotline.example/"+l.Code+"/follow-up" {
			t.Errorf("address is %q", got)
		}
		if doc.Find(".languages").Length() != 0 {
			t.Error("a language switch would lose the receipt")
		}
		for _, e := range doc.Find("a, form, button").EachIter() {
			if html, _ := goquery.OuterHtml(e); strings.Contains(html, testReceipt) {
				t.Errorf("the receipt stands in %s", html)
			}
		}
		said := doc.Find(".files li > span").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		want := []string{"file.cleaned", "file.nothing", "file.kept", "file.empty"}
		same := func(text, key string) bool { return strings.HasSuffix(text, texts.Texts(l.Code).OnPages().T(key)) }
		if !slices.EqualFunc(said, want, same) {
			t.Errorf("of the files it says %q, want %q", said, want)
		}
		if got := doc.Find(`form[action="/` + l.Code + `/note"] [name="day"]`).Length(); got != 2 {
			t.Errorf("%d days to take along", got)
		}
		if got := doc.Find("#check"); got.AttrOr("name", "-") != "-" || got.Closest("form").Length() != 0 {
			t.Error("the check would be sent")
		}
	})
}

func TestLastGroupPattern(t *testing.T) {
	pattern := regexp.MustCompile("^(?:" + lastGroupPattern(testReceipt) + ")$")
	for typed, want := range map[string]bool{"5PDJA": true, "5pdja": true, " 5PdJa ": true, "5PDJ": false, "5PDJB": false, "": false, testReceipt: false} {
		if pattern.MatchString(typed) != want {
			t.Errorf("%q: %v", typed, !want)
		}
	}
}

func TestFollowUpPage(t *testing.T) {
	p := FollowUpEntry{Token: "token", Receipt: "as typed", Unknown: true}
	eachLanguage(t, p, "follow-up", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		form := doc.Find("form#follow-up")
		if form.AttrOr("action", "") != "/"+l.Code+"/follow-up" || !slices.Equal(fieldNames(form), []string{"form", "receipt"}) {
			t.Errorf("fields are %v", fieldNames(form))
		}
		if got := form.Find("#receipt"); got.AttrOr("value", "") != "as typed" || got.AttrOr("autocomplete", "") != "off" {
			t.Error("the receipt is lost, or kept by the browser")
		}
		if doc.Find(`#errors a[href="#receipt"]`).Length() != 1 || doc.Find("#receipt-error").Length() != 1 {
			t.Error("an unknown receipt is not said")
		}
	})
}

func TestConversationPage(t *testing.T) {
	eachLanguage(t, samples("x")["conversation"].page, "conversation", func(t *testing.T, l i18n.Language, doc *goquery.Document) {
		form := doc.Find("form#message")
		if form.AttrOr("action", "") != "/"+l.Code+"/follow-up/message" || form.AttrOr("enctype", "") != "multipart/form-data" {
			t.Error("the form is sent elsewhere or without files")
		}
		if got := fieldNames(form); !slices.Equal(got, []string{"form", "receipt", "text", "keep_metadata", "website", "files"}) {
			t.Errorf("fields are %v", got)
		}
		if got := form.Find(`[name="receipt"]`); got.AttrOr("value", "") != testReceipt || got.AttrOr("type", "") != "hidden" {
			t.Error("the receipt is not carried along")
		}
		if doc.Find("#added[role=alert]").Length() != 1 {
			t.Error("nothing says that the message was stored")
		}
		froms := doc.Find("article").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("class", "") })
		if !slices.Equal(froms, []string{"message report", "message desk", "message reporter"}) {
			t.Errorf("messages are %v", froms)
		}
		broken := doc.Find("article").Eq(2)
		if broken.Find(".error").Length() != 1 || broken.Find(".text").Length() != 0 {
			t.Error("a message that does not belong here is shown")
		}
	})
}

func TestStatesAndOutcomes(t *testing.T) {
	r := testRenderer(t)
	for _, l := range i18n.Languages {
		for _, state := range casework.States {
			for _, outcome := range casework.Outcomes {
				doc := render(t, r, l.Code, "conversation", Conversation{State: state, Outcome: outcome, Branch: "hr", Limits: testLimits})
				if got := doc.Find("#state"); got.AttrOr("data-state", "") != string(state) || got.Text() == "" {
					t.Errorf("%s: state %s is %q", l.Code, state, got.Text())
				}
				if got := doc.Find("#outcome"); got.AttrOr("data-outcome", "") != string(outcome) || got.Text() == "" {
					t.Errorf("%s: outcome %s is %q", l.Code, outcome, got.Text())
				}
			}
		}
	}
	if render(t, r, "en", "conversation", Conversation{State: casework.Received, Branch: "hr"}).Find("#outcome").Length() != 0 {
		t.Error("an open case has an outcome")
	}
}

func TestDatesThatHaveComeReplaceThoseToCome(t *testing.T) {
	r := testRenderer(t)
	d := caseview.ReporterDates{Received: "2026-11-01", Acknowledge: "2026-11-08", Answer: "2027-02-01", Acknowledged: "2026-11-05", Closed: "2027-01-01"}
	doc := render(t, r, "en", "conversation", Conversation{State: casework.Closed, Branch: "hr", Dates: d})
	days := doc.Find("dl.facts time").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("datetime", "") })
	if !slices.Equal(days, []string{d.Received, d.Acknowledged, d.Closed}) {
		t.Errorf("days are %v", days)
	}
}

func TestAnswersAreTranslated(t *testing.T) {
	fields := []Field{{"kind", "consultation"}, {"relationship", "trainee"}, {"subject", "own"}, {"category", "foreign-trainees"},
		{"category", "unsure"}, {"country", "JP"}, {"danger", "yes"}, {"identity", "desk"}, {"keep_metadata", "yes"},
		{"where", "here"}, {"reported_before", "no"}, {"odd", "x\u202ey"}, {"country", "XX"}, {"kind", "odd"}, {"danger", "odd"}}
	p := Conversation{State: casework.Received, Branch: "hr", Messages: []Message{{From: casework.FromReport, On: "2026-11-21", Fields: fields}}}
	doc := render(t, testRenderer(t), "ja", "conversation", p)
	values := doc.Find("article dd").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	want := []string{"相談する", "技能実習生・育成就労の外国人", "Acme & Sons", "外国人技能実習生等の処遇", "分からない", "日本", "はい", "窓口限り実名（会社には匿名）", "はい",
		"here", "no", "x[U+202E]y", "XX", "odd", "odd"}
	if !slices.Equal(values, want) {
		t.Errorf("values are\n%q, want\n%q", values, want)
	}
	labels := doc.Find("article dt").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if labels[5] != "国・地域" || labels[10] != "これまでに、だれかに話しましたか" || labels[11] != "odd" {
		t.Errorf("labels are %q", labels)
	}
}

func TestProblemPages(t *testing.T) {
	r := testRenderer(t)
	titles := map[string]bool{}
	for status, key := range Problems {
		for _, l := range i18n.Languages {
			doc := render(t, r, l.Code, "problem", Problem{Status: status})
			if doc.Find("main p").Length() < 2 || doc.Find("main li a").Length() != 3 {
				t.Errorf("%s: %s does not say what to do", l.Code, key)
			}
			titles[doc.Find("h1").Text()] = true
		}
	}
	if want := 7 * len(i18n.Languages); len(titles) != want { // 404 and 405 share a page
		t.Errorf("%d different headings, want %d", len(titles), want)
	}
	if got := (Problem{Status: 418}).Name(); got != "broken" {
		t.Errorf("an unknown status is %q", got)
	}
	if got := (Problem{Status: 400, Key: "too-large"}).Name(); got != "too-large" {
		t.Errorf("the key is %q", got)
	}
}

func TestMarks(t *testing.T) {
	for _, r := range "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff" +
		"\u00ad\u061c\u115f\u1160\u180e\u2060\u3164\U000e0000\U000e0001\U000e0041\U000e007f" {
		parts := marks("a" + string(r) + "b")
		if len(parts) != 3 || !parts[1].Mark || parts[0] != (part{Text: "a"}) || parts[2] != (part{Text: "b"}) {
			t.Errorf("%U: %v", r, parts)
		}
	}
	if got := visible("\u202eab\ufeff"); got != "[U+202E]ab[U+FEFF]" {
		t.Errorf("got %q", got)
	}
	if got := marks(""); len(got) != 0 {
		t.Errorf("empty: %v", got)
	}
	text := "日本語\nEnglish é"
	if got := marks(text); len(got) != 1 || got[0].Text != text {
		t.Errorf("plain text: %v", got)
	}
}

func TestNamesStayWhole(t *testing.T) {
	for name, want := range map[string]person{
		"Aiko Tanaka (田中 愛子)": {"Aiko Tanaka ", "(田中 愛子)"}, "田中（人事）": {"田中", "（人事）"}, "Aiko Tanaka": {"Aiko Tanaka", ""},
		"(HR)": {"(HR)", ""}, "A (b) c": {"A (b) c", ""}, "A  (b": {"A  (b", ""},
	} {
		if got := personOf(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestInvisibleCharactersAreMarkedOnPages(t *testing.T) {
	doc := render(t, testRenderer(t), "en", "conversation", samples("a\u202eb\u200bc")["conversation"].page)
	if strings.ContainsAny(doc.Find("article").Text(), "\u202e\u200b") {
		t.Error("an invisible character came through")
	}
	if got := doc.Find("article").First().Find("p.text mark").Map(func(_ int, s *goquery.Selection) string { return s.Text() }); !slices.Equal(got, []string{"[U+202E]", "[U+200B]"}) {
		t.Errorf("marks are %v", got)
	}
	if got := doc.Find("article .files li").First().Text(); !strings.Contains(got, "a[U+202E]b[U+200B]c") {
		t.Errorf("file name is %q", got)
	}
}

func TestOrganizationWithoutAName(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := New(texts, Site{ExitPath: "/exit"})
	for _, l := range i18n.Languages {
		label := strings.TrimSpace(render(t, r, l.Code, "report", ReportForm{Limits: testLimits}).Find(`label[for="subject"]`).Text())
		p := Conversation{State: casework.Received, Branch: "hr", Messages: []Message{{From: casework.FromReport, On: "2026-11-21", Fields: []Field{{"subject", "own"}}}}}
		answer := render(t, r, l.Code, "conversation", p).Find("article dd").Text()
		if label == "" || answer != label {
			t.Errorf("%s: asked about %q, answered %q", l.Code, label, answer)
		}
	}
}
