package test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// send posts a body of any type.
func send(t *testing.T, s *rig.Server, path, contentType, body string) rig.Response {
	t.Helper()
	r, err := http.NewRequest("POST", s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	setHeader(r, "Content-Type", contentType)
	return rig.Do(t, r)
}

// formPaths take forms.
var formPaths = []string{"/en/report", "/ja/follow-up", "/zh/follow-up/message"}

// What no form of ours sends is refused in words: no 500, nothing stored, and
// no more memory than a form needs.
func TestMalformedFormsAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "3", "--max-file-size", "1MB")
	before := memory(t, s.PID(), "VmHWM")
	token := s.FormToken(t, "/en/report")
	for name, c := range malformedForms(token) {
		for _, path := range formPaths {
			res := send(t, s, path, c.contentType, c.body)
			if res.Status < 400 || res.Status >= 500 {
				t.Errorf("%s to %s = %d", name, path, res.Status)
			}
			if title(res.Body) == "" || !strings.Contains(res.Body, "</html>") {
				t.Errorf("%s to %s: not a page:\n%.500s", name, path, res.Body)
			}
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases stored", n)
	}
	if n := len(sealedFiles(t, s)); n != 0 {
		t.Errorf("%d sealed files left", n)
	}
	if grown := memory(t, s.PID(), "VmHWM") - before; grown > 96<<20 {
		t.Errorf("malformed forms took %d MB", grown>>20)
	}
}

type form struct{ contentType, body string }

func malformedForms(token string) map[string]form {
	ok := fieldPart("form", token) + fieldPart("text", "typed")
	return map[string]form{
		"json":                   {"application/json", `{"form":"` + token + `","text":"typed"}`},
		"plain text":             {"text/plain", "form=" + token + "&text=typed"},
		"xml":                    {"application/xml", "<text>typed</text>"},
		"no type":                {"", "form=" + token + "&text=typed"},
		"broken type":            {";;;=", "form=" + token + "&text=typed"},
		"mixed":                  {"multipart/mixed; boundary=" + boundary, multipartForm(ok)},
		"no boundary":            {"multipart/form-data", multipartForm(ok)},
		"empty boundary":         {"multipart/form-data; boundary=", multipartForm(ok)},
		"other boundary":         {"multipart/form-data; boundary=other", multipartForm(ok)},
		"two boundaries":         {"multipart/form-data; boundary=a; boundary=b", multipartForm(ok)},
		"endless boundary":       {"multipart/form-data; boundary=" + strings.Repeat("a", 4<<10), multipartForm(ok)},
		"no parts":               {multipartType, "--" + boundary + "--\r\n"},
		"nothing":                {multipartType, ""},
		"no end":                 {multipartType, ok},
		"no header":              {multipartType, "--" + boundary + "\r\n\r\ntyped\r\n--" + boundary + "--\r\n"},
		"broken header":          {multipartType, multipartForm(part("Content-Disposition form-data", "typed"))},
		"broken disposition":     {multipartType, multipartForm(part(`Content-Disposition: form-data; name="text`, "typed"))},
		"huge header":            {multipartType, multipartForm(part("X: "+strings.Repeat("a", 900<<10), "typed"))},
		"ten thousand headers":   {multipartType, multipartForm(part(strings.Repeat("X: a\r\n", 20_000)+"X: a", "typed"))},
		"fields after files":     {multipartType, multipartForm(fieldPart("form", token), filePart("a.txt", "a"), fieldPart("text", "typed"))},
		"a thousand fields":      {multipartType, multipartForm(ok, strings.Repeat(fieldPart("more", "x"), 1000))},
		"a thousand files":       {multipartType, multipartForm(ok, strings.Repeat(filePart("a.txt", ""), 1000))},
		"one file too many":      {multipartType, multipartForm(ok, strings.Repeat(filePart("a.txt", "a"), 4))},
		"a byte too large":       {multipartType, multipartForm(ok, filePart("a.txt", strings.Repeat("a", 1<<20+1)))},
		"a file without a name":  {multipartType, multipartForm(ok, fieldPart("files", "content"))},
		"nested":                 {multipartType, multipartForm(ok, part("Content-Disposition: form-data; name=\"files\"; filename=\"a\x00b\"\r\nContent-Type: multipart/mixed; boundary=inner", "--inner\r\n\r\na\r\n--inner--"))},
		"invalid UTF-8":          {multipartType, multipartForm(fieldPart("form", token), fieldPart("text", "typed \xff\xfe"))},
		"overlong UTF-8":         {multipartType, multipartForm(fieldPart("form", token), fieldPart("text", "typed \xc0\xaf"))},
		"half a pair":            {multipartType, multipartForm(fieldPart("form", token), fieldPart("text", "typed \xed\xa0\x80"))},
		"NUL":                    {multipartType, multipartForm(fieldPart("form", token), fieldPart("text", "typed\x00"))},
		"NUL in a field's name":  {multipartType, multipartForm(ok, fieldPart("a\x00b", "typed"))},
		"giant field":            {multipartType, multipartForm(fieldPart("form", token), fieldPart("text", strings.Repeat("a", 3<<20)))},
		"giant urlencoded":       {"application/x-www-form-urlencoded", "text=" + strings.Repeat("a", 3<<20)},
		"broken escape":          {"application/x-www-form-urlencoded", "form=" + token + "&text=%zz"},
		"semicolons":             {"application/x-www-form-urlencoded", "form=" + token + ";text=typed"},
		"urlencoded NUL":         {"application/x-www-form-urlencoded", "form=" + token + "&text=a%00b"},
		"urlencoded not UTF-8":   {"application/x-www-form-urlencoded", "form=" + token + "&text=%ff%fe"},
		"ten thousand fields":    {"application/x-www-form-urlencoded", strings.Repeat("a=b&", 10_001) + "text="},
		"ten thousand names":     {"application/x-www-form-urlencoded", manyNames(9_000)},
		"charset, it says":       {"application/x-www-form-urlencoded; charset=utf-16", "form=x"},
		"only an unknown field":  {"application/x-www-form-urlencoded", "nonsense=1"},
		"only equals signs":      {"application/x-www-form-urlencoded", strings.Repeat("=", 1000)},
		"deep path in the name":  {multipartType, multipartForm(fieldPart("form", token), fieldPart("text[a][b]", "typed"))},
		"quoted-printable field": {multipartType, multipartForm(fieldPart("form", token), part("Content-Disposition: form-data; name=\"text\"\r\nContent-Transfer-Encoding: quoted-printable", "=FF=FE=00"), filePart("a", strings.Repeat("a", 1<<20+1)))},
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "name%d=x&", i)
	}
	return b.String()
}

func title(page string) string {
	_, rest, _ := strings.Cut(page, "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	return html.UnescapeString(title)
}

// typed are answers with everything that is easily lost on the way.
func typed() []rig.Field {
	return []rig.Field{
		{Name: "kind", Value: "consultation"}, {Name: "relationship", Value: "trainee"}, {Name: "subject", Value: "supplier"}, {Name: "category", Value: "bribery"},
		{Name: "text", Value: "\n  残業代が <b>三か月</b> & “支払われて” いません。😟\n\nSegunda línea: ñ ü ç\t終\u200b"}, {Name: "danger", Value: "yes"},
		{Name: "where", Value: "第2工場 \"A\" <棟>"}, {Name: "country", Value: "JP"}, {Name: "when", Value: "先月 & 今月"}, {Name: "people", Value: "O'Neill; 山田"},
		{Name: "reported_before", Value: "no — 'nobody' asked"}, {Name: "identity", Value: "desk"}, {Name: "name", Value: "Ünïcode"}, {Name: "contact", Value: "a+b@example.org"},
		{Name: "keep_metadata", Value: "yes"},
	}
}

// checkKept checks that a form came back with every answer as it was typed.
func checkKept(t *testing.T, what, page string, fields []rig.Field) {
	t.Helper()
	for _, f := range fields {
		var shown bool
		switch f.Name {
		case "form":
			continue
		case "text":
			_, rest, _ := strings.Cut(page, `name="text"`)
			_, rest, _ = strings.Cut(rest, ">\n") // HTML drops the first line break of a textarea
			value, _, _ := strings.Cut(rest, "</textarea>")
			shown = html.UnescapeString(value) == f.Value
		case "kind", "subject", "identity", "danger", "keep_metadata":
			shown = inputHas(page, f, " checked")
		case "relationship", "category", "country":
			shown = strings.Contains(page, `<option value="`+f.Value+`" selected>`) || strings.Contains(page, "<option value="+f.Value+" selected>")
		default:
			shown = inputHas(page, f, "")
		}
		if !shown {
			t.Errorf("%s: %s %q is not in the form that came back", what, f.Name, f.Value)
		}
	}
}

// inputHas reports whether the page has an input with that name and value, and
// with an attribute besides.
func inputHas(page string, f rig.Field, attribute string) bool {
	for _, tag := range strings.Split(page, "<input ")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		if strings.Contains(tag, `name="`+f.Name+`"`) && strings.Contains(html.UnescapeString(tag), `value="`+f.Value+`"`) && strings.Contains(tag, attribute) {
			return true
		}
	}
	return false
}

// checkErrors checks that a page says in its title, in a summary and at the
// field that something is wrong.
func checkErrors(t *testing.T, what, lang, page, field string) {
	t.Helper()
	checkTitle(t, what, lang, page)
	if !strings.Contains(page, `id="errors"`) || !strings.Contains(page, `href="#`+field+`"`) || !strings.Contains(page, `id="`+field+`-error"`) {
		t.Errorf("%s: no error summary that leads to %s", what, field)
	}
}

// checkTitle checks that whoever hears the title first learns that something is
// wrong.
func checkTitle(t *testing.T, what, lang, page string) {
	t.Helper()
	if prefix := texts(t, lang).T("error.prefix"); !strings.HasPrefix(title(page), prefix+" ") {
		t.Errorf("%s: the title %q does not begin with %q", what, title(page), prefix)
	}
}

// Everything typed is still in a form that comes back, in every language and
// for every reason.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "3", "--max-file-size", "1MB")
	for _, lang := range languages {
		path := "/" + lang + "/report"
		for _, c := range []struct {
			name, field string // of the wrong one
			status      int
			change      rig.Field
			files       []rig.File
		}{
			{"no text", "text", 422, rig.Field{Name: "text", Value: " \n "}, nil},
			{"long text", "text", 422, rig.Field{Name: "text", Value: strings.Repeat("長", 30_001)}, nil},
			{"long answer", "where", 422, rig.Field{Name: "where", Value: strings.Repeat("長", 1001)}, nil},
			{"no token", "", 422, rig.Field{Name: "form", Value: ""}, nil},
			{"large file", "files", 413, rig.Field{}, []rig.File{textFile("large.txt", 1<<20+1)}},
			{"many files", "files", 413, rig.Field{}, []rig.File{textFile("1", 1), textFile("2", 1), textFile("3", 1), textFile("4", 1)}},
			{"large form", "", 413, rig.Field{}, []rig.File{textFile("1", 900<<10), textFile("2", 900<<10), textFile("3", 900<<10), textFile("4", 5<<20)}},
		} {
			fields := append([]rig.Field{{Name: "form", Value: s.FormToken(t, path)}}, typed()...)
			for i := range fields {
				if fields[i].Name == c.change.Name {
					fields[i] = c.change
				}
			}
			what := lang + ", " + c.name
			res := s.Post(t, path, fields, c.files...)
			if res.Status != c.status {
				t.Errorf("%s = %d, want %d", what, res.Status, c.status)
				continue
			}
			checkKept(t, what, res.Body, fields)
			checkTitle(t, what, lang, res.Body)
			if c.field != "" {
				checkErrors(t, what, lang, res.Body, c.field)
			} else if !strings.Contains(res.Body, `id="notice"`) {
				t.Errorf("%s: no notice says why", what)
			}
			if len(c.files) > 0 && !strings.Contains(res.Body, html.EscapeString(texts(t, lang).T("notice.files-again"))) {
				t.Errorf("%s: nothing says that the files must be chosen again", what)
			}
			rig.Token(t, res.Body)
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

func textFile(name string, size int64) rig.File {
	return rig.File{Name: name, Type: "text/plain", Content: io.LimitReader(endless{}, size)}
}

// The switch of languages keeps what was typed and judges nothing.
func TestSwitchingLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	token := s.FormToken(t, "/en/report")
	for _, lang := range languages {
		fields := append(typed(), rig.Field{Name: "form", Value: token}, rig.Field{Name: "switch", Value: lang},
			rig.Field{Name: "files", Value: "証拠.jpg"}, rig.Field{Name: "files", Value: "b.pdf"})
		res := s.PostFields(t, "/"+lang+"/report", fields...)
		if res.Status != http.StatusOK || !strings.Contains(res.Body, `<html lang="`+texts(t, lang).Language().Tag+`"`) {
			t.Errorf("switch to %s = %d", lang, res.Status)
		}
		checkKept(t, "switch to "+lang, res.Body, typed())
		if !strings.Contains(res.Body, "証拠.jpg") || !strings.Contains(res.Body, "b.pdf") {
			t.Errorf("switch to %s does not name the files that must be chosen again", lang)
		}
		if strings.HasPrefix(title(res.Body), texts(t, lang).T("error.prefix")) {
			t.Errorf("switch to %s: the title is %q", lang, title(res.Body))
		}
		token = rig.Token(t, res.Body)
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

// Made-up names of lost files do not make a page of megabytes.
func TestLostFilesAreBounded(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for name, files := range map[string]string{"in one": "files=" + strings.Repeat("a%0A", 200_000), "in many": strings.Repeat("files=a&", 9_000)} {
		for _, path := range []string{"/en/report", "/en/follow-up"} {
			body := "form=" + s.FormToken(t, path) + "&receipt=" + receipt + "&switch=en&text=typed&" + files
			if res := send(t, s, path, "application/x-www-form-urlencoded", body); res.Status != http.StatusOK || len(res.Body) > 100<<10 {
				t.Errorf("%s, names %s: %d with %d bytes", path, name, res.Status, len(res.Body))
			}
		}
	}
}

// A message that announces itself too large comes back in its conversation.
func TestTooLargeMessageKeepsItsText(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "1", "--max-file-size", "1KB")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "the report"}})
	path := "/en/follow-up/message"
	body := multipartForm(fieldPart("form", s.FormToken(t, "/en/follow-up")), fieldPart("receipt", receipt), fieldPart("text", "typed with care"), filePart("film.mp4", strings.Repeat("a", 4<<20)))
	for name, request := range map[string]string{
		"announced": "", "chunked": "chunked",
	} {
		r, err := http.NewRequest("POST", s.URL+path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", multipartType)
		if request == "chunked" {
			r.ContentLength = -1
		}
		res, err := rig.Send(r)
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != http.StatusRequestEntityTooLarge || !strings.Contains(res.Body, "the report") {
			t.Errorf("%s = %d, and the conversation is not shown", name, res.Status)
		}
		checkKept(t, name, res.Body, []rig.Field{{Name: "text", Value: "typed with care"}})
	}
}

// A form too large to keep anything of it says so on a page of its own, instead
// of an empty form that claims to have kept everything.
func TestTooLargeFormIsNotShownEmpty(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	body := "form=" + s.FormToken(t, "/en/report") + "&text=" + strings.Repeat("a", 2<<20)
	for _, path := range formPaths {
		res := send(t, s, path, "application/x-www-form-urlencoded", body)
		if res.Status != http.StatusRequestEntityTooLarge || strings.Contains(res.Body, "<textarea") || !strings.Contains(res.Body, `data-status="413"`) {
			t.Errorf("%s = %d\n%s", path, res.Status, res.Body)
		}
	}
	cut := multipartForm(fieldPart("form", s.FormToken(t, "/en/report")), fieldPart("text", strings.Repeat("長", 1<<20)))
	res := send(t, s, "/en/report", multipartType, cut)
	if kept := strings.Count(res.Body, "長"); res.Status != 413 || kept < 300_000 || strings.Contains(res.Body, "\uFFFD") {
		t.Errorf("giant field = %d, %d characters of it are kept", res.Status, kept)
	}
}

// The longest text fits, in every script, typed into a form or carried through a
// switch of languages.
func TestLongestTextFits(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, character := range []string{"a", "é", "長", "😟", "<", "\"", "\n"} {
		text := "x" + strings.Repeat(character, 29_998) + "x"
		fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/ja/report")}, {Name: "switch", Value: "ja"}, {Name: "text", Value: text}}
		checkKept(t, "switch", s.PostFields(t, "/ja/report", fields...).Body, fields[2:])
		receipt := s.Report(t, "ja", fields[2:])
		if got := s.Case(t, receipt, handlers["compliance"]).Messages[0].Text; got != text {
			t.Errorf("%q: %d bytes arrive, want %d", character, len(got), len(text))
		}
		if !strings.Contains(html.UnescapeString(s.FollowUp(t, "ja", receipt).Body), text) {
			t.Errorf("%q: the conversation does not show it", character)
		}
	}
}
