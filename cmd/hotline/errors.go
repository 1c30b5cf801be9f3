package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"hotline/store"
)

// Exit codes.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
)

// fault is an error as a person is told of it: what is wrong, in one sentence,
// and what can be done.
type fault struct {
	sentence string
	hint     string // "" only where the sentence says it already
	usage    bool   // the command was called wrongly
	cause    error  // nil: none
}

func (f *fault) Error() string { return f.sentence }
func (f *fault) Unwrap() error { return f.cause }

// because notes the error behind a fault.
func (f *fault) because(err error) *fault {
	f.cause = err
	return f
}

// failed is a fault of the machine or of what lies on it.
func failed(hint, sentence string, args ...any) *fault {
	return &fault{sentence: fmt.Sprintf(sentence, args...), hint: hint}
}

// misused is a fault of the one who called.
func misused(hint, sentence string, args ...any) *fault {
	f := failed(hint, sentence, args...)
	f.usage = true
	return f
}

// report tells of an error, if there is one, and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	f := explain(err)
	say(w, f)
	if f.usage {
		return exitUsage
	}
	return exitFailed
}

func say(w io.Writer, f *fault) {
	fmt.Fprintf(w, "hotline: %s\n", visible(withoutSecrets(f.sentence)))
	if f.hint != "" {
		fmt.Fprintf(w, "hint: %s\n", visible(withoutSecrets(f.hint)))
	}
}

// secretKey matches an identity, which may have been pasted anywhere.
var secretKey = regexp.MustCompile(`(?i)AGE-SECRET-KEY-[0-9A-Z-]+`)

func withoutSecrets(s string) string { return secretKey.ReplaceAllString(s, "AGE-SECRET-KEY-…") }

// wrongUsage turns kong's error into a fault that leads to the right help.
func wrongUsage(err error) error {
	help := "hotline --help"
	var parsing *kong.ParseError
	if errors.As(err, &parsing) && parsing.Context != nil {
		if node := parsing.Context.Selected(); node != nil && node.Tag != nil && node.Tag.Default == "" {
			help = node.FullPath() + " --help"
		}
	}
	return misused("run `"+help+"`", "%s", sentence(err.Error())).because(err)
}

// explain finds the words for an error.
func explain(err error) *fault {
	var f *fault
	var file *fs.PathError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return failed("", "Stopped before it was done.")
	case errors.Is(err, store.ErrNewerSchema):
		return failed("use that version, or a newer one", "The database was written by a newer version of this program.")
	case errors.Is(err, store.ErrDamaged):
		return failed("stop the server, keep a copy of the data folder as it is, and go back to the last backup", "The database is damaged.")
	case errors.Is(err, store.ErrLast):
		return failed("invite another one first: hotline handler invite --role admin", "This is the only administrator.")
	case errors.As(err, &file):
		return failed(fileHint(err), "%s: %s.", file.Path, reason(err)).because(err)
	case errors.Is(err, store.ErrBusy):
		return failed("see that the disk is not full and that no other program holds the database, then try again",
			"The database cannot be reached or written now.").because(err)
	}
	return failed("run `hotline doctor`", "%s", sentence(err.Error())).because(err)
}

// reason is an error of the operating system in a few words, without the path.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		return file.Err.Error()
	}
	return err.Error()
}

// fileHint says what can be done about a file that cannot be used.
func fileHint(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "make room on the disk"
	case errors.Is(err, syscall.EROFS):
		return "choose a folder on a disk that can be written"
	case errors.Is(err, fs.ErrPermission):
		return "run as the user that owns it, or give that user the right to it"
	case errors.Is(err, fs.ErrExist):
		return "nothing is overwritten: choose another name"
	}
	return "see that the path is right"
}

// sentence makes a sentence of an error's text: without its package's name, a
// capital first, a full stop last.
func sentence(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(text, "store: "))
	if first, size := utf8.DecodeRuneInString(text); unicode.IsLower(first) {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
