// Package auth is how people come to the desk: invitations, sign-in with two
// factors, step-up, sessions and their own accounts. It sees no password, only what
// the browser stretched it into, and no key that is not wrapped.
package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/store"
)

// Auth serves the pages before the desk and a person's own account, and the API of
// their scripts.
type Auth struct {
	demo     bool
	mail     bool // handlers are told by mail what is new
	store    *store.Store
	settings *settings.Settings
	texts    *i18n.Catalog
	sessions *session.Guard
	answers  *view.Answers
	now      func() time.Time

	secret   []byte             // of this hotline, for salts of addresses that nobody has
	passkeys *webauthn.WebAuthn // nil: the public address cannot have any
	throttle *guard.Throttle
	visitors *guard.Limiter // of requests before sign-in; nil without limits
}

// Parts are what signing in works with.
type Parts struct {
	PublicURL string // without a slash at the end
	Limited   bool   // rate limits are on
	Demo      bool   // handlers without a second factor may sign in
	Mail      bool   // handlers are told by mail what is new
	Store     *store.Store
	Settings  *settings.Settings
	Texts     *i18n.Catalog
	Sessions  *session.Guard
	Answers   *view.Answers
	Now       func() time.Time
}

// secretName is the setting that holds the hotline's secret.
const secretName = "desk-secret"

// The rate of requests before sign-in, of one address and of all that come
// through a proxy or an onion service.
var (
	visitorRate       = guard.Rate{Burst: 60, Every: time.Second}
	sharedVisitorRate = guard.Rate{Burst: 600, Every: 50 * time.Millisecond}
)

// New assembles it.
func New(ctx context.Context, p Parts) (*Auth, error) {
	var random [32]byte
	rand.Read(random[:])
	text, err := p.Store.OnceSetting(ctx, secretName, base64.StdEncoding.EncodeToString(random[:]))
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	a := &Auth{
		demo: p.Demo, mail: p.Mail, store: p.Store, settings: p.Settings, texts: p.Texts, sessions: p.Sessions, answers: p.Answers, now: p.Now,
		secret: secret, passkeys: newPasskeys(p.PublicURL), throttle: guard.NewThrottle(p.Now, p.Limited),
	}
	if p.Limited {
		a.visitors = guard.NewLimiter(p.Now, visitorRate, sharedVisitorRate)
	}
	return a, nil
}
