package store

import (
	"context"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Recovery stands among the ids of handlers for the recovery identity, which lies
// in a safe and to which every case is sealed as well.
const Recovery = "recovery"

// Reader is whom case keys are sealed to: a handler, or the recovery recipient.
type Reader struct {
	ID        string // a handler's, or Recovery
	Recipient string // age1pq1…
	version   int64  // counts the recipients that they had
}

// readsSQL is the condition that a handler h may read a case c.
const readsSQL = `h.disabled = 0 AND ',' || h.roles || ',' LIKE '%,handler,%' AND ',' || h.queues || ',' LIKE '%,' || c.queue || ',%'
	AND NOT EXISTS (SELECT 1 FROM exclusions x WHERE x.handler_id = h.id AND x.case_id = c.id)`

// opensSQL is the condition that somebody who may read a case c, or whoever has
// the recovery identity, can open it with a key k.
const opensSQL = `(k.handler_id = 'recovery' AND k.key_version = (SELECT r.key_version FROM recovery r WHERE r.recipient <> '')
	OR EXISTS (SELECT 1 FROM handlers h WHERE h.id = k.handler_id AND h.key_version = k.key_version AND h.recipient <> '' AND ` + readsSQL + `))`

// ClosedCases returns up to so many cases that nobody who may read them can open,
// nor the recovery identity.
func (s *Store) ClosedCases(ctx context.Context, limit int) ([]string, error) {
	return engine.List(s.read(ctx), engine.Column[string], `SELECT c.id FROM cases c WHERE NOT EXISTS (
		SELECT 1 FROM case_keys k WHERE k.case_id = c.id AND `+opensSQL+`) ORDER BY c.id LIMIT $1`, limit)
}

// looking is what reads within no transaction as within one.
func (s *Store) looking(ctx context.Context) tx { return tx{Tx: s.read(ctx)} }

// crew is who there is, as one transaction sees it.
type crew struct {
	handlers map[string]Handler
	versions map[string]int64 // of their recipients
	recovery Reader           // no Recipient: there is none
}

// lockCrew keeps others from changing who reads what until the transaction ends:
// an update that changes nothing makes PostgreSQL's other writers wait. It comes
// before every lock on a case.
func lockCrew(t tx) error {
	_, err := t.Exec(`UPDATE recovery SET wanting = wanting WHERE id = 1`)
	return err
}

func readCrew(t tx) (w crew, err error) {
	type versioned struct {
		Handler
		version int64
	}
	all, err := engine.List(t.Tx, func(row engine.Scanner) (v versioned, err error) {
		v.Handler, err = scanHandler(engine.ScanFunc(func(dest ...any) error { return row.Scan(append(dest, &v.version)...) }))
		return v, err
	}, `SELECT `+handlerColumns+`, key_version FROM handlers`)
	if err != nil {
		return w, err
	}
	w = crew{handlers: map[string]Handler{}, versions: map[string]int64{}}
	for _, v := range all {
		w.handlers[v.ID], w.versions[v.ID] = v.Handler, v.version
	}
	w.recovery, err = engine.One(t.Tx, func(row engine.Scanner) (r Reader, err error) {
		r.ID = Recovery
		err = row.Scan(&r.Recipient, &r.version)
		return r, err
	}, `SELECT recipient, key_version FROM recovery WHERE id = 1`)
	return w, err
}

// desks is who can receive cases: active handlers with a recipient.
func (w crew) desks() casework.Desks {
	desks := casework.Desks{}
	for id, h := range w.handlers {
		for _, q := range readable(h) {
			if h.Recipient != "" {
				desks[q] = append(desks[q], id)
			}
		}
	}
	return desks
}

// readers are those who read the cases of a queue, but for some, and the recovery
// recipient, in the order of their ids. None: nobody does.
func (w crew) readers(queue casework.Queue, excluded []string) (all []Reader) {
	for _, id := range w.desks()[queue] {
		if !slices.Contains(excluded, id) {
			all = append(all, Reader{id, w.handlers[id].Recipient, w.versions[id]})
		}
	}
	slices.SortFunc(all, func(a, b Reader) int { return cmpString(a.ID, b.ID) })
	if len(all) > 0 && w.recovery.Recipient != "" {
		all = append(all, w.recovery)
	}
	return all
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// reader returns somebody whom keys can be sealed to. ErrStale: not any more, or
// to another recipient.
func (w crew) reader(id, recipient string) (Reader, error) {
	r := w.recovery
	if id != Recovery {
		h := w.handlers[id]
		if !h.Active() {
			return Reader{}, ErrStale
		}
		r = Reader{id, h.Recipient, w.versions[id]}
	}
	if r.Recipient == "" || r.Recipient != recipient {
		return Reader{}, ErrStale
	}
	return r, nil
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

// Recovery returns the recipient of the recovery identity, "" where there is none.
func (s *Store) RecoveryRecipient(ctx context.Context) (string, error) {
	return engine.One(s.read(ctx), engine.Column[string], `SELECT recipient FROM recovery WHERE id = 1`)
}

// SetRecovery replaces the recovery recipient; "" takes it away, with the keys
// that were sealed to it. The cases that there are get sealed to it when handlers
// give access.
func (s *Store) SetRecovery(ctx context.Context, by, recipient string) error {
	err := s.write(ctx, func(t tx) error { // it locks the crew by itself
		n, err := t.Exec(`UPDATE recovery SET recipient = $1, key_version = key_version + 1, wanting = $2 WHERE id = 1 AND recipient <> $1`,
			recipient, bit(recipient != ""))
		if err != nil || n == 0 {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditRecovery})
		if recipient != "" {
			return nil // the earlier keys stay until they are replaced: the earlier identity may be all that opens a case
		}
		_, err = t.Exec(`DELETE FROM case_keys WHERE handler_id = $1 AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
			WHERE k.case_id = case_keys.case_id AND k.handler_id <> $1 AND `+opensSQL+`)`, Recovery)
		return err
	})
	return s.swept(ctx, err)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
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

// sweepKeys deletes a case's keys of those who may not read it, once there is a
// key of somebody who may: nothing is ever left to nobody.
func sweepKeys(t tx, caseID string) (swept int64, err error) {
	return t.Exec(`DELETE FROM case_keys WHERE case_id = $1 AND handler_id <> $2
		AND NOT EXISTS (SELECT 1 FROM handlers h JOIN cases c ON c.id = $1 WHERE h.id = case_keys.handler_id AND `+readsSQL+`)
		AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.case_id = $1 AND `+opensSQL+`)`, caseID, Recovery)
}

// excludedFrom returns who may not see a case.
func excludedFrom(t tx, caseID string) ([]string, error) {
	return engine.List(t.Tx, engine.Column[string], `SELECT handler_id FROM exclusions WHERE case_id = $1`, caseID)
}
