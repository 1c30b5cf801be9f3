package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// wordWith is a small Word file that grows by so many bytes when it is cleaned: edited
// parts are not compressed again.
func wordWith(t *testing.T, blanks int) []byte {
	t.Helper()
	const types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="` + types + `"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p w:rsidR="00A1B2C3"><w:r><w:t>Visible</w:t></w:r></w:p></w:body>` + strings.Repeat(" ", blanks) + `</w:document>`},
	} {
		f, err := w.Create(part.name)
		if err == nil {
			_, err = io.WriteString(f, part.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A file whose cleaned form would be larger than files may be stays as it is, and its
// sender is told so: 9.9 MB once became 487 MB, past --max-file-size.
func TestCleaningDoesNotGrowFilesPastTheirLimit(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "300KB")
	texts := rig.Texts(t, "en")
	for _, c := range []struct {
		blanks int
		want   string
	}{{200_000, texts.T("file.nothing")}, {400_000, texts.T("file.kept")}} {
		file := rig.File{Name: fmt.Sprint(c.blanks, ".docx"), Content: bytes.NewReader(wordWith(t, c.blanks))}
		res := s.Post(t, "/en/report", rig.WithForm(s.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: "a report"}), file)
		if res.Status != http.StatusCreated || !strings.Contains(strings.ReplaceAll(res.Body, "\u00a0", " "), "· "+c.want) {
			t.Errorf("%d blanks: %d, not %q", c.blanks, res.Status, c.want)
		}
	}
}
