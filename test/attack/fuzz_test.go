package attack

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
	"hotline/test/rig"
)

// inside is a server within the process of the test, so that fuzzing sees which
// of its code a form reaches.
type inside struct {
	url     string
	temp    string
	forms   guard.Forms
	receipt string
	uses    int
}

func startInside(t testing.TB) *inside {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	data, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := blob.Open(filepath.Join(data, "files"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	h := store.Handler{ID: crypto.NewID(), Name: "A", Email: "a@desk.example", Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(casework.Queues...), Recipient: id.Recipient().String()}
	if _, err := st.AddHandler(ctx, h); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	in := &inside{url: "http://" + l.Addr().String(), temp: temp}
	in.forms = guard.Forms{Now: time.Now, Key: func(ctx context.Context, day casework.Day, _ bool) (crypto.DailyKey, error) {
		return st.DailyKey(ctx, day, crypto.NewDailyKey())
	}}
	s, err := server.New(ctx, server.Config{
		Intake: intake.Config{Files: 3, FileSize: 64 << 10}, Store: st, Files: files, Fixed: store.Settings{Organization: "Example", ExitURL: exitURL}, PublicURL: in.url,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ctx, l)
	t.Cleanup(func() {
		stop()
		s.Shutdown(context.Background())
		st.Close()
	})
	return in
}

// token makes a form token that was never used.
func (in *inside) token(t *testing.T) string {
	t.Helper()
	token, err := in.forms.Sign(t.Context(), in.forms.New())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// knownReceipt is a receipt whose conversation stays short.
func (in *inside) knownReceipt(t *testing.T) string {
	t.Helper()
	if in.uses++; in.uses%20 == 1 {
		res := in.post(t, "/en/report", "application/x-www-form-urlencoded", "text=hello&form="+in.token(t))
		in.receipt = rig.Receipt(t, res.Body)
	}
	return in.receipt
}

func (in *inside) post(t *testing.T, path, contentType, body string) rig.Response {
	t.Helper()
	r, err := http.NewRequest("POST", in.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	return rig.Do(t, r)
}

// FuzzForm sends forms of every kind: none may end in a fault of the server, in
// a panic, or in a temporary file. TOKEN and RECEIPT in a body stand for a good
// token and the receipt of a case.
func FuzzForm(f *testing.F) {
	for name, c := range malformedForms("TOKEN") {
		if len(c.body) < 64<<10 && !strings.Contains(name, "thousand") {
			f.Add(0, c.contentType, c.body)
		}
	}
	fields := rig.FieldPart("form", "TOKEN") + rig.FieldPart("receipt", "RECEIPT") + rig.FieldPart("text", "typed")
	for path := range rig.FormPaths {
		f.Add(path, rig.MultipartType, rig.MultipartForm(fields, rig.FilePart("a.txt", "content"), rig.FilePart("b.jpg", rig.JPEGHead+"\xff\xd9")))
		f.Add(path, rig.MultipartType, rig.MultipartForm(fields, rig.FieldPart("keep_metadata", "yes"), rig.FilePart("c.zip", "PK\x03\x04")))
		f.Add(path, rig.MultipartType, rig.MultipartForm(fields, rig.FilePart("d.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"), rig.FilePart("e.webp", "RIFF\x04\x00\x00\x00WEBP")))
		f.Add(path, "application/x-www-form-urlencoded", "form=TOKEN&receipt=RECEIPT&text=typed&category=bribery&subject=own&country=JP")
		f.Add(path, "application/x-www-form-urlencoded", "form=TOKEN&receipt=RECEIPT&text=typed&switch=ja&files=a.txt")
	}
	in := startInside(f)
	f.Fuzz(func(t *testing.T, path int, contentType, body string) {
		if strings.ContainsFunc(contentType, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // no HTTP client sends such a header
		}
		if strings.Contains(body, "RECEIPT") {
			body = strings.ReplaceAll(body, "RECEIPT", in.knownReceipt(t))
		}
		body = strings.ReplaceAll(body, "TOKEN", in.token(t))
		path = (path%len(rig.FormPaths) + len(rig.FormPaths)) % len(rig.FormPaths)
		res := in.post(t, rig.FormPaths[path], contentType, body)
		if res.Status < 200 || res.Status >= 500 {
			t.Errorf("%s = %d\n%s", rig.FormPaths[path], res.Status, res.Body)
		}
		if left, err := os.ReadDir(in.temp); err != nil || len(left) > 0 {
			t.Errorf("%d temporary files, %v", len(left), err)
		}
	})
}

// apiPaths are what a reporter's script sends JSON to.
var apiPaths = []string{"/api/reports", "/api/follow-up", "/api/follow-up/messages", "/api/follow-up/file"}

// FuzzAPI sends JSON of every kind to what scripts talk to: none may end in a fault of the
// server, nor in a file. TOKEN stands for a good token.
func FuzzAPI(f *testing.F) {
	in := startInside(f)
	reporter := rig.NewReporter(f)
	intake := (&rig.Server{URL: in.url}).Intake(f)
	intake.Form = "TOKEN"
	good := []rig.Sealed{
		reporter.Seal(f, intake, "bribery", "", "typed"), {"form": "TOKEN", "lookup": reporter.Lookup()},
		reporter.Message(f, "TOKEN", 2, "typed"), {"form": "TOKEN", "lookup": reporter.Lookup(), "file": crypto.NewID()},
	}
	for path, body := range good {
		raw, err := json.Marshal(body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(path, string(raw))
		f.Add(path, string(raw[:len(raw)/2]))
		f.Add(path, strings.Replace(string(raw), `"TOKEN"`, `["TOKEN"]`, 1))
		f.Add(path, strings.Replace(string(raw), `"form"`, `"form":null,"form"`, 1))
	}
	for _, body := range []string{``, `null`, `[]`, `{}`, `{"form":"TOKEN"}`, `{"form":"TOKEN","lookup":"x"}`, "{\"form\":\"\xff\"}", strings.Repeat(`{"a":`, 5_000), `{"form":1e999}`} {
		for path := range apiPaths {
			f.Add(path, body)
		}
	}
	f.Fuzz(func(t *testing.T, path int, body string) {
		path = (path%len(apiPaths) + len(apiPaths)) % len(apiPaths)
		res := in.post(t, apiPaths[path], "application/json", strings.ReplaceAll(body, "TOKEN", in.token(t)))
		if res.Status < 200 || res.Status >= 500 {
			t.Errorf("%s = %d\n%s", apiPaths[path], res.Status, res.Body)
		}
		if left, err := os.ReadDir(in.temp); err != nil || len(left) > 0 {
			t.Errorf("%d temporary files, %v", len(left), err)
		}
	})
}
