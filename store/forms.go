package store

import (
	"context"
	"errors"
	"fmt"

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

// DailyKey returns the key of a day. The first caller's fresh bytes become the
// key; all others, in other processes too, get the same.
func (s *Store) DailyKey(ctx context.Context, day casework.Day, fresh [32]byte) ([32]byte, error) {
	key, err := s.FindDailyKey(ctx, day)
	if !errors.Is(err, ErrNotFound) {
		return key, err
	}
	err = s.write(ctx, func(t tx) error {
		_, err := t.Exec(`INSERT INTO daily_keys (day, key) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(day), fresh[:])
		if err != nil {
			return err
		}
		key, err = engine.One(t.Tx, scanKey, `SELECT key FROM daily_keys WHERE day = $1`, string(day))
		return err
	})
	if err != nil {
		return [32]byte{}, err
	}
	return key, nil
}

// FindDailyKey returns the key of a day, or ErrNotFound.
func (s *Store) FindDailyKey(ctx context.Context, day casework.Day) ([32]byte, error) {
	return engine.One(s.read(ctx), scanKey, `SELECT key FROM daily_keys WHERE day = $1`, string(day))
}

func scanKey(row engine.Scanner) (key [32]byte, err error) {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return key, err
	}
	if len(b) != len(key) {
		return key, fmt.Errorf("%w: a daily key of %d bytes", ErrDamaged, len(b))
	}
	copy(key[:], b)
	return key, nil
}

// DropDailyKeys deletes the keys and form uses of days before the given one,
// so that their bytes leave the disk too, and returns the number of keys.
// After ErrBusy the rows may be gone and the bytes not yet: call it again.
func (s *Store) DropDailyKeys(ctx context.Context, before casework.Day) (int, error) {
	var keys int64
	err := s.write(ctx, func(t tx) (err error) {
		if _, err = t.Exec(`DELETE FROM form_uses WHERE day < $1`, string(before)); err != nil {
			return err
		}
		keys, err = t.Exec(`DELETE FROM daily_keys WHERE day < $1`, string(before))
		return err
	})
	if err != nil {
		return 0, err
	}
	return int(keys), s.db.Scrub(ctx, "daily_keys", "form_uses")
}
