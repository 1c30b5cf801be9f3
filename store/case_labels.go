package store

import (
	"context"

	"hotline/store/engine"
)

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
