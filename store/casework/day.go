package casework

import (
	"fmt"
	"strings"
	"time"
)

// Day is a calendar day as an ISO 8601 date, "2026-11-21". Days compare as
// strings. The zero value "" means "no day".
type Day string

const isoDay = "2006-01-02"

// DayOf returns the day of t in t's time zone.
func DayOf(t time.Time) Day { return Day(t.Format(isoDay)) }

// ParseDay checks that s is an ISO day.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(isoDay, s); err != nil {
		return "", fmt.Errorf("casework: %q is not a day like 2026-11-21", s)
	}
	return Day(s), nil
}

// Time returns midnight UTC of the day; the zero time for "".
func (d Day) Time() time.Time {
	t, err := time.Parse(isoDay, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays returns the day n days later.
func (d Day) AddDays(n int) Day {
	if d == "" {
		return ""
	}
	return DayOf(d.Time().AddDate(0, 0, n))
}

// AddMonths returns the same day of the month n months later, or that month's
// last day if it is shorter (31 January + 1 month = 28 February).
func (d Day) AddMonths(n int) Day {
	if d == "" {
		return ""
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// DaysAfter returns how many days d comes after other; negative: before.
func (d Day) DaysAfter(other Day) int {
	return int(d.Time().Sub(other.Time()).Hours() / 24)
}

// Year returns the year of a day, "" of "".
func (d Day) Year() string {
	year, _, _ := strings.Cut(string(d), "-")
	return year
}
