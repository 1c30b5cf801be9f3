package server

import (
	"cmp"
	"context"

	"hotline/i18n"
	"hotline/server/admin"
	"hotline/server/audit"
	"hotline/server/desk/auth"
	"hotline/server/desk/cases"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/intake/api"
	"hotline/server/notify"
	"hotline/server/notify/webhook"
	"hotline/server/onbehalf"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/server/words"
)

// deskSide is what stands below /desk.
type deskSide struct {
	auth     *auth.Auth
	cases    *cases.Desk
	admin    *admin.Admin
	audit    *audit.Audit
	onbehalf *onbehalf.Behalf
}

// deskParts are what the desk shares with the reporter's side, and who is signed
// in.
type deskParts struct {
	texts    *i18n.Catalog
	mail     *notify.Mail // nil: there is none
	answers  *view.Answers
	settings *settings.Settings
	words    *words.Words
	uploads  *uploads.Drafts
	sessions *session.Guard
	rules    *intake.Intake
	reports  *api.API
	large    *guard.Share
	webhooks *webhook.Sender
}

// newDeskSide assembles all that stands below /desk.
func newDeskSide(ctx context.Context, config Config, p deskParts) (deskSide, error) {
	signIn, err := auth.New(ctx, auth.Parts{
		PublicURL: config.PublicURL, Limited: config.Intake.Limited, Demo: config.Demo, Mail: p.mail != nil,
		Store: config.Store, Settings: p.settings, Sessions: p.sessions, Answers: p.answers, Texts: p.texts, Now: config.Now,
	})
	if err != nil {
		return deskSide{}, err
	}
	return deskSide{
		auth: signIn,
		cases: cases.New(cases.Parts{
			MaxFiles: config.Intake.Files, FileSize: config.Intake.FileSize, Store: config.Store, Files: config.Files,
			Uploads: p.uploads, Forms: p.rules.Forms(), Settings: p.settings, Words: p.words, Answers: p.answers, Texts: p.texts, Log: config.Log, Large: p.large, Now: config.Now,
		}),
		admin: admin.New(admin.Parts{
			PublicURL: config.PublicURL, Store: config.Store, Settings: p.settings, Words: p.words, Answers: p.answers, Mail: mailSetUp(config, p.mail),
			Texts: p.texts, Webhooks: p.webhooks, Now: config.Now,
		}),
		audit: audit.New(audit.Parts{
			Store: config.Store, Settings: p.settings, Answers: p.answers, Texts: p.texts, Log: config.Log, Now: config.Now,
		}),
		onbehalf: onbehalf.New(onbehalf.Parts{Rules: p.rules, Reports: p.reports, Answers: p.answers, Texts: p.texts}),
	}, nil
}

// mailSetUp is what administrators see of how people are told.
func mailSetUp(config Config, mailer *notify.Mail) admin.Mail {
	if mailer == nil {
		return admin.Mail{}
	}
	return admin.Mail{
		MailSetUp: view.MailSetUp{Server: config.Mail.Address(), From: config.Mail.From, Window: cmp.Or(config.Window, notify.DefaultWindow)},
		Sender:    mailer,
	}
}
