package rig

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// securityHeaders stand on every answer, once. A value that ends in "…" is a
// beginning.
var securityHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Permissions-Policy":           "accelerometer=(), …",
	"Cache-Control":                "no-store",
	"X-Dns-Prefetch-Control":       "off",
	"X-Frame-Options":              "DENY",
}

// staticHeaders stand on a static file; on those that workers are made of also the
// last.
var staticHeaders = map[string]string{
	"Content-Security-Policy":      "default-src 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-store",
}

// otherHeaders may stand on an answer besides, once. What is on neither list
// must not be there: Server, Date, ETag, Last-Modified, Set-Cookie,
// Access-Control-Allow-Origin …
var otherHeaders = []string{
	"Allow", "Clear-Site-Data", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Location",
	"Retry-After", "Vary",
}

// CheckHeaders checks that an answer has every header that it must have, once, and
// none that it must not have.
func CheckHeaders(t testing.TB, res Response) {
	t.Helper()
	checkHeaders(t, res, securityHeaders)
}

// CheckStaticHeaders is CheckHeaders for a static file.
func CheckStaticHeaders(t testing.TB, path string, res Response) {
	t.Helper()
	wanted := maps.Clone(staticHeaders)
	if strings.Contains(path, "-worker.js") {
		wanted["Cross-Origin-Embedder-Policy"] = "require-corp"
	}
	checkHeaders(t, res, wanted)
}

func checkHeaders(t testing.TB, res Response, wanted map[string]string) {
	t.Helper()
	for name, want := range wanted {
		got := res.Header[name]
		start, open := strings.CutSuffix(want, "…")
		if len(got) != 1 || got[0] != want && !(open && strings.HasPrefix(got[0], start)) {
			t.Errorf("%s: %q, want once %q", name, got, want)
		}
	}
	for name, values := range res.Header {
		if _, known := wanted[name]; !known && !slices.Contains(otherHeaders, name) {
			t.Errorf("unwanted header %s: %q", name, values)
		}
		if len(values) != 1 {
			t.Errorf("%s stands %d times: %q", name, len(values), values)
		}
	}
}

// Probe is a request and the status that answers it.
type Probe struct {
	Name   string
	Status int
	Method string
	Path   string
	Header string // "Name: value", or ""
	Body   string
}

// URLEncoded is the header of a form without files.
const URLEncoded = "Content-Type: application/x-www-form-urlencoded"

// Send sends the request.
func (p Probe) Send(t testing.TB, s *Server) Response {
	t.Helper()
	var body io.Reader
	if p.Body != "" {
		body = strings.NewReader(p.Body)
	}
	r, err := http.NewRequest(p.Method, s.URL+p.Path, body)
	if err != nil {
		t.Fatal(err)
	}
	if name, value, ok := strings.Cut(p.Header, ": "); ok {
		r.Header.Set(name, value)
	}
	return Do(t, r)
}

// Run sends the request in a test of its own, and checks status and headers of
// the answer.
func (p Probe) Run(t *testing.T, s *Server) {
	t.Run(p.Name, func(t *testing.T) {
		res := p.Send(t, s)
		if res.Status != p.Status {
			t.Errorf("%s %s = %d, want %d", p.Method, p.Path, res.Status, p.Status)
		}
		if strings.HasPrefix(p.Path, "/static/") && p.Status == http.StatusOK {
			CheckStaticHeaders(t, p.Path, res)
		} else {
			CheckHeaders(t, res)
		}
		if got := res.Header.Get("Retry-After") != ""; got != (p.Status == 429 || p.Status == 503) {
			t.Errorf("Retry-After: %q on a %d", res.Header.Get("Retry-After"), p.Status)
		}
		if p.Method == "POST" && res.Header.Get("Content-Encoding") != "" {
			t.Error("the answer to a POST is compressed")
		}
	})
}

// Unpack unpacks a body.
func Unpack(t testing.TB, encoding, body string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
