package store

import (
	"context"
	"errors"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
)

// InvitationLife is how long a link to enrol is good.
const InvitationLife = 72 * time.Hour

// Invitation is a link to enrol, good once.
type Invitation struct {
	Hash       [32]byte // SHA-256 of the token in the link
	HandlerID  string   // "" the first administrator
	Expires    time.Time
	TOTPSecret string // of the codes that are set up with it
	By         string // the administrator's id; "" the command line. It is not stored here
}

// Invite stores an invitation in the place of the handler's earlier one.
// ErrNotFound: no such handler.
func (s *Store) Invite(ctx context.Context, i Invitation) error {
	err := s.write(ctx, func(t tx) error { return s.invite(t, i) })
	return s.forgotten(ctx, err)
}

func (s *Store) invite(t tx, i Invitation) error {
	if i.HandlerID != "" {
		var active int64
		err := t.Row(`SELECT count(*) FROM handlers WHERE id = $1 AND disabled = 0`, i.HandlerID).Scan(&active)
		if err == nil && active == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
	}
	if i.HandlerID != "" {
		t.audit(AuditEntry{By: i.By, What: AuditInvited, Subject: i.HandlerID})
	}
	_, err := t.Exec(`INSERT INTO invitations (token_hash, handler_id, expires, totp_secret) VALUES ($1, $2, $3, $4)
		ON CONFLICT (handler_id) DO UPDATE SET token_hash = excluded.token_hash, expires = excluded.expires, totp_secret = excluded.totp_secret`,
		i.Hash[:], i.HandlerID, s.now().Add(InvitationLife).Unix(), i.TOTPSecret)
	return err
}

// InviteHandler stores a new handler and the invitation to enrol. ErrExists: the
// address is taken. ErrBeyond: i.By does not manage what they shall do. ErrNoSuchWork: an
// entity or a queue is gone.
func (s *Store) InviteHandler(ctx context.Context, h Handler, i Invitation) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if err := manages(t, entities, i.By, h); err != nil {
			return err
		}
		if err := hasWork(t, entities, h); err != nil {
			return err
		}
		if err := s.addHandler(t, &h); err != nil {
			return err
		}
		i.HandlerID = h.ID
		return s.invite(t, i)
	})
}

// good is what an invitation must meet. A clock that was set back does not prolong it by
// more than clockError. $1 is now, $2 the latest end.
const good = `expires > $1 AND expires <= $2`

func (s *Store) goodArgs(more ...any) []any {
	now := s.now()
	return append([]any{now.Unix(), now.Add(InvitationLife + clockError).Unix()}, more...)
}

// Invitation returns an invitation that is still good, or ErrNotFound.
func (s *Store) Invitation(ctx context.Context, hash [32]byte) (Invitation, error) {
	return engine.One(s.read(ctx), func(row engine.Scanner) (i Invitation, err error) {
		var expires int64
		err = row.Scan(&i.HandlerID, &expires, &i.TOTPSecret)
		i.Hash, i.Expires = hash, time.Unix(expires, 0).UTC()
		return i, err
	}, `SELECT handler_id, expires, totp_secret FROM invitations WHERE `+good+` AND token_hash = $3`, s.goodArgs(hash[:])...)
}

// Invited returns the ids of the handlers whose links are still good, with the
// time they end.
func (s *Store) Invited(ctx context.Context) (map[string]time.Time, error) {
	type row struct {
		id      string
		expires int64
	}
	rows, err := engine.List(s.read(ctx), func(r engine.Scanner) (v row, err error) {
		err = r.Scan(&v.id, &v.expires)
		return v, err
	}, `SELECT handler_id, expires FROM invitations WHERE `+good, s.goodArgs()...)
	until := map[string]time.Time{}
	for _, r := range rows {
		until[r.id] = time.Unix(r.expires, 0).UTC()
	}
	return until, err
}

// Enrolment is what a person chose with an invitation.
type Enrolment struct {
	Invitation  [32]byte    // its hash
	Handler     Handler     // the first administrator whole; of others ID and the new Recipient, "" as it was
	Language    string      // of the page. Mail is in it, unless they enrolled before; "" as it was
	Credentials Credentials // HandlerID is the handler's whatever it says
	TOTPStep    int64       // of the code that proved the secret
}

// ErrAdministrated: the first administrator is there already.
var ErrAdministrated = errors.New("store: there is an administrator already")

// Enrol ends an invitation and stores what was chosen, all of it or nothing.
// Every session, and every passkey, from before ends. ErrNotFound: the
// invitation is not good any more. ErrExists: the address is taken.
func (s *Store) Enrol(ctx context.Context, e Enrolment) error {
	err := s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		n, err := t.Exec(`DELETE FROM invitations WHERE `+good+` AND token_hash = $3`, s.goodArgs(e.Invitation[:])...)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		detail, err := s.enrolHandler(t, e)
		if err != nil {
			return err
		}
		for _, table := range []string{"sessions", "passkeys", "tickets"} {
			if _, err := t.Exec(`DELETE FROM `+table+` WHERE handler_id = $1`, e.Handler.ID); err != nil {
				return err
			}
		}
		if err := firstLanguage(t, e.Handler.ID, e.Language); err != nil {
			return err
		}
		e.Credentials.HandlerID = e.Handler.ID
		if err := s.putCredentials(t, e.Credentials); err != nil {
			return err
		}
		t.audit(AuditEntry{By: e.Handler.ID, What: AuditEnrolled, Subject: e.Handler.ID, Detail: detail})
		_, err = t.Exec(`UPDATE credentials SET totp_step = $2 WHERE handler_id = $1`, e.Handler.ID, e.TOTPStep)
		return err
	})
	return s.reorganized(ctx, s.forgotten(ctx, err))
}

// enrolHandler stores the first administrator, or the recipient of somebody who
// was invited. It returns what the audit log says of the key.
func (s *Store) enrolHandler(t tx, e Enrolment) (detail string, err error) {
	if e.Handler.Email != "" {
		var there int
		err := t.Row(administrators, administering(casework.Root)).Scan(&there)
		if err == nil && there > 0 {
			err = ErrAdministrated
		}
		if err != nil {
			return "", err
		}
		return keyDetail(e.Handler.Recipient != ""), s.addHandler(t, &e.Handler)
	}
	if e.Handler.Recipient == "" {
		return "", nil
	}
	var same int
	err = t.Row(`SELECT count(*) FROM handlers WHERE id = $1 AND recipient = $2`, e.Handler.ID, e.Handler.Recipient).Scan(&same)
	if err != nil {
		return "", err
	}
	// Who comes with another recipient opens nothing that was sealed to the earlier one.
	n, err := t.Exec(`UPDATE handlers SET key_version = key_version + CASE WHEN recipient IN ('', $2) THEN 0 ELSE 1 END,
			needs_keys = CASE recipient WHEN $2 THEN needs_keys ELSE 1 END, recipient = $2 WHERE id = $1 AND disabled = 0`, e.Handler.ID, e.Handler.Recipient)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err == nil {
		err = notifyKeyHolders(t, e.Handler.ID)
	}
	return keyDetail(same == 0), err
}

// firstLanguage sets the language of mail to somebody who enrols for the first time.
// Later it is theirs to choose.
func firstLanguage(t tx, id, language string) error {
	if language == "" {
		return nil
	}
	_, err := t.Exec(`UPDATE handlers SET language = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM credentials c WHERE c.handler_id = $1)`, id, language)
	return err
}

func keyDetail(another bool) string {
	if another {
		return "key"
	}
	return ""
}
