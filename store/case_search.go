package store

import (
	"context"

	"hotline/store/engine"
)

// FoundCase is a case as a handler's browser searches it: all that is sealed in it.
type FoundCase struct {
	Case     // as in a list; Summary is there, too
	Key      []byte
	Labels   []byte    // nil: none
	Messages []Message // the newest ones, PageSize at most
}

// OpenableCases returns cases that a handler can open, by id after that one, up to
// a number and about so many bytes of messages, but one at least. more: there may
// be others after these.
func (s *Store) OpenableCases(ctx context.Context, h Handler, after string, limit, size int) (found []FoundCase, more bool, err error) {
	branches := readable(h)
	if len(branches) == 0 {
		return nil, false, nil
	}
	var q engine.Statement
	query := `SELECT ` + caseFacts + `, cases.summary, k.sealed, l.sealed FROM cases
		JOIN (SELECT case_id, sealed FROM case_keys WHERE handler_id = ` + q.Arg(h.ID) + ` AND key_version = (SELECT o.key_version FROM handlers o WHERE o.id = ` + q.Arg(h.ID) + `)) k
			ON k.case_id = cases.id
		LEFT JOIN (SELECT case_id, sealed FROM case_labels) l ON l.case_id = cases.id
		WHERE cases.id > ` + q.Arg(after) + ` AND branch IN (` + engine.ArgsOf(&q, branches) + `)` + visible(&q, "cases", h.ID) + ` ORDER BY cases.id LIMIT ` + q.Arg(limit)
	found, err = engine.List(s.read(ctx), func(row engine.Scanner) (f FoundCase, err error) {
		err = row.Scan(append(f.facts(), &f.Summary, &f.Key, &f.Labels)...)
		return f, err
	}, query, q.Args...)
	if err != nil || len(found) == 0 {
		return found, false, err
	}
	fitting, err := s.fitting(ctx, found, size)
	if err != nil {
		return nil, false, err
	}
	return found[:fitting], fitting < len(found) || len(found) == limit, s.addMessages(ctx, found[:fitting])
}

// fitting returns of how many of these cases the newest messages have so many bytes
// together, and 1 at least.
func (s *Store) fitting(ctx context.Context, found []FoundCase, size int) (int, error) {
	sizes := map[string]int{}
	var q engine.Statement
	_, err := engine.List(s.read(ctx), func(row engine.Scanner) (id string, err error) {
		var bytes int
		err = row.Scan(&id, &bytes)
		sizes[id] = bytes
		return id, err
	}, `SELECT case_id, sum(length(sealed)) FROM messages JOIN cases c ON c.id = case_id
		WHERE case_id IN (`+engine.ArgsOf(&q, idsOf(found))+`) AND seq > c.last_seq - `+q.Arg(PageSize)+` GROUP BY case_id`, q.Args...)
	sum := 0
	for i, f := range found {
		if sum += sizes[f.ID]; sum > size && i > 0 {
			return i, err
		}
	}
	return len(found), err
}

func idsOf(found []FoundCase) (ids []string) {
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return ids
}

// addMessages reads the newest messages of all these cases at once. No number of a
// case is missing, so that the last of them says which these are.
func (s *Store) addMessages(ctx context.Context, found []FoundCase) error {
	at := map[string]int{}
	for i, f := range found {
		at[f.ID] = i
	}
	type row struct {
		Message
		caseID string
	}
	var q engine.Statement
	messages, err := engine.List(s.read(ctx), func(scan engine.Scanner) (r row, err error) {
		r.Message, err = scanMessage(engine.ScanFunc(func(dest ...any) error { return scan.Scan(append(dest, &r.caseID)...) }))
		return r, err
	}, `SELECT m.seq, m.sender, m.kind, m.on_day, m.at, m.handler_id, m.sealed, m.case_id FROM messages m JOIN cases c ON c.id = m.case_id
		WHERE m.case_id IN (`+engine.ArgsOf(&q, idsOf(found))+`) AND m.seq > c.last_seq - `+q.Arg(PageSize)+` ORDER BY m.case_id, m.seq`, q.Args...)
	for _, m := range messages {
		f := &found[at[m.caseID]]
		f.Messages = append(f.Messages, m.Message)
	}
	return err
}
