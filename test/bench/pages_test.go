package bench

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/andybalholm/brotli"

	"hotline/i18n"
	"hotline/test/rig"
)

// BenchmarkPages: what a browser reads from the connection for the report form
// with style and icon, and for its scripts. Every byte of an answer counts, with
// its headers, in HTTP/1.1 without TLS, compressed with brotli. Wanted: at most
// 12 KB and 3 requests before any script, 38 KB of scripts that seal.
func BenchmarkPages(b *testing.B) {
	s, _ := rig.WithHandlers(b)
	for b.Loop() {
		var forms, bodies []int64
		requests := 0
		for _, l := range i18n.Languages {
			c := newCounter(b, s.URL)
			form := c.get("/" + l.Code + "/report")
			for _, link := range regexp.MustCompile(`<link rel="(?:icon|stylesheet)" href="([^"]+)"`).FindAllStringSubmatch(form, -1) {
				c.get(link[1])
			}
			forms, bodies, requests = append(forms, c.read.Load()), append(bodies, c.bodies), max(requests, len(c.seen))
		}
		page := newCounter(b, s.URL)
		form := page.get("/en/report")
		page.read.Store(0)
		sealing := ""
		for _, script := range regexp.MustCompile(`<script type="module" src="([^"]+)"`).FindAllStringSubmatch(form, -1) {
			sealing += page.modules(script[1])
		}
		if sealing == "" {
			b.Fatal("no script of the form loads what seals")
		}
		seals := newCounter(b, s.URL)
		seals.modules(sealing)
		page.modules(sealing)
		b.ReportMetric(float64(slices.Min(forms))/1e3, "KB-of-the-smallest-form")
		b.ReportMetric(float64(slices.Max(forms))/1e3, "KB-of-the-largest-form")
		b.ReportMetric(float64(slices.Min(bodies))/1e3, "KB-of-the-smallest-without-headers")
		b.ReportMetric(float64(slices.Max(bodies))/1e3, "KB-of-the-largest-without-headers")
		b.ReportMetric(float64(requests), "requests")
		b.ReportMetric(float64(seals.read.Load())/1e3, "KB-that-seal")
		b.ReportMetric(float64(page.read.Load())/1e3, "KB-of-scripts")
	}
}

// counter gets files over one connection and counts what it reads from it.
type counter struct {
	b      *testing.B
	url    string
	client http.Client
	read   atomic.Int64
	bodies int64 // as they came, compressed
	seen   map[string]bool
}

func newCounter(b *testing.B, url string) *counter {
	c := &counter{b: b, url: url, seen: map[string]bool{}}
	transport := &http.Transport{MaxConnsPerHost: 1}
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return countedConn{conn, &c.read}, err
	}
	c.client.Transport = transport
	b.Cleanup(transport.CloseIdleConnections)
	return c
}

type countedConn struct {
	net.Conn
	read *atomic.Int64
}

func (c countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

func (c *counter) get(address string) string {
	c.b.Helper()
	c.seen[address] = true
	r, err := http.NewRequest("GET", c.url+address, nil)
	if err != nil {
		c.b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br")
	res, err := c.client.Do(r)
	if err != nil {
		c.b.Fatal(err)
	}
	defer res.Body.Close()
	sent, err := io.ReadAll(res.Body)
	if err != nil {
		c.b.Fatal(err)
	}
	c.bodies += int64(len(sent))
	var body io.Reader = bytes.NewReader(sent)
	if res.Header.Get("Content-Encoding") == "br" {
		body = brotli.NewReader(body)
	} else if !strings.HasPrefix(res.Header.Get("Content-Type"), "image/") {
		c.b.Errorf("%s is not compressed", address)
	}
	content, err := io.ReadAll(body)
	if err != nil || res.StatusCode != http.StatusOK {
		c.b.Fatalf("%s = %d (%v)", address, res.StatusCode, err)
	}
	return string(content)
}

var (
	atOnce = regexp.MustCompile(`(?:from|import) ?"\./([\w-]+\.js)"`)
	later  = regexp.MustCompile(`import\("\./(sealing-[\w-]+\.js)"\)`)
)

// modules gets a script and those that it imports at once, each one time. It
// returns the address of what seals if one of them loads that later.
func (c *counter) modules(address string) (sealing string) {
	if c.seen[address] {
		return ""
	}
	script := c.get(address)
	for _, name := range atOnce.FindAllStringSubmatch(script, -1) {
		if found := c.modules(path.Join(path.Dir(address), name[1])); found != "" {
			sealing = found
		}
	}
	if found := later.FindStringSubmatch(script); found != nil {
		sealing = path.Join(path.Dir(address), found[1])
	}
	return sealing
}
