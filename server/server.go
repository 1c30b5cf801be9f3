// Package server assembles the web application: Fiber for the routes, with a
// fasthttp server of our own around it, because several of the defaults that
// Fiber gives its server would leak or lose what reporters send.
package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/intake/api"
	"hotline/server/intake/form"
	"hotline/server/mail"
	"hotline/server/notify"
	"hotline/server/notify/webhook"
	"hotline/server/remind"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
	"hotline/web"
)

// Config is all that a server needs from outside.
type Config struct {
	Intake    intake.Config
	Store     *store.Store
	Files     *blob.Folder
	Fixed     store.Settings        // what flags and environment say: an administrator cannot change it
	PublicURL string                // without a slash at the end
	Version   string                // of the program, for those who check what it serves
	Demo      bool                  // every page says that nothing here is real
	Webhooks  casework.WebhookHosts // names that webhooks may lead to although they are not public
	Mail      *mail.Server          // to handlers; nil: none
	Window    time.Duration         // how far apart the times are at which they are told
	Log       *slog.Logger
	Now       func() time.Time
}

// Server answers the public pages.
type Server struct {
	app    *fiber.App // its routes
	http   *fasthttp.Server
	intake *intake.Intake
	outbox *notify.Worker
	remind *remind.Daily
}

// New assembles the application.
func New(ctx context.Context, config Config) (*Server, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := view.SiteAssets(texts, web.Static())
	if err != nil {
		return nil, err
	}
	chosen := settings.New(settings.Parts{Store: config.Store, Fixed: config.Fixed, Log: config.Log, Now: config.Now})
	own := words.New(words.Parts{Store: config.Store, Settings: chosen, Log: config.Log, Now: config.Now})
	answers, err := newAnswers(config, texts, assets, chosen, own)
	if err != nil {
		return nil, err
	}
	drafts := uploads.New(uploads.Parts{Files: config.Files, PerForm: config.Intake.Files, FileSize: config.Intake.FileSize, Now: config.Now})
	rules := intake.New(intake.Parts{
		Config: config.Intake, Store: config.Store, Files: config.Files, Uploads: drafts, Settings: chosen, Log: config.Log, Now: config.Now,
	})
	shares := guard.NewShares(config.Now)
	reports := api.New(api.Parts{Rules: rules, Store: config.Store, Files: config.Files, Uploads: drafts, Texts: texts, Answers: shares.Public, Log: config.Log, Now: config.Now})
	pages := form.New(form.Parts{
		Rules: rules, Store: config.Store, Files: config.Files, Settings: chosen, Words: own, Answers: answers, Texts: texts, Log: config.Log, Large: shares.Pages,
	})
	sessions := session.NewGuard(session.Parts{PublicURL: config.PublicURL, Store: config.Store, Answers: answers, Now: config.Now, Today: chosen.Today})
	mailer := newMail(config, texts, chosen)
	hooks := webhook.New(webhook.Parts{
		PublicURL: config.PublicURL, Store: config.Store, Languages: chosen.LanguagesAt, Texts: texts, Allowed: config.Webhooks, Window: config.Window, Now: config.Now,
	})
	side, err := newDeskSide(ctx, config, deskParts{
		texts: texts, mail: mailer, answers: answers, settings: chosen, words: own, uploads: drafts, sessions: sessions, rules: rules, reports: reports, webhooks: hooks, large: shares.Desk,
	})
	if err != nil {
		return nil, err
	}
	if err := config.Store.DropPresence(ctx); err != nil { // of an interrupted run
		return nil, err
	}
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true,
		Immutable:             true, // without it kept strings become the next request's
		CaseSensitive:         true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			answers.Fail(c.Context(), err)
			return nil
		},
	})
	origin := guard.NewOrigin(config.PublicURL)
	install(app, pages, reports, assets, origin, config.Version)
	installDesk(app, side, sessions)
	https := strings.HasPrefix(config.PublicURL, "https://")
	return &Server{
		app:    app,
		http:   newHTTP(outer{app.Handler(), answers, https, config.Log}),
		intake: rules,
		outbox: newOutbox(config, mailer, chosen, hooks),
		remind: remind.New(remind.Parts{Store: config.Store, Files: config.Files, Settings: chosen, Log: config.Log, Now: config.Now}),
	}, nil
}

// newMail makes what mails handlers; nil: there is no mail.
func newMail(config Config, texts *i18n.Catalog, chosen *settings.Settings) *notify.Mail {
	if config.Mail == nil {
		return nil
	}
	return notify.NewMail(notify.MailParts{
		Server: config.Mail, Store: config.Store, Settings: chosen, Texts: texts, PublicURL: config.PublicURL,
	})
}

// newOutbox makes what tells handlers and webhooks that there is something for them.
func newOutbox(config Config, mailer *notify.Mail, chosen *settings.Settings, hooks *webhook.Sender) *notify.Worker {
	parts := notify.Parts{Store: config.Store, Hooks: hooks, Zone: chosen.Zone, Window: config.Window, Log: config.Log, Now: config.Now}
	if mailer != nil {
		parts.Mail = mailer
	}
	return notify.New(parts)
}

func newAnswers(config Config, texts *i18n.Catalog, assets *view.Assets, chosen *settings.Settings, own *words.Words) (*view.Answers, error) {
	imports, err := assets.Imports()
	if err != nil {
		return nil, err
	}
	renderer := view.New(texts, view.Site{
		URL:       config.PublicURL,
		ExitPath:  "/exit",
		CSS:       assets.URL("hotline.css"),
		DeskCSS:   assets.URL("desk.css"),
		Icon:      assets.URL("icon.png"),
		Scripts:   assets.Scripts(),
		Imports:   imports,
		Texts:     assets.Texts(),
		DeskTexts: assets.DeskTexts(),
		Demo:      config.Demo,
		Name:      func(lang string) string { return chosen.Current().Name(lang) },
		Offered:   chosen.LanguagesAt,
		Profile:   chosen.ProfileAt,
		Countries: chosen.Countries,
		Contacts:  chosen.ContactsAt,
		Zoned:     chosen.Zoned,
		Zone:      chosen.Zone,
		ZoneWords: chosen.ZoneWords,
		Structure: chosen.Organization,
		Words:     own,
	})
	return view.NewAnswers(renderer, config.Log)
}

// AssetSums returns the SHA-256 of every static file that this program serves,
// by its name, in lower-case hex.
func AssetSums() (map[string]string, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := view.SiteAssets(texts, web.Static())
	if err != nil {
		return nil, err
	}
	return assets.Sums(), nil
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := s.intake.Sweep(ctx); err != nil {
		return fmt.Errorf("sweeping what an interrupted run left behind: %w", err)
	}
	go s.intake.SweepHourly(ctx)
	s.outbox.Start(ctx)
	go s.remind.Hourly(ctx)
	return s.http.Serve(guard.Listener{Listener: l})
}

// Shutdown stops listening and waits for requests and mail on their way until the
// context ends.
func (s *Server) Shutdown(ctx context.Context) error {
	told := s.outbox.Stop()
	err := s.http.ShutdownWithContext(ctx)
	select {
	case <-told:
	case <-ctx.Done():
	}
	return err
}
