package api

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"hotline/test/rig"
)

// withDesk starts a hotline with an administrator and a handler of HR.
func withDesk(t *testing.T, flags ...string) (s *rig.Server, admin, handler *rig.Desk) {
	t.Helper()
	s = rig.Start(t, filepath.Join(t.TempDir(), "data"), flags...)
	admin, _ = s.Setup(t)
	handler, _ = s.Invite(t, "hr@desk.example", "--queue", "hr")
	return s, admin, handler
}

// alive reports whether a browser is signed in.
func alive(t *testing.T, d *rig.Desk) bool {
	t.Helper()
	return d.Get(t, "/api/desk/session").Status == http.StatusOK
}

// with is a browser that has nothing but these cookies.
func with(d *rig.Desk, cookies map[string]string) *rig.Desk {
	other := d.Server.NewDesk(d.Email)
	for name, value := range cookies {
		other.Cookies[name] = value
	}
	return other
}

func TestSetupLinkWorksOnce(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"))
	token := s.SetupToken(t, 0)
	s.Setup(t)
	if res := s.NewDesk("").Post(t, "/api/desk/enrol/look", map[string]string{"token": token}); res.Status != http.StatusNotFound {
		t.Errorf("the setup link is good a second time: %d", res.Status)
	}
	if err := s.Stop(t); err != nil {
		t.Fatal(err)
	}
	before := len(s.Log())
	s.Restart(t)
	if strings.Contains(s.Log()[before:], "/desk/enrol#") {
		t.Error("a hotline that has an administrator prints a setup link")
	}
}

func TestSetupLinkOfAnEarlierStartIsVoid(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"))
	first := s.SetupToken(t, 0)
	if err := s.Stop(t); err != nil {
		t.Fatal(err)
	}
	before := len(s.Log())
	s.Restart(t)
	look := func(token string) int {
		return s.NewDesk("").Post(t, "/api/desk/enrol/look", map[string]string{"token": token}).Status
	}
	if got := look(first); got != http.StatusNotFound {
		t.Errorf("the earlier link: %d", got)
	}
	if got := look(s.SetupToken(t, before)); got != http.StatusOK {
		t.Errorf("the new link: %d", got)
	}
}

func TestInvitationWorksOnceAndTheNextOneVoidsIt(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"))
	invite := func(more ...string) string {
		return rig.TokenIn(t, rig.Run(t, append([]string{"handler", "invite", "--data", s.Data, "--email", "new@desk.example"}, more...)...))
	}
	first := invite("--name", "New", "--queue", "hr")
	second := invite()
	look := func(token string) int {
		return s.NewDesk("").Post(t, "/api/desk/enrol/look", map[string]string{"token": token}).Status
	}
	if got := look(first); got != http.StatusNotFound {
		t.Errorf("the first link after the second was made: %d", got)
	}
	d := s.NewDesk("new@desk.example")
	d.Enrol(t, second, nil)
	if got := look(second); got != http.StatusNotFound {
		t.Errorf("the link after it was used: %d", got)
	}
	if !alive(t, d) {
		t.Error("whoever enrols is signed in")
	}
}

// A cookie that somebody else has put into the browser is not the one of the
// session that begins.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	_, admin, handler := withDesk(t)
	stolen := map[string]string{"hotline": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
	handler.Cookies = stolen
	handler.SignIn(t)
	if handler.Cookies["hotline"] == "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" {
		t.Error("the session took the cookie that was there before")
	}
	// Nor does a session of somebody else go on under another name.
	before := admin.Cookies["hotline"]
	handler.Cookies = map[string]string{"hotline": before}
	handler.SignIn(t)
	if alive(t, with(admin, map[string]string{"hotline": before})) {
		t.Error("the session that was there before lives on")
	}
}

func TestSessionTokenChangesWithStepUpAndFormsStayGood(t *testing.T) {
	t.Parallel()
	_, _, handler := withDesk(t)
	token, before := handler.Token(t), handler.Cookies["hotline"]
	var first, second rig.DeskSession
	rig.Decode(t, handler.Get(t, "/api/desk/session"), &first)
	if res := handler.Post(t, "/api/desk/step-up", map[string]any{"auth": handler.Auth(t, rig.Password)}); res.Status != http.StatusOK {
		t.Fatalf("step-up: %d\n%s", res.Status, res.Body)
	}
	if handler.Cookies["hotline"] == before || alive(t, with(handler, map[string]string{"hotline": before})) {
		t.Error("the cookie before is still good")
	}
	rig.Decode(t, handler.Get(t, "/api/desk/session"), &second)
	if string(first.Key) != string(second.Key) {
		t.Error("the key of the tab changed, so that the identity in it is lost")
	}
	res := handler.PostForm(t, "/en/desk/account/sessions", url.Values{"token": {token}, "end": {"others"}})
	if res.Status != http.StatusSeeOther {
		t.Errorf("a form of a page from before: %d", res.Status)
	}
}

func TestStepUpIsAskedFor(t *testing.T) {
	t.Parallel()
	s, admin, handler := withDesk(t)
	aged := func(d *rig.Desk) {
		s.Exec(t, `UPDATE sessions SET confirmed = confirmed - 301`)
	}
	aged(admin)
	for _, c := range []struct {
		path string
		body any
	}{
		{"/api/desk/account/password", map[string]any{}},
		{"/api/desk/account/totp/begin", map[string]any{}},
		{"/api/desk/account/passkeys/begin", map[string]any{}},
		{"/api/desk/account/passkeys/remove", map[string]any{"id": "AAAA"}},
	} {
		res := handler.Post(t, c.path, c.body)
		if res.Status != http.StatusForbidden || rig.ProblemOf(t, res).Error != "step-up" {
			t.Errorf("%s: %d %s", c.path, res.Status, res.Body)
		}
	}
	invite := url.Values{"name": {"Mallory"}, "email": {"mallory@desk.example"}, "role": {"handler"}, "queue": {"hr"}, "language": {"en"}}
	res := admin.PostForm(t, "/en/desk/admin/people", invite)
	if res.Status != http.StatusForbidden || strings.Contains(res.Body, "/desk/enrol#") {
		t.Errorf("inviting without step-up: %d", res.Status)
	}
	for _, kept := range []string{`name="name" value="Mallory"`, `name="queue" value="hr"`, `action="/en/desk/admin/people"`} {
		if !strings.Contains(res.Body, kept) {
			t.Errorf("the page that asks lacks %s", kept)
		}
	}
	for _, page := range []string{"organization", "contacts", "recovery", "queues", "routing", "entities", "webhooks", "register"} {
		if res := admin.PostForm(t, "/en/desk/admin/"+page, url.Values{}); res.Status != http.StatusForbidden || !strings.Contains(res.Body, `id="stopped"`) {
			t.Errorf("%s without step-up: %d", page, res.Status)
		}
	}
	export := "/en/desk/cases/0123456789abcdef0123456789abcdef/export"
	if res := handler.PostForm(t, export, url.Values{}); res.Status != http.StatusForbidden || !strings.Contains(res.Body, `action="`+export+`"`) {
		t.Errorf("a sealed export without step-up: %d", res.Status)
	}
	admin.Post(t, "/api/desk/step-up", map[string]any{"auth": admin.Auth(t, rig.Password)})
	if res := admin.PostForm(t, "/en/desk/admin/people", invite); res.Status != http.StatusCreated || !strings.Contains(res.Body, "/desk/enrol#") {
		t.Errorf("inviting after step-up: %d", res.Status)
	}
	if res := handler.Post(t, "/api/desk/step-up", map[string]any{"auth": handler.Auth(t, "not the password")}); res.Status != http.StatusUnauthorized {
		t.Errorf("step-up with a wrong password: %d", res.Status)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s *rig.Server, admin, handler *rig.Desk){
		"idle": func(t *testing.T, s *rig.Server, _, _ *rig.Desk) { s.Exec(t, `UPDATE sessions SET seen = seen - 901`) },
		"after eight hours": func(t *testing.T, s *rig.Server, _, _ *rig.Desk) {
			s.Exec(t, `UPDATE sessions SET created = created - 28801`)
		},
		"a clock that was set back": func(t *testing.T, s *rig.Server, _, _ *rig.Desk) {
			s.Exec(t, `UPDATE sessions SET seen = seen + 7200`)
		},
		"signed out": func(t *testing.T, _ *rig.Server, _, handler *rig.Desk) {
			other := with(handler, handler.Cookies)
			if res := other.PostForm(t, "/ja/desk/sign-out", url.Values{}); res.Status != http.StatusSeeOther || other.Cookies["hotline"] != "" {
				t.Errorf("sign-out: %d, cookie %q", res.Status, other.Cookies["hotline"])
			}
		},
		"everywhere": func(t *testing.T, _ *rig.Server, _, handler *rig.Desk) {
			other := with(handler, handler.Cookies)
			other.PostForm(t, "/en/desk/account/sessions", url.Values{"end": {"all"}})
		},
		"disabled by an administrator": func(t *testing.T, _ *rig.Server, admin, handler *rig.Desk) {
			var s rig.DeskSession
			rig.Decode(t, handler.Get(t, "/api/desk/session"), &s)
			if res := admin.PostForm(t, "/en/desk/admin/people/"+s.Handler.ID+"/disable", url.Values{}); res.Status != http.StatusSeeOther {
				t.Errorf("disabling: %d\n%s", res.Status, res.Body)
			}
		},
		"disabled on the command line": func(t *testing.T, s *rig.Server, _, handler *rig.Desk) {
			rig.Run(t, "handler", "disable", "--data", s.Data, "--yes", handler.Email)
		},
		"enrolled again": func(t *testing.T, s *rig.Server, _, handler *rig.Desk) {
			again := s.NewDesk(handler.Email)
			again.Enrol(t, rig.TokenIn(t, rig.Run(t, "handler", "invite", "--data", s.Data, "--email", handler.Email)), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, admin, handler := withDesk(t)
			if !alive(t, handler) {
				t.Fatal("not signed in to begin with")
			}
			end(t, s, admin, handler)
			if res := handler.Get(t, "/api/desk/session"); res.Status != http.StatusUnauthorized {
				t.Errorf("the session lives on: %d", res.Status)
			}
			if res := handler.Get(t, "/en/desk/cases?tab=mine"); res.Status != http.StatusSeeOther || res.Header.Get("Location") != "/en/desk/sign-in?next=%2Fcases%3Ftab%3Dmine" {
				t.Errorf("a page: %d to %q", res.Status, res.Header.Get("Location"))
			}
		})
	}
}

func TestChangedPasswordEndsEveryOtherSession(t *testing.T) {
	t.Parallel()
	_, _, handler := withDesk(t)
	other := with(handler, nil)
	handler.WithCodes(t)
	ticket := other.PasswordOnly(t)
	res := other.Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": handler.Code(t)})
	if res.Status != http.StatusOK {
		t.Fatalf("second browser: %d\n%s", res.Status, res.Body)
	}
	var s rig.DeskSession
	rig.Decode(t, handler.Get(t, "/api/desk/session"), &s)
	res = handler.Post(t, "/api/desk/account/password", map[string]any{"salt": s.Salt, "auth": make([]byte, 32), "identity": s.Identity})
	if res.Status != http.StatusOK {
		t.Fatalf("changing the password: %d\n%s", res.Status, res.Body)
	}
	if !alive(t, handler) || alive(t, other) {
		t.Errorf("this session lives: %v, the other: %v", alive(t, handler), alive(t, other))
	}
	if res := handler.Post(t, "/api/desk/sign-in", map[string]any{"email": handler.Email, "auth": handler.Auth(t, rig.Password)}); res.Status != http.StatusUnauthorized {
		t.Errorf("the old password: %d", res.Status)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{"https://hotline.example": "__Host-hotline", "http://hotline.onion": "hotline"} {
		s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--public-url", url)
		d, _ := s.Setup(t)
		if d.Cookies[want] == "" {
			t.Errorf("%s: cookies %v", url, d.Cookies)
		}
		d.WithCodes(t)
		ticket := d.PasswordOnly(t)
		res := d.Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": d.Code(t)})
		for _, header := range res.Header.Values("Set-Cookie") {
			lower := strings.ToLower(header)
			path := "path=/"
			if strings.Contains(lower, "device") {
				path = "path=/api/desk" // it does not go to a reporter's page
			}
			for _, need := range []string{path, "httponly", "samesite=strict"} {
				if !strings.Contains(lower, need) {
					t.Errorf("%s: %q lacks %s", url, header, need)
				}
			}
			if strings.Contains(lower, "domain=") || strings.Contains(lower, "secure") != strings.HasPrefix(url, "https:") {
				t.Errorf("%s: %q", url, header)
			}
		}
	}
}

func TestFormsOfOtherSitesAndSessionsAreRefused(t *testing.T) {
	t.Parallel()
	_, admin, handler := withDesk(t)
	if res := handler.PostForm(t, "/en/desk/sign-out", url.Values{"token": {admin.Token(t)}}); res.Status != http.StatusForbidden {
		t.Errorf("another session's token: %d", res.Status)
	}
	if res := handler.PostForm(t, "/en/desk/sign-out", url.Values{"token": {""}}); res.Status != http.StatusForbidden {
		t.Errorf("no token: %d", res.Status)
	}
	if !alive(t, handler) {
		t.Error("the refused sign-out signed out")
	}
}
