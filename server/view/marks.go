package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"hotline/store/casework"
)

// part is a piece of someone else's text. Mark says that Text stands for a
// character that could not be seen.
type part struct {
	Text string
	Mark bool
}

const (
	eachShown = 3 // invisible characters in a row that are written one by one
	mostMarks = 8 // combining marks that a letter keeps: no script needs more
)

// marks splits a text so that what turns or hides text is a part of its own, written as
// its code point. In a name or a message such characters can make one thing look like
// another (a file "annexexe.jpg" that is an .exe). Longer runs of them, and of combining
// marks on one letter, keep a browser busy for minutes: they are counted in place of being
// shown. The same rules hold for scripts: web/src/lib/marks.ts.
func marks(s string) []part {
	var parts []part
	put := func(text string, mark bool) {
		if text != "" {
			parts = append(parts, part{Text: text, Mark: mark})
		}
	}
	shown := 0 // bytes that are in parts already
	for at := 0; at < len(s); {
		invisible, run := runAt(s[at:])
		switch {
		case run == 0:
			_, size := utf8.DecodeRuneInString(s[at:])
			at += size
			continue
		case !invisible:
			for range mostMarks { // these stay with their letter
				_, size := utf8.DecodeRuneInString(s[at:])
				at, run = at+size, run-size
			}
		}
		put(s[shown:at], false)
		if characters := []rune(s[at : at+run]); invisible && len(characters) <= eachShown {
			for _, r := range characters {
				put(codePoint(r), true)
			}
		} else {
			put(counted(characters), true)
		}
		at += run
		shown = at
	}
	put(s[shown:], false)
	return parts
}

// What is shown of one text, as scripts do (web/src/lib/texts.ts).
const (
	mostMarked  = 1_000  // marks that are elements of their own
	longestText = 60_000 // UTF-16 units: twice what forms take
)

// shownText is somebody else's text as a page shows it, and how many characters at its end
// are not shown.
type shownText struct {
	Parts []part
	More  int
}

// textShown is marks for a text that may be longer than any form takes.
func textShown(s string) (out shownText) {
	kept, units := s, 0
	for at, r := range s {
		if units += max(utf16.RuneLen(r), 1); units > longestText {
			kept, out.More = s[:at], utf8.RuneCountInString(s[at:])
			break
		}
	}
	out.Parts = marks(kept)
	for i, n := 0, 0; i < len(out.Parts); i++ {
		if !out.Parts[i].Mark {
			continue
		}
		if n++; n > mostMarked {
			var rest strings.Builder
			for _, p := range out.Parts[i:] {
				rest.WriteString(p.Text)
			}
			out.Parts = append(out.Parts[:i], part{Text: rest.String()})
		}
	}
	return out
}

// runAt returns the bytes of the run that s begins with: of invisible characters, or of
// more combining marks than a letter keeps. 0: of neither.
func runAt(s string) (invisible bool, length int) {
	first, _ := utf8.DecodeRuneInString(s)
	if casework.Marked(first) {
		return true, lengthOf(s, casework.Marked)
	}
	if !unicode.Is(unicode.M, first) {
		return false, 0
	}
	length = lengthOf(s, func(r rune) bool { return unicode.Is(unicode.M, r) })
	if utf8.RuneCountInString(s[:length]) <= mostMarks {
		return false, 0
	}
	return false, length
}

// lengthOf returns the bytes at the beginning of s that are of a kind.
func lengthOf(s string, is func(rune) bool) int {
	if end := strings.IndexFunc(s, func(r rune) bool { return !is(r) }); end >= 0 {
		return end
	}
	return len(s)
}

// counted is a run of characters as one mark: [U+202E × 300], or [U+202E … × 300] where
// others follow the first.
func counted(run []rune) string {
	others := ""
	if slices.ContainsFunc(run, func(r rune) bool { return r != run[0] }) {
		others = " …"
	}
	return fmt.Sprintf("[%U%s × %d]", run[0], others, len(run))
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
