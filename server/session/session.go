// Package session knows who is signed in. Its guards stand in front of every
// route of the desk and of the administration.
package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// Session is a request's Session, its handler, and what pages need of both.
type Session struct {
	store.Session
	Handler store.Handler
	Offline bool // enrolled, and the identity is elsewhere

	unreached bool // of those whom an administrator manages, some are not reached by mail
}

// FormToken returns the token that every form of this Session carries. It does
// not change with the cookie, so that pages that are open stay good.
func (s Session) FormToken() string {
	mac := hmac.New(sha256.New, s.TabKey)
	mac.Write([]byte("hotline/1 form"))
	return hex.EncodeToString(mac.Sum(nil))
}

// Confirmed reports whether password or passkey was given lately.
func (s Session) Confirmed(now time.Time) bool {
	age := now.Sub(s.Session.Confirmed)
	return age < stepUpLife && age > -time.Minute
}

// Frame is what every page shows around its content.
func (s Session) Frame() view.Desk {
	h := s.Handler
	return view.Desk{
		Handler: view.DeskHandler{ID: h.ID, Name: h.Name, Email: h.Email, Handles: h.Has(store.RoleHandler), Intake: h.Has(store.RoleIntake), Offline: s.Offline,
			Admin: h.HasSomewhere(store.RoleAdmin), Everything: h.Has(store.RoleAdmin), Auditor: h.HasSomewhere(store.RoleAuditor)},
		Token: s.FormToken(), Unreached: s.unreached,
	}
}

// Guard lets through who is signed in. It is safe for concurrent use.
type Guard struct {
	store   *store.Store
	answers *view.Answers
	public  string // URL
	now     func() time.Time
	today   func() casework.Day
}

// Parts are what a guard works with.
type Parts struct {
	PublicURL string
	Store     *store.Store
	Answers   *view.Answers
	Now       func() time.Time
	Today     func() casework.Day // in the organisation's time zone
}

// NewGuard assembles a guard.
func NewGuard(p Parts) *Guard {
	return &Guard{store: p.Store, answers: p.Answers, public: p.PublicURL, now: p.Now, today: p.Today}
}

// stepUpLife is how long a password or passkey stays good for what cannot be
// undone.
const stepUpLife = 5 * time.Minute

// seenEvery is how exactly the last request of a session is kept.
const seenEvery = time.Minute

// Start begins a session in the place of the request's own, and gives the browser
// its token.
func (g *Guard) Start(c *fiber.Ctx, handlerID string) (Session, error) {
	ctx := c.UserContext()
	if token := g.token(c); token != "" {
		if old, h, err := g.store.Session(ctx, crypto.HashToken(token)); err == nil {
			err = g.store.EndSessions(ctx, h.ID, func(s store.Session) bool { return s.ID == old.ID })
			if err != nil {
				return Session{}, err
			}
		}
	}
	token := crypto.NewToken()
	hash := crypto.HashToken(token)
	tabKey := make([]byte, 32)
	rand.Read(tabKey)
	n := store.Session{Hash: hash, ID: crypto.NewID(), HandlerID: handlerID, TabKey: tabKey, Browser: browserOf(c.Get(fiber.HeaderUserAgent))}
	if err := g.store.StartSession(ctx, n, g.today()); err != nil {
		return Session{}, err
	}
	g.keepToken(c, token)
	return g.load(c, hash)
}

// Current returns the request's Session; store.ErrNotFound: it has none, or it
// has ended.
func (g *Guard) Current(c *fiber.Ctx) (Session, error) {
	token := g.token(c)
	if token == "" {
		return Session{}, store.ErrNotFound
	}
	return g.load(c, crypto.HashToken(token))
}

func (g *Guard) load(c *fiber.Ctx, hash store.SessionHash) (s Session, err error) {
	s.Session, s.Handler, err = g.store.Session(c.UserContext(), hash)
	if err != nil {
		return s, err
	}
	credentials, err := g.store.Credentials(c.UserContext(), s.HandlerID)
	s.Offline = len(credentials.Identity) == 0 && s.Handler.Has(store.RoleHandler)
	return s, err
}

// atWork is Current for a request that says that the handler is there.
func (g *Guard) atWork(c *fiber.Ctx) (Session, error) {
	s, err := g.Current(c)
	if err == nil && g.now().Sub(s.Seen) >= seenEvery {
		if err = g.store.TouchSession(c.UserContext(), s.Hash); err == nil {
			s.Seen = g.now()
		}
	}
	return s, err
}

// A Handler serves requests of somebody who is signed in.
type Handler func(c *fiber.Ctx, s Session) error

// A FormHandler serves the forms of pages.
type FormHandler func(c *fiber.Ctx, s Session, fields url.Values) error

// Page serves a page to those who are signed in, and leads others to sign in.
func (g *Guard) Page(serve Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		s, err := g.atWork(c)
		if errors.Is(err, store.ErrNotFound) {
			return g.toSignIn(c, c.OriginalURL())
		}
		if err != nil {
			return err
		}
		return serve(c, s)
	}
}

// PageFor is Page for those with a role. For others there is nothing.
func (g *Guard) PageFor(role string, serve Handler) fiber.Handler {
	return g.pageIf(func(h store.Handler) bool { return h.Has(role) }, serve)
}

// PageSomewhere is PageFor for those, too, who have the role for an entity alone. What
// they may see there is for the page to tell.
func (g *Guard) PageSomewhere(role string, serve Handler) fiber.Handler {
	return g.pageIf(func(h store.Handler) bool { return h.HasSomewhere(role) }, serve)
}

func (g *Guard) pageIf(may func(store.Handler) bool, serve Handler) fiber.Handler {
	return g.Page(func(c *fiber.Ctx, s Session) error {
		if !may(s.Handler) {
			return store.ErrNotFound
		}
		if err := g.look(c, &s); err != nil {
			return err
		}
		return serve(c, s)
	})
}

// look notes for an administrator whether mail to those whom they manage fails.
func (g *Guard) look(c *fiber.Ctx, s *Session) error {
	if !s.Handler.HasSomewhere(store.RoleAdmin) {
		return nil
	}
	unreached, err := g.store.Unreached(c.UserContext(), s.Handler)
	s.unreached = len(unreached) > 0
	return err
}

// Form serves a form of a page. One that was open when the session ended leads
// to the sign-in; one of another session, or of another site, is refused.
func (g *Guard) Form(serve FormHandler) fiber.Handler { return g.form(formLimit, serve) }

func (g *Guard) form(limit int64, serve FormHandler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		fields, err := respond.ReadForm(c, limit)
		if err != nil {
			return err
		}
		s, err := g.atWork(c)
		if errors.Is(err, store.ErrNotFound) {
			return g.toSignIn(c, "")
		}
		if err != nil {
			return err
		}
		if !hmac.Equal([]byte(fields.Get("token")), []byte(s.FormToken())) {
			return fiber.ErrForbidden
		}
		return serve(c, s, fields)
	}
}

// FormFor is Form for those with a role.
func (g *Guard) FormFor(role string, serve FormHandler) fiber.Handler {
	return g.formIf(func(h store.Handler) bool { return h.Has(role) }, serve)
}

// TextFormSomewhere is FormFor for those, too, who have the role for an entity alone,
// and for a form with a long text.
func (g *Guard) TextFormSomewhere(role string, serve FormHandler) fiber.Handler {
	return g.form(textFormLimit, g.only(func(h store.Handler) bool { return h.HasSomewhere(role) }, serve))
}

func (g *Guard) formIf(may func(store.Handler) bool, serve FormHandler) fiber.Handler {
	return g.Form(g.only(may, serve))
}

// only has a form served for some handlers. For others there is nothing.
func (g *Guard) only(may func(store.Handler) bool, serve FormHandler) FormHandler {
	return func(c *fiber.Ctx, s Session, fields url.Values) error {
		if !may(s.Handler) {
			return store.ErrNotFound
		}
		if err := g.look(c, &s); err != nil {
			return err
		}
		return serve(c, s, fields)
	}
}

// FormSomewhere is FormFor for those, too, who have the role for an entity alone. What
// they may do there is for the form to tell.
func (g *Guard) FormSomewhere(role string, serve FormHandler) fiber.Handler {
	return g.formIf(func(h store.Handler) bool { return h.HasSomewhere(role) }, serve)
}

// ConfirmedFormFor is FormFor for what cannot be undone: it asks for the password
// or a passkey first, and then takes the same form again.
func (g *Guard) ConfirmedFormFor(role string, serve FormHandler) fiber.Handler {
	return g.FormFor(role, g.confirmed(serve))
}

// ConfirmedFormSomewhere is ConfirmedFormFor for those, too, who have the role for an
// entity alone. What they may do there is for the form to tell.
func (g *Guard) ConfirmedFormSomewhere(role string, serve FormHandler) fiber.Handler {
	return g.FormSomewhere(role, g.confirmed(serve))
}

func (g *Guard) confirmed(serve FormHandler) FormHandler {
	return func(c *fiber.Ctx, s Session, fields url.Values) error {
		if s.Confirmed(g.now()) {
			return serve(c, s, fields)
		}
		p := view.StepUp{Desk: s.Frame(), Action: c.Path()}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			for _, value := range fields[name] {
				if name != "token" {
					p.Fields = append(p.Fields, view.Field{Label: name, Value: value})
				}
			}
		}
		return g.answers.Send(c, fiber.StatusForbidden, "desk-step-up", p)
	}
}

// The largest forms of a page, bytes. One with a long text holds several times of what
// is taken, so that whoever pastes too much is told so and keeps it.
const (
	formLimit     = 64 << 10
	textFormLimit = 1 << 20
)

// API serves a script of somebody who is signed in, and still is when the whole
// of the request has come.
func (g *Guard) API(serve Handler) fiber.Handler { return g.api(g.atWork, serve) }

// api is API for whom one of Current and atWork finds.
func (g *Guard) api(find func(*fiber.Ctx) (Session, error), serve Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		s, err := find(c)
		if err == nil && c.Method() == fiber.MethodPost {
			if err := respond.HoldBody(c, apiLimit); err != nil {
				return err
			}
			s, err = g.Current(c)
		}
		if errors.Is(err, store.ErrNotFound) {
			return &respond.Failure{Code: respond.SignedOut}
		}
		if err != nil {
			return err
		}
		return serve(c, s)
	}
}

// apiLimit is the largest request of a script, bytes: one with a message.
const apiLimit = 1 << 20

// APIFor is API for those with a role.
func (g *Guard) APIFor(role string, serve Handler) fiber.Handler { return g.API(having(role, serve)) }

// having serves those with a role.
func having(role string, serve Handler) Handler {
	return func(c *fiber.Ctx, s Session) error {
		if !s.Handler.Has(role) {
			return &respond.Failure{Code: respond.Refused}
		}
		return serve(c, s)
	}
}

// AloneAPIFor is APIFor for what a page asks by itself, whether or not somebody looks
// at it: that does not keep the session alive.
func (g *Guard) AloneAPIFor(role string, serve Handler) fiber.Handler {
	return g.api(g.Current, having(role, serve))
}

// ConfirmedAPI is API for what asks for the password or a passkey again.
func (g *Guard) ConfirmedAPI(serve Handler) fiber.Handler {
	return g.API(func(c *fiber.Ctx, s Session) error {
		if !s.Confirmed(g.now()) {
			return &respond.Failure{Code: respond.StepUpFor}
		}
		return serve(c, s)
	})
}

// ConfirmedAPIFor is ConfirmedAPI for those with a role.
func (g *Guard) ConfirmedAPIFor(role string, serve Handler) fiber.Handler {
	return g.APIFor(role, func(c *fiber.Ctx, s Session) error {
		if !s.Confirmed(g.now()) {
			return &respond.Failure{Code: respond.StepUpFor}
		}
		return serve(c, s)
	})
}

// Confirm notes that password or passkey was given again, and gives the session
// another cookie.
func (g *Guard) Confirm(c *fiber.Ctx, s Session) error {
	token := crypto.NewToken()
	err := g.store.ConfirmSession(c.UserContext(), s.Hash, crypto.HashToken(token))
	if errors.Is(err, store.ErrNotFound) {
		return &respond.Failure{Code: respond.SignedOut}
	}
	if err == nil {
		g.keepToken(c, token)
	}
	return err
}

// End ends the session, and takes its cookie away.
func (g *Guard) End(c *fiber.Ctx, s Session) error {
	g.DropToken(c)
	return g.store.EndSessions(c.UserContext(), s.HandlerID, func(other store.Session) bool { return other.ID == s.ID })
}

// toSignIn leads to the sign-in, and from there on to where the request wanted.
func (g *Guard) toSignIn(c *fiber.Ctx, wanted string) error {
	lang := respond.Lang(c.Context())
	to := "/" + lang + "/desk/sign-in"
	if below, ok := strings.CutPrefix(wanted, "/"+lang+"/desk"); ok && strings.Trim(below, "/") != "" {
		to += "?next=" + url.QueryEscape(below)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// browserOf says by which family of browsers a session was begun, so that a
// handler knows it again.
func browserOf(agent string) string {
	for _, b := range []struct{ mark, name string }{
		{"Edg", "edge"}, {"Firefox/", "firefox"}, {"Chrome/", "chrome"}, {"Safari/", "safari"},
	} {
		if strings.Contains(agent, b.mark) {
			return b.name
		}
	}
	return "other"
}
