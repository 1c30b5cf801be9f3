package casework

// History is what has happened to a case that its dates follow from. A day is
// "" until it happened.
type History struct {
	State        State
	Received     Day
	Acknowledged Day
	Decided      Day // first under investigation, or closed: the reporter knows what becomes of it
	Answered     Day // first feedback
	Closed       Day // "" again once it is taken up again
	Reopened     Day // taken up again after it was closed, the last time
	Danger       Danger
	Standing     Standing
}

// Dates are what the law asks for, computed from what has happened.
type Dates struct {
	History
	Acknowledge Day // to be acknowledged by then at the latest
	Notice      Day // the reporter knows by then whether it will be investigated; "" where no law asks
	Answer      Day // told by then what was done about it
	Watch       Day // end of the watch for retaliation; "" unless closed, and where no law asks
}

// DueFor is what the next due day of a case is for.
type DueFor string

// What can be due.
const (
	DueDanger      DueFor = "danger" // on the day of receipt, until a handler has acted
	DueAcknowledge DueFor = "acknowledge"
	DueNotice      DueFor = "notice"
	DueAnswer      DueFor = "answer"
	DueWatch       DueFor = "watch"
)

// Dates computes the dates of a case.
func (p Profile) Dates(h History) Dates {
	d := Dates{History: h, Acknowledge: h.Received.AddDays(p.AcknowledgeDays)}
	if p.WorkingDays {
		d.Acknowledge = addWorkingDays(h.Received, p.AcknowledgeDays)
	}
	if p.NoticeDays > 0 {
		d.Notice = h.Received.AddDays(p.NoticeDays)
	}
	d.Answer = p.answerFrom(h, d.Acknowledge).AddMonths(p.AnswerMonths)
	if p.WatchMonths > 0 && h.Closed != "" {
		d.Watch = h.Closed.AddMonths(p.WatchMonths)
	}
	return d
}

// answerFrom is the day that the answer is counted from. A case that was taken up
// again owes an answer once more, from that day.
func (p Profile) answerFrom(h History, acknowledge Day) Day {
	switch {
	case h.Reopened != "":
		return h.Reopened
	case p.AnswerFromReceipt:
		return h.Received
	case h.Acknowledged != "" && h.Acknowledged < acknowledge:
		return h.Acknowledged
	}
	return acknowledge // a late acknowledgement moves nothing
}

// Urgent reports whether somebody is in danger, and the desk has to act.
func (h History) Urgent() bool {
	return h.Danger == DangerOpen && !h.State.Ended() && h.Standing != Junk
}

// Due returns the next due day and what it is for, "" and "" if nothing is.
func (d Dates) Due() (Day, DueFor) {
	var day Day
	var reason DueFor
	consider := func(open bool, due Day, what DueFor) {
		if open && due != "" && (day == "" || due < day) {
			day, reason = due, what
		}
	}
	working := !d.State.Ended() && d.Standing != Junk
	consider(d.Urgent(), d.Received, DueDanger)
	consider(working && d.Acknowledged == "", d.Acknowledge, DueAcknowledge)
	consider(working && d.Decided == "", d.Notice, DueNotice)
	consider(working && d.Answered == "", d.Answer, DueAnswer)
	consider(d.State == Monitoring, d.Watch, DueWatch)
	return day, reason
}
