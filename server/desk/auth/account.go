package auth

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
)

// GetAccount is a handler's own page.
func (a *Auth) GetAccount(c *fiber.Ctx, s session.Session) error {
	done := map[string]string{
		"sessions": "account.done.sessions", "notify": "account.done.notify", "deputy": "deputy.done", "deputy-ended": "deputy.ended",
	}[c.Query("done")]
	return a.sendAccount(c, s, fiber.StatusOK, view.Account{Done: done})
}

func (a *Auth) sendAccount(c *fiber.Ctx, s session.Session, status int, p view.Account) error {
	all, err := a.store.Sessions(c.UserContext(), s.HandlerID)
	if err != nil {
		return err
	}
	if n := s.Handler.Notify; p.Deputies.Path != "" || len(p.Errors) == 0 { // nothing was typed there
		p.Notify = view.NotifyValues{When: n.When, Hour: strconv.Itoa(n.Hour), Language: cmp.Or(n.Language, a.settings.Languages()[0].Code)}
	}
	if p.Deputies.Path == "" {
		if p.Deputies, err = a.deputies(c, s); err != nil {
			return err
		}
	}
	p.Desk, p.Roles, p.Branches, p.MinPassword, p.Mail = s.Frame(), s.Handler.Roles, s.Handler.Own, minPassword, a.mail
	for _, one := range all {
		p.Sessions = append(p.Sessions, view.SessionRow{
			ID: one.ID, Browser: one.Browser, Began: one.Created.Unix(), Seen: one.Seen.Unix(), This: one.ID == s.ID,
		})
	}
	return a.answers.Send(c, status, "desk-account", p)
}

// PostNotify changes how the handler hears that there is something new.
func (a *Auth) PostNotify(c *fiber.Ctx, s session.Session, fields url.Values) error {
	v := view.NotifyValues{When: fields.Get("notify"), Hour: fields.Get("notify_hour"), Language: fields.Get("notify_language")}
	n := store.Notify{When: v.When, Hour: s.Handler.Notify.Hour, Language: v.Language}
	var wrong []view.FieldError
	if !slices.Contains(store.NotifyTimes, v.When) {
		wrong = append(wrong, view.FieldError{Field: "notify", Key: "account.notify.missing"})
	}
	if hour, err := strconv.Atoi(v.Hour); err == nil && slices.Contains(v.Hours(), v.Hour) {
		n.Hour = hour
	} else if v.When == store.NotifyDaily {
		wrong = append(wrong, view.FieldError{Field: "notify_hour", Key: "account.notify-hour.wrong"})
	}
	if !i18n.Known(v.Language) {
		wrong = append(wrong, view.FieldError{Field: "notify_language", Key: "account.notify-language.wrong"})
	}
	if len(wrong) > 0 {
		return a.sendAccount(c, s, fiber.StatusUnprocessableEntity, view.Account{Notify: v, Errors: wrong})
	}
	if err := a.store.SetNotify(c.UserContext(), s.HandlerID, n); err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/account?done=notify", fiber.StatusSeeOther)
}

// PostSessions ends one session of the handler, all others, or all.
func (a *Auth) PostSessions(c *fiber.Ctx, s session.Session, fields url.Values) error {
	which := fields.Get("end")
	err := a.store.EndSessions(c.UserContext(), s.HandlerID, func(one store.Session) bool {
		return which == "all" || which == "others" && one.ID != s.ID || which == one.ID
	})
	if err != nil {
		return err
	}
	to := "account?done=sessions"
	if which == "all" || which == s.ID {
		a.sessions.DropToken(c)
		to = "sign-in?reason=signed-out"
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/"+to, fiber.StatusSeeOther)
}

// PostPassword replaces the password, and with it what wraps the identity.
func (a *Auth) PostPassword(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Salt     []byte `json:"salt"`
		Auth     []byte `json:"auth"`
		Identity []byte `json:"identity"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	credentials, err := a.store.Credentials(c.UserContext(), s.HandlerID)
	if err != nil {
		return err
	}
	if len(r.Salt) != crypto.PasswordSaltSize || len(r.Auth) != crypto.AuthSize || (len(r.Identity) == 0) != (len(credentials.Identity) == 0) {
		return respond.ErrMalformed
	}
	if len(r.Identity) > 0 && crypto.CheckWrapped(r.Identity) != nil {
		return respond.ErrMalformed
	}
	hash := crypto.HashAuth(r.Auth)
	err = a.store.ChangePassword(c.UserContext(), store.Credentials{HandlerID: s.HandlerID, Salt: r.Salt, AuthHash: hash[:], Identity: r.Identity}, s.Hash)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct{}{})
}

// PostTOTPBegin offers a new secret for one-time codes.
func (a *Auth) PostTOTPBegin(c *fiber.Ctx, s session.Session) error {
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	secret := session.NewTOTP()
	offer, err := a.offerTOTP(secret, s.Handler.Email)
	if err != nil {
		return err
	}
	ticket, err := a.begin(c.UserContext(), forTOTP, s.HandlerID, secret)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Ticket string `json:"ticket"`
		totpOffer
	}{ticket, offer})
}

// PostTOTP takes the new secret once a code shows that it has arrived.
func (a *Auth) PostTOTP(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Ticket string `json:"ticket"`
		Code   string `json:"code"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	var secret string
	k, err := a.try(ctx, r.Ticket, forTOTP, &secret)
	if err != nil {
		return err
	}
	if k.HandlerID != s.HandlerID {
		return &respond.Failure{Code: respond.Expired}
	}
	step, err := totpStep(secret, r.Code, a.now())
	if err != nil {
		return err
	}
	if err := a.end(ctx, k); err != nil {
		return err
	}
	if err := a.store.SetTOTP(ctx, s.HandlerID, secret, step); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct{}{})
}

// PostNewPasskeyBegin asks the browser to make a passkey.
func (a *Auth) PostNewPasskeyBegin(c *fiber.Ctx, s session.Session) error {
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	options, data, err := a.makePasskey(c.UserContext(), s.HandlerID)
	if err != nil {
		return err
	}
	ticket, err := a.begin(c.UserContext(), forMaking, s.HandlerID, data)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, begun{ticket, options})
}

// passkeyName is the longest name of a passkey, characters.
const passkeyName = 60

// PostNewPasskey stores a passkey, and what it unlocks.
func (a *Auth) PostNewPasskey(c *fiber.Ctx, s session.Session) error {
	var r struct {
		answered
		Name     string `json:"name"`
		Identity []byte `json:"identity"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	name := strings.TrimSpace(r.Name)
	if name == "" || utf8.RuneCountInString(name) > passkeyName || len(r.Identity) > 0 && crypto.CheckWrapped(r.Identity) != nil {
		return respond.ErrMalformed
	}
	ctx := c.UserContext()
	var data *webauthn.SessionData
	k, err := a.try(ctx, r.Ticket, forMaking, &data)
	if err != nil {
		return err
	}
	if k.HandlerID != s.HandlerID || data == nil {
		return &respond.Failure{Code: respond.Expired}
	}
	p, err := a.madePasskey(ctx, *data, r.Passkey)
	if err != nil {
		return err
	}
	p.Name, p.Identity = name, r.Identity
	if err := a.end(ctx, k); err != nil {
		return err
	}
	if err := a.store.AddPasskey(ctx, p); err != nil {
		return err
	}
	return a.sendPasskeys(c, s)
}

// PostRemovePasskey removes a passkey.
func (a *Auth) PostRemovePasskey(c *fiber.Ctx, s session.Session) error {
	var r struct {
		ID string `json:"id"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	id, err := base64.RawURLEncoding.DecodeString(r.ID)
	if err != nil {
		return respond.ErrMalformed
	}
	if err := a.store.RemovePasskey(c.UserContext(), s.HandlerID, id); err != nil {
		return err
	}
	return a.sendPasskeys(c, s)
}

func (a *Auth) sendPasskeys(c *fiber.Ctx, s session.Session) error {
	lines, err := a.passkeyLines(c.UserContext(), s.HandlerID)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, map[string][]passkeyLine{"passkeys": lines})
}
