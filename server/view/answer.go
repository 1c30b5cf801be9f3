package view

import (
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/i18n"
	"hotline/server/respond"
)

// Answers sends pages.
type Answers struct {
	renderer *Renderer
	public   *respond.Pages
	broken   map[string][]byte // the 500 page of each language and side, rendered beforehand
	log      *slog.Logger
}

// NewAnswers renders the page of last resort in every language.
func NewAnswers(r *Renderer, log *slog.Logger) (*Answers, error) {
	a := &Answers{renderer: r, public: respond.NewPages(), broken: map[string][]byte{}, log: log}
	for _, l := range i18n.Languages {
		for _, side := range []string{reporterProblem, deskProblem} {
			body, err := r.Render(l.Code, side, Problem{Status: fiber.StatusInternalServerError})
			if err != nil {
				return nil, err
			}
			a.broken[l.Code+side] = body
		}
	}
	return a, nil
}

// Send answers with a page in the language of the request's path. It is never
// compressed: it may hold a secret beside what the reader typed.
func (a *Answers) Send(c *fiber.Ctx, status int, name string, p Page) error {
	body, err := a.renderer.Render(respond.Lang(c.Context()), name, p)
	if err != nil {
		return err
	}
	return sendHTML(c, status, body)
}

// SendPublic answers with a page that holds nothing of the reader's, compressed
// as the browser likes. A form token in it is fresh each time, which leaves
// nothing to guess by its compressed size.
func (a *Answers) SendPublic(c *fiber.Ctx, name string, p Page) error {
	body, err := a.renderer.Render(respond.Lang(c.Context()), name, p)
	if err != nil {
		return err
	}
	encoding := respond.Encoding(c.Get(fiber.HeaderAcceptEncoding))
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if encoding == "" {
		return sendHTML(c, fiber.StatusOK, body)
	}
	c.Set(fiber.HeaderContentEncoding, encoding)
	if encoding == "br" {
		if compressed, ok := a.public.Brotli(body, p.token()); ok {
			return sendHTML(c, fiber.StatusOK, compressed)
		}
	}
	return sendHTML(c, fiber.StatusOK, respond.Compress(encoding, body))
}

func sendHTML(c *fiber.Ctx, status int, body []byte) error {
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	respond.SetRetryAfter(&c.Response().Header, status, 0)
	return c.Status(status).Send(body)
}

// Fail answers an error that a handler returned, in words. Only what is our
// own fault is logged, and of that only the error, never the request.
func (a *Answers) Fail(ctx *fasthttp.RequestCtx, err error) {
	if respond.ForScripts(ctx) {
		respond.FailJSON(ctx, a.log, err)
		return
	}
	status := respond.StatusOf(err)
	if status >= 500 {
		a.log.Error("request failed", "status", status, "error", err)
	}
	lang, side := respond.Lang(ctx), problemFor(ctx)
	body := a.broken[lang+side]
	if status != fiber.StatusInternalServerError {
		if rendered, err := a.renderer.Render(lang, side, Problem{Status: status}); err == nil {
			body = rendered
		}
	}
	ctx.Response.ResetBody()
	ctx.Response.Header.Del(fiber.HeaderContentEncoding)
	ctx.Response.Header.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	respond.SetRetryAfter(&ctx.Response.Header, status, 0)
	ctx.SetStatusCode(status)
	ctx.SetBody(body)
}

// The error pages of the two sides.
const (
	reporterProblem = "problem"
	deskProblem     = "desk-problem"
)

// problemFor returns which error page answers a request.
func problemFor(ctx *fasthttp.RequestCtx) string {
	path := strings.TrimPrefix(string(ctx.Path()), "/")
	if lang, below, _ := strings.Cut(path, "/"); i18n.Known(lang) && (below == "desk" || strings.HasPrefix(below, "desk/")) {
		return deskProblem
	}
	return reporterProblem
}
