package i18n

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// parts are the files of each language: what reporters read, the questions and
// answers of their reports in the words of those who read them, what handlers read
// at the desk, what they classify cases as, who may open what, searching and exporting, reports on behalf,
// their accounts, the set-up, deputies, posters, the organisation's own words, templates of messages,
// webhooks, the audit log, mail to handlers, the choice of it, the page of a case, the list of cases, and what happens to a case by its dates.
var parts = []string{
	"active", "answers", "desk", "classification", "keys", "search", "entities", "behalf", "account", "admin", "deputies", "poster", "words", "letters", "webhooks", "audit", "mail", "notices", "list", "casepage", "retention", "watch", "meeting", "steps",
}

// Catalog holds the texts of all languages.
type Catalog struct {
	texts map[string]*Texts // by language code
}

// parse reads the texts of all languages.
func parse() (*Catalog, error) {
	messages := make(map[string][]*goi18n.Message, len(Languages))
	for _, l := range Languages {
		ms, err := readLocale(l.Code)
		if err != nil {
			return nil, err
		}
		messages[l.Code] = ms
	}
	plain, err := textsOf(messages)
	if err != nil {
		return nil, err
	}
	for _, t := range plain {
		t.countries = countriesOf(t)
	}
	for code, ms := range messages {
		messages[code] = onPages(code, ms)
	}
	shown, err := textsOf(messages)
	if err != nil {
		return nil, err
	}
	for code, t := range shown {
		t.countries, t.shown, plain[code].shown = plain[code].countries, t, t
	}
	return &Catalog{texts: plain}, nil
}

// textsOf makes the texts of all languages, by code.
func textsOf(messages map[string][]*goi18n.Message) (map[string]*Texts, error) {
	bundle := goi18n.NewBundle(language.Make(Fallback))
	for _, l := range Languages {
		if err := bundle.AddMessages(language.Make(l.Tag), messages[l.Code]...); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", l.Code, err)
		}
	}
	all := make(map[string]*Texts, len(Languages))
	all[Fallback] = newTexts(bundle, languageOf(Fallback), messages[Fallback], nil)
	for _, l := range Languages {
		if l.Code != Fallback {
			all[l.Code] = newTexts(bundle, l, messages[l.Code], all[Fallback])
		}
	}
	return all, nil
}

// onPages returns messages as pages show them.
func onPages(code string, messages []*goi18n.Message) []*goi18n.Message {
	shown := make([]*goi18n.Message, len(messages))
	for i, m := range messages {
		copied := *m
		for _, form := range []*string{&copied.Zero, &copied.One, &copied.Two, &copied.Few, &copied.Many, &copied.Other} {
			*form = unbroken(code, m.ID, *form)
		}
		shown[i] = &copied
	}
	return shown
}

// Texts returns the texts of a language, those of Fallback for an unknown one.
func (c *Catalog) Texts(code string) *Texts {
	if t, ok := c.texts[code]; ok {
		return t
	}
	return c.texts[Fallback]
}

func languageOf(code string) Language {
	return Languages[slices.IndexFunc(Languages, func(l Language) bool { return l.Code == code })]
}

// readLocale reads one language's files into messages, sorted by key.
func readLocale(code string) ([]*goi18n.Message, error) {
	found := map[string]*goi18n.Message{}
	for _, part := range parts {
		name := "locales/" + part + "." + code + ".toml"
		b, err := fs.ReadFile(locales, name)
		if err != nil {
			return nil, fmt.Errorf("i18n: %w", err)
		}
		var tree map[string]any
		if err := toml.Unmarshal(b, &tree); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
		if err := flatten("", tree, found); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
	}
	ms := make([]*goi18n.Message, 0, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		ms = append(ms, found[key])
	}
	return ms, nil
}

// flatten turns nested tables into keys joined by dots.
//
// go-i18n could read the tables itself, but it takes every table that holds a
// key "other" for a plural, and "other" is also an answer in our form
// (relationship.other). Here a table is a plural only if all its keys are
// plural forms.
func flatten(prefix string, tree map[string]any, into map[string]*goi18n.Message) error {
	for key, value := range tree {
		id := prefix + key
		if found := into[id]; found != nil {
			return fmt.Errorf("%s stands in another file, too", id)
		}
		switch v := value.(type) {
		case string:
			into[id] = &goi18n.Message{ID: id, Other: v}
		case map[string]any:
			if m, ok := pluralMessage(id, v); ok {
				into[id] = m
				continue
			}
			if err := flatten(id+".", v, into); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is neither a text nor a table", id)
		}
	}
	return nil
}

// pluralMessage reads a table whose keys are all plural forms.
func pluralMessage(id string, table map[string]any) (*goi18n.Message, bool) {
	m := &goi18n.Message{ID: id}
	forms := map[string]*string{
		"zero": &m.Zero, "one": &m.One, "two": &m.Two, "few": &m.Few, "many": &m.Many, "other": &m.Other,
	}
	for key, value := range table {
		form, known := forms[key]
		text, isText := value.(string)
		if !known || !isText {
			return nil, false
		}
		*form = text
	}
	return m, m.Other != ""
}

// isTemplate reports whether a text has placeholders or plural forms, so that
// it must be executed and cannot be shown as it stands.
func isTemplate(m *goi18n.Message) bool {
	plural := m.Zero + m.One + m.Two + m.Few + m.Many
	return plural != "" || strings.Contains(m.Other, "{{")
}
