package auth

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/store"
)

// A sign-in with a passkey alone is begun by anybody, so nothing of it is stored before
// a passkey has answered: its ticket carries the challenge, under the hotline's secret.

// challenge is what such a ticket carries.
type challenge struct {
	Expires int64                `json:"expires"` // unix seconds
	Data    webauthn.SessionData `json:"data"`
}

const challengeMAC = "passkey challenge"

// signChallenge makes the ticket of a challenge.
func (a *Auth) signChallenge(data *webauthn.SessionData) (string, error) {
	raw, err := json.Marshal(challenge{a.now().Add(ticketLife).Unix(), *data})
	if err != nil {
		return "", err
	}
	body := base64.RawURLEncoding.EncodeToString(raw)
	return body + "." + base64.RawURLEncoding.EncodeToString(a.mac(challengeMAC, body)), nil
}

// openChallenge reads such a ticket: respond.Expired for one that is too old, or that is
// not ours.
func (a *Auth) openChallenge(ticket string) (data webauthn.SessionData, err error) {
	body, sum, _ := strings.Cut(ticket, ".")
	mac, err := base64.RawURLEncoding.DecodeString(sum)
	if err != nil || !hmac.Equal(mac, a.mac(challengeMAC, body)) {
		return data, &respond.Failure{Code: respond.Expired}
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	var c challenge
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if left := time.Unix(c.Expires, 0).Sub(a.now()); err != nil || left <= 0 || left > ticketLife+time.Minute { // longer: the clock was set back
		return data, &respond.Failure{Code: respond.Expired}
	}
	return c.Data, nil
}

// takeAlone checks a passkey's answer to such a challenge. Each is good once.
func (a *Auth) takeAlone(ctx context.Context, r answered) (store.Passkey, error) {
	data, err := a.openChallenge(r.Ticket)
	if err != nil {
		return store.Passkey{}, err
	}
	p, err := a.checkPasskey(ctx, data, r.Passkey)
	if err != nil {
		return p, err
	}
	// The challenge, not the ticket: base64 can write one ticket in several ways.
	err = a.store.SpendTicket(ctx, store.Ticket{Hash: crypto.HashToken(data.Challenge), Purpose: forPasskey, HandlerID: p.HandlerID}, ticketLife)
	if errors.Is(err, store.ErrConflict) {
		err = &respond.Failure{Code: respond.Expired}
	}
	return p, err
}
