package attack

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// smuggled is a request that stands where a body should be. Whether it was
// taken for a request shows in an answer that leads to the exit.
const (
	smuggled = "GET /exit HTTP/1.1\r\nHost: x\r\n\r\n"
	exitURL  = "https://exit.example/"
)

func smuggledThrough(answers []rig.Response) bool {
	for _, res := range answers {
		if res.Header.Get("Location") == exitURL {
			return true
		}
	}
	return false
}

func smugglingServer(t *testing.T) *rig.Server {
	t.Helper()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--exit-url", exitURL)
	return s
}

// The control of the tests below: requests one after the other on a connection
// are all answered, also after a POST.
func TestPipelinedRequestsAreAnswered(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	form := rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "first"))
	chunked := fmt.Sprintf("POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", rig.MultipartType, len(form), form)
	for name, request := range map[string]string{
		"GET":            "GET /en/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"multipart":      rig.RawPost("/en/report", "", form),
		"with epilogue":  rig.RawPost("/en/report", "", form+"epilogue\r\n"),
		"chunked":        chunked,
		"urlencoded":     "POST /en/report HTTP/1.1\r\nHost: x\r\n" + rig.URLEncoded + "\r\nContent-Length: 6\r\n\r\ntext=a",
		"large and kept": rig.RawPost("/en/report", "", rig.MultipartForm(rig.FieldPart("text", strings.Repeat("a", 200<<10)))),
	} {
		if answers := s.Raw(t, request+smuggled); len(answers) != 2 || !smuggledThrough(answers) {
			t.Errorf("%s: %d answers, want those of two requests", name, len(answers))
		}
	}
}

func TestUnclearLengthsAreRefused(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	for _, headers := range []string{
		"Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5", "content-length: 5\r\nTRANSFER-ENCODING: chunked",
		"Content-Length: 5\r\nContent-Length: 50", "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: 0x5",
		"Content-Length: 5 5", "Content-Length:", "Content-Length: -5", "Content-Length: 5\r\nTransfer-Encoding: identity", "Transfer-Encoding: identity",
		"Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
		"Transfer-Encoding : chunked", "Transfer-Encoding: \x0bchunked", "Content-Length: 5\r\n Transfer-Encoding: chunked",
		"Content-Length: 5\rTransfer-Encoding: chunked", "Content-Length: 5\nTransfer-Encoding: chunked",
	} {
		for _, method := range []string{"POST", "GET", "PUT"} {
			for _, body := range []string{"0\r\n\r\n" + smuggled, "5\r\nhello\r\n0\r\n\r\n" + smuggled, smuggled} {
				request := method + " /en/report HTTP/1.1\r\nHost: x\r\n" + rig.URLEncoded + "\r\n" + headers + "\r\n\r\n" + body
				answers := s.Raw(t, request)
				if smuggledThrough(answers) || len(answers) != 1 || answers[0].Status < 400 || answers[0].Status >= 500 {
					t.Errorf("%s with %q and %q: %v", method, headers, body, statuses(answers))
				}
			}
		}
	}
}

func statuses(answers []rig.Response) (list []int) {
	for _, res := range answers {
		list = append(list, res.Status)
	}
	return list
}

// What a handler leaves of a body is not the next request.
func TestUnreadBodyIsNoRequest(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	for name, filler := range map[string]string{"at once": "", "later": strings.Repeat("a", 8<<10), "much later": strings.Repeat("a", 300<<10), "at a border": strings.Repeat("a", 8<<10-2) + "\r\n"} {
		body := filler + smuggled
		length := fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
		chunked := fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n", len(filler)+1, filler+"a", len(smuggled), smuggled)
		for kind, request := range map[string]string{
			"cross-site":   "POST /en/report HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n",
			"lost":         "POST /no-such-page HTTP/1.1\r\nHost: x\r\n",
			"only GET":     "POST /en/ HTTP/1.1\r\nHost: x\r\n",
			"PUT":          "PUT /en/report HTTP/1.1\r\nHost: x\r\n",
			"TRACE":        "TRACE / HTTP/1.1\r\nHost: x\r\n",
			"GET":          "GET /en/ HTTP/1.1\r\nHost: x\r\n",
			"HEAD":         "HEAD /static/hotline.css HTTP/1.1\r\nHost: x\r\n",
			"no type":      "POST /en/report HTTP/1.1\r\nHost: x\r\n",
			"no boundary":  "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n",
			"malformed":    "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n",
			"look-up":      "POST /en/follow-up HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n",
			"old protocol": "POST /no-such-page HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n",
		} {
			if answers := s.Raw(t, request+length+body); smuggledThrough(answers) {
				t.Errorf("%s, %s: the rest of the body was taken for a request: %v", kind, name, statuses(answers))
			}
			if answers := s.Raw(t, request+chunked); smuggledThrough(answers) {
				t.Errorf("%s, chunked, %s: the rest of the body was taken for a request: %v", kind, name, statuses(answers))
			}
		}
	}
}

func TestMalformedChunkingEndsTheConnection(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	start := "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: " + rig.MultipartType + "\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, body := range []string{
		"-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5;\next\r\nhello\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
		"5\r\nhelloX0\r\n\r\n", "5 5\r\nhello\r\n0\r\n\r\n", "\r\n\r\n", "g\r\n", "7fffffffffffffff\r\n", "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n", "5\r\nhello\r\n0\n\n",
		"5\rhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n",
	} {
		answers := s.Raw(t, start+body+smuggled)
		if smuggledThrough(answers) || len(answers) > 1 {
			t.Errorf("%q: %v", body, statuses(answers))
		}
		for _, res := range answers {
			if res.Status < 400 || res.Status >= 500 {
				t.Errorf("%q = %d", body, res.Status)
			}
		}
	}
}

// Whoever is still sending when the server has answered gets to read it. Closing
// at once would reset the connection, and the answer would be lost on its way.
func TestAnswerReachesWhoIsStillSending(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	for name, header := range map[string]string{"cross-site": "Sec-Fetch-Site: cross-site\r\n", "malformed": ""} {
		c := s.Dial(t)
		body := strings.Repeat("a", 24<<20)
		_, err := io.WriteString(c, "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"+header+fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))+body)
		if err != nil {
			t.Errorf("%s: cut off while sending: %v", name, err)
		}
		if res := rig.Answer(t, c); res.Status != http.StatusForbidden && res.Status != http.StatusBadRequest {
			t.Errorf("%s = %d", name, res.Status)
		}
	}
	c := s.Dial(t)
	if _, err := io.WriteString(c, "GET /en/ HTTP/1.1\r\nHost: x\r\nCookie: "+strings.Repeat("a", 8<<20)+"\r\n\r\n"); err != nil {
		t.Errorf("huge header: cut off while sending: %v", err)
	}
	if res := rig.Answer(t, c); res.Status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("huge header = %d", res.Status)
	}
}

// A body that ends before its announced length is not a report, however whole
// it looks.
func TestBodyCutShortStoresNothing(t *testing.T) {
	t.Parallel()
	s := smugglingServer(t)
	token := s.FormToken(t, "/en/report")
	fields := rig.FieldPart("form", token) + rig.FieldPart("text", "cut")
	for name, body := range map[string]string{
		"in a field":         fields[:len(fields)-6],
		"after the fields":   fields,
		"in a file":          fields + rig.FilePart("a.txt", strings.Repeat("a", 40<<10)),
		"before the epilog":  rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "cut"), rig.FilePart("a.txt", strings.Repeat("a", 40<<10))),
		"in a large field":   rig.FieldPart("form", token) + rig.FieldPart("text", strings.Repeat("a", 20<<10)),
		"short, well-formed": rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "cut")),
	} {
		length := fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)+100)
		answers := s.Raw(t, "POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: "+rig.MultipartType+"\r\n"+length+body)
		chunked := s.Raw(t, fmt.Sprintf("POST /en/report HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", rig.MultipartType, len(body), body))
		for _, res := range append(answers, chunked...) {
			if res.Status < 400 || res.Status >= 500 {
				t.Errorf("cut %s = %d", name, res.Status)
			}
		}
	}
	for name, body := range map[string]string{"short": "form=" + token + "&text=cut", "long": "form=" + token + "&text=" + strings.Repeat("a", 20<<10)} {
		for _, res := range s.Raw(t, fmt.Sprintf("POST /en/report HTTP/1.1\r\nHost: x\r\n%s\r\nContent-Length: %d\r\n\r\n%s", rig.URLEncoded, len(body)+1, body)) {
			if res.Status != http.StatusBadRequest {
				t.Errorf("urlencoded, cut, %s = %d", name, res.Status)
			}
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases stored", n)
	}
	if n := len(s.SealedFiles(t)); n != 0 {
		t.Errorf("%d sealed files left", n)
	}
}
