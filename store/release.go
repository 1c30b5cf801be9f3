package store

import (
	"errors"

	"hotline/store/casework"
)

// release takes cases from a handler who may not read them any more: those of
// all queues but the ones kept. Otherwise they would be on nobody's list. Nobody
// stands as the one who did it.
func (s *Store) release(t tx, handlerID string, kept []casework.Queue) error {
	var q statement
	query := `SELECT id FROM cases WHERE assignee <> '' AND assignee = ` + q.arg(handlerID)
	if len(kept) > 0 {
		query += ` AND queue NOT IN (` + argsOf(&q, kept) + `)`
	}
	ids, err := texts(t, query+` ORDER BY id`, q.args...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := lockCase(t, id)
		if errors.Is(err, ErrNotFound) || err == nil && c.Assignee != handlerID {
			continue // somebody was faster
		}
		if err != nil {
			return err
		}
		c.Assignee = ""
		if err := addEvent(t, Act{CaseID: id, At: s.now().Unix()}, Event{After: c.LastSeq, What: EventAssignee, From: handlerID}); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil {
			return err
		}
	}
	return nil
}

// texts returns the only column of a query's rows.
func texts(t tx, query string, args ...any) (all []string, err error) {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scanInto[string](rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
