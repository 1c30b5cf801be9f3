package cli

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
	ExitFine   = 0
	ExitFailed = 1
	ExitUsage  = 2
)

// Fault is an error as a person is told of it: what is wrong, in one sentence,
// and what can be done.
type Fault struct {
	sentence string
	hint     string // "" only where the sentence says it already
	usage    bool   // the command was called wrongly
	cause    error  // nil: none
}

func (f *Fault) Error() string { return f.sentence }
func (f *Fault) Unwrap() error { return f.cause }

// Because notes the error behind a fault.
func (f *Fault) Because(err error) *Fault {
	f.cause = err
	return f
}

// Failed is a fault of the machine or of what lies on it.
func Failed(hint, sentence string, args ...any) *Fault {
	return &Fault{sentence: fmt.Sprintf(sentence, args...), hint: hint}
}

// Misused is a fault of the one who called.
func Misused(hint, sentence string, args ...any) *Fault {
	f := Failed(hint, sentence, args...)
	f.usage = true
	return f
}

// Report tells of an error, if there is one, and returns the exit code.
func Report(w io.Writer, err error) int {
	if err == nil {
		return ExitFine
	}
	f := Explain(err)
	Say(w, f)
	if f.usage {
		return ExitUsage
	}
	return ExitFailed
}

// Say prints what is wrong and what can be done.
func Say(w io.Writer, f *Fault) {
	fmt.Fprintf(w, "hotline: %s\n", Visible(withoutSecrets(f.sentence)))
	if f.hint != "" {
		fmt.Fprintf(w, "hint: %s\n", Visible(withoutSecrets(f.hint)))
	}
}

// SecretKey matches an identity, which may have been pasted anywhere.
var SecretKey = regexp.MustCompile(`(?i)AGE-SECRET-KEY-[0-9A-Z-]+`)

func withoutSecrets(s string) string { return SecretKey.ReplaceAllString(s, "AGE-SECRET-KEY-…") }

// WrongUsage turns kong's error into a fault that leads to the right help.
func WrongUsage(err error) error {
	help := "hotline --help"
	var parsing *kong.ParseError
	if errors.As(err, &parsing) && parsing.Context != nil {
		if node := parsing.Context.Selected(); node != nil && node.Tag != nil && node.Tag.Default == "" {
			help = node.FullPath() + " --help"
		}
	}
	return Misused("run `"+help+"`", "%s", sentence(err.Error())).Because(err)
}

// Explain finds the words for an error.
func Explain(err error) *Fault {
	var f *Fault
	var file *fs.PathError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return Failed("", "Stopped before it was done.")
	case errors.Is(err, store.ErrNewerSchema):
		return Failed("use that version, or a newer one", "The database was written by a newer version of this program.")
	case errors.Is(err, store.ErrDamaged):
		return Failed("stop the server, keep a copy of the data folder as it is, and go back to the last backup", "The database is damaged.")
	case errors.Is(err, store.ErrLast):
		return Failed("invite another one first: hotline handler invite --role admin", "This is the only administrator.")
	case errors.As(err, &file):
		return Failed(fileHint(err), "%s: %s.", file.Path, Reason(err)).Because(err)
	case errors.Is(err, store.ErrBusy):
		return Failed("see that the disk is not full and that no other program holds the database, then try again",
			"The database cannot be reached or written now.").Because(err)
	}
	return Failed("run `hotline doctor`", "%s", sentence(err.Error())).Because(err)
}

// Reason is an error of the operating system in a few words, without the path.
func Reason(err error) string {
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
