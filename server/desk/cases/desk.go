// Package cases is where handlers work: lists, cases, messages, access, search. It
// shows what the server knows; whatever is sealed it hands to the handler's browser
// as it is, and takes back what that browser sealed. No key that opens anything is
// ever here.
package cases

import (
	"log/slog"
	"time"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// Desk serves the pages of cases, and the API of their scripts.
type Desk struct {
	limits   caseview.Limits // of a message of the desk
	store    *store.Store
	files    *blob.Folder
	uploads  *uploads.Drafts
	forms    guard.Forms
	settings *settings.Settings
	words    *words.Words
	texts    *i18n.Catalog
	answers  *view.Answers
	log      *slog.Logger
	now      func() time.Time
	large    *guard.Share // answers on their way
	present  presence
}

// Parts are what Desk works with.
type Parts struct {
	MaxFiles int   // files a message may carry
	FileSize int64 // bytes of one file
	Store    *store.Store
	Files    *blob.Folder
	Uploads  *uploads.Drafts
	Forms    guard.Forms
	Settings *settings.Settings
	Words    *words.Words
	Texts    *i18n.Catalog
	Answers  *view.Answers
	Log      *slog.Logger
	Large    *guard.Share // places of large answers
	Now      func() time.Time
}

// New assembles it.
func New(p Parts) *Desk {
	return &Desk{
		limits: caseview.Limits{Text: textLimit, Field: fieldLimit, Files: p.MaxFiles, FileSize: p.FileSize},
		store:  p.Store, files: p.Files, uploads: p.Uploads, forms: p.Forms, settings: p.Settings, words: p.Words, texts: p.Texts, answers: p.Answers, log: p.Log, large: p.Large, now: p.Now,
	}
}

// today is the day in the organisation's time zone.
func (d *Desk) today() casework.Day { return d.settings.Today() }

// todayOf is the day at the entity that a case is about.
func (d *Desk) todayOf(c store.Case) casework.Day { return d.settings.TodayAt(c.Entity) }

// Sizes that need no setting: the same as a reporter's.
const (
	textLimit  = 30_000
	fieldLimit = 1_000
)
