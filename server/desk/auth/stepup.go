package auth

import (
	"crypto/hmac"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/session"
)

// PostStepUpBegin asks one of the handler's passkeys, if there is one.
func (a *Auth) PostStepUpBegin(c *fiber.Ctx, s session.Session) error {
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	ctx := c.UserContext()
	options, data, err := a.ask(ctx, s.HandlerID)
	if err != nil {
		return err
	}
	b := begun{}
	if options != nil {
		b.Passkey = options
	}
	if b.Ticket, err = a.begin(ctx, forStepUp, s.HandlerID, data); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, b)
}

// PostStepUp takes the password, or a passkey, again.
func (a *Auth) PostStepUp(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Auth    []byte          `json:"auth"`
		Ticket  string          `json:"ticket"`
		Passkey json.RawMessage `json:"passkey"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	var identity []byte // that the passkey unlocks
	var err error
	if len(r.Passkey) > 0 {
		identity, err = a.samePasskey(c, s, answered{r.Ticket, r.Passkey})
	} else {
		err = a.samePassword(c, s, r.Auth)
	}
	if err != nil {
		return err
	}
	if err := a.sessions.Confirm(c, s); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, map[string][]byte{"unlocked_by": nonNil(identity)})
}

// samePasskey checks a passkey of the handler's own, and returns the identity
// that is wrapped under it.
func (a *Auth) samePasskey(c *fiber.Ctx, s session.Session, r answered) ([]byte, error) {
	p, err := a.takePasskey(c.UserContext(), r, forStepUp)
	if err == nil && p.HandlerID != s.HandlerID {
		err = errCode
	}
	return p.Identity, err
}

func (a *Auth) samePassword(c *fiber.Ctx, s session.Session, auth []byte) error {
	giveBack, err := a.count(guard.Bucket{Name: "session\x00" + s.ID, Rate: guessRate})
	if err != nil {
		return err
	}
	credentials, err := a.store.Credentials(c.UserContext(), s.HandlerID)
	if err != nil {
		return err
	}
	if sum := crypto.HashAuth(auth); !hmac.Equal(sum[:], credentials.AuthHash) {
		return errWrong
	}
	giveBack()
	return nil
}
