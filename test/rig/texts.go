package rig

import (
	"testing"

	"hotline/i18n"
)

// Languages are the codes that pages have in their path.
var Languages = func() (codes []string) {
	for _, l := range i18n.Languages {
		codes = append(codes, l.Code)
	}
	return codes
}()

// Texts are the hotline's own words in a language, as pages show them.
func Texts(t testing.TB, lang string) *i18n.Texts {
	t.Helper()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Texts(lang).OnPages()
}
