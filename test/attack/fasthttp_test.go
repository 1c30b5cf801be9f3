package attack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/test/rig"
)

// The dangerous defaults of Fiber and fasthttp, in the order in which the
// threat model lists them: a regression test each.

// 1. Streaming turns fasthttp's body limit off.

func TestFasthttp1AnnouncedTooLargeIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "2", "--max-file-size", "1MB")
	const announced = 1 << 40
	for name, path := range map[string]string{"report": "/en/report", "look-up": "/en/follow-up", "message": "/en/follow-up/message"} {
		for kind, header := range map[string]string{
			"plain": "", "waiting for 100": "Expect: 100-continue\r\n", "cross-site": "Sec-Fetch-Site: cross-site\r\n",
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				c := s.Dial(t)
				// The fields, and the beginning of a file that never goes on: an answer can
				// only come from a server that does not wait for the rest.
				start := rig.FieldPart("form", "x") + rig.FieldPart("text", "typed") + rig.FilePart("film.mp4", strings.Repeat("a", 20<<10))
				fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s", path, rig.MultipartType, header, announced, start)
				res := rig.Answer(t, c)
				want := http.StatusRequestEntityTooLarge
				if kind == "cross-site" {
					want = http.StatusForbidden
				}
				if res.Status != want {
					t.Errorf("%d, want %d", res.Status, want)
				}
				if name == "report" && want == 413 && !strings.Contains(res.Body, "typed</textarea>") {
					t.Error("what was typed is not in the form")
				}
				if res.Header.Get("Connection") != "close" {
					t.Error("the connection stays open, though the rest of the body may follow")
				}
			})
		}
	}
}

func TestFasthttp1EndlessBodiesMeetTheLimit(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "2", "--max-file-size", "8MB")
	token := s.FormToken(t, "/en/report")
	before := rig.Memory(t, s.PID(), "VmHWM")
	for name, start := range map[string]string{
		"file":       rig.FieldPart("form", token) + rig.FieldPart("text", "typed") + rig.FilePart("film.mp4", "")[:len(rig.FilePart("film.mp4", ""))-2],
		"field":      rig.FieldPart("form", token) + "--" + rig.Boundary + "\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n",
		"preamble":   "",
		"part name":  "--" + rig.Boundary + "\r\nContent-Disposition: form-data; name=\"",
		"urlencoded": "text=",
	} {
		contentType := rig.MultipartType
		if name == "urlencoded" {
			contentType = "application/x-www-form-urlencoded"
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // should the server have no limit
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "POST", s.URL+"/en/report", io.MultiReader(strings.NewReader(start), rig.Endless{}))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		res, err := rig.Send(r)
		if err != nil && !cut(err) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && res.Status != 413 && res.Status != 400 {
			t.Errorf("%s: %d", name, res.Status)
		}
	}
	s.Get(t, "/en/")
	if grown := rig.Memory(t, s.PID(), "VmHWM") - before; grown > rig.MB(64) {
		t.Errorf("endless bodies took %d MB", grown>>20)
	}
}

// cut reports whether the server closed the connection while we were sending.
func cut(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "closed")
}

// 2. Multipart bodies over 16 MiB are parsed into temporary files: see
// TestUploadsNeverLieInTheClear.

// 3. The read timeout covers the whole body.

func TestFasthttp3SlowConnections(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	var wg sync.WaitGroup
	defer wg.Wait() // one wait for all of them: a machine has few places for parallel tests
	for _, start := range []string{"", "GET /en/ HT", "GET /en/ HTTP/1.1\r\nHost: x\r\nX-Slow: a", "POST /en/report HTTP/1.1\r\nContent-Le"} {
		c := s.Dial(t)
		wg.Go(func() { slowHeadersAreCut(t, c, start) })
	}
	slowUploadOutlivesTheHeaderTimeout(t, s, handlers["compliance"])
}

func slowUploadOutlivesTheHeaderTimeout(t *testing.T, s *rig.Server, handler rig.Handler) {
	file := strings.Repeat("drop ", 4000)
	request := rig.RawPost("/en/report", "", rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "slow but steady"), rig.FilePart("slow.txt", file)))
	c := s.Dial(t)
	const chunks = 20
	for i := range chunks { // 19 seconds, more than guard.HeaderTimeout
		if i > 0 {
			time.Sleep(time.Second)
		}
		if _, err := io.WriteString(c, request[len(request)*i/chunks:len(request)*(i+1)/chunks]); err != nil {
			t.Errorf("cut off after %d of %d chunks: %v", i, chunks, err)
			return
		}
	}
	res := rig.Answer(t, c)
	if res.Status != http.StatusCreated {
		t.Errorf("%d\n%s", res.Status, res.Body)
		return
	}
	if _, content := s.Case(t, rig.Receipt(t, res.Body), handler).File(t, 0, 0); string(content) != file {
		t.Error("the file is another one")
	}
}

func slowHeadersAreCut(t *testing.T, c net.Conn, start string) {
	const most = 300 // a second apart; the timeout of headers is 15 s
	fmt.Fprint(c, start)
	for range most {
		time.Sleep(time.Second)
		if start != "" {
			_, _ = io.WriteString(c, "a") // each byte would move a deadline that moves on
		}
		if ended(c) {
			return
		}
	}
	t.Errorf("%q is still waited for after %d more bytes", start, most)
}

// ended reports whether the server closed the connection.
func ended(c net.Conn) bool {
	if err := c.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return true
	}
	_, err := io.Copy(io.Discard, c)
	var ne net.Error
	return err == nil || !errors.As(err, &ne) || !ne.Timeout()
}

// 4. An ErrorHandler that reads route parameters of a request that fasthttp
// could not read kills the process.

func TestFasthttp4BrokenRequestsDoNotKill(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	pid := s.PID()
	for _, request := range brokenRequests {
		for _, res := range s.Raw(t, request) {
			if res.Status >= 500 {
				t.Errorf("%.60q = %d", request, res.Status)
			}
			if res.Header.Get("X-Content-Type-Options") == "" {
				t.Errorf("%.60q: answered without our headers: %v", request, res.Header)
			}
			for _, internal := range []string{"fasthttp", "goroutine", "cannot find whitespace", "unexpected", "error when", "invalid header", "buffer"} {
				if strings.Contains(strings.ToLower(res.Body), internal) {
					t.Errorf("%.60q: the page tells %q", request, internal)
				}
			}
		}
	}
	if s.Get(t, "/en/").Status != 200 || s.PID() != pid {
		t.Error("the server is gone")
	}
	if log := s.Log(); strings.Contains(log, "panic") || strings.Contains(log, "127.0.0.1:") && strings.Contains(log, "error") {
		t.Errorf("the log tells more than it may:\n%s", log)
	}
}

var brokenRequests = []string{
	"\r\n", "\r\n\r\n", "\x00", "\x00\x00\r\n\r\n", "G", "GET", "GET \r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / \r\n\r\n",
	"GET\t/\tHTTP/1.1\r\n\r\n", "GET /en/ HTTP/1.1\r\n\r\n", "GET /en/ HTTP/1.1\r\nHost:\r\n\r\n", "GET /en/ HTTP/1.0\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /en/ HTTP/1.1\r\n: empty\r\n\r\n", "GET /en/ HTTP/1.1\r\nNo colon\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nName : space\r\n\r\n", "GET /en/ HTTP/1.1\r\nFolded: a\r\n b\r\n\r\n", "GET /en/ HTTP/1.1\nHost: x\n\n",
	"GET /en/ HTTP/1.1\r\nX: \x00\r\n\r\n", "GET /en/ HTTP/1.1\r\nX: \xff\xfe\r\n\r\n", "GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /en/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /static/..%2f..%2fgo.mod HTTP/1.1\r\nHost: x\r\n\r\n", "GET /static/%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET http://evil.example/en/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET /en/ HTTP/1.1\r\nHost: a b\r\n\r\n", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
	"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "GET /en/ HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
	"GET /" + strings.Repeat("a", 7<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 5000) + "\r\n",
	"GET /en/ HTTP/1.1\r\nHost: x\r\nAccept-Language: " + strings.Repeat("en-u-co-phonebk,", 400) + "\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff;q=nan,--,*-*-*;q=1e999\r\n\r\n",
	"GET /en/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ;q,,;;q=0;br;,gzip;q=\x80\r\n\r\n",
	"POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775808\r\n\r\n",
	"POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n", "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\"\r\nContent-Length: 0\r\n\r\n",
	"POST /en/report HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", "POST /en/report HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: 4\r\n\r\na=b&",
	"POST /en/report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "POST /en/report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Content-Length\r\n\r\n0\r\nContent-Length: 5\r\n\r\n",
}

// 5. Without Immutable, or where strings of a request are kept, the text of one
// report becomes that of the next.

func TestFasthttp5ReportsDoNotMix(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	const reports = 48
	receipts := make([]string, reports)
	text := func(i int) string {
		return fmt.Sprintf("report-%04d ", i) + strings.Repeat(string(rune('a'+i%26)), 50+i*37)
	}
	requests := make([]*http.Request, reports)
	for i := range requests {
		path := "/" + rig.Languages[i%5] + "/report"
		fields := []rig.Field{{Name: "form", Value: s.FormToken(t, path)}, {Name: "where", Value: fmt.Sprintf("place-%04d", i)}, {Name: "text", Value: text(i)}}
		var files []rig.File
		if i%3 == 0 {
			files = append(files, rig.File{Name: fmt.Sprintf("file-%04d.txt", i), Type: "text/plain", Content: strings.NewReader(text(i))})
		}
		requests[i] = s.PostRequest(t, path, fields, files...)
	}
	seen := map[string]bool{}
	for i, res := range rig.SendAll(t, requests) {
		receipts[i] = rig.Receipt(t, res.Body)
		if seen[receipts[i]] {
			t.Fatalf("report %d has a receipt that another has", i)
		}
		seen[receipts[i]] = true
		requests[i] = s.FieldsRequest(t, "/en/follow-up", rig.Field{Name: "form", Value: s.FormToken(t, "/en/follow-up")}, rig.Field{Name: "receipt", Value: receipts[i]})
	}
	for i, res := range rig.SendAll(t, requests) {
		if !strings.Contains(res.Body, text(i)+"<") || !strings.Contains(res.Body, fmt.Sprintf("place-%04d", i)) || strings.Count(res.Body, ">report-") != 1 {
			t.Errorf("the case of report %d shows something else", i)
		}
	}
	m := s.Case(t, receipts[3], handlers["compliance"]).Messages[0]
	if m.Text != text(3) || m.Fields["where"] != "place-0003" || m.Files[0].Name != "file-0003.txt" || m.Language != rig.Languages[3] {
		t.Errorf("the handler reads %+v", m)
	}
}

// 6. Default error pages echo errors: see TestFasthttp4BrokenRequestsDoNotKill
// and the leak tests. Proxy headers are trusted:

func TestFasthttp6ProxyHeadersAreNotTrusted(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := s.FieldsRequest(t, "/en/report", rig.Field{Name: "text", Value: "x"})
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("X-Forwarded-Host", "evil.example")
	if res := rig.Do(t, r); res.Status != http.StatusForbidden {
		t.Errorf("another site's POST with a forged X-Forwarded-Host = %d", res.Status)
	}
}

// 7. The stock check against cross-site requests wants a Referer.

func TestFasthttp7OtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--public-url", "https://hotline.example")
	for _, lang := range rig.Languages {
		for _, path := range []string{"/report", "/follow-up", "/follow-up/message"} {
			for _, c := range []struct {
				site, origin string
				taken        bool
			}{
				{"cross-site", "", false}, {"same-site", "", false}, {"cross-site", "https://hotline.example", false}, {"weird", "", false},
				{"", "https://evil.example", false}, {"", "https://hotline.example.evil.example", false}, {"", "http://hotline.example", false},
				{"", "https://hotline.example:444", false}, {"", "https://evil.example/https://hotline.example", false}, {"", "file://", false},
				{"", "https://hotline.example@evil.example", false}, {"", "null, https://evil.example", false},
				{"same-origin", "", true}, {"none", "", true}, {"", "", true}, {"", "null", true}, {"same-origin", "null", true}, {"", "https://hotline.example", true},
			} {
				r := s.FieldsRequest(t, "/"+lang+path, rig.Field{Name: "text", Value: "x"})
				setHeader(r, "Sec-Fetch-Site", c.site)
				setHeader(r, "Origin", c.origin)
				if res := rig.Do(t, r); (res.Status != http.StatusForbidden) != c.taken {
					t.Errorf("/%s%s from site %q, origin %q = %d", lang, path, c.site, c.origin, res.Status)
				}
			}
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

func setHeader(r *http.Request, name, value string) {
	if value != "" {
		r.Header.Set(name, value)
	}
}
