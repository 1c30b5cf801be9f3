package store

import (
	"context"
	"errors"

	"hotline/store/casework"
	"hotline/store/engine"
)

// CaseKey is the case identity sealed to one handler, or to the recovery recipient.
type CaseKey struct {
	HandlerID string // or Recovery
	Email     string // "" of Recovery
	Active    bool   // they may read the case, and can open it
	Sealed    []byte // an age file
}

// CaseKeys returns a case's keys by the handlers' e-mail addresses; none for
// an unknown case.
func (s *Store) CaseKeys(ctx context.Context, caseID string) ([]CaseKey, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (k CaseKey, err error) {
		var active int64
		err = row.Scan(&k.HandlerID, &k.Email, &active, &k.Sealed)
		k.Active = active != 0
		return k, err
	}, `SELECT k.handler_id, coalesce(o.email, ''), CASE WHEN `+opensSQL+` THEN 1 ELSE 0 END, k.sealed
		FROM case_keys k JOIN cases c ON c.id = k.case_id LEFT JOIN handlers o ON o.id = k.handler_id
		WHERE k.case_id = $1 ORDER BY coalesce(o.email_key, '~')`, caseID)
}

// CaseKeyFor returns a case's identity, sealed to a handler's recipient of today,
// or ErrNotFound.
func (s *Store) CaseKeyFor(ctx context.Context, caseID, handlerID string) ([]byte, error) {
	return engine.One(s.read(ctx), engine.Column[[]byte], `SELECT sealed FROM case_keys WHERE case_id = $1 AND handler_id = $2
		AND key_version = (SELECT key_version FROM handlers WHERE id = $2)`, caseID, handlerID)
}

// ClosedCases returns up to so many cases that nobody who may read them can open,
// nor the recovery identity.
func (s *Store) ClosedCases(ctx context.Context, limit int) ([]string, error) {
	return engine.List(s.read(ctx), engine.Column[string], `SELECT c.id FROM cases c WHERE NOT EXISTS (
		SELECT 1 FROM case_keys k WHERE k.case_id = c.id AND `+opensSQL+`) ORDER BY c.id LIMIT $1`, limit)
}

// CasesOnlyOpenableBy counts the cases that nobody could open any more without
// this handler: nobody else who may read them holds a key, and no recovery
// identity does.
func (s *Store) CasesOnlyOpenableBy(ctx context.Context, handlerID string) (int, error) {
	return engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM case_keys mine WHERE mine.handler_id = $1 AND NOT EXISTS (
		SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.case_id = mine.case_id AND k.handler_id <> $1 AND `+opensSQL+`)`, handlerID)
}

// Recovery returns the recipient of the recovery identity, "" where there is none.
func (s *Store) RecoveryRecipient(ctx context.Context) (string, error) {
	return engine.One(s.read(ctx), engine.Column[string], `SELECT recipient FROM recovery WHERE id = 1`)
}

// SetRecovery replaces the recovery recipient; "" takes it away, with the keys
// that were sealed to it. The cases that there are get sealed to it when handlers
// give access.
func (s *Store) SetRecovery(ctx context.Context, by, recipient string) error {
	err := s.write(ctx, func(t tx) error { // it locks access by itself
		n, err := t.Exec(`UPDATE recovery SET recipient = $1, key_version = key_version + 1, needs_keys = $2 WHERE id = 1 AND recipient <> $1`,
			recipient, bit(recipient != ""))
		if err != nil || n == 0 {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditRecovery})
		if recipient != "" {
			return notifyKeyHolders(t, Recovery) // the earlier keys stay until they are replaced: the earlier identity may be all that opens a case
		}
		_, err = t.Exec(`DELETE FROM case_keys WHERE handler_id = $1 AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
			WHERE k.case_id = case_keys.case_id AND k.handler_id <> $1 AND `+opensSQL+`)`, Recovery)
		return err
	})
	return s.swept(ctx, err)
}

// addKeys stores the keys of a case next to each other, in one page.
func addKeys(t tx, caseID string, readers []Reader, keys map[string][]byte) error {
	place := engine.RandomPlace() &^ 0xffff
	for i, r := range readers {
		_, err := t.Exec(`INSERT INTO case_keys (place, case_id, handler_id, key_version, checked, sealed) VALUES ($1, $2, $3, $4, 1, $5)`,
			place+int64(i), caseID, r.ID, r.version, keys[r.ID])
		if err != nil {
			return err
		}
	}
	return nil
}

// putKey stores a key, in the place of an earlier one that its reader could not
// open any more.
func putKey(t tx, caseID string, r Reader, sealed []byte, checked bool) error {
	_, err := t.Exec(`INSERT INTO case_keys (place, case_id, handler_id, key_version, checked, sealed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (case_id, handler_id) DO UPDATE SET key_version = excluded.key_version, checked = excluded.checked, sealed = excluded.sealed`,
		engine.RandomPlace(), caseID, r.ID, r.version, bit(checked), sealed)
	return err
}

// without returns those readers who have no key of a case that they could open;
// opened: nor one that was seen to open.
func without(t tx, readers []Reader, caseID string, opened bool) (lacking []Reader, err error) {
	for _, r := range readers {
		has, err := engine.One(t.Tx, engine.Column[int], `SELECT count(*) FROM case_keys WHERE case_id = $1 AND handler_id = $2 AND key_version = $3 AND checked >= $4`,
			caseID, r.ID, r.version, bit(opened))
		if err != nil {
			return nil, err
		}
		if has == 0 {
			lacking = append(lacking, r)
		}
	}
	return lacking, nil
}

// wantKeys notes that these lack a key.
func wantKeys(t tx, readers []Reader) error {
	if len(readers) == 0 {
		return nil
	}
	if err := lockAccess(t); err != nil { // before handlers, as everybody else
		return err
	}
	for _, r := range readers {
		query := `UPDATE handlers SET needs_keys = 1 WHERE id = $1`
		if r.ID == Recovery {
			query = `UPDATE recovery SET needs_keys = 1 WHERE id = 1 AND $1 = 'recovery'`
		}
		if _, err := t.Exec(query, r.ID); err != nil {
			return err
		}
		if err := notifyKeyHolders(t, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// clearNeedsKeys notes that a reader lacks no key any more, once that is so.
func clearNeedsKeys(t tx, access accessSnapshot, r Reader) error {
	var q engine.Statement
	query := `SELECT count(*) FROM (SELECT 1 FROM cases c WHERE NOT EXISTS (SELECT 1 FROM case_keys o WHERE o.case_id = c.id AND o.handler_id = ` +
		q.Arg(r.ID) + ` AND o.key_version = ` + q.Arg(r.version) + `)`
	update := `UPDATE recovery SET needs_keys = 0 WHERE id = 1 AND $1 = 'recovery'`
	if r.ID != Recovery {
		branches := readable(access.handlers[r.ID])
		if len(branches) == 0 {
			return nil
		}
		query += ` AND c.branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "c", r.ID)
		update = `UPDATE handlers SET needs_keys = 0 WHERE id = $1`
	}
	var lacks int
	if err := t.Row(query+` LIMIT 1) l`, q.Args...).Scan(&lacks); err != nil || lacks > 0 {
		return err
	}
	_, err := t.Exec(update, r.ID)
	return err
}

// release takes cases from a handler who may not read them any more: those of
// all branches but the ones kept, and those that they are kept out of as the deputy of
// somebody. Otherwise they would be on nobody's list. Nobody
// stands as the one who did it. Their keys go too, but for those without which
// nobody could open a case: these stay, for nobody to fetch, until somebody who
// may read the case has a key that was seen to open.
func (s *Store) release(t tx, handlerID string, kept []casework.Branch) error {
	if err := dropKeys(t, handlerID, kept); err != nil {
		return err
	}
	var q engine.Statement
	query := `SELECT id FROM cases WHERE assignee <> '' AND assignee = ` + q.Arg(handlerID)
	if len(kept) > 0 {
		query += ` AND (branch NOT IN (` + engine.ArgsOf(&q, kept) + `) OR NOT (1 = 1` + visible(&q, "cases", handlerID) + `))`
	}
	ids, err := engine.List(t.Tx, engine.Column[string], query+` ORDER BY id`, q.Args...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := lockCase(t, id)
		if errors.Is(err, ErrNotFound) || err == nil && c.Assignee != handlerID {
			continue // somebody was faster
		}
		if err != nil {
			return err
		}
		c.Assignee = ""
		if err := addEvent(t, Act{CaseID: id, At: s.now().Unix()}, Event{After: c.LastSeq, What: EventAssignee, From: handlerID}); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil {
			return err
		}
	}
	return nil
}

func dropKeys(t tx, handlerID string, kept []casework.Branch) error {
	var q engine.Statement
	query := `DELETE FROM case_keys WHERE handler_id = ` + q.Arg(handlerID)
	if len(kept) > 0 {
		query += ` AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_keys.case_id AND (c.branch NOT IN (` + engine.ArgsOf(&q, kept) + `) OR NOT (1 = 1` + visible(&q, "c", handlerID) + `)))`
	}
	query += ` AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.case_id = case_keys.case_id AND k.handler_id <> ` + q.Arg(handlerID) + ` AND k.checked = 1 AND ` + opensSQL + `)`
	_, err := t.Exec(query, q.Args...)
	return err
}

// sweepKeys deletes a case's keys of those who may not read it, once there is a
// key of somebody who may: nothing is ever left to nobody.
func sweepKeys(t tx, caseID string) (swept int64, err error) {
	return t.Exec(`DELETE FROM case_keys WHERE case_id = $1 AND handler_id <> $2
		AND NOT EXISTS (SELECT 1 FROM handlers h JOIN cases c ON c.id = $1 WHERE h.id = case_keys.handler_id AND `+readsSQL+`)
		AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.case_id = $1 AND `+opensSQL+`)`, caseID, Recovery)
}

// swept makes keys that were just deleted leave the disk, and returns the error of
// deleting them. In PostgreSQL they leave it with ForgetOrder: to rewrite the table
// at once would keep reports waiting.
func (s *Store) swept(ctx context.Context, err error) error {
	if err == nil && s.db.Engine() != engine.Postgres {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engine.DefaultWait)
		defer cancel()
		_ = s.db.Scrub(ctx, "case_keys")
	}
	return err
}
