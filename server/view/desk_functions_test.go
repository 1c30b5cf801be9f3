package view

import (
	"net/url"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
)

func deskTextsOf(t *testing.T, lang string) *i18n.Texts {
	t.Helper()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Texts(lang)
}

func TestDueDaysAreToldInWords(t *testing.T) {
	en := deskTextsOf(t, "en")
	for _, c := range []struct {
		what string
		days int
		want string
	}{
		{"acknowledge", 3, "Acknowledge within 3 days"},
		{"acknowledge", 1, "Acknowledge within 1 day"},
		{"answer", 0, "Answer today"},
		{"answer", -2, "Answer 2 days late"},
		{"answer", -1, "Answer 1 day late"},
	} {
		if got := dueWords(en, nextDue{DueFor: c.what, DaysLeft: c.days}); got != c.want {
			t.Errorf("%s in %d days: %q", c.what, c.days, got)
		}
	}
	for _, l := range i18n.Languages {
		texts, seen := deskTextsOf(t, l.Code), map[string]string{}
		for what := range due {
			for _, days := range []int{5, 1, 0, -1, -5} {
				words := dueWords(texts, nextDue{DueFor: what, DaysLeft: days})
				if other, twice := seen[words]; twice {
					t.Errorf("%s: %q stands for %s and for %s", l.Code, words, what, other)
				}
				seen[words] = what
			}
		}
	}
}

// The way back to a list survives the address of a case, the language switch
// and characters that mean something in an address.
func TestWayBackToTheList(t *testing.T) {
	list := url.Values{"tab": {"all"}, "assignee": {"a&b=c#d"}}.Encode()
	link, err := url.Parse(string(caseURL(deskTextsOf(t, "pt"), "0123", list)))
	if err != nil {
		t.Fatal(err)
	}
	if link.Path != "/pt/desk/cases/0123" || link.Query().Get("back") != list {
		t.Errorf("a case is at %s", link)
	}
	path := Case{ID: "0123", Back: list}.base().Path
	if _, query, _ := strings.Cut(path, "?"); query != link.RawQuery {
		t.Errorf("the language switch leads to %s", path)
	}
	if got := (CaseList{Query: "tab=new"}).base().Path; got != "desk/cases?tab=new" {
		t.Errorf("the language switch of a list leads to %s", got)
	}
}

func TestEachFilterCanBeRemoved(t *testing.T) {
	l := CaseList{
		Tab: casework.TabAll, People: []Person{{ID: "7", Name: "Aiko\u202e"}},
		Filter: CaseListFilter{Queue: "hr", Assignee: "7", Priority: "high", Sort: "newest"},
	}
	chosen := chosenFilters(deskTextsOf(t, "en"), Site{}.structure(), l)
	if len(chosen) != 3 {
		t.Fatalf("%d filters are shown: %v", len(chosen), chosen)
	}
	for i, gone := range []string{"queue", "priority", "assignee"} {
		link, err := url.Parse(string(chosen[i].URL))
		if err != nil {
			t.Fatal(err)
		}
		q := link.Query()
		if q.Has(gone) || len(q) != 4 || q.Get("tab") != "all" || q.Get("sort") != "newest" {
			t.Errorf("without %s the list is at %s", gone, link)
		}
	}
	if got := chosen[2].Value; got != "Aiko[U+202E]" {
		t.Errorf("the person is shown as %q", got)
	}
	if got := listWithout(deskTextsOf(t, "en"), l, ""); got != "/en/desk/cases?sort=newest&tab=all" {
		t.Errorf("the whole list is at %s", got)
	}
}

func TestAddressesBreakAtTheirParts(t *testing.T) {
	for address, want := range map[string]string{
		"aiko.tanaka@hotline.example":        "aiko|.tanaka@|hotline|.example",
		"https://www.caa.go.jp/a_b/":         "https://|www|.caa|.go|.jp/|a_|b/",
		"somebody":                           "somebody",
		"":                                   "",
		"https://www.mhlw.go.jp/index.html#": "https://|www|.mhlw|.go|.jp/|index|.html#",
	} {
		if got := strings.Join(addressParts(address), "|"); got != want {
			t.Errorf("%q breaks into %q", address, got)
		}
	}
}
