package view

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"hotline/store/casework"
)

// part is a piece of someone else's text. Mark says that Text stands for a
// character that could not be seen.
type part struct {
	Text string
	Mark bool
}

// marks splits a text so that every character that turns or hides text is a part
// of its own, written as its code point. In a name or a message they can make one
// thing look like another (a file "annexexe.jpg" that is an .exe).
func marks(s string) []part {
	var parts []part
	for {
		at := strings.IndexFunc(s, casework.Marked)
		if at < 0 {
			break
		}
		if at > 0 {
			parts = append(parts, part{Text: s[:at]})
		}
		r, size := utf8.DecodeRuneInString(s[at:])
		parts = append(parts, part{Text: codePoint(r), Mark: true})
		s = s[at+size:]
	}
	if s != "" {
		parts = append(parts, part{Text: s})
	}
	return parts
}

// person is somebody's name in two parts: what stands in brackets at its end is not
// parted from itself where a line ends.
type person struct{ Name, Brackets string }

func personOf(name string) person {
	at := max(strings.LastIndex(name, " ("), strings.LastIndex(name, "（"))
	if at < 1 || !strings.HasSuffix(name, ")") && !strings.HasSuffix(name, "）") {
		return person{Name: name}
	}
	start := at + len(name[at:]) - len(strings.TrimLeft(name[at:], " "))
	return person{name[:start], name[start:]}
}

// visible is marks for a text that stands inside a sentence of ours.
func visible(s string) string {
	var b strings.Builder
	for _, p := range marks(s) {
		b.WriteString(p.Text)
	}
	return b.String()
}

func codePoint(r rune) string { return fmt.Sprintf("[%U]", r) }

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
