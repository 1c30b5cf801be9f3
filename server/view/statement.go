package view

import (
	"slices"

	"hotline/i18n"
	"hotline/store/casework"
)

// Statement is where the written statement of an oral report stands, and what its
// reporter is about to say to it.
type Statement struct {
	State  casework.Statement // "": the report was written
	On     string             // ISO day of the answer
	Choice string             // as chosen, where the form comes back
	Text   string             // as typed, beside the choice
	Asking bool               // whether they really withdraw it
}

// Open reports whether its reporter can answer it.
func (s Statement) Open() bool { return s.State == casework.StatementOffered }

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
