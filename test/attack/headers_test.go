package attack

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/test/rig"
)

var staticLink = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

func probe(name string, status int, method, path, header, body string) rig.Probe {
	return rig.Probe{Name: name, Status: status, Method: method, Path: path, Header: header, Body: body}
}

// pageProbes are all pages that a GET or HEAD reaches.
func pageProbes(t *testing.T, s *rig.Server) (all []rig.Probe) {
	get := func(name string, status int, path string) {
		all = append(all, rig.Probe{Name: name, Status: status, Method: "GET", Path: path},
			rig.Probe{Name: "HEAD " + name, Status: status, Method: "HEAD", Path: path})
	}
	get("home", 303, "/")
	get("home of an entity", 303, "/at/nowhere/")
	get("exit", 303, "/exit")
	get("lost", 404, "/no-such-page")
	for _, m := range staticLink.FindAllStringSubmatch(s.Get(t, "/en/").Body, -1) {
		get("static "+m[1], 200, m[1])
	}
	get("lost static", 404, "/static/hotline.css.map")
	get("list of static files", 200, "/.well-known/hotline-assets.json")
	get("intake", 200, "/api/intake")
	get("lost below the API", 404, "/api/no-such-thing")
	for _, lang := range rig.Languages {
		get(lang+" landing", 200, "/"+lang+"/")
		get(lang+" report", 200, "/"+lang+"/report")
		get(lang+" landing at an entity", 200, "/"+lang+"/at/nowhere/")
		get(lang+" report at an entity", 200, "/"+lang+"/at/nowhere/report")
		get(lang+" companies", 303, "/"+lang+"/at/")
		get(lang+" follow-up", 200, "/"+lang+"/follow-up")
		get(lang+" message", 303, "/"+lang+"/follow-up/message")
		get(lang+" note", 303, "/"+lang+"/note")
		get(lang+" lost", 404, "/"+lang+"/no-such-page")
	}
	return all
}

// formProbes are the answers that a form can get from an open server.
func formProbes(t *testing.T, s *rig.Server, receipt string) []rig.Probe {
	token := func() string { return s.FormToken(t, "/en/report") }
	waiting := s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now(), Again: true, Waits: time.Now()})
	unknown := crypto.NewReceipt([15]byte{1, 2, 3}).String()
	post := func(name string, status int, path, header, body string) rig.Probe {
		return probe(name, status, "POST", path, header, body)
	}
	return []rig.Probe{
		post("receipt", 201, "/en/report", rig.URLEncoded, "text=hello&form="+token()),
		post("switch", 200, "/ja/report", rig.URLEncoded, "switch=ja&text=hello&form="+token()),
		post("no text", 422, "/en/report", rig.URLEncoded, "form="+token()),
		post("no token", 422, "/en/report", rig.URLEncoded, "text=hello"),
		post("waiting", 429, "/en/report", rig.URLEncoded, "text=hello&form="+waiting),
		post("too large", 413, "/en/report", rig.URLEncoded, "text="+strings.Repeat("a", 2<<20)),
		post("json", 400, "/en/report", "Content-Type: application/json", `{"text":"hello"}`),
		post("no type", 400, "/en/report", "", "text=hello"),
		post("cross-site", 403, "/en/report", "Sec-Fetch-Site: cross-site", "text=hello"),
		post("conversation", 200, "/en/follow-up", rig.URLEncoded, "receipt="+receipt+"&form="+token()),
		post("unknown", 404, "/en/follow-up", rig.URLEncoded, "receipt="+unknown+"&form="+token()),
		post("mistyped", 422, "/en/follow-up", rig.URLEncoded, "receipt=A&form="+token()),
		post("message", 200, "/en/follow-up/message", rig.URLEncoded, "text=more&receipt="+receipt+"&form="+token()),
		post("no day", 400, "/en/note", rig.URLEncoded, "day=tomorrow"),
		post("empty message", 422, "/en/follow-up/message", rig.URLEncoded, "receipt="+receipt+"&form="+token()),
		post("lost", 404, "/en/no-such-page", rig.URLEncoded, "text=hello"),
		post("only GET", 405, "/en/", rig.URLEncoded, "text=hello"),
	}
}

// scriptProbes are the answers that a script can get from an open server.
func scriptProbes(t *testing.T, s *rig.Server) (all []rig.Probe) {
	const kind = "Content-Type: application/json"
	r := s.SendReport(t, "bribery", "", "a report")
	file, _ := s.PutFile(t, r, 2, "desk", 1000)
	token := s.Intake(t).Form
	post := func(name string, status int, path string, body rig.Sealed) {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, probe(name, status, "POST", path, kind, string(raw)))
	}
	other := rig.NewReporter(t)
	report := other.Seal(t, s.Intake(t), "bribery", "", "another report")
	waiting := s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now(), Again: true, Waits: time.Now()})
	post("sealed report", 201, "/api/reports", report)
	post("stale report", 409, "/api/reports", report.With("case", crypto.NewID(), "branch", "hr"))
	post("report without a token", 422, "/api/reports", report.With("form", ""))
	post("report that waits", 429, "/api/reports", report.With("form", waiting))
	post("sealed conversation", 200, "/api/follow-up", rig.Sealed{"form": token, "lookup": r.Lookup()})
	post("unknown look-up value", 404, "/api/follow-up", rig.Sealed{"form": token, "lookup": rig.NewReporter(t).Lookup()})
	post("no look-up value", 400, "/api/follow-up", rig.Sealed{"form": token})
	post("sealed message", 201, "/api/follow-up/messages", r.Message(t, token, 3, "more"))
	post("message of a taken number", 409, "/api/follow-up/messages", r.Message(t, token, 2, "more"))
	post("desk's file", 200, "/api/follow-up/file", rig.Sealed{"form": token, "lookup": r.Lookup(), "file": file})
	post("no file of the desk", 404, "/api/follow-up/file", rig.Sealed{"form": token, "lookup": r.Lookup(), "file": crypto.NewID()})
	post("unknown field", 400, "/api/reports", rig.Sealed{"text": "in the clear"})
	post("too large for a script", 413, "/api/reports", rig.Sealed{"form": strings.Repeat("a", 4<<20)})
	return append(all, probe("chunk without its header", 400, "POST", "/api/files", "", "x"),
		probe("script of another site", 403, "POST", "/api/reports", "Sec-Fetch-Site: cross-site", "{}"),
		probe("below the API only GET", 405, "POST", "/api/intake", kind, "{}"))
}

func TestSecurityHeadersStandOnEveryAnswer(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	probes := slices.Concat(pageProbes(t, s), formProbes(t, s, receipt), scriptProbes(t, s))
	for _, method := range []string{"PUT", "DELETE", "TRACE", "OPTIONS", "PATCH", "PROPFIND", "get", "POSTER"} {
		for _, path := range []string{"/", "/en/report", "/en/follow-up", "/static/hotline.css", "/no-such-page", "/api/intake", "/api/files", "/api/nothing"} {
			probes = append(probes, probe(method+" "+path, 405, method, path, "", ""))
		}
	}
	probes = append(probes, probe("huge header", 431, "GET", "/en/", "X-Filler: "+strings.Repeat("a", 40<<10), ""))
	for _, p := range probes {
		p.Run(t, s)
	}
}

func TestSecurityHeadersStandOnBrokenRequests(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	for _, request := range []string{"GET\r\n\r\n", "GET /en/ HTTP/1.1\r\nbroken header\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"} {
		for _, res := range s.Raw(t, request) {
			if res.Status < 400 || res.Status >= 500 {
				t.Errorf("%q = %d", request, res.Status)
			}
			rig.CheckHeaders(t, res)
		}
	}
}

func TestSecurityHeadersStandOnServerFaults(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, t.TempDir()+"/data", "--limits", "off")
	token := s.FormToken(t, "/en/report")
	probe("nobody can read it", 503, "POST", "/en/report", rig.URLEncoded, "text=hello&form="+token).Run(t, s)
	lookup := rig.NewReporter(t).Lookup()
	body := `{"form":"` + token + `","lookup":"` + lookup + `"}`
	s.Exec(t, `ALTER TABLE cases RENAME TO gone`)
	api := probe("broken database, for a script", 500, "POST", "/api/follow-up", "Content-Type: application/json", body)
	api.Run(t, s)
	if got := api.Send(t, s).Body; got != `{"error":"broken"}` {
		t.Errorf("a script is told %s", got)
	}
	receipt := crypto.NewReceipt([15]byte{1}).String()
	p := probe("broken database", 500, "POST", "/en/follow-up", rig.URLEncoded, "receipt="+receipt+"&form="+token)
	p.Run(t, s)
	if body := withoutToken(p.Send(t, s).Body); strings.Contains(body, "no such table") || strings.Contains(body, "SQL") {
		t.Errorf("the page tells of our insides:\n%s", body)
	}
	if strings.Contains(s.Log(), receipt) || strings.Contains(s.Log(), lookup) {
		t.Error("the log holds the receipt, or a look-up value")
	}
}

func TestStrictTransportOnlyBehindTLS(t *testing.T) {
	t.Parallel()
	const name = "Strict-Transport-Security"
	plain, _ := rig.WithHandlers(t)
	if got := plain.Get(t, "/en/").Header[name]; got != nil {
		t.Errorf("%s over plain http: %q", name, got)
	}
	secure, _ := rig.WithHandlers(t, "--public-url", "https://hotline.example")
	for _, path := range []string{"/", "/en/", "/static/hotline.css", "/no-such-page"} {
		if got := secure.Get(t, path).Header[name]; len(got) != 1 || !strings.HasPrefix(got[0], "max-age=63072000") {
			t.Errorf("%s: %s = %q", path, name, got)
		}
	}
}

var formToken = regexp.MustCompile(`name="form" value="[^"]+"|"form":"[^"]+"`)

// withoutToken is a page without what differs each time it is sent: the random
// letters of a token can spell anything.
func withoutToken(page string) string { return formToken.ReplaceAllString(page, "") }

func TestPagesComeCompressedAsTheBrowserLikes(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	for _, path := range []string{"/ja/", "/en/report", "/zh/follow-up", "/static/hotline.css", "/api/intake", "/.well-known/hotline-assets.json"} {
		plain := withoutToken(s.Get(t, path).Body)
		for accept, want := range map[string]string{
			"br": "br", "gzip": "gzip", "gzip, deflate, br, zstd": "br", "GZIP": "gzip", "br;q=0, gzip;q=0.5": "gzip",
			"": "", "identity": "", "deflate": "", "br;q=0,gzip;q=0.000": "", "brr": "",
		} {
			res := rig.Probe{Method: "GET", Path: path, Header: "Accept-Encoding: " + accept}.Send(t, s)
			if got := res.Header.Get("Content-Encoding"); got != want {
				t.Errorf("%s for %q: encoding %q, want %q", path, accept, got, want)
				continue
			}
			if res.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s for %q: Vary %q", path, accept, res.Header.Get("Vary"))
			}
			if withoutToken(rig.Unpack(t, want, res.Body)) != plain {
				t.Errorf("%s for %q: another page", path, accept)
			}
		}
	}
}

func TestPostAnswersAreNeverCompressed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for _, p := range append(formProbes(t, s, receipt), scriptProbes(t, s)...) {
		r, err := http.NewRequest(p.Method, s.URL+p.Path, strings.NewReader(p.Body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "br, gzip")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if name, value, ok := strings.Cut(p.Header, ": "); ok {
			r.Header.Set(name, value)
		}
		if got := rig.Do(t, r).Header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s: %s", p.Name, got)
		}
	}
}

func TestHeadAnswersAsGetWithoutBody(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	for _, p := range pageProbes(t, s) {
		if p.Method != "HEAD" {
			continue
		}
		head := p.Send(t, s)
		p.Method = "GET"
		get := p.Send(t, s)
		if head.Body != "" || head.Status != get.Status {
			t.Errorf("HEAD %s = %d with %d bytes, GET %d", p.Path, head.Status, len(head.Body), get.Status)
		}
		for name := range get.Header {
			if empty := name == "Content-Length" && get.Body == ""; empty {
				continue // may be left out
			}
			if !slices.Equal(head.Header[name], get.Header[name]) {
				t.Errorf("HEAD %s: %s %q, GET %q", p.Path, name, head.Header[name], get.Header[name])
			}
		}
	}
}
