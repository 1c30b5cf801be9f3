package store

import (
	"cmp"
	"context"
	"errors"

	"hotline/store/casework"
	"hotline/store/engine"
	"hotline/store/fault"
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

// Designation is a handler's written designation to know who reporters are (in
// Japan Whistleblower Protection Act, art. 11: 公益通報対応業務従事者).
type Designation struct {
	ID        string
	HandlerID string
	Document  string       // by which they were designated
	From      casework.Day // on which the document was handed to them
	Until     casework.Day // the last day; "": still
}

// On reports whether it holds on a day.
func (d Designation) On(day casework.Day) bool {
	return d.From <= day && (d.Until == "" || day <= d.Until)
}

func scanDesignation(row engine.Scanner) (d Designation, err error) {
	err = row.Scan(&d.ID, &d.HandlerID, &d.Document, &d.From, &d.Until)
	return d, err
}

const designationColumns = `id, handler_id, document, from_day, until_day`

// Designations returns the register, the newest first; of one handler, or with ""
// of all.
func (s *Store) Designations(ctx context.Context, handlerID string) ([]Designation, error) {
	return engine.List(s.read(ctx), scanDesignation, `SELECT `+designationColumns+` FROM designations WHERE $1 IN ('', handler_id) ORDER BY from_day DESC, id`, handlerID)
}

// Designate adds to the register.
func (s *Store) Designate(ctx context.Context, by string, d Designation) error {
	err := s.write(ctx, func(t tx) error {
		_, err := t.Exec(`INSERT INTO designations (`+designationColumns+`) VALUES ($1, $2, $3, $4, $5)`,
			d.ID, d.HandlerID, d.Document, string(d.From), string(d.Until))
		t.audit(AuditEntry{By: by, What: AuditDesignated, Subject: d.HandlerID})
		return err
	})
	if errors.Is(err, fault.ErrReference) {
		return ErrNotFound
	}
	return err
}

// EndDesignation notes the last day of a designation. ErrNotFound: there is none
// such, or it has ended.
func (s *Store) EndDesignation(ctx context.Context, by, id string, until casework.Day) error {
	return s.write(ctx, func(t tx) error {
		handlerID, err := engine.One(t.Tx, engine.Column[string], `UPDATE designations SET until_day = $2 WHERE id = $1 AND until_day = '' RETURNING handler_id`, id, string(until))
		t.audit(AuditEntry{By: by, What: AuditUndesignated, Subject: handlerID})
		return err
	})
}

func isDesignated(t tx, handlerID string, on casework.Day) (bool, error) {
	all, err := engine.List(t.Tx, scanDesignation, `SELECT `+designationColumns+` FROM designations WHERE handler_id = $1`, handlerID)
	for _, d := range all {
		if d.On(on) {
			return true, err
		}
	}
	return false, err
}

// IsDesignated reports whether the register names a handler on that day.
func (s *Store) IsDesignated(ctx context.Context, handlerID string, on casework.Day) (bool, error) {
	return isDesignated(s.readTx(ctx), handlerID, on)
}
