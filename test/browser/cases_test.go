package browser

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"maps"
	"strings"
	"testing"

	"hotline/test/rig"
)

// browserCase is what the browser says that it sent in one language.
type browserCase struct {
	Lang, Receipt, Queue, Text, More, Note string
	Fields                                 map[string]string
	Files                                  []string
	Kept                                   string // the file that is the photograph with its hidden details
}

// check opens the case as its handler does, and compares what was sealed with
// what the browser sent: a photograph first, then papers.
func (want browserCase) check(t *testing.T, s *rig.Server, handler rig.Handler, photo, paper []byte) {
	got := s.Case(t, want.Receipt, handler)
	if got.Queue != want.Queue {
		t.Errorf("the case is in %s, want %s", got.Queue, want.Queue)
	}
	if len(got.Messages) != 3 {
		t.Fatalf("the case has %d messages, want the report, the answer and one more", len(got.Messages))
	}
	report, more := got.Messages[0], got.Messages[2]
	for _, m := range []struct{ got, want string }{{report.Text, want.Text}, {more.Text, want.More}} {
		if strings.ReplaceAll(m.got, "\r\n", "\n") != m.want {
			t.Errorf("text %q, want %q", m.got, m.want)
		}
	}
	fields, name := maps.Clone(want.Fields), map[string]string{}
	for _, field := range []string{"name", "contact"} { // sealed apart
		if fields[field] != "" {
			name[field] = fields[field]
			delete(fields, field)
		}
	}
	if report.Language != want.Lang || !maps.Equal(report.Fields, fields) || !maps.Equal(got.Name, name) {
		t.Errorf("answers in %s: %q, %q; want in %s: %q, %q", report.Language, report.Fields, got.Name, want.Lang, fields, name)
	}
	if len(report.Files) != len(want.Files) || len(more.Files) != 1 {
		t.Fatalf("%d and %d files, want %d and 1", len(report.Files), len(more.Files), len(want.Files))
	}
	type sentFile struct {
		message, file int
		name          string
		bytes         []byte
		cleaned       bool
	}
	files := []sentFile{{0, 0, want.Files[0], photo, true}, {2, 0, want.Note, []byte(want.More), false}}
	for i, name := range want.Files[1:] {
		content := paper
		if name == want.Kept {
			content = photo
		}
		files = append(files, sentFile{0, i + 1, name, content, false})
	}
	for _, sent := range files {
		f, content := got.File(t, sent.message, sent.file)
		if f.Name != sent.name || f.Cleaned != sent.cleaned || f.Found != sent.cleaned {
			t.Errorf("file %q, cleaned %v, found %v; want %q, both %v", f.Name, f.Cleaned, f.Found, sent.name, sent.cleaned)
		}
		if sum := sha256.Sum256(content); f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: its SHA-256 is not the one in the message", f.Name)
		}
		if sent.cleaned {
			samePicture(t, content, sent.bytes)
		} else if !bytes.Equal(content, sent.bytes) {
			t.Errorf("%s: %d bytes, want the %d that were sent", f.Name, len(content), len(sent.bytes))
		}
	}
}

// samePicture checks that a cleaned photograph shows the same and hides nothing.
func samePicture(t *testing.T, cleaned, original []byte) {
	t.Helper()
	for _, hidden := range []string{rig.HiddenDetail, "Exif"} {
		if !bytes.Contains(original, []byte(hidden)) || bytes.Contains(cleaned, []byte(hidden)) {
			t.Errorf("%q must be in the photograph as it was sent, and not in the cleaned one", hidden)
		}
	}
	if got, want := pixels(t, cleaned), pixels(t, original); got.Rect != want.Rect || !bytes.Equal(got.Pix, want.Pix) {
		t.Error("the cleaned photograph shows something else")
	}
}

func pixels(t *testing.T, photo []byte) *image.Gray {
	t.Helper()
	picture, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	return picture.(*image.Gray)
}
