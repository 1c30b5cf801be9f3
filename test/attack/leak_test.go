package attack

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// canaries are what must be found nowhere, by name.
type canaries map[string]string

// text makes a canary of its own for a name.
func (c canaries) text(name string) string {
	id := crypto.NewID()
	c[name] = "canary_" + id[:12] + "_" + id[12:24] // in one piece it could look like a receipt
	return c[name]
}

// receipt adds a receipt in all the forms it has.
func (c canaries) receipt(t *testing.T, code string) {
	t.Helper()
	r, err := crypto.ParseReceipt(code)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := r.Identity()
	if err != nil {
		t.Fatal(err)
	}
	lookup := r.Lookup()
	c["receipt"], c["receipt without hyphens"] = code, strings.ReplaceAll(code, "-", "")
	c["look-up value"], c["look-up bytes"] = lookup.String(), string(lookup[:])
	c["reporter's identity"] = identity.String()
}

// token adds a form token and the nonce in it.
func (c canaries) token(t *testing.T, name, token string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	c[name], c["nonce of "+name] = token, string(raw[18:34]) // see guard.Forms
	return token
}

// search finds the canaries in what lies somewhere, also in other spellings.
func (c canaries) search(t *testing.T, where string, content []byte) {
	t.Helper()
	for name, canary := range c {
		for spelling, s := range map[string]string{
			"plain": canary, "quoted": strings.Trim(strconv.Quote(canary), `"`), "lower case": strings.ToLower(canary), "hex": hex.EncodeToString([]byte(canary)), "escaped": url.QueryEscape(canary),
			"base64": base64Core(canary, 0), "base64, 1 byte on": base64Core(canary, 1), "base64, 2 bytes on": base64Core(canary, 2),
			"UTF-16": wide(canary),
		} {
			if bytes.Contains(content, []byte(s)) {
				t.Errorf("the %s (%s) is in %s", name, spelling, where)
			}
		}
	}
}

// base64Core is what base64 of any text with s at that offset (mod 3) holds.
func base64Core(s string, offset int) string {
	coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + s))
	return coded[2*offset : len(coded)-3]
}

func wide(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// searchFolder searches all files below a folder, and their names.
func (c canaries) searchFolder(t *testing.T, when, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone in the meantime
		}
		c.search(t, "the name of "+path+" "+when, []byte(filepath.Base(path)))
		if !entry.Type().IsRegular() {
			return nil
		}
		files++
		if content, err := os.ReadFile(path); err == nil {
			c.search(t, path+" "+when, content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// searchOpen searches the files that a process holds open, those without a name
// too, and returns their number.
func (c canaries) searchOpen(t *testing.T, pid int) (files int) {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if info, err := os.Stat(fd); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if content, err := os.ReadFile(fd); err == nil {
			files++
			name, _ := os.Readlink(fd)
			c.search(t, "the open file "+name, content)
		}
	}
	return files
}

const canaryAddress = "127.0.0.77"

// identify makes a request carry everything by which it could be traced.
func (c canaries) identify(r *http.Request) *http.Request {
	for name, value := range map[string]string{
		"User-Agent": "Mozilla/5.0 " + c["user agent"], "Referer": "https://intranet.example/" + c["referer"], "Cookie": "session=" + c["cookie"],
		"X-Forwarded-For": "203.0.113.77", "Forwarded": "for=198.51.100.77", "X-Real-Ip": "192.0.2.77", "Cf-Connecting-Ip": "203.0.113.78",
		"True-Client-Ip": "203.0.113.79", "X-Client-Ip": "203.0.113.80", "Via": "1.1 " + c["proxy"], "X-Request-Id": c["request id"],
		"Accept-Language": "tlh-" + c["language"][:8] + ", ja", "Sec-Ch-Ua-Model": c["device"], "Authorization": "Bearer " + c["authorization"],
	} {
		r.Header.Set(name, value)
	}
	r.URL.RawQuery = "ref=" + c["query"]
	return r
}

func newCanaries() canaries {
	c := canaries{
		"address": canaryAddress, "forwarded address": "203.0.113.77", "forwarded address (RFC 7239)": "198.51.100.77", "real address": "192.0.2.77",
		"CDN's address": "203.0.113.78", "true address": "203.0.113.79", "client address": "203.0.113.80",
	}
	for _, name := range []string{"user agent", "referer", "cookie", "proxy", "request id", "language", "device", "authorization", "query", "unknown field", "boundary"} {
		c.text(name)
	}
	return c
}

func TestNothingOfTheReporterLeaks(t *testing.T) {
	t.Parallel()
	ops := rig.FreeAddr(t)
	s, handlers := rig.WithHandlers(t, "--limits", "off", "--ops-listen", ops, "--max-file-size", "1MB")
	c := newCanaries()
	receipt := leaveTraces(t, s, c)
	c.receipt(t, receipt)
	opened := s.Case(t, receipt, handlers["compliance"])
	if len(opened.Messages) != 2 || opened.Messages[0].Text != c["text"] || len(opened.Files) != 2 {
		t.Fatalf("the handler reads %+v", opened)
	}
	provoke(t, s, c, receipt)
	metrics, err := http.Get("http://" + ops + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer metrics.Body.Close()
	figures, _ := io.ReadAll(metrics.Body)
	c.search(t, "the metrics", figures)
	c.searchFolder(t, "while it runs", s.Data)
	c.searchFolder(t, "while it runs", s.Temp)
	c.searchFolder(t, "after the export", opened.Dir)
	c.searchOpen(t, s.PID())
	if err := s.Stop(t); err != nil {
		t.Errorf("stopping: %v", err)
	}
	c.search(t, "the log", []byte(s.Log()))
	c.searchFolder(t, "after it stopped", s.Data)
	if n := c.searchFolder(t, "after it stopped", s.Temp); n != 0 {
		t.Errorf("%d temporary files", n)
	}
	if len(s.Log()) == 0 {
		t.Error("the log is empty: this test sees nothing")
	}
}

// leaveTraces sends a report with a file and a message with another, from an
// address of its own, and returns the receipt.
func leaveTraces(t *testing.T, s *rig.Server, c canaries) string {
	t.Helper()
	client := rig.ClientFrom(t, canaryAddress)
	do := func(r *http.Request, want int) string {
		t.Helper()
		res, err := rig.SendBy(client, c.identify(r))
		if err != nil || res.Status != want {
			t.Fatalf("%s %s = %d, %v\n%s", r.Method, r.URL.Path, res.Status, err, res.Body)
		}
		return res.Body
	}
	token := c.token(t, "form token", s.FormToken(t, "/ja/report"))
	fields := []rig.Field{{Name: "form", Value: token}, {Name: "text", Value: c.text("text")}, {Name: "relationship", Value: "trainee"}, {Name: "identity", Value: "named"}, {Name: c["unknown field"], Value: c["unknown field"]}}
	for _, name := range rig.TypedFields {
		fields = append(fields, rig.Field{Name: name, Value: c.text("answer " + name)})
	}
	file := rig.File{Name: c.text("file name") + ".txt", Type: "text/x-" + c.text("file type"), Content: strings.NewReader(c.text("file content"))}
	receipt := rig.Receipt(t, do(s.PostRequest(t, "/ja/report", fields, file), http.StatusCreated))
	page := do(s.FieldsRequest(t, "/ja/follow-up", rig.Field{Name: "form", Value: s.FormToken(t, "/ja/follow-up")}, rig.Field{Name: "receipt", Value: receipt}), 200)
	message := []rig.Field{{Name: "form", Value: c.token(t, "message token", rig.Token(t, page))}, {Name: "receipt", Value: receipt}, {Name: "text", Value: c.text("message")}}
	file = rig.File{Name: c.text("second file name") + ".txt", Type: "text/plain", Content: strings.NewReader(c.text("second file content"))}
	do(s.PostRequest(t, "/ja/follow-up/message", message, file), 200)
	return receipt
}

// provoke sends what goes wrong in every way that could be logged.
func provoke(t *testing.T, s *rig.Server, c canaries, receipt string) {
	t.Helper()
	client := rig.ClientFrom(t, canaryAddress)
	send := func(r *http.Request) {
		if _, err := rig.SendBy(client, c.identify(r)); err != nil && !cut(err) {
			t.Error(err)
		}
	}
	form := rig.Field{Name: "form", Value: c.token(t, "token of what went wrong", s.FormToken(t, "/en/report"))}
	text := rig.Field{Name: "text", Value: c["text"]}
	code := rig.Field{Name: "receipt", Value: receipt}
	everything := func() {
		send(s.FieldsRequest(t, "/en/report", text))
		send(s.FieldsRequest(t, "/en/report", form, text, rig.Field{Name: "category", Value: c["answer where"]}))
		send(s.FieldsRequest(t, "/en/report", form, text))
		send(s.FieldsRequest(t, "/en/follow-up", form, code))
		send(s.FieldsRequest(t, "/en/follow-up", form, rig.Field{Name: "receipt", Value: c["text"]}))
		send(s.FieldsRequest(t, "/en/follow-up/message", form, code, text))
		send(s.FieldsRequest(t, "/en/"+c["query"], form, text))
		send(s.PostRequest(t, "/en/report", []rig.Field{form, text}, rig.File{Name: c["file name"], Type: "a", Content: io.LimitReader(rig.Endless{}, 2<<20)}))
		send(s.PostRequest(t, "/en/report", []rig.Field{form, text}, rig.File{Name: c["file name"], Type: "a", Content: strings.NewReader(c["file content"])}))
	}
	everything()
	for _, table := range []string{"files", "messages", "form_uses", "cases", "handlers", "daily_keys"} {
		s.Exec(t, "ALTER TABLE "+table+" RENAME TO away")
		everything()
		s.Exec(t, "ALTER TABLE away RENAME TO "+table)
	}
	for _, broken := range brokenRequests {
		rig.RawOn(t, s.DialFrom(t, canaryAddress), strings.Replace(broken, "Host: x", "Host: "+c["query"]+"\r\nUser-Agent: "+c["user agent"], 1))
	}
	rig.RawOn(t, s.DialFrom(t, canaryAddress), "POST /en/report HTTP/1.1\r\nContent-Type: multipart/form-data; boundary="+c["boundary"]+"\r\nContent-Length: 40\r\n\r\n"+c["text"]+c["text"])
}

// The search finds what is there: the one thing that is kept in the clear on
// purpose.
func TestTheSearchForLeaksFinds(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	found := &testing.T{}
	canaries{"handler": "compliance@desk.example"}.searchFolder(found, "", s.Data)
	if !found.Failed() {
		t.Error("a handler's address is not found in the data folder")
	}
	for _, hidden := range []string{"canary0123456789", hex.EncodeToString([]byte("canary0123456789")), "xx" + base64.StdEncoding.EncodeToString([]byte("y canary0123456789 z")), wide("canary0123456789")} {
		found := &testing.T{}
		canaries{"text": "canary0123456789"}.search(found, "", []byte("before "+hidden+" after"))
		if !found.Failed() {
			t.Errorf("not found in %q", hidden)
		}
	}
}
