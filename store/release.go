package store

import (
	"errors"

	"hotline/store/casework"
	"hotline/store/engine"
)

// release takes cases from a handler who may not read them any more: those of
// all queues but the ones kept. Otherwise they would be on nobody's list. Nobody
// stands as the one who did it. Their keys go too, but for those without which
// nobody could open a case: these stay, for nobody to fetch, until somebody who
// may read the case has a key that was seen to open.
func (s *Store) release(t tx, handlerID string, kept []casework.Queue) error {
	if err := dropKeys(t, handlerID, kept); err != nil {
		return err
	}
	var q engine.Statement
	query := `SELECT id FROM cases WHERE assignee <> '' AND assignee = ` + q.Arg(handlerID)
	if len(kept) > 0 {
		query += ` AND queue NOT IN (` + engine.ArgsOf(&q, kept) + `)`
	}
	ids, err := engine.List(t.Tx, engine.Column[string], query+` ORDER BY id`, q.Args...)
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

func dropKeys(t tx, handlerID string, kept []casework.Queue) error {
	var q engine.Statement
	query := `DELETE FROM case_keys WHERE handler_id = ` + q.Arg(handlerID)
	if len(kept) > 0 {
		query += ` AND (SELECT c.queue FROM cases c WHERE c.id = case_keys.case_id) NOT IN (` + engine.ArgsOf(&q, kept) + `)`
	}
	query += ` AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.case_id = case_keys.case_id AND k.handler_id <> ` + q.Arg(handlerID) + ` AND k.checked = 1 AND ` + opensSQL + `)`
	_, err := t.Exec(query, q.Args...)
	return err
}
