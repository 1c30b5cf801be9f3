package casework

import (
	"strings"
	"unicode"
)

// Personal is what a report says about its reporter's name.
type Personal struct{ Identity, Name, Contact string }

// Contradiction is what two answers say that cannot both be meant.
type Contradiction struct {
	Field string `json:"field"` // the form field that leads to it
	Fault string `json:"fault"`
}

// The faults.
const (
	AnonymousWithName = "anonymous-with-name" // a name is given all the same
	NameMissing       = "name-missing"        // wants to be known, and gives neither name nor contact
)

// Contradictions names what is asked back before a report is taken: whoever
// chose to be anonymous must not send a name by mistake, and whoever wants to be
// known must be. No choice is Anonymous; what nobody can see is nothing.
func (p Personal) Contradictions() []Contradiction {
	known := strings.ContainsFunc(p.Name+p.Contact, seen)
	switch anonymous := p.Identity == "" || p.Identity == Anonymous; {
	case anonymous && known:
		return []Contradiction{{"identity", AnonymousWithName}}
	case !anonymous && !known:
		return []Contradiction{{"name", NameMissing}}
	}
	return nil
}

// seen reports whether a character has an image: neither a blank nor a format
// character, nor one of the fillers of Hangul, nor the empty pattern of Braille.
func seen(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf) && !strings.ContainsRune("\u115f\u1160\u2800\u3164\uffa0", r)
}

// StatementAnswer is what a reporter says to the written statement of what they
// told.
type StatementAnswer struct {
	Answer Statement
	Text   string
	Sure   bool // that they withdraw it
}

// The faults.
const (
	CorrectionMissing = "text-missing" // something is different, and nothing says what
	Unconfirmed       = "withdraw"     // nobody withdraws by mistake
)

// Contradictions names what is asked back before an answer is taken.
func (a StatementAnswer) Contradictions() []Contradiction {
	switch {
	case a.Answer == StatementCorrected && strings.TrimSpace(a.Text) == "":
		return []Contradiction{{"correction", CorrectionMissing}}
	case a.Answer == StatementWithdrawn && !a.Sure:
		return []Contradiction{{"withdraw", Unconfirmed}}
	}
	return nil
}
