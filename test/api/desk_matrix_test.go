package api

import (
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
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
	entity string // code
	queue  string // code of one that is built in

	part, language string // of a text of the organisation
	hook           string // path of a webhook of br
	letter         string // code of a template of br
}

// newMatrix is a hotline with one person of every kind, and a case of HR.
func newMatrix(t *testing.T) *matrix {
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	admin, _ := s.Setup(t)
	addEntity(t, s, "br", "")
	addEntity(t, s, "mx", "")
	hr, hrIdentity := s.Invite(t, "hr@desk.example", "--queue", "hr")
	m := &matrix{server: s, people: map[string]*rig.Desk{"nobody": s.NewDesk(""), "admin": admin, "hr": hr}, entity: "br", queue: "hr", part: "privacy", language: "pt"}
	m.hook, _ = addWebhook(t, admin, "Chat", "br", "https://192.168.0.1/services/token")
	m.letter = path.Base(addLetter(t, admin, "br", url.Values{"name": {"Works council"}, "use": {"question"}}))
	m.people["compliance"], _ = s.Invite(t, "compliance@desk.example", "--queue", "compliance")
	m.people["intake"], _ = s.Invite(t, "intake@desk.example", "--role", "intake")
	m.people["auditor"], _ = s.Invite(t, "auditor@desk.example", "--role", "auditor")
	m.people["admin of br"], _ = s.Invite(t, "admin.br@desk.example", "--role", "admin", "--entity", "br")
	m.people["admin of mx"], _ = s.Invite(t, "admin.mx@desk.example", "--role", "admin", "--entity", "mx")
	m.people["auditor of br"], _ = s.Invite(t, "auditor.br@desk.example", "--role", "auditor", "--entity", "br")
	both, _ := s.Invite(t, "both@desk.example", "--role", "admin", "--role", "handler", "--queue", "hr")
	m.people["admin and hr"] = both
	m.people["excluded"], _ = s.Invite(t, "excluded@desk.example", "--queue", "hr")
	reporter := rig.NewReporter(t)
	in := s.Intake(t)
	file, sealed := reporter.SealFile(t, "photo.jpg", []byte("a photograph"))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	res := s.PostJSON(t, "/api/reports", reporter.Seal(t, in, "power-harassment", "own", "Text that only HR reads.", file))
	if res.Status != http.StatusCreated {
		t.Fatalf("the report: %d\n%s", res.Status, res.Body)
	}
	m.caseID, m.file = reporter.CaseID, file.ID
	if res := hr.Transfer(t, m.caseID, hrIdentity, "", m.people["excluded"].ID(t)); res.Status != http.StatusCreated {
		t.Fatalf("excluding somebody: %d\n%s", res.Status, res.Body)
	}
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
		return map[string]int{"hr": ok, "admin and hr": ok, "compliance": http.StatusNotFound, "excluded": http.StatusNotFound, "nobody": http.StatusUnauthorized, "": others}
	}
	handlers := func(ok int) map[string]int {
		return map[string]int{"hr": ok, "admin and hr": ok, "compliance": ok, "excluded": ok, "nobody": http.StatusUnauthorized, "": http.StatusForbidden}
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
	desk := "/en/desk/cases/" + m.caseID
	return append([]line{
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

		{"POST", "/api/desk/summaries", map[string]any{"cases": []string{m.caseID}}, handlers(200)},
		{"POST", "/api/desk/search", map[string]any{"after": ""}, handlers(200)},
		{"POST", "/api/desk/access", struct{}{}, handlers(200)},
		{"POST", "/api/desk/access/keys", map[string]any{"to": "x"}, handlers(400)},
		{"POST", "/api/desk/access/grant", map[string]any{"to": "x"}, handlers(400)},
		{"POST", "/api/desk/access/unchecked", map[string]any{"after": ""}, handlers(200)},
		{"POST", "/api/desk/access/checked", struct{}{}, handlers(200)},

		{"POST", "/api/desk/reports", map[string]any{}, map[string]int{"intake": 400, "nobody": 401, "": refused}},

		{"GET", "/en/desk", nil, map[string]int{"": 303}},
		{"GET", "/en/desk/sign-in", nil, everybody(200, 200)},
		{"GET", "/en/desk/enrol", nil, everybody(200, 200)},
		{"GET", "/en/desk/account", nil, everybody(200, 303)},
		{"POST", "/en/desk/account/sessions", url.Values{"end": {"no such"}}, everybody(303, 303)},
		{"POST", "/en/desk/account/notify", url.Values{"notify": {"daily"}, "notify_hour": {"8"}, "notify_language": {"en"}}, everybody(303, 303)},
		{"GET", "/en/desk/access", nil, page(200, "hr", "compliance", "admin and hr", "excluded")},
		{"GET", "/en/desk/search", nil, page(200, "hr", "compliance", "admin and hr", "excluded")},
		{"GET", "/en/desk/intake", nil, page(200, "intake")},
		{"GET", desk, nil, page(200, "hr", "admin and hr")},
		{"POST", desk + "/export", url.Values{}, page(200, "hr", "admin and hr")},
		{"POST", desk + "/facts", url.Values{"seen-priority": {"normal"}, "priority": {"normal"}}, page(303, "hr", "admin and hr")},
	}, slices.Concat(m.caseLines(onlyHR), m.listLines(handlers, page), m.setUpLines(page), m.letterLines(page, handlers(200)))...)
}

// caseLines are what the scripts of handlers do with one case.
func (m *matrix) caseLines(onlyHR func(int, int) map[string]int) []line {
	const refused = http.StatusForbidden
	at := "/api/desk/cases/" + m.caseID
	return []line{
		{"GET", at, nil, onlyHR(200, refused)},
		{"GET", at + "/files/" + m.file, nil, onlyHR(200, refused)},
		{"GET", at + "/messages?before=1", nil, onlyHR(400, refused)},
		{"POST", at + "/presence", map[string]any{"open": false}, onlyHR(200, refused)},
		{"POST", at + "/read", map[string]any{"seq": 1}, onlyHR(200, refused)},
		{"POST", at + "/messages", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/transfer/plan", map[string]any{"queue": "compliance", "who": ""}, onlyHR(200, refused)},
		{"POST", at + "/transfer", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/readmit", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/name", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/export", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/deletion", map[string]any{}, onlyHR(409, refused)},
		{"POST", at + "/labels", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/classification", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/links", map[string]any{}, onlyHR(400, refused)},
		{"POST", at + "/moves", map[string]any{"from": "received", "to": "closed", "outcome": ""}, onlyHR(422, refused)},
		{"POST", at + "/steps", map[string]any{"code": "inquiry", "on": ""}, onlyHR(422, refused)},
	}
}

// listLines are the list of cases, and what is done with several at once.
func (m *matrix) listLines(handlers func(int) map[string]int, page func(int, ...string) map[string]int) []line {
	return []line{
		{"POST", "/api/desk/facts", map[string]any{"fact": "assignee", "cases": []map[string]string{{"case": m.caseID, "seen": "", "now": ""}}}, handlers(200)},
		{"GET", "/api/desk/filters", nil, handlers(200)},
		{"POST", "/api/desk/filters", map[string]any{"version": 0, "filters": []byte("open")}, handlers(400)},
		{"GET", "/en/desk/cases/csv", nil, page(200, "hr", "compliance", "admin and hr", "excluded")},
		{"GET", "/en/desk/cases", nil, page(200, "hr", "compliance", "admin and hr", "excluded")},
	}
}

// setUpLines are the administration and the audit log.
func (m *matrix) setUpLines(page func(int, ...string) map[string]int) []line {
	const root, both, br, mx = "admin", "admin and hr", "admin of br", "admin of mx"
	person := m.person // of the whole organisation
	entity, queue := "/en/desk/admin/entities/"+m.entity, "/en/desk/admin/queues/"+m.queue
	words := "/en/desk/admin/words/" + m.entity
	return []line{
		{"GET", "/en/desk/audit", nil, page(200, "auditor", "auditor of br")},
		{"GET", "/en/desk/audit/csv", nil, page(200, "auditor", "auditor of br")},
		{"GET", "/en/desk/admin/set-up", nil, page(200, root, both, br, mx)},
		{"GET", "/en/desk/admin/notifications", nil, page(200, root, both, br, mx)},
		{"POST", "/en/desk/admin/notifications/test", url.Values{}, page(409, root, both, br, mx)},
		{"GET", "/en/desk/admin/entities", nil, page(200, root, both, br, mx)},
		{"POST", "/en/desk/admin/entities", url.Values{}, page(422, root, both, br, mx)},
		{"GET", entity, nil, page(200, root, both, br)},
		{"POST", entity, url.Values{}, page(422, root, both, br)},
		{"POST", entity + "/remove", url.Values{}, page(409, root, both, br)},
		{"GET", "/en/desk/admin/poster", nil, page(200, root, both, br, mx)},
		{"GET", "/en/desk/admin/words", nil, page(303, root, both, br, mx, "nobody")},
		{"GET", words, nil, page(200, root, both, br)},
		{"GET", words + "/" + m.part + "/" + m.language, nil, page(200, root, both, br)},
		{"POST", words + "/" + m.part + "/" + m.language, url.Values{"text": {"Own words"}, "do": {"preview"}, "seen": nil}, page(200, root, both, br)},
		{"GET", "/en/desk/admin/queues", nil, page(200, root, both)},
		{"POST", "/en/desk/admin/queues", url.Values{}, page(422, root, both)},
		{"GET", queue, nil, page(200, root, both)},
		{"POST", queue, url.Values{"name": {"Personnel"}, "seen": nil}, page(303, root, both)},
		{"POST", queue + "/remove", url.Values{}, page(403, root, both)},
		{"GET", "/en/desk/admin/routing", nil, page(200, root, both, br, mx)},
		{"POST", "/en/desk/admin/routing/preview", url.Values{}, page(400, root, both)},
		{"POST", "/en/desk/admin/routing", url.Values{}, page(400, root, both)},
		{"GET", webhooksPage, nil, page(200, root, both, br, mx)},
		{"POST", webhooksPage, url.Values{}, page(422, root, both, br, mx)},
		{"GET", m.hook, nil, page(200, root, both, br)},
		{"POST", m.hook, url.Values{}, page(422, root, both, br)},
		{"POST", m.hook + "/test", url.Values{}, page(303, root, both, br)},
		{"POST", m.hook + "/secret", url.Values{}, page(422, root, both, br)},
		{"POST", m.hook + "/switch", url.Values{}, page(422, root, both, br)},
		{"POST", m.hook + "/remove", url.Values{}, page(422, root, both, br)},
		{"GET", "/en/desk/admin/register", nil, page(200, root, both, br, mx)},
		{"POST", "/en/desk/admin/register", url.Values{}, page(422, root, both, br, mx)},
		{"GET", "/en/desk/admin/recovery", nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/recovery", url.Values{}, page(422, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/recovery/remove", url.Values{}, page(303, "admin", "admin and hr")},
		{"GET", "/en/desk/admin/organization", nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/organization", url.Values{}, page(422, "admin", "admin and hr")},
		{"GET", "/en/desk/admin/contacts", nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/contacts", url.Values{"show": {"yes"}}, page(303, "admin", "admin and hr")},
		{"GET", "/en/desk/admin/people", nil, page(200, root, both, br, mx)},
		{"POST", "/en/desk/admin/people", url.Values{}, page(422, root, both, br, mx)},
		{"GET", "/en/desk/admin/people/" + person, nil, page(200, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + person, url.Values{}, page(422, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + person + "/shown", url.Values{"shown_as": {"Head of HR"}}, page(303, "admin", "admin and hr")},
		{"POST", "/en/desk/account/deputy", url.Values{}, page(422, "hr", "compliance", "admin and hr", "excluded")},
		{"POST", "/en/desk/account/deputy/end", url.Values{"end": {"no such"}}, page(303, "hr", "compliance", "admin and hr", "excluded")},
		{"POST", "/en/desk/admin/people/" + person + "/deputy", url.Values{}, page(422, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + person + "/deputy/end", url.Values{"end": {"no such"}}, page(303, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + person + "/leads", url.Values{"seen": {"another"}}, page(422, "admin", "admin and hr")},
		{"POST", "/en/desk/admin/people/" + person + "/invite", url.Values{}, page(201, "admin", "admin and hr")},
	}
}

// letterLines are the templates of messages.
func (m *matrix) letterLines(page func(int, ...string) map[string]int, handlers map[string]int) []line {
	const root, both, br, mx = "admin", "admin and hr", "admin of br", "admin of mx"
	letters := "/en/desk/admin/letters/" + m.entity
	own := letters + "/" + m.letter
	return []line{
		{"POST", "/api/desk/letters", map[string]any{"entity": m.entity}, handlers},
		{"GET", "/en/desk/admin/letters", nil, page(303, root, both, br, mx, "nobody")},
		{"GET", letters, nil, page(200, root, both, br)},
		{"GET", letters + "/new", nil, page(200, root, both, br)},
		{"GET", own, nil, page(200, root, both, br)},
		{"POST", own, url.Values{}, page(422, root, both, br)},
		{"POST", own + "/remove", url.Values{}, page(409, root, both, br)},
		{"GET", own + "/" + m.language, nil, page(200, root, both, br)},
		{"POST", own + "/" + m.language, url.Values{"text": {"Gracias. {{Received}}"}, "do": {"preview"}, "seen": nil}, page(200, root, both, br)},
	}
}

// Elsewhere are the routes that the matrix cannot hold: they are before sign-in,
// or end the person's work.
var elsewhere = []string{
	"POST /api/desk/salt", "POST /api/desk/sign-in", "POST /api/desk/sign-in/second", "POST /api/desk/sign-in/passkey/begin",
	"POST /api/desk/sign-in/passkey", "POST /api/desk/enrol/look", "POST /api/desk/enrol", "POST /en/desk/sign-out", "POST /en/desk/admin/people/:id/disable", "POST /en/desk/admin/register/:id/end",
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
		if form.Has("seen") {
			form.Set("seen", seenOn(t, d, l.path))
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

// A case of another queue, or one that somebody is excluded from, is not there: its
// answers are those of a case that never was, byte for byte, and no list, count or
// search knows of it.
func TestCasesOfOthersAreNotThere(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	for _, name := range []string{"compliance", "excluded"} {
		d := m.people[name]
		for _, l := range m.lines() {
			if !strings.Contains(l.path, m.caseID) {
				continue
			}
			there, never := m.send(t, d, l), l
			never.path = strings.ReplaceAll(l.path, m.caseID, crypto.NewID())
			other := m.send(t, d, never)
			if there.Status != other.Status || there.Body != strings.ReplaceAll(other.Body, never.path, l.path) {
				t.Errorf("%s: %s %s differs from a case that never was: %d, %d", name, l.method, l.path, there.Status, other.Status)
			}
		}
		m.knowsNothing(t, name)
	}
	if list := m.people["hr"].Get(t, "/en/desk/cases?tab=all").Body; !strings.Contains(list, m.caseID) || tabCount(list) != "1" {
		t.Errorf("HR does not see its own case, or counts %q", tabCount(list))
	}
}

// knowsNothing looks for the case everywhere that is not its own.
func (m *matrix) knowsNothing(t *testing.T, name string) {
	t.Helper()
	d := m.people[name]
	for _, path := range []string{"/en/desk", "/en/desk/cases?tab=all", "/en/desk/cases?tab=new", "/en/desk/cases?tab=all&queue=hr", "/en/desk/cases/csv?tab=all", "/en/desk/access", "/en/desk/search"} {
		page := d.Get(t, path).Body
		if strings.Contains(page, m.caseID) || strings.Contains(page, m.caseID[:8]) {
			t.Errorf("%s: %s names the case", name, path)
		}
		if strings.Contains(path, "?tab=all") && !strings.Contains(path, "/csv") && tabCount(page) != "0" {
			t.Errorf("%s: %s counts %q", name, path, tabCount(page))
		}
	}
	for path, body := range map[string]any{
		"/api/desk/summaries": map[string]any{"cases": []string{m.caseID}}, "/api/desk/search": map[string]any{"after": ""}, "/api/desk/access": struct{}{},
		"/api/desk/access/unchecked": map[string]any{"after": ""}, "/api/desk/access/keys": map[string]any{"to": m.person, "source": "own", "after": ""},
	} {
		if res := d.Post(t, path, body); res.Status != http.StatusOK || strings.Contains(res.Body, m.caseID) {
			t.Errorf("%s: %s = %d %s", name, path, res.Status, res.Body)
		}
	}
}

var allTab = regexp.MustCompile(`tab=all"[^>]*>[^<]*<span class="count">([^<]*)<`)

// tabCount is the number of all cases on a page of the list.
func tabCount(page string) string {
	found := allTab.FindStringSubmatch(page)
	if found == nil {
		return "nothing"
	}
	return found[1]
}

// A route that is not in the matrix belongs into it.
func TestMatrixHoldsEveryRoute(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../server/routes_desk.go")
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{caseID: ":id", file: ":file", person: ":id", entity: ":code", queue: ":code", part: ":part", language: ":language", hook: webhooksPage + "/:id", letter: ":letter"}
	known := slices.Clone(elsewhere)
	for _, l := range m.lines() {
		path, _, _ := strings.Cut(l.path, "?")
		known = append(known, l.method+" "+path)
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
