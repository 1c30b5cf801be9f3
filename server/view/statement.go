package view

import (
	"slices"

	"hotline/i18n"
	"hotline/store/casework"
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
