package law

import (
	"fmt"
	"testing"

	"hotline/store/casework"
)

// A second reckoning, written apart from the first: a list of single days, on which it
// goes from one to the next.
type almanac struct {
	list []almanacDay
	at   map[string]int // of the list
}

type almanacDay struct{ year, month, day, weekday int } // weekday: 0 is Monday

func (d almanacDay) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day) }

// lengths are those of the months; February's is of common years.
var lengths = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

const firstYear, lastYear = 2025, 2045

func length(year, month int) int {
	if month == 2 && (year%400 == 0 || year%4 == 0 && year%100 != 0) {
		return 29
	}
	return lengths[month-1]
}

func newAlmanac() almanac {
	a := almanac{at: map[string]int{}}
	weekday := 2 // 1 January 2025 was a Wednesday
	for year := firstYear; year <= lastYear; year++ {
		for month := 1; month <= 12; month++ {
			for day := 1; day <= length(year, month); day++ {
				d := almanacDay{year, month, day, weekday}
				a.at[d.String()] = len(a.list)
				a.list = append(a.list, d)
				weekday = (weekday + 1) % 7
			}
		}
	}
	return a
}

// months goes on day by day into the n-th month from here, and there to the same number
// or the end of the month.
func (a almanac) months(from, n int) int {
	i, number := from, a.list[from].day
	for range n {
		for i++; a.list[i].day != 1; i++ { // to the first of the next month
		}
	}
	for a.list[i].day != number && a.list[i+1].day != 1 {
		i++
	}
	return i
}

// easterSundays are taken from a printed calendar.
var easterSundays = map[int]string{
	2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2028: "2028-04-16", 2029: "2029-04-01", 2030: "2030-04-21",
	2031: "2031-04-13", 2032: "2032-03-28", 2033: "2033-04-17", 2034: "2034-04-09", 2035: "2035-03-25",
}

func (a almanac) holidayInFrance(i int) bool {
	d := a.list[i]
	switch fmt.Sprint(d.day, "/", d.month) {
	case "1/1", "1/5", "8/5", "14/7", "15/8", "1/11", "11/11", "25/12":
		return true
	}
	sunday := a.at[easterSundays[d.year]]
	return i == sunday+1 || i == sunday+39 || i == sunday+50
}

func (a almanac) working(from, n int, inFrance bool) int {
	i := from
	for n > 0 {
		i++
		if a.list[i].weekday < 5 && !(inFrance && a.holidayInFrance(i)) {
			n--
		}
	}
	return i
}

// protected is the end of n months that begin on the day after: the day before the one
// of the same number, or the end of the month where it has none (民法 art. 143), but not
// before the same day as that of the event.
func (a almanac) protected(from, n int) int {
	end := a.months(from+1, n)
	if a.list[end].day == a.list[from+1].day {
		end--
	}
	return max(end, a.months(from, n))
}

// reckoned are the days that the second reckoning finds; 0: none.
type reckoned struct{ acknowledge, notice, answer, extension, meeting, until int }

// reckon does so for a report of the day r, acknowledged on k (-1: not) and closed on c (-1).
func (a almanac) reckon(code string, r, k, c int) reckoned {
	week, fortnight := r+7, r+14 // the house's for a meeting
	closed := func(n int) int {
		if c < 0 {
			return 0
		}
		return a.protected(c, n)
	}
	confirmed := func(due int) int { // 3 months from the confirmation, or from its due day
		if k >= 0 && k <= due {
			return a.months(k, 3)
		}
		return a.months(due, 3)
	}
	quarter := a.months(r, 3)
	switch code {
	case "eu", "it":
		return reckoned{acknowledge: week, answer: confirmed(week), meeting: fortnight, until: closed(12)}
	case "de":
		answer := confirmed(week)
		if k < 0 || k > week {
			answer = quarter + 7
		}
		return reckoned{acknowledge: week, answer: answer, meeting: fortnight, until: closed(12)}
	case "fr":
		due := a.working(r, 7, true)
		return reckoned{acknowledge: due, answer: confirmed(due), meeting: a.working(r, 20, true), until: closed(12)}
	case "es": // what is shown; the seven days more that the law gives are later
		return reckoned{acknowledge: week, answer: quarter, extension: a.months(r, 6), meeting: week, until: closed(24)}
	case "pt", "kr":
		return reckoned{acknowledge: week, answer: quarter, meeting: fortnight, until: a.protected(r, 24)}
	case "jp":
		return reckoned{acknowledge: week, notice: r + 20, answer: quarter, meeting: fortnight, until: a.protected(r, 12)}
	case Strictest, StrictestNoInquiry:
		return reckoned{acknowledge: week, notice: r + 20, answer: quarter, meeting: week, until: max(closed(24), a.protected(r, 24))}
	}
	panic("no such profile: " + code)
}

// Both reckonings find the same for every day of four years, acknowledged at once, on the
// days around the due day, or not at all, and closed on another day each.
func TestSecondReckoning(t *testing.T) {
	a := newAlmanac()
	day := func(i int) casework.Day {
		if i <= 0 {
			return ""
		}
		return casework.Day(a.list[i].String())
	}
	compared := 0
	for r := a.at["2026-01-01"]; r <= a.at["2029-12-31"]; r++ {
		for _, code := range Profiles() {
			p := ProfileOf(code)
			for _, k := range []int{-1, 0, 6, 7, 8, 11, 12} {
				acknowledged, closed := -1, -1
				if k >= 0 {
					acknowledged = r + k
					closed = r + 37*k // up to fifteen months
				}
				want := a.reckon(code, r, acknowledged, closed)
				d := p.Dates(History{State: casework.Received, Received: day(r), Acknowledged: day(acknowledged), Closed: day(closed)})
				got := [...]casework.Day{d.Acknowledge.On, d.Notice.On, d.Answer.On, d.Extension.On, p.MeetingBy(day(r)).On, d.Protection.On}
				expect := [...]casework.Day{day(want.acknowledge), day(want.notice), day(want.answer), day(want.extension), day(want.meeting), day(want.until)}
				if got != expect {
					t.Fatalf("%s of %s, acknowledged %s, closed %s: acknowledge, notice, answer, extension, meeting, until are %s, want %s",
						code, day(r), day(acknowledged), day(closed), got, expect)
				}
				compared++
			}
		}
	}
	t.Logf("%d compared", compared)
}
