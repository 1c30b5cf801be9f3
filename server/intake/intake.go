// Package intake is the reporter's side: report, receipt, follow-up and exit.
// It has no cookie, no session and no account; what a reporter touches holds no
// key but the reporter's own. What it opens or seals it keeps in memory for as
// long as one request takes.
package intake

import (
	"log/slog"
	"time"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// Config is what an organisation can set.
type Config struct {
	Files    int            // files a message may carry
	FileSize int64          // bytes of one file
	Zone     *time.Location // in which days are counted
	Limited  bool           // rate limits and minimum fill time are on
}

// Sizes that need no setting.
const (
	textLimit  = 30_000  // characters of a report or message
	fieldLimit = 1_000   // characters of any other field
	fieldsSize = 1 << 20 // bytes of all fields of a form together
)

// Rates of what costs the server work. Everybody behind a reverse proxy or an
// onion service shares one address, hence the second, wider rate of each.
var (
	reportRate       = guard.Rate{Burst: 20, Every: 6 * time.Second}
	sharedReportRate = guard.Rate{Burst: 200, Every: 300 * time.Millisecond}
	lookupRate       = guard.Rate{Burst: 60, Every: 2 * time.Second}
	sharedLookupRate = guard.Rate{Burst: 600, Every: 100 * time.Millisecond}
)

// cleanAtOnce is how many files are cleaned at the same time: each may hold some
// parts of a document in memory.
const cleanAtOnce = 4

// lockWait is how long a repeated form waits for the first one to finish.
const lockWait = 2 * time.Minute

// Intake serves the reporter's pages.
type Intake struct {
	config   Config
	store    *store.Store
	files    *blob.Folder
	settings *settings.Settings
	answers  *view.Answers
	texts    *i18n.Catalog
	log      *slog.Logger
	now      func() time.Time

	keys       *dailyKeys
	forms      guard.Forms
	reports    *guard.Limiter // nil without limits
	lookups    *guard.Limiter
	nonces     guard.Locks[crypto.Nonce]
	recipients recipientCache
	cleaning   chan struct{}
	large      *largeBodies
	offers     *offers
	uploads    *uploads.Drafts
}

// Parts are what the reporter's side works with.
type Parts struct {
	Store    *store.Store
	Files    *blob.Folder
	Uploads  *uploads.Drafts
	Settings *settings.Settings
	Answers  *view.Answers
	Texts    *i18n.Catalog
	Log      *slog.Logger
	Now      func() time.Time
}

// Forms are the form tokens, for the desk to take files under them as well.
func (in *Intake) Forms() guard.Forms { return in.forms }

// New assembles the reporter's side.
func New(config Config, p Parts) *Intake {
	st, now := p.Store, p.Now
	in := &Intake{config: config, store: st, files: p.Files, uploads: p.Uploads, settings: p.Settings, answers: p.Answers, texts: p.Texts, log: p.Log, now: now}
	in.keys = &dailyKeys{store: st}
	in.cleaning = make(chan struct{}, cleanAtOnce)
	in.large = newLargeBodies(now)
	in.offers = &offers{store: st, now: now}
	in.forms = guard.Forms{Now: now, Key: in.keys.key}
	if config.Limited {
		in.reports = guard.NewLimiter(now, reportRate, sharedReportRate)
		in.lookups = guard.NewLimiter(now, lookupRate, sharedLookupRate)
	}
	return in
}

// today is the day in the organisation's time zone.
func (in *Intake) today() casework.Day { return casework.DayOf(in.now().In(in.config.Zone)) }

// Limits are those of a report, for those who enter one on behalf of others.
func (in *Intake) Limits() caseview.Limits { return in.limits() }

func (in *Intake) limits() caseview.Limits {
	return caseview.Limits{Text: textLimit, Field: fieldLimit, Files: in.config.Files, FileSize: in.config.FileSize}
}

// bodyLimit is the largest body a form may have: every field and every file.
func (in *Intake) bodyLimit() int64 {
	return fieldsSize + int64(in.config.Files)*(in.config.FileSize+4096)
}
