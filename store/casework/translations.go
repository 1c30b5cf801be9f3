package casework

import (
	"cmp"
	"encoding/json"
	"maps"
)

// Translations are what an administrator wrote in the place of a text of theirs, by
// language. A language without one has the text itself.
type Translations map[string]string

// Of returns a text as it stands in a language.
func (t Translations) Of(text, lang string) string { return cmp.Or(t[lang], text) }

// Written is how they are stored: "" for none.
func (t Translations) Written() string {
	t = maps.Clone(t)
	maps.DeleteFunc(t, func(_, text string) bool { return text == "" })
	if len(t) == 0 {
		return ""
	}
	b, _ := json.Marshal(t) // a map of strings always can
	return string(b)
}

// ReadTranslations reads what Written wrote.
func ReadTranslations(written string) (t Translations, err error) {
	if written != "" {
		err = json.Unmarshal([]byte(written), &t)
	}
	return t, err
}
