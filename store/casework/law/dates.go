package law

import "hotline/store/casework"

// History is what has happened to a case that its dates follow from. A day is
// "" until it happened.
type History struct {
	State        casework.State
	Received     casework.Day
	Acknowledged casework.Day
	Decided      casework.Day // first under investigation, or closed: the reporter knows what becomes of it
	Answered     casework.Day // first feedback
	Closed       casework.Day // "" again once it is taken up again
	Reopened     casework.Day // taken up again after it was closed, the last time
	Extended     casework.Day // the reporter was told why the answer takes longer
	Category     string
	Done         map[string]casework.Day // steps that the law of the country asks for in the category, by code
	Danger       casework.Danger
	Standing     casework.Standing
	Junked       casework.Day // marked as junk; "" again once it is no longer
	Written      casework.Day // last message of reporter or desk; of what was there when it was closed or marked as junk none counts

	MeetingAsked   casework.Day // the reporter asked for a meeting, the last time
	MeetingSettled casework.Day // it was held, or is not wanted any more; "" while it is open
}

// Dates are what the law asks for, computed from what has happened.
type Dates struct {
	History
	Acknowledge Date // to be acknowledged by then at the latest
	Notice      Date // the reporter knows by then whether it will be investigated; none where no law asks
	Answer      Date // told by then what was done about it
	Extension   Date // told by then at the latest where there is a reason to take longer; none where the law allows none

	Meeting Date // a meeting that the reporter asked for is held by then; none where none is open

	Steps []StepDate // that the law of the country asks for in the category

	// Protection is the end of the protection against retaliation, which begins with
	// the receipt. Its day is "" as long as it depends on the closing alone; where it
	// depends on both, it may become later by the closing. Of the house's the law names
	// no end: it is that of our watch.
	Protection Date
}

// DueFor is what the next due day of a case is for.
type DueFor string

// What can be due.
const (
	DueDanger      DueFor = "danger" // on the day of receipt, until a handler has acted
	DueAcknowledge DueFor = "acknowledge"
	DueNotice      DueFor = "notice"
	DueAnswer      DueFor = "answer"
	DueMeeting     DueFor = "meeting"
	DueStep        DueFor = "step"
	DueWatch       DueFor = "watch"
)

// Dates computes the dates of a case.
func (p Profile) Dates(h History) Dates {
	d := Dates{
		History:     h,
		Acknowledge: p.Acknowledge.after(h.Received, p.Holidays),
		Notice:      p.Notice.after(h.Received, p.Holidays),
	}
	d.Answer = p.answer(h, d.Acknowledge.On)
	if h.Reopened == "" {
		d.Extension = p.Extension.after(h.Received, p.Holidays)
	}
	if h.Extended != "" && d.Extension.On != "" {
		d.Answer = d.Extension
	}
	if h.MeetingAsked != "" && h.MeetingSettled == "" {
		d.Meeting = p.MeetingBy(h.MeetingAsked)
	}
	d.Steps = stepDates(p.Categories, h.Category, h.Received, h.Done)
	for _, t := range p.Protection {
		end := t.protects(h.on(t.From))
		if d.Protection.On == "" {
			d.Protection.Source = t.Source
		}
		if end.On > d.Protection.On {
			d.Protection = end
		}
	}
	return d
}

// on returns the day of an event.
func (h History) on(s Start) casework.Day {
	switch s {
	case Receipt:
		return h.Received
	case Acknowledgement:
		return h.Acknowledged
	case Closing:
		return h.Closed
	case Marked:
		return h.Junked
	}
	return ""
}

// answer returns by when the answer is due. A late acknowledgement moves nothing. As long
// as a case was not acknowledged in time, the earlier of the formulas holds that can be
// reckoned. A case that was taken up again owes an answer once more, from that day.
func (p Profile) answer(h History, acknowledge casework.Day) Date {
	if h.Reopened != "" {
		return Date{h.Reopened.AddMonths(reopenedMonths), house}
	}
	if h.Acknowledged != "" && h.Acknowledged <= acknowledge {
		return p.Answer.after(h.on(p.Answer.From), p.Holidays)
	}
	late := p.AnswerLate.after(h.Received, p.Holidays)
	if p.Answer.FromReceipt() {
		if inTime := p.Answer.after(h.Received, p.Holidays); inTime.On < late.On {
			return inTime
		}
	}
	return late
}

// MeetingBy returns by when a meeting is held that was asked for on a day: where the law
// names no period, within the house's.
func (p Profile) MeetingBy(asked casework.Day) Date {
	return p.meeting().after(asked, p.Holidays)
}

func (p Profile) meeting() Term {
	if len(p.Meeting.Spans) == 0 {
		return houseMeeting
	}
	return p.Meeting
}

// MayExtend reports whether on a day the answer can still be given the longer time that
// the law allows where there is a reason: once, while it is open and not late.
func (d Dates) MayExtend(today casework.Day) bool {
	return d.Extension.On != "" && d.Extended == "" && d.Answered == "" && !d.State.Ended() && d.Standing != casework.Junk && today <= d.Answer.On
}

// Urgent reports whether somebody is in danger, and the desk has to act.
func (h History) Urgent() bool {
	return h.Danger == casework.DangerOpen && !h.State.Ended() && h.Standing != casework.Junk
}

// WatchEnds returns when the watch for retaliation after closing can end: with the
// protection, not before the closing. "" for a case that was not closed.
func (d Dates) WatchEnds() casework.Day {
	if d.Closed == "" {
		return ""
	}
	return max(d.Protection.On, d.Closed)
}

// Due returns the next due day and what it is for, "" and "" if nothing is.
func (d Dates) Due() (casework.Day, DueFor) {
	var day casework.Day
	var reason DueFor
	consider := func(open bool, due casework.Day, what DueFor) {
		if open && due != "" && (day == "" || due < day) {
			day, reason = due, what
		}
	}
	working := !d.State.Ended() && d.Standing != casework.Junk
	consider(d.Urgent(), d.Received, DueDanger)
	consider(working && d.Acknowledged == "", d.Acknowledge.On, DueAcknowledge)
	consider(working && d.Decided == "", d.Notice.On, DueNotice)
	consider(working && d.Answered == "", d.Answer.On, DueAnswer)
	consider(working, d.Meeting.On, DueMeeting)
	for _, s := range d.Steps {
		consider(working && s.Open(), s.Date.On, DueStep)
	}
	consider(d.State == casework.Monitoring, d.WatchEnds(), DueWatch)
	return day, reason
}
