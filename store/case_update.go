package store

import (
	"cmp"
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Act is something that a handler does to a case.
type Act struct {
	CaseID string
	By     string // the handler's id
	At     int64  // unix seconds
}

// lockCase reads a case that the transaction is going to change. From here on
// nobody else changes it: an update that changes nothing makes PostgreSQL's
// other writers wait, and SQLite has one writer only.
func lockCase(t tx, id string) (Case, error) {
	n, err := t.Exec(`UPDATE cases SET last_seq = last_seq WHERE id = $1`, id)
	if err != nil {
		return Case{}, err
	}
	if n == 0 {
		return Case{}, ErrNotFound
	}
	return engine.One(t.Tx, scanFacts, `SELECT `+caseFacts+` FROM cases WHERE id = $1`, id)
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

// saveCase stores what can change of a locked case, with its next due day.
func saveCase(t tx, c Case) error {
	profile, err := profileIn(t)
	if err != nil {
		return err
	}
	due, _ := profile.Dates(c.History()).Due()
	_, err = t.Exec(`UPDATE cases SET state = $2, outcome = $3, acknowledged = $4, decided = $5, answered = $6, closed = $7, reopened = $8,
			due = $9, turn = $10, priority = $11, assignee = $12, last_seq = $13, queue = $14 WHERE id = $1`,
		c.ID, string(c.State), string(c.Outcome), string(c.Acknowledged), string(c.Decided), string(c.Answered), string(c.Closed),
		string(c.Reopened), string(due), string(c.Turn), string(c.Priority), c.Assignee, c.LastSeq, string(c.Queue))
	return err
}

// Facts are what handlers agree on about a case among themselves.
type Facts struct {
	Priority casework.Priority
	Assignee string // a handler's id, "" nobody
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
