package i18n

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// locale reads a language's messages by key.
func locale(t *testing.T, code string) map[string]*goi18n.Message {
	t.Helper()
	ms, err := readLocale(code)
	if err != nil {
		t.Fatal(err)
	}
	byKey := make(map[string]*goi18n.Message, len(ms))
	for _, m := range ms {
		byKey[m.ID] = m
	}
	return byKey
}

func forms(m *goi18n.Message) map[string]string {
	all := map[string]string{
		"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other,
	}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

func load(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryLanguageHasTheSameKeys(t *testing.T) {
	want := slices.Sorted(maps.Keys(locale(t, Fallback)))
	for _, l := range Languages {
		got := slices.Sorted(maps.Keys(locale(t, l.Code)))
		for _, key := range want {
			if !slices.Contains(got, key) {
				t.Errorf("%s lacks %s", l.Code, key)
			}
		}
		for _, key := range got {
			if !slices.Contains(want, key) {
				t.Errorf("%s alone has %s", l.Code, key)
			}
		}
	}
}

func TestNoTextIsEmptyOrPadded(t *testing.T) {
	for _, l := range Languages {
		for key, m := range locale(t, l.Code) {
			for form, text := range forms(m) {
				if strings.TrimSpace(text) != text || text == "" {
					t.Errorf("%s: %s (%s) is %q", l.Code, key, form, text)
				}
			}
			if m.Other == "" {
				t.Errorf("%s: %s has no text", l.Code, key)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func placeholders(text string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestPlaceholdersAreTheSameInEveryLanguage(t *testing.T) {
	english := locale(t, Fallback)
	for _, l := range Languages {
		for key, m := range locale(t, l.Code) {
			want := placeholders(english[key].Other)
			for form, text := range forms(m) {
				if got := placeholders(text); !slices.Equal(got, want) {
					t.Errorf("%s: %s (%s) has placeholders %v, not %v", l.Code, key, form, got, want)
				}
				if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
					t.Errorf("%s: %s (%s) has something odd in braces: %q", l.Code, key, form, text)
				}
			}
		}
	}
}

// Counts that meet every plural form of our languages: Spanish and Portuguese
// have one of their own for millions.
var counts = []int{0, 1, 2, 3, 5, 10, 21, 100, 1_000_000, 2_000_000}

func TestPluralFormsAreComplete(t *testing.T) {
	c := load(t)
	for _, l := range Languages {
		for key, m := range locale(t, l.Code) {
			if !slices.Contains(placeholders(m.Other), "Count") || key == "report.text.limit" {
				continue
			}
			for _, n := range counts {
				if text := c.Texts(l.Code).N(key, n, "Size", "x"); text == "" { // a missing form panics
					t.Errorf("%s: %s is empty for %d", l.Code, key, n)
				}
			}
		}
	}
}

// A text that is the same as in English has most likely been forgotten.
func TestTextsAreTranslated(t *testing.T) {
	same := regexp.MustCompile(`^(country\..*|(answers\.)?subject\.own|queue\.compliance|error\.prefix|date\.month\..*|relationship\.customer|error\.choice|priority\.normal|account\.browser\.(chrome|edge|firefox|safari)|account\.passkeys\.title|role\.auditor|profile\.pt|branch\.name|queues\.no|(happened|satisfied|classify\.agreed)\.no)$`)
	english := locale(t, Fallback)
	for _, l := range Languages {
		if l.Code == Fallback {
			continue
		}
		for key, m := range locale(t, l.Code) {
			if m.Other == english[key].Other && !same.MatchString(key) {
				t.Errorf("%s: %s is still in English: %q", l.Code, key, m.Other)
			}
		}
	}
}

var (
	kana = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}]`)
	han  = regexp.MustCompile(`\p{Han}`)
)

func TestScriptsAreNotMixedUp(t *testing.T) {
	for _, l := range Languages {
		for key, m := range locale(t, l.Code) {
			text := m.Other
			switch l.Code {
			case "zh":
				if kana.MatchString(text) && !strings.Contains(text, "・") {
					t.Errorf("zh: %s holds Japanese: %q", key, text)
				}
			case "ja":
			default:
				if kana.MatchString(text) || han.MatchString(text) {
					t.Errorf("%s: %s holds Chinese characters: %q", l.Code, key, text)
				}
			}
		}
	}
}

func TestPluralIsNotMistakenForAnAnswer(t *testing.T) {
	c := load(t)
	if got := c.Texts("en").T("relationship.other"); got != "Other" {
		t.Errorf("relationship.other is %q", got)
	}
	if _, ok := pluralMessage("x", map[string]any{"other": "b", "own": "a"}); ok {
		t.Error("a table with other keys counts as a plural")
	}
	if err := flatten("", map[string]any{"a": 1}, nil); err == nil {
		t.Error("a number counts as a text")
	}
}
