package admin

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"hotline/i18n"
	"hotline/server/view"
	"hotline/store/casework"
)

// translationsIn reads the fields of a text in each language.
func translationsIn(fields url.Values, name string) casework.Translations {
	t := casework.Translations{}
	for _, l := range i18n.Languages {
		if text := oneLine(fields.Get(view.TranslationField(name, l.Code))); text != "" {
			t[l.Code] = text
		}
	}
	return t
}

// oneLine takes away the white space that nobody sees.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// unreadable reports whether a text is too long to be shown, or holds characters
// that nobody sees.
func unreadable(text string, limit int) bool {
	return utf8.RuneCountInString(text) > limit || strings.ContainsFunc(text, casework.Hidden)
}
