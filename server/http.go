package server

import (
	"bytes"
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/view"
)

const (
	headerSize   = 8 << 10          // bytes of a request's header; more is 431
	writeTimeout = 2 * time.Minute  // for a whole answer, on the slowest line
	idleTimeout  = 30 * time.Second // between requests of one connection
)

// newHTTP makes the fasthttp server. Its choices, and what each prevents:
// bodies are streamed, so that files never lie in memory as a whole; multipart
// is not parsed beforehand, which would write files to disk in the clear; the
// short read timeout is for headers only, bodies get a deadline that moves on
// (guard.Listener); no name, and no log of its own, which prints addresses.
func newHTTP(o outer) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      o.handle,
		ErrorHandler:                 o.fail,
		HeaderReceived:               bodyTimes,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               headerSize,
		ReadTimeout:                  guard.HeaderTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxRequestBodySize:           1 << 50, // guard.Body is the limit
		NoDefaultServerHeader:        true,
		NoDefaultDate:                true,
		CloseOnShutdown:              true,
		Logger:                       silent{},
		SecureErrorLogMessage:        true,
	}
}

// bodyTimes replaces the header's deadline by that of a body, and the answer's
// where that is a file.
func bodyTimes(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	var config fasthttp.RequestConfig
	switch {
	case h.IsPost() && strings.HasPrefix(string(h.RequestURI()), "/api/desk/"):
		config.ReadTimeout = guard.ShortBodyTimeout // a session must not be kept waiting for hours
	case h.IsPost():
		config.ReadTimeout = guard.BodyTimeout
	}
	switch path, _, _ := strings.Cut(string(h.RequestURI()), "?"); {
	case sendsFile(path):
		config.WriteTimeout = guard.StreamTimeout
	case sendsCase(path):
		config.WriteTimeout = guard.CaseTimeout
	}
	return config
}

// sendsFile reports whether an address answers with a file, which may take a
// while: one of the desk, one of a case, a whole case, or the audit log.
func sendsFile(path string) bool {
	return strings.HasSuffix(path, "/follow-up/file") || strings.HasPrefix(path, deskFilePath) && strings.Contains(path, "/files/") || strings.HasSuffix(path, "/export") || strings.HasSuffix(path, "/desk/audit/csv")
}

// sendsCase reports whether an address answers with a case, or several.
func sendsCase(path string) bool {
	return strings.HasSuffix(path, "/follow-up") || strings.HasPrefix(path, "/api/follow-up/") || strings.HasSuffix(path, "/follow-up/message") || strings.HasSuffix(path, "/follow-up/answer") ||
		strings.HasPrefix(path, deskFilePath) || path == "/api/desk/search"
}

// outer stands around Fiber, where its own error handling does not reach.
type outer struct {
	app     fasthttp.RequestHandler
	answers *view.Answers
	https   bool
	log     *slog.Logger
}

func (o outer) handle(ctx *fasthttp.RequestCtx) {
	respond.SetHeaders(&ctx.Response.Header, o.https)
	defer finishBody(ctx)
	defer o.recover(ctx)
	if lengthInDoubt(&ctx.Request.Header) {
		o.answers.Fail(ctx, fiber.ErrBadRequest)
		ctx.SetConnectionClose()
		return
	}
	if m := string(ctx.Method()); m != fiber.MethodGet && m != fiber.MethodHead && m != fiber.MethodPost {
		ctx.Response.Header.Set(fiber.HeaderAllow, "GET, HEAD, POST")
		o.answers.Fail(ctx, fiber.ErrMethodNotAllowed)
		return
	}
	o.app(ctx)
}

// recover answers 500 and logs where it happened, but not the panic's value,
// which may hold what somebody wrote.
func (o outer) recover(ctx *fasthttp.RequestCtx) {
	if v := recover(); v != nil {
		respond.LogPanic(o.log, v)
		for _, name := range ctx.Response.Header.PeekKeys() { // a file's name, a cookie: nothing of them stays
			ctx.Response.Header.DelBytes(name)
		}
		respond.SetHeaders(&ctx.Response.Header, o.https)
		o.answers.Fail(ctx, fiber.ErrInternalServerError)
	}
}

// fail answers what fasthttp itself refuses: broken or oversized headers. A
// connection on which nothing came in time is closed without an answer: a browser
// would take it for the answer to the request that it sends at that moment.
func (o outer) fail(ctx *fasthttp.RequestCtx, err error) {
	if !guard.Asked(ctx.Conn()) {
		_ = ctx.Conn().Close()
		return
	}
	respond.SetHeaders(&ctx.Response.Header, o.https)
	status := fiber.ErrBadRequest
	if _, tooLarge := err.(*fasthttp.ErrSmallBuffer); tooLarge {
		status = fiber.ErrRequestHeaderFieldsTooLarge
	}
	o.answers.Fail(ctx, status)
	ctx.SetConnectionClose()
	guard.Linger(ctx.Conn()) // most of an oversized header is still on its way
}

// finishBody closes the connection where the handler left some of the body
// unread: fasthttp would take the rest for the next request.
func finishBody(ctx *fasthttp.RequestCtx) {
	body, _ := ctx.UserValue(respond.BodyKey).(*guard.Body)
	if ctx.RequestBodyStream() != nil && !body.Ended() {
		ctx.SetConnectionClose()
	}
}

// lengthInDoubt reports whether a request has a Transfer-Encoding and beside it
// a Content-Length, or one that is not "chunked". fasthttp picks one reading; a
// proxy in front may have picked the other (RFC 9112, 6.1 and 6.3).
func lengthInDoubt(h *fasthttp.RequestHeader) bool {
	raw := bytes.ToLower(h.RawHeaders())
	return bytes.Contains(raw, []byte("transfer-encoding:")) &&
		(h.ContentLength() != -1 || bytes.Contains(raw, []byte("content-length:")))
}

type silent struct{}

func (silent) Printf(string, ...any) {}
