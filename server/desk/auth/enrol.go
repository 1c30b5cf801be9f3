package auth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// minPassword is the length of a password at least, characters. The server never
// sees one: the browser checks.
const minPassword = 12

// GetEnrol is the page that an invitation, or the setup link, leads to. The token
// stands behind the # of the link, so the page is the same for everybody.
func (a *Auth) GetEnrol(c *fiber.Ctx) error {
	return a.answers.Send(c, fiber.StatusOK, "desk-enrol", view.Enrol{MinPassword: minPassword})
}

// What becomes of the identity at an enrolment.
const (
	keyMake    = "make"
	keyOffline = "offline"
	keyAgain   = "again"
	keyNone    = "none"
)

// invited is an invitation with the person it is for.
type invited struct {
	store.Invitation
	handler store.Handler // of the first administrator only the role
	key     string        // one of key…
}

func (a *Auth) invitation(ctx context.Context, token string) (i invited, err error) {
	i.Invitation, err = a.store.Invitation(ctx, crypto.HashToken(token))
	if err != nil {
		return i, err
	}
	if i.HandlerID == "" {
		there, err := a.store.Administrated(ctx)
		if err == nil && there {
			err = store.ErrNotFound
		}
		i.handler, i.key = store.Handler{Roles: []string{store.RoleAdmin}}, keyMake
		return i, err
	}
	if i.handler, err = a.store.Handler(ctx, i.HandlerID); err != nil {
		return i, err
	}
	before, err := a.store.Credentials(ctx, i.HandlerID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return i, err
	}
	switch {
	case !i.handler.Has(store.RoleHandler):
		i.key = keyNone
	case i.handler.Recipient == "":
		i.key = keyMake
	case len(before.Identity) > 0:
		i.key = keyAgain
	default:
		i.key = keyOffline
	}
	return i, nil
}

// PostEnrolLook tells what an invitation is for.
func (a *Auth) PostEnrolLook(c *fiber.Ctx) error {
	var r struct {
		Token string `json:"token"`
		Lang  string `json:"lang"` // of the page
	}
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	i, err := a.invitation(c.UserContext(), r.Token)
	if err != nil {
		return err
	}
	offer, err := a.offerTOTP(i.TOTPSecret, i.handler.Email)
	if err != nil {
		return err
	}
	kind := "enrol"
	if i.HandlerID == "" {
		kind = "setup"
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Kind      string   `json:"kind"`
		Name      string   `json:"name"`
		Email     string   `json:"email"`
		Work      []string `json:"work"` // roles and branches, in words
		Key       string   `json:"key"`
		Recipient string   `json:"recipient"`
		totpOffer
	}{kind, i.handler.Name, i.handler.Email, a.workOf(r.Lang, i.handler), i.key, i.handler.Recipient, offer})
}

// enrolment is what a person chose.
type enrolment struct {
	Token     string           `json:"token"`
	Name      string           `json:"name"`
	Email     string           `json:"email"`
	Queues    []casework.Queue `json:"queues"`
	Salt      []byte           `json:"salt"`
	Auth      []byte           `json:"auth"`
	Recipient string           `json:"recipient"`
	Identity  []byte           `json:"identity"`
	Code      string           `json:"code"`
	Lang      string           `json:"lang"` // of the page; "" not said
}

// PostEnrol ends an invitation: the person can sign in from now on, and is.
func (a *Auth) PostEnrol(c *fiber.Ctx) error {
	var r enrolment
	if err := a.readVisit(c, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	i, err := a.invitation(ctx, r.Token)
	if err != nil {
		return err
	}
	e, err := r.check(i)
	if err != nil {
		return err
	}
	giveBack, err := a.count(guard.Bucket{Name: "enrol\x00" + r.Token, Rate: guessRate})
	if err != nil {
		return err
	}
	if e.TOTPStep, err = totpStep(i.TOTPSecret, r.Code, a.now()); err != nil {
		return err
	}
	giveBack()
	err = a.store.Enrol(ctx, e)
	if errors.Is(err, store.ErrAdministrated) {
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrExists) {
		err = &respond.Failure{Code: respond.Exists}
	}
	if err != nil {
		return err
	}
	return a.signIn(c, e.Handler.ID)
}

// takeable reports whether the first administrator can read these queues: built-in
// ones, each once.
func takeable(queues []casework.Queue) bool {
	for i, q := range queues {
		if !slices.Contains(casework.Queues, q) || slices.Contains(queues[:i], q) {
			return false
		}
	}
	return true
}

// workOf says in a language what somebody does: roles, and the branches whose cases
// they read.
func (a *Auth) workOf(lang string, h store.Handler) []string {
	work := []string{}
	texts, o := a.texts.Texts(lang), a.settings.Organization()
	for _, role := range h.Roles {
		work = append(work, view.RoleName(texts, o, role))
	}
	for _, b := range h.Branches {
		work = append(work, view.BranchName(texts, o, b))
	}
	return work
}

// check returns what is to be stored, or ErrMalformed for what our script never
// sends.
func (r enrolment) check(i invited) (e store.Enrolment, err error) {
	hash := crypto.HashAuth(r.Auth)
	e = store.Enrolment{Invitation: i.Hash, Handler: store.Handler{ID: i.HandlerID}, Language: r.Lang,
		Credentials: store.Credentials{Salt: r.Salt, AuthHash: hash[:], TOTPSecret: i.TOTPSecret}}
	if len(r.Salt) != crypto.PasswordSaltSize || len(r.Auth) != crypto.AuthSize || r.Lang != "" && !i18n.Known(r.Lang) {
		return e, respond.ErrMalformed
	}
	key := i.key
	if i.HandlerID == "" {
		e.Handler = store.Handler{ID: crypto.NewID(), Name: strings.TrimSpace(r.Name), Email: strings.TrimSpace(r.Email), Roles: []string{store.RoleAdmin}, Branches: casework.AtRoot(r.Queues...)}
		if len(r.Queues) > 0 {
			e.Handler.Roles = []string{store.RoleHandler, store.RoleAdmin}
		} else {
			key = keyNone
		}
		if !casework.ValidName(e.Handler.Name) || !casework.ValidEmail(e.Handler.Email) || !takeable(r.Queues) {
			return e, respond.ErrMalformed
		}
	} else if r.Name != "" || r.Email != "" || len(r.Queues) > 0 {
		return e, respond.ErrMalformed
	}
	if key == keyNone || key == keyOffline {
		if r.Recipient != "" || len(r.Identity) > 0 {
			return e, respond.ErrMalformed
		}
		return e, nil
	}
	if _, err := crypto.ParseRecipient(r.Recipient); err != nil || crypto.CheckWrapped(r.Identity) != nil {
		return e, respond.ErrMalformed
	}
	e.Handler.Recipient, e.Credentials.Identity = r.Recipient, r.Identity
	return e, nil
}
