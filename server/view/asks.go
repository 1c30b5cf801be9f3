package view

import (
	"strconv"
	"strings"

	"hotline/i18n"
	"hotline/store/casework/law"
)

// YesOrNo are the answers to what the page of a case asks.
var YesOrNo = []string{"yes", "no"}

// Asks is what the page of a case asks its reporter by itself, and what stands in the
// controls.
type Asks struct {
	Watch    int       // whether anybody has treated them badly: the months after the receipt; 0: not asked
	Happened string    // as chosen
	Account  string    // what happened, as typed
	NotFor   string    // ids of those who must not read the report about it, one a line
	Told     AskedTold // what they answered

	Excludable []Excludable // whom they can keep from reading it
	Report     string       // token of the form of that report

	Closing   bool      // whether they are satisfied with how a closed case was handled
	Satisfied string    // as chosen
	Remark    string    // as typed
	Said      AskedTold // what they answered

	Errors []FieldError
}

// AskedTold is an answer that was given.
type AskedTold struct {
	Answer string // one of YesOrNo, "" none
	On     string // ISO day
}

// Boxes are those of the people who must not read the report.
func (a Asks) Boxes() []box { return Exclusions{All: a.Excludable, Chosen: a.NotFor}.Boxes() }

// WatchOpen reports whether the first question waits for an answer.
func (a Asks) WatchOpen() bool { return a.Watch > 0 && a.Told.Answer == "" }

// ClosingOpen reports whether the second one does.
func (a Asks) ClosingOpen() bool { return a.Closing && a.Said.Answer == "" }

// What became of the answer to an earlier report beside which a new one was stored.
const (
	BesideStored = "stored"
	BesideUnsent = "unsent" // it can be sent again
	BesideFull   = "full"   // the earlier case takes no more
)

// Beside is what the receipt page of a report tells of the earlier one whose page opened
// it; the zero value is that of any other report.
type Beside struct {
	State string

	// Of BesideUnsent: the form that completes it. The receipt is that of the earlier case.
	Form, Report, Receipt, Watch, Account, NotFor string
}

// NotForList are the ids of NotFor.
func (b Beside) NotForList() []string { return strings.Fields(b.NotFor) }

func askedChoices(texts *i18n.Texts, name, value string, errors []FieldError) choices {
	c := newChoices(texts, reportersWords, name, value, errors)
	c.Form = conversationForm
	return c
}

func watchMonths() (codes []string) {
	for _, m := range law.WatchMonths() {
		codes = append(codes, strconv.Itoa(m))
	}
	return codes
}
