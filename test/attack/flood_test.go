package attack

import (
	"fmt"
	"html"
	"net"
	"net/http"
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

// floodFrom is a flood of reports from one address. Their forms are a minute old,
// as those of a patient bot. Between the first and the last are empty ones, which
// are refused cheaply.
func floodFrom(t *testing.T, s *rig.Server) (flood []*http.Request) {
	t.Helper()
	for i := range floodSize {
		fields := rig.WithForm(s.AgedToken(t, time.Minute))
		if i < 20 || i >= floodSize-20 {
			fields = append(fields, rig.Field{Name: "text", Value: fmt.Sprintf("flood %04d", i)})
		}
		flood = append(flood, s.FieldsRequest(t, "/en/report", fields...))
	}
	return flood
}

// A flood is slowed down, in plain words and with everything kept. Whoever
// waits as told gets in whatever the flood does, and others are not held up.
func TestFloodIsSlowedDownAndNobodyLockedOut(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	var answers []rig.Response
	for len(answers) == 0 || answers[len(answers)-1].Status != http.StatusTooManyRequests { // a machine so busy that the flood is none
		if len(answers) > 20*floodSize {
			t.Fatal("no flood is slowed down")
		}
		answers = append(answers, s.Flood(t, "127.0.0.3", floodFrom(t, s)...)...)
	}
	refused, stored := 0, 0
	for i, res := range answers {
		written := i%floodSize < 20 || i%floodSize >= floodSize-20
		switch {
		case res.Status == http.StatusCreated && written:
			stored++
		case res.Status == http.StatusUnprocessableEntity && !written:
		case res.Status == http.StatusTooManyRequests:
			refused++
			if res.Header.Get("Retry-After") != "30" || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, "en").T("notice.too-many"))) {
				t.Errorf("429 with Retry-After %q, and without words", res.Header.Get("Retry-After"))
			}
			if written && !strings.Contains(res.Body, "flood 0") {
				t.Error("429 without what was typed")
			}
			rig.CheckTitle(t, "429", "en", res.Body)
			rig.CheckHeaders(t, res)
		default:
			t.Errorf("%d\n%.300s", res.Status, res.Body)
		}
	}
	if len(answers)%floodSize != 0 || refused == 0 || stored < 20 || s.Cases(t) != stored {
		t.Fatalf("%d of %d refused, %d taken, %d cases stored", refused, len(answers), stored, s.Cases(t))
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
	s.FloodUntil(t, "127.0.0.4", http.StatusTooManyRequests, func() (flood []*http.Request) {
		for i := range floodSize {
			r := s.FieldsRequest(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute))...) // no text: refused cheaply
			for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip"} {
				r.Header.Set(name, fmt.Sprintf("203.0.113.%d", i%256))
			}
			r.Header.Set("Forwarded", fmt.Sprintf("for=203.0.113.%d", i%256))
			flood = append(flood, r)
		}
		return flood
	})
}

// Guessing receipts is limited as well, and a guess over the limit is looked up
// no more: it once was, which left guessing unlimited.
func TestFloodOfGuessesIsLimited(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	stored := s.PostFields(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "text", Value: "canary of a flood"})...)
	receipt := rig.Receipt(t, stored.Body)
	guess := func(typed string) *http.Request {
		return s.FieldsRequest(t, "/en/follow-up", rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "receipt", Value: typed})...)
	}
	var known rig.Response
	for tries, n := 0, 0; known.Status != http.StatusTooManyRequests; tries++ {
		if tries == 20 {
			t.Fatalf("%d guesses, and a known receipt is not over the limit", n)
		}
		var flood []*http.Request
		for range floodSize {
			n++
			flood = append(flood, guess(crypto.NewReceipt([15]byte{byte(n >> 8), byte(n)}).String()))
		}
		answers := s.Flood(t, "127.0.0.5", append(flood, guess(receipt))...)
		if len(answers) != floodSize+1 {
			t.Fatalf("%d answers", len(answers))
		}
		for i, res := range answers[:floodSize] {
			switch res.Status {
			case http.StatusNotFound:
			case http.StatusTooManyRequests:
				rig.CheckHeaders(t, res)
				rig.CheckTitle(t, "guess over the limit", "en", res.Body)
			default:
				t.Fatalf("guess %d = %d", i, res.Status)
			}
		}
		known = answers[floodSize]
	}
	if strings.Contains(known.Body, "canary of a flood") || !rig.InputHas(known.Body, rig.Field{Name: "receipt", Value: receipt}, "") {
		t.Error("over the limit: the case is shown, or the receipt is not kept")
	}
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
