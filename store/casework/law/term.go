// Package law holds the dates that laws ask for, as data: profiles by country, terms by
// category, how long a case is kept, and the arithmetic of days. Like casework, which it
// knows, it does no input or output.
package law

import (
	"fmt"
	"strings"

	"hotline/store/casework"
)

// Basis says whose a date is.
type Basis string

// Where the law is silent the date is the house's: our own proposal.
const (
	Law   Basis = "law"
	House Basis = "house"
)

// Source says where a date comes from.
type Source struct {
	Basis     Basis
	Article   string // "HinSchG § 17(1)"; "" of the house
	Confirmed bool   // the article was read at a source that can be named, not written from memory
}

// read is an article that was read at a source.
func read(article string) Source { return Source{Law, article, true} }

// unread is an article that was written from memory.
func unread(article string) Source { return Source{Law, article, false} }

var house = Source{Basis: House}

// Start is the event from which a term is counted. Its own day does not count.
type Start string

// The events.
const (
	Receipt         Start = "receipt"
	Acknowledgement Start = "acknowledgement"
	Closing         Start = "closing"
	Asked           Start = "asked"  // the reporter asked for a meeting
	Marked          Start = "marked" // a handler marked the case as junk
)

// Unit is what a span counts.
type Unit string

// The units.
const (
	Days        Unit = "d"
	WorkingDays Unit = "wd" // Monday to Friday but for the holidays of the profile
	Months      Unit = "m"
)

// Span is so many of a unit.
type Span struct {
	N    int
	Unit Unit
}

func days(n int) Span        { return Span{n, Days} }
func workingDays(n int) Span { return Span{n, WorkingDays} }
func months(n int) Span      { return Span{n, Months} }

// Term is the time within which something is owed. The zero value: nothing is. Without
// spans it is owed, and the law names no period.
type Term struct {
	From  Start
	Spans []Span // added one after the other: three months and seven days are not seven days and three months
	Source
}

func term(from Start, s Source, spans ...Span) Term { return Term{from, spans, s} }

// Owed reports whether anything is.
func (t Term) Owed() bool { return t.Basis != "" }

// Count returns how many units the term has in its first span, for a text; 0: none.
func (t Term) Count() int {
	if len(t.Spans) == 0 {
		return 0
	}
	return t.Spans[0].N
}

// InWorkingDays reports whether the term counts working days.
func (t Term) InWorkingDays() bool { return len(t.Spans) > 0 && t.Spans[0].Unit == WorkingDays }

// FromReceipt reports whether the term begins with the receipt.
func (t Term) FromReceipt() bool { return t.From == Receipt }

// FromClosing reports whether the term begins with the closing.
func (t Term) FromClosing() bool { return t.From == Closing }

// String is the formula: "receipt+3m+7d".
func (t Term) String() string {
	var b strings.Builder
	b.WriteString(string(t.From))
	for _, s := range t.Spans {
		fmt.Fprintf(&b, "+%d%s", s.N, s.Unit)
	}
	return b.String()
}

// Date is a day and where it comes from. On is "" where there is none.
type Date struct {
	On casework.Day
	Source
}

// after returns the last day of a term that begins with an event of that day.
func (t Term) after(day casework.Day, c Calendar) Date {
	if day == "" || len(t.Spans) == 0 {
		return Date{}
	}
	for _, s := range t.Spans {
		switch s.Unit {
		case Days:
			day = day.AddDays(s.N)
		case WorkingDays:
			day = c.addWorkingDays(day, s.N)
		case Months:
			day = day.AddMonths(s.N)
		}
	}
	return Date{day, t.Source}
}

// protects is after for the end of a protection, which is never rounded to an earlier
// day: where the month is too short, or the event was on the last day of a short one, the
// period that begins on the day after counts (民法 art. 143).
func (t Term) protects(day casework.Day) Date {
	first := t.after(day, NoHolidays)
	if next := t.after(day.AddDays(1), NoHolidays).On.AddDays(-1); next > first.On {
		first.On = next
	}
	return first
}
