package attack

import (
	"fmt"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What no form of ours sends is refused in words: no 500, nothing stored, and
// no more memory than a form needs.
func TestMalformedFormsAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "3", "--max-file-size", "1MB")
	before := rig.Memory(t, s.PID(), "VmHWM")
	token := s.FormToken(t, "/en/report")
	for name, c := range malformedForms(token) {
		for _, path := range rig.FormPaths {
			res := s.SendBody(t, path, c.contentType, c.body)
			if res.Status < 400 || res.Status >= 500 {
				t.Errorf("%s to %s = %d", name, path, res.Status)
			}
			if rig.Title(res.Body) == "" || !strings.Contains(res.Body, "</html>") {
				t.Errorf("%s to %s: not a page:\n%.500s", name, path, res.Body)
			}
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases stored", n)
	}
	if n := len(s.SealedFiles(t)); n != 0 {
		t.Errorf("%d sealed files left", n)
	}
	if grown := rig.Memory(t, s.PID(), "VmHWM") - before; grown > rig.MB(96) {
		t.Errorf("malformed forms took %d MB", grown>>20)
	}
}

type form struct{ contentType, body string }

func malformedForms(token string) map[string]form {
	ok := rig.FieldPart("form", token) + rig.FieldPart("text", "typed")
	return map[string]form{
		"json":                   {"application/json", `{"form":"` + token + `","text":"typed"}`},
		"plain text":             {"text/plain", "form=" + token + "&text=typed"},
		"xml":                    {"application/xml", "<text>typed</text>"},
		"no type":                {"", "form=" + token + "&text=typed"},
		"broken type":            {";;;=", "form=" + token + "&text=typed"},
		"mixed":                  {"multipart/mixed; boundary=" + rig.Boundary, rig.MultipartForm(ok)},
		"no boundary":            {"multipart/form-data", rig.MultipartForm(ok)},
		"empty boundary":         {"multipart/form-data; boundary=", rig.MultipartForm(ok)},
		"other boundary":         {"multipart/form-data; boundary=other", rig.MultipartForm(ok)},
		"two boundaries":         {"multipart/form-data; boundary=a; boundary=b", rig.MultipartForm(ok)},
		"endless boundary":       {"multipart/form-data; boundary=" + strings.Repeat("a", 4<<10), rig.MultipartForm(ok)},
		"no parts":               {rig.MultipartType, "--" + rig.Boundary + "--\r\n"},
		"nothing":                {rig.MultipartType, ""},
		"no end":                 {rig.MultipartType, ok},
		"no header":              {rig.MultipartType, "--" + rig.Boundary + "\r\n\r\ntyped\r\n--" + rig.Boundary + "--\r\n"},
		"broken header":          {rig.MultipartType, rig.MultipartForm(rig.Part("Content-Disposition form-data", "typed"))},
		"broken disposition":     {rig.MultipartType, rig.MultipartForm(rig.Part(`Content-Disposition: form-data; name="text`, "typed"))},
		"huge header":            {rig.MultipartType, rig.MultipartForm(rig.Part("X: "+strings.Repeat("a", 900<<10), "typed"))},
		"ten thousand headers":   {rig.MultipartType, rig.MultipartForm(rig.Part(strings.Repeat("X: a\r\n", 20_000)+"X: a", "typed"))},
		"fields after files":     {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FilePart("a.txt", "a"), rig.FieldPart("text", "typed"))},
		"a thousand fields":      {rig.MultipartType, rig.MultipartForm(ok, strings.Repeat(rig.FieldPart("more", "x"), 1000))},
		"a thousand files":       {rig.MultipartType, rig.MultipartForm(ok, strings.Repeat(rig.FilePart("a.txt", ""), 1000))},
		"one file too many":      {rig.MultipartType, rig.MultipartForm(ok, strings.Repeat(rig.FilePart("a.txt", "a"), 4))},
		"a byte too large":       {rig.MultipartType, rig.MultipartForm(ok, rig.FilePart("a.txt", strings.Repeat("a", 1<<20+1)))},
		"a file without a name":  {rig.MultipartType, rig.MultipartForm(ok, rig.FieldPart("files", "content"))},
		"nested":                 {rig.MultipartType, rig.MultipartForm(ok, rig.Part("Content-Disposition: form-data; name=\"files\"; filename=\"a\x00b\"\r\nContent-Type: multipart/mixed; boundary=inner", "--inner\r\n\r\na\r\n--inner--"))},
		"invalid UTF-8":          {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "typed \xff\xfe"))},
		"overlong UTF-8":         {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "typed \xc0\xaf"))},
		"half a pair":            {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "typed \xed\xa0\x80"))},
		"NUL":                    {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", "typed\x00"))},
		"NUL in a field's name":  {rig.MultipartType, rig.MultipartForm(ok, rig.FieldPart("a\x00b", "typed"))},
		"giant field":            {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text", strings.Repeat("a", 3<<20)))},
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
		"deep path in the name":  {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.FieldPart("text[a][b]", "typed"))},
		"quoted-printable field": {rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", token), rig.Part("Content-Disposition: form-data; name=\"text\"\r\nContent-Transfer-Encoding: quoted-printable", "=FF=FE=00"), rig.FilePart("a", strings.Repeat("a", 1<<20+1)))},
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "name%d=x&", i)
	}
	return b.String()
}
