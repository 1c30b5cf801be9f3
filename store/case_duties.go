package store

import (
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

// asksMeeting notes that the reporter asks for a meeting. Asking again while one is open
// changes nothing: it is due as it was.
func (c *Case) asksMeeting(on casework.Day) {
	if c.meetingOpen() || c.State.Ended() {
		return
	}
	c.MeetingAsked, c.MeetingSettled = on, ""
}

func (c *Case) meetingOpen() bool { return c.MeetingAsked != "" && c.MeetingSettled == "" }

// noteMeeting notes what a handler says of a meeting. Where the message is its record, the
// reporter is asked to check it (Directive (EU) 2019/1937, art. 18(4)).
func noteMeeting(t tx, c *Case, m NewMessage) error {
	said := *m.Meeting
	if m.By == "" || m.Move != nil || said.Check(m.From) != nil {
		return casework.ErrMeeting
	}
	var notes []string
	if said.Held != "" {
		since := c.Received
		if c.meetingOpen() {
			since, c.MeetingSettled = c.MeetingAsked, said.Held
		}
		if said.Held > m.On || said.Held < since {
			return casework.ErrMeeting
		}
		c.MeetingHeld = said.Held
		notes = append(notes, string(said.Held))
	}
	if said.Declined {
		if !c.meetingOpen() {
			return casework.ErrMeeting
		}
		c.MeetingSettled = m.On
		notes = append(notes, MeetingDeclined)
	}
	if said.Record {
		if c.MeetingHeld == "" {
			return casework.ErrMeeting
		}
		if err := offerStatement(t, c.ID, m.Seq); err != nil {
			return err
		}
		notes = append(notes, MeetingRecord)
	}
	a := Act{m.CaseID, m.By, m.At}
	for _, note := range notes {
		t.auditCase(a, AuditMeeting, "", note)
		if err := addEvent(t, a, Event{After: c.LastSeq, What: EventMeeting, To: note}); err != nil {
			return err
		}
	}
	return nil
}

// Statement is something that was written down of what a reporter said, for them to
// check: an oral report, which is message 1, or the record of a meeting.
type Statement struct {
	Seq   int // of the message
	State casework.Statement
	On    casework.Day // of the answer; "" none yet
}

// Statements returns the statements of a case by message.
func (s *Store) Statements(ctx context.Context, caseID string) ([]Statement, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (st Statement, err error) {
		err = row.Scan(&st.Seq, &st.State, &st.On)
		return st, err
	}, `SELECT seq, state, on_day FROM statements WHERE case_id = $1 ORDER BY seq`, caseID)
}

// offerStatement notes that the reporter is asked to check a message.
func offerStatement(t tx, caseID string, seq int) error {
	_, err := t.Exec(`INSERT INTO statements (case_id, seq, state, on_day) VALUES ($1, $2, $3, '')`, caseID, seq, string(casework.StatementOffered))
	return err
}

// answerStatement notes what a reporter says to a statement, once.
func answerStatement(t tx, m NewMessage) error {
	n, err := t.Exec(`UPDATE statements SET state = $3, on_day = $4 WHERE case_id = $1 AND seq = $2 AND state = $5`,
		m.CaseID, m.StatementOf, string(m.Statement), string(m.On), string(casework.StatementOffered))
	if err == nil && n == 0 {
		err = ErrStatementAnswered
	}
	return err
}
