package store

import (
	"cmp"
	"context"
	"errors"

	"hotline/store/casework"
	"hotline/store/engine"
)

// ErrNotDesignated: the register does not name this handler.
var ErrNotDesignated = errors.New("store: not designated to know the reporter's name")

// OpenName returns the reporter's name, sealed, to a handler who is designated on
// that day, with a note that says why: both, and the entry in the audit log, or
// nothing. ErrNotDesignated. ErrConflict: the note's number is not the next one any
// more. ErrNotFound: no such case, it is not for them, or it has no name apart.
func (s *Store) OpenName(ctx context.Context, a Act, on casework.Day, note NewMessage) (sealed []byte, err error) {
	err = s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		if designated, err := isDesignated(t, a.By, on); err != nil || !designated {
			return cmp.Or(err, ErrNotDesignated)
		}
		sealed, err = engine.One(t.Tx, engine.Column[[]byte], `SELECT sealed FROM reporter_names WHERE case_id = $1`, c.ID)
		if err != nil {
			return err
		}
		return actWithNote(t, c, a, note, AuditName, EventName, "")
	})
	return sealed, err
}

// HasName reports whether a case has the reporter's name apart.
func (s *Store) HasName(ctx context.Context, caseID string) (bool, error) {
	n, err := engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM reporter_names WHERE case_id = $1`, caseID)
	return n > 0, err
}

// ReporterName returns it to the reporter, sealed, or ErrNotFound. Handlers get it
// from OpenName alone.
func (s *Store) ReporterName(ctx context.Context, caseID string) ([]byte, error) {
	return engine.One(s.read(ctx), engine.Column[[]byte], `SELECT sealed FROM reporter_names WHERE case_id = $1`, caseID)
}

// putName stores a reporter's name, in the place of an earlier one.
func putName(t tx, caseID string, sealed []byte) error {
	_, err := t.Exec(`INSERT INTO reporter_names (place, case_id, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (case_id) DO UPDATE SET sealed = excluded.sealed`, engine.RandomPlace(), caseID, sealed)
	return err
}

// How a case is exported.
const (
	ExportSealed = "sealed" // as it lies here
	ExportOpened = "opened" // in the handler's browser
	ExportMasked = "masked" // the same, with parts blacked out
)

// NoteExport notes that a handler exports a case opened, with a note that says
// why. Errors as OpenName.
func (s *Store) NoteExport(ctx context.Context, a Act, kind string, note NewMessage) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		return actWithNote(t, c, a, note, AuditExport, EventExport, kind)
	})
}

// NoteSealedExport notes that a handler takes a case away as it lies here.
// ErrNotFound: it is not for them.
func (s *Store) NoteSealedExport(ctx context.Context, a Act) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		t.auditCase(a, AuditExport, "", ExportSealed)
		return addEvent(t, a, Event{After: c.LastSeq, What: EventExport, To: ExportSealed})
	})
}

// actWithNote stores what a handler does to a locked case without changing it,
// and the note with the reason.
func actWithNote(t tx, c Case, a Act, note NewMessage, audit, event, to string) error {
	if c.LastSeq != note.Seq-1 {
		return ErrConflict
	}
	c.LastSeq = note.Seq
	t.auditCase(a, audit, "", to)
	if err := addEvent(t, a, Event{After: c.LastSeq, What: event, To: to}); err != nil {
		return err
	}
	if err := saveCase(t, c); err != nil {
		return err
	}
	if err := insertMessage(t, note); err != nil {
		return err
	}
	return markRead(t, c.ID, a.By, note.Seq)
}
