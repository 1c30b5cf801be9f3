package store

import (
	"context"
	"time"
)

// Ticket is a sign-in, or the making of a passkey or of codes, that has begun and
// not ended.
type Ticket struct {
	Hash      [32]byte // SHA-256 of what the browser holds
	Purpose   string
	HandlerID string // "" not known yet
	Data      []byte // of whoever made it
}

// maxTickets bounds, for each purpose, what floods can leave behind: who begins
// a sign-in with a passkey again and again keeps nobody out who has a password.
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

// TryTicket returns a ticket for one more try, and ErrNotFound when it has
// expired or was tried tries times.
func (s *Store) TryTicket(ctx context.Context, hash [32]byte, purpose string, tries int) (k Ticket, err error) {
	err = s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE tickets SET tries = tries + 1 WHERE token_hash = $1 AND purpose = $2 AND expires > $3 AND tries < $4`,
			hash[:], purpose, s.now().Unix(), tries)
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
