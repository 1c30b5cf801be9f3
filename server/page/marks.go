package page

import (
	"fmt"
	"regexp"
	"strings"
)

// invisible matches the characters that turn or hide text: bidirectional
// controls, zero-width characters and the byte order mark. In a name or a
// message they can make one thing look like another (a file "annexexe.jpg" that is an .exe).
var invisible = regexp.MustCompile(`[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}]`)

// part is a piece of someone else's text. Mark says that Text stands for a
// character that could not be seen.
type part struct {
	Text string
	Mark bool
}

// marks splits a text so that every invisible character is a part of its own,
// written as its code point.
func marks(s string) []part {
	var parts []part
	at := 0
	for _, found := range invisible.FindAllStringIndex(s, -1) {
		if found[0] > at {
			parts = append(parts, part{Text: s[at:found[0]]})
		}
		parts = append(parts, part{Text: codePoint(s[found[0]:found[1]]), Mark: true})
		at = found[1]
	}
	if at < len(s) {
		parts = append(parts, part{Text: s[at:]})
	}
	return parts
}

// visible is marks for a text that stands inside a sentence of ours.
func visible(s string) string { return invisible.ReplaceAllStringFunc(s, codePoint) }

func codePoint(s string) string { return fmt.Sprintf("[%U]", []rune(s)[0]) }

// lastGroupPattern returns a pattern for an input that accepts the last group
// of a receipt as people type it: in either case, with spaces around it.
func lastGroupPattern(receipt string) string {
	g := strings.Split(receipt, "-")
	var pattern strings.Builder
	pattern.WriteString(`\s*`)
	for _, r := range g[len(g)-1] {
		s := string(r)
		if lower := strings.ToLower(s); lower != s {
			s = "[" + s + lower + "]"
		}
		pattern.WriteString(s)
	}
	pattern.WriteString(`\s*`)
	return pattern.String()
}
