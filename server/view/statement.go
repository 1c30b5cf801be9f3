package view

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// Statement is where the reporter's check of a written statement stands, and what they are
// about to say to it.
type Statement struct {
	Seq    int                // of the message that is the statement; 0: there is none
	State  casework.Statement // "": there is none
	On     string             // ISO day of the answer
	Choice string             // as chosen, where the form comes back
	Text   string             // as typed, beside the choice
	Asking bool               // whether they really withdraw it
}

// Open reports whether its reporter can answer it.
func (s Statement) Open() bool { return s.State == casework.StatementOffered }

// Meeting is what a reporter sees of a meeting on the page of a case.
type Meeting struct {
	Open   bool   // one was asked for:
	Asked  string // on that day,
	By     string // and it is held by this one; "" where a script fills both in
	Ask    bool   // it can be asked for
	Chosen bool   // as chosen, where the form comes back
}

// openMeeting says that a meeting was asked for. Without days they are left for a script.
func openMeeting(texts *i18n.Texts, m Meeting) string {
	asked, by := "{{.Date}}", "{{.By}}"
	if m.By != "" {
		asked, by = texts.Date(m.Asked), texts.Date(m.By)
	}
	return texts.T("meeting.open", "Date", asked, "By", by)
}

// conversationForm is the id of the form that the answer to a statement goes with:
// one form, so that a change of language loses nothing of either.
const conversationForm = "message"

func statementChoices(texts *i18n.Texts, s Statement, errors []FieldError) choices {
	c := newChoices(texts, reportersWords, "statement", s.Choice, errors)
	c.Form = conversationForm
	return c
}

// Personal reports whether a field says who the reporter is. It is hidden while it is
// empty and they stay anonymous, which a placeholder lets the stylesheet see.
func (c control) Personal() bool {
	return (c.Page == reportersWords || c.Page == handlersWords) && slices.Contains(Apart, c.Name)
}

// Apart are the answers of a report that are sealed apart from the others, for
// those who may know who the reporter is.
var Apart = []string{"name", "contact"}

// SealedApart returns them, in the order shown.
func SealedApart(fields map[string]string) (shown []Field) {
	for _, name := range Apart {
		if value := fields[name]; value != "" {
			shown = append(shown, Field{Label: name, Value: value})
		}
	}
	return shown
}

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

// WatchMonths are the codes of when the first question is asked.
func WatchMonths() (codes []string) {
	for _, m := range law.WatchMonths() {
		codes = append(codes, strconv.Itoa(m))
	}
	return codes
}

// withAsks adds what the questions of a page need.
func withAsks(functions template.FuncMap, texts *i18n.Texts) template.FuncMap {
	functions["askedChoices"] = func(name, value string, errors []FieldError) choices {
		return askedChoices(texts, name, value, errors)
	}
	functions["yesOrNo"] = func() []string { return YesOrNo }
	functions["besideStates"] = func() []string { return []string{BesideStored, BesideUnsent, BesideFull} }
	functions["blankAsks"] = func() Asks { return Asks{Watch: 3, Closing: true} } // for scripts
	functions["blankBeside"] = func(state string) Beside { return Beside{State: state} }
	return functions
}
