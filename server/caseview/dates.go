package caseview

import (
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// ReporterDates are the days of a case as its reporter sees them, ISO 8601 ("2026-11-28"),
// "" if not known.
type ReporterDates struct {
	Received     string `json:"received"`     // when it came in
	Acknowledge  string `json:"acknowledge"`  // by when it will be acknowledged
	Notice       string `json:"notice"`       // by when the reporter hears whether it is investigated; "" once that is settled
	Answer       string `json:"answer"`       // by when it will be answered
	Acknowledged string `json:"acknowledged"` // when it was acknowledged
	Closed       string `json:"closed"`       // when it was closed

	// ProtectedUntil is the day until which the law protects from retaliation, at the
	// least; "" where it names no end, or counts from a closing that is to come.
	ProtectedUntil string `json:"protected_until"`

	// KeptUntil is the day on which the case is deleted at the earliest, "" where none is
	// known. What is written in it moves the day.
	KeptUntil string `json:"kept_until"`

	// A meeting that the reporter asked for; both "" unless it is open.
	MeetingAsked string `json:"meeting_asked"`
	MeetingBy    string `json:"meeting_by"`
}

// Promised are the days by which the reporter will hear something.
func (d ReporterDates) Promised() (days []casework.Day) {
	acknowledge, answer := d.Acknowledge, d.Answer
	if d.Acknowledged != "" {
		acknowledge = ""
	}
	if d.Closed != "" {
		answer = ""
	}
	for _, day := range []string{acknowledge, d.Notice, answer} {
		if day != "" {
			days = append(days, casework.Day(day))
		}
	}
	return days
}

// DeskDates are a case's days as handlers see them, ISO 8601, "" where there is
// none.
type DeskDates struct {
	Received string `json:"received"`

	// Due.
	Acknowledge string `json:"acknowledge"`
	Notice      string `json:"notice"`
	Answer      string `json:"answer"`
	Watch       string `json:"watch"`   // the watch for retaliation after closing can end
	Promise     string `json:"promise"` // Answer, if the case is acknowledged today

	// Happened.
	Acknowledged string `json:"acknowledged"`
	Decided      string `json:"decided"`
	Answered     string `json:"answered"`
	Closed       string `json:"closed"`
	Extended     string `json:"extended"` // the reporter was told why the answer takes longer

	// Extension is the day that the answer can be put off to now, with a reason; "" where
	// it cannot.
	Extension string `json:"extension"`

	// The meeting that the reporter asked for; MeetingBy is "" unless it is open.
	MeetingAsked string `json:"meeting_asked"`
	MeetingBy    string `json:"meeting_by"`
	MeetingHeld  string `json:"meeting_held"` // the last one

	Due      string `json:"due"`     // the next one
	DueFor   string `json:"due_for"` // and for what
	DaysLeft int    `json:"-"`       // until Due; negative: late

	// The protection against retaliation begins with the receipt.
	ProtectedUntil string    `json:"protected_until"` // by law, at the least; "": see Protection
	Protection     law.Basis `json:"protection"`      // law: the law names an end, counted from the closing as long as there is no day; house: it names none

	Sources Sources `json:"sources"`

	Steps []Step `json:"steps"`
	Today string `json:"-"` // at the entity
}

// Step is one thing that the law of the entity's country asks for in the category of a case.
type Step struct {
	Code      string `json:"code"`
	On        string `json:"on"`   // due, or the end of the protection
	Done      string `json:"done"` // "" until it happened
	Article   string `json:"article"`
	Confirmed bool   `json:"confirmed"`
	Protects  bool   `json:"protects"` // the day ends a protection; nothing is due
}

func stepsOf(d law.Dates) []Step {
	steps := []Step{}
	for _, s := range d.Steps {
		steps = append(steps, Step{s.Code, string(s.Date.On), string(s.Done), s.Article, s.Confirmed, s.Protects})
	}
	return steps
}

// Sources say where each date comes from. The basis of one that nobody owes is "".
type Sources struct {
	Acknowledge Source `json:"acknowledge"`
	Notice      Source `json:"notice"`
	Answer      Source `json:"answer"`
	Extension   Source `json:"extension"`
	Meeting     Source `json:"meeting"`
	Protection  Source `json:"protection"`
}

// Source says whose a date is: of the law, in an article, or our own proposal.
type Source struct {
	Basis     law.Basis `json:"basis"`
	Article   string    `json:"article"`
	Confirmed bool      `json:"confirmed"`
}

func sourcesOf(d law.Dates) Sources {
	return Sources{
		Source(d.Acknowledge.Source), Source(d.Notice.Source), Source(d.Answer.Source), Source(d.Extension.Source),
		Source(d.Meeting.Source), Source(d.Protection.Source),
	}
}

// ReporterDatesOf computes the days of a case for its reporter. No law asks for a
// notice once it is settled whether the report is investigated.
func ReporterDatesOf(profile law.Profile, c store.Case, today casework.Day) ReporterDates {
	d := profile.Dates(c.History())
	shown := ReporterDates{
		Received: string(d.Received), Acknowledge: string(d.Acknowledge.On), Answer: string(d.Answer.On),
		Acknowledged: string(d.Acknowledged), Closed: string(d.Closed), ProtectedUntil: protectedUntil(d),
	}
	if d.State.Ended() {
		shown.KeptUntil = string(law.When(profile.Goes(c.History(), c.Outcome).On, c.AnnouncedOn, today))
	}
	if d.Meeting.On != "" {
		shown.MeetingAsked, shown.MeetingBy = string(d.MeetingAsked), string(d.Meeting.On)
	}
	if d.Decided == "" && !d.State.Ended() {
		shown.Notice = string(d.Notice.On)
	}
	return shown
}

// protectedUntil is the end of the protection where the law names one.
func protectedUntil(d law.Dates) string {
	if d.Protection.Basis != law.Law {
		return ""
	}
	return string(d.Protection.On)
}

// DeskDatesOf computes the days of a case for handlers.
func DeskDatesOf(profile law.Profile, c store.Case, today casework.Day) DeskDates {
	dates := profile.Dates(c.History())
	due, dueFor := dates.Due()
	shown := DeskDates{
		Received: string(dates.Received), Acknowledge: string(dates.Acknowledge.On), Notice: string(dates.Notice.On), Answer: string(dates.Answer.On),
		Watch: string(dates.WatchEnds()), Acknowledged: string(dates.Acknowledged), Decided: string(dates.Decided), Answered: string(dates.Answered),
		Closed: string(dates.Closed), Due: string(due), DueFor: string(dueFor), ProtectedUntil: protectedUntil(dates), Protection: dates.Protection.Basis,
		Sources: sourcesOf(dates), Steps: stepsOf(dates), Today: string(today), Extended: string(dates.Extended),
	}
	if dates.MayExtend(today) {
		shown.Extension = string(dates.Extension.On)
	}
	shown.MeetingAsked, shown.MeetingHeld = string(c.MeetingAsked), string(c.MeetingHeld)
	shown.MeetingBy = string(dates.Meeting.On)
	acknowledged := c.History()
	if acknowledged.Acknowledged == "" {
		acknowledged.Acknowledged = today
	}
	shown.Promise = string(profile.Dates(acknowledged).Answer.On)
	if due != "" {
		shown.DaysLeft = due.DaysAfter(today)
	}
	return shown
}
