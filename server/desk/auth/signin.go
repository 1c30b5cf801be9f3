package auth

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
)

// Times and tries of a sign-in.
const (
	ticketLife  = 5 * time.Minute // of a sign-in that has begun
	ticketTries = 5
)

// The purposes of tickets.
const (
	forSecond  = "second-factor"
	forPasskey = "passkey-spent" // of those that are not stored
	forStepUp  = "step-up"
	forMaking  = "new-passkey"
	forTOTP    = "new-totp"
)

// GetSignIn is the page before the desk.
func (a *Auth) GetSignIn(c *fiber.Ctx) error {
	p := view.SignIn{Next: c.Query("next")}
	switch c.Query("reason") {
	case "signed-out":
		p.Notice = "sign-in.signed-out"
	case "ended":
		p.Notice = "sign-in.ended"
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-sign-in", p)
}

// PostSalt tells with what a password is to be stretched. An address that nobody
// has gets a salt all the same, and always the same one.
func (a *Auth) PostSalt(c *fiber.Ctx) error {
	var r struct {
		Email string `json:"email"`
	}
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	salt := a.mac("salt", emailKey(r.Email))[:crypto.PasswordSaltSize]
	credentials, err := a.store.CredentialsByEmail(c.UserContext(), r.Email)
	switch {
	case err == nil:
		salt = credentials.Salt
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Salt   []byte `json:"salt"`
		Memory int    `json:"memory"` // KiB
		Passes int    `json:"passes"`
	}{salt, crypto.PasswordMemory, crypto.PasswordPasses})
}

// readVisit reads a request of somebody who is not signed in.
func (a *Auth) readVisit(c *fiber.Ctx, into any) error {
	if err := a.visit(c); err != nil {
		return err
	}
	return respond.ReadJSON(c, respond.SmallBody, into)
}

var errWrong = &respond.Failure{Code: respond.Wrong}

// PostSignIn checks address and password. What comes next is the second factor.
func (a *Auth) PostSignIn(c *fiber.Ctx) error {
	var r struct {
		Email string `json:"email"`
		Auth  []byte `json:"auth"`
	}
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	if len(r.Auth) != crypto.AuthSize {
		return respond.ErrMalformed
	}
	credentials, err := a.store.CredentialsByEmail(c.UserContext(), r.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	giveBack, busy := a.guess(c, "password", emailKey(r.Email), a.deviceOf(c, credentials.HandlerID))
	if busy != nil {
		return busy
	}
	// Of an unknown address there is no hash; comparing with an empty one takes as long.
	sum := crypto.HashAuth(r.Auth)
	var stored [32]byte
	copy(stored[:], credentials.AuthHash)
	if !hmac.Equal(sum[:], stored[:]) || err != nil {
		return errWrong
	}
	giveBack()
	if credentials.TOTPSecret == "" && a.demo {
		return a.signIn(c, credentials.HandlerID)
	}
	return a.askSecond(c, credentials.HandlerID)
}

// second is what the second factor can be.
type second struct {
	Ticket  string   `json:"ticket"`
	Factors []string `json:"factors"`
	Passkey any      `json:"passkey"` // options, or null
}

func (a *Auth) askSecond(c *fiber.Ctx, handlerID string) error {
	ctx := c.UserContext()
	options, data, err := a.ask(ctx, handlerID)
	if err != nil {
		return err
	}
	s := second{Factors: []string{"totp"}}
	if options != nil {
		s.Factors, s.Passkey = append(s.Factors, "passkey"), options
	}
	if s.Ticket, err = a.begin(ctx, forSecond, handlerID, data); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, s)
}

// begin makes a ticket that carries data.
func (a *Auth) begin(ctx context.Context, purpose, handlerID string, data any) (string, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	token := crypto.NewToken()
	return token, a.store.AddTicket(ctx, store.Ticket{Hash: crypto.HashToken(token), Purpose: purpose, HandlerID: handlerID, Data: raw}, ticketLife)
}

// try takes one try of a ticket, and reads what it carries.
func (a *Auth) try(ctx context.Context, token, purpose string, data any) (store.Ticket, error) {
	k, err := a.store.TryTicket(ctx, crypto.HashToken(token), purpose, ticketTries, ticketLife)
	if errors.Is(err, store.ErrNotFound) {
		return k, &respond.Failure{Code: respond.Expired}
	}
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(k.Data, data)
}

// end ends a ticket: whoever comes second with the same one is too late.
func (a *Auth) end(ctx context.Context, k store.Ticket) error {
	err := a.store.EndTicket(ctx, k.Hash)
	if errors.Is(err, store.ErrNotFound) {
		return &respond.Failure{Code: respond.Expired}
	}
	return err
}

// PostSecond checks the second factor, and begins the session.
func (a *Auth) PostSecond(c *fiber.Ctx) error {
	var r struct {
		Ticket  string          `json:"ticket"`
		Code    string          `json:"code"`
		Passkey json.RawMessage `json:"passkey"`
	}
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	var data *webauthn.SessionData
	k, err := a.try(ctx, r.Ticket, forSecond, &data)
	if err != nil {
		return err
	}
	if len(r.Passkey) > 0 && data != nil {
		_, err = a.checkPasskey(ctx, *data, r.Passkey)
	} else {
		err = a.checkCode(c, k.HandlerID, r.Code)
	}
	if err != nil {
		return err
	}
	if err := a.end(ctx, k); err != nil {
		return err
	}
	return a.signIn(c, k.HandlerID)
}

// checkCode takes a one-time code, once. Whoever has the password can begin again
// and again, so tries are counted by handler, not by ticket.
func (a *Auth) checkCode(c *fiber.Ctx, handlerID, code string) error {
	ctx := c.UserContext()
	giveBack, err := a.guess(c, "code", handlerID, a.deviceOf(c, handlerID))
	if err != nil {
		return err
	}
	credentials, err := a.store.Credentials(ctx, handlerID)
	if err != nil {
		return err
	}
	step, err := totpStep(credentials.TOTPSecret, code, a.now())
	if err != nil {
		return err
	}
	err = a.store.UseTOTP(ctx, handlerID, step)
	if errors.Is(err, store.ErrConflict) {
		return errCode
	}
	if err == nil {
		giveBack()
	}
	return err
}

// PostPasskeyBegin begins a sign-in with a passkey alone: it is two factors by
// itself, for it asks who holds it to be verified.
func (a *Auth) PostPasskeyBegin(c *fiber.Ctx) error {
	if err := a.readVisit(c, &struct{}{}); err != nil {
		return err
	}
	ctx := c.UserContext()
	options, data, err := a.ask(ctx, "")
	if err != nil {
		return err
	}
	if options == nil {
		return &respond.Failure{Code: respond.Refused}
	}
	token, err := a.signChallenge(data)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, begun{token, options})
}

// begun is a ticket with what a passkey is asked.
type begun struct {
	Ticket  string `json:"ticket"`
	Passkey any    `json:"passkey"`
}

// PostPasskey ends a sign-in with a passkey alone.
func (a *Auth) PostPasskey(c *fiber.Ctx) error {
	var r answered
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	p, err := a.takeAlone(ctx, r)
	if err != nil {
		return err
	}
	if _, _, err = a.enrolled(ctx, p.HandlerID); err != nil {
		return err
	}
	s, err := a.sessions.Start(c, p.HandlerID)
	if err != nil {
		return err
	}
	a.remember(c, p.HandlerID)
	view, err := a.view(ctx, s)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		sessionView
		UnlockedBy []byte `json:"unlocked_by"`
	}{view, nonNil(p.Identity)})
}

// answered is a ticket with a passkey's answer.
type answered struct {
	Ticket  string          `json:"ticket"`
	Passkey json.RawMessage `json:"passkey"`
}

// takePasskey checks a passkey's answer to what a ticket asked.
func (a *Auth) takePasskey(ctx context.Context, r answered, purpose string) (store.Passkey, error) {
	var data *webauthn.SessionData
	k, err := a.try(ctx, r.Ticket, purpose, &data)
	if err != nil {
		return store.Passkey{}, err
	}
	if data == nil {
		return store.Passkey{}, respond.ErrMalformed
	}
	p, err := a.checkPasskey(ctx, *data, r.Passkey)
	if err != nil {
		return p, err
	}
	return p, a.end(ctx, k)
}

// enrolled returns a handler who may sign in; errWrong for anybody else.
func (a *Auth) enrolled(ctx context.Context, handlerID string) (store.Handler, store.Credentials, error) {
	credentials, err := a.store.Credentials(ctx, handlerID)
	if err == nil {
		var h store.Handler
		if h, err = a.store.Handler(ctx, handlerID); err == nil && h.Active() {
			return h, credentials, nil
		}
	}
	if err == nil || errors.Is(err, store.ErrNotFound) {
		err = errWrong
	}
	return store.Handler{}, credentials, err
}

// signIn begins a session, and answers with it.
func (a *Auth) signIn(c *fiber.Ctx, handlerID string) error {
	s, err := a.sessions.Start(c, handlerID)
	if err != nil {
		return err
	}
	a.remember(c, handlerID)
	return a.sendSession(c, s)
}
