package server

import (
	"slices"
	"strconv"
	"time"
)

// The reckoning of the simulated years: what must be due, announced, asked and deleted on
// which day, from the plan alone. It is written after the laws and the house's rules, and
// asks nothing of the program: dates are times at noon, which no change of clocks touches.

// date is a day at noon UTC; the zero value is none.
type date = time.Time

func dateOf(at time.Time, zone *time.Location) date {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
}

func iso(d date) string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

func plusDays(d date, n int) date { return d.Add(time.Duration(n) * 24 * time.Hour) }

// plusMonths is the same number of a later month, or that month's last day.
func plusMonths(d date, n int) date {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 12, 0, 0, 0, time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 12, 0, 0, 0, time.UTC).Day()
	return plusDays(first, min(d.Day(), last)-1)
}

// endOfProtection never rounds to the earlier day.
func endOfProtection(from date, n int) date {
	return later(plusMonths(from, n), plusDays(plusMonths(plusDays(from, 1), n), -1))
}

func later(a, b date) date {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b date) date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// frenchHolidays are those of the years that are simulated, from a printed calendar.
var frenchHolidays = []string{
	"2026-12-25", "2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17", "2027-07-14", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25",
	"2028-01-01", "2028-04-17", "2028-05-01", "2028-05-08", "2028-05-25", "2028-06-05", "2028-07-14", "2028-08-15", "2028-11-01", "2028-11-11", "2028-12-25",
}

func plusFrenchWorkingDays(d date, n int) date {
	for n > 0 {
		d = plusDays(d, 1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(frenchHolidays, iso(d)) {
			n--
		}
	}
	return d
}

// reckoned is a case as the plan has it so far.
type reckoned struct {
	entity, category string

	state, standing                           string
	received, acknowledged, decided, answered date
	closed, reopened, extended, junked        date
	meetingAsked, meetingSettled              date
	written                                   date // last message of the reporter or to the reporter since the closing, but for that of the closing
	outcome                                   string
	steps                                     map[string]date // done
	holdUntil                                 date            // the last day of a hold
	answeredNo                                map[int]bool    // questions of the reporter's page, by their months
	announcedFor, first                       date            // the day of deletion that was announced, and when for the first time
	announced                                 int             // 1 thirty days before, 2 seven
	deleted                                   bool
}

func (r *reckoned) ended() bool { return r.state == "closed" || r.state == "monitoring" }

// acknowledgeBy is by when the receipt is confirmed.
func (r *reckoned) acknowledgeBy() date {
	if r.entity == "fr" {
		return plusFrenchWorkingDays(r.received, 7)
	}
	return plusDays(r.received, 7)
}

// answerBy is by when the answer is given.
func (r *reckoned) answerBy() date {
	switch {
	case !r.reopened.IsZero():
		return plusMonths(r.reopened, 3)
	case !r.extended.IsZero():
		return plusMonths(r.received, 6)
	case r.entity != "fr": // Spain, Japan and the strictest count from the receipt
		return plusMonths(r.received, 3)
	case !r.acknowledged.IsZero() && !r.acknowledged.After(r.acknowledgeBy()):
		return plusMonths(r.acknowledged, 3)
	}
	return plusMonths(r.acknowledgeBy(), 3)
}

// protectedUntil is the end of the protection, or of the house's watch.
func (r *reckoned) protectedUntil() date {
	switch r.entity {
	case "": // Japan
		return endOfProtection(r.received, 12)
	case "es":
		return endOfProtection(r.closed, 24)
	case "fr":
		return endOfProtection(r.closed, 12)
	}
	return later(endOfProtection(r.received, 24), endOfProtection(r.closed, 24))
}

// meetingBy is by when a meeting is held.
func (r *reckoned) meetingBy() date {
	switch r.entity {
	case "fr":
		return plusFrenchWorkingDays(r.meetingAsked, 20)
	case "": // Japan's law does not speak of meetings: the house's
		return plusDays(r.meetingAsked, 14)
	}
	return plusDays(r.meetingAsked, 7)
}

// due is the next due day and what for, as the desk's API calls it.
func (r *reckoned) due() (day date, what string) {
	consider := func(on date, reason string) {
		if !on.IsZero() && (day.IsZero() || on.Before(day)) {
			day, what = on, reason
		}
	}
	if r.state == "monitoring" {
		return later(r.protectedUntil(), r.closed), "watch"
	}
	if r.ended() || r.standing == "junk" {
		return date{}, ""
	}
	if r.acknowledged.IsZero() {
		consider(r.acknowledgeBy(), "acknowledge")
	}
	if (r.entity == "" || r.entity == "cl") && r.decided.IsZero() {
		consider(plusDays(r.received, 20), "notice")
	}
	if r.answered.IsZero() {
		consider(r.answerBy(), "answer")
	}
	if !r.meetingAsked.IsZero() && r.meetingSettled.IsZero() {
		consider(r.meetingBy(), "meeting")
	}
	for _, s := range r.openSteps() {
		consider(s, "step")
	}
	return day, what
}

// openSteps are the days of what Chile's law asks for in cases of harassment, and is not done.
func (r *reckoned) openSteps() (open []date) {
	if r.entity != "cl" || r.category != "power-harassment" && r.category != "sexual-harassment" && r.category != "other-harassment" {
		return nil
	}
	by := map[string]date{"measures": r.received, "hand-over": plusDays(r.received, 3), "inquiry": plusDays(r.received, 30)}
	from := func(step string) date {
		if on := r.steps[step]; !on.IsZero() {
			return on
		}
		return by[step]
	}
	by["review"] = plusDays(from("inquiry"), 30)
	by["sanctions"] = plusDays(from("review"), 15)
	for step, day := range by {
		if r.steps[step].IsZero() {
			open = append(open, day)
		}
	}
	return open
}

// goes is the day on which the case is deleted at the earliest.
func (r *reckoned) goes() (day date) {
	switch {
	case r.standing == "junk":
		day = plusDays(r.junked, 30)
	case r.state == "closed" && r.entity == "fr":
		day = plusMonths(r.closed, 2)
	case r.state == "closed" && r.entity == "es" && r.outcome == "out-of-scope":
		day = r.closed
	case r.state == "closed":
		day = plusMonths(r.closed, 36)
	case r.entity == "es" && !r.ended() && r.decided.IsZero() && r.reopened.IsZero():
		day = plusMonths(r.received, 3)
	default:
		return date{}
	}
	return later(day, plusDays(r.written, 30))
}

// goesAtTheEarliest is the day on which the case is deleted, as it stands on a day: a week
// after it was announced.
func (r *reckoned) goesAtTheEarliest(today date) date {
	goes := r.goes()
	if goes.IsZero() {
		return goes
	}
	if r.first.IsZero() {
		return later(goes, plusDays(today, 7))
	}
	return later(goes, plusDays(r.first, 7))
}

// extendable reports whether the law lets the answer take longer, on a day.
func (r *reckoned) extendable(today date) bool {
	return r.entity == "es" && r.extended.IsZero() && r.answered.IsZero() && r.reopened.IsZero() && !r.ended() && r.standing != "junk" && !today.After(r.answerBy())
}

// follow changes the case as somebody does who acts on a day.
func (r *reckoned) follow(a yearsAct, today date) {
	spoken := func() { r.written = later(r.written, today) }
	switch a.what {
	case "report":
		r.state, r.standing, r.received = "received", "counts", today
	case "acknowledge":
		r.state, r.acknowledged = "acknowledged", today
		spoken()
	case "investigate":
		r.state = "investigating"
		r.decided = earlier(r.decided, today)
		spoken()
	case "extend":
		if r.extendable(today) {
			r.extended = today
			spoken()
		}
	case "answer":
		r.answered = earlier(r.answered, today)
		spoken()
	case "close":
		r.state, r.outcome, r.closed, r.written = "closed", a.arg, today, date{}
		r.decided, r.answered = earlier(r.decided, today), earlier(r.answered, today)
	case "watch":
		r.state = "monitoring"
	case "end-watch":
		r.state = "closed"
	case "reopen":
		r.state, r.outcome, r.closed, r.answered, r.extended, r.reopened, r.decided = "investigating", "", date{}, date{}, date{}, today, today
		spoken()
	case "junk":
		r.standing, r.junked = "junk", today
	case "write", "ask-meeting":
		if r.standing == "junk" {
			r.standing, r.junked = "counts", date{}
		}
		if a.what == "ask-meeting" && (r.meetingAsked.IsZero() || !r.meetingSettled.IsZero()) && !r.ended() {
			r.meetingAsked, r.meetingSettled = today, date{}
		}
		spoken()
	case "meet":
		r.meetingSettled = today
		spoken()
	case "step":
		r.steps[a.arg] = today
	case "hold":
		days, _ := strconv.Atoi(a.arg)
		r.holdUntil, r.announced, r.first = plusDays(today, days), 0, date{}
	case "lift":
		r.holdUntil = date{}
	case "no":
		months, _ := strconv.Atoi(a.arg)
		r.answeredNo[months] = true
		spoken()
	case "confirm-deletion":
		r.deleted = true
	}
	r.announceAnew()
}

// announceAnew forgets what was announced of another day.
func (r *reckoned) announceAnew() {
	if goes := r.goes(); !goes.Equal(r.announcedFor) {
		r.announcedFor, r.announced, r.first = goes, 0, date{}
	}
}

// newDay does what the work of a new day does with the case.
func (r *reckoned) newDay(today date) {
	if r.deleted {
		return
	}
	if today.After(r.holdUntil) {
		r.holdUntil = date{}
	}
	goes := r.goes()
	if goes.IsZero() || !r.holdUntil.IsZero() {
		return
	}
	stage := 0
	if !today.Before(plusDays(goes, -30)) {
		stage = 1
	}
	if !today.Before(plusDays(goes, -7)) {
		stage = 2
	}
	if stage > r.announced {
		r.announced = stage
		if r.first.IsZero() {
			r.first = today
		}
	}
	r.deleted = r.announced > 0 && !today.Before(later(goes, plusDays(r.first, 7)))
}

// asks is what the reporter's page asks on a day: by its months after receipt, 0 nothing.
func (r *reckoned) asks(today date) int {
	if r.standing == "junk" {
		return 0
	}
	open := 0
	for _, months := range []int{3, 6, 9, 12} {
		if !today.Before(plusMonths(r.received, months)) {
			open = months
		}
	}
	end := r.protectionEnds()
	if open == 12 && !end.IsZero() && today.After(later(plusMonths(r.received, 15), end)) {
		return 0
	}
	if r.answeredNo[open] {
		return 0
	}
	return open
}

// protectionEnds is the end of the protection as far as it is known.
func (r *reckoned) protectionEnds() date {
	switch {
	case r.entity == "cl" && r.closed.IsZero():
		return endOfProtection(r.received, 24)
	case r.entity != "" && r.closed.IsZero():
		return date{}
	}
	return r.protectedUntil()
}
