package view

import (
	"slices"
	"strings"

	"hotline/store/casework"
)

// factForm is a form of its own for one fact of a case.
type factForm struct {
	ID, Token, Back string // of the case and its page
	Place           string
	Fact, Now       string
	Buttons         []factButton
}

// factButton changes a fact to a value.
type factButton struct {
	ID, Value string
	Label     string // key
	Main      bool   // what is most likely to be done
}

// factChanges are the values that a fact can be changed to from each other one. A
// standing that was given by mistake goes back to counts first.
var factChanges = map[string]map[string][]factButton{
	"kind": {
		"":                        {{Value: casework.KindReport, Label: "case.kind.confirm-report"}, {Value: casework.KindConsultation, Label: "case.kind.confirm-consultation"}},
		casework.KindReport:       {{Value: casework.KindConsultation, Label: "case.kind.turn-consultation"}},
		casework.KindConsultation: {{Value: casework.KindReport, Label: "case.kind.turn-report"}},
	},
	"standing": {
		string(casework.Counts):    {{Value: string(casework.Junk), Label: "standing.mark-junk"}, {Value: string(casework.Duplicate), Label: "standing.mark-duplicate"}},
		string(casework.Duplicate): {{Value: string(casework.Counts), Label: "standing.mark-counts"}, {Value: string(casework.Junk), Label: "standing.mark-junk"}},
		string(casework.Junk):      {{Value: string(casework.Counts), Label: "standing.mark-counts"}},
	},
	"danger": {
		string(casework.NoDanger):    {{Value: string(casework.DangerOpen), Label: "danger.mark"}},
		string(casework.DangerOpen):  {{Value: string(casework.DangerActed), Label: "danger.act", Main: true}},
		string(casework.DangerActed): {{Value: string(casework.DangerOpen), Label: "danger.still"}},
	},
}

// now returns what a fact is.
func (c Case) now(fact string) string {
	switch fact {
	case "kind":
		return c.Kind
	case "standing":
		return string(c.Standing)
	}
	return string(c.Danger)
}

func (c Case) factForm(fact, now string, buttons ...factButton) factForm {
	return factForm{ID: c.ID, Token: c.Token, Back: c.Back, Place: c.Place, Fact: fact, Now: now, Buttons: buttons}
}

// JunkForm marks a case as junk, and StandingForm offers every other standing.
func (c Case) JunkForm() factForm {
	f := c.FactForm("standing")
	f.Buttons = slices.DeleteFunc(f.Buttons, func(b factButton) bool { return !b.junks() })
	return f
}

// StandingForm is described at JunkForm.
func (c Case) StandingForm() factForm {
	f := c.FactForm("standing")
	f.Buttons = slices.DeleteFunc(f.Buttons, factButton.junks)
	return f
}

func (b factButton) junks() bool { return b.Value == string(casework.Junk) }

// TakeForm makes the handler the one in charge.
func (c Case) TakeForm() factForm {
	return c.factForm("assignee", "", factButton{ID: "take", Value: c.Handler.ID, Label: "case.take"})
}

// FactForm offers what a fact can be changed to.
func (c Case) FactForm(fact string) factForm {
	f := c.factForm(fact, c.now(fact))
	for _, b := range factChanges[fact][f.Now] {
		b.ID = fact + "-" + b.Value
		f.Buttons = append(f.Buttons, b)
	}
	return f
}

// Undo takes back what was just changed. That somebody acted is taken back in other
// words: they may have, and the danger is still there.
func (c Case) Undo() factForm {
	undo := factButton{ID: "undo", Value: c.Change.Was, Label: "case.done.undo"}
	if c.Change.Fact == "danger" && c.Change.Was == string(casework.DangerActed) {
		return factForm{} // to take it back is to act: the page has a button for that
	}
	if c.Change.Fact == "danger" && c.Change.Now == string(casework.DangerActed) {
		undo.Label = "danger.still"
	}
	return c.factForm(c.Change.Fact, c.Change.Now, undo)
}

// nextDue is the next due day of a case, in the words of its kind.
type nextDue struct {
	Kind     string
	Due      string // ISO day
	DueFor   string
	DaysLeft int
}

// NextDue is its next due day.
func (r CaseRow) NextDue() nextDue { return nextDue{r.Kind, r.Due, r.DueFor, r.DaysLeft} }

// NextDue is its next due day.
func (c Case) NextDue() nextDue {
	return nextDue{c.Kind, c.Dates.Due, c.Dates.DueFor, c.Dates.DaysLeft}
}

// Classes are those of the row.
func (r CaseRow) Classes() string {
	var classes []string
	if r.Urgent {
		classes = append(classes, "urgent")
	}
	if r.Unread {
		classes = append(classes, "unread")
	}
	return strings.Join(classes, " ")
}
