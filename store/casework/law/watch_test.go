package law

import (
	"testing"

	"hotline/store/casework"
)

func TestWatchQuestion(t *testing.T) {
	t.Parallel()
	type row struct {
		received, today casework.Day
		want            int
	}
	for _, c := range []row{
		{"2026-01-15", "2026-01-15", 0}, {"2026-01-15", "2026-04-14", 0}, {"2026-01-15", "2026-04-15", 3},
		{"2026-01-15", "2026-07-14", 3}, {"2026-01-15", "2026-07-15", 6}, {"2026-01-15", "2026-10-15", 9},
		{"2026-01-15", "2027-01-14", 9}, {"2026-01-15", "2027-01-15", 12},
		{"2026-01-15", "2027-04-15", 12}, {"2026-01-15", "2027-04-16", 0}, // three months, and its day
		// Ends of months: the last day where the month is shorter.
		{"2026-11-30", "2027-02-27", 0}, {"2026-11-30", "2027-02-28", 3},
		{"2027-11-30", "2028-02-28", 0}, {"2027-11-30", "2028-02-29", 3}, // of a leap year
		{"2026-08-31", "2026-11-29", 0}, {"2026-08-31", "2026-11-30", 3}, {"2026-08-31", "2027-02-28", 6}, {"2026-08-31", "2027-05-31", 9},
		{"2028-02-29", "2028-05-29", 3}, {"2028-02-29", "2029-02-27", 9}, {"2028-02-29", "2029-02-28", 12}, {"2028-02-29", "2029-05-29", 12}, {"2028-02-29", "2029-05-30", 0},
		{"", "2026-04-15", 0},
	} {
		d := Dates{History: History{Received: c.received, Standing: casework.Counts}, Protection: Date{On: c.received}}
		if got := d.WatchQuestion(c.today); got != c.want {
			t.Errorf("received on %q, on %q: %d, want %d", c.received, c.today, got, c.want)
		}
		d.Standing = casework.Junk
		if got := d.WatchQuestion(c.today); got != 0 {
			t.Errorf("junk of %q on %q: %d", c.received, c.today, got)
		}
	}
}

// The last question stays as long as the protection does.
func TestLastQuestionStaysWithTheProtection(t *testing.T) {
	t.Parallel()
	d := Dates{History: History{Received: "2026-01-15"}}
	for protection, last := range map[casework.Day]casework.Day{"2027-01-15": "2027-04-15", "2027-04-15": "2027-04-15", "2028-03-31": "2028-03-31"} {
		d.Protection.On = protection
		if d.WatchQuestion(last) != 12 || d.WatchQuestion(last.AddDays(1)) != 0 {
			t.Errorf("protected until %s: %d on %s, %d a day later", protection, d.WatchQuestion(last), last, d.WatchQuestion(last.AddDays(1)))
		}
	}
	d.Protection.On = "" // it depends on a closing that is to come
	if d.WatchQuestion("2029-01-15") != 12 || d.WatchQuestion("2026-04-14") != 0 {
		t.Error("the protection has no end yet, and the question has")
	}
}
