package casework

import (
	"testing"
	"time"
)

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
