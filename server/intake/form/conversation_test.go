package form

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// A page without scripts shows names of files as scripts do: a hostile one fills no page.
func TestNamesOfFilesAreCutInTheMiddle(t *testing.T) {
	for name, want := range map[string]string{
		"写真.jpg":                          "写真.jpg",
		strings.Repeat("a", 255):          strings.Repeat("a", 255),
		strings.Repeat("a", 300) + ".exe": strings.Repeat("a", 250) + "….exe",
		strings.Repeat("a", 300):          strings.Repeat("a", 254) + "…",
		strings.Repeat("a", 300) + "." + strings.Repeat("b", 20): strings.Repeat("a", 254) + "…",
	} {
		if got := shortName(name); got != want {
			t.Errorf("%.20q… of %d: %q", name, len(name), got)
		}
	}
	if got := shortName(strings.Repeat("\u202e", 200_000) + ".jpg"); len(utf16.Encode([]rune(got))) != longestName || !strings.HasSuffix(got, "….jpg") {
		t.Errorf("a name of marks has %d characters", len(got))
	}
}
