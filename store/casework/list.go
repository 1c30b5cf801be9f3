package casework

import (
	"errors"
	"slices"
	"strings"
)

// Orders of a list of cases.
const (
	SortDue    = "due" // the next due day first; what has none comes last
	SortNewest = "newest"
	SortOldest = "oldest"
)

// Sorts lists them in the order they are offered.
var Sorts = []string{SortDue, SortNewest, SortOldest}

// KindUnconfirmed chooses the cases whose kind no handler has confirmed.
const KindUnconfirmed = "unconfirmed"

// toDo are the tabs whose cases wait for the reader or for the desk.
var toDo = []string{TabUrgent, TabNew, TabMine, TabOverdue, TabDesk}

// FirstTab is the list that somebody sees who asked for none: the first in which
// something is to be done, that of new cases where nothing is.
func FirstTab(counts map[string]int) string {
	for _, tab := range Tabs {
		if counts[tab] > 0 && slices.Contains(toDo, tab) {
			return tab
		}
	}
	return TabNew
}

// OrderOf is the order of a tab for somebody who chose one last, "" none. Of what is
// over nothing is due, so that there the newest come first.
func OrderOf(tab, chosen string) string {
	over := tab == TabClosed || tab == TabJunk
	switch {
	case chosen == "" && (over || tab == TabAll), chosen == SortDue && over:
		return SortNewest
	case chosen == "":
		return SortDue
	}
	return chosen
}

// List is a tab in an order.
type List struct{ Tab, Sort string }

// Column is the day that cases are put in order by.
type Column string

// The columns.
const (
	ByReceived Column = "received"
	ByDue      Column = "due"
	ByClosed   Column = "closed"
	ByGone     Column = "gone"
)

// Column is the day that a list is sorted by. What is urgent is due on the day of
// receipt, and of junk nothing is due: there it is the day of receipt. Where deletions are
// announced it is their day.
func (l List) Column() Column {
	switch {
	case l.Tab == TabGoing:
		return ByGone
	case l.Sort == SortDue && l.Tab != TabUrgent && l.Tab != TabJunk:
		return ByDue
	case l.Tab == TabClosed:
		return ByClosed
	}
	return ByReceived
}

// UrgentFirst reports whether a list shows urgent cases before all others.
func (l List) UrgentFirst() bool {
	return l.Tab != TabUrgent && l.Tab != TabClosed && l.Tab != TabJunk && l.Tab != TabGoing
}

// Cursor is a place in a list: the day that it is sorted by and the id of a case.
// The zero value is the beginning.
type Cursor struct {
	Urgent bool // among those that stand first
	Day    Day
	ID     string
}

// urgentMark begins the cursor of an urgent case.
const urgentMark = "u"

// ErrCursor: a text is no cursor.
var ErrCursor = errors.New("casework: this is no place in a list")

// String returns the cursor for an address, "" at the beginning.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	mark := ""
	if c.Urgent {
		mark = urgentMark
	}
	return mark + string(c.Day) + "." + c.ID
}

// ParseCursor is the opposite of String.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	s, urgent := strings.CutPrefix(s, urgentMark)
	day, id, _ := strings.Cut(s, ".")
	if _, err := ParseDay(day); day != "" && err != nil || !isCaseID(id) {
		return Cursor{}, ErrCursor
	}
	return Cursor{urgent, Day(day), id}, nil
}

// isCaseID reports whether id is 32 lower-case hex characters.
func isCaseID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// Which cases a part of a list holds.
const (
	PartAll     = ""
	PartUrgent  = "urgent"
	PartDue     = "due"     // that have a due day
	PartUndated = "undated" // that have none
)

// Part is a part of a list that has an index in its order.
type Part struct {
	Place      int    // where it stands among the parts
	Cases      string // Part…
	NotUrgent  bool   // the urgent ones are a part of their own
	Column     Column
	Descending bool
	From       Cursor // what comes beyond it; the zero value: all of the part
}

// Parts are the parts of a list in which what comes after a case stands or, back, what
// comes before it, in the opposite order. From the beginning it is the whole list.
func (l List) Parts(at Cursor, back bool) []Part {
	parts := l.parts()
	here := 0
	if at.ID == "" {
		if back {
			return nil
		}
	} else {
		here = slices.IndexFunc(parts, func(p Part) bool { return p.holds(at, l.UrgentFirst()) })
		parts[max(here, 0)].From = at
	}
	if !back {
		return parts[max(here, 0):]
	}
	parts = parts[:max(here, 0)+1]
	for i := range parts {
		parts[i].Descending = !parts[i].Descending
	}
	return parts
}

// parts are those of the whole list, in order.
func (l List) parts() (parts []Part) {
	add := func(p Part) {
		p.Place, p.Descending = len(parts), l.Sort == SortNewest
		parts = append(parts, p)
	}
	urgent := l.UrgentFirst()
	if urgent {
		add(Part{Cases: PartUrgent, Column: ByReceived})
	}
	if l.Column() != ByDue {
		add(Part{Cases: PartAll, NotUrgent: urgent, Column: l.Column()})
		return parts
	}
	add(Part{Cases: PartDue, NotUrgent: urgent, Column: ByDue})
	if l.Tab != TabOverdue { // all of these have a due day
		add(Part{Cases: PartUndated, NotUrgent: urgent, Column: ByDue})
	}
	return parts
}

// holds reports whether a case at a place in the list is of this part.
func (p Part) holds(at Cursor, urgentFirst bool) bool {
	switch p.Cases {
	case PartUrgent:
		return at.Urgent
	case PartDue:
		return at.Day != "" && !(at.Urgent && urgentFirst)
	case PartUndated:
		return at.Day == "" && !(at.Urgent && urgentFirst)
	}
	return !(at.Urgent && urgentFirst)
}
