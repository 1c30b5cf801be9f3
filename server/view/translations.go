package view

import (
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/store/casework"
)

// translations are the fields of a text in each language, below the field of the
// text itself.
type translations struct {
	Label string // key: that of the text
	Rows  []translation
}

type translation struct {
	control
	Language i18n.Language
}

// TranslationField is the name of such a field.
func TranslationField(name, lang string) string { return name + "_" + lang }

func translationsOf(texts *i18n.Texts, page, name string, values casework.Translations, errors []FieldError) translations {
	t := translations{Label: page + "." + strings.ReplaceAll(name, "_", "-") + ".label"}
	for _, l := range i18n.Languages {
		field := TranslationField(name, l.Code)
		t.Rows = append(t.Rows, translation{control{Page: page, ID: field, Name: field, Value: values[l.Code], Error: errorOf(texts, field, errors)}, l})
	}
	return t
}

// Open reports whether they must not be folded away.
func (t translations) Open() bool {
	return slices.ContainsFunc(t.Rows, func(r translation) bool { return r.Value != "" || r.Error != "" })
}
