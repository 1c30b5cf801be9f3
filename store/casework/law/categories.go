package law

import (
	"slices"

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
}

// CategoryDates returns what the law of a country asks for in a case of a category, with
// the days. What is counted from another step is counted from the day that done names for
// it, or else from the day on which it is due.
func CategoryDates(country, category string, received casework.Day, done map[string]casework.Day) []StepDate {
	var dates []StepDate
	for _, c := range categoryClocks {
		if c.Country != country || !slices.Contains(c.Categories, category) {
			continue
		}
		from := map[string]casework.Day{"": received}
		for _, s := range c.Steps {
			d := s.after(from[s.After], NoHolidays)
			if s.Protects {
				d = s.protects(from[s.After])
			}
			from[s.Code] = d.On
			if on := done[s.Code]; on != "" {
				from[s.Code] = on
			}
			dates = append(dates, StepDate{s, d})
		}
	}
	return dates
}
