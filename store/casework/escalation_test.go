package casework

import (
	"slices"
	"testing"
)

func TestReminderOn(t *testing.T) {
	for _, test := range []struct {
		due, day Day
		escalate int
		want     Reminder
	}{
		{"", "2026-11-21", 3, NotReminded},
		{"2026-11-28", "2026-11-24", 3, NotReminded}, {"2026-11-28", "2026-11-25", 3, DueSoon}, {"2026-11-28", "2026-11-28", 3, DueSoon},
		{"2026-11-28", "2026-11-29", 3, Overdue}, {"2026-11-28", "2026-11-30", 3, Overdue}, {"2026-11-28", "2026-12-01", 3, Escalated},
		{"2026-11-28", "2026-12-01", 0, Overdue}, {"2026-11-28", "2036-12-01", 0, Overdue},
		{"2026-11-28", "2026-11-29", 1, Escalated}, {"2026-02-27", "2026-03-02", 3, Escalated}, {"2027-01-01", "2026-12-29", 3, DueSoon},
	} {
		if got := ReminderOn(test.due, test.day, test.escalate); got != test.want {
			t.Errorf("due %q, on %s, escalated after %d: %d, want %d", test.due, test.day, test.escalate, got, test.want)
		}
	}
}

func TestUnseen(t *testing.T) {
	for _, test := range []struct {
		looked, waits, day Day
		want               bool
	}{
		{"", "", "2026-11-21", false}, {"2026-11-01", "", "2026-11-21", false},
		{"", "2026-11-18", "2026-11-21", true}, {"", "2026-11-19", "2026-11-21", false},
		{"2026-11-01", "2026-11-19", "2026-11-21", false}, {"2026-11-19", "2026-11-01", "2026-11-21", false}, {"2026-11-18", "2026-11-01", "2026-11-21", true},
	} {
		if got := Unseen(test.looked, test.waits, test.day); got != test.want {
			t.Errorf("looked at %q, waits since %q, on %s: %v", test.looked, test.waits, test.day, got)
		}
	}
}

func TestEscalation(t *testing.T) {
	for _, test := range []struct {
		what string
		e    Escalation
		want []string
	}{
		{"nobody", Escalation{}, nil},
		{"deputies first", Escalation{InCharge: "a", Deputies: []string{"b"}, Lead: "c", Administrators: []string{"d"}}, []string{"b"}},
		{"then the lead", Escalation{InCharge: "a", Lead: "c", Administrators: []string{"d"}}, []string{"c"}},
		{"then administrators", Escalation{InCharge: "a", Administrators: []string{"d", "e"}}, []string{"d", "e"}},
		{"the lead is in charge", Escalation{InCharge: "c", Lead: "c", Administrators: []string{"d"}}, []string{"d"}},
		{"an administrator is in charge", Escalation{InCharge: "d", Administrators: []string{"d", "e"}}, []string{"e"}},
		{"the deputy is excluded", Escalation{InCharge: "a", Deputies: []string{"b"}, Lead: "c", Excluded: []string{"b"}}, []string{"c"}},
		{"all are excluded", Escalation{Deputies: []string{"b"}, Lead: "c", Administrators: []string{"d"}, Excluded: []string{"b", "c", "d"}}, nil},
	} {
		if got := test.e.To(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.what, got, test.want)
		}
	}
}

func TestMayLead(t *testing.T) {
	path := []string{"br-sul", "br", Root}
	for own, want := range map[Branch]bool{"hr@br-sul": true, "hr@br": true, "hr": true, "hr@mx": false, "compliance": false, "compliance@br-sul": false} {
		if got := MayLead([]Branch{own}, "hr@br-sul", path); got != want {
			t.Errorf("who reads %s leads hr@br-sul: %v", own, got)
		}
	}
}

func TestSignedIn(t *testing.T) {
	for last, want := range map[Day]string{
		"": SignedInNever, "2026-11-21": SignedInToday, "2026-11-22": SignedInToday, "2026-11-20": SignedInWeek, "2026-11-15": SignedInWeek,
		"2026-11-14": SignedInMonth, "2026-10-22": SignedInMonth, "2026-10-21": SignedInLonger, "2019-01-01": SignedInLonger,
	} {
		if got := SignedIn(last, "2026-11-21"); got != want {
			t.Errorf("last on %q: %s, want %s", last, got, want)
		}
	}
}
