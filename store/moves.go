package store

import (
	"context"

	"hotline/store/casework"
)

// MoveCase changes a case's state, its days and its outcome, if it still is in
// the state that the move begins at. casework.ErrMove, ErrOutcome: no case can
// make this move. ErrNotFound: no such case. ErrConflict: somebody else was
// faster.
func (s *Store) MoveCase(ctx context.Context, caseID string, m casework.Move) error {
	if err := m.Check(); err != nil {
		return err
	}
	set := ``
	args := []any{caseID, string(m.From), string(m.To)}
	switch {
	case m.To == casework.Acknowledged:
		set, args = `, acknowledged = $4`, append(args, string(m.On))
	case m.Closes():
		set, args = `, closed = $4, outcome = $5`, append(args, string(m.On), string(m.Outcome))
	case m.Reopens():
		set = `, closed = '', outcome = ''`
	}
	return s.write(ctx, func(t tx) error {
		n, err := t.exec(`UPDATE cases SET state = $3`+set+` WHERE id = $1 AND state = $2`, args...)
		if err == nil && n == 0 {
			err = conflictOrNotFound(t, caseID)
		}
		return err
	})
}
