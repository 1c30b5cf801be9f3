package casework

import (
	"errors"
	"slices"
	"testing"
)

func TestEveryStateCanBeReachedAndLeft(t *testing.T) {
	reached := map[State]bool{Received: true}
	for changed := true; changed; {
		changed = false
		for from := range reached {
			for _, to := range from.Next() {
				changed = changed || !reached[to]
				reached[to] = true
			}
		}
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("no way leads to %s", s)
		}
		if (len(s.Next()) == 0) != (s == Purged) {
			t.Errorf("from %s there are %d ways", s, len(s.Next()))
		}
		for _, to := range s.Next() {
			if !slices.Contains(States, to) || to == s {
				t.Errorf("%s leads to %q", s, to)
			}
		}
	}
}

func TestMoves(t *testing.T) {
	for _, c := range []struct {
		from, to State
		outcome  Outcome
		want     error
	}{
		{Received, Acknowledged, "", nil},
		{Received, Closed, "referred", ErrMove},
		{Received, Received, "", ErrMove},
		{Acknowledged, Received, "", ErrMove},
		{Acknowledged, Closed, "advised", nil},
		{Acknowledged, Closed, "", ErrOutcome},
		{Acknowledged, Closed, "unheard-of", ErrOutcome},
		{Investigating, CorrectiveAction, "partly", ErrOutcome},
		{Investigating, Closed, "partly", nil},
		{Closed, Monitoring, "", nil},
		{Closed, Investigating, "", nil},
		{Monitoring, Closed, "", nil}, // the outcome stays
		{Monitoring, Closed, "partly", ErrOutcome},
		{Monitoring, Investigating, "", nil},
		{Monitoring, Purged, "", nil},
		{Purged, Received, "", ErrMove},
		{"", Received, "", ErrMove},
	} {
		if err := (Move{From: c.from, To: c.to, Outcome: c.outcome}).Check(); !errors.Is(err, c.want) {
			t.Errorf("%s to %s with %q: %v, want %v", c.from, c.to, c.outcome, err, c.want)
		}
	}
}

func TestWhatAMoveDoes(t *testing.T) {
	for _, c := range []struct {
		from, to        State
		closes, reopens bool
	}{
		{Received, Acknowledged, false, false},
		{Investigating, Closed, true, false},
		{Closed, Monitoring, false, false},
		{Monitoring, Closed, false, false},
		{Closed, Investigating, false, true},
		{Monitoring, Investigating, false, true},
		{Closed, Purged, false, false},
	} {
		m := Move{From: c.from, To: c.to}
		if m.Closes() != c.closes || m.Reopens() != c.reopens {
			t.Errorf("%s to %s: closes %t, reopens %t", c.from, c.to, m.Closes(), m.Reopens())
		}
	}
}
