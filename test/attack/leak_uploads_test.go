package attack

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// watched is content that calls look on its way: whatever came before was sent,
// and most of it was taken.
type watched struct {
	io.Reader
	every, next, read int
	look              func(read int)
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p[:min(len(p), 64<<10)])
	w.read += n
	if w.read >= w.next {
		w.next += w.every
		w.look(w.read)
	}
	return n, err
}

// secret is a large file that says the same thing over and over again.
func secret(head, canary string, size int) io.Reader {
	line := canary + " is what nobody may read on this disk\n"
	return io.LimitReader(io.MultiReader(strings.NewReader(head), &repeated{text: line}), int64(size))
}

type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], r.text[r.at:])
		n, r.at = n+c, (r.at+c)%len(r.text)
	}
	return n, nil
}

const (
	uploadSize = 48 << 20 // more than three times what multipart parsers keep in memory
	lookEvery  = 12 << 20
)

// Multipart parsers write what is over 16 MiB to temporary files, in the clear:
// fasthttp's is the second of the dangerous defaults.
func TestUploadsNeverLieInTheClear(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "60MB")
	for name, head := range map[string]string{"film.mp4": "", "photo.jpg": rig.JPEGHead} {
		t.Run(name, func(t *testing.T) {
			c := canaries{}
			canary := c.text("file content")
			idle := rig.Memory(t, s.PID(), "VmRSS")
			looks, open := 0, 0
			look := func(read int) {
				looks++
				if n := c.searchFolder(t, "during the upload", s.Temp); n != 0 {
					t.Errorf("%d temporary files after %d MB", n, read>>20)
				}
				c.searchFolder(t, "during the upload", s.Data)
				open = max(open, c.searchOpen(t, s.PID()))
				if grown := rig.Memory(t, s.PID(), "VmRSS") - idle; grown > rig.MB(64) {
					t.Errorf("%d MB of memory after %d MB", grown>>20, read>>20)
				}
			}
			content := &watched{Reader: secret(head, canary, uploadSize), every: lookEvery, next: lookEvery, look: look}
			before, after, _ := strings.Cut(rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", "a large file"), rig.FilePart(name, "CONTENT")), "CONTENT")
			r, err := http.NewRequest("POST", s.URL+"/en/report", io.MultiReader(strings.NewReader(before), content, strings.NewReader(after)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", rig.MultipartType)
			r.ContentLength = int64(len(before) + uploadSize + len(after)) // as browsers do: only then it would be parsed
			if res := rig.Do(t, r); res.Status != http.StatusCreated {
				t.Fatalf("%d\n%s", res.Status, res.Body)
			}
			look(uploadSize)
			if looks != 5 || open < 3 {
				t.Errorf("looked %d times at %d open files: this test sees nothing", looks, open)
			}
		})
	}
}

// A server that dies in the middle of an upload leaves nothing readable behind,
// and nothing at all once it has started again.
func TestKilledInTheMiddleOfAnUpload(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{"film.mp4": "", "photo.jpg": rig.JPEGHead} {
		t.Run(name, func(t *testing.T) {
			s, _ := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "60MB")
			c := canaries{}
			fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/en/report")}, {Name: "text", Value: c.text("text")}}
			left, searched := 0, make(chan struct{})
			content := &watched{Reader: secret(head, c.text("file content"), uploadSize), every: uploadSize, next: uploadSize / 2, look: func(int) {
				defer close(searched)
				s.Kill()
				left = c.searchFolder(t, "after kill -9", s.Data)
				if n := c.searchFolder(t, "after kill -9", s.Temp); n != 0 {
					t.Errorf("%d temporary files", n)
				}
			}}
			whole := rig.File{Name: "whole.txt", Type: "text/plain", Content: strings.NewReader(c["file content"])}
			if _, err := rig.Send(s.PostRequest(t, "/en/report", fields, whole, rig.File{Name: name, Type: "image/jpeg", Content: content})); err == nil {
				t.Error("the upload did not end with the server")
			}
			<-searched // the sending ends as soon as the server is gone
			if files := s.SealedFiles(t); left == 0 || len(files) != 2 {
				t.Errorf("%d sealed files are left, want 2: this test kills too late", len(files))
			}
			s.Restart(t)
			if files := s.SealedFiles(t); len(files) != 0 {
				t.Errorf("%d sealed files are left after the restart", len(files))
			}
			if n := s.Cases(t); n != 0 {
				t.Errorf("%d cases", n)
			}
		})
	}
}
