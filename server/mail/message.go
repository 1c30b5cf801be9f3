package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail to one person.
type Message struct {
	To      string // a bare address
	Subject string
	Body    string // plain text
	Date    time.Time
}

// ValidAddress reports whether s is the bare address of one mailbox. It has a local
// part and a domain, and nothing in which a header could hide.
func ValidAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	at := strings.LastIndexByte(s, '@')
	return err == nil && a.Name == "" && a.Address == s && at > 0 && at < len(s)-1 &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune("<>,;:\"()[]\\", r)
		})
}

// ValidSender is ValidAddress for whom mail is from: its domain is how the client
// introduces itself, and so in ASCII.
func ValidSender(s string) bool { return ValidAddress(s) && ascii(s) }

// written returns the mail as it is sent. No header tells of this machine, of the
// program, or of the present time.
func (m Message) written(from string) ([]byte, error) {
	if !ValidSender(from) || !ValidAddress(m.To) {
		return nil, fmt.Errorf("an address is not one: it cannot be written into a mail")
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(&mail.Address{Address: from})
	msg.ToMailAddress(&mail.Address{Address: m.To})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date.UTC())
	id := make([]byte, 16)
	rand.Read(id) // never fails
	msg.SetMessageIDWithValue(hex.EncodeToString(id) + from[strings.LastIndexByte(from, '@'):])
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	var b bytes.Buffer
	_, err := msg.WriteTo(&b)
	return b.Bytes(), err
}
