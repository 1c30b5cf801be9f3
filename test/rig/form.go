package rig

import (
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Field is a form field; forms are sent in the order given.
type Field struct{ Name, Value string }

// File is an attachment of a form.
type File struct {
	Name, Type string
	Content    io.Reader
}

// Get fetches a page.
func (s *Server) Get(t testing.TB, path string) Response {
	t.Helper()
	r, err := http.NewRequest("GET", s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Do(t, r)
}

var tokenInput = regexp.MustCompile(`name="form" value="([^"]+)"`)

// Token returns the form token of a page.
func Token(t testing.TB, page string) string {
	t.Helper()
	m := tokenInput.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no form token in\n%s", page)
	}
	return html.UnescapeString(m[1])
}

// FormToken fetches a page and returns its form token.
func (s *Server) FormToken(t testing.TB, path string) string {
	t.Helper()
	return Token(t, s.Get(t, path).Body)
}

// PostFields sends a urlencoded form.
func (s *Server) PostFields(t testing.TB, path string, fields ...Field) Response {
	t.Helper()
	return Do(t, s.FieldsRequest(t, path, fields...))
}

// FieldsRequest makes the request of PostFields.
func (s *Server) FieldsRequest(t testing.TB, path string, fields ...Field) *http.Request {
	t.Helper()
	var pairs []string
	for _, f := range fields {
		pairs = append(pairs, url.QueryEscape(f.Name)+"="+url.QueryEscape(f.Value))
	}
	r, err := http.NewRequest("POST", s.URL+path, strings.NewReader(strings.Join(pairs, "&")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Post sends a multipart form, its files streamed.
func (s *Server) Post(t testing.TB, path string, fields []Field, files ...File) Response {
	t.Helper()
	return Do(t, s.PostRequest(t, path, fields, files...))
}

// PostRequest makes the request of Post.
func (s *Server) PostRequest(t testing.TB, path string, fields []Field, files ...File) *http.Request {
	t.Helper()
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(writeForm(form, fields, files)) }()
	r, err := http.NewRequest("POST", s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

func writeForm(form *multipart.Writer, fields []Field, files []File) error {
	for _, f := range fields {
		if err := form.WriteField(f.Name, f.Value); err != nil {
			return err
		}
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="files"; filename="%s"`, strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(f.Name)))
		h.Set("Content-Type", f.Type)
		part, err := form.CreatePart(h)
		if err != nil {
			return err
		}
		if _, err := io.Copy(part, f.Content); err != nil {
			return err
		}
	}
	return form.Close()
}

var (
	receiptElement = regexp.MustCompile(`(?s)id="receipt"[^>]*>(.*?)</`)
	receiptCode    = regexp.MustCompile(`^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$`)
)

// Receipt returns the receipt that a page shows.
func Receipt(t testing.TB, page string) string {
	t.Helper()
	code, ok := FindReceipt(page)
	if !ok {
		t.Fatalf("no receipt in\n%s", page)
	}
	return code
}

// FindReceipt is Receipt for use outside the test's goroutine.
func FindReceipt(page string) (string, bool) {
	m := receiptElement.FindStringSubmatch(page)
	if m == nil {
		return "", false
	}
	code := strings.TrimSpace(strings.ReplaceAll(m[1], "<wbr>", ""))
	return code, receiptCode.MatchString(code)
}

// Report sends a report as a person without scripts does and returns its
// receipt. It needs a server with --limits off, for nobody is that fast.
func (s *Server) Report(t testing.TB, lang string, fields []Field, files ...File) string {
	t.Helper()
	path := "/" + lang + "/report"
	fields = append([]Field{{"form", s.FormToken(t, path)}}, fields...)
	res := s.Post(t, path, fields, files...)
	if res.Status != http.StatusCreated {
		t.Fatalf("POST %s = %d\n%s", path, res.Status, res.Body)
	}
	return Receipt(t, res.Body)
}

// FollowUp shows the case of a receipt.
func (s *Server) FollowUp(t testing.TB, lang, receipt string) Response {
	t.Helper()
	path := "/" + lang + "/follow-up"
	return s.PostFields(t, path, Field{"form", s.FormToken(t, path)}, Field{"receipt", receipt})
}

// FormPaths take forms.
var FormPaths = []string{"/en/report", "/ja/follow-up", "/zh/follow-up/message"}

// Typed are answers with everything that is easily lost on the way.
func Typed() []Field {
	return []Field{
		{Name: "kind", Value: "consultation"}, {Name: "relationship", Value: "trainee"}, {Name: "subject", Value: "supplier"}, {Name: "category", Value: "bribery"},
		{Name: "text", Value: "\n  残業代が <b>三か月</b> & “支払われて” いません。😟\n\nSegunda línea: ñ ü ç\t終\u200b"}, {Name: "danger", Value: "yes"},
		{Name: "where", Value: "第2工場 \"A\" <棟>"}, {Name: "country", Value: "JP"}, {Name: "when", Value: "先月 & 今月"}, {Name: "people", Value: "O'Neill; 山田"},
		{Name: "reported_before", Value: "no — 'nobody' asked"}, {Name: "identity", Value: "desk"}, {Name: "name", Value: "Ünïcode"}, {Name: "contact", Value: "a+b@example.org"},
		{Name: "keep_metadata", Value: "yes"},
	}
}

// TextFile is an attachment of that size.
func TextFile(name string, size int64) File {
	return File{Name: name, Type: "text/plain", Content: io.LimitReader(Endless{}, size)}
}

// WithForm puts a token before the fields of a form.
func WithForm(token string, fields ...Field) []Field {
	return append([]Field{{Name: "form", Value: token}}, fields...)
}

// TypedFields are the fields of the report form that take any text.
var TypedFields = []string{"where", "when", "people", "reported_before", "name", "contact"}

// Endless is a body without an end.
type Endless struct{}

// Read never ends.
func (Endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
