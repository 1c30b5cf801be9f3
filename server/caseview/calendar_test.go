package caseview

import (
	"regexp"
	"strings"
	"testing"

	"hotline/store/casework"
)

func TestCalendar(t *testing.T) {
	got := Calendar([]casework.Day{"2027-02-21", "", "2026-11-28", "2026-11-28"}, "Note; a, b")
	if n := strings.Count(got, "BEGIN:VEVENT\r\n"); n != 2 {
		t.Errorf("%d entries", n)
	}
	want := regexp.MustCompile("^BEGIN:VCALENDAR\r\nVERSION:2\\.0\r\nPRODID:-//note//EN\r\nBEGIN:VEVENT\r\nUID:[0-9a-f]{32}\r\nDTSTAMP:20261128T000000Z\r\n" +
		"DTSTART;VALUE=DATE:20261128\r\nSUMMARY:Note\\\\; a\\\\, b\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n[^\x00]*20270221[^\x00]*END:VCALENDAR\r\n$")
	if !want.MatchString(got) {
		t.Errorf("the calendar is\n%s", got)
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d bytes in a line: %s", len(line), line)
		}
	}
}
