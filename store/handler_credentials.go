package store

import (
	"context"
	"time"

	"hotline/store/engine"
)

// Credentials are how a handler signs in with a password.
type Credentials struct {
	HandlerID  string
	Salt       []byte // 16 bytes
	AuthHash   []byte // SHA-256 of what the browser derives from the password
	Identity   []byte // an age file, wrapped under the password; empty: stays offline
	TOTPSecret string // base32; "" none, in the demonstration alone
	Changed    time.Time
}

const credentialColumns = `handler_id, salt, auth_hash, identity, totp_secret, changed`

func scanCredentials(row engine.Scanner) (c Credentials, err error) {
	var changed int64
	err = row.Scan(&c.HandlerID, &c.Salt, &c.AuthHash, &c.Identity, &c.TOTPSecret, &changed)
	c.Changed = time.Unix(changed, 0).UTC()
	return c, err
}

// Credentials returns how a handler signs in, or ErrNotFound before enrolment.
func (s *Store) Credentials(ctx context.Context, handlerID string) (Credentials, error) {
	return engine.One(s.read(ctx), scanCredentials, `SELECT `+credentialColumns+` FROM credentials WHERE handler_id = $1`, handlerID)
}

// putCredentials stores what a handler signs in with from now on.
func (s *Store) putCredentials(t tx, c Credentials) error {
	if c.Identity == nil {
		c.Identity = []byte{}
	}
	_, err := t.Exec(`INSERT INTO credentials (handler_id, salt, auth_hash, identity, totp_secret, totp_step, changed)
		VALUES ($1, $2, $3, $4, $5, 0, $6)
		ON CONFLICT (handler_id) DO UPDATE SET salt = excluded.salt, auth_hash = excluded.auth_hash, identity = excluded.identity,
			totp_secret = excluded.totp_secret, totp_step = 0, changed = excluded.changed`,
		c.HandlerID, c.Salt, c.AuthHash, c.Identity, c.TOTPSecret, s.now().Unix())
	return err
}

// PutCredentials stores what a handler signs in with, without an invitation: the
// demonstration's people have none.
func (s *Store) PutCredentials(ctx context.Context, c Credentials) error {
	return s.write(ctx, func(t tx) error { return s.putCredentials(t, c) })
}

// ChangePassword replaces a handler's password, and ends all sessions but the
// one that is kept.
func (s *Store) ChangePassword(ctx context.Context, c Credentials, keep SessionHash) error {
	if c.Identity == nil {
		c.Identity = []byte{}
	}
	err := s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE credentials SET salt = $2, auth_hash = $3, identity = $4, changed = $5 WHERE handler_id = $1`,
			c.HandlerID, c.Salt, c.AuthHash, c.Identity, s.now().Unix())
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		t.audit(AuditEntry{By: c.HandlerID, What: AuditPassword})
		if _, err := t.Exec(`DELETE FROM tickets WHERE handler_id = $1`, c.HandlerID); err != nil {
			return err // begun with the old password
		}
		_, err = t.Exec(`DELETE FROM sessions WHERE handler_id = $1 AND token_hash <> $2`, c.HandlerID, keep[:])
		return err
	})
	return s.forgotten(ctx, err)
}

// SetTOTP replaces the secret of a handler's one-time codes. step is that of the
// code which proved it.
func (s *Store) SetTOTP(ctx context.Context, handlerID, secret string, step int64) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE credentials SET totp_secret = $2, totp_step = $3 WHERE handler_id = $1`, handlerID, secret, step)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		t.audit(AuditEntry{By: handlerID, What: AuditTOTP})
		return err
	})
}

// UseTOTP takes the code of a time step, once. ErrConflict: this step, or a later
// one, was used already (RFC 6238, 5.2).
func (s *Store) UseTOTP(ctx context.Context, handlerID string, step int64) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE credentials SET totp_step = $2 WHERE handler_id = $1 AND totp_step < $2`, handlerID, step)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return err
	})
}

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
