package caseview

import (
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// The letter of acknowledgement promises the day that the reporter's page shows
// once it has gone out.
func TestPromise(t *testing.T) {
	for _, test := range []struct {
		profile      string
		acknowledged casework.Day
		today, want  casework.Day
	}{
		{law.Strictest, "", "2026-11-23", "2027-02-21"},
		{"eu", "", "2026-11-23", "2027-02-23"},
		{"eu", "", "2027-04-01", "2027-02-28"}, // late: nothing is put off
		{"eu", "2026-11-22", "2027-04-01", "2027-02-22"},
	} {
		c := store.Case{State: casework.Received, Received: "2026-11-21", Acknowledged: test.acknowledged}
		if got := DeskDatesOf(law.ProfileOf(test.profile), c, test.today).Promise; got != string(test.want) {
			t.Errorf("%s on %s: promises %s, want %s", test.profile, test.today, got, test.want)
		}
		if c.Acknowledged == "" {
			c.Acknowledged = test.today
		}
		if shown := ReporterDatesOf(law.ProfileOf(test.profile), c, test.today).Answer; shown != string(test.want) {
			t.Errorf("%s on %s: the page shows %s, want %s", test.profile, test.today, shown, test.want)
		}
	}
}

// The reporter sees the end of the protection that the law names, and no other; the desk
// sees besides until when it watches.
func TestProtection(t *testing.T) {
	for _, test := range []struct {
		profile      string
		closed       casework.Day
		until, watch string
		basis        law.Basis
	}{
		{law.Strictest, "", "2028-11-21", "", law.Law}, // at the least
		{law.Strictest, "2027-02-10", "2029-02-10", "2029-02-10", law.Law},
		{"es", "", "", "", law.Law}, // counted from the closing
		{"es", "2027-02-10", "2029-02-10", "2029-02-10", law.Law},
		{"pt", "", "2028-11-21", "", law.Law},
		{"jp", "2027-02-10", "2027-11-21", "2027-11-21", law.Law},
		{"eu", "", "", "", law.House},
		{"eu", "2027-02-10", "", "2028-02-10", law.House}, // ours
	} {
		c := store.Case{State: casework.Received, Received: "2026-11-21", Closed: test.closed}
		profile := law.ProfileOf(test.profile)
		if got := ReporterDatesOf(profile, c, "2027-03-01").ProtectedUntil; got != test.until {
			t.Errorf("%s, closed %q: the reporter is protected until %q, want %q", test.profile, test.closed, got, test.until)
		}
		got := DeskDatesOf(profile, c, "2027-03-01")
		if got.ProtectedUntil != test.until || got.Watch != test.watch || got.Protection != test.basis {
			t.Errorf("%s, closed %q: %+v, want %+v", test.profile, test.closed, got, test)
		}
	}
}

// Handlers see beside each date whose it is.
func TestSourcesOfDates(t *testing.T) {
	for _, test := range []struct {
		profile string
		c       store.Case
		want    Sources
	}{
		{"de", store.Case{MeetingAsked: "2026-11-22"}, Sources{ // the law wants the meeting, and names no period
			Acknowledge: Source{law.Law, "HinSchG § 17(1)", true}, Answer: Source{law.Law, "HinSchG § 17(2)", true},
			Meeting: Source{Basis: law.House}, Protection: Source{Basis: law.House},
		}},
		{"jp", store.Case{}, Sources{
			Acknowledge: Source{Basis: law.House}, Notice: Source{law.Law, "公益通報者保護法 3(1)(iii)", false}, Answer: Source{Basis: law.House},
			Protection: Source{law.Law, "公益通報者保護法", true},
		}},
		{"es", store.Case{Reopened: "2027-02-01", MeetingAsked: "2027-02-02"}, Sources{ // the answer once more is ours, and cannot be put off
			Acknowledge: Source{law.Law, "Ley 2/2023 9.2.c", true}, Answer: Source{Basis: law.House},
			Meeting: Source{law.Law, "Ley 2/2023 7.2", false}, Protection: Source{law.Law, "Ley 2/2023 36", true},
		}},
	} {
		test.c.State, test.c.Received = casework.Received, "2026-11-21"
		if got := DeskDatesOf(law.ProfileOf(test.profile), test.c, "2027-03-01").Sources; got != test.want {
			t.Errorf("%s: %+v, want %+v", test.profile, got, test.want)
		}
	}
}

// What the reporter is told is no day that has passed: a case whose day came while a hold
// kept it is announced anew first.
func TestKeptUntilIsNoDayThatHasPassed(t *testing.T) {
	c := store.Case{State: casework.Closed, Received: "2026-11-21", Closed: "2027-02-10", Outcome: "partly"}
	for today, want := range map[casework.Day]string{"2027-02-11": "2027-04-10", "2027-04-05": "2027-04-12", "2027-09-01": "2027-09-08"} {
		if got := ReporterDatesOf(law.ProfileOf("fr"), c, today).KeptUntil; got != want {
			t.Errorf("on %s: kept until %s, want %s", today, got, want)
		}
	}
}
