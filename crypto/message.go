package crypto

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrMisplaced says that a message opened well but belongs to another case,
// place or sender than its row says.
var ErrMisplaced = errors.New("crypto: this message does not belong here")

// FromName is the sender of the message, number 1, that holds nothing but the
// reporter's name and how to reach them. It is kept apart from the others.
const FromName = "name"

// FormatVersion is the version of messages and summaries.
const FormatVersion = 1

// Message is the plaintext of a report, message or note. Case, Seq and From
// repeat what the row says, so that a message moved elsewhere is noticed.
type Message struct {
	Version  int               `json:"v"`
	Case     string            `json:"case"`
	Seq      int               `json:"seq"`
	From     string            `json:"from"`
	On       string            `json:"on"` // ISO day
	Language string            `json:"language"`
	Text     string            `json:"text"`
	Fields   map[string]string `json:"fields,omitempty"`
	Files    []File            `json:"files,omitempty"`

	// Recipient is, in a report, the case's recipient, bound to the receipt
	// (Receipt.Bind): who changes that one in the database, and forges a report
	// that fits, does not get what the reporter adds.
	Recipient string `json:"recipient,omitempty"`

	// Reporter is, in a report, the fingerprint of the reporter's recipient: who
	// changes that one in the database does not get what the desk answers.
	Reporter string `json:"reporter,omitempty"`
}

// Fingerprint returns SHA-256 of a recipient's line in lower-case hex.
func Fingerprint(r Recipient) string {
	sum := sha256.Sum256([]byte(r.String()))
	return hex.EncodeToString(sum[:])
}

// File describes an attachment inside the message that carries it. Size (in
// bytes) and SHA256 (lower-case hex) are those of the file before padding.
type File struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Cleaned bool   `json:"cleaned"`         // it went through the filter that takes metadata out
	Found   bool   `json:"found,omitempty"` // and there was something to take out
}

// SealMessage pads and seals a message.
func SealMessage(m Message, to ...Recipient) ([]byte, error) {
	m.Version = FormatVersion
	plain, err := encode(m)
	if err != nil {
		return nil, fmt.Errorf("crypto: message: %w", err)
	}
	return Seal(padMessage(plain), to...)
}

// OpenMessage opens a sealed message and checks that it stands where its row
// says: ErrOpen if it cannot be opened, ErrMisplaced if it stands elsewhere.
func OpenMessage(sealed []byte, id Identity, caseID string, seq int, from string) (Message, error) {
	plain, err := Open(sealed, id)
	if err != nil {
		return Message{}, err
	}
	var m Message
	if err := json.Unmarshal(plain, &m); err != nil || m.Version != FormatVersion {
		return Message{}, ErrMisplaced
	}
	if m.Case != caseID || m.Seq != seq || m.From != from {
		return Message{}, ErrMisplaced
	}
	return m, nil
}

// summaryText is how many characters of the report a summary holds.
const summaryText = 80

// Summary is what a list of cases shows of a report, so that the list opens
// without the reports.
type Summary struct {
	Version      int    `json:"v"`
	Case         string `json:"case"`
	Text         string `json:"text"`
	Language     string `json:"language"`
	Relationship string `json:"relationship"`
	Kind         string `json:"kind"` // "report" or "consultation", as the reporter chose
	Danger       bool   `json:"danger"`
}

// SealSummary cuts the text to its first 80 characters, pads and seals.
func SealSummary(s Summary, to ...Recipient) ([]byte, error) {
	s.Version = FormatVersion
	s.Text = firstCharacters(s.Text, summaryText)
	for {
		plain, err := encode(s)
		if err != nil {
			return nil, fmt.Errorf("crypto: summary: %w", err)
		}
		if len(plain) <= SummarySize {
			return Seal(padTo(plain, SummarySize), to...)
		}
		if s.Text == "" {
			return nil, errPadding
		}
		_, last := utf8.DecodeLastRuneInString(s.Text)
		s.Text = s.Text[:len(s.Text)-last]
	}
}

// OpenSummary opens a sealed summary and checks that it is this case's.
func OpenSummary(sealed []byte, id Identity, caseID string) (Summary, error) {
	plain, err := Open(sealed, id)
	if err != nil {
		return Summary{}, err
	}
	var s Summary
	if err := json.Unmarshal(plain, &s); err != nil || s.Version != FormatVersion || s.Case != caseID {
		return Summary{}, ErrMisplaced
	}
	return s, nil
}

// encode writes compact JSON without the HTML escapes of json.Marshal, which
// would make the size depend on the script of the text.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func firstCharacters(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
