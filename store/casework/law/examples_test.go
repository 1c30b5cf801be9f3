package law

import (
	"fmt"
	"testing"
	"time"

	"hotline/store/casework"
)

// example is a worked example of the design: what is "" is not stated by it.
type example struct {
	profile                string
	received, zone         string // a day, or an instant and the zone of the entity
	acknowledged, closed   casework.Day
	day                    casework.Day // of receipt, where an instant is given
	acknowledge, answer    casework.Day
	notice, until          casework.Day
	extension, erase, late casework.Day
}

// examples are numbered from 1.
var examples = []example{
	{profile: "eu", received: "2026-12-01", acknowledged: "2026-12-03", acknowledge: "2026-12-08", answer: "2027-03-03"},
	{profile: "eu", received: "2026-12-01", acknowledge: "2026-12-08", answer: "2027-03-08"},
	{profile: "eu", received: "2026-12-01", acknowledged: "2026-12-10", acknowledge: "2026-12-08", answer: "2027-03-08"},
	{profile: "eu", received: "2026-11-23", acknowledged: "2026-11-30", acknowledge: "2026-11-30", answer: "2027-02-28"},
	{profile: "eu", received: "2026-11-24", acknowledge: "2026-12-01", answer: "2027-03-01"},
	{profile: "de", received: "2026-11-24", acknowledge: "2026-12-01", answer: "2027-03-03"},
	{profile: "eu", received: "2027-02-22", acknowledge: "2027-03-01", answer: "2027-06-01"},
	{profile: "de", received: "2027-02-22", acknowledge: "2027-03-01", answer: "2027-05-29"},
	{profile: "eu", received: "2027-01-24", acknowledge: "2027-01-31", answer: "2027-04-30"},
	{profile: "de", received: "2027-01-24", acknowledge: "2027-01-31", answer: "2027-05-01"},
	{profile: "de", received: "2027-01-24", acknowledged: "2027-01-31", acknowledge: "2027-01-31", answer: "2027-04-30"},
	{profile: "de", received: "2027-11-30", acknowledged: "2027-11-30", acknowledge: "2027-12-07", answer: "2028-02-29"},
	{profile: "de", received: "2027-11-30", acknowledge: "2027-12-07", answer: "2028-03-07"},
	{profile: "de", received: "2028-02-29", acknowledged: "2028-02-29", acknowledge: "2028-03-07", answer: "2028-05-29"},
	{profile: "it", received: "2026-12-24", acknowledge: "2026-12-31", answer: "2027-03-31"},
	{profile: "it", received: "2026-12-24", acknowledged: "2026-12-28", acknowledge: "2026-12-31", answer: "2027-03-28"},
	{profile: "it", received: "2026-12-24", acknowledged: "2027-01-04", acknowledge: "2026-12-31", answer: "2027-03-31"},
	{profile: "es", received: "2027-01-31", acknowledged: "2027-02-02", acknowledge: "2027-02-07", answer: "2027-04-30", extension: "2027-07-31", erase: "2027-04-30"},
	{profile: "es", received: "2027-01-31", acknowledge: "2027-02-07", answer: "2027-04-30", late: "2027-05-07"},
	{profile: "es", received: "2026-08-31", acknowledged: "2026-09-01", acknowledge: "2026-09-07", answer: "2026-11-30", extension: "2027-02-28"},
	{profile: "es", received: "2027-08-31", acknowledged: "2027-09-01", acknowledge: "2027-09-07", answer: "2027-11-30", extension: "2028-02-29"},
	{profile: "es", received: "2026-12-01", closed: "2027-02-28", until: "2029-02-28"},
	{profile: "pt", received: "2026-11-30", acknowledged: "2026-12-02", acknowledge: "2026-12-07", answer: "2027-02-28", until: "2028-11-30"},
	{profile: "pt", received: "2028-02-29", acknowledge: "2028-03-07", answer: "2028-05-29", until: "2030-02-28"},
	{profile: "fr", received: "2026-12-18", acknowledge: "2026-12-30", answer: "2027-03-30"},
	{profile: "fr", received: "2027-04-30", acknowledged: "2027-05-03", acknowledge: "2027-05-12", answer: "2027-08-03"},
	{profile: "fr", received: "2026-11-10", acknowledge: "2026-11-20", answer: "2027-02-20"},
	{}, // 28: a meeting
	{profile: "jp", received: "2026-12-01T14:59:59Z", zone: "Asia/Tokyo", day: "2026-12-01", notice: "2026-12-21", until: "2027-12-01"},
	{profile: "jp", received: "2026-12-01T15:00:00Z", zone: "Asia/Tokyo", day: "2026-12-02", notice: "2026-12-22", until: "2027-12-02"},
	{profile: "jp", received: "2027-02-28", notice: "2027-03-20", until: "2028-02-29"},
	{profile: "jp", received: "2028-02-29", notice: "2028-03-20", until: "2029-02-28"},
	{profile: "jp", received: "2026-12-31", notice: "2027-01-20", until: "2027-12-31"},
	{profile: Strictest, received: "2026-12-01", acknowledged: "2026-12-03", closed: "2027-02-10", acknowledge: "2026-12-08", answer: "2027-03-01", notice: "2026-12-21", until: "2029-02-10"},
	{profile: Strictest, received: "2026-11-30", acknowledge: "2026-12-07", answer: "2027-02-28", notice: "2026-12-20"},
	{profile: "eu", received: "2027-03-28T01:30:00Z", zone: "Europe/Berlin", day: "2027-03-28", acknowledge: "2027-04-04", answer: "2027-07-04"},
	{profile: "de", received: "2026-10-25T22:59:59Z", zone: "Europe/Berlin", day: "2026-10-25", acknowledged: "2026-10-26", acknowledge: "2026-11-01", answer: "2027-01-26"},
	{profile: "pt", received: "2026-10-24T23:30:00Z", zone: "Europe/Lisbon", day: "2026-10-25", acknowledge: "2026-11-01", answer: "2027-01-25"},
	{}, // 39: a category clock
	{profile: Strictest, received: "2027-01-01T02:59:59Z", zone: "America/Sao_Paulo", day: "2026-12-31", acknowledge: "2027-01-07", answer: "2027-03-31", notice: "2027-01-20"},
}

// dayAt is the day of an instant in a zone.
func dayAt(t *testing.T, instant, zone string) casework.Day {
	t.Helper()
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		t.Fatal(err)
	}
	in, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return casework.DayOf(at.In(in))
}

func TestExamples(t *testing.T) {
	check := func(t *testing.T, what string, got, want casework.Day) {
		t.Helper()
		if want != "" && got != want {
			t.Errorf("%s %s, want %s", what, got, want)
		}
	}
	if len(examples) != 40 {
		t.Fatalf("%d examples", len(examples))
	}
	for i, e := range examples {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			switch i + 1 {
			case 28:
				check(t, "meeting", ProfileOf("fr").MeetingBy("2026-12-18").On, "2027-01-19")
				return
			case 39:
				r := dayAt(t, "2027-09-05T03:59:59Z", "America/Santiago")
				check(t, "received", r, "2027-09-04")
				check(t, "received 1 s later", dayAt(t, "2027-09-05T04:00:00Z", "America/Santiago"), "2027-09-05")
				got := stepDays("CL", "sexual-harassment", r, nil)
				check(t, "hand-over", got["hand-over"], "2027-09-07")
				check(t, "inquiry", got["inquiry"], "2027-10-04")
				return
			}
			r := casework.Day(e.received)
			if e.zone != "" {
				r = dayAt(t, e.received, e.zone)
				check(t, "received", r, e.day)
			}
			p := ProfileOf(e.profile)
			h := History{State: casework.Received, Received: r, Acknowledged: e.acknowledged, Closed: e.closed}
			d := p.Dates(h)
			check(t, "acknowledge", d.Acknowledge.On, e.acknowledge)
			check(t, "answer", d.Answer.On, e.answer)
			check(t, "answer by law without an acknowledgement", p.AnswerLate.after(r, p.Holidays).On, e.late)
			check(t, "notice", d.Notice.On, e.notice)
			check(t, "protection until", d.Protection.On, e.until)
			check(t, "extension", d.Extension.On, e.extension)
			if e.erase != "" {
				check(t, "erase", p.Kept(h, "")[0].GoneBy.On, e.erase)
			}
		})
	}
}

// stepDays are the days of a country's steps by their codes.
func stepDays(country, category string, received casework.Day, done map[string]casework.Day) map[string]casework.Day {
	days := map[string]casework.Day{}
	for _, s := range CategoryDates(country, category, received, done) {
		days[s.Code] = s.Date.On
	}
	return days
}
