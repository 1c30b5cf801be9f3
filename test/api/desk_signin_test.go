package api

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/test/rig"
)

// Whether an address belongs to a handler is not to be learned at the sign-in.
func TestUnknownAddressLooksLikeAKnownOne(t *testing.T) {
	t.Parallel()
	s, _, handler := withDesk(t)
	rig.Run(t, "handler", "invite", "--data", s.Data, "--name", "Not Yet", "--email", "invited@desk.example", "--queue", "hr")
	rig.AddHandler(t, s.Data, "offline@desk.example", "hr")
	gone, _ := s.Invite(t, "gone@desk.example", "--queue", "hr")
	rig.Run(t, "handler", "disable", "--data", s.Data, gone.Email)

	var answers []string
	for _, email := range []string{handler.Email, "nobody@desk.example", "invited@desk.example", "offline@desk.example", gone.Email, " HR@desk.example "} {
		d := s.NewDesk(email)
		salt := d.Post(t, "/api/desk/salt", map[string]string{"email": email})
		again := d.Post(t, "/api/desk/salt", map[string]string{"email": email})
		if salt.Body != again.Body {
			t.Errorf("%s: the salt changes from one time to the next", email)
		}
		wrong := d.Post(t, "/api/desk/sign-in", map[string]any{"email": email, "auth": make([]byte, 32)})
		wrong.Header.Del("Date")
		answers = append(answers, strings.Join([]string{
			http.StatusText(salt.Status), http.StatusText(wrong.Status), wrong.Body, rig.ProblemOf(t, wrong).Error,
		}, "|"))
		if len(salt.Body) != 1024 {
			t.Errorf("%s: an answer of %d bytes", email, len(salt.Body))
		}
		if len(wrong.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: a cookie after a wrong password", email)
		}
	}
	if len(slices.Compact(answers)) != 1 || answers[0] != "OK|Unauthorized|"+`{"error":"wrong"}`+"|wrong" {
		t.Errorf("answers differ: %q", answers)
	}
}

func TestOneTimeCodesAreGoodOnceAndTheTicketForFiveTries(t *testing.T) {
	t.Parallel()
	_, _, handler := withDesk(t)
	ticket := handler.PasswordOnly(t)
	handler.WithCodes(t)
	code := handler.Code(t)
	second := func(ticket, code string) (int, string) {
		res := with(handler, nil).Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": code})
		return res.Status, res.Body
	}
	if status, body := second(ticket, code); status != http.StatusOK {
		t.Fatalf("a right code: %d\n%s", status, body)
	}
	if _, body := second(ticket, code); !strings.Contains(body, "expired") {
		t.Errorf("the ticket a second time: %s", body)
	}
	ticket = handler.PasswordOnly(t)
	for i := range 5 {
		guess := code // used already
		if i%2 == 1 {
			guess = "000000"
		}
		if status, body := second(ticket, guess); status != http.StatusUnauthorized || !strings.Contains(body, "wrong-code") {
			t.Errorf("try %d: %d %s", i+1, status, body)
		}
	}
	handler.WithCodes(t)
	if _, body := second(ticket, handler.Code(t)); !strings.Contains(body, "expired") {
		t.Errorf("a sixth try, with a right code: %s", body)
	}
}

// Somebody who guesses does not keep a colleague out who has signed in with this
// browser before.
func TestGuessingLocksNoColleagueOut(t *testing.T) {
	t.Parallel()
	s, _, handler := withDesk(t)
	guesser := s.NewDesk(handler.Email)
	status := 0
	for range 30 {
		status = guesser.Post(t, "/api/desk/sign-in", map[string]any{"email": handler.Email, "auth": make([]byte, 32)}).Status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("thirty guesses: %d", status)
	}
	if res := guesser.Post(t, "/api/desk/sign-in", map[string]any{"email": handler.Email, "auth": handler.Auth(t, rig.Password)}); res.Status != http.StatusTooManyRequests {
		t.Errorf("the right password from where the guesses come: %d", res.Status)
	}
	delete(handler.Cookies, "hotline")
	handler.SignIn(t)
	// Another handler's device says nothing about this one.
	stranger, _ := s.Invite(t, "other@desk.example", "--queue", "hr")
	stranger.Email = handler.Email
	if res := stranger.Post(t, "/api/desk/sign-in", map[string]any{"email": handler.Email, "auth": make([]byte, 32)}); res.Status != http.StatusTooManyRequests {
		t.Errorf("a guess from another handler's browser: %d", res.Status)
	}
}

func TestMalformedSignInsAreRefused(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"))
	d := s.NewDesk("a@b.example")
	for path, bodies := range map[string][]any{
		"/api/desk/salt":                  {"text", map[string]any{"mail": "x"}, map[string]any{"email": 7}},
		"/api/desk/sign-in":               {map[string]any{"email": "a@b.example", "auth": "short"}, map[string]any{"email": "a@b.example", "auth": make([]byte, 31)}},
		"/api/desk/sign-in/second":        {map[string]any{"ticket": 1}},
		"/api/desk/sign-in/passkey/begin": {map[string]any{"x": 1}},
		"/api/desk/enrol":                 {map[string]any{"token": "x", "admin": true}},
		"/api/desk/enrol/look":            {[]int{1}},
	} {
		for _, body := range bodies {
			if res := d.Post(t, path, body); res.Status != http.StatusBadRequest {
				t.Errorf("%s with %v: %d", path, body, res.Status)
			}
		}
	}
	if res := d.Post(t, "/api/desk/sign-in/second", map[string]any{"ticket": "no such", "code": "123456"}); rig.ProblemOf(t, res).Error != "expired" {
		t.Errorf("an unknown ticket: %s", res.Body)
	}
}

// Beginning to sign in with a passkey leaves nothing behind: one visitor once locked
// everybody out with 5,000 beginnings.
func TestFloodOfPasskeySignInsKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	d := s.NewDesk("a@b.example")
	for range 20 {
		if res := d.Post(t, "/api/desk/sign-in/passkey/begin", struct{}{}); res.Status != http.StatusOK {
			t.Fatalf("%d %s", res.Status, res.Body)
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM tickets`); n != 0 {
		t.Errorf("%d tickets are stored", n)
	}
}
