package store

import (
	"context"
	"errors"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// MoveCase changes a case's state, and all that follows from it, if it still is
// in the state that the move begins at. casework.ErrMove, ErrOutcome: no case
// can make this move; ErrReason: AddMessage makes it. ErrNotFound: no such case.
// ErrStateChanged: somebody else was faster.
func (s *Store) MoveCase(ctx context.Context, a Act, m casework.Move) error {
	if err := m.Check(); err != nil {
		return err
	}
	if m.Message() != "" {
		return casework.ErrReason
	}
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		if err := moveCase(t, &c, m, a); err != nil {
			return err
		}
		return saveCase(t, c)
	})
}

// moveCase changes the state of a locked case and notes it; saveCase stores it.
func moveCase(t tx, c *Case, m casework.Move, a Act) error {
	if c.State != m.From {
		return ErrStateChanged
	}
	asked, err := isAsked(t, *c)
	if err != nil {
		return err
	}
	c.State = m.To
	c.Turn = casework.TurnIn(m.To, c.Standing, asked)
	if m.To == casework.Acknowledged {
		c.Acknowledged = m.On
	}
	switch {
	case m.Closes():
		c.Closed, c.Outcome = m.On, m.Outcome
		if c.Danger == casework.DangerOpen { // whoever closes a case has acted
			if err := changeFact(t, a, *c, &c.Danger, casework.DangerOpen, casework.DangerActed, EventDanger, AuditDanger); err != nil {
				return err
			}
		}
	case m.Reopens(): // what was decided and answered counts no longer
		c.Closed, c.Outcome, c.Decided, c.Answered, c.Reopened = "", "", "", "", m.On
	}
	if m.Decides() && c.Decided == "" {
		c.Decided = m.On
	}
	t.auditCase(a, AuditState, "", strings.TrimSpace(string(m.From)+">"+string(m.To)+" "+string(m.Outcome)))
	return addEvent(t, a, Event{After: c.LastSeq, What: EventState, From: string(m.From), To: string(m.To), Outcome: m.Outcome})
}

// isAsked reports whether a question of the desk stands without an answer. While
// nobody has acknowledged a case, or while it is junk, its turn does not say so, only
// its messages do.
func isAsked(t tx, c Case) (bool, error) {
	if c.Turn == casework.TurnDesk || c.Turn == casework.TurnReporter || c.State.Ended() {
		return c.Turn == casework.TurnReporter, nil
	}
	kind, err := engine.One(t.Tx, engine.Column[casework.MessageKind], `SELECT kind FROM messages WHERE case_id = $1 AND (sender = $2 OR kind <> '') ORDER BY seq DESC LIMIT 1`,
		c.ID, string(casework.FromReporter))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return kind == casework.Question, err
}
