package fault

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotline/test/rig"
)

// mount mounts something in a new folder until the test ends.
func mount(t *testing.T, args ...string) (folder string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount: TestSQLiteDiskFull, TestFileDiskFull and TestSQLiteReadOnly of store do without")
	}
	folder = t.TempDir()
	if said, err := exec.Command("mount", append(args, folder)...).CombinedOutput(); err != nil {
		t.Skipf("nothing can be mounted here: %v %s", err, said)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder
}

// served is a server on some disk, with the pages that show how it does.
type served struct {
	*rig.Server
	ops     string
	handler rig.Handler
	acked   map[string]string // receipts by text
}

// serveIn starts a server whose data lie in a folder.
func serveIn(t *testing.T, folder string) *served {
	t.Helper()
	from, handlers := rig.FilledFolder(t)
	data := filepath.Join(folder, "data")
	rig.CopyFolder(t, from, data)
	s := &served{ops: rig.FreeAddr(t), handler: handlers["compliance"], acked: map[string]string{}}
	s.Server = rig.Start(t, data, "--limits", "off", "--ops-listen", s.ops)
	return s
}

// report sends a report, with a file that holds its text or without.
func (s *served) report(t *testing.T, text string, withFile bool) rig.Response {
	t.Helper()
	var files []rig.File
	if withFile {
		files = append(files, rig.File{Name: "proof.txt", Type: "text/plain", Content: strings.NewReader(text)})
	}
	res := s.Post(t, "/en/report", rig.WithForm(s.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: text}), files...)
	if receipt, ok := rig.FindReceipt(res.Body); ok && res.Status == http.StatusCreated {
		s.acked[text] = receipt
	}
	return res
}

// wantTaken fails the test unless a report with a file is taken.
func (s *served) wantTaken(t *testing.T, when, text string) {
	t.Helper()
	if res := s.report(t, text, true); res.Status != http.StatusCreated {
		t.Errorf("%s: a report = %d\n%s", when, res.Status, res.Body)
	}
}

// wantRefused fails the test unless a report is turned away with a word of when to come
// back and with what was typed.
func (s *served) wantRefused(t *testing.T, when, text string, withFile bool) {
	t.Helper()
	res := s.report(t, text, withFile)
	if res.Status != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("%s: a report = %d, Retry-After %q\n%.2000s", when, res.Status, res.Header.Get("Retry-After"), res.Body)
	}
	if !strings.Contains(res.Body, text) {
		t.Errorf("%s: what was typed is lost", when)
	}
}

// wantReads fails the test unless the pages, and a case, can be read.
func (s *served) wantReads(t *testing.T, when, text string) {
	t.Helper()
	if res := s.Get(t, "/en/report"); res.Status != http.StatusOK {
		t.Errorf("%s: the form = %d", when, res.Status)
	}
	if res := s.FollowUp(t, "en", s.acked[text]); res.Status != http.StatusOK {
		t.Errorf("%s: a case = %d", when, res.Status)
	}
}

// ready is the status of /readyz.
func (s *served) ready(t *testing.T) int {
	t.Helper()
	r, err := http.NewRequest("GET", "http://"+s.ops+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	return rig.Do(t, r).Status
}

// wantReady fails the test unless /readyz has this status.
func (s *served) wantReady(t *testing.T, when string, status int) {
	t.Helper()
	if got := s.ready(t); got != status {
		t.Errorf("%s: /readyz = %d, want %d\n%s", when, got, status, s.Log())
	}
}

// end stops the server, and checks that all it acknowledged is there, and nothing else.
func (s *served) end(t *testing.T) {
	t.Helper()
	if err := s.Stop(t); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, s.Log())
	}
	wantAll(t, s.Data, s.handler, s.acked)
}
