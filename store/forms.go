package store

import (
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

// FormUse is one sending of one form. It tells a repeat (a lost answer, a
// double click) from something new, for as long as the daily key lives.
type FormUse struct {
	Nonce   []byte       // SHA-256 of the form's nonce
	Content []byte       // MAC of what was sent, under the daily key
	Day     casework.Day // of that daily key
}

// openForm notes the use of a form that opens a case. ErrExists: the form was
// used already, whatever it carried.
func openForm(t tx, caseID string, use FormUse) error {
	if len(use.Nonce) == 0 {
		return nil
	}
	var used int
	err := t.Row(`SELECT count(*) FROM form_uses WHERE nonce = $1`, use.Nonce).Scan(&used)
	if err != nil {
		return err
	}
	if used > 0 {
		return ErrExists
	}
	return useForm(t, caseID, use, 1)
}

// useForm notes the use of a form; opened is 1 when it opens the case.
// ErrExists: the same content came already.
func useForm(t tx, caseID string, use FormUse, opened int) error {
	_, err := t.Exec(`INSERT INTO form_uses (nonce, content, case_id, day, opened) VALUES ($1, $2, $3, $4, $5)`,
		use.Nonce, use.Content, caseID, string(use.Day), opened)
	return err
}

// FormUses returns the case a form went to and the contents it was sent with.
// ErrNotFound: not used yet.
func (s *Store) FormUses(ctx context.Context, nonce []byte) (caseID string, contents [][]byte, err error) {
	contents, err = engine.List(s.read(ctx), func(row engine.Scanner) (content []byte, err error) {
		err = row.Scan(&caseID, &content)
		return content, err
	}, `SELECT case_id, content FROM form_uses WHERE nonce = $1 ORDER BY opened DESC, content`, nonce)
	if err == nil && len(contents) == 0 {
		err = ErrNotFound
	}
	return caseID, contents, err
}
