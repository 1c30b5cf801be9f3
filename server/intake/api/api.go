// Package api serves the reporter's scripts. What they send was sealed in the
// browser, and nothing in it can be opened here.
package api

import (
	"log/slog"
	"time"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/uploads"
	"hotline/store"
	"hotline/store/blob"
)

// API serves the reporter's scripts.
type API struct {
	rules   *intake.Intake
	store   *store.Store
	files   *blob.Folder
	uploads *uploads.Drafts
	texts   *i18n.Catalog
	answers *guard.Share // large ones
	log     *slog.Logger
	now     func() time.Time

	forms      guard.Forms
	large      *bodyLimit
	recipients *recipientCache
}

// Parts are what the API works with.
type Parts struct {
	Rules   *intake.Intake
	Store   *store.Store
	Files   *blob.Folder
	Uploads *uploads.Drafts
	Texts   *i18n.Catalog
	Answers *guard.Share // places of large answers
	Log     *slog.Logger
	Now     func() time.Time
}

// New assembles the API.
func New(p Parts) *API {
	return &API{
		rules: p.Rules, store: p.Store, files: p.Files, uploads: p.Uploads, texts: p.Texts, answers: p.Answers, log: p.Log, now: p.Now,
		forms: p.Rules.Forms(), large: newBodyLimit(p.Now), recipients: &recipientCache{store: p.Store, now: p.Now},
	}
}
