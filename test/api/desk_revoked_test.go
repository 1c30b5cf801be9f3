package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What is asked by a request that is slow to come is decided when all of it is
// there: who was disabled meanwhile, or has lost the session, gets nothing.
func TestSlowRequestsOfARevokedSession(t *testing.T) {
	t.Parallel()
	s, _, _ := withDesk(t, "--limits", "off")
	for i, path := range []string{"/api/desk/summaries", "/api/desk/cases/0123456789abcdef0123456789abcdef/messages", "/api/desk/account/password", "/api/desk/account/totp/begin", "/api/desk/step-up", "/api/desk/session"} {
		d, _ := s.Invite(t, fmt.Sprintf("slow%d@desk.example", i), "--queue", "hr")
		body, err := json.Marshal(map[string]any{"cases": []string{}, "salt": make([]byte, 16), "auth": make([]byte, 32)})
		if err != nil {
			t.Fatal(err)
		}
		body = append(body, []byte(strings.Repeat(" ", 12_000))...)
		conn := s.Dial(t)
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nCookie: hotline=%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
			path, s.Addr(), d.Cookies["hotline"], len(body), body[:len(body)-2])
		rig.Until(t, "the server reads what came", func() bool { return s.HasRead(t, conn) })
		rig.Run(t, "handler", "disable", "--data", s.Data, "--yes", d.Email)
		if _, err := conn.Write(body[len(body)-2:]); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d after the handler was disabled", path, res.StatusCode)
		}
	}
}

// A sign-in that was begun with the old password does not end in a session.
func TestTicketsOfAnOldPasswordAreVoid(t *testing.T) {
	t.Parallel()
	_, _, handler := withDesk(t)
	thief := with(handler, nil)
	ticket := thief.PasswordOnly(t)
	var s rig.DeskSession
	rig.Decode(t, handler.Get(t, "/api/desk/session"), &s)
	if res := handler.Post(t, "/api/desk/account/password", map[string]any{"salt": s.Salt, "auth": make([]byte, 32), "identity": s.Identity}); res.Status != http.StatusOK {
		t.Fatalf("changing the password: %d", res.Status)
	}
	handler.WithCodes(t)
	res := thief.Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": handler.Code(t)})
	if res.Status != http.StatusUnauthorized || rig.ProblemOf(t, res).Error != "expired" {
		t.Errorf("the second factor after the password was changed: %d %s", res.Status, res.Body)
	}
}

// Whoever has the password does not get any number of codes to guess, however
// often they begin again; the handler's own browser is not held up by that.
func TestCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	_, _, handler := withDesk(t)
	thief := with(handler, nil)
	refused := false
	for range 4 {
		ticket := thief.PasswordOnly(t)
		for range 4 {
			res := thief.Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": "000000"})
			refused = refused || res.Status == http.StatusTooManyRequests
		}
	}
	if !refused {
		t.Error("sixteen codes were tried")
	}
	delete(handler.Cookies, "hotline")
	handler.SignIn(t)
}

// Everybody behind a proxy or an onion service shares the rate of requests before
// sign-in. A flood of them keeps nobody out whose browser is known.
func TestFloodKeepsNoKnownBrowserOut(t *testing.T) {
	t.Parallel()
	s, _, handler := withDesk(t)
	flooder := s.NewDesk("nobody@desk.example")
	s.FloodUntil(t, "127.0.0.1", http.StatusTooManyRequests, func() (flood []*http.Request) {
		for range 800 {
			flood = append(flood, s.JSONRequest(t, "/api/desk/salt", map[string]string{"email": flooder.Email}))
		}
		return flood
	})
	delete(handler.Cookies, "hotline")
	handler.SignIn(t)
}

// A link of the server leads to a set-up that can be finished, also where somebody
// was invited as administrator and never came.
func TestSetupLinkBesideAnInvitedAdministrator(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	rig.Run(t, "handler", "invite", "--data", data, "--name", "Never Came", "--email", "never@desk.example", "--role", "admin")
	s := rig.Start(t, data)
	admin, _ := s.Setup(t)
	if !alive(t, admin) {
		t.Error("the first administrator is not signed in")
	}
}
