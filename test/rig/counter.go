package rig

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/andybalholm/brotli"
)

// FirstVisit gets a page with its style and icon, as a browser without scripts does,
// and returns what it read.
func FirstVisit(tb testing.TB, url, page string) *Counter {
	tb.Helper()
	c := NewCounter(tb, url)
	html := c.Get(page)
	for _, link := range regexp.MustCompile(`<link rel="(?:icon|stylesheet)" href="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		c.Get(link[1])
	}
	return c
}

// Counter gets files over one connection and counts what it reads from it.
type Counter struct {
	Read   atomic.Int64 // bytes, with headers
	Bodies int64        // bytes as they came, compressed
	Seen   map[string]bool

	tb     testing.TB
	url    string
	client http.Client
}

// NewCounter returns a Counter of a server.
func NewCounter(tb testing.TB, url string) *Counter {
	c := &Counter{tb: tb, url: url, Seen: map[string]bool{}}
	transport := &http.Transport{MaxConnsPerHost: 1}
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return countedConn{conn, &c.Read}, err
	}
	c.client.Transport = transport
	tb.Cleanup(transport.CloseIdleConnections)
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

// Get returns what stands at an address, which must come compressed with brotli unless it is a picture.
func (c *Counter) Get(address string) string {
	c.tb.Helper()
	c.Seen[address] = true
	r, err := http.NewRequest("GET", c.url+address, nil)
	if err != nil {
		c.tb.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br")
	res, err := c.client.Do(r)
	if err != nil {
		c.tb.Fatal(err)
	}
	defer res.Body.Close()
	sent, err := io.ReadAll(res.Body)
	if err != nil {
		c.tb.Fatal(err)
	}
	c.Bodies += int64(len(sent))
	var body io.Reader = bytes.NewReader(sent)
	if res.Header.Get("Content-Encoding") == "br" {
		body = brotli.NewReader(body)
	} else if !strings.HasPrefix(res.Header.Get("Content-Type"), "image/") {
		c.tb.Errorf("%s is not compressed", address)
	}
	content, err := io.ReadAll(body)
	if err != nil || res.StatusCode != http.StatusOK {
		c.tb.Fatalf("%s = %d (%v)", address, res.StatusCode, err)
	}
	return string(content)
}
