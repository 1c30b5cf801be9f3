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

// versioned is a table with one sealed entry for each value of a column, and a version
// that counts its changes.
type versioned struct{ table, key string }

var (
	labelsTable          = versioned{"case_labels", "case_id"}
	classificationsTable = versioned{"case_classifications", "case_id"}
	filtersTable         = versioned{"saved_filters", "handler_id"}
)

// Labels returns a case's labels, sealed to it, and how often they were changed;
// nil, 0: it has none.
func (s *Store) Labels(ctx context.Context, caseID string) (sealed []byte, version int, err error) {
	return labelsTable.of(s.read(ctx), caseID)
}

// Classification returns what the desk classified a case as, sealed to it, and how
// often that was changed; nil, 0: it is not classified.
func (s *Store) Classification(ctx context.Context, caseID string) (sealed []byte, version int, err error) {
	return classificationsTable.of(s.read(ctx), caseID)
}

// SetLabels replaces a case's labels. ErrConflict: a colleague has changed them
// since that version. ErrNotFound: the case is not for the handler.
func (s *Store) SetLabels(ctx context.Context, a Act, version int, sealed []byte) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err == nil {
			err = labelsTable.replace(t, c.ID, version, sealed)
		}
		t.auditCase(a, AuditLabels, "", "")
		return err
	})
}

// NewClassification is what a handler classified a case as. What it was made of is
// given with it: two versions, and a kind.
type NewClassification struct {
	Version int
	Sealed  []byte

	LabelsVersion int
	Labels        []byte // sealed; they repeat main area and severity. nil: they stay

	SeenKind, Kind string // of the case
}

// SetClassification stores what a case is classified as, with its labels and its
// kind: all of it or nothing. ErrConflict: a colleague has changed one of them since.
// ErrNotFound: the case is not for the handler.
func (s *Store) SetClassification(ctx context.Context, a Act, n NewClassification) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		if err := classificationsTable.replace(t, c.ID, n.Version, n.Sealed); err != nil {
			return err
		}
		if n.Labels != nil {
			if err := labelsTable.replace(t, c.ID, n.LabelsVersion, n.Labels); err != nil {
				return err
			}
		}
		if err := changeFact(t, a, c, &c.Kind, n.SeenKind, n.Kind, EventKind, AuditKind); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil {
			return err
		}
		how := ""
		if n.Version > 0 {
			how = Corrected
		}
		t.auditCase(a, AuditClassified, "", how)
		return addEvent(t, a, Event{After: c.LastSeq, What: EventClassified, To: how})
	})
}

// isClassified reports whether the desk has classified a case.
func isClassified(t tx, caseID string) (bool, error) {
	_, version, err := classificationsTable.of(t.Tx, caseID)
	return version > 0, err
}

// of returns what a table has of a case or handler, and its version; nil, 0: nothing.
func (v versioned) of(from engine.Tx, id string) (sealed []byte, version int, err error) {
	type entry struct {
		sealed  []byte
		version int
	}
	found, err := engine.List(from, func(row engine.Scanner) (e entry, err error) {
		err = row.Scan(&e.sealed, &e.version)
		return e, err
	}, `SELECT sealed, version FROM `+v.table+` WHERE `+v.key+` = $1`, id)
	if err != nil || len(found) == 0 {
		return nil, 0, err
	}
	return found[0].sealed, found[0].version, nil
}

// replace stores the version after the one that was seen, or returns ErrConflict.
func (v versioned) replace(t tx, id string, seen int, sealed []byte) error {
	n, err := t.Exec(`UPDATE `+v.table+` SET version = version + 1, sealed = $3 WHERE `+v.key+` = $1 AND version = $2`, id, seen, sealed)
	if err == nil && n == 0 && seen == 0 {
		n, err = t.Exec(`INSERT INTO `+v.table+` (place, `+v.key+`, version, sealed) VALUES ($1, $2, 1, $3) ON CONFLICT (`+v.key+`) DO NOTHING`, engine.RandomPlace(), id, sealed)
	}
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return err
}

// The kinds of links between cases.
const (
	LinkRelated   = "related"
	LinkDuplicate = "duplicate"
)

// Link is a case that belongs to another one.
type Link struct {
	Kind     string // Link…
	CaseID   string
	Branch   casework.Branch
	Category string
	State    casework.State
	Received casework.Day
}

// Links returns the cases that belong to a case and that the handler may see, by
// day of receipt.
func (s *Store) Links(ctx context.Context, h Handler, caseID string) ([]Link, error) {
	branches := readable(h)
	if len(branches) == 0 {
		return nil, nil
	}
	var q engine.Statement
	query := `SELECT l.kind, c.id, c.branch, c.category, c.state, c.received FROM (
			SELECT high_id AS other, kind FROM case_links WHERE low_id = ` + q.Arg(caseID) + `
			UNION ALL SELECT low_id, kind FROM case_links WHERE high_id = ` + q.Arg(caseID) + `) l JOIN cases c ON c.id = l.other
		WHERE c.branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "c", h.ID) + ` ORDER BY c.received, c.id`
	return engine.List(s.read(ctx), func(row engine.Scanner) (l Link, err error) {
		err = row.Scan(&l.Kind, &l.CaseID, &l.Branch, &l.Category, &l.State, &l.Received)
		return l, err
	}, query, q.Args...)
}

// CasesBeginning returns up to two ids of cases that the handler may see and whose
// id begins like this.
func (s *Store) CasesBeginning(ctx context.Context, h Handler, start string) ([]string, error) {
	branches := readable(h)
	if len(branches) == 0 || start == "" {
		return nil, nil
	}
	var q engine.Statement
	query := `SELECT c.id FROM cases c WHERE c.id >= ` + q.Arg(start) + ` AND c.id < ` + q.Arg(start+"g") + // beyond every hex digit
		` AND c.branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "c", h.ID) + ` ORDER BY c.id LIMIT 2`
	return engine.List(s.read(ctx), engine.Column[string], query, q.Args...)
}

// SetLink links two cases that a handler may see, changes the kind of their link,
// or with "" takes it away. It says nothing in either timeline: who reads one of
// them may not know of the other. ErrNotFound: not both are for the handler.
func (s *Store) SetLink(ctx context.Context, a Act, other, kind string) error {
	low, high := min(a.CaseID, other), max(a.CaseID, other)
	if low == high {
		return ErrNotFound
	}
	return s.write(ctx, func(t tx) error {
		for _, id := range []string{low, high} {
			c, err := engine.One(t.Tx, scanFacts, `SELECT `+caseFacts+` FROM cases WHERE id = $1`, id)
			if err != nil {
				return err
			}
			if reads, err := isReader(t, c, a.By); err != nil || !reads {
				return cmp.Or(err, ErrNotFound)
			}
		}
		if kind == "" {
			n, err := t.Exec(`DELETE FROM case_links WHERE low_id = $1 AND high_id = $2`, low, high)
			if n > 0 {
				t.auditCase(a, AuditUnlinked, other, "")
			}
			return err
		}
		n, err := t.Exec(`INSERT INTO case_links (low_id, high_id, kind) VALUES ($1, $2, $3)
			ON CONFLICT (low_id, high_id) DO UPDATE SET kind = excluded.kind WHERE case_links.kind <> excluded.kind`, low, high, kind)
		if n > 0 {
			t.auditCase(a, AuditLinked, other, kind)
		}
		return err
	})
}
