package rig

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hotline/crypto"
)

// Password is what the handlers of tests sign in with.
const Password = "a calm lake in November"

// Desk is a handler's browser: it keeps cookies, stretches the password and
// knows the secret of the one-time codes.
type Desk struct {
	Server  *Server
	Email   string
	Secret  string // of the one-time codes
	Cookies map[string]string
	step    int64 // of the last code, so that none is used twice
}

// NewDesk is a browser that has never been here.
func (s *Server) NewDesk(email string) *Desk {
	return &Desk{Server: s, Email: email, Cookies: map[string]string{}}
}

// Send sends a request with the browser's cookies, and keeps those of the answer.
func (d *Desk) Send(t testing.TB, r *http.Request) Response {
	t.Helper()
	for name, value := range d.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := Do(t, r)
	for _, c := range (&http.Response{Header: res.Header}).Cookies() {
		d.Cookies[c.Name] = c.Value
		if c.Value == "" || !c.Expires.IsZero() && c.Expires.Before(time.Now()) {
			delete(d.Cookies, c.Name)
		}
	}
	return res
}

// Get asks for a page.
func (d *Desk) Get(t testing.TB, path string) Response {
	t.Helper()
	r, err := http.NewRequest("GET", d.Server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Send(t, r)
}

// Post sends a request as the desk's scripts do.
func (d *Desk) Post(t testing.TB, path string, body any) Response {
	t.Helper()
	return d.Send(t, d.Server.JSONRequest(t, path, body))
}

var formToken = regexp.MustCompile(`name="token" value="([0-9a-f]+)"`)

// Token is the form token of the browser's session.
func (d *Desk) Token(t testing.TB) string {
	t.Helper()
	found := formToken.FindStringSubmatch(d.Get(t, "/en/desk/account").Body)
	if found == nil {
		t.Fatal("the account page has no form")
	}
	return found[1]
}

// PostForm sends a form of a page, with the session's token unless it has one.
func (d *Desk) PostForm(t testing.TB, path string, fields url.Values) Response {
	t.Helper()
	if !fields.Has("token") {
		fields.Set("token", d.Token(t))
	}
	r, err := http.NewRequest("POST", d.Server.URL+path, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.Send(t, r)
}

// DeskSession is SESSION of docs/desk-api.md.
type DeskSession struct {
	Handler struct {
		ID, Name, Email, Recipient string
		Roles, Branches            []string
	}
	Key        []byte
	Idle, Ends int
	Salt       []byte
	Identity   []byte
	Error      string
	Ticket     string
}

// Code is a one-time code that was not used before.
func (d *Desk) Code(t testing.TB) string {
	t.Helper()
	now := time.Now().Unix()
	d.step = max(d.step+1, (now+20)/30-1) // not one that ends within twenty seconds
	code, err := totp.GenerateCode(d.Secret, time.Unix(d.step*30, 0))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// WithCodes lets a test sign in again and again: the codes of one step are good
// once, and only three steps are good at a time. Instead of waiting for the next
// step, the server forgets the last one.
func (d *Desk) WithCodes(t testing.TB) {
	t.Helper()
	if d.step < time.Now().Unix()/30 {
		return // the next code is good
	}
	d.Server.Exec(t, `UPDATE credentials SET totp_step = 0 WHERE handler_id = (SELECT id FROM handlers WHERE email = $1)`, d.Email)
	d.step = 0
}

// Enrol enrols with the token of an invitation, and is signed in then. It makes
// an identity where one is wanted.
func (d *Desk) Enrol(t testing.TB, token string, more map[string]any) (DeskSession, crypto.Identity) {
	t.Helper()
	var look struct{ Kind, Key, Secret, Email string }
	Decode(t, d.Post(t, "/api/desk/enrol/look", map[string]string{"token": token}), &look)
	d.Secret = look.Secret
	stretched := stretch(t, Password, salt)
	body := map[string]any{"token": token, "name": "", "email": "", "queues": []string{}, "salt": salt, "auth": stretched.Auth, "recipient": "", "identity": []byte{}, "code": d.Code(t)}
	for k, v := range more {
		body[k] = v
	}
	var identity crypto.Identity
	var err error
	queues, _ := body["queues"].([]string)
	if look.Key != "none" && look.Key != "offline" && (look.Kind == "enrol" || len(queues) > 0) {
		if identity, err = crypto.NewIdentity(); err != nil {
			t.Fatal(err)
		}
		if body["identity"], err = crypto.WrapIdentity(identity, stretched.Wrap); err != nil {
			t.Fatal(err)
		}
		body["recipient"] = identity.Recipient().String()
	}
	var s DeskSession
	res := d.Post(t, "/api/desk/enrol", body)
	if res.Status != http.StatusOK {
		t.Fatalf("enrolling: %d\n%s", res.Status, res.Body)
	}
	Decode(t, res, &s)
	return s, identity
}

// SignIn signs in with password and code.
func (d *Desk) SignIn(t testing.TB) DeskSession {
	t.Helper()
	ticket := d.PasswordOnly(t)
	d.WithCodes(t)
	res := d.Post(t, "/api/desk/sign-in/second", map[string]string{"ticket": ticket, "code": d.Code(t)})
	if res.Status != http.StatusOK {
		t.Fatalf("the code: %d\n%s", res.Status, res.Body)
	}
	var s DeskSession
	Decode(t, res, &s)
	return s
}

// PasswordOnly gives address and password, and returns the ticket for what comes
// next.
func (d *Desk) PasswordOnly(t testing.TB) string {
	t.Helper()
	res := d.Post(t, "/api/desk/sign-in", map[string]any{"email": d.Email, "auth": d.Auth(t, Password)})
	if res.Status != http.StatusOK {
		t.Fatalf("the password: %d\n%s", res.Status, res.Body)
	}
	var s DeskSession
	Decode(t, res, &s)
	return s.Ticket
}

// Auth is what a browser sends instead of a password.
func (d *Desk) Auth(t testing.TB, password string) []byte {
	t.Helper()
	var salted struct{ Salt []byte }
	Decode(t, d.Post(t, "/api/desk/salt", map[string]string{"email": d.Email}), &salted)
	return stretch(t, password, salted.Salt).Auth
}

// salt is everybody's in the tests of a process, so that a password is stretched
// once: that takes 64 MB and a while, and has tests of its own.
var salt = func() []byte {
	salt := make([]byte, crypto.PasswordSaltSize)
	rand.Read(salt)
	return salt
}()

var stretchings sync.Map // password + salt → func() (crypto.Stretched, error)

func stretch(t testing.TB, password string, salt []byte) crypto.Stretched {
	t.Helper()
	once, _ := stretchings.LoadOrStore(password+string(salt), sync.OnceValues(func() (crypto.Stretched, error) { return crypto.Stretch(password, salt) }))
	s, err := once.(func() (crypto.Stretched, error))()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var link = regexp.MustCompile(`/desk/enrol#([A-Za-z0-9_-]{43})`)

// TokenIn is the token of the enrolment link in a text.
func TokenIn(t testing.TB, text string) string {
	t.Helper()
	found := link.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no link to enrol in\n%s", text)
	}
	return found[1]
}

// SetupToken is the token of the setup link that the server prints, after so many
// bytes of its log. It prints it some moments after it answers.
func (s *Server) SetupToken(t testing.TB, after int) string {
	t.Helper()
	Until(t, "the server prints a setup link", func() bool { return link.MatchString(s.Log()[after:]) })
	return TokenIn(t, s.Log()[after:])
}

// Setup sets a new hotline up: its first administrator, who may read queues.
func (s *Server) Setup(t testing.TB, queues ...string) (*Desk, crypto.Identity) {
	t.Helper()
	if queues == nil {
		queues = []string{}
	}
	d := s.NewDesk("admin@desk.example")
	_, identity := d.Enrol(t, s.SetupToken(t, 0), map[string]any{"name": "Admin", "email": d.Email, "queues": queues})
	return d, identity
}

// Invite has the command line invite somebody, who enrols at once.
func (s *Server) Invite(t testing.TB, email string, flags ...string) (*Desk, crypto.Identity) {
	t.Helper()
	args := append([]string{"handler", "invite", "--data", s.Data, "--name", "Name of " + email, "--email", email}, flags...)
	d := s.NewDesk(email)
	_, identity := d.Enrol(t, TokenIn(t, Run(t, args...)), nil)
	return d, identity
}
