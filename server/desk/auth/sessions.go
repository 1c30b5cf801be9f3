package auth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// sessionView is a session as its browser sees it: SESSION of docs/desk-api.md.
type sessionView struct {
	Handler          handlerView   `json:"handler"`
	Key              []byte        `json:"key"`
	Idle             int           `json:"idle"` // seconds
	Ends             int           `json:"ends"` // seconds
	Salt             []byte        `json:"salt"`
	Identity         []byte        `json:"identity"`
	Passkeys         []passkeyLine `json:"passkeys"`
	PasskeysPossible bool          `json:"passkeys_possible"`
	Confirmed        bool          `json:"confirmed"` // password or passkey was given lately
}

type handlerView struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Email     string            `json:"email"`
	Roles     []string          `json:"roles"`
	Branches  []casework.Branch `json:"branches"`
	Recipient string            `json:"recipient"`
}

func handlerViewOf(h store.Handler) handlerView {
	return handlerView{h.ID, h.Name, h.Email, list(h.Roles), list(h.Branches), h.Recipient}
}

// list is never null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func nonNil(b []byte) []byte { return list(b) }

func (a *Auth) view(ctx context.Context, s session.Session) (v sessionView, err error) {
	credentials, err := a.store.Credentials(ctx, s.HandlerID)
	if err != nil {
		return v, err
	}
	v = sessionView{Handler: handlerViewOf(s.Handler), Key: s.TabKey, Salt: credentials.Salt, Identity: nonNil(credentials.Identity), PasskeysPossible: a.passkeys != nil, Confirmed: s.Confirmed(a.now())}
	v.Idle, v.Ends = a.left(s)
	v.Passkeys, err = a.passkeyLines(ctx, s.HandlerID)
	return v, err
}

// left returns the seconds until a session ends.
func (a *Auth) left(s session.Session) (idle, ends int) {
	atIdle, latest := s.Ends()
	seconds := func(t time.Time) int { return max(0, int(t.Sub(a.now()).Seconds())) }
	return seconds(atIdle), seconds(latest)
}

func (a *Auth) sendSession(c *fiber.Ctx, s session.Session) error {
	v, err := a.view(c.UserContext(), s)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, v)
}

// GetSession answers who is signed in. It does not keep the session alive: a
// tab that nobody looks at asks, too.
func (a *Auth) GetSession(c *fiber.Ctx) error {
	s, err := a.sessions.Current(c)
	if errors.Is(err, store.ErrNotFound) {
		return &respond.Failure{Code: respond.SignedOut}
	}
	if err != nil {
		return err
	}
	return a.sendSession(c, s)
}

// PostSession notes that the handler is at work.
func (a *Auth) PostSession(c *fiber.Ctx, s session.Session) error {
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	idle, ends := a.left(s)
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Idle int `json:"idle"`
		Ends int `json:"ends"`
	}{idle, ends})
}

// PostSignOut ends the session of the request.
func (a *Auth) PostSignOut(c *fiber.Ctx, s session.Session, _ url.Values) error {
	if err := a.sessions.End(c, s); err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/sign-in?reason=signed-out", fiber.StatusSeeOther)
}

// Home leads to where a handler works, by their roles: an administrator first to
// what is not set up yet.
func (a *Auth) Home(c *fiber.Ctx, s session.Session) error {
	chosen, err := a.store.Settings(c.UserContext())
	if err != nil {
		return err
	}
	to := "account"
	switch {
	case s.Handler.Has(store.RoleAdmin) && chosen.Profile == "":
		to = "admin/set-up"
	case s.Handler.Has(store.RoleHandler):
		to = "cases"
	case s.Handler.HasSomewhere(store.RoleAdmin):
		if to, err = a.administrators(c.UserContext(), s.Handler); err != nil {
			return err
		}
	case s.Handler.Has(store.RoleIntake):
		to = "intake"
	case s.Handler.HasSomewhere(store.RoleAuditor):
		to = "audit"
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/"+to, fiber.StatusSeeOther)
}

// administrators is where an administrator works: at what is missing while nobody
// reads a queue that reports are sent to, else with the people.
func (a *Auth) administrators(ctx context.Context, h store.Handler) (string, error) {
	active, err := a.store.ActiveHandlers(ctx)
	members := store.Members(active)
	for _, q := range casework.Routed {
		if h.Has(store.RoleAdmin) && len(members[casework.BranchOf(q, casework.Root)]) == 0 {
			return "admin/set-up", err
		}
	}
	return "admin/people", err
}

// emailKey is what makes two addresses the same.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
