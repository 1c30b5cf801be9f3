package casework

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		profile                 string
		received, acknowledged  Day
		wantAcknowledge, answer Day
	}{
		{Strictest, "2026-11-21", "", "2026-11-28", "2027-02-21"},
		{Strictest, "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{Strictest, "2026-11-30", "", "2026-12-07", "2027-02-28"}, // February has no 30th
		{Strictest, "2027-11-30", "", "2027-12-07", "2028-02-29"},
		{Strictest, "2026-12-28", "", "2027-01-04", "2027-03-28"},
		{"eu", "2026-11-21", "", "2026-11-28", "2027-02-28"},
		{"eu", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"eu", "2026-11-21", "2026-12-24", "2026-11-28", "2027-02-28"}, // late: nothing is put off
		{"de", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"jp", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"fr", "2026-11-20", "", "2026-12-01", "2027-02-20"},           // Friday: seven working days
		{"fr", "2026-11-21", "", "2026-12-01", "2027-02-21"},           // Saturday
		{"fr", "2026-11-23", "2026-11-24", "2026-12-02", "2027-02-23"}, // Monday
		{"es", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"pt", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"no such profile", "2026-11-21", "", "2026-11-28", "2027-02-21"},
	} {
		d := ProfileOf(c.profile).Dates(History{State: Received, Received: c.received, Acknowledged: c.acknowledged})
		if d.Acknowledge != c.wantAcknowledge || d.Answer != c.answer {
			t.Errorf("%s: received %s, acknowledged %q: %s, %s; want %s, %s", c.profile, c.received, c.acknowledged, d.Acknowledge, d.Answer, c.wantAcknowledge, c.answer)
		}
	}
}

// No profile asks for anything earlier than the strictest does.
func TestTheStrictestProfileIsStrictest(t *testing.T) {
	if got := Profiles(); len(got) != 7 || got[0] != Strictest {
		t.Errorf("Profiles: %q", got)
	}
	for _, code := range Profiles() {
		for day := range 14 * 10 {
			received := Day("2026-11-21").AddDays(day % 14)
			h := History{State: Closed, Received: received, Acknowledged: received.AddDays(day / 14), Closed: "2027-01-01"}
			if day < 14 {
				h.Acknowledged = ""
			}
			strict, other := ProfileOf(Strictest).Dates(h), ProfileOf(code).Dates(h)
			if ProfileOf(code).Code != code || other.Acknowledge < strict.Acknowledge || other.Answer < strict.Answer ||
				other.Notice != "" && other.Notice < strict.Notice || other.Watch > strict.Watch {
				t.Errorf("%s asks for more than the strictest: %+v, %+v", code, other, strict)
			}
		}
	}
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		profile string
		history History
		day     Day
		reason  DueFor
	}{
		{Strictest, History{State: Received}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: Received, Answered: "2026-11-22", Decided: "2026-11-22"}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: Acknowledged, Acknowledged: "2026-11-22"}, "2026-12-11", DueNotice},
		{"eu", History{State: Acknowledged, Acknowledged: "2026-11-22"}, "2027-02-22", DueAnswer},
		{Strictest, History{State: Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25"}, "2027-02-21", DueAnswer},
		{Strictest, History{State: Investigating, Acknowledged: "2026-11-22", Decided: "2027-06-01", Reopened: "2027-06-01"}, "2027-09-01", DueAnswer},
		{"eu", History{State: Investigating, Acknowledged: "2026-11-22", Decided: "2027-06-01", Reopened: "2027-06-01"}, "2027-09-01", DueAnswer},
		{Strictest, History{State: Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25", Answered: "2026-11-26"}, "", ""},
		{Strictest, History{State: Closed, Closed: "2027-01-10"}, "", ""},
		{Strictest, History{State: Monitoring, Closed: "2027-01-10"}, "2028-01-10", DueWatch},
		{"eu", History{State: Monitoring, Closed: "2027-01-10"}, "", ""},
		{Strictest, History{State: Purged, Closed: "2027-01-10"}, "", ""},
		{Strictest, History{State: Received, Danger: DangerOpen}, "2026-11-21", DueDanger},
		{Strictest, History{State: Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25", Answered: "2026-11-26", Danger: DangerOpen}, "2026-11-21", DueDanger},
		{Strictest, History{State: Received, Danger: DangerActed}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: Closed, Closed: "2027-01-10", Danger: DangerOpen}, "", ""},
		{Strictest, History{State: Received, Standing: Junk, Danger: DangerOpen}, "", ""},
		{Strictest, History{State: Received, Standing: Duplicate}, "2026-11-28", DueAcknowledge},
	} {
		c.history.Received = "2026-11-21"
		if day, reason := ProfileOf(c.profile).Dates(c.history).Due(); day != c.day || reason != c.reason {
			t.Errorf("%s: %+v: due %q for %q; want %q for %q", c.profile, c.history, day, reason, c.day, c.reason)
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
	if Day("").AddDays(7) != "" || Day("").AddMonths(3) != "" {
		t.Error("no day is no day later either")
	}
}
