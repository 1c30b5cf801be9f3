package store

import (
	"context"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// readable returns the queues whose cases a handler may see, and visible which of
// these they may not. They are the one place that says so: every list, count and
// case of the desk asks them. readsSQL says the same within a query.
func readable(h Handler) []casework.Queue {
	if !h.Active() || !h.Has(RoleHandler) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(casework.Queues), func(q casework.Queue) bool { return !slices.Contains(h.Queues, q) })
}

// visible is the condition that a handler is not excluded from a case by that
// alias.
func visible(q *engine.Statement, alias, handlerID string) string {
	return ` AND NOT EXISTS (SELECT 1 FROM exclusions x WHERE x.handler_id = ` + q.Arg(handlerID) + ` AND x.case_id = ` + alias + `.id)`
}

// CaseFor returns a case to a handler. ErrNotFound: there is no such case, or it
// is not for them.
func (s *Store) CaseFor(ctx context.Context, id string, h Handler) (Case, error) {
	queues := readable(h)
	if len(queues) == 0 {
		return Case{}, ErrNotFound
	}
	var q engine.Statement
	return engine.One(s.read(ctx), scanCase, `SELECT `+caseColumns+` FROM cases WHERE id = `+q.Arg(id)+` AND queue IN (`+engine.ArgsOf(&q, queues)+`)`+visible(&q, "cases", h.ID), q.Args...)
}

// Colleagues returns by name the active handlers who may see a case.
func (s *Store) Colleagues(ctx context.Context, c Case) ([]Handler, error) {
	all, err := s.Handlers(ctx)
	if err != nil {
		return nil, err
	}
	exclusions, err := s.Exclusions(ctx, c.ID)
	return slices.DeleteFunc(all, func(h Handler) bool {
		excluded := slices.ContainsFunc(exclusions, func(e Exclusion) bool { return e.HandlerID == h.ID })
		return excluded || !slices.Contains(readable(h), c.Queue)
	}), err
}

// CaseKeyFor returns a case's identity, sealed to a handler's recipient of today,
// or ErrNotFound.
func (s *Store) CaseKeyFor(ctx context.Context, caseID, handlerID string) ([]byte, error) {
	return engine.One(s.read(ctx), engine.Column[[]byte], `SELECT sealed FROM case_keys WHERE case_id = $1 AND handler_id = $2
		AND key_version = (SELECT key_version FROM handlers WHERE id = $2)`, caseID, handlerID)
}

// Summary is what a list shows of a case once it is opened.
type Summary struct {
	CaseID  string
	Key     []byte // the case identity, sealed to the handler; nil: there is none
	Summary []byte // an age file
	Labels  []byte // an age file; nil: there are none
}

// Summaries returns the summaries of those cases that a handler may see.
func (s *Store) Summaries(ctx context.Context, h Handler, ids []string) ([]Summary, error) {
	queues := readable(h)
	if len(queues) == 0 || len(ids) == 0 {
		return nil, nil
	}
	var q engine.Statement
	query := `SELECT c.id, k.sealed, c.summary, l.sealed FROM cases c LEFT JOIN case_keys k ON k.case_id = c.id AND k.handler_id = ` + q.Arg(h.ID) +
		` AND k.key_version = (SELECT h.key_version FROM handlers h WHERE h.id = k.handler_id) LEFT JOIN case_labels l ON l.case_id = c.id
		WHERE c.id IN (` + engine.ArgsOf(&q, ids) + `) AND c.queue IN (` + engine.ArgsOf(&q, queues) + `)` + visible(&q, "c", h.ID)
	return engine.List(s.read(ctx), func(row engine.Scanner) (m Summary, err error) {
		err = row.Scan(&m.CaseID, &m.Key, &m.Summary, &m.Labels)
		return m, err
	}, query, q.Args...)
}
