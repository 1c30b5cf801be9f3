package rig

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// Title is the title of a page.
func Title(page string) string {
	_, rest, _ := strings.Cut(page, "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	return html.UnescapeString(title)
}

// CheckKept checks that a form came back with every answer as it was typed.
func CheckKept(t testing.TB, what, page string, fields []Field) {
	t.Helper()
	for _, f := range fields {
		var shown bool
		switch f.Name {
		case "form":
			continue
		case "text":
			_, rest, _ := strings.Cut(page, `name="text"`)
			_, rest, _ = strings.Cut(rest, ">\n") // HTML drops the first line break of a textarea
			value, _, _ := strings.Cut(rest, "</textarea>")
			shown = html.UnescapeString(value) == f.Value
		case "kind", "subject", "desk", "identity", "danger", "keep_metadata":
			shown = InputHas(page, f, " checked")
		case "relationship", "entity", "category", "country":
			shown = regexp.MustCompile(`<option [^>]*value="?` + regexp.QuoteMeta(f.Value) + `"? selected>`).MatchString(page)
		default:
			shown = InputHas(page, f, "")
		}
		if !shown {
			t.Errorf("%s: %s %q is not in the form that came back", what, f.Name, f.Value)
		}
	}
}

// InputHas reports whether the page has an input with that name and value, and
// with an attribute besides.
func InputHas(page string, f Field, attribute string) bool {
	for _, tag := range strings.Split(page, "<input ")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		if strings.Contains(tag, `name="`+f.Name+`"`) && strings.Contains(html.UnescapeString(tag), `value="`+f.Value+`"`) && strings.Contains(tag, attribute) {
			return true
		}
	}
	return false
}

// CheckErrors checks that a page says in its title, in a summary and at the
// field that something is wrong.
func CheckErrors(t testing.TB, what, lang, page, field string) {
	t.Helper()
	CheckTitle(t, what, lang, page)
	if !strings.Contains(page, `id="errors"`) || !strings.Contains(page, `href="#`+field+`"`) || !strings.Contains(page, `id="`+field+`-error"`) {
		t.Errorf("%s: no error summary that leads to %s", what, field)
	}
}

// CheckTitle checks that whoever hears the title first learns that something is
// wrong.
func CheckTitle(t testing.TB, what, lang, page string) {
	t.Helper()
	if prefix := Texts(t, lang).T("error.prefix"); !strings.HasPrefix(Title(page), prefix+" ") {
		t.Errorf("%s: the title %q does not begin with %q", what, Title(page), prefix)
	}
}
