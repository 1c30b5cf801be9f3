package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// NeedsKeys is somebody who lacks keys of cases that they may read and that a
// colleague can open.
type NeedsKeys struct {
	Reader
	Name  string // "" for the recovery recipient
	Cases int    // counted as CountLimit says
}

// WhoNeedsKeys returns whom a handler can give keys, by name; the recovery recipient
// last. Only those who were given something to read since are looked at.
func (s *Store) WhoNeedsKeys(ctx context.Context, h Handler) (all []NeedsKeys, err error) {
	t := s.readTx(ctx)
	access, err := readAccess(t)
	if err != nil {
		return nil, err
	}
	ids, err := engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM handlers WHERE needs_keys = 1 AND disabled = 0 AND recipient <> '' AND id <> $1
		UNION ALL SELECT 'recovery' FROM recovery WHERE needs_keys = 1 AND recipient <> ''`, h.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		w := NeedsKeys{Reader: access.recovery}
		if id != Recovery {
			w = NeedsKeys{Reader: Reader{id, access.handlers[id].Recipient, access.versions[id]}, Name: access.handlers[id].Name}
		}
		var q engine.Statement
		query := wantedSQL(&q, access, h, Reader{ID: h.ID, version: access.versions[h.ID]}, w.Reader, "")
		if query == "" {
			continue
		}
		w.Cases, err = engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM (SELECT 1 `+query+` LIMIT `+strconv.Itoa(CountLimit+1)+`) w`, q.Args...)
		if err != nil {
			return nil, err
		}
		if w.Cases > 0 {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b NeedsKeys) int { return strings.Compare(a.sortKey(), b.sortKey()) })
	return all, nil
}

func (w NeedsKeys) sortKey() string {
	if w.ID == Recovery {
		return "2"
	}
	return "1" + w.Name + w.ID
}

// wantedSQL chooses the cases that a handler may read, that a source has a key of
// and that a reader lacks although they may read them; "": there can be none.
func wantedSQL(q *engine.Statement, access accessSnapshot, h Handler, source, to Reader, after string) string {
	branches := readable(h)
	if to.ID != Recovery {
		theirs := readable(access.handlers[to.ID])
		branches = slices.DeleteFunc(branches, func(b casework.Branch) bool { return !slices.Contains(theirs, b) })
	}
	if len(branches) == 0 || to.Recipient == "" {
		return ""
	}
	query := `FROM cases c JOIN case_keys k ON k.case_id = c.id AND k.handler_id = ` + q.Arg(source.ID) + ` AND k.key_version = ` + q.Arg(source.version) +
		` WHERE c.branch IN (` + engine.ArgsOf(q, branches) + `)` + visible(q, "c", h.ID) + visible(q, "c", to.ID) +
		` AND NOT EXISTS (SELECT 1 FROM case_keys o WHERE o.case_id = c.id AND o.handler_id = ` + q.Arg(to.ID) + ` AND o.key_version = ` + q.Arg(to.version) + `)`
	if after != "" {
		query += ` AND c.id > ` + q.Arg(after)
	}
	return query
}

// HeldKey is a case's key, and the recipient that its identity must have.
type HeldKey struct {
	CaseID    string
	Recipient string // the case's
	Sealed    []byte
}

func scanHeldKey(row engine.Scanner) (k HeldKey, err error) {
	err = row.Scan(&k.CaseID, &k.Recipient, &k.Sealed)
	return k, err
}

// WantedKeys returns keys of a source (the handler's own id, or Recovery) of cases
// that a handler may read and that a reader lacks, by case id after that one. The
// reader may be the handler, where the source is another one.
func (s *Store) WantedKeys(ctx context.Context, h Handler, source, to, after string, limit int) ([]HeldKey, error) {
	access, err := readAccess(s.readTx(ctx))
	if err != nil {
		return nil, err
	}
	from := Reader{ID: source, version: access.versions[source]}
	if source == Recovery {
		from = access.recovery
	}
	reader := Reader{to, access.handlers[to].Recipient, access.versions[to]}
	if to == Recovery {
		reader = access.recovery
	}
	var q engine.Statement
	query := wantedSQL(&q, access, h, from, reader, after)
	if query == "" {
		return nil, nil
	}
	return engine.List(s.read(ctx), scanHeldKey, `SELECT c.id, c.recipient, k.sealed `+query+` ORDER BY c.id LIMIT `+q.Arg(limit), q.Args...)
}

// Grant gives a reader keys of cases, all of them or none, and returns how many
// they lacked. Who may not read a case gets none: neither the one who gives (""
// is the command line) nor the reader. ErrStale: the reader has another recipient
// by now, or may not work any more. ErrNotFound: one of the cases is not for both.
func (s *Store) Grant(ctx context.Context, by, to, recipient string, keys map[string][]byte) (granted int, err error) {
	var gone int64
	err = s.write(ctx, func(t tx) error {
		granted, gone = 0, 0
		if err := lockAccess(t); err != nil {
			return err
		}
		access, err := readAccess(t)
		if err != nil {
			return err
		}
		reader, err := access.reader(to, recipient)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(keys)) {
			given, ended, err := grantOne(t, access, Act{CaseID: id, By: by, At: s.now().Unix()}, reader, keys[id])
			if err != nil {
				return err
			}
			granted += bit(given)
			gone += ended
		}
		return clearNeedsKeys(t, access, reader)
	})
	if gone == 0 { // sweeping makes PostgreSQL's writers wait: not for nothing
		return granted, err
	}
	return granted, s.swept(ctx, err)
}

// grantOne also returns how many keys that ends: the reader's own from before, and
// those of people who may not read the case.
func grantOne(t tx, access accessSnapshot, a Act, to Reader, sealed []byte) (given bool, ended int64, err error) {
	c, err := lockCase(t, a.CaseID)
	if err != nil {
		return false, 0, err
	}
	excluded, err := excludedFrom(t, c.ID)
	if err != nil {
		return false, 0, err
	}
	mayRead := func(id string) bool { return access.mayRead(id, c.Branch, excluded) }
	if a.By != "" && !mayRead(a.By) || to.ID != Recovery && !mayRead(to.ID) {
		return false, 0, ErrNotFound
	}
	lacking, err := without(t, []Reader{to}, c.ID, false)
	if err != nil || len(lacking) == 0 {
		return false, 0, err
	}
	own, err := t.Exec(`DELETE FROM case_keys WHERE case_id = $1 AND handler_id = $2`, c.ID, to.ID)
	if err == nil {
		err = putKey(t, c.ID, to, sealed, to.ID == Recovery)
	}
	if err != nil {
		return false, 0, err
	}
	t.auditCase(a, AuditAccess, to.ID, "")
	if err := addEvent(t, a, Event{After: c.LastSeq, What: EventAccess, To: to.ID}); err != nil {
		return false, 0, err
	}
	others, err := sweepKeys(t, c.ID)
	return true, own + others, err
}

// UncheckedKeys returns keys that colleagues sealed to a handler and that their
// browser has not opened yet, by case id after that one.
func (s *Store) UncheckedKeys(ctx context.Context, h Handler, after string, limit int) ([]HeldKey, error) {
	branches := readable(h)
	if len(branches) == 0 {
		return nil, nil
	}
	var q engine.Statement
	query := `SELECT c.id, c.recipient, k.sealed FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.handler_id = ` + q.Arg(h.ID) + ` AND k.checked = 0 AND k.key_version = (SELECT h.key_version FROM handlers h WHERE h.id = ` + q.Arg(h.ID) + `)
		AND c.id > ` + q.Arg(after) + ` AND c.branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "c", h.ID) + ` ORDER BY c.id LIMIT ` + q.Arg(limit)
	return engine.List(s.read(ctx), scanHeldKey, query, q.Args...)
}

// CheckKeys notes which of those keys open. Those that do not are deleted, so that
// a colleague can give others. Where nobody could, the key stays: it may be the
// browser that is wrong, and nobody would ever open the case again.
func (s *Store) CheckKeys(ctx context.Context, handlerID string, opened, broken []string) error {
	var gone int64
	err := s.write(ctx, func(t tx) error {
		gone = 0
		if err := lockAccess(t); err != nil {
			return err
		}
		for _, id := range opened {
			n, err := t.Exec(`UPDATE case_keys SET checked = 1 WHERE case_id = $1 AND handler_id = $2 AND checked = 0`, id, handlerID)
			if err == nil && n > 0 { // one that was kept until now may go
				n, err = sweepKeys(t, id)
				gone += n
			}
			if err != nil {
				return err
			}
		}
		for _, id := range broken {
			n, err := t.Exec(`DELETE FROM case_keys WHERE case_id = $1 AND handler_id = $2 AND checked = 0
				AND EXISTS (SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.case_id = $1 AND k.handler_id <> $2 AND `+opensSQL+`)`, id, handlerID)
			if err == nil && n > 0 {
				t.auditCase(Act{CaseID: id, By: handlerID, At: s.now().Unix()}, AuditKeyBroken, "", "")
				if _, err = t.Exec(`UPDATE handlers SET needs_keys = 1 WHERE id = $1`, handlerID); err == nil {
					err = notifyKeyHolders(t, handlerID)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if gone == 0 {
		return err
	}
	return s.swept(ctx, err)
}
