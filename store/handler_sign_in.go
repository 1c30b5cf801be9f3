package store

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"time"

	"hotline/store/casework"
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

func scanCredentials(row engine.Scanner) (c Credentials, err error) {
	var changed int64
	err = row.Scan(&c.HandlerID, &c.Salt, &c.AuthHash, &c.Identity, &c.TOTPSecret, &changed)
	c.Changed = time.Unix(changed, 0).UTC()
	return c, err
}

// Credentials returns how a handler signs in, or ErrNotFound before enrolment.
func (s *Store) Credentials(ctx context.Context, handlerID string) (Credentials, error) {
	return engine.One(s.read(ctx), scanCredentials,
		`SELECT handler_id, salt, auth_hash, identity, totp_secret, changed FROM credentials WHERE handler_id = $1`, handlerID)
}

// CredentialsByEmail returns how the handler with that address signs in, or ErrNotFound
// where nobody has it, or may not sign in. Both take the same way, so that the time does
// not tell which it was: every address is read and compared, and of an unknown one the
// credentials of some handler, always the same, are read and dropped.
func (s *Store) CredentialsByEmail(ctx context.Context, email string) (Credentials, error) {
	type person struct{ id, key string }
	people, err := engine.List(s.read(ctx), func(row engine.Scanner) (p person, err error) {
		err = row.Scan(&p.id, &p.key)
		return p, err
	}, `SELECT id, email_key FROM handlers JOIN credentials ON handler_id = id WHERE disabled = 0 ORDER BY id`)
	if err != nil {
		return Credentials{}, err
	}
	if len(people) == 0 {
		return Credentials{}, ErrNotFound
	}
	key := emailKey(email)
	sum := sha256.Sum256([]byte(key))
	chosen, known := int(binary.BigEndian.Uint32(sum[:])%uint32(len(people))), 0
	for i, p := range people {
		same := subtle.ConstantTimeCompare([]byte(p.key), []byte(key))
		chosen = subtle.ConstantTimeSelect(same, i, chosen)
		known |= same
	}
	c, err := s.Credentials(ctx, people[chosen].id)
	if err == nil && known == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Credentials{}, err
	}
	return c, nil
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

// How long a session lives without a request, and at the latest.
const (
	SessionIdle = 15 * time.Minute
	SessionLife = 8 * time.Hour
)

// SessionHash is SHA-256 of a session's token. The token itself is in the
// handler's cookie alone.
type SessionHash [32]byte

// Session is a handler's time at the desk.
type Session struct {
	Hash      SessionHash
	ID        string // for the handler's list of sessions
	HandlerID string
	TabKey    []byte // 32 bytes: what the tab keeps the identity under
	Browser   string // chrome, firefox, safari, edge or other
	Created   time.Time
	Seen      time.Time // last request, to the minute
	Confirmed time.Time // password or passkey given last
}

// Ends returns when the session ends by itself: without another request, and at
// the latest.
func (s Session) Ends() (idle, latest time.Time) {
	return s.Seen.Add(SessionIdle), s.Created.Add(SessionLife)
}

const sessionColumns = `token_hash, id, handler_id, tab_key, browser, created, seen, confirmed`

func scanSession(row engine.Scanner) (s Session, err error) {
	var created, seen, confirmed int64
	var hash []byte
	err = row.Scan(&hash, &s.ID, &s.HandlerID, &s.TabKey, &s.Browser, &created, &seen, &confirmed)
	copy(s.Hash[:], hash)
	s.Created, s.Seen, s.Confirmed = time.Unix(created, 0).UTC(), time.Unix(seen, 0).UTC(), time.Unix(confirmed, 0).UTC()
	return s, err
}

// clockSlack is how far a clock may be set back without ending what it began: as much as
// time servers correct it by.
const clockSlack = time.Minute

// alive is what a session must meet. A clock that was set back ends sessions
// rather than prolonging them. $1 and $2 are the oldest last request and the oldest
// beginning, $3 is now.
const alive = `seen >= $1 AND created >= $2 AND seen <= $3`

func (s *Store) aliveArgs(more ...any) []any {
	now := s.now()
	return append([]any{now.Add(-SessionIdle).Unix(), now.Add(-SessionLife).Unix(), now.Add(clockSlack).Unix()}, more...)
}

// StartSession stores a new session, and clears away those that have ended. Of sign-ins
// of before nothing is kept but the day of the last.
func (s *Store) StartSession(ctx context.Context, n Session, today casework.Day) error {
	now := s.now().Unix()
	return s.write(ctx, func(t tx) error {
		if err := s.dropEnded(t); err != nil {
			return err
		}
		_, err := t.Exec(`INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $6, $6)`,
			n.Hash[:], n.ID, n.HandlerID, n.TabKey, n.Browser, now)
		if err == nil {
			_, err = t.Exec(`UPDATE handlers SET signed_in = $2 WHERE id = $1 AND signed_in < $2`, n.HandlerID, string(today))
		}
		t.audit(AuditEntry{By: n.HandlerID, What: AuditSignedIn})
		return err
	})
}

// DropEndedSessions deletes sessions that have ended. One that was begun by a clock that
// was ahead, and ended when it was set back, would else come back to life.
func (s *Store) DropEndedSessions(ctx context.Context) error {
	return s.write(ctx, s.dropEnded)
}

func (s *Store) dropEnded(t tx) error {
	_, err := t.Exec(`DELETE FROM sessions WHERE NOT (`+alive+`)`, s.aliveArgs()...)
	return err
}

// Session returns a session that has not ended, of a handler who may work;
// ErrNotFound otherwise.
func (s *Store) Session(ctx context.Context, hash SessionHash) (Session, Handler, error) {
	found, err := engine.One(s.read(ctx), scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE `+alive+` AND token_hash = $4`, s.aliveArgs(hash[:])...)
	if err != nil {
		return found, Handler{}, err
	}
	h, err := s.Handler(ctx, found.HandlerID)
	if err == nil && !h.Active() {
		err = ErrNotFound
	}
	return found, h, err
}

// TouchSession notes a request. ErrNotFound: the session has ended meanwhile.
func (s *Store) TouchSession(ctx context.Context, hash SessionHash) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE sessions SET seen = $4 WHERE `+alive+` AND token_hash = $5`, s.aliveArgs(s.now().Unix(), hash[:])...)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// ConfirmSession notes that password or passkey was given again, and gives the
// session another token.
func (s *Store) ConfirmSession(ctx context.Context, old, hash SessionHash) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE sessions SET token_hash = $4, confirmed = $5, seen = $5 WHERE `+alive+` AND token_hash = $6`,
			s.aliveArgs(hash[:], s.now().Unix(), old[:])...)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// Sessions returns a handler's sessions that have not ended, the newest first.
func (s *Store) Sessions(ctx context.Context, handlerID string) ([]Session, error) {
	return engine.List(s.read(ctx), scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE `+alive+` AND handler_id = $4 ORDER BY created DESC, id`, s.aliveArgs(handlerID)...)
}

// EndSessions ends the chosen sessions of a handler.
func (s *Store) EndSessions(ctx context.Context, handlerID string, which func(Session) bool) error {
	all, err := s.Sessions(ctx, handlerID)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(t tx) error {
		for _, one := range all {
			if !which(one) {
				continue
			}
			if _, err := t.Exec(`DELETE FROM sessions WHERE id = $1`, one.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return s.forgotten(ctx, err)
}

// forgotten makes what was just deleted of somebody's sign-in leave the disk, and
// returns the error of deleting it. Where it stays for a while longer nothing
// fails: it is keys to what lies in the handler's own browser.
func (s *Store) forgotten(ctx context.Context, err error) error {
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engine.DefaultWait)
		defer cancel()
		_ = s.db.Scrub(ctx, "sessions", "invitations", "passkeys", "credentials", "tickets")
	}
	return err
}

// Ticket is a sign-in, or the making of a passkey or of codes, that has begun and
// not ended.
type Ticket struct {
	Hash      [32]byte // SHA-256 of what the browser holds
	Purpose   string
	HandlerID string // "" not known yet
	Data      []byte // of whoever made it
}

// maxTickets bounds, for each purpose, what floods can leave behind.
const maxTickets = 5_000

// AddTicket stores a ticket that lives so long. ErrBusy: too many have begun.
func (s *Store) AddTicket(ctx context.Context, k Ticket, life time.Duration) error {
	if k.Data == nil {
		k.Data = []byte{}
	}
	return s.write(ctx, func(t tx) error {
		if _, err := t.Exec(`DELETE FROM tickets WHERE expires <= $1`, s.now().Unix()); err != nil {
			return err
		}
		n, err := t.Exec(`INSERT INTO tickets (token_hash, purpose, handler_id, expires, tries, data)
			SELECT $1, $2, $3, $4, 0, $5 WHERE (SELECT count(*) FROM tickets WHERE purpose = $2) < $6`,
			k.Hash[:], k.Purpose, k.HandlerID, s.now().Add(life).Unix(), k.Data, maxTickets)
		if err == nil && n == 0 {
			err = ErrBusy
		}
		return err
	})
}

// clockError is how far a clock may have been ahead before it was set back, where what it
// wrote still counts, or where what it would have forgotten is still known.
const clockError = 25 * time.Hour

// SpendTicket notes that a ticket which is not stored was used, for as long as it could
// be used again, also by a clock that is set back. ErrConflict: it was used before.
func (s *Store) SpendTicket(ctx context.Context, k Ticket, life time.Duration) error {
	return s.write(ctx, func(t tx) error {
		if _, err := t.Exec(`DELETE FROM tickets WHERE expires <= $1`, s.now().Unix()); err != nil {
			return err
		}
		n, err := t.Exec(`INSERT INTO tickets (token_hash, purpose, handler_id, expires, tries, data) VALUES ($1, $2, $3, $4, 0, $5)
			ON CONFLICT (token_hash) DO NOTHING`, k.Hash[:], k.Purpose, k.HandlerID, s.now().Add(life+clockError).Unix(), []byte{})
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return err
	})
}

// TryTicket returns a ticket that was made to live so long for one more try, and
// ErrNotFound when it has expired, or was tried tries times, or lives longer because the
// clock was set back.
func (s *Store) TryTicket(ctx context.Context, hash [32]byte, purpose string, tries int, life time.Duration) (k Ticket, err error) {
	err = s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE tickets SET tries = tries + 1 WHERE token_hash = $1 AND purpose = $2 AND expires > $3 AND expires <= $4 AND tries < $5`,
			hash[:], purpose, s.now().Unix(), s.now().Add(life+clockSlack).Unix(), tries)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		k = Ticket{Hash: hash, Purpose: purpose}
		return t.Row(`SELECT handler_id, data FROM tickets WHERE token_hash = $1`, hash[:]).Scan(&k.HandlerID, &k.Data)
	})
	return k, err
}

// EndTicket removes a ticket. ErrNotFound: somebody else was faster.
func (s *Store) EndTicket(ctx context.Context, hash [32]byte) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`DELETE FROM tickets WHERE token_hash = $1`, hash[:])
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}
