package i18n

import (
	"flag"
	"fmt"
	"maps"
	"slices"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/message"
)

// Texts are the texts of one language.
type Texts struct {
	language  Language
	localizer *goi18n.Localizer
	parser    *template.TextParser
	printer   *message.Printer
	plain     map[string]string          // texts without placeholders, ready to show
	templates map[string]string          // the others, as written; of one with plural forms the general one
	plurals   map[string]*goi18n.Message // of templates, with all their forms
	fallback  *Texts                     // nil for Fallback itself
	strict    bool                       // a missing text panics
	countries []Country
	shown     *Texts // the same as pages show them
}

func newTexts(bundle *goi18n.Bundle, l Language, messages []*goi18n.Message, fallback *Texts) *Texts {
	t := &Texts{
		language:  l,
		localizer: goi18n.NewLocalizer(bundle, l.Tag),
		parser:    newParser(underTest()),
		strict:    underTest(),
		printer:   message.NewPrinter(tagOf(l)),
		plain:     make(map[string]string, len(messages)),
		templates: make(map[string]string),
		plurals:   make(map[string]*goi18n.Message),
		fallback:  fallback,
	}
	for _, m := range messages {
		if isTemplate(m) {
			t.templates[m.ID] = m.Other
			t.plurals[m.ID] = m
		} else {
			t.plain[m.ID] = m.Other
		}
	}
	return t
}

// Language returns the language of the texts.
func (t *Texts) Language() Language { return t.language }

// OnPages returns the same texts as pages show them: with characters that keep on one
// line what belongs together. Nothing else may hold these characters: where others'
// texts stand, what cannot be seen is written out.
func (t *Texts) OnPages() *Texts { return t.shown }

// Has reports whether the language has a text of its own for the key.
func (t *Texts) Has(key string) bool {
	return t.Raw(key) != ""
}

// Raw returns the text of a key as written, placeholders and all, "" if the
// language has none.
func (t *Texts) Raw(key string) string {
	if s, ok := t.plain[key]; ok {
		return s
	}
	return t.templates[key]
}

// Forms returns the plural forms of a key but the general one, by name ("one",
// "many"), as written. Most keys have none.
func (t *Texts) Forms(key string) map[string]string {
	m := t.plurals[key]
	if m == nil {
		return nil
	}
	forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many}
	maps.DeleteFunc(forms, func(_, text string) bool { return text == "" })
	return forms
}

// Keys returns all keys of the language, sorted.
func (t *Texts) Keys() []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(t.plain)), maps.Keys(t.templates))
	slices.Sort(keys)
	return keys
}

// T returns the text of a key. args alternate name and value; {{.Name}} in
// the text becomes the value. The result is plain text, not HTML.
//
// A key that the language lacks gives the text of Fallback, and a key nobody
// knows gives itself, so that a page is never lost over a word. Under "go
// test" it panics instead, so that nobody ships the gap.
func (t *Texts) T(key string, args ...any) string {
	if s, ok := t.plain[key]; ok {
		return s
	}
	if t.templates[key] == "" {
		return t.missing(key, func(f *Texts) string { return f.T(key, args...) })
	}
	return t.execute(key, nil, arguments(key, args))
}

// N returns the text of a key in the plural form that count asks for;
// {{.Count}} in the text becomes the count.
func (t *Texts) N(key string, count int, args ...any) string {
	if !t.Has(key) {
		return t.missing(key, func(f *Texts) string { return f.N(key, count, args...) })
	}
	data := arguments(key, args)
	data["Count"] = t.Number(count)
	return t.execute(key, count, data)
}

func (t *Texts) execute(key string, count any, data map[string]any) string {
	s, err := t.localizer.Localize(&goi18n.LocalizeConfig{
		MessageID: key, TemplateData: data, PluralCount: count, TemplateParser: t.parser,
	})
	if err != nil {
		if t.strict {
			panic(fmt.Sprintf("i18n: %s: %v", t.language.Code, err))
		}
		return key
	}
	return s
}

// newParser reads placeholders. One without an argument is an error when
// strict; otherwise it is a gap in a sentence.
func newParser(strict bool) *template.TextParser {
	if strict {
		return &template.TextParser{Option: "missingkey=error"}
	}
	return &template.TextParser{Option: "missingkey=zero"}
}

func (t *Texts) missing(key string, inFallback func(*Texts) string) string {
	if t.strict {
		panic(fmt.Sprintf("i18n: no text %q in %s", key, t.language.Code))
	}
	if t.fallback == nil {
		return key
	}
	return inFallback(t.fallback)
}

// arguments pairs names and values.
func arguments(key string, args []any) map[string]any {
	if len(args)%2 != 0 {
		panic(fmt.Sprintf("i18n: %s: a name without a value", key))
	}
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i < len(args); i += 2 {
		data[args[i].(string)] = args[i+1]
	}
	return data
}

// underTest asks for the flag that every test binary registers. It stands for
// testing.Testing, which would link the testing package into the server.
func underTest() bool { return flag.Lookup("test.v") != nil }
