package store

import (
	"cmp"
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

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
