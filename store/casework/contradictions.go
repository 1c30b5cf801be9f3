package casework

import "strings"

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
// known must be. No choice is Anonymous; blanks are nothing.
func (p Personal) Contradictions() []Contradiction {
	known := strings.TrimSpace(p.Name+p.Contact) != ""
	switch anonymous := p.Identity == "" || p.Identity == Anonymous; {
	case anonymous && known:
		return []Contradiction{{"identity", AnonymousWithName}}
	case !anonymous && !known:
		return []Contradiction{{"name", NameMissing}}
	}
	return nil
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
