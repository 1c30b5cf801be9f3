// Package intake has the rules of the reporter's side, whichever way a report comes:
// who is admitted, who reads, how long keys are kept, which days a reporter is told.
// There is no cookie, no session and no account.
package intake

import (
	"context"
	"log/slog"
	"time"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// Config is what an organisation can set.
type Config struct {
	Files    int   // files a message may carry
	FileSize int64 // bytes of one file
	Limited  bool  // rate limits and minimum fill time are on
}

// Sizes that need no setting.
const (
	TextLimit  = 30_000 // characters of a report or message
	FieldLimit = 1_000  // characters of any other field
)

// Rates of what costs the server work. Everybody behind a reverse proxy or an
// onion service shares one address, hence the second, wider rate of each.
var (
	reportRate       = guard.Rate{Burst: 20, Every: 6 * time.Second}
	sharedReportRate = guard.Rate{Burst: 200, Every: 300 * time.Millisecond}
	lookupRate       = guard.Rate{Burst: 60, Every: 2 * time.Second}
	sharedLookupRate = guard.Rate{Burst: 600, Every: 100 * time.Millisecond}
)

// Rates of one case and of one receipt, whoever asks. A reporter may send ten messages at
// once; and a message is looked at with its files, each of which is a look-up.
var (
	messageRate = guard.Rate{Burst: 10, Every: 30 * time.Second}
	receiptRate = guard.Rate{Burst: 120, Every: 2 * time.Second}
)

// lockWait is how long a repeated form waits for the first one to finish.
const lockWait = 2 * time.Minute

// Intake is what holds for every report, whether it was sealed in the browser or
// comes from a page without scripts.
type Intake struct {
	config   Config
	store    *store.Store
	files    *blob.Folder
	uploads  *uploads.Drafts
	settings *settings.Settings
	log      *slog.Logger
	now      func() time.Time

	keys       *dailyKeys
	forms      guard.Forms
	limiters   map[guard.Purpose]*guard.Limiter // empty without limits
	messages   *guard.NameLimiter               // by case; nil without limits
	receipts   *guard.NameLimiter               // by look-up value; nil without limits
	passes     *guard.Passes
	nonces     guard.Locks[crypto.Nonce]
	recipients recipientCache
}

// Parts are what the rules work with.
type Parts struct {
	Config   Config
	Store    *store.Store
	Files    *blob.Folder
	Uploads  *uploads.Drafts
	Settings *settings.Settings
	Log      *slog.Logger
	Now      func() time.Time
}

// New assembles the rules.
func New(p Parts) *Intake {
	in := &Intake{config: p.Config, store: p.Store, files: p.Files, uploads: p.Uploads, settings: p.Settings, log: p.Log, now: p.Now}
	in.keys = &dailyKeys{store: p.Store}
	in.forms = guard.Forms{Now: p.Now, Key: in.keys.key}
	in.passes = guard.NewPasses(p.Now, WaitTime+guard.PassLife)
	if p.Config.Limited {
		in.limiters = map[guard.Purpose]*guard.Limiter{
			guard.ForReport: guard.NewLimiter(p.Now, reportRate, sharedReportRate),
			guard.ForLookup: guard.NewLimiter(p.Now, lookupRate, sharedLookupRate),
		}
		in.messages, in.receipts = guard.NewNameLimiter(p.Now, messageRate), guard.NewNameLimiter(p.Now, receiptRate)
	}
	return in
}

// Forms are the form tokens, for the desk to take files under them as well.
func (in *Intake) Forms() guard.Forms { return in.forms }

// Today is the day in the organisation's time zone.
func (in *Intake) Today() casework.Day { return in.settings.Today() }

// Organization is how the organisation is made up.
func (in *Intake) Organization() store.Organization { return in.settings.Organization() }

// TodayAt is the day at an entity.
func (in *Intake) TodayAt(entity string) casework.Day { return in.settings.TodayAt(entity) }

// Limits are those of a report or message.
func (in *Intake) Limits() caseview.Limits {
	return caseview.Limits{Text: TextLimit, Field: FieldLimit, Files: in.config.Files, FileSize: in.config.FileSize}
}

// Dates are the days of a case by the profile of its entity.
func (in *Intake) Dates(c store.Case) caseview.ReporterDates {
	return caseview.ReporterDatesOf(in.settings.ProfileAt(c.Entity), c, in.TodayAt(c.Entity))
}

// Asks is what the page of a case asks its reporter today.
func (in *Intake) Asks(c store.Case) caseview.Asks {
	return caseview.AsksOf(in.settings.ProfileAt(c.Entity), c, in.TodayAt(c.Entity))
}

// Recipient reads the public key of somebody who reads reports.
func (in *Intake) Recipient(s string) (crypto.Recipient, error) { return in.recipients.parse(s) }

// LockNonce waits until no other request works on the same form.
func (in *Intake) LockNonce(ctx context.Context, n crypto.Nonce) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	return in.nonces.Lock(ctx, n)
}
