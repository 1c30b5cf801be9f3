package casework

import "slices"

// Reminder is how far those who work on a case were told of its due day.
type Reminder int

// The reminders, each given once for a due day.
const (
	NotReminded Reminder = iota
	DueSoon              // RemindDays before, or less
	Overdue              // it has passed
	Escalated            // and so have some days more
)

const (
	// RemindDays is how many days before a due day its reminder is.
	RemindDays = 3
	// UnseenDays is after how many days it is escalated that nobody looks at a branch.
	UnseenDays = 3
	// EscalateDays is after how many days an overdue case is escalated, unless the
	// organisation says otherwise, and EscalateLimit the most that it can say.
	EscalateDays  = 3
	EscalateLimit = 90
)

// ReminderOn returns the reminder of a due day that is to be given by a day; the
// earlier ones need not be given any more. escalate is after how many days it is
// escalated, 0 never.
func ReminderOn(due, day Day, escalate int) Reminder {
	switch {
	case due == "" || day < due.AddDays(-RemindDays):
		return NotReminded
	case day <= due:
		return DueSoon
	case escalate > 0 && day >= due.AddDays(escalate):
		return Escalated
	}
	return Overdue
}

// Unseen reports whether nobody has looked at a branch for too long: neither since the
// day of the last look, "" for none, nor since a case waits there.
func Unseen(looked, waits, day Day) bool {
	return waits != "" && day >= max(looked, waits).AddDays(UnseenDays)
}

// Escalation are the people who can be told that nobody acts, by their ids.
type Escalation struct {
	InCharge       string   // of the case, "" nobody
	Deputies       []string // who act for them today and may read the case
	Lead           string   // of the branch, "" nobody
	Administrators []string // of the branch's entity or above it
	Excluded       []string // from the case: they hear nothing
}

// To returns who is told: the deputy of who is in charge, or else the lead, or else
// the administrators. Who is in charge was told before, and did not act.
func (e Escalation) To() []string {
	for _, ids := range [][]string{e.Deputies, {e.Lead}, e.Administrators} {
		ids = slices.DeleteFunc(without(ids, e.Excluded), func(id string) bool { return id == "" || id == e.InCharge })
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// MayLead reports whether somebody with these branches can lead one: they read it, or
// the same queue at an entity above. path leads from its entity to the root.
func MayLead(own []Branch, b Branch, path []string) bool {
	return slices.ContainsFunc(path, func(entity string) bool { return slices.Contains(own, BranchOf(b.Queue(), entity)) })
}

// The steps in which it is told when somebody signed in last.
const (
	SignedInToday  = "today"
	SignedInWeek   = "week"
	SignedInMonth  = "month"
	SignedInLonger = "longer"
	SignedInNever  = "never"
)

// SignedIn tells roughly when somebody signed in last.
func SignedIn(last, today Day) string {
	switch {
	case last == "":
		return SignedInNever
	case last >= today:
		return SignedInToday
	case last > today.AddDays(-7):
		return SignedInWeek
	case last > today.AddMonths(-1):
		return SignedInMonth
	}
	return SignedInLonger
}
