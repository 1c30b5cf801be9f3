package attack

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What a proxy or an attacker says about the host, the scheme or the path never
// comes back in an answer: it would end up in caches and on printed receipts.
func TestHostHeaderIsNeverUsed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--public-url", "https://hotline.example")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for _, p := range append(pageProbes(t, s), formProbes(t, s, receipt)...) {
		if p.Method == "HEAD" {
			continue
		}
		r, err := http.NewRequest(p.Method, s.URL+p.Path, strings.NewReader(p.Body))
		if err != nil {
			t.Fatal(err)
		}
		if name, value, ok := strings.Cut(p.Header, ": "); ok {
			r.Header.Set(name, value)
		}
		r.Host = "canary-host.example"
		for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Prefix", "Forwarded"} {
			r.Header.Set(name, "canary-forwarded.example")
		}
		r.Header.Set("X-Forwarded-Proto", "canary-proto")
		res := rig.Do(t, r)
		if all := fmt.Sprint(res.Header) + res.Body; strings.Contains(all, "canary-") {
			t.Errorf("%s %s gives back what the request said of the host", p.Method, p.Path)
		}
		if p.Status != res.Status {
			t.Errorf("%s %s = %d, want %d", p.Method, p.Path, res.Status, p.Status)
		}
	}
	for _, res := range s.Raw(t, "GET http://canary-host.example/ HTTP/1.1\r\nHost: canary-host.example\r\n\r\n") {
		if strings.Contains(fmt.Sprint(res.Header)+res.Body, "canary-") {
			t.Error("the host of an absolute address comes back")
		}
	}
}

// No redirect leaves the site but that of the exit, which nobody can choose.
func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--exit-url", exitURL)
	own := regexp.MustCompile(`^/(ja|en|es|pt|zh)(/|/follow-up)$`)
	for _, path := range []string{
		"/", "/exit", "/exit?to=https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "/%2f%2fevil.example/", "/%2f/evil.example",
		"/%5cevil.example/", "/.evil.example", "/ja//evil.example", "/ja/%2f%2fevil.example", "/ja/..//evil.example/", "/en//evil.example/report",
		"/en/follow-up/message//evil.example", "/en/follow-up/message?url=//evil.example", "/evil.example/%2e%2e", "/https://evil.example/", "/https:evil.example",
		"/;@evil.example", "/@evil.example", "/en/report?switch=//evil.example", "/?lang=//evil.example", "/%0d%0aLocation:%20https://evil.example/",
		"/en/follow-up/message%0d%0aX-Evil:1", "/exit%0d%0aSet-Cookie:a=b", "/en", "/en/report/", "/%E3%80%82evil.example/",
	} {
		for _, method := range []string{"GET", "POST"} {
			for _, res := range s.Raw(t, method+" "+path+" HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n") {
				if to := res.Header.Get("Location"); to != "" && !own.MatchString(to) && (to != exitURL || !strings.HasPrefix(path, "/exit")) {
					t.Errorf("%s %s leads to %q", method, path, to)
				}
				if res.Status >= 300 && res.Status != 303 && res.Status < 400 || res.Status >= 500 {
					t.Errorf("%s %s = %d", method, path, res.Status)
				}
				if res.Header.Get("Set-Cookie")+res.Header.Get("X-Evil") != "" || strings.Contains(res.Body, "evil.example") {
					t.Errorf("%s %s comes back in the answer", method, path)
				}
			}
		}
	}
}

// ownScript is a script of ours as a page has it: a file of its own, with the version
// of its content in its query or its name.
var ownScript = regexp.MustCompile(`<script type="module" src="/static/(?:[a-z-]+(?:\.[a-z]{2})?\.js\?v=[0-9a-f]{8}|chunk-[0-9A-Z]{8}\.js)"></script>`)

// Every link, form, script and style of every page is our own, except the one
// that leads away on purpose.
func TestPagesLinkNowhereElse(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--public-url", "https://hotline.example")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	address := regexp.MustCompile(`(?i)\s(?:href|src|action|formaction|srcset|poster|data|content|background|ping|cite|manifest)\s*=\s*"([^"]*)"`)
	for _, p := range append(pageProbes(t, s), formProbes(t, s, receipt)...) {
		if strings.HasPrefix(p.Path, "/static/") || p.Method == "HEAD" {
			continue
		}
		page := ownScript.ReplaceAllString(p.Send(t, s).Body, "")
		for _, m := range address.FindAllStringSubmatch(page, -1) {
			if strings.Contains(m[1], "//") || strings.HasPrefix(strings.ToLower(m[1]), "data:") || strings.HasPrefix(strings.ToLower(m[1]), "javascript:") {
				t.Errorf("%s %s holds the address %q", p.Method, p.Path, m[1])
			}
		}
		for _, forbidden := range []string{"<script", "<style", " style=", " onclick", " onload", " onerror", "<iframe", "<object", "<embed", "<svg", "@import", "<base"} {
			if strings.Contains(strings.ToLower(page), forbidden) {
				t.Errorf("%s %s holds %q", p.Method, p.Path, forbidden)
			}
		}
	}
	for _, m := range staticLink.FindAllStringSubmatch(s.Get(t, "/en/").Body, -1) {
		if body := s.Get(t, m[1]).Body; slices.ContainsFunc([]string{"url(http", "url(//", "@import", "@font-face"}, func(x string) bool { return strings.Contains(body, x) }) {
			t.Errorf("%s fetches from elsewhere", m[1])
		}
	}
}
