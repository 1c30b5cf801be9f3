package law

import (
	"time"

	"hotline/store/casework"
)

// Calendar says which days are holidays.
type Calendar string

// Only France's terms are counted in working days. A holiday that is not known here
// makes a date earlier, never later.
const (
	NoHolidays Calendar = ""
	France     Calendar = "fr"
)

// addWorkingDays returns the n-th day after d that is no Saturday, Sunday or holiday.
func (c Calendar) addWorkingDays(d casework.Day, n int) casework.Day {
	for n > 0 {
		d = d.AddDays(1)
		if w := d.Time().Weekday(); w != time.Saturday && w != time.Sunday && !c.holiday(d) {
			n--
		}
	}
	return d
}

// fixedInFrance are the holidays of France that are on the same day each year (code du
// travail, art. L3133-1), as MM-DD.
var fixedInFrance = map[string]bool{
	"01-01": true, "05-01": true, "05-08": true, "07-14": true, "08-15": true, "11-01": true, "11-11": true, "12-25": true,
}

// afterEasterInFrance are its others, in days after Easter Sunday: Easter Monday,
// Ascension, Whit Monday.
var afterEasterInFrance = map[int]bool{1: true, 39: true, 50: true}

func (c Calendar) holiday(d casework.Day) bool {
	if c != France {
		return false
	}
	return fixedInFrance[string(d[len("2026-"):])] || afterEasterInFrance[d.DaysAfter(easter(d.Time().Year()))]
}

// easter returns Easter Sunday of a year in the Gregorian calendar (Meeus, Jones and
// Butcher).
func easter(year int) casework.Day {
	golden, century, inCentury := year%19, year/100, year%100
	correction := (century - (century+8)/25 + 1) / 3
	epact := (19*golden + century - century/4 - correction + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(inCentury/4) - epact - inCentury%4) % 7
	late := (golden + 11*epact + 22*weekday) / 451
	n := epact + weekday - 7*late + 114
	return casework.DayOf(time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC))
}
