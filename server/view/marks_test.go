package view

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
)

// Somebody else's text is shown as scripts show it (web/src/lib/marks.test.ts).
func TestMarksAreThoseOfScripts(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/marks.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ Name, Text, Shown string }
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := visible(v.Text); got != v.Shown {
			t.Errorf("%s: %q, want %q", v.Name, got, v.Shown)
		}
	}
}

// A text made to keep a browser busy becomes a few parts.
func TestMarksOfHostileTexts(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"characters that turn text": strings.Repeat("\u202e", 29_990),
		"marks on one letter":       "a" + strings.Repeat("\u0301", 15_000) + strings.Repeat("\u0316", 15_000),
		"short runs of marks":       strings.Repeat("a"+strings.Repeat("\u0301", 8), 3_000),
	} {
		if parts := marks(text); len(parts) > 2 {
			t.Errorf("%s: %d parts", name, len(parts))
		}
	}
}

// A page without scripts shows of a text what scripts show: of a hostile one it was 57 MB.
func TestTextMadeToFillAPage(t *testing.T) {
	for name, text := range map[string]string{
		"invisible between letters": strings.Repeat("a\u202e", 120_000), "long": strings.Repeat("a", 500_000), "long, in Japanese": strings.Repeat("通報", 250_000),
	} {
		out := textShown(text)
		length := 0
		for _, p := range out.Parts {
			length += len(p.Text)
		}
		if units := len(utf16.Encode([]rune(text))); len(out.Parts) > 2*mostMarked+2 || length > 10*longestText || out.More != units-longestText {
			t.Errorf("%s: %d parts, %d bytes, %d more", name, len(out.Parts), length, out.More)
		}
	}
	if out := textShown("a\u202eb"); len(out.Parts) != 3 || out.More != 0 {
		t.Errorf("a short text: %+v", out)
	}
}
