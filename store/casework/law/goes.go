package law

import "hotline/store/casework"

// Why is why a case is deleted.
type Why string

// The reasons. Early has no day of its own: two handlers decide it.
const (
	ForRetention Why = "retention"
	ForNoInquiry Why = "no-inquiry"
	ForJunk      Why = "junk"
	Early        Why = "early"
)

const (
	// FirstAnnounced and LastAnnounced are how many days before its deletion a case is
	// announced at the desk.
	FirstAnnounced = 30
	LastAnnounced  = 7
	// GraceDays is how long a case stays at least after something was written in it.
	GraceDays = 30
	// HoldYears is how far ahead a hold can end, and HoldTold how many days before its
	// end the owner is told.
	HoldYears = 5
	HoldTold  = 30
	// RequestLasts is for how many days a request for an early deletion can be confirmed.
	RequestLasts = 30
)

// houseRetention is ours where a law names no day: three years, in which the latest of
// the protections has ended and most claims under civil law have lapsed.
var houseRetention = term(Closing, house, months(36))

// Going says when a case is deleted, and why. On is "" where it is not: it is open, or
// watched.
type Going struct {
	Why Why
	Date
	KeepUntil Date // the law forbids to delete it before; none where it does not
}

// Goes returns when a case is deleted. What was written in it lately moves the day; never
// to an earlier one.
func (p Profile) Goes(h History, outcome casework.Outcome) Going {
	g := p.goes(h, outcome)
	if grace := h.Written.AddDays(GraceDays); g.On != "" && grace > g.On {
		g.Date = Date{grace, house}
	}
	return g
}

func (p Profile) goes(h History, outcome casework.Outcome) Going {
	switch {
	case h.Standing == casework.Junk:
		return p.junked(h, outcome)
	case h.State == casework.Closed:
		return p.concluded(h, outcome)
	case !h.State.Ended() && h.Reopened == "": // taken up again, it has been decided on before
		for _, k := range p.Kept(h, outcome) {
			if k.When == NoInquiry && !k.Offered {
				return Going{Why: ForNoInquiry, Date: k.GoneBy}
			}
		}
	}
	return Going{}
}

// junked returns when junk is deleted: after the days of junk, but a case that was closed
// before stays as long as the law wants it kept.
func (p Profile) junked(h History, outcome casework.Outcome) Going {
	g := Going{Why: ForJunk, Date: JunkRetention.Go.after(h.on(Marked), p.Holidays), KeepUntil: p.KeepUntil(h, outcome)}
	if g.KeepUntil.On > g.On {
		g.Why, g.Date = ForRetention, g.KeepUntil
	}
	return g
}

// concluded returns when a closed case is deleted: by the house's rule, as far as the law
// does not want it gone earlier, and not before the law lets it go.
func (p Profile) concluded(h History, outcome casework.Outcome) Going {
	g := Going{Why: ForRetention, Date: houseRetention.after(h.Closed, p.Holidays)}
	for _, k := range p.Kept(h, outcome) {
		if k.When != Concluded {
			continue
		}
		if on := k.GoneBy.On; on != "" && (on < g.On || on == g.On && k.GoneBy.Basis == Law) {
			g.Date = k.GoneBy
		}
		if k.KeepUntil.Basis == Law && k.KeepUntil.On > g.KeepUntil.On {
			g.KeepUntil = k.KeepUntil
		}
	}
	if g.KeepUntil.On >= g.On {
		g.Date = g.KeepUntil
	}
	return g
}

// Announcement is how far the desk was told that a case will be deleted.
type Announcement int

// The announcements, each made once for a day of deletion.
const (
	NotAnnounced Announcement = iota
	AnnouncedFirst
	AnnouncedLast
)

// AnnounceOn returns the announcement of a deletion that is to be made by a day.
func AnnounceOn(gone, day casework.Day) Announcement {
	switch {
	case gone == "" || day < gone.AddDays(-FirstAnnounced):
		return NotAnnounced
	case day < gone.AddDays(-LastAnnounced):
		return AnnouncedFirst
	}
	return AnnouncedLast
}

// NotBefore is the day on which a case goes at the earliest that was first announced on
// a day: nothing is deleted that the desk could not see coming for a week.
func NotBefore(gone, announced casework.Day) casework.Day {
	if gone == "" || announced == "" {
		return gone
	}
	return max(gone, announced.AddDays(LastAnnounced))
}

// When is NotBefore as it looks on a day: what was not announced by then is announced on
// it at the earliest.
func When(gone, announced, today casework.Day) casework.Day {
	if announced == "" {
		announced = today
	}
	return NotBefore(gone, announced)
}

// Lapses returns the last day on which a request for an early deletion can be confirmed.
func Lapses(asked casework.Day) casework.Day { return asked.AddDays(RequestLasts) }

// HoldLatest returns the latest end of a hold that is set on a day.
func HoldLatest(on casework.Day) casework.Day { return on.AddMonths(12 * HoldYears) }

// KeepUntil returns the day before which the law forbids to delete a case that is closed
// or watched; none where it does not. Of junk that was never closed it says nothing.
func (p Profile) KeepUntil(h History, outcome casework.Outcome) Date {
	if h.Closed == "" {
		return Date{}
	}
	return p.concluded(h, outcome).KeepUntil
}

// OnTime says whether what was due on a day was done on time: "yes", "no", or "" for what
// was not due by then, or not at all.
func OnTime(done, due, today casework.Day) string {
	switch {
	case due == "" || done == "" && today <= due:
		return ""
	case done != "" && done <= due:
		return "yes"
	}
	return "no"
}
