package store

import (
	"context"
	"time"

	"hotline/store/engine"
)

// Passkey is a WebAuthn credential of a handler.
type Passkey struct {
	ID         []byte
	HandlerID  string
	Name       string
	Created    time.Time
	Credential []byte // JSON of the WebAuthn library
	Identity   []byte // an age file, wrapped under the passkey's PRF output; empty: it does not unlock
}

const passkeyColumns = `id, handler_id, name, created, credential, identity`

func scanPasskey(row engine.Scanner) (p Passkey, err error) {
	var created int64
	err = row.Scan(&p.ID, &p.HandlerID, &p.Name, &created, &p.Credential, &p.Identity)
	p.Created = time.Unix(created, 0).UTC()
	return p, err
}

// Passkeys returns a handler's passkeys by the time they were made.
func (s *Store) Passkeys(ctx context.Context, handlerID string) ([]Passkey, error) {
	return engine.List(s.read(ctx), scanPasskey, `SELECT `+passkeyColumns+` FROM passkeys WHERE handler_id = $1 ORDER BY created, id`, handlerID)
}

// AddPasskey stores a passkey. ErrExists: it is known already.
func (s *Store) AddPasskey(ctx context.Context, p Passkey) error {
	if p.Identity == nil {
		p.Identity = []byte{}
	}
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`INSERT INTO passkeys (`+passkeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			p.ID, p.HandlerID, p.Name, s.now().Unix(), p.Credential, p.Identity)
		t.audit(AuditEntry{By: p.HandlerID, What: AuditPasskey, Detail: "added"})
		return err
	})
}

// UpdatePasskey stores what an authentication changed: the signature counter.
func (s *Store) UpdatePasskey(ctx context.Context, id, credential []byte) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`UPDATE passkeys SET credential = $2 WHERE id = $1`, id, credential)
		return err
	})
}

// RemovePasskey removes a handler's passkey. ErrNotFound: the handler has none
// such.
func (s *Store) RemovePasskey(ctx context.Context, handlerID string, id []byte) error {
	err := s.write(ctx, func(t tx) error {
		n, err := t.Exec(`DELETE FROM passkeys WHERE id = $1 AND handler_id = $2`, id, handlerID)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		t.audit(AuditEntry{By: handlerID, What: AuditPasskey, Detail: "removed"})
		return err
	})
	return s.forgotten(ctx, err)
}
