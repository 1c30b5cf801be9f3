package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
)

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
)

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
