package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/i18n"
	"hotline/server/notify"
	"hotline/store"
	"hotline/store/casework"
)

const secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

var boundary = time.Unix(1764504000, 0)

// call is a request that a receiver got.
type call struct {
	header http.Header
	body   string
	method string
}

// receiver is the other side, over TLS.
type receiver struct {
	*httptest.Server
	calls chan call
}

// receive starts the other side, which notes what it gets and then answers.
func receive(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{calls: make(chan call, 100)}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.calls <- call{req.Header, string(body), req.Method}
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

func ok(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }

// sender is one that believes the receiver's certificate and may reach this machine.
func sender(t *testing.T, r *receiver, change ...func(*Parts)) *Sender {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := Parts{
		PublicURL: "https://hotline.example", Texts: texts, Allowed: casework.WebhookHosts{"127.0.0.1"}, Now: time.Now,
		Languages: func(entity string) []i18n.Language {
			if entity == "br" {
				return []i18n.Language{{Code: "pt"}, {Code: "en"}}
			}
			return []i18n.Language{{Code: "en"}}
		},
	}
	if r != nil {
		p.Roots = x509.NewCertPool()
		p.Roots.AddCert(r.Certificate())
	}
	for _, c := range change {
		c(&p)
	}
	return New(p)
}

func hook(address string) casework.Webhook {
	return casework.Webhook{ID: "1", Name: "Chat", Kind: casework.WebhookGeneric, URL: address, Secret: secret}
}

// wantFault fails the test unless an error is a fault of that code, "" none, and does not
// hold the address.
func wantFault(t *testing.T, what string, err error, code string) {
	t.Helper()
	var f *notify.Fault
	switch {
	case code == "" && err != nil, code != "" && (!errors.As(err, &f) || f.Code != code || f.Shared):
		t.Errorf("%s: %v, want %q", what, err, code)
	case err != nil && (strings.Contains(err.Error(), "http") || strings.Contains(err.Error(), "token")):
		t.Errorf("%s: the error holds the address: %v", what, err)
	}
}

// A receiver that knows the secret verifies what it gets, and the message is the same
// every time but for the number of the delivery.
func TestMessage(t *testing.T) {
	t.Parallel()
	r := receive(t, ok)
	s := sender(t, r)
	for kind, want := range map[string]string{
		casework.WebhookGeneric: `{"text":"There is something for you at the hotline’s desk.","url":"https://hotline.example/en/desk"}`,
		casework.WebhookSlack:   `{"text":"There is something for you at the hotline’s desk.\nhttps://hotline.example/en/desk"}`,
		casework.WebhookTeams: `{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":` +
			`{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.2","body":[{"type":"TextBlock","text":"There is something for you at the hotline’s desk.","wrap":true}],` +
			`"actions":[{"type":"Action.OpenUrl","title":"Open the desk","url":"https://hotline.example/en/desk"}]}}]}`,
	} {
		w := hook(r.URL + "/services/token")
		w.Kind = kind
		seen := map[string]bool{}
		for range 2 {
			wantFault(t, kind, s.Post(context.Background(), w, boundary), "")
			got := <-r.calls
			if got.body != want || got.method != http.MethodPost {
				t.Errorf("%s: %s %s, want %s", kind, got.method, got.body, want)
			}
			mac := hmac.New(sha256.New, []byte(secret))
			fmt.Fprintf(mac, "%s.%s", got.header.Get("Hotline-Timestamp"), got.body)
			if signature := got.header.Get("Hotline-Signature"); signature != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
				t.Errorf("%s: the signature is %s", kind, signature)
			}
			delivery := got.header.Get("Hotline-Delivery")
			if len(delivery) != 32 || seen[delivery] {
				t.Errorf("%s: delivery %q, again or odd", kind, delivery)
			}
			seen[delivery] = true
			for name, value := range map[string]string{"Hotline-Timestamp": "1764504000", "User-Agent": "Hotline", "Content-Type": "application/json"} {
				if got.header.Get(name) != value {
					t.Errorf("%s: %s is %q", kind, name, got.header.Get(name))
				}
			}
			if len(got.header) != 7 || got.header.Get("Content-Length") == "" || got.header.Get("Connection") != "close" {
				t.Errorf("%s: other headers: %v", kind, got.header)
			}
		}
	}
	w := hook(r.URL)
	w.Entity = "br"
	wantFault(t, "in another language", s.Post(context.Background(), w, boundary), "")
	if got := <-r.calls; got.body != `{"text":"Há um aviso para você no canal de denúncias e consultas.","url":"https://hotline.example/pt/desk"}` {
		t.Errorf("in another language: %s", got.body)
	}
}

// The signature is the one that openssl dgst -sha256 -hmac makes.
func TestSignature(t *testing.T) {
	t.Parallel()
	const want = "sha256=c6812393fcb778be6a5b2ede22d29d21466fc6ab835a9dbe67d1ce64809901a9"
	if got := headers(secret, boundary, []byte(`{"text":"x","url":"https://h.example/en/desk"}`)).Get("Hotline-Signature"); got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		200: "", 202: "", 204: "", 301: casework.FaultRedirect, 302: casework.FaultRedirect, 303: casework.FaultRedirect, 304: casework.FaultRedirect, 307: casework.FaultRedirect,
		400: casework.FaultRefused, 401: casework.FaultRefused, 404: casework.FaultGone, 410: casework.FaultGone, 429: casework.FaultRefused, 500: casework.FaultServer, 503: casework.FaultServer, 600: casework.FaultOther,
	} {
		r := receive(t, func(w http.ResponseWriter, _ *http.Request) {
			if status < 307 && status >= 300 {
				w.Header().Set("Location", "/elsewhere")
			}
			w.WriteHeader(status)
		})
		wantFault(t, fmt.Sprint(status), sender(t, r).Post(context.Background(), hook(r.URL+"/token"), boundary), want)
		if n := len(r.calls); n != 1 {
			t.Errorf("%d: sent %d times", status, n)
		}
	}
}

// Redirects are followed where a POST stays one, three of them, and each is checked as
// the first address was.
func TestRedirects(t *testing.T) {
	t.Parallel()
	target := receive(t, ok)
	steps := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var at int
			fmt.Sscanf(r.URL.Path, "/%d", &at)
			if at < n {
				http.Redirect(w, r, fmt.Sprintf("/%d", at+1), http.StatusTemporaryRedirect+at%2)
			}
		}
	}
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", address)
			w.WriteHeader(http.StatusPermanentRedirect)
		}
	}
	port := target.Listener.Addr().String()
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
		calls  int
	}{
		"three":             {steps(3), "", 4},
		"four":              {steps(4), casework.FaultRedirect, 4},
		"in a circle":       {to("/token"), casework.FaultRedirect, 4},
		"to this machine":   {to(strings.Replace(target.URL, "127.0.0.1", "127.0.0.2", 1)), casework.FaultPrivate, 1},
		"to metadata":       {to("https://169.254.169.254/latest/token"), casework.FaultPrivate, 1},
		"to a network":      {to("https://10.1.2.3/token"), casework.FaultPrivate, 1},
		"by name":           {to("https://localhost:" + port[strings.LastIndex(port, ":")+1:] + "/token"), casework.FaultPrivate, 1},
		"without TLS":       {to("http://example.com/token"), casework.FaultAddress, 1},
		"with a password":   {to("https://user:pass@127.0.0.1/token"), casework.FaultAddress, 1},
		"to a file":         {to("file:///etc/passwd"), casework.FaultAddress, 1},
		"to nowhere":        {to("https://"), casework.FaultAddress, 1},
		"to no address":     {to("https://[::1/token"), casework.FaultRedirect, 1},
		"to what is public": {to(target.URL + "/token"), "", 1},
	} {
		r := receive(t, c.answer)
		s := sender(t, r, func(p *Parts) { p.Roots.AddCert(target.Certificate()) })
		wantFault(t, what, s.Post(context.Background(), hook(r.URL+"/token"), boundary), c.want)
		if n := len(r.calls); n != c.calls {
			t.Errorf("%s: %d calls, want %d", what, n, c.calls)
		}
		first := <-r.calls
		for len(r.calls) > 0 {
			if next := <-r.calls; next.body != first.body || next.method != first.method || next.header.Get("Hotline-Signature") != first.header.Get("Hotline-Signature") {
				t.Errorf("%s: something else was sent the second time", what)
			}
		}
	}
	if n := len(target.calls); n != 1 {
		t.Errorf("the target was called %d times", n)
	}
}

// Slow and endless answers end.
func TestLimits(t *testing.T) {
	t.Parallel()
	const short = 300 * time.Millisecond
	limited := func(p *Parts) { p.Whole = short }
	ended := make(chan struct{})
	slow := receive(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	wantFault(t, "no answer", sender(t, slow, limited).Post(context.Background(), hook(slow.URL), boundary), casework.FaultTimeout)
	endless := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		for b := make([]byte, 1<<16); ; {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	})
	wantFault(t, "an endless answer", sender(t, endless).Post(context.Background(), hook(endless.URL), boundary), "")
	<-ended
	headers := receive(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) })
	wantFault(t, "an endless header", sender(t, headers).Post(context.Background(), hook(headers.URL), boundary), casework.FaultOther)
	stopped, cancel := context.WithCancel(context.Background())
	stopping := receive(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if err := sender(t, stopping).Post(stopped, hook(stopping.URL), boundary); !errors.Is(err, context.Canceled) {
		t.Errorf("when the server stops: %v", err)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	r := receive(t, ok)
	post := func(s *Sender, address string) error { return s.Post(context.Background(), hook(address), boundary) }
	wantFault(t, "a certificate that nobody knows", post(sender(t, nil), r.URL+"/token"), casework.FaultCertificate)
	named := sender(t, r, func(p *Parts) {
		p.Allowed = casework.WebhookHosts{"other.example"}
		p.Resolver = resolver(t, "127.0.0.1")
	})
	wantFault(t, "a certificate of another name", post(named, strings.Replace(r.URL, "127.0.0.1", "other.example", 1)), casework.FaultCertificate)
	plain := httptest.NewServer(http.HandlerFunc(ok))
	defer plain.Close()
	wantFault(t, "no TLS there", post(sender(t, r), strings.Replace(plain.URL, "http:", "https:", 1)), casework.FaultNoTLS)
	wantFault(t, "no TLS with an allowed host of this machine", post(sender(t, r), plain.URL), "")
	wantFault(t, "no TLS with another host", post(sender(t, r, func(p *Parts) { p.Allowed = nil }), plain.URL), casework.FaultAddress)
	away := sender(t, r, func(p *Parts) {
		p.Allowed = casework.WebhookHosts{"relay.example"}
		p.Resolver = resolver(t, "10.0.0.7")
	})
	wantFault(t, "no TLS with an allowed host of the network", post(away, "http://relay.example/token"), casework.FaultAddress)
	closed := httptest.NewServer(http.HandlerFunc(ok))
	closed.Close()
	wantFault(t, "nobody listens", post(sender(t, r), strings.Replace(closed.URL, "http:", "https:", 1)+"/token"), casework.FaultUnreachable)
	wantFault(t, "no such host", post(sender(t, r, func(p *Parts) { p.Resolver = resolver(t) }), "https://nowhere.example/token"), casework.FaultUnknownHost)
	silent := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no name server") }}
	wantFault(t, "no name server", post(sender(t, r, func(p *Parts) { p.Resolver = silent }), "https://hooks.example/token"), casework.FaultUnreachable)
	if n := len(r.calls); n != 0 {
		t.Errorf("%d messages were delivered", n)
	}
}

// A proxy of the environment would reach what the sender refuses to.
func TestNoProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	r := receive(t, ok)
	s := sender(t, r, func(p *Parts) {
		p.Allowed = casework.WebhookHosts{"example.com"}
		p.Resolver = resolver(t, "127.0.0.1")
	})
	wantFault(t, "in spite of a proxy", s.Post(context.Background(), hook(strings.Replace(r.URL, "127.0.0.1", "example.com", 1)), boundary), "")
}

// What waits for a webhook that is switched off or gone by now is not sent.
func TestSend(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	r := receive(t, ok)
	s := sender(t, r, func(p *Parts) { p.Store = st })
	w := hook(r.URL)
	put := func(now casework.Webhook, was *casework.Webhook) {
		t.Helper()
		if err := st.PutWebhook(ctx, "", now, was); err != nil {
			t.Fatal(err)
		}
	}
	put(w, nil)
	wantFault(t, "one that is on", s.Send(ctx, w.Target(), boundary), "")
	off := w
	off.Off = true
	put(off, &w)
	wantFault(t, "one that is off", s.Send(ctx, w.Target(), boundary), "")
	wantFault(t, "one that is gone", s.Send(ctx, "hook:other", boundary), "")
	if n := len(r.calls); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
	if code, err := s.Test(ctx, off); code != "" || err != nil || len(r.calls) != 2 {
		t.Errorf("a test of one that is off: %q, %v", code, err)
	}
	off.URL = "https://192.168.1.1/token"
	if code, err := s.Test(ctx, off); code != casework.FaultPrivate || err != nil {
		t.Errorf("a test of a private address: %q, %v", code, err)
	}
}
