package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-isatty"

	"hotline/store/casework"
	"hotline/store/export"
)

// Visible makes other people's text safe to print: what could move the cursor,
// colour the screen, or turn and hide the characters around it is shown as its
// code point. Lines and tabs stay.
func Visible(s string) string {
	if strings.IndexFunc(s, casework.Hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if casework.Hidden(r) {
			fmt.Fprintf(&b, "[%U]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Line is visible for a text that must not leave its line.
func Line(s string) string {
	return Visible(strings.NewReplacer("\n", " ", "\t", " ").Replace(s))
}

// Indented puts two spaces before every line, so that a text never looks like
// a heading of ours.
func Indented(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "  " + l
		}
	}
	return strings.Join(lines, "\n")
}

// Counted is "1 case", "2 cases".
func Counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// Listed is "hr", "hr and procurement", "hr, procurement and compliance".
func Listed[T ~string](items []T) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = string(item)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Program is how this program was called, for commands to copy.
func Program() string {
	if strings.Contains(os.Args[0], string(filepath.Separator)+"go-build") { // where go run puts it
		return "go run ./cmd/hotline"
	}
	if strings.ContainsRune(os.Args[0], filepath.Separator) {
		return Quoted(os.Args[0])
	}
	return "hotline"
}

// Quoted is a word for a shell.
func Quoted(word string) string { return export.Quoted(word) }

// IsTerminal reports whether somebody sits before a file.
func IsTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
