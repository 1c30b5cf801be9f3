package respond

import (
	"slices"

	"github.com/valyala/fasthttp"
)

// headers stand on every answer, once: pages, redirects and errors alike. Each line
// names what it defends against.
var headers = [...]struct{ name, value string }{
	// No script, style, image or request but our own; no framing; no way for
	// injected markup to run, to send a form elsewhere or to move relative links.
	{"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"},
	// No guessing a file's type.
	{"X-Content-Type-Options", "nosniff"},
	// No other site learns that somebody was here.
	{"Referrer-Policy", "no-referrer"},
	// No other window or site shares our process, reads our answers or holds a handle on us.
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Embedder-Policy", "require-corp"},
	// No sensor, camera, position or advertising interest. What tells nothing of a person
	// (fullscreen, autoplay and the like) is left out: every byte is part of a first visit.
	{"Permissions-Policy", "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
		"magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), usb=(), xr-spatial-tracking=()"},
	// Nothing stays in a cache on the reporter's device or on the way.
	{"Cache-Control", "no-store"},
	// No looking up of other hosts' names.
	{"X-DNS-Prefetch-Control", "off"},
	// For browsers that know no frame-ancestors.
	{"X-Frame-Options", "DENY"},
}

// forStatic are those of them that a static file keeps. The others say what a
// document may do, and a file that is shown by itself may do nothing.
var forStatic = []string{"X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy", "Cache-Control"}

// StaticPolicy is the Content-Security-Policy of static files.
const StaticPolicy = "default-src 'none'"

// SetStaticHeaders leaves of the headers of an answer what a static file needs. A
// script that a worker is made of says as well that it embeds nothing foreign.
func SetStaticHeaders(h *fasthttp.ResponseHeader, worker bool) {
	for _, header := range headers {
		keep := slices.Contains(forStatic, header.name) && (worker || header.name != "Cross-Origin-Embedder-Policy")
		if !keep {
			h.Del(header.name)
		}
	}
	h.Set("Content-Security-Policy", StaticPolicy)
}

// ContentPolicy is the Content-Security-Policy of every answer.
func ContentPolicy() string { return headers[0].value }

// strictTransport keeps browsers on https for two years once they came by it.
const strictTransport = "max-age=63072000"

// SetHeaders writes the security headers of an answer.
func SetHeaders(h *fasthttp.ResponseHeader, https bool) {
	for _, header := range headers {
		h.Set(header.name, header.value)
	}
	if https {
		h.Set("Strict-Transport-Security", strictTransport)
	}
}
