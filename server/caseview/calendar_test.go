package caseview

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/store/casework"
)

// The file is that of web/src/reporter/reminder.test.ts as well: both languages make
// the same, but for the UIDs.
func TestCalendar(t *testing.T) {
	want, err := os.ReadFile("testdata/note.ics")
	if err != nil {
		t.Fatal(err)
	}
	got := Calendar([]casework.Day{"2027-02-21", "", "2026-11-28", "2026-11-28"}, "Note; a, b\\\nメモ")
	uid := regexp.MustCompile(`UID:[0-9a-f]{32}\r\n`)
	if uids := uid.FindAllString(got, -1); len(uids) != 2 || uids[0] == uids[1] {
		t.Errorf("UIDs: %q", uids)
	}
	if uid.ReplaceAllString(got, "UID:\r\n") != string(want) {
		t.Errorf("the calendar is\n%s", got)
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d bytes in a line: %s", len(line), line)
		}
	}
}

func TestPromised(t *testing.T) {
	dates := ReporterDates{Received: "2026-11-21", Acknowledge: "2026-11-28", Answer: "2027-02-21"}
	if got := dates.Promised(); !slices.Equal(got, []casework.Day{"2026-11-28", "2027-02-21"}) {
		t.Errorf("%q", got)
	}
	dates.Notice, dates.Acknowledged = "2026-12-11", "2026-11-22"
	if got := dates.Promised(); !slices.Equal(got, []casework.Day{"2026-12-11", "2027-02-21"}) {
		t.Errorf("acknowledged: %q", got)
	}
	if got := (ReporterDates{Acknowledge: "2026-11-28", Answer: "2027-02-21", Acknowledged: "2026-11-22", Closed: "2026-11-23"}).Promised(); got != nil {
		t.Errorf("closed: %q", got)
	}
}
