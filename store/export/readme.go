package export

import (
	"fmt"
	"strings"
	"unicode"
)

// readme writes out the commands for this very folder, for somebody who has age
// and nothing of ours.
func readme(b Bundle) string {
	var t strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&t, format+"\n", args...) }
	p("Case %s, received %s, queue %s", b.ID, b.Received, b.Queue)
	p("")
	p("Everything here is sealed. It opens with the identity file of one of these handlers (or of")
	p("recovery, which lies in a safe), here called handler.txt, and the age command (https://age-encryption.org, 1.3 or later).")
	p("In this folder, on a machine that you trust:")
	p("")
	p("1. Open your key to the case, by the line with your address:")
	p("")
	for _, key := range b.Keys {
		p("  age -d -i handler.txt -o case.txt %s", Quoted(key))
	}
	p("")
	p("2. Open the messages with it, in order:")
	p("")
	for _, m := range b.MessageFiles {
		p("  age -d -i case.txt %s", m.Path)
	}
	p("")
	p("Each is one line of JSON, then spaces. \"case\", \"seq\" and \"from\" must agree with this")
	p("case and with the name of the file; if they do not, the message does not belong here.")
	p("report: the opening message. reporter: added by the reporter. desk: sent to the reporter.")
	p("note: for handlers only.")
	if b.Classification != "" {
		p("")
		p("What the desk classified the case as, in codes:")
		p("")
		p("  age -d -i case.txt %s", b.Classification)
	}
	if b.NameFile != "" {
		p("")
		p("The reporter's name, and how to reach them, stand apart, also where they gave none. Open")
		p("them only if you are designated in writing to know who reporters are:")
		p("")
		p("  age -d -i case.txt %s", b.NameFile)
	}
	if len(b.SealedFiles) > 0 {
		p("")
		p("3. Open the files. The message that carries a file says its true name, its size and its")
		p("SHA-256; what lies beyond that size is padding, to be cut off:")
		p("")
		for _, f := range b.SealedFiles {
			p("  age -d -i case.txt %s | head -c SIZE > NAME    (named in %04d)", f.Path, f.Seq)
		}
	}
	p("")
	p("Remove case.txt when you are done: whoever has it opens this case.")
	p("All of this at once, checks included:")
	p("")
	p("  hotline case open . -i handler.txt -o opened")
	return t.String()
}

// Quoted is a word for a shell.
func Quoted(word string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./:@+=,", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
