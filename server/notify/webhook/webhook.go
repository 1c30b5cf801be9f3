// Package webhook tells other programs, a chat or a ticket system for example, that there
// is something new at the desk, and nothing more.
package webhook

import (
	"bytes"
	"cmp"
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
	"hotline/server/notify"
	"hotline/store"
	"hotline/store/casework"
)

// fault is why a message was not taken, by its code. The error of package net/http is
// not in it, because that holds the address, and whoever knows it can write there.
func fault(code string) error {
	return &notify.Fault{Code: code, Err: errNotTaken}
}

var errNotTaken = errors.New("webhook: not taken")

// Limits of a delivery.
const (
	connectLimit  = 5 * time.Second
	wholeLimit    = 15 * time.Second
	answerLimit   = 4 << 10  // bytes that are read of an answer, and thrown away
	headerLimit   = 16 << 10 // bytes
	redirectLimit = 3
)

// Sender delivers to webhooks. It is safe for concurrent use.
type Sender struct{ Parts }

// Parts are what a sender works with.
type Parts struct {
	PublicURL string // without a slash at the end
	Store     *store.Store
	Languages func(entity string) []i18n.Language // that an entity offers
	Texts     *i18n.Catalog
	Allowed   casework.WebhookHosts
	Window    time.Duration // of the worker; 0: notify.DefaultWindow
	Now       func() time.Time

	// For tests; nil and 0 stand for what holds otherwise.
	Roots    *x509.CertPool
	Resolver *net.Resolver
	Connect  time.Duration
	Whole    time.Duration
}

// New assembles a sender.
func New(p Parts) *Sender {
	p.Connect, p.Whole = cmp.Or(p.Connect, connectLimit), cmp.Or(p.Whole, wholeLimit)
	return &Sender{p}
}

// Send delivers to the target of a notice, at a boundary. One that is switched off or
// removed by now gets nothing, which is no fault.
func (s *Sender) Send(ctx context.Context, target string, at time.Time) error {
	all, err := s.Store.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Target() == target && !w.Off {
			return s.Post(ctx, w, at)
		}
	}
	return nil
}

// Test delivers one message now, and returns the code of what kept it from that, "" where
// it was taken.
func (s *Sender) Test(ctx context.Context, w casework.Webhook) (string, error) {
	err := s.Post(ctx, w, casework.Window(s.Now(), cmp.Or(s.Window, notify.DefaultWindow)))
	var f *notify.Fault
	if errors.As(err, &f) {
		return f.Code, nil
	}
	return "", err
}

// Post delivers one message, which says that it was sent at a time. What it returns is a
// fault, or that the context has ended.
func (s *Sender) Post(ctx context.Context, w casework.Webhook, at time.Time) error {
	lang := s.Languages(w.Entity)[0].Code
	body, err := message(w.Kind, s.Texts.Texts(lang), s.PublicURL+"/"+lang+"/desk")
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, s.Whole)
	defer cancel()
	header := headers(w.Secret, at, body)
	u, err := casework.ParseWebhookURL(w.URL, s.Allowed)
	for hop := 0; err == nil; hop++ {
		var to string
		if to, err = s.post(limited, u, header, body); err != nil || to == "" {
			break
		}
		next, wrong := u.Parse(to)
		if wrong != nil || hop == redirectLimit {
			return fault(casework.FaultRedirect)
		}
		u, err = casework.ParseWebhookURL(next.String(), s.Allowed)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil && limited.Err() != nil: // wherever it was by then
		return fault(casework.FaultTimeout)
	}
	return faultOf(err)
}

// headers are those of a message.
func headers(secret string, sent time.Time, body []byte) http.Header {
	at := strconv.FormatInt(sent.Unix(), 10)
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
		return "", fault(casework.FaultRedirect)
	case code/100 == 3:
		return "", fault(casework.FaultRedirect)
	case code == http.StatusNotFound || code == http.StatusGone:
		return "", fault(casework.FaultGone)
	case code/100 == 4:
		return "", fault(casework.FaultRefused)
	case code/100 == 5:
		return "", fault(casework.FaultServer)
	}
	return "", fault(casework.FaultOther)
}

// faultOf says in a code what an error is.
func faultOf(err error) error {
	var (
		known       *notify.Fault
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
	case errors.As(err, &known):
		return known
	case errors.Is(err, casework.ErrWebhookURL), errors.Is(err, errClear):
		return fault(casework.FaultAddress)
	case errors.Is(err, errPrivate):
		return fault(casework.FaultPrivate)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fault(casework.FaultUnknownHost)
	case errors.As(err, &op) && op.Op == "dial":
		return fault(casework.FaultUnreachable)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &limit) && limit.Timeout():
		return fault(casework.FaultTimeout)
	case errors.As(err, &certificate):
		return fault(casework.FaultCertificate)
	case errors.As(err, &alert), errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return fault(casework.FaultNoTLS)
	}
	return fault(casework.FaultOther)
}
