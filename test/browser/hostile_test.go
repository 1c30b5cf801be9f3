package browser

import (
	"strings"
	"testing"

	"hotline/crypto"
)

// hostile are texts that no form takes, sealed by somebody's own program: each kept a
// handler's tab busy for a minute and more, or was called damaged.
var hostile = map[string]string{
	"turning":     "needle " + strings.Repeat("\u202e", 29_990),
	"marks":       "needle " + strings.Repeat("\u0301", 15_000) + strings.Repeat("\u0316", 15_000),
	"many marks":  "needle " + strings.Repeat("\u0301", 200_000),
	"alternating": "needle " + strings.Repeat("a\u202e", 100_000),
	"one word":    "needle " + strings.Repeat("a", 500_000),
}

// TestHostileTexts opens such reports in a handler's browser, where every page that shows,
// folds or exports them comes to an end, and none of them is called damaged.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	k := named(t)
	k.join(t, "Aiko Tanaka", "hr")
	cases := map[string]string{}
	for name, text := range hostile {
		cases[name] = k.send(t, written{category: "discrimination", language: "en", text: text, fields: map[string]string{"where": "marks " + strings.Repeat("\u0301", 2_000)}})
	}
	name := strings.Repeat("\u0301\u202e", 40_000) + ".exe"
	cases["file"] = k.send(t, written{category: "discrimination", language: "en", text: "needle", files: map[string][]byte{name: []byte("MZ")}})
	k.browse(t, "desk/hostile.mjs", map[string]any{"cases": cases, "words": []string{crypto.NewID()}})
}
