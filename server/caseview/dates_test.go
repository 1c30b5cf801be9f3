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
		if shown := ReporterDatesOf(law.ProfileOf(test.profile), c).Answer; shown != string(test.want) {
			t.Errorf("%s on %s: the page shows %s, want %s", test.profile, test.today, shown, test.want)
		}
	}
}
