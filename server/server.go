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
	"hotline/server/page"
	"hotline/store"
	"hotline/web"
)

// Config is all that a server needs from outside.
type Config struct {
	Intake       intake.Config
	Store        *store.Store
	Files        *store.Files
	Organization string
	PublicURL    string // without a slash at the end
	Version      string // of the program, for those who check what it serves
	Demo         bool   // every page says that nothing here is real
	Log          *slog.Logger
	Now          func() time.Time
}

// Server answers the public pages.
type Server struct {
	http   *fasthttp.Server
	intake *intake.Intake
}

// New assembles the application.
func New(config Config) (*Server, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := page.SiteAssets(texts, web.Static())
	if err != nil {
		return nil, err
	}
	renderer, err := page.New(texts, page.Site{
		Organization: config.Organization,
		URL:          config.PublicURL,
		ExitPath:     "/exit",
		CSS:          assets.URL("hotline.css"),
		Icon:         assets.URL("icon.png"),
		Scripts:      assets.Scripts(),
		Texts:        assets.Texts(),
		Demo:         config.Demo,
	})
	if err != nil {
		return nil, err
	}
	answers, err := page.NewAnswers(renderer, config.Log)
	if err != nil {
		return nil, err
	}
	in := intake.New(config.Intake, config.Store, config.Files, answers, texts, config.Log, config.Now)
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true,
		Immutable:             true, // without it kept strings become the next request's
		CaseSensitive:         true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			answers.Fail(c.Context(), err)
			return nil
		},
	})
	install(app, in, assets, guard.NewOrigin(config.PublicURL), config.Version)
	https := strings.HasPrefix(config.PublicURL, "https://")
	return &Server{
		http:   newHTTP(outer{app.Handler(), answers, https, config.Log}),
		intake: in,
	}, nil
}

// AssetSums returns the SHA-256 of every static file that this program serves,
// by its name, in lower-case hex.
func AssetSums() (map[string]string, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := page.SiteAssets(texts, web.Static())
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
	return s.http.Serve(guard.Listener{Listener: l})
}

// Shutdown stops listening and waits for requests on their way until the
// context ends.
func (s *Server) Shutdown(ctx context.Context) error {
	return s.http.ShutdownWithContext(ctx)
}
