package law

import (
	"fmt"
	"slices"

	"hotline/store/casework"
)

// Condition is what has to be so for a rule of retention.
type Condition string

// The conditions.
const (
	Concluded  Condition = "concluded"  // closed, with an outcome
	NoInquiry  Condition = "no-inquiry" // nobody has decided what becomes of it
	Irrelevant Condition = "irrelevant" // data that is plainly of no use; who handles the case says so
	JunkMarked Condition = "junk"
)

// Disposal is what has to become of what must go.
type Disposal string

// The disposals.
const (
	Deleted    Disposal = "deleted"
	Anonymised Disposal = "anonymised" // a trace may stay that leads to nobody
)

// Retention says how long a case is kept. The term without spans of Go: no longer than
// necessary.
type Retention struct {
	When     Condition
	Outcomes []casework.Outcome // none: whatever the outcome
	Keep     Term               // not deleted before
	Go       Term               // gone by then
	How      Disposal
	Offered  bool // the law does not ask for it here; an organisation can choose it
}

// JunkRetention is the house's rule for what was marked as junk, whatever the profile.
var JunkRetention = Retention{When: JunkMarked, Go: term(Marked, house, days(30)), How: Deleted}

// Kept is a rule of retention with its days for a case.
type Kept struct {
	Retention
	KeepUntil Date
	GoneBy    Date
}

// Kept returns the rules of retention that hold for a case with its outcome, with their
// days, those of its outcome first. What the law only offers is among them.
func (p Profile) Kept(h History, outcome casework.Outcome) []Kept {
	var kept []Kept
	for _, r := range p.Retention {
		if !r.holds(h, outcome) {
			continue
		}
		k := Kept{Retention: r, KeepUntil: r.Keep.after(h.on(r.Keep.From), p.Holidays), GoneBy: r.Go.after(h.on(r.Go.From), p.Holidays)}
		if len(r.Outcomes) > 0 {
			kept = slices.Insert(kept, 0, k)
		} else {
			kept = append(kept, k)
		}
	}
	return kept
}

// holds reports whether a rule is one for the case. Data that is of no use is no matter
// of the whole case.
func (r Retention) holds(h History, outcome casework.Outcome) bool {
	if len(r.Outcomes) > 0 && !slices.Contains(r.Outcomes, outcome) {
		return false
	}
	switch r.When {
	case Concluded:
		return h.Closed != ""
	case NoInquiry:
		return h.Decided == "" && h.Closed == ""
	}
	return false
}

// kept are the formulas of retention.
func (p Profile) kept() []string {
	var rules []string
	for _, r := range p.Retention {
		rules = append(rules, fmt.Sprint(r.When, " ", r.Outcomes, " ", r.Keep, " ", r.Go, " ", r.Offered))
	}
	return append(rules, fmt.Sprint(houseRetention, " ", JunkRetention.Go, " ", GraceDays))
}
