package store

import (
	"context"
	"slices"

	"hotline/store/casework"
)

// readable returns the queues whose cases a handler may see. It is the one place
// that says so: every list, count and case of the desk asks it.
func readable(h Handler) []casework.Queue {
	if !h.Active() || !h.Has(RoleHandler) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(casework.Queues), func(q casework.Queue) bool { return !slices.Contains(h.Queues, q) })
}

// CaseFor returns a case to a handler. ErrNotFound: there is no such case, or it
// is not for them.
func (s *Store) CaseFor(ctx context.Context, id string, h Handler) (Case, error) {
	c, err := s.Case(ctx, id)
	if err == nil && !slices.Contains(readable(h), c.Queue) {
		return Case{}, ErrNotFound
	}
	return c, err
}

// Colleagues returns by name the active handlers who may see a case.
func (s *Store) Colleagues(ctx context.Context, c Case) ([]Handler, error) {
	all, err := s.Handlers(ctx)
	return slices.DeleteFunc(all, func(h Handler) bool { return !slices.Contains(readable(h), c.Queue) }), err
}

// CaseKeyFor returns a case's identity, sealed to a handler, or ErrNotFound.
func (s *Store) CaseKeyFor(ctx context.Context, caseID, handlerID string) ([]byte, error) {
	return one(ctx, s, scanInto[[]byte], `SELECT sealed FROM case_keys WHERE case_id = $1 AND handler_id = $2`, caseID, handlerID)
}

// Summary is what a list shows of a case once it is opened.
type Summary struct {
	CaseID  string
	Key     []byte // the case identity, sealed to the handler; nil: there is none
	Summary []byte // an age file
}

// Summaries returns the summaries of those cases that a handler may see.
func (s *Store) Summaries(ctx context.Context, h Handler, ids []string) ([]Summary, error) {
	queues := readable(h)
	if len(queues) == 0 || len(ids) == 0 {
		return nil, nil
	}
	var q statement
	query := `SELECT c.id, k.sealed, c.summary FROM cases c LEFT JOIN case_keys k ON k.case_id = c.id AND k.handler_id = ` + q.arg(h.ID) +
		` WHERE c.id IN (` + argsOf(&q, ids) + `) AND c.queue IN (` + argsOf(&q, queues) + `)`
	return list(ctx, s, func(row scanner) (m Summary, err error) {
		err = row.Scan(&m.CaseID, &m.Key, &m.Summary)
		return m, err
	}, query, q.args...)
}
