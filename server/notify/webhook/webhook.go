// Package webhook tells other programs, a chat or a ticket system for example, that there
// is something new at the desk, and nothing more.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// What keeps a message from being delivered. The address is in none of them: whoever
// knows it can write there.
const (
	FaultURL         = "hook-url"         // of a kind that nothing is sent to
	FaultPrivate     = "hook-private"     // leads into a private network
	FaultUnknown     = "hook-unknown"     // no such host
	FaultUnreachable = "hook-unreachable" // no connection
	FaultTLS         = "hook-tls"         // no secure connection: the certificate, for example
	FaultSlow        = "hook-slow"        // no answer within the limit
	FaultBroken      = "hook-broken"      // no answer of HTTP
	FaultRedirect    = "hook-redirect"    // too many redirects, or one that a POST does not follow
	FaultGone        = "hook-gone"        // 404 and 410
	FaultRefused     = "hook-refused"     // other answers of 4xx
	FaultServer      = "hook-server"      // 5xx
	FaultAnswer      = "hook-answer"      // any other answer
)

// Faults lists them.
var Faults = []string{FaultURL, FaultPrivate, FaultUnknown, FaultUnreachable, FaultTLS, FaultSlow, FaultBroken, FaultRedirect, FaultGone, FaultRefused, FaultServer, FaultAnswer}

// Fault is one of them as an error.
type Fault string

func (f Fault) Error() string { return "webhook: not delivered: " + string(f) }

// Code returns the fault as it is stored.
func (f Fault) Code() string { return string(f) }

// Limits of a delivery.
const (
	connectLimit  = 5 * time.Second
	wholeLimit    = 15 * time.Second
	answerLimit   = 4 << 10  // bytes that are read of an answer, and thrown away
	headerLimit   = 16 << 10 // bytes
	redirectLimit = 3
)

// Window is how exactly a message says when it was sent.
const Window = 30 * time.Minute

// Sender delivers to webhooks. It is safe for concurrent use.
type Sender struct{ Parts }

// Parts are what a sender works with.
type Parts struct {
	PublicURL string // without a slash at the end
	Store     *store.Store
	Languages func(entity string) []i18n.Language // that an entity offers
	Texts     *i18n.Catalog
	Allowed   casework.WebhookHosts
	Now       func() time.Time

	// For tests; nil and 0 stand for what holds otherwise.
	Roots    *x509.CertPool
	Resolver *net.Resolver
	Connect  time.Duration
	Whole    time.Duration
}

// New assembles a sender.
func New(p Parts) *Sender {
	if p.Connect == 0 {
		p.Connect = connectLimit
	}
	if p.Whole == 0 {
		p.Whole = wholeLimit
	}
	return &Sender{p}
}

// Send delivers to the target of a notice. One that is switched off or removed by now
// gets nothing, which is no fault.
func (s *Sender) Send(ctx context.Context, target string) error {
	all, err := s.Store.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Target() == target && !w.Off {
			return s.Post(ctx, w)
		}
	}
	return nil
}

// Post delivers one message. What it returns is a Fault, or that the context has ended.
func (s *Sender) Post(ctx context.Context, w casework.Webhook) error {
	lang := s.Languages(w.Entity)[0].Code
	body, err := message(w.Kind, s.Texts.Texts(lang), s.PublicURL+"/"+lang+"/desk")
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, s.Whole)
	defer cancel()
	header := headers(w.Secret, s.Now(), body)
	u, err := casework.ParseWebhookURL(w.URL, s.Allowed)
	for hop := 0; err == nil; hop++ {
		var to string
		if to, err = s.post(limited, u, header, body); err != nil || to == "" {
			break
		}
		if hop == redirectLimit {
			return Fault(FaultRedirect)
		}
		if next, wrong := u.Parse(to); wrong != nil {
			return Fault(FaultRedirect)
		} else {
			u, err = casework.ParseWebhookURL(next.String(), s.Allowed)
		}
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return faultOf(err)
}

// headers are those of a message. The time in them is the beginning of the window in
// which it is sent.
func headers(secret string, now time.Time, body []byte) http.Header {
	at := strconv.FormatInt(now.Truncate(Window).Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Hotline") // without one, Go would name itself
	h.Set("Hotline-Timestamp", at)
	h.Set("Hotline-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	h.Set("Hotline-Delivery", crypto.NewID())
	return h
}

// post sends to one address and returns where the answer leads on, "" where it was taken.
func (s *Sender) post(ctx context.Context, u *url.URL, header http.Header, body []byte) (string, error) {
	// A proxy of the environment is not used: it would resolve the name itself, and
	// reach what the dialer refuses.
	transport := &http.Transport{
		DialContext:         dialer(u, s.Allowed, s.Resolver, s.Connect),
		TLSClientConfig:     &tls.Config{RootCAs: s.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: s.Connect, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: headerLimit,
	}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return "", casework.ErrWebhookURL
	}
	req.Header = header
	req.GetBody = nil // never sent twice by itself
	res, err := transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, answerLimit) // whether it was read changes nothing
	switch code := res.StatusCode; {
	case code/100 == 2:
		return "", nil
	case code == http.StatusTemporaryRedirect || code == http.StatusPermanentRedirect:
		if to := res.Header.Get("Location"); to != "" {
			return to, nil
		}
		return "", Fault(FaultRedirect)
	case code/100 == 3:
		return "", Fault(FaultRedirect)
	case code == http.StatusNotFound || code == http.StatusGone:
		return "", Fault(FaultGone)
	case code/100 == 4:
		return "", Fault(FaultRefused)
	case code/100 == 5:
		return "", Fault(FaultServer)
	}
	return "", Fault(FaultAnswer)
}

// faultOf says in a code what an error is.
func faultOf(err error) error {
	var (
		fault       Fault
		dns         *net.DNSError
		op          *net.OpError
		limit       net.Error
		certificate *tls.CertificateVerificationError
		alert       tls.AlertError
		plain       tls.RecordHeaderError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fault):
		return fault
	case errors.Is(err, casework.ErrWebhookURL), errors.Is(err, errClear):
		return Fault(FaultURL)
	case errors.Is(err, errPrivate):
		return Fault(FaultPrivate)
	case errors.As(err, &dns):
		return Fault(FaultUnknown)
	case errors.As(err, &op) && op.Op == "dial":
		return Fault(FaultUnreachable)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &limit) && limit.Timeout():
		return Fault(FaultSlow)
	case errors.As(err, &certificate), errors.As(err, &alert), errors.As(err, &plain):
		return Fault(FaultTLS)
	}
	return Fault(FaultBroken)
}
