package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
)

// The page asks from the day of the third month on, counted from the day of receipt at the
// case's entity, and no more once a year and three months have passed.
func TestPageAsksAfterMonths(t *testing.T) {
	t.Parallel()
	clock := &steps{}
	s, st := startStepping(t, clock, false)
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, s.Intake(t), "bribery", "", "a report"))
	all, err := st.Cases(t.Context(), store.CaseFilter{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d cases, %v", len(all), err)
	}
	received := all[0].Received
	on := func(day casework.Day) (asked int) {
		t.Helper()
		clock.set(time.Duration(day.DaysAfter(received)) * 24 * time.Hour)
		var c struct{ Asks struct{ Watch int } }
		res := s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.Intake(t).Form, "lookup": r.Lookup()})
		if res.Status != http.StatusOK {
			t.Fatalf("on %s: %d %s", day, res.Status, res.Body)
		}
		rig.Decode(t, res, &c)
		if page := s.FollowUp(t, "ja", r.Receipt.String()).Body; strings.Contains(page, `id="watch-part"`) != (c.Asks.Watch > 0) {
			t.Errorf("on %s the page without scripts asks something else", day)
		}
		return c.Asks.Watch
	}
	before := 0
	for _, months := range []int{3, 6, 9, 12} {
		day := received.AddMonths(months)
		if got := on(day.AddDays(-1)); got != before {
			t.Errorf("the day before %d months: %d", months, got)
		}
		if got := on(day); got != months {
			t.Errorf("after %d months: %d", months, got)
		}
		before = months
	}
	if got := on(received.AddMonths(60)); got != 0 {
		t.Errorf("after five years: %d", got)
	}
}
