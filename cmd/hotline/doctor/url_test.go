package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/web"
)

func TestPagesRunListedFilesOnly(t *testing.T) {
	listed := map[string]string{"report.js": "1", "hotline.css": "2", "texts.en.js": "3", "texts.ja.js": "4"}
	for page, want := range map[string]string{
		`<script type="module" src="/static/report.js?v=1"></script><link rel="stylesheet" href="/static/hotline.css">`: "",
		`<script type="application/json" id="texts">{"a":1}</script>`:                                                   "",
		`<link rel="modulepreload" href="https://hotline.example/static/report.js">`:                                    "",
		`<link rel="alternate" href="https://elsewhere.example/">`:                                                      "",
		`<script src="/static/other.js"></script>`:                                                                      "runs /static/other.js",
		`<script src="https://elsewhere.example/static/report.js"></script>`:                                            "runs https://elsewhere.example/static/report.js",
		`<script src="//elsewhere.example/static/report.js"></script>`:                                                  "runs //elsewhere.example/static/report.js",
		`<script src="http://hotline.example/static/report.js"></script>`:                                               "runs http://hotline.example/static/report.js",
		`<script src="/other/report.js"></script>`:                                                                      "runs /other/report.js",
		`<script src=""></script>`:                                                                                      "runs ",
		`<script>alert(1)</script>`:                                                                                     "has a script inside it",
		`<SCRIPT TYPE="Text/JavaScript; charset=utf-8">alert(1)</SCRIPT>`:                                               "has a script inside it",
		`<script type="importmap">{}</script>`:                                                                          "has a script inside it",
		`<svg><script>alert(1)</script></svg>`:                                                                          "has a script inside it",
		`<link rel="icon StyleSheet" href="/evil.css">`:                                                                 "loads /evil.css",
		`<link rel="modulepreload" href="/static/../evil.js">`:                                                          "loads /static/../evil.js",
		`<p onclick="alert(1)">`:                                                                                        "has a script in the attribute onclick of <p>",
		`<a href=" JavaScript:alert(1)">`:                                                                               "has a script in the attribute href of <a>",
		`<base href="https://elsewhere.example/">`:                                                                      "has a <base>",
		`<form action="/en/report"><button formaction="../ja/report">`:                                                  "",
		`<form action="">`: "",
		`<form action="https://elsewhere.example/en/report">`:                          "sends a form to https://elsewhere.example/en/report",
		`<form action="http://hotline.example/en/report">`:                             "sends a form to http://hotline.example/en/report",
		`<button formaction="//elsewhere.example/">`:                                   "sends a form to //elsewhere.example/",
		`<input type="image" formaction="https://hotline.example@elsewhere.example/">`: "sends a form to https://hotline.example@elsewhere.example/",
		`<main data-texts="/static/texts.en.js?v=1">`:                                  "",
		`<main data-texts="/static/texts.ja.js?v=1">`:                                  "takes its texts from /static/texts.ja.js?v=1",
		`<main data-texts="/texts.en.js">`:                                             "takes its texts from /texts.en.js",
		`<main data-texts="https://elsewhere.example/static/texts.en.js">`:             "takes its texts from https://elsewhere.example/static/texts.en.js",
		`<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">`:      "has a <meta http-equiv>",
		`<style>p{}</style>`: "has a <style>",
	} {
		p, err := checkHTML([]byte(page), "https://hotline.example/en/report", listed)
		if err != nil || strings.Join(p.wrong, "; ") != want {
			t.Errorf("%s: %q, %v; want %q", page, p.wrong, err, want)
		}
	}
	p, err := checkHTML([]byte(`<script src="../static/report.js?v=1"></script>`), "https://hotline.example/en/report", listed)
	if err != nil || !slices.Equal(p.loaded, []string{"/static/report.js?v=1"}) {
		t.Errorf("loaded: %q, %v", p.loaded, err)
	}
}

var siteAssets = sync.OnceValues(func() (*view.Assets, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	return view.SiteAssets(texts, web.Static())
})

// impostor is a site that serves this program's files, changed by change.
func impostor(t *testing.T, change func(path string, body []byte, h http.Header) []byte) string {
	t.Helper()
	assets, err := siteAssets()
	if err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(map[string]any{"version": "1", "assets": assets.Sums()})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, _, _ := strings.Cut(r.URL.Path[1:], "/")
		body := []byte(`<link rel="stylesheet" href="/static/hotline.css?v=1"><main data-texts="/static/texts.` + lang + `.js"><form action="/` + lang + `/report">`)
		w.Header().Set("Content-Security-Policy", respond.ContentPolicy())
		if r.URL.Path == "/.well-known/hotline-assets.json" {
			body = list
		}
		if name, ok := strings.CutPrefix(r.URL.Path, "/static/"); ok {
			asset, _ := assets.Lookup(name)
			body = asset.Plain
		}
		w.Write(change(r.URL.RequestURI(), body, w.Header()))
	}))
	t.Cleanup(site.Close)
	return site.URL
}

// doctorOn runs `hotline doctor --url` and returns its exit code and faults.
func doctorOn(t *testing.T, site string) (code int, told string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "err")
	file, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var heard strings.Builder
	con := &cli.Console{Out: &heard, Err: file}
	err = (&Command{URL: &site}).Run(context.Background(), &cli.Config{}, con)
	code = cli.Report(file, err)
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return code, string(raw)
}

func TestDoctorNamesWhatASiteServesElse(t *testing.T) {
	for name, c := range map[string]struct {
		path, from, to string
		want           string
	}{
		"a changed file":           {"/static/hotline.css", "", "x", "serves another hotline.css"},
		"changed under its query":  {"/static/hotline.css?v=1", "", "x", "serves another /static/hotline.css?v=1"},
		"a file too many":          {"/.well-known/hotline-assets.json", `"hotline.css"`, `"evil.js":"00","hotline.css"`, "lists evil.js, which this program does not serve"},
		"a file that is not there": {"/.well-known/hotline-assets.json", `"hotline.css"`, `"other.css"`, "does not list hotline.css"},
		"another sum":              {"/.well-known/hotline-assets.json", `"hotline.css":"`, `"hotline.css":"0`, "lists another hotline.css than it serves"},
		"no list":                  {"/.well-known/hotline-assets.json", "{", "<", "it is not JSON"},
		"other texts":              {"/static/texts.pt.js", "{", `{"a":"b",`, "serves another texts.pt.js"},
		"a form that leads away":   {"/zh/report", `action="`, `action="https://elsewhere.example`, "/zh/report sends a form to https://elsewhere.example/zh/report"},
		"a page that moves on":     {"/ja/", "<link", `<meta http-equiv="refresh" content="0"><link`, "/ja/ has a <meta http-equiv>"},
		"texts from elsewhere":     {"/es/follow-up", `data-texts="`, `data-texts="//x.example`, "/es/follow-up takes its texts from //x.example/static/texts.es.js"},
		"a script on a page":       {"/en/report", "<link", "<script>alert(1)</script><link", "/en/report has a script inside it"},
		"a strange file on a page": {"/en/follow-up", "<link", `<script src="/x.js"></script><link`, "/en/follow-up runs /x.js"},
	} {
		t.Run(name, func(t *testing.T) {
			site := impostor(t, func(path string, body []byte, _ http.Header) []byte {
				if path != c.path {
					return body
				}
				return []byte(strings.Replace(string(body), c.from, c.to, 1))
			})
			if code, told := doctorOn(t, site); code != cli.ExitFailed || !strings.Contains(told, c.want) {
				t.Errorf("exit %d:\n%s\nwithout %q", code, told, c.want)
			}
		})
	}
}

func TestDoctorReadsTheHeadersOfPages(t *testing.T) {
	for name, c := range map[string]struct {
		change func(http.Header)
		want   string
	}{
		"none":           {func(http.Header) {}, ""},
		"no policy":      {func(h http.Header) { h.Del("Content-Security-Policy") }, "/pt/report has no Content-Security-Policy."},
		"a wider policy": {func(h http.Header) { h.Set("Content-Security-Policy", "default-src *") }, "/pt/report has another Content-Security-Policy than this program would send."},
		"two policies":   {func(h http.Header) { h.Add("Content-Security-Policy", "default-src *") }, "/pt/report has another Content-Security-Policy than this program would send."},
		"a style":        {func(h http.Header) { h.Set("Link", "</x.css>; rel=stylesheet") }, "/pt/report has the header Link: </x.css>; rel=stylesheet."},
		"a redirect":     {func(h http.Header) { h.Set("Refresh", "0; url=/x") }, "/pt/report has the header Refresh: 0; url=/x."},
	} {
		t.Run(name, func(t *testing.T) {
			site := impostor(t, func(path string, body []byte, h http.Header) []byte {
				if path == "/pt/report" {
					c.change(h)
				}
				return body
			})
			code, told := doctorOn(t, site)
			if c.want == "" && (code != cli.ExitFine || told != "") || c.want != "" && (!strings.Contains(told, c.want) || !strings.Contains(told, "1 fault found")) {
				t.Errorf("exit %d:\n%s\nwithout %q", code, told, c.want)
			}
		})
	}
}
