// Package i18n holds every text of the hotline in five languages and the
// rules for numbers, dates, sizes and country names of each.
//
// The texts live in locales/{active,desk,account,admin}.{ja,en,es,pt,zh}.toml,
// one key per text, named by page and role ("report.text.hint"). Load parses them once; after
// that a Catalog and its Texts are read-only and safe for concurrent use.
// Nothing here knows of a request: whoever renders a page picks the Texts of
// its language and keeps them.
package i18n

import (
	"slices"

	"golang.org/x/text/language"
)

// Language is one of the languages the hotline speaks.
type Language struct {
	Code string // as in the address of a page: "zh"
	Tag  string // BCP 47, for the lang attribute: "zh-Hans"
	Name string // in the language itself: "简体中文"
}

// Fallback is the language of a visitor who understands none of ours, and of
// a text that is missing in another language.
const Fallback = "en"

// Languages lists the languages in the order they are shown.
var Languages = []Language{
	{"ja", "ja", "日本語"},
	{"en", "en", "English"},
	{"es", "es", "Español"},
	{"pt", "pt-BR", "Português"},
	{"zh", "zh-Hans", "简体中文"},
}

// Known reports whether code is one of our languages.
func Known(code string) bool {
	return slices.ContainsFunc(Languages, func(l Language) bool { return l.Code == code })
}

// maxAcceptLanguage is far more than any browser sends. What lies beyond it
// cannot change the answer and need not be parsed.
const maxAcceptLanguage = 256

// The matcher answers with its first language when nothing fits, so Fallback
// comes first.
var matcher, matched = func() (language.Matcher, []string) {
	codes, tags := []string{Fallback}, []language.Tag{language.Make(Fallback)}
	for _, l := range Languages {
		if l.Code != Fallback {
			codes, tags = append(codes, l.Code), append(tags, language.Make(l.Tag))
		}
	}
	return language.NewMatcher(tags), codes
}()

// Match returns the code of the language that fits an Accept-Language header
// best, and Fallback when none does.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > maxAcceptLanguage {
		acceptLanguage = acceptLanguage[:maxAcceptLanguage]
	}
	_, i := language.MatchStrings(matcher, acceptLanguage)
	return matched[i]
}

// MatchOf is Match among some of our languages: the visitor's best one of them,
// and otherwise the first.
func MatchOf(offered []string, acceptLanguage string) string {
	if len(offered) == 0 {
		return Match(acceptLanguage)
	}
	first := offered[0]
	if slices.Contains(offered, Fallback) {
		first = Fallback
	}
	codes := []string{first}
	for _, code := range offered {
		if code != first {
			codes = append(codes, code)
		}
	}
	tags := make([]language.Tag, 0, len(codes))
	for _, code := range codes {
		tags = append(tags, tagOf(languageOf(code)))
	}
	if len(acceptLanguage) > maxAcceptLanguage {
		acceptLanguage = acceptLanguage[:maxAcceptLanguage]
	}
	_, i := language.MatchStrings(language.NewMatcher(tags), acceptLanguage)
	return codes[i]
}
