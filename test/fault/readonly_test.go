package fault

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/test/long"
	"hotline/test/rig"
)

// F5: on a file system that is only readable the server does not start, and says why.
func TestStartOnAReadOnlyDisk(t *testing.T) {
	t.Parallel()
	folder := mount(t, "-t", "tmpfs", "-o", "size=48m", "hotline-test")
	from, _ := rig.FilledFolder(t)
	filled, none := filepath.Join(folder, "filled"), filepath.Join(folder, "none")
	rig.CopyFolder(t, from, filled)
	if said, err := exec.Command("mount", "-o", "remount,ro", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	sentence := regexp.MustCompile(`(?m)^hotline: .*(read-only|cannot be written).*\.\nhint: .+`)
	for _, data := range []string{filled, none} {
		said, err := rig.Try(t, "serve", "--data", data, "--listen", rig.FreeAddr(t), "--ops-listen", "")
		if err == nil || !sentence.MatchString(said) {
			t.Errorf("a start on %s: %v\n%s", filepath.Base(data), err, said)
		}
		t.Log(strings.TrimSpace(said))
	}
	if !t.Failed() {
		long.Figure(t, "F5 start on a read-only file system: refused with a sentence and an exit code, with data and without")
	}
}

// F5: the file system becomes read-only under a running server, as ext4 does when its disk
// fails.
func TestDiskBecomesReadOnly(t *testing.T) {
	t.Parallel()
	image := filepath.Join(t.TempDir(), "disk")
	f, err := os.Create(image)
	if err == nil {
		err = f.Truncate(64 << 20)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	make := exec.Command("mkfs.ext4", "-q", image)
	make.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	if said, err := make.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	folder := mount(t, "-o", "loop,errors=remount-ro", image)
	s := serveIn(t, folder)
	s.wantTaken(t, "before", "the first")
	if said, err := exec.Command("mount", "-o", "remount,abort", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, said)
	}
	s.wantRefused(t, "read-only", "without a file", false)
	s.wantRefused(t, "read-only", "with a file", true)
	s.wantReads(t, "read-only", "the first")
	s.wantReady(t, "read-only", http.StatusServiceUnavailable)
	s.Kill()
	for _, again := range [][]string{{"umount", folder}, {"mount", "-o", "loop", image, folder}} { // as after a restart of the machine
		if said, err := exec.Command(again[0], again[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v %s", again, err, said)
		}
	}
	s.Restart(t)
	s.wantTaken(t, "writable again", "the second")
	s.end(t)
	if !t.Failed() {
		long.Figure(t, "F5 file system turned read-only while running: 2 reports refused with 503, reads go on, /readyz 503; after it is mounted anew 0 lost")
	}
}
