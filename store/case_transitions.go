package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Act is something that a handler does to a case.
type Act struct {
	CaseID string
	By     string // the handler's id
	At     int64  // unix seconds
}

// Facts are what handlers agree on about a case among themselves.
type Facts struct {
	Priority casework.Priority
	Assignee string // a handler's id, "" nobody
}

// MoveCase changes a case's state, and all that follows from it, if it still is
// in the state that the move begins at. casework.ErrMove, ErrOutcome: no case
// can make this move; ErrReason: AddMessage makes it. ErrNotFound: no such case.
// ErrMoved: somebody else was faster.
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
		return ErrMoved
	}
	asked, err := isAsked(t, *c)
	if err != nil {
		return err
	}
	c.State = m.To
	c.Turn = casework.TurnIn(m.To, asked)
	if m.To == casework.Acknowledged {
		c.Acknowledged = m.On
	}
	switch {
	case m.Closes():
		c.Closed, c.Outcome = m.On, m.Outcome
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
// nobody has acknowledged a case its turn does not say so, only its messages do.
func isAsked(t tx, c Case) (bool, error) {
	if c.Turn != casework.TurnNew {
		return c.Turn == casework.TurnReporter, nil
	}
	kind, err := engine.One(t.Tx, engine.Column[casework.MessageKind], `SELECT kind FROM messages WHERE case_id = $1 AND (sender = $2 OR kind <> '') ORDER BY seq DESC LIMIT 1`,
		c.ID, string(casework.FromReporter))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return kind == casework.Question, err
}

// SetFacts changes those facts that differ between what the handler saw and
// what they want. ErrNotFound: no such case. ErrConflict: a colleague has changed
// one of them since, or the assignee may not read the case any more; nothing is
// changed then.
func (s *Store) SetFacts(ctx context.Context, a Act, seen, want Facts) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		if want.Priority != seen.Priority && c.Priority != want.Priority {
			if c.Priority != seen.Priority {
				return ErrConflict
			}
			c.Priority = want.Priority
			t.auditCase(a, AuditPriority, "", string(want.Priority))
			err = addEvent(t, a, Event{After: c.LastSeq, What: EventPriority, From: string(seen.Priority), To: string(want.Priority)})
		}
		if err == nil && want.Assignee != seen.Assignee && c.Assignee != want.Assignee {
			if c.Assignee != seen.Assignee {
				return ErrConflict
			}
			if can, err := isReader(t, c, want.Assignee); err != nil || !can {
				return cmp.Or(err, ErrConflict)
			}
			c.Assignee = want.Assignee
			t.auditCase(a, AuditAssignee, want.Assignee, "")
			err = addEvent(t, a, Event{After: c.LastSeq, What: EventAssignee, From: seen.Assignee, To: want.Assignee})
		}
		if err != nil {
			return err
		}
		return saveCase(t, c)
	})
}

// lockCaseFor is lockCase for who acts on a case: between their request and this
// they may have been excluded, or the case handed over. ErrNotFound: it is not
// for them.
func lockCaseFor(t tx, a Act) (Case, error) {
	c, err := lockCase(t, a.CaseID)
	if err != nil {
		return c, err
	}
	if reads, err := isReader(t, c, a.By); err != nil || !reads {
		return c, cmp.Or(err, ErrNotFound)
	}
	return c, nil
}

// isReader reports whether a handler may read a case; "" stands for nobody, and
// may always have it.
func isReader(t tx, c Case, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	h, err := engine.One(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE id = $1`, id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil || !slices.Contains(readable(h), c.Queue) {
		return false, err
	}
	excluded, err := excludedFrom(t, c.ID)
	return !slices.Contains(excluded, id), err
}
