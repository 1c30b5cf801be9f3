package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hotline/test/rig"
)

// fileNames are names as they come over the line, and what is kept of them.
// Browsers write " as %22, CR as %0D and LF as %0A.
var fileNames = map[string]string{
	"report.pdf": "report.pdf", "../../../etc/passwd": "passwd", `..\..\windows\win.ini`: "win.ini", "/etc/shadow": "shadow", `C:\\Users\\me\\secret.doc`: "secret.doc",
	"..": "file", ".": "file", "/": "file", "a/b/": "b", ".htaccess": ".htaccess", "CON": "CON", "-rf": "-rf", "a%0D%0ASet-Cookie: b": "a%0D%0ASet-Cookie: b", "%00.txt": "%00.txt",
	"annex\u202egpj.exe": "annex\u202egpj.exe", "photo\u200b.jpg": "photo\u200b.jpg", "😟👍🏽.png": "😟👍🏽.png", "残業の証拠（最終版）.xlsx": "残業の証拠（最終版）.xlsx", "café.txt": "café.txt",
	strings.Repeat("a", 300) + ".pdf": strings.Repeat("a", 251) + ".pdf", strings.Repeat("証", 100) + ".pdf": strings.Repeat("証", 83) + ".pdf", strings.Repeat("a", 300): strings.Repeat("a", 255),
	"a." + strings.Repeat("b", 300): "a." + strings.Repeat("b", 253), "<script>": "<script>", "%22quoted%22.txt": "%22quoted%22.txt", "=cmd|'/c calc'!A1.csv": "c calc'!A1.csv",
	"a;b.txt": "a;b.txt", "caf\xe9.txt": "caf\uFFFD.txt",
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for sent, want := range fileNames {
		content := "content of " + want
		res := s.SendBody(t, "/en/report", rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "x"), rig.FilePart(sent, content)))
		if res.Status != http.StatusCreated {
			t.Errorf("%q = %d", sent, res.Status)
			continue
		}
		if strings.ContainsAny(res.Body, "\u202e\u200b") {
			t.Errorf("%q: the receipt page hides characters", sent)
		}
		f, kept := s.Case(t, rig.Receipt(t, res.Body), handlers["compliance"]).File(t, 0, 0)
		if f.Name != want || string(kept) != content || f.Type != "text/plain" {
			t.Errorf("%q is kept as %q (%s), want %q", sent, f.Name, f.Type, want)
		}
		if len(f.Name) > 255 || !utf8.ValidString(f.Name) {
			t.Errorf("%q is kept as %d bytes", sent, len(f.Name))
		}
	}
	name := regexp.MustCompile(`^[0-9a-f]{32}$`)
	for _, path := range s.SealedFiles(t) {
		if !name.MatchString(filepath.Base(path)) {
			t.Errorf("a sealed file is called %s", path)
		}
	}
}

// Names that no browser sends, and parts that are no files, are refused.
func TestImpossibleFileNames(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	for name, file := range map[string]string{
		"NUL": rig.FilePart("a\x00.txt", "x"), "line break": rig.FilePart("a\r\nX-Injected: 1\r\n\r\n.txt", "x"), "no name, but content": rig.FilePart("", "x"), "unescaped": rig.FilePart(`a\`, "x"), "escape": rig.FilePart("a\x1b[31m.txt", "x"),
	} {
		res := s.SendBody(t, "/en/report", rig.MultipartType, rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "x"), file))
		if res.Status < 400 || res.Status >= 500 {
			t.Errorf("%s = %d", name, res.Status)
		}
	}
	empty := rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "x"), rig.Part(`Content-Disposition: form-data; name="files"; filename=""`+"\r\nContent-Type: application/octet-stream", ""))
	if res := s.SendBody(t, "/en/report", rig.MultipartType, empty); res.Status != http.StatusCreated || len(s.SealedFiles(t)) != 0 {
		t.Errorf("a file field left empty = %d, %d files", res.Status, len(s.SealedFiles(t)))
	}
}

// Every file opens to exactly what was sent, whatever its size, and its length
// on disk says no more than the padded one.
func TestFilesArriveAsTheyWere(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	s, handlers := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "1MB")
	var files []rig.File
	var sent [][]byte
	for i, size := range []int{0, 1, 2, 3, 9, 100, 1000, 4095, 4096, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, limit - 1, limit} {
		content := make([]byte, size)
		rand.NewChaCha8([32]byte{byte(i)}).Read(content)
		sent = append(sent, content)
		files = append(files, rig.File{Name: fmt.Sprint("file", i), Type: "image/x-own; charset=secret", Content: bytes.NewReader(content)})
	}
	c := s.Case(t, s.Report(t, "en", []rig.Field{{Name: "text", Value: "files"}}, files...), handlers["compliance"])
	for i, want := range sent {
		f, got := c.File(t, 0, i)
		sum := sha256.Sum256(want)
		if !bytes.Equal(got, want) || f.Size != int64(len(want)) || f.SHA256 != hex.EncodeToString(sum[:]) || f.Cleaned || f.Type != "image/x-own" || f.Name != fmt.Sprint("file", i) {
			t.Errorf("file of %d bytes arrives as %+v", len(want), f)
		}
	}
	for _, path := range append(s.SealedFiles(t), filepath.Join(s.Data, "hotline.db")) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", path, info.Mode())
		}
		if at := info.ModTime(); filepath.Dir(path) != s.Data && !at.Equal(at.UTC().Truncate(24*time.Hour)) {
			t.Errorf("%s tells the time: %v", path, at)
		}
	}
}

// Twenty files of a report are taken, the twenty-first is not: as the form says.
func TestTwentyFilesAndNoMore(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	files := func(n int) (all []rig.File) {
		for i := range n {
			all = append(all, rig.TextFile(fmt.Sprintf("file%02d.txt", i), 10))
		}
		return all
	}
	fields := rig.WithForm(s.FormToken(t, "/pt/report"), rig.Typed()...)
	res := s.Post(t, "/pt/report", fields, files(21)...)
	if res.Status != http.StatusRequestEntityTooLarge || len(s.SealedFiles(t)) != 0 || strings.Count(res.Body, "file0") != 10 {
		t.Errorf("21 files = %d, %d kept", res.Status, len(s.SealedFiles(t)))
	}
	rig.CheckErrors(t, "21 files", "pt", res.Body, "files")
	rig.CheckKept(t, "21 files", res.Body, fields)
	fields[0].Value = rig.Token(t, res.Body)
	receipt := rig.Receipt(t, s.Post(t, "/pt/report", fields, files(20)...).Body)
	if c := s.Case(t, receipt, handlers["compliance"]); len(c.Messages[0].Files) != 20 || len(c.Files) != 20 {
		t.Errorf("%d of 20 files arrive", len(c.Files))
	}
}

// Hidden details are taken out of photos, unless the reporter asks to keep
// them; the handler and the reporter are told which it was, and nobody is told
// that something was removed where there was nothing.
func TestPhotosAreCleanedUnlessKept(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	telling := rig.Photo(t, "taken at home")
	picture, err := jpeg.Decode(bytes.NewReader(telling))
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		photo          []byte
		keep           string
		cleaned, found bool
		words          string
	}{{telling, "", true, true, "file.cleaned"}, {plain.Bytes(), "", true, false, "file.nothing"}, {telling, "yes", false, false, "file.kept"}} {
		file := func() rig.File {
			return rig.File{Name: "photo.jpg", Type: "image/jpeg", Content: bytes.NewReader(c.photo)}
		}
		words := html.EscapeString(rig.Texts(t, "en").T(c.words))
		fields := []rig.Field{{Name: "text", Value: "a photo"}, {Name: "keep_metadata", Value: c.keep}}
		sent := s.Post(t, "/en/report", rig.WithForm(s.FormToken(t, "/en/report"), fields...), file())
		receipt := rig.Receipt(t, sent.Body)
		if strings.Count(sent.Body, words) != 1 {
			t.Errorf("keep %q: the receipt does not say %q", c.keep, words)
		}
		page := lookUp(t, s, "en", receipt)
		message := rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "again"}, fields[1])
		if res := s.Post(t, "/en/follow-up/message", message, file()); res.Status != http.StatusOK {
			t.Fatalf("message = %d", res.Status)
		}
		opened := s.Case(t, receipt, handlers["compliance"])
		for message := range opened.Messages {
			f, got := opened.File(t, message, 0)
			if f.Cleaned != c.cleaned || f.Found != c.found || bytes.Equal(got, c.photo) == c.found || bytes.Contains(got, []byte("taken at home")) != (c.keep != "") {
				t.Errorf("keep %q, message %d: %+v", c.keep, message+1, f)
			}
			if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
				t.Errorf("keep %q: no picture any more: %v", c.keep, err)
			}
		}
		if page := lookUp(t, s, "en", receipt).Body; strings.Count(page, words) != 2 {
			t.Errorf("keep %q: the conversation does not say %q", c.keep, words)
		}
	}
	broken := append([]byte(rig.JPEGHead), "not a picture at all, taken at home"...)
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "x"}}, rig.File{Name: "broken.jpg", Type: "image/jpeg", Content: bytes.NewReader(broken)})
	if f, got := s.Case(t, receipt, handlers["compliance"]).File(t, 0, 0); f.Cleaned || !bytes.Equal(got, broken) {
		t.Errorf("what cannot be cleaned is kept whole and said so: %+v", f)
	}
}

// What is stored tells neither the language of a report nor how long a short
// one is.
func TestStoredSizesAreEqual(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	reports := map[string]string{
		"ja": "残業代が三か月支払われていません。第二工場の全員です。", "en": "They have not paid overtime for three months.", "es": "No pagan las horas extra desde hace tres meses, ¡a nadie!",
		"pt": "Não pagam as horas extras há três meses. É com todos.", "zh": "三个月没有付加班费。",
	}
	for lang, text := range reports {
		for _, relationship := range []string{"", "trainee", "customer"} {
			receipt := s.Report(t, lang, []rig.Field{{Name: "text", Value: text}, {Name: "relationship", Value: relationship}, {Name: "where", Value: text}})
			message := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: text})
			if res := s.PostFields(t, "/"+lang+"/follow-up/message", message...); res.Status != http.StatusOK {
				t.Fatalf("message = %d", res.Status)
			}
		}
	}
	for _, column := range []string{"length(sealed) FROM messages", "length(summary) FROM cases", "length(sealed) FROM case_keys", "length(recipient) + length(reporter_recipient) FROM cases", "at FROM messages"} {
		if n := s.Count(t, "SELECT count(DISTINCT x) FROM (SELECT "+strings.Replace(column, " FROM", " AS x FROM", 1)+")"); n != 1 {
			t.Errorf("%d different values of %s", n, column)
		}
	}
	if n := s.Count(t, "SELECT count(*) FROM messages"); n != 30 {
		t.Errorf("%d messages: this test sees nothing", n)
	}
}
