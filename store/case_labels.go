package store

import (
	"context"

	"hotline/store/engine"
)

// Labels returns a case's labels, sealed to it, and how often they were changed;
// nil, 0: it has none.
func (s *Store) Labels(ctx context.Context, caseID string) (sealed []byte, version int, err error) {
	return sealedVersion(ctx, s, `SELECT sealed, version FROM case_labels WHERE case_id = $1`, caseID)
}

// sealedVersion reads something sealed and its version; nil, 0 where there is none.
func sealedVersion(ctx context.Context, s *Store, query, id string) (sealed []byte, version int, err error) {
	type row struct {
		sealed  []byte
		version int
	}
	found, err := engine.List(s.read(ctx), func(scan engine.Scanner) (r row, err error) {
		err = scan.Scan(&r.sealed, &r.version)
		return r, err
	}, query, id)
	if err != nil || len(found) == 0 {
		return nil, 0, err
	}
	return found[0].sealed, found[0].version, nil
}

// SetLabels replaces a case's labels. ErrConflict: a colleague has changed them
// since that version. ErrNotFound: the case is not for the handler.
func (s *Store) SetLabels(ctx context.Context, a Act, version int, sealed []byte) error {
	return s.write(ctx, func(t tx) error {
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		n, err := t.Exec(`UPDATE case_labels SET version = version + 1, sealed = $3 WHERE case_id = $1 AND version = $2`, c.ID, version, sealed)
		if err == nil && n == 0 && version == 0 {
			n, err = t.Exec(`INSERT INTO case_labels (place, case_id, version, sealed) VALUES ($1, $2, 1, $3) ON CONFLICT (case_id) DO NOTHING`, engine.RandomPlace(), c.ID, sealed)
		}
		if err == nil && n == 0 {
			err = ErrConflict
		}
		t.auditCase(a, AuditLabels, "", "")
		return err
	})
}
