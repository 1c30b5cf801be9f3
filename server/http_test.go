package server

import (
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"hotline/i18n"
	"hotline/server/guard"
	"hotline/server/view"
)

// Chromium opens a connection ahead of its next request. When that stayed unused for
// the time of a header, it got "We could not read that", and showed this as the
// answer to a request that it had just sent.
func TestUnusedConnectionIsClosedWithoutAnAnswer(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	answers, err := view.NewAnswers(view.New(texts, view.Site{}), log)
	if err != nil {
		t.Fatal(err)
	}
	s := newHTTP(outer{app: func(ctx *fasthttp.RequestCtx) {}, answers: answers, log: log})
	s.ReadTimeout = 100 * time.Millisecond
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(guard.Listener{Listener: l})
	t.Cleanup(func() { s.Shutdown() })
	for sent, want := range map[string]string{"": "", "GET / HT": "HTTP/1.1 400 "} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, sent)
		if got, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(got), want) || (want == "") != (len(got) == 0) {
			t.Errorf("after %q the answer is %.60q, %v; want %q", sent, got, err, want)
		}
	}
}
