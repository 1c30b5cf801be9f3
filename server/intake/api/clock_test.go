package api

import (
	"errors"
	"testing"
	"time"

	"hotline/server/respond"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }
func (c *clock) back(d time.Duration) { c.at = c.at.Add(-d) }
func newClock() *clock                { return &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func wantCode(t *testing.T, what string, err error, code respond.Code) {
	t.Helper()
	var f *respond.Failure
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
