// Package desk is the handlers' side: enrolment, sign-in, queues, cases. It shows
// what the server knows; whatever is sealed it hands to the handler's browser as
// it is, and takes back what that browser sealed. No key that opens anything is
// ever here.
package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// Config is what a desk can be told.
type Config struct {
	PublicURL string         // without a slash at the end
	Zone      *time.Location // in which days are counted
	Limited   bool           // rate limits are on
	FileSize  int64          // bytes of one file
	Files     int            // files a message may carry
	Demo      bool           // handlers without a second factor may sign in
}

// Desk serves the handlers' pages and the API of their scripts.
type Desk struct {
	config   Config
	store    *store.Store
	files    *blob.Folder
	uploads  *uploads.Drafts
	forms    guard.Forms
	settings *settings.Settings
	sessions *session.Guard
	answers  *view.Answers
	texts    *i18n.Catalog
	log      *slog.Logger
	now      func() time.Time

	secret   []byte             // of this hotline, for salts of addresses that nobody has
	passkeys *webauthn.WebAuthn // nil: the public address cannot have any
	throttle *guard.Throttle
	visitors *guard.Limiter // of requests before sign-in; nil without limits
}

// Parts are what a desk works with.
type Parts struct {
	Store    *store.Store
	Files    *blob.Folder
	Uploads  *uploads.Drafts
	Forms    guard.Forms
	Settings *settings.Settings
	Sessions *session.Guard
	Answers  *view.Answers
	Texts    *i18n.Catalog
	Log      *slog.Logger
	Now      func() time.Time
}

// secretName is the setting that holds the hotline's secret.
const secretName = "desk-secret"

// The rate of requests before sign-in, of one address and of all that come
// through a proxy or an onion service.
var (
	visitorRate       = guard.Rate{Burst: 60, Every: time.Second}
	sharedVisitorRate = guard.Rate{Burst: 600, Every: 50 * time.Millisecond}
)

// New assembles the desk.
func New(ctx context.Context, config Config, p Parts) (*Desk, error) {
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
	d := &Desk{
		config: config, store: p.Store, files: p.Files, uploads: p.Uploads, forms: p.Forms, settings: p.Settings, sessions: p.Sessions,
		answers: p.Answers, texts: p.Texts, log: p.Log, now: p.Now,
		secret: secret, passkeys: newPasskeys(config.PublicURL), throttle: guard.NewThrottle(p.Now, config.Limited),
	}
	if config.Limited {
		d.visitors = guard.NewLimiter(p.Now, visitorRate, sharedVisitorRate)
	}
	return d, nil
}

// today is the day in the organisation's time zone.
func (d *Desk) today() casework.Day { return casework.DayOf(d.now().In(d.config.Zone)) }

// limits of a message of the desk.
func (d *Desk) limits() view.Limits {
	return view.Limits{Text: textLimit, Field: fieldLimit, Files: d.config.Files, FileSize: d.config.FileSize}
}

// Sizes that need no setting: the same as a reporter's.
const (
	textLimit  = 30_000
	fieldLimit = 1_000
)
