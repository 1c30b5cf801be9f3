package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// readable returns the branches whose cases a handler may see. With visible, which
// takes away the cases that they are excluded from, it decides who reads a case:
// every list, count and case of the desk asks them. readsSQL says the same within
// a query.
func readable(h Handler) []casework.Branch {
	if !h.Active() || !h.Has(RoleHandler) {
		return nil
	}
	return slices.Clone(h.Branches)
}

// visible is the condition that a handler is not excluded from a case by that
// alias.
func visible(q *engine.Statement, alias, handlerID string) string {
	return notKeptOut(q.Arg(handlerID), alias)
}

// notKeptOut is the condition that nobody has excluded a handler from a case, nor one
// whom they stand in for, unless the case is of a branch of their own: who is accused
// may have named their deputy. casework.StandIns.KeptOut says the same.
func notKeptOut(handler, c string) string {
	return ` AND NOT EXISTS (SELECT 1 FROM exclusions x WHERE x.handler_id = ` + handler + ` AND x.case_id = ` + c + `.id)
	AND NOT EXISTS (SELECT 1 FROM deputies d JOIN exclusions x ON x.handler_id = d.handler_id JOIN handlers o ON o.id = d.deputy_id
		WHERE d.deputy_id = ` + handler + ` AND d.acting = 1 AND x.case_id = ` + c + `.id AND ',' || o.own_branches || ',' NOT LIKE '%,' || ` + c + `.branch || ',%')`
}

// readsSQL is the condition that a handler h may read a case c.
var readsSQL = `h.disabled = 0 AND ',' || h.roles || ',' LIKE '%,handler,%' AND ',' || h.branches || ',' LIKE '%,' || c.branch || ',%'` + notKeptOut("h.id", "c")

// opensSQL is the condition that somebody who may read a case c, or whoever has
// the recovery identity, can open it with a key k.
var opensSQL = `(k.handler_id = 'recovery' AND k.key_version = (SELECT r.key_version FROM recovery r WHERE r.recipient <> '')
	OR EXISTS (SELECT 1 FROM handlers h WHERE h.id = k.handler_id AND h.key_version = k.key_version AND h.recipient <> '' AND ` + readsSQL + `))`

// isReader reports whether a handler may read a case; "" stands for nobody, and
// may always have it.
func isReader(t tx, c Case, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	reads, err := engine.One(t.Tx, engine.Column[int], `SELECT count(*) FROM handlers h, cases c WHERE h.id = $1 AND c.id = $2 AND `+readsSQL, id, c.ID)
	return reads > 0, err
}

// excludedFrom returns who is excluded from a case. Who stands in for them may not see
// it either (accessSnapshot.keptOut).
func excludedFrom(t tx, caseID string) ([]string, error) {
	return engine.List(t.Tx, engine.Column[string], `SELECT handler_id FROM exclusions WHERE case_id = $1`, caseID)
}

// CaseFor returns a case to a handler. ErrNotFound: there is no such case, or it
// is not for them.
func (s *Store) CaseFor(ctx context.Context, id string, h Handler) (Case, error) {
	branches := readable(h)
	if len(branches) == 0 {
		return Case{}, ErrNotFound
	}
	var q engine.Statement
	return engine.One(s.read(ctx), scanCase, `SELECT `+wholeCase+` FROM cases WHERE id = `+q.Arg(id)+` AND branch IN (`+engine.ArgsOf(&q, branches)+`)`+visible(&q, "cases", h.ID), q.Args...)
}

// Colleagues returns by name the active handlers who may see a case.
func (s *Store) Colleagues(ctx context.Context, c Case) ([]Handler, error) {
	ids, err := engine.List(s.read(ctx), engine.Column[string], `SELECT h.id FROM handlers h, cases c WHERE c.id = $1 AND `+readsSQL, c.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Handlers(ctx)
	return slices.DeleteFunc(all, func(h Handler) bool { return !slices.Contains(ids, h.ID) }), err
}

// Recovery stands among the ids of handlers for the recovery identity, which lies
// in a safe and to which every case is sealed as well.
const Recovery = "recovery"

// Reader is whom case keys are sealed to: a handler, or the recovery recipient.
type Reader struct {
	ID        string // a handler's, or Recovery
	Recipient string // age1pq1…
	version   int64  // counts the recipients that they had
}

// accessSnapshot is who there is, as one transaction sees it.
type accessSnapshot struct {
	handlers map[string]Handler
	versions map[string]int64 // of their recipients
	recovery Reader           // no Recipient: there is none
	entities casework.Entities
	stands   casework.StandIns
}

// lockAccess keeps others from changing who reads what until the transaction ends:
// an update that changes nothing makes PostgreSQL's other writers wait. It comes
// before every lock on a case.
func lockAccess(t tx) error {
	_, err := t.Exec(`UPDATE recovery SET needs_keys = needs_keys WHERE id = 1`)
	return err
}

func readAccess(t tx) (w accessSnapshot, err error) {
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
	w = accessSnapshot{handlers: map[string]Handler{}, versions: map[string]int64{}}
	for _, v := range all {
		w.handlers[v.ID], w.versions[v.ID] = v.Handler, v.version
	}
	w.recovery, err = engine.One(t.Tx, func(row engine.Scanner) (r Reader, err error) {
		r.ID = Recovery
		err = row.Scan(&r.Recipient, &r.version)
		return r, err
	}, `SELECT recipient, key_version FROM recovery WHERE id = 1`)
	if err == nil {
		w.entities, err = entitiesIn(t)
	}
	if err == nil {
		w.stands, err = standInsIn(t)
	}
	return w, err
}

// Members returns who of some handlers can receive cases.
func Members(handlers []Handler) casework.Members {
	members := casework.Members{}
	for _, h := range handlers {
		for _, b := range readable(h) {
			if h.Recipient != "" {
				members[b] = append(members[b], h.ID)
			}
		}
	}
	return members
}

// members are who can receive a case from which some are excluded.
func (w accessSnapshot) members(excluded []string) casework.Members {
	return Members(slices.Collect(maps.Values(w.handlers))).Without(w.stands, excluded)
}

// mayRead reports whether somebody reads the cases of a branch from which some are
// excluded.
func (w accessSnapshot) mayRead(id string, b casework.Branch, excluded []string) bool {
	return slices.Contains(readable(w.handlers[id]), b) && !w.stands.KeptOut(id, b, excluded)
}

// readers are those who read the cases of a branch, but for some, and the recovery
// recipient, in the order of their ids. None: nobody does.
func (w accessSnapshot) readers(branch casework.Branch, excluded []string) (all []Reader) {
	for _, id := range w.members(excluded)[branch] {
		if !slices.Contains(excluded, id) {
			all = append(all, Reader{id, w.handlers[id].Recipient, w.versions[id]})
		}
	}
	slices.SortFunc(all, func(a, b Reader) int { return strings.Compare(a.ID, b.ID) })
	if len(all) > 0 && w.recovery.Recipient != "" {
		all = append(all, w.recovery)
	}
	return all
}

// reader returns somebody whom keys can be sealed to. ErrStale: not any more, or
// to another recipient.
func (w accessSnapshot) reader(id, recipient string) (Reader, error) {
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
