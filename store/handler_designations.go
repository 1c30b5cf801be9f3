package store

import (
	"context"
	"errors"

	"hotline/store/casework"
	"hotline/store/engine"
	"hotline/store/fault"
)

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
