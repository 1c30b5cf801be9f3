package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/intake"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
)

// typed is what a panic's value may hold, and neither answer nor log may.
const typed = "what-a-reporter-typed"

// panicking is a server within the test, whose routes and clock panic when they are told
// to.
type panicking struct {
	*rig.Server
	log    lockedBuffer
	routes atomic.Int32 // panicNever…
	clock  atomic.Int64 // which of the next looks at the clock panics; below 1: none
	looks  atomic.Int64
	cookie string // of somebody who may do everything
}

const (
	panicNever int32 = iota
	panicBefore
	panicAfter
)

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was logged since it was last asked.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.b.Reset()
	return l.b.String()
}

// now is the clock. It panics like anything that a handler calls, wherever that holds a
// lock.
func (p *panicking) now() time.Time {
	p.looks.Add(1)
	if p.clock.Add(-1) == 0 {
		panic(fmt.Errorf("%s", typed))
	}
	return time.Now()
}

func startPanicking(t *testing.T) (p *panicking, routes []*fiber.Route) {
	t.Helper()
	p = &panicking{}
	ctx := t.Context()
	st, files := withStore(ctx, t, p.now)
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	h := store.Handler{ID: crypto.NewID(), Name: "A", Email: "a@desk.example", Branches: casework.AtRoot(casework.Queues...), Recipient: id.Recipient().String(),
		Roles: []string{store.RoleHandler, store.RoleAdmin, store.RoleAuditor, store.RoleIntake}}
	if _, err := st.AddHandler(ctx, h); err != nil {
		t.Fatal(err)
	}
	if err := st.PutCredentials(ctx, store.Credentials{HandlerID: h.ID, Salt: make([]byte, 16), AuthHash: make([]byte, 32), Identity: []byte("wrapped")}); err != nil {
		t.Fatal(err)
	}
	p.cookie = crypto.NewToken()
	err = st.StartSession(ctx, store.Session{Hash: crypto.HashToken(p.cookie), ID: crypto.NewID(), HandlerID: h.ID, TabKey: make([]byte, 32), Browser: "other"}, casework.DayOf(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.Server = &rig.Server{URL: "http://" + l.Addr().String()}
	s, err := New(ctx, Config{
		Intake: intake.Config{Files: 3, FileSize: 64 << 10}, Store: st, Files: files, Fixed: store.Settings{Organization: "Example"}, PublicURL: p.URL,
		Log: slog.New(slog.NewTextHandler(&p.log, nil)), Now: p.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range s.app.Stack() {
		for _, route := range stack {
			last := len(route.Handlers) - 1
			handler := route.Handlers[last]
			route.Handlers[last] = func(c *fiber.Ctx) error {
				if p.routes.Load() == panicBefore {
					panic(typed)
				}
				err := handler(c)
				if p.routes.Load() == panicAfter {
					panic(typed)
				}
				return err
			}
			routes = append(routes, route)
		}
	}
	go s.http.Serve(l)
	t.Cleanup(func() { s.Shutdown(context.WithoutCancel(ctx)) })
	return p, routes
}

// F21: a panic in a handler, before or after it did its work, on each route: the generic
// 500 in the reader's language with every header and nothing of what the handler had
// answered; the same request is served right afterwards.
func TestPanicOnEachRoute(t *testing.T) {
	t.Parallel()
	p, routes := startPanicking(t)
	seen := map[string]bool{}
	for _, route := range routes {
		if route.Path == "/" && route.Method != fiber.MethodGet { // what stands before all routes
			continue
		}
		seen[route.Method+" "+route.Path] = true
		lang, _, _ := strings.Cut(strings.TrimPrefix(route.Path, "/"), "/")
		if lang != i18n.Fallback && i18n.Known(lang) { // the same handlers in another language
			p.routes.Store(panicBefore)
			p.checkBroken(t, route.Method, p.send(t, route), route.Path)
			continue
		}
		for _, when := range []int32{panicBefore, panicAfter} {
			p.routes.Store(when)
			p.checkBroken(t, route.Method, p.send(t, route), route.Path)
		}
		p.routes.Store(panicNever)
		if res := p.send(t, route); res.Status == http.StatusInternalServerError {
			t.Errorf("%s %s afterwards: %d\n%s", route.Method, route.Path, res.Status, p.log.take())
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d routes", len(seen))
	}
	t.Logf("panics on %d routes, those of one language before and after their handlers' work", len(seen))
}

// send sends a request that reaches a route.
func (p *panicking) send(t *testing.T, route *fiber.Route) rig.Response {
	t.Helper()
	path := strings.NewReplacer(":name", "hotline.css", ":code", "hr", ":letter", "acknowledge", ":language", "en", ":part", "privacy").Replace(route.Path)
	for _, param := range route.Params {
		path = strings.Replace(path, ":"+param, "x", 1)
	}
	body := strings.NewReader("")
	if route.Method == fiber.MethodPost {
		body = strings.NewReader("text=" + typed)
	}
	r, err := http.NewRequest(route.Method, p.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "hotline", Value: p.cookie})
	return rig.Do(t, r)
}

// checkBroken fails the test unless an answer is the one of last resort.
func (p *panicking) checkBroken(t *testing.T, method string, res rig.Response, path string) {
	t.Helper()
	if res.Status != http.StatusInternalServerError {
		t.Errorf("%s %s = %d, want 500", method, path, res.Status)
		return
	}
	rig.CheckHeaders(t, res)
	for _, name := range []string{"Content-Disposition", "Location", "Set-Cookie", "Content-Encoding", "Retry-After"} {
		if res.Header.Get(name) != "" {
			t.Errorf("%s %s: %s %q is left of another answer", method, path, name, res.Header.Get(name))
		}
	}
	switch lang, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); {
	case method == fiber.MethodHead:
	case strings.HasPrefix(path, "/api/"):
		if res.Body != `{"error":"broken"}` {
			t.Errorf("%s %s: %q", method, path, res.Body)
		}
	default:
		if !i18n.Known(lang) {
			lang = i18n.Fallback
		}
		if !strings.Contains(res.Body, `<html lang="`+lang) || len(res.Body) < 500 {
			t.Errorf("%s %s is not answered in %s:\n%.300s", method, path, lang, res.Body)
		}
	}
	log := p.log.take()
	if strings.Contains(res.Body, typed) || strings.Contains(log, typed) {
		t.Errorf("%s %s: the panic's value is told\n%s", method, path, log)
	}
	if !strings.Contains(log, "panic") || strings.Contains(log, p.cookie) || strings.Contains(log, "127.0.0.1") {
		t.Errorf("%s %s: the log says\n%s", method, path, log)
	}
}

// A panic at each look at the clock, wherever in a request that is: many are taken under a
// lock. The request is answered, and the same one is served afterwards: no lock is held.
func TestPanicLeavesNoLockHeld(t *testing.T) {
	t.Parallel()
	p, _ := startPanicking(t)
	panics, broken := 0, 0
	for name, flow := range p.flows(t) {
		p.looks.Store(0)
		if res := p.answer(t, flow); res.Status >= 400 {
			t.Fatalf("%s: %d\n%s", name, res.Status, res.Body)
		}
		step := int64(1)
		if os.Getenv("HOTLINE_TEST_LONG") == "" { // a few of them, spread over the request
			step = max(1, p.looks.Load()/5)
		}
		for n, looks := int64(1), p.looks.Load(); n <= looks; n += step {
			r := flow()
			p.clock.Store(n)
			res, err := rig.Send(r)
			fell := p.clock.Swap(0) <= 0
			log := p.log.take()
			if err != nil && !strings.Contains(log, "panic") { // otherwise an answer that had begun is cut
				t.Errorf("%s, look %d: %v", name, n, err)
			}
			if strings.Contains(res.Body+log, typed) {
				t.Errorf("%s, look %d: the panic's value is told\n%s", name, n, log)
			}
			if fell {
				panics++
			}
			if res.Status == http.StatusInternalServerError {
				broken++
				rig.CheckHeaders(t, res)
			} else if res.Status >= 500 && res.Status != http.StatusServiceUnavailable {
				t.Errorf("%s, look %d: %d", name, n, res.Status)
			}
			if res := p.answer(t, flow); res.Status >= 400 {
				t.Errorf("%s after a panic at look %d: %d\n%s%s", name, n, res.Status, log, p.log.take())
			}
		}
	}
	if broken == 0 {
		t.Error("no panic was answered: none reached a handler")
	}
	t.Logf("%d panics, %d of them answered with 500", panics, broken)
}

// answer sends the request of a flow.
func (p *panicking) answer(t *testing.T, flow func() *http.Request) rig.Response {
	t.Helper()
	r, cancel := context.WithTimeout(t.Context(), time.Minute) // a lock that stays held
	defer cancel()
	return rig.Do(t, flow().WithContext(r))
}

// flows make requests that are answered well each time, of what looks at the clock most.
func (p *panicking) flows(t *testing.T) map[string]func() *http.Request {
	receipt := p.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	reporter := p.SendReport(t, "bribery", "", "hello")
	signedIn := func(method, path, kind, body string) func() *http.Request {
		return func() *http.Request {
			r, err := http.NewRequest(method, p.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", kind)
			r.AddCookie(&http.Cookie{Name: "hotline", Value: p.cookie})
			return r
		}
	}
	const form, script = "application/x-www-form-urlencoded", "application/json"
	at := "/api/desk/cases/" + reporter.CaseID
	return map[string]func() *http.Request{
		"form": signedIn("GET", "/ja/report", form, ""),
		"report": func() *http.Request {
			return p.PostRequest(t, "/en/report", rig.WithForm(p.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: "hello"}), rig.TextFile("a.txt", 1000))
		},
		"look-up": func() *http.Request {
			return p.FieldsRequest(t, "/en/follow-up", rig.WithForm(p.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt})...)
		},
		"sealed report": func() *http.Request {
			return p.JSONRequest(t, "/api/reports", rig.NewReporter(t).Seal(t, p.Intake(t), "bribery", "", "hello"))
		},
		"sealed look-up": func() *http.Request {
			return p.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": p.FormToken(t, "/en/report"), "lookup": reporter.Lookup()})
		},
		"chunk": func() *http.Request {
			file, sealed := reporter.SealFile(t, "a.txt", []byte("hello"))
			return p.ChunkRequest(t, rig.Chunk{Form: p.FormToken(t, "/en/report"), ID: file.ID, Last: true, Content: sealed})
		},
		"recipients": signedIn("GET", "/api/intake", form, ""),
		"salt":       signedIn("POST", "/api/desk/salt", script, `{"email":"a@desk.example"}`),
		"session":    signedIn("POST", "/api/desk/session", script, `{}`),
		"case":       signedIn("GET", at, form, ""),
		"presence":   signedIn("POST", at+"/presence", script, `{"open":true}`),
		"read":       signedIn("POST", at+"/read", script, `{"seq":1}`),
		"facts":      signedIn("POST", "/en/desk/cases/"+reporter.CaseID+"/facts", form, "token="+p.formToken()+"&seen-priority=normal&priority=normal"),
		"list":       signedIn("GET", "/en/desk/cases", form, ""),
		"table":      signedIn("GET", "/en/desk/cases/csv", form, ""),
		"log":        signedIn("GET", "/en/desk/audit", form, ""),
		"people":     signedIn("GET", "/en/desk/admin/people", form, ""),
	}
}

// formToken is what forms of the session carry.
func (p *panicking) formToken() string {
	return session.Session{Session: store.Session{TabKey: make([]byte, 32)}}.FormToken()
}
