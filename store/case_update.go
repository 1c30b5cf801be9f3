package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

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

// saveCase stores what can change of a locked case, with its next due day and the day of
// its deletion. Of another day nobody was told yet, and of any in a branch that takes the
// case over.
func saveCase(t tx, c Case) error {
	profile, err := profileIn(t, c.Entity)
	if err != nil {
		return err
	}
	history := c.History()
	due, _ := profile.Dates(history).Due()
	_, err = t.Exec(`UPDATE cases SET state = $2, outcome = $3, acknowledged = $4, decided = $5, answered = $6, closed = $7, reopened = $8,
			reminded = CASE WHEN due = $9 AND branch = $14 THEN reminded ELSE 0 END,
			due = $9, turn = $10, priority = $11, assignee = $12, last_seq = $13, branch = $14, kind = $15, standing = $16, danger = $17,
			urgent = $18, entity = $19, junked = $20, written = $21,
			announced = CASE WHEN gone = $22 AND branch = $14 THEN announced ELSE 0 END,
			announced_on = CASE WHEN gone = $22 AND branch = $14 THEN announced_on ELSE '' END, gone = $22, meeting_asked = $23, meeting_settled = $24, meeting_held = $25, extended = $26 WHERE id = $1`,
		c.ID, string(c.State), string(c.Outcome), string(c.Acknowledged), string(c.Decided), string(c.Answered), string(c.Closed),
		string(c.Reopened), string(due), string(c.Turn), string(c.Priority), c.Assignee, c.LastSeq, string(c.Branch),
		c.Kind, string(c.Standing), string(c.Danger), asFlag(history.Urgent()), c.Entity, string(c.Junked), string(c.Written),
		string(profile.Goes(history, c.Outcome).On),
		string(c.MeetingAsked), string(c.MeetingSettled), string(c.MeetingHeld), string(c.Extended))
	return err
}

// Facts are what handlers agree on about a case among themselves.
type Facts struct {
	Priority casework.Priority
	Assignee string // a handler's id, "" nobody
	Kind     string // one of casework.Kinds, "" not confirmed
	Standing casework.Standing
	Danger   casework.Danger
}

// ErrNoReader is the ErrConflict of an assignee who may not read the case.
var ErrNoReader = fmt.Errorf("%w: the assignee may not read the case", ErrConflict)

// SetFacts changes those facts that differ between what the handler saw and
// what they want. ErrNotFound: no such case. ErrConflict: a colleague has changed
// one of them since, or (ErrNoReader) the assignee may not read the case; nothing is
// changed then.
// Where somebody is in danger by that, all others who may read the case are told.
func (s *Store) SetFacts(ctx context.Context, a Act, seen, want Facts) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		known := c.History().Urgent()
		changes := []error{
			changeFact(t, a, c, &c.Priority, seen.Priority, want.Priority, EventPriority, AuditPriority),
			changeAssignee(t, a, &c, seen.Assignee, want.Assignee),
			changeFact(t, a, c, &c.Kind, seen.Kind, want.Kind, EventKind, AuditKind),
			changeStanding(t, a, &c, seen.Standing, want.Standing),
			changeFact(t, a, c, &c.Danger, seen.Danger, want.Danger, EventDanger, AuditDanger),
		}
		if err := errors.Join(changes...); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil || known || !c.History().Urgent() {
			return err
		}
		return notifyReaders(t, c.ID, a.By, true)
	})
}

// changeFact changes one fact of a locked case and notes it, if it still is what
// the handler saw. ErrConflict: it is something else.
func changeFact[T ~string](t tx, a Act, c Case, now *T, seen, want T, event, audit string) error {
	if want == seen || *now == want {
		return nil
	}
	if *now != seen {
		return ErrConflict
	}
	*now = want
	t.auditCase(a, audit, "", string(want))
	return addEvent(t, a, Event{After: c.LastSeq, What: event, From: string(seen), To: string(want)})
}

func changeAssignee(t tx, a Act, c *Case, seen, want string) error {
	if want == seen || c.Assignee == want {
		return nil
	}
	if c.Assignee != seen {
		return ErrConflict
	}
	if can, err := isReader(t, *c, want); err != nil || !can {
		return cmp.Or(err, ErrNoReader)
	}
	c.Assignee = want
	if want != a.By {
		if err := notify(t, false, want); err != nil {
			return err
		}
	}
	t.auditCase(a, AuditAssignee, want, "")
	return addEvent(t, a, Event{After: c.LastSeq, What: EventAssignee, From: seen, To: want})
}

// changeStanding changes the standing, and whose turn it is with it.
func changeStanding(t tx, a Act, c *Case, seen, want casework.Standing) error {
	before := c.Standing
	if err := changeFact(t, a, *c, &c.Standing, seen, want, EventStanding, AuditStanding); err != nil {
		return err
	}
	if before == c.Standing || before != casework.Junk && c.Standing != casework.Junk {
		return nil
	}
	c.Junked = ""
	if c.Standing == casework.Junk {
		var err error
		if c.Junked, err = dayAt(t, c.Entity, a.At); err != nil {
			return err
		}
	}
	if c.State.Ended() {
		return nil
	}
	asked, err := isAsked(t, *c)
	c.Turn = casework.TurnIn(c.State, c.Standing, asked)
	return err
}

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
	if m.Closes() {
		if classified, err := isClassified(t, c.ID); err != nil || !classified {
			return cmp.Or(err, ErrUnclassified)
		}
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
		c.Closed, c.Outcome, c.Written = m.On, m.Outcome, ""
		if c.Danger == casework.DangerOpen { // whoever closes a case has acted
			if err := changeFact(t, a, *c, &c.Danger, casework.DangerOpen, casework.DangerActed, EventDanger, AuditDanger); err != nil {
				return err
			}
		}
	case m.Reopens(): // what was decided and answered counts no longer
		c.Closed, c.Outcome, c.Decided, c.Answered, c.Extended, c.Reopened = "", "", "", "", "", m.On
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
	kind, err := engine.One(t.Tx, engine.Column[casework.MessageKind], `SELECT kind FROM messages WHERE case_id = $1 AND kind <> 'asked'
		AND (sender = $2 OR sender = $3 AND kind <> '') ORDER BY seq DESC LIMIT 1`,
		c.ID, string(casework.FromReporter), string(casework.FromDesk))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return kind == casework.Question, err
}

// What an event changed.
const (
	EventState    = "state"
	EventPriority = "priority"
	EventAssignee = "assignee"
	EventKind     = "kind"
	EventStanding = "standing"
	EventDanger   = "danger"

	EventQueue      = "queue"      // handed over; From, To: branches
	EventEntity     = "entity"     // it is about another one; From, To: codes
	EventExcluded   = "excluded"   // To: a handler's id
	EventRecused    = "recused"    // To: their own id
	EventReadmitted = "readmitted" // To: a handler's id
	EventAccess     = "access"     // To: whom a key was given, a handler's id or Recovery
	EventName       = "name"       // the reporter's name was opened
	EventExport     = "export"     // To: Export…
	EventClassified = "classified" // To: "" or Corrected
	EventStep       = "step"       // of the law; From: its code; To: the day on which it was done, "" it was not
	EventExtended   = "extended"   // the answer takes longer; From, To: by when it was and is due
	EventMeeting    = "meeting"    // To: the day on which it was held, or Meeting…

	EventHold      = "hold"             // From: its owner; To: its end
	EventUnhold    = "unhold"           // lifted, or it ended; To: its end
	EventDelete    = "delete-asked"     // a handler asks for an early deletion
	EventNotDelete = "delete-withdrawn" // and another, or the same, does not want it
)

// What else a handler says of a meeting.
const (
	MeetingDeclined = "declined" // the reporter does not want it any more
	MeetingRecord   = "record"   // the message is its record, for the reporter to check
)

// Corrected marks a classification that replaces another one.
const Corrected = "corrected"

// Event is something that a handler did to a case, apart from its messages.
type Event struct {
	After    int    // number of the newest message then
	At       int64  // unix seconds
	By       string // the handler's id
	What     string // Event…
	From, To string
	Outcome  casework.Outcome // of a case that was closed
}

// addEvent notes an event. Its id begins with the time, so that two of the same
// second stay in order: of what handlers do the time is no secret.
func addEvent(t tx, a Act, e Event) error {
	_, err := t.Exec(`INSERT INTO case_events (id, case_id, after_seq, at, handler_id, what, was, became, outcome)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		fmt.Sprintf("%016x%016x", time.Now().UnixNano(), engine.RandomPlace()), a.CaseID, e.After, a.At, a.By, e.What, e.From, e.To, string(e.Outcome))
	return err
}

// Events returns what happened to a case, in order; none for an unknown case.
func (s *Store) Events(ctx context.Context, caseID string) ([]Event, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (e Event, err error) {
		err = row.Scan(&e.After, &e.At, &e.By, &e.What, &e.From, &e.To, &e.Outcome)
		return e, err
	}, `SELECT after_seq, at, handler_id, what, was, became, outcome FROM case_events WHERE case_id = $1 ORDER BY at, id`, caseID)
}

// MarkRead notes that a handler has read a case up to a message. What was read
// stays read.
func (s *Store) MarkRead(ctx context.Context, caseID, handlerID string, seq int) error {
	return s.write(ctx, func(t tx) error {
		news, err := readUpTo(t, caseID, handlerID, seq)
		if news {
			t.auditCase(Act{CaseID: caseID, By: handlerID}, AuditRead, "", strconv.Itoa(seq))
		}
		return err
	})
}

func markRead(t tx, caseID, handlerID string, seq int) error {
	_, err := readUpTo(t, caseID, handlerID, seq)
	return err
}

// readUpTo reports whether that was new.
func readUpTo(t tx, caseID, handlerID string, seq int) (bool, error) {
	n, err := t.Exec(`INSERT INTO case_reads (case_id, handler_id, seq) VALUES ($1, $2, $3)
		ON CONFLICT (case_id, handler_id) DO UPDATE SET seq = excluded.seq WHERE case_reads.seq < excluded.seq`, caseID, handlerID, seq)
	return n > 0, err
}

// ReadUpTo returns the number of the newest message that a handler has read; 0:
// none.
func (s *Store) ReadUpTo(ctx context.Context, caseID, handlerID string) (int, error) {
	return engine.One(s.read(ctx), engine.Column[int], `SELECT coalesce(max(seq), 0) FROM case_reads WHERE case_id = $1 AND handler_id = $2`, caseID, handlerID)
}

// PresenceLasts is how long a case counts as open after a handler's browser said so.
const PresenceLasts = time.Minute

// StayAt notes that a handler has a case open, and returns the ids of its other
// readers who have. Of who had it open before nothing is kept. ErrNotFound: it is not
// for them.
func (s *Store) StayAt(ctx context.Context, caseID, handlerID string) (others []string, err error) {
	now := s.now()
	err = s.write(ctx, func(t tx) (err error) {
		if err := dropPresence(t, now); err != nil {
			return err
		}
		if _, err := engine.One(t.Tx, engine.Column[string], `SELECT id FROM cases WHERE id = $1`, caseID); err != nil {
			return err
		}
		if reads, err := isReader(t, Case{ID: caseID}, handlerID); err != nil || !reads {
			return cmp.Or(err, ErrNotFound)
		}
		_, err = t.Exec(`INSERT INTO case_presence (case_id, handler_id, until) VALUES ($1, $2, $3)
			ON CONFLICT (case_id, handler_id) DO UPDATE SET until = excluded.until`, caseID, handlerID, now.Add(PresenceLasts).Unix())
		if err != nil {
			return err
		}
		others, err = engine.List(t.Tx, engine.Column[string], `SELECT h.id FROM case_presence p JOIN handlers h ON h.id = p.handler_id JOIN cases c ON c.id = p.case_id
			WHERE p.case_id = $1 AND h.id <> $2 AND `+readsSQL+` ORDER BY h.name, h.id`, caseID, handlerID)
		return err
	})
	return others, err
}

// Leave notes that a handler has a case open no more.
func (s *Store) Leave(ctx context.Context, caseID, handlerID string) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`DELETE FROM case_presence WHERE case_id = $1 AND handler_id = $2`, caseID, handlerID)
		return err
	})
}

// DropPresence deletes what says of handlers that they had a case open, once it has
// expired.
func (s *Store) DropPresence(ctx context.Context) error {
	return s.write(ctx, func(t tx) error { return dropPresence(t, s.now()) })
}

func dropPresence(t tx, now time.Time) error {
	_, err := t.Exec(`DELETE FROM case_presence WHERE until <= $1 OR until > $2`, now.Unix(), now.Add(PresenceLasts+clockSlack).Unix()) // the clock was set back
	return err
}
