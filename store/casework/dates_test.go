package casework

import (
	"testing"
	"time"
)

func TestDatesFor(t *testing.T) {
	for _, c := range []struct {
		received, acknowledged  Day
		wantAcknowledge, answer Day
	}{
		{"2026-11-21", "", "2026-11-28", "2027-02-28"},
		{"2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"2026-11-21", "2026-12-24", "2026-11-28", "2027-02-28"}, // late: nothing is put off
		{"2026-11-23", "", "2026-11-30", "2027-02-28"},           // February has no 30th
		{"2027-11-23", "", "2027-11-30", "2028-02-29"},
		{"2026-12-28", "", "2027-01-04", "2027-04-04"},
	} {
		d := DatesFor(c.received, c.acknowledged, "")
		if d.Acknowledge != c.wantAcknowledge || d.Answer != c.answer {
			t.Errorf("DatesFor(%s, %q) = %s, %s; want %s, %s", c.received, c.acknowledged, d.Acknowledge, d.Answer, c.wantAcknowledge, c.answer)
		}
	}
}

func TestDayIsTheOrganisationsDay(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	at := time.Date(2026, 11, 21, 15, 30, 0, 0, time.UTC)
	if got := DayOf(at.In(tokyo)); got != "2026-11-22" {
		t.Errorf("DayOf = %s", got)
	}
	if _, err := ParseDay("2026-02-30"); err == nil {
		t.Error("30 February is taken")
	}
	if got := Day("2026-11-21").Month(); got != "2026-11" {
		t.Errorf("Month = %s", got)
	}
	if Day("").AddDays(7) != "" || Day("").AddMonths(3) != "" {
		t.Error("no day is no day later either")
	}
}
