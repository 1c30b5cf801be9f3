package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	if m.Extends && (m.Move != nil || m.From != casework.FromDesk) {
		return casework.ErrReason
	}
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

// StepDays are the days on which steps were done that the law of a country asks for in
// some categories, by code.
type StepDays map[string]casework.Day

// doneSQL are the StepDays of a case as Scan reads them.
const doneSQL = `coalesce((SELECT string_agg(s.code || ' ' || s.on_day, ',') FROM case_steps s WHERE s.case_id = cases.id), '') AS done`

// Scan reads what doneSQL returns.
func (d *StepDays) Scan(column any) error {
	written, ok := column.(string)
	if !ok {
		return fmt.Errorf("%w: steps of a case as %T", ErrDamaged, column)
	}
	*d = nil
	for step := range strings.SplitSeq(written, ",") {
		if code, on, done := strings.Cut(step, " "); done {
			if *d == nil {
				*d = StepDays{}
			}
			(*d)[code] = casework.Day(on)
		}
	}
	return nil
}

// SetStep notes on which day a step was done that the law of a country asks for; "": it was
// not. today is the day at the case's entity. law.ErrStep: nothing of the kind is asked for
// in the case, or not on that day.
func (s *Store) SetStep(ctx context.Context, a Act, code string, on, today casework.Day) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		profile, err := profileIn(t, c.Entity)
		if err != nil {
			return err
		}
		if err := profile.Dates(c.History()).CheckStep(code, on, today); err != nil || c.Done[code] == on {
			return err
		}
		if err := putStep(t, a, code, on); err != nil {
			return err
		}
		if c.Done == nil {
			c.Done = StepDays{}
		}
		c.Done[code] = on
		t.auditCase(a, AuditStep, "", strings.TrimSpace(code+" "+string(on)))
		if err := addEvent(t, a, Event{After: c.LastSeq, What: EventStep, From: code, To: string(on)}); err != nil {
			return err
		}
		return saveCase(t, c)
	})
}

func putStep(t tx, a Act, code string, on casework.Day) error {
	if on == "" {
		_, err := t.Exec(`DELETE FROM case_steps WHERE case_id = $1 AND code = $2`, a.CaseID, code)
		return err
	}
	_, err := t.Exec(`INSERT INTO case_steps (case_id, code, on_day, by_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (case_id, code) DO UPDATE SET on_day = excluded.on_day, by_id = excluded.by_id`, a.CaseID, code, string(on), a.By)
	return err
}

// ErrNoExtension says that the answer cannot take longer: the law of the entity allows
// none, it was extended before or given already, or its day has passed.
var ErrNoExtension = errors.New("store: the answer cannot take longer")

// extend gives the answer of a locked case the longer time that the law allows. The
// message that comes with it tells the reporter why.
func extend(t tx, c *Case, m NewMessage) error {
	profile, err := profileIn(t, c.Entity)
	if err != nil {
		return err
	}
	before := profile.Dates(c.History())
	if !before.MayExtend(m.On) {
		return ErrNoExtension
	}
	c.Extended = m.On
	was, now := string(before.Answer.On), string(before.Extension.On)
	a := Act{m.CaseID, m.By, m.At}
	t.auditCase(a, AuditExtended, "", now)
	return addEvent(t, a, Event{After: c.LastSeq, What: EventExtended, From: was, To: now})
}
