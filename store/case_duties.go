package store

import (
	"context"
	"fmt"

	"hotline/store/casework"
	"hotline/store/engine"
)

// NoteBefore is a note for the handlers that is stored with a message to the reporter,
// before it: the answer to whether a reader depends on the person concerned, and why a
// case is taken up again.
type NoteBefore struct {
	Seq    int    // the message's less 1
	Sealed []byte // to the case alone
}

// checkMove says why the move cannot be made, or not with this message; nil: it can, or
// there is none.
func (m NewMessage) checkMove() error {
	if m.Move == nil {
		if m.Note != nil {
			return casework.ErrReason
		}
		return nil
	}
	if err := m.Move.Check(); err != nil {
		return err
	}
	if want := m.Move.Message(); m.By == "" || want != "" && want != m.From || m.Kind == casework.Task || m.Move.Note() != (m.Note != nil) {
		return casework.ErrReason
	}
	return nil
}

// follows reports whether the message, with the note before it, is the next one.
func (m NewMessage) follows(last int) bool {
	if m.Note != nil {
		return m.Note.Seq == last+1 && m.Seq == last+2
	}
	return m.Seq == last+1
}

// note is the note before the message as a message of its own.
func (m NewMessage) note() NewMessage {
	return NewMessage{CaseID: m.CaseID, Seq: m.Note.Seq, From: casework.FromNote, On: m.On, At: m.At, By: m.By, Sealed: m.Note.Sealed}
}

// insertWithNote stores a message, and the note before it.
func insertWithNote(t tx, m NewMessage) error {
	if m.Note != nil {
		if err := insertMessage(t, m.note()); err != nil {
			return err
		}
	}
	return insertMessage(t, m)
}

// audit notes what a handler wrote.
func (m NewMessage) audit(t tx) {
	if m.By == "" {
		return
	}
	if m.Note != nil {
		m.note().audit(t)
	}
	t.auditCase(Act{m.CaseID, m.By, m.At}, AuditMessage, "", fmt.Sprintf("%s %d", m.From, m.Seq))
}

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
		err = ErrStatementAnswered
	}
	return err
}
