package test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// who are the people of the matrix, and what each may do.
type matrix struct {
	server *rig.Server
	people map[string]*rig.Desk
	caseID string // of HR
	file   string // of that case
	person string // id of somebody
}

// newMatrix is a hotline with one person of every kind, and a case of HR.
func newMatrix(t *testing.T) *matrix {
	s, admin, hr := withDesk(t, "--limits", "off")
	m := &matrix{server: s, people: map[string]*rig.Desk{"nobody": s.NewDesk(""), "admin": admin, "hr": hr}}
	m.people["compliance"], _ = s.Invite(t, "compliance@desk.example", "--queue", "compliance")
	m.people["intake"], _ = s.Invite(t, "intake@desk.example", "--role", "intake")
	m.people["auditor"], _ = s.Invite(t, "auditor@desk.example", "--role", "auditor")
	both, _ := s.Invite(t, "both@desk.example", "--role", "admin", "--role", "handler", "--queue", "hr")
	m.people["admin and hr"] = both
	reporter := rig.NewReporter(t)
	in := s.Intake(t)
	file, sealed := reporter.SealFile(t, "photo.jpg", []byte("a photograph"))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	res := s.PostJSON(t, "/api/reports", reporter.Seal(t, in, "power-harassment", "own", "Text that only HR reads.", file))
	if res.Status != http.StatusCreated {
		t.Fatalf("the report: %d\n%s", res.Status, res.Body)
	}
	m.caseID, m.file = reporter.CaseID, file.ID
	var session rig.DeskSession
	rig.Decode(t, hr.Get(t, "/api/desk/session"), &session)
	m.person = session.Handler.ID
	return m
}

// line is a route of the matrix: who gets which status.
type line struct {
	method, path string
	body         any            // of a script; url.Values of a form
	want         map[string]int // by person; "" is everybody else
}

func (m *matrix) lines() []line {
	onlyHR := func(ok, others int) map[string]int {
		return map[string]int{"hr": ok, "admin and hr": ok, "compliance": http.StatusNotFound, "nobody": http.StatusUnauthorized, "": others}
	}
	page := func(ok int, others ...string) map[string]int {
		want := map[string]int{"nobody": http.StatusSeeOther, "": http.StatusNotFound}
		for _, o := range others {
			want[o] = ok
		}
		return want
	}
	everybody := func(ok, signedOut int) map[string]int { return map[string]int{"nobody": signedOut, "": ok} }
	const refused = http.StatusForbidden
	at := "/api/desk/cases/" + m.caseID
	desk := "/en/desk/cases/" + m.caseID
	return []line{
		{"GET", "/api/desk/session", nil, everybody(200, 401)},
		{"POST", "/api/desk/session", struct{}{}, everybody(200, 401)},
		{"POST", "/api/desk/step-up/begin", struct{}{}, everybody(200, 401)},
		{"POST", "/api/desk/step-up", map[string]any{"auth": make([]byte, 32)}, everybody(401, 401)},
		{"POST", "/api/desk/account/password", struct{}{}, everybody(400, 401)},
		{"POST", "/api/desk/account/totp/begin", struct{}{}, everybody(200, 401)},
		{"POST", "/api/desk/account/totp", map[string]any{"ticket": "x"}, everybody(401, 401)},
		{"POST", "/api/desk/account/passkeys/begin", struct{}{}, everybody(403, 401)}, // an IP address has no passkeys
		{"POST", "/api/desk/account/passkeys", map[string]any{"ticket": "x", "name": "x"}, everybody(401, 401)},
		{"POST", "/api/desk/account/passkeys/remove", map[string]any{"id": "AAAA"}, everybody(404, 401)},

		{"POST", "/api/desk/summaries", map[string]any{"cases": []string{m.caseID}}, map[string]int{"hr": 200, "admin and hr": 200, "compliance": 200, "nobody": 401, "": refused}},
		{"GET", at, nil, onlyHR(200, refused)},
		{"GET", at + "/files/" + m.file, nil, onlyHR(200, refused)},
		{"POST", at + "/read", map[string]any{"seq": 1}, onlyHR(200, refused)},
		{"POST", at + "/messages", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/moves", map[string]any{"from": "received", "to": "closed", "outcome": ""}, onlyHR(422, refused)},

		{"GET", "/en/desk", nil, map[string]int{"": 303}},
		{"GET", "/en/desk/sign-in", nil, everybody(200, 200)},
		{"GET", "/en/desk/enrol", nil, everybody(200, 200)},
		{"GET", "/en/desk/account", nil, everybody(200, 303)},
		{"POST", "/en/desk/account/sessions", url.Values{"end": {"no such"}}, everybody(303, 303)},
		{"GET", "/en/desk/cases", nil, page(200, "hr", "compliance", "admin and hr")},
		{"GET", desk, nil, page(200, "hr", "admin and hr")},
		{"GET", desk + "/export", nil, page(200, "hr", "admin and hr")},
		{"POST", desk + "/facts", url.Values{"seen-priority": {"normal"}, "priority": {"normal"}}, page(303, "hr", "admin and hr")},
		{"GET", "/en/desk/admin/organization", nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/organization", url.Values{}, page(422, "admin", "admin and hr")},
		{"GET", "/en/desk/admin/people", nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people", url.Values{}, page(422, "admin", "admin and hr")},
		{"GET", "/en/desk/admin/people/" + m.person, nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + m.person, url.Values{}, page(422, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + m.person + "/invite", url.Values{}, page(201, "admin", "admin and hr")},
	}
}

// Elsewhere are the routes that the matrix cannot hold: they are before sign-in,
// or end the person's work.
var elsewhere = []string{
	"POST /api/desk/salt", "POST /api/desk/sign-in", "POST /api/desk/sign-in/second", "POST /api/desk/sign-in/passkey/begin",
	"POST /api/desk/sign-in/passkey", "POST /api/desk/enrol/look", "POST /api/desk/enrol", "POST /en/desk/sign-out", "POST /en/desk/admin/people/:id/disable",
}

func (m *matrix) send(t *testing.T, d *rig.Desk, l line) rig.Response {
	t.Helper()
	switch body := l.body.(type) {
	case nil:
		return d.Get(t, l.path)
	case url.Values:
		form := url.Values{"token": {"none"}}
		if d.Cookies["hotline"] != "" {
			form.Set("token", d.Token(t))
		}
		for k, v := range body {
			form[k] = v
		}
		return d.PostForm(t, l.path, form)
	default:
		return d.Post(t, l.path, body)
	}
}

// Every route of the desk, for every kind of person.
func TestDeskMatrix(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	for _, l := range m.lines() {
		for name, d := range m.people {
			want, own := l.want[name]
			if !own {
				want = l.want[""]
			}
			res := m.send(t, d, l)
			if res.Status != want {
				t.Errorf("%s: %s %s = %d, want %d\n%.300s", name, l.method, l.path, res.Status, want, res.Body)
			}
			if strings.Contains(res.Body, "Text that only HR reads.") {
				t.Errorf("%s: %s %s holds the text of a report", name, l.method, l.path)
			}
		}
	}
}

// A case of another queue is not there: its answers are those of a case that
// never was, byte for byte, and no list or count knows of it.
func TestCasesOfOtherQueuesAreNotThere(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	d := m.people["compliance"]
	for _, l := range m.lines() {
		if !strings.Contains(l.path, m.caseID) {
			continue
		}
		there, never := m.send(t, d, l), l
		never.path = strings.ReplaceAll(l.path, m.caseID, crypto.NewID())
		other := m.send(t, d, never)
		if there.Status != other.Status || there.Body != strings.ReplaceAll(other.Body, never.path, l.path) {
			t.Errorf("%s %s differs from a case that never was: %d, %d", l.method, l.path, there.Status, other.Status)
		}
	}
	list := d.Get(t, "/en/desk/cases?tab=all").Body
	if strings.Contains(list, m.caseID) {
		t.Error("the list of another queue names the case")
	}
	if got := d.Get(t, "/en/desk/cases?tab=all&queue=hr").Body; strings.Contains(got, m.caseID) {
		t.Error("asking for the queue by name shows the case")
	}
	for _, body := range []any{map[string]any{"cases": []string{m.caseID}}} {
		if res := d.Post(t, "/api/desk/summaries", body); strings.Contains(res.Body, m.caseID) {
			t.Errorf("its summary: %s", res.Body)
		}
	}
	if !strings.Contains(m.people["hr"].Get(t, "/en/desk/cases?tab=all").Body, m.caseID) {
		t.Error("HR does not see its own case")
	}
}

// A route that is not in the matrix belongs into it.
func TestMatrixHoldsEveryRoute(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../server/routes_desk.go")
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{caseID: ":id", file: ":file", person: ":id"}
	known := slices.Clone(elsewhere)
	for _, l := range m.lines() {
		known = append(known, l.method+" "+l.path)
	}
	text := strings.ReplaceAll(string(source), `deskFilePath+"`, `"/api/desk/cases/`)
	found := regexp.MustCompile(`app\.(Get|Post)\((at|at\+)?"?([^",]*)"?,`).FindAllStringSubmatch(text, -1)
	if len(found) < 30 {
		t.Fatalf("only %d routes found", len(found))
	}
	for _, f := range found {
		path := f[3]
		if f[2] != "" {
			path = "/en/desk" + f[3]
		}
		if route := strings.ToUpper(f[1]) + " " + path; !slices.Contains(known, route) {
			t.Errorf("%s is not in the matrix", route)
		}
	}
}

// Nobody raises their own rights, and the last administrator stays.
func TestNobodyPromotesThemselves(t *testing.T) {
	t.Parallel()
	s, admin, handler := withDesk(t)
	id := func(d *rig.Desk) string {
		var session rig.DeskSession
		rig.Decode(t, d.Get(t, "/api/desk/session"), &session)
		return session.Handler.ID
	}
	own := "/en/desk/admin/people/" + id(admin)
	for _, path := range []string{own, own + "/disable", own + "/invite"} {
		if res := admin.PostForm(t, path, url.Values{"role": {"admin", "handler"}, "queue": {"hr"}}); res.Status != http.StatusForbidden {
			t.Errorf("%s by oneself: %d", path, res.Status)
		}
	}
	if res := handler.PostForm(t, "/en/desk/admin/people/"+id(handler), url.Values{"role": {"admin"}}); res.Status != http.StatusNotFound {
		t.Errorf("a handler makes themselves administrator: %d", res.Status)
	}
	second, _ := s.Invite(t, "second@desk.example", "--role", "admin")
	if res := second.PostForm(t, own, url.Values{"role": {"auditor"}}); res.Status != http.StatusSeeOther {
		t.Fatalf("one of two administrators: %d\n%s", res.Status, res.Body)
	}
	if res := admin.Get(t, "/en/desk/admin/people"); res.Status != http.StatusNotFound {
		t.Errorf("who is no administrator any more: %d", res.Status)
	}
	if out, err := rig.Try(t, "handler", "disable", "--data", s.Data, "--yes", second.Email); err == nil || !strings.Contains(out, "administrator") {
		t.Errorf("disabling the last administrator: %v\n%s", err, out)
	}
	if !alive(t, second) {
		t.Error("the last administrator was signed out")
	}
}
