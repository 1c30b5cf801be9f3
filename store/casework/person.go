package casework

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long a handler's name and address may be.
const (
	NameLimit  = 200 // characters
	EmailLimit = 200 // bytes: with .age after it, it is a file's name
)

// joiner holds the parts of an emoji together, and letters of some scripts.
const joiner = '\u200d'

// fillers are characters without an image that Unicode does not count among the
// formats: those of Hangul, and the whole block of tags.
var fillers = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0xe0000, Hi: 0xe007f, Stride: 1}},
}

// Hidden reports whether a character cannot be seen, or turns the text around
// it: with such a character one name can look like another.
func Hidden(r rune) bool {
	return r != '\n' && r != '\t' && r != joiner && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, fillers)
}

// Marked reports whether a page writes a character as its code point: what is
// hidden, and the joiner, which between two letters cannot be seen either.
func Marked(r rune) bool { return r == joiner || Hidden(r) }

// ValidName reports whether a handler can be called so.
func ValidName(name string) bool {
	return name != "" && name == strings.TrimSpace(name) && utf8.ValidString(name) && utf8.RuneCountInString(name) <= NameLimit &&
		!strings.ContainsFunc(name, func(r rune) bool { return Hidden(r) || unicode.IsControl(r) })
}

// ValidEmail reports whether this is one plain address that can be a file's name
// as well: an exported case has keys/ADDRESS.age.
func ValidEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && len(email) <= EmailLimit && FileName(email)
}

// FileName reports whether s can be a file's name on any system.
func FileName(s string) bool {
	bad := func(r rune) bool {
		return Hidden(r) || unicode.IsSpace(r) || strings.ContainsRune(`/\:*?"<>|`, r)
	}
	return s != "" && utf8.ValidString(s) && !strings.HasPrefix(s, ".") && !strings.HasPrefix(s, "-") && !strings.ContainsFunc(s, bad)
}
