package attack

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/test/rig"
)

// floodSize is more than the burst that this machine's own addresses have: 200.
// They have the wider rate, because everybody behind a reverse proxy or an onion
// service comes from them.
const floodSize = 320

// floodFrom sends as many reports at once from one address and returns the answers.
// Their forms are a minute old, as those of a patient bot.
func floodFrom(t *testing.T, s *rig.Server, from string) []rig.Response {
	t.Helper()
	client := rig.ClientFrom(t, from)
	client.Transport.(*http.Transport).MaxConnsPerHost = 16
	requests := make(chan *http.Request, floodSize)
	for i := range floodSize {
		fields := rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "text", Value: fmt.Sprintf("flood %04d", i)})
		requests <- s.FieldsRequest(t, "/en/report", fields...)
	}
	close(requests)
	answers := make(chan rig.Response, floodSize)
	for range 16 {
		go func() {
			for r := range requests {
				res, err := rig.SendBy(client, r)
				if err != nil {
					res.Body = err.Error()
				}
				answers <- res
			}
		}()
	}
	var all []rig.Response
	for range floodSize {
		all = append(all, <-answers)
	}
	return all
}

// A flood is slowed down, in plain words and with everything kept. Whoever
// waits as told gets in whatever the flood does, and others are not held up.
func TestFloodIsSlowedDownAndNobodyLockedOut(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	answers := floodFrom(t, s, "127.0.0.3")
	for slow := 0; slow < 10 && !refusedAny(answers); slow++ { // a machine so slow that the flood is none
		answers = append(answers, floodFrom(t, s, "127.0.0.3")...)
	}
	refused := 0
	for _, res := range answers {
		switch res.Status {
		case http.StatusCreated:
		case http.StatusTooManyRequests:
			refused++
			if res.Header.Get("Retry-After") != "30" || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, "en").T("notice.too-many"))) {
				t.Errorf("429 with Retry-After %q, and without words", res.Header.Get("Retry-After"))
			}
			if !strings.Contains(res.Body, "flood 0") {
				t.Error("429 without what was typed")
			}
			rig.CheckTitle(t, "429", "en", res.Body)
			rig.CheckHeaders(t, res)
		default:
			t.Errorf("%d\n%.300s", res.Status, res.Body)
		}
	}
	if refused == 0 || s.Cases(t) != len(answers)-refused {
		t.Fatalf("%d of %d refused, %d cases stored", refused, len(answers), s.Cases(t))
	}
	fields := rig.Typed()
	if res := s.Post(t, "/ja/report", rig.WithForm(s.AgedToken(t, time.Minute), fields...)); res.Status != http.StatusCreated {
		t.Errorf("from another address = %d", res.Status)
	}
	waited := s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Again: true, Waits: time.Now().Add(-30 * time.Second)})
	waits := s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Again: true, Waits: time.Now()})
	for token, want := range map[string]int{waited: http.StatusCreated, waits: http.StatusTooManyRequests} {
		res := postFrom(t, s, "127.0.0.3", "/ja/report", rig.WithForm(token, fields...))
		if res.Status != want {
			t.Errorf("from the flooded address, after waiting or not = %d, want %d", res.Status, want)
		}
		if want == http.StatusTooManyRequests {
			rig.CheckKept(t, "waiting", res.Body, fields)
		}
	}
}

func refusedAny(answers []rig.Response) bool {
	return slices.ContainsFunc(answers, func(res rig.Response) bool { return res.Status == http.StatusTooManyRequests })
}

func postFrom(t *testing.T, s *rig.Server, from, path string, fields []rig.Field) rig.Response {
	t.Helper()
	res, err := rig.SendBy(rig.ClientFrom(t, from), s.FieldsRequest(t, path, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The waiting that a refused person is told of is what the next form counts
// from: it is neither lost by sending too early nor begun anew.
func TestWaitingIsNotBegunAnew(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	since := time.Now().Add(-15 * time.Second)
	form := guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Waits: since}
	text := rig.Field{Name: "text", Value: "patient"}
	res := s.PostFields(t, "/en/report", rig.WithForm(s.Sign(t, form), text)...)
	if res.Status != http.StatusTooManyRequests {
		t.Fatalf("too early = %d", res.Status)
	}
	next := s.CheckToken(t, rig.Token(t, res.Body))
	if next.Waits.Unix() != since.Unix() {
		t.Errorf("the next form waits since %v, want %v", next.Waits, since)
	}
	next.Waits = next.Waits.Add(-7 * time.Second) // as if these had passed
	if res := s.PostFields(t, "/en/report", rig.WithForm(s.Sign(t, next), text)...); res.Status != http.StatusCreated {
		t.Errorf("after the time that was told = %d", res.Status)
	}
}

// Proxy headers do not make one address many, nor another's.
func TestFloodCannotHideBehindHeaders(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	client := rig.ClientFrom(t, "127.0.0.4")
	for i := range 10 * floodSize {
		r := s.FieldsRequest(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute))...) // no text: refused cheaply
		for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip"} {
			r.Header.Set(name, fmt.Sprintf("203.0.113.%d", i%256))
		}
		r.Header.Set("Forwarded", fmt.Sprintf("for=203.0.113.%d", i%256))
		res, err := rig.SendBy(client, r)
		if err != nil {
			t.Fatal(err)
		}
		if res.Status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("no request with a made-up address was refused")
}

// Guessing receipts is limited as well, and a guess over the limit is looked up
// no more: it once was, which left guessing unlimited.
func TestFloodOfGuessesIsLimited(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	stored := s.PostFields(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "text", Value: "a report"})...)
	receipt := rig.Receipt(t, stored.Body)
	guess := func(typed string) rig.Response {
		fields := rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "receipt", Value: typed})
		return postFrom(t, s, "127.0.0.5", "/en/follow-up", fields)
	}
	var limited rig.Response
	for i := 0; limited.Status != http.StatusTooManyRequests; i++ {
		if i > 5000 {
			t.Fatal("5,000 guesses, none refused")
		}
		limited = guess(crypto.NewReceipt([15]byte{byte(i >> 8), byte(i)}).String())
		if limited.Status != http.StatusNotFound && limited.Status != http.StatusTooManyRequests {
			t.Fatalf("guess %d = %d", i, limited.Status)
		}
	}
	rig.CheckHeaders(t, limited)
	rig.CheckTitle(t, "guess over the limit", "en", limited.Body)
	for range 200 { // the bucket fills up again, ten a second
		known := guess(receipt)
		if known.Status == http.StatusTooManyRequests {
			if strings.Contains(known.Body, "a report") || !rig.InputHas(known.Body, rig.Field{Name: "receipt", Value: receipt}, "") {
				t.Error("over the limit: the case is shown, or the receipt is not kept")
			}
			return
		}
	}
	t.Error("a known receipt is never over the limit")
}

// A thousand connections that say nothing keep nobody out.
func TestFloodOfConnectionsKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	before := rig.Memory(t, s.PID(), "VmRSS")
	for i := range 1000 {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprint(c, "POST /en/report HTTP/1.1\r\nHost: x\r\nX-Number: ", i)
	}
	s.Report(t, "ja", rig.Typed())
	if grown := rig.Memory(t, s.PID(), "VmRSS") - before; grown > rig.MB(64) {
		t.Errorf("a thousand connections take %d MB", grown>>20)
	}
}
