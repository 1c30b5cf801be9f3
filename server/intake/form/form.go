// Package form serves the reporter's pages: report, receipt, follow-up and exit. A
// report that comes as a form, without scripts, is sealed here. What is opened or
// sealed is kept in memory for as long as one request takes; what a reporter touches
// holds no key but their own.
package form

import (
	"log/slog"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/blob"
)

// cleanAtOnce is how many files are cleaned at the same time: each may hold some
// parts of a document in memory.
const cleanAtOnce = 4

// Pages serves the reporter's pages, and takes what their forms send.
type Pages struct {
	rules    *intake.Intake
	store    *store.Store
	files    *blob.Folder
	settings *settings.Settings
	words    *words.Words
	answers  *view.Answers
	texts    *i18n.Catalog
	log      *slog.Logger

	forms    guard.Forms
	cleaning chan struct{}
	large    *guard.Share // pages on their way
}

// Parts are what the pages work with.
type Parts struct {
	Rules    *intake.Intake
	Store    *store.Store
	Files    *blob.Folder
	Settings *settings.Settings
	Words    *words.Words
	Answers  *view.Answers
	Texts    *i18n.Catalog
	Log      *slog.Logger
	Large    *guard.Share // places of large pages
}

// New assembles the pages.
func New(p Parts) *Pages {
	return &Pages{
		rules: p.Rules, store: p.Store, files: p.Files, settings: p.Settings, words: p.Words, answers: p.Answers, texts: p.Texts, log: p.Log,
		forms: p.Rules.Forms(), cleaning: make(chan struct{}, cleanAtOnce), large: p.Large,
	}
}

// bodyLimit is the largest body a form may have: every field and every file.
func (in *Pages) bodyLimit() int64 {
	limits := in.rules.Limits()
	return fieldsSize + int64(limits.Files)*(limits.FileSize+4096)
}
