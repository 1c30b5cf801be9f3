package store

import (
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

// StatementOf returns where the written statement of an oral report stands, and
// the day on which its reporter answered; "" where there is none.
func (s *Store) StatementOf(ctx context.Context, caseID string) (state casework.Statement, on casework.Day, err error) {
	type row struct {
		state casework.Statement
		on    casework.Day
	}
	found, err := engine.List(s.read(ctx), func(scan engine.Scanner) (r row, err error) {
		err = scan.Scan(&r.state, &r.on)
		return r, err
	}, `SELECT state, on_day FROM statements WHERE case_id = $1`, caseID)
	if err != nil || len(found) == 0 {
		return "", "", err
	}
	return found[0].state, found[0].on, nil
}

// answerStatement notes what a reporter says to the statement, once.
func answerStatement(t tx, m NewMessage) error {
	n, err := t.Exec(`UPDATE statements SET state = $2, on_day = $3 WHERE case_id = $1 AND state = $4`,
		m.CaseID, string(m.Statement), string(m.On), string(casework.StatementOffered))
	if err == nil && n == 0 {
		err = ErrMoved
	}
	return err
}
