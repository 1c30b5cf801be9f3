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
		if len(s.Next()) == 0 {
			t.Errorf("from %s there is no way", s)
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
		{"", Received, "", ErrMove},
	} {
		if err := (Move{From: c.from, To: c.to, Outcome: c.outcome}).Check(); !errors.Is(err, c.want) {
			t.Errorf("%s to %s with %q: %v, want %v", c.from, c.to, c.outcome, err, c.want)
		}
	}
}

func TestWhatAMoveDoes(t *testing.T) {
	for _, c := range []struct {
		from, to                 State
		closes, reopens, decides bool
		message                  Sender
	}{
		{Received, Acknowledged, false, false, false, FromDesk},
		{Acknowledged, UnderReview, false, false, false, ""},
		{UnderReview, Investigating, false, false, true, FromDesk},
		{CorrectiveAction, Investigating, false, false, true, FromDesk},
		{Investigating, CorrectiveAction, false, false, true, ""},
		{Investigating, Closed, true, false, true, FromDesk},
		{Closed, Monitoring, false, false, false, ""},
		{Monitoring, Closed, false, false, false, ""},
		{Closed, Investigating, false, true, true, FromDesk},
		{Monitoring, Investigating, false, true, true, FromDesk},
	} {
		m := Move{From: c.from, To: c.to}
		if m.Closes() != c.closes || m.Reopens() != c.reopens || m.Decides() != c.decides || m.Message() != c.message ||
			m.Note() != (c.to == Investigating) || m.Reopens() && !m.Note() {
			t.Errorf("%s to %s: closes %t, reopens %t, decides %t, comes with %q, and a note: %t", c.from, c.to, m.Closes(), m.Reopens(), m.Decides(), m.Message(), m.Note())
		}
	}
}

func TestTurnIn(t *testing.T) {
	for _, s := range States {
		want, asked := TurnDesk, TurnReporter
		switch s {
		case Received:
			want, asked = TurnNew, TurnNew
		case Closed, Monitoring:
			want, asked = TurnEnded, TurnEnded
		}
		for _, standing := range []Standing{Counts, Duplicate} {
			if TurnIn(s, standing, false) != want || TurnIn(s, standing, true) != asked {
				t.Errorf("%s: %s, and asked %s", s, TurnIn(s, standing, false), TurnIn(s, standing, true))
			}
		}
		if TurnIn(s, Junk, false) != TurnEnded || TurnIn(s, Junk, true) != TurnEnded {
			t.Errorf("%s: junk waits for somebody", s)
		}
	}
}

func TestTurnAfterAMessage(t *testing.T) {
	for _, c := range []struct {
		before Turn
		state  State
		from   Sender
		kind   MessageKind
		want   Turn
	}{
		{TurnNew, Received, FromReporter, "", TurnNew},
		{TurnNew, Received, FromDesk, Question, TurnNew},
		{TurnDesk, UnderReview, FromDesk, Question, TurnReporter},
		{TurnReporter, UnderReview, FromDesk, Information, TurnReporter},
		{TurnReporter, UnderReview, FromNote, "", TurnReporter},
		{TurnReporter, UnderReview, FromDesk, Answer, TurnDesk},
		{TurnReporter, UnderReview, FromReporter, "", TurnDesk},
		// What a reporter writes after closing waits for the desk.
		{TurnEnded, Closed, FromReporter, "", TurnDesk},
		{TurnEnded, Monitoring, FromReporter, "", TurnDesk},
		{TurnDesk, Closed, FromNote, "", TurnDesk},
		{TurnDesk, Closed, FromDesk, Information, TurnEnded},
		{TurnDesk, Monitoring, FromDesk, Answer, TurnEnded},
		{TurnDesk, Closed, FromDesk, Question, TurnReporter},
		{TurnReporter, Closed, FromReporter, "", TurnDesk},
		{TurnReporter, Closed, FromDesk, Information, TurnEnded},
		// Junk: only what its reporter writes brings it back.
		{TurnEnded, Received, FromNote, "", TurnEnded},
		{TurnEnded, Received, FromDesk, Question, TurnEnded},
		{TurnEnded, Received, FromReporter, "", TurnNew},
		{TurnEnded, UnderReview, FromDesk, Answer, TurnEnded},
		{TurnEnded, UnderReview, FromReporter, "", TurnDesk},
	} {
		if got := c.before.After(c.state, c.from, c.kind); got != c.want {
			t.Errorf("%s in %s, after %s %q: %s, want %s", c.before, c.state, c.from, c.kind, got, c.want)
		}
	}
}
