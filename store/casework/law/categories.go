package law

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"hotline/store/casework"
)

// CategoryClock is what the law of a country asks for in cases of some categories, beside
// the profile.
type CategoryClock struct {
	Country    string // ISO 3166-1 alpha-2
	Categories []string
	Steps      []Step
}

// Step is one thing that the law asks for.
type Step struct {
	Code  string
	After string // code of the step that it is counted from; "": the receipt
	Term
	Protects bool // what ends on that day is a protection; nothing is due
}

// String is the formula: "review:inquiry+30d".
func (s Step) String() string {
	formula := s.Code + ":" + cmp.Or(s.After, string(s.From)) + strings.TrimPrefix(s.Term.String(), string(s.From))
	if s.Protects {
		formula += " protects"
	}
	return formula
}

var harassment = []string{"power-harassment", "sexual-harassment", "other-harassment"}

// categoryClocks are those of Chile, Peru and Colombia. Whether Chile counts working days
// or calendar days is disputed: calendar days are earlier. Of the two ways that Chile
// leaves, handing over and an inquiry of one's own, both are dated.
var categoryClocks = []CategoryClock{
	{"CL", harassment, []Step{
		{Code: "measures", Term: term(Receipt, read("Código del Trabajo 211-B bis"), days(0))},
		{Code: "hand-over", Term: term(Receipt, read("Código del Trabajo 211-C"), days(3))},
		{Code: "inquiry", Term: term(Receipt, read("Código del Trabajo 211-C"), days(30))},
		{Code: "review", After: "inquiry", Term: term(Receipt, read("Código del Trabajo 211-D"), days(30))},
		{Code: "sanctions", After: "review", Term: term(Receipt, read("Código del Trabajo 211-E"), days(15))},
	}},
	{"PE", []string{"sexual-harassment"}, []Step{
		{Code: "care", Term: term(Receipt, unread("DS 014-2019-MIMP"), workingDays(1))},
		{Code: "measures", Term: term(Receipt, unread("DS 014-2019-MIMP"), workingDays(3))},
		{Code: "authority", Term: term(Receipt, read("DS 014-2019-MIMP"), workingDays(6))},
		{Code: "inquiry", Term: term(Receipt, unread("DS 014-2019-MIMP"), days(15))},
		{Code: "decision", After: "inquiry", Term: term(Receipt, unread("DS 014-2019-MIMP"), days(10))},
	}},
	{"CO", harassment, []Step{
		{Code: "committee", Term: term(Receipt, read("Res. 3461/2025"), days(65))},
		{Code: "dismissal", Term: term(Receipt, unread("Ley 1010/2006 11"), months(6)), Protects: true},
	}},
}

// StepDate is a step and its day.
type StepDate struct {
	Step
	Date Date
	Done casework.Day // "" until it happened
}

// Open reports whether the step is still to be done.
func (s StepDate) Open() bool { return s.Done == "" && !s.Protects }

// clocksOf are the clocks of a country.
func clocksOf(country string) (clocks []CategoryClock) {
	for _, c := range categoryClocks {
		if c.Country == country {
			clocks = append(clocks, c)
		}
	}
	return clocks
}

// CategoryDates returns what the law of a country asks for in a case of a category, with
// the days. What is counted from another step is counted from the day that done names for
// it, or else from the day on which it is due.
func CategoryDates(country, category string, received casework.Day, done map[string]casework.Day) []StepDate {
	return stepDates(clocksOf(country), category, received, done)
}

func stepDates(clocks []CategoryClock, category string, received casework.Day, done map[string]casework.Day) []StepDate {
	var dates []StepDate
	for _, c := range clocks {
		if !slices.Contains(c.Categories, category) {
			continue
		}
		from := map[string]casework.Day{"": received}
		for _, s := range c.Steps {
			d := s.after(from[s.After], NoHolidays)
			if s.Protects {
				d = s.protects(from[s.After])
			}
			from[s.Code] = cmp.Or(done[s.Code], d.On)
			dates = append(dates, StepDate{s, d, done[s.Code]})
		}
	}
	return dates
}

// UnconfirmedSteps lists the articles of a country's steps that nobody has read at a source.
func UnconfirmedSteps(country string) []string {
	var terms []Term
	for _, c := range clocksOf(country) {
		for _, s := range c.Steps {
			terms = append(terms, s.Term)
		}
	}
	return unconfirmed(terms)
}

// Steps lists the codes of all steps, each once.
func Steps() (codes []string) {
	for _, c := range categoryClocks {
		for _, s := range c.Steps {
			if !slices.Contains(codes, s.Code) {
				codes = append(codes, s.Code)
			}
		}
	}
	return codes
}

// ErrStep says that a step cannot be done on that day: no such one is asked for, or the
// day is to come, or before the receipt.
var ErrStep = errors.New("law: this step cannot be done on that day")

// CheckStep returns ErrStep unless one of the steps is to be done and can be on a day. ""
// is no day: it was not done.
func (d Dates) CheckStep(code string, on, today casework.Day) error {
	for _, s := range d.Steps {
		if s.Code == code && !s.Protects && (on == "" || on >= d.Received && on <= today) {
			return nil
		}
	}
	return ErrStep
}
