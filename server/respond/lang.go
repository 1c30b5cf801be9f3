package respond

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/i18n"
)

// Lang returns the language of a request: that of its path, or the best by
// Accept-Language.
func Lang(ctx *fasthttp.RequestCtx) string {
	path := strings.TrimPrefix(string(ctx.Path()), "/")
	if code, _, _ := strings.Cut(path, "/"); i18n.Known(code) {
		return code
	}
	return i18n.Match(string(ctx.Request.Header.Peek(fiber.HeaderAcceptLanguage)))
}
