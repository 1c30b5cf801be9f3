package test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"maps"
	"os"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/test/rig"
)

// hiddenDetail stands in the hidden places of the photograph that the browser
// sends.
const hiddenDetail = "Hidden Camera 35.4437 N"

// browserCase is what the browser says that it sent in one language.
type browserCase struct {
	Lang, Receipt, Queue, Text, More, Note string
	Fields                                 map[string]string
	Files                                  []string
}

// answerCase does what a handler does: it seals a message into the case, and
// moves the case on.
func answerCase(t *testing.T, s *rig.Server, l browserLine) {
	t.Helper()
	id := s.CaseID(t, l.Receipt)
	from := string(casework.FromDesk)
	sealMessage(t, s, l.Receipt, crypto.Message{Case: id, Seq: 2, From: from, On: "2026-11-24", Language: l.Lang, Text: l.Text}, from)
	s.Exec(t, `UPDATE cases SET state = $2, outcome = $3, acknowledged = received, closed = CASE WHEN $3 = '' THEN '' ELSE received END WHERE id = $1`,
		id, l.State, l.Outcome)
}

// check opens the case as its handler does, and compares what was sealed with
// what the browser sent.
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
	if report.Language != want.Lang || !maps.Equal(report.Fields, want.Fields) {
		t.Errorf("answers in %s: %q; want in %s: %q", report.Language, report.Fields, want.Lang, want.Fields)
	}
	if len(report.Files) != 2 || len(more.Files) != 1 {
		t.Fatalf("%d and %d files, want 2 and 1", len(report.Files), len(more.Files))
	}
	for _, sent := range []struct {
		message, file int
		name          string
		bytes         []byte
		cleaned       bool
	}{{0, 0, want.Files[0], photo, true}, {0, 1, want.Files[1], paper, false}, {2, 0, want.Note, []byte(want.More), false}} {
		f, content := got.File(t, sent.message, sent.file)
		if f.Name != sent.name || f.Cleaned != sent.cleaned {
			t.Errorf("file %q, cleaned %v; want %q, %v", f.Name, f.Cleaned, sent.name, sent.cleaned)
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
	for _, hidden := range []string{hiddenDetail, "Exif"} {
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

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
