package fault

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hotline/store/blob"
	"hotline/test/long"
	"hotline/test/rig"
)

// F3: the disk fills up. Reports are asked to come back, reads go on, and when there is
// room again they are taken by the same process.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	folder := mount(t, "-t", "tmpfs", "-o", "size=48m", "hotline-test")
	s := serveIn(t, folder)
	s.wantTaken(t, "before", "the first")
	ballast := filepath.Join(folder, "ballast")

	fill(t, ballast, 2<<20) // a twentieth is left to the database
	s.wantRefused(t, "nearly full", "with a file", true)
	if res := s.report(t, "without a file", false); res.Status != http.StatusCreated {
		t.Errorf("nearly full: a report without a file = %d", res.Status)
	}
	s.wantReads(t, "nearly full", "the first")

	fill(t, ballast, 0)
	refused := 0
	for ; s.ready(t) == http.StatusOK; refused++ { // the log still has room within its last page
		if refused > 200 {
			t.Fatal("the full disk is written to for ever")
		}
	}
	s.wantRefused(t, "full", "on a full disk", false)
	s.wantRefused(t, "full", "on a full disk", true)
	s.wantReads(t, "full", "the first")
	s.wantReady(t, "full", http.StatusServiceUnavailable)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.wantReady(t, "with room again", http.StatusOK)
	s.wantTaken(t, "with room again", "the second")
	if got := s.Cases(t); got != 3 {
		t.Errorf("%d cases, want 3: what was refused must not come later", got)
	}
	s.end(t)
	if !t.Failed() {
		long.Figure(t, "F3 full disk: 3 reports refused with 503, what was read stayed readable, taken again without a restart; 0 lost")
	}
}

// fill writes a file until so many bytes are left on its disk, for 0 until nothing more
// goes in.
func fill(t *testing.T, path string, left int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		free, _, known := blob.Space(filepath.Dir(path))
		if !known {
			t.Fatal("nobody says how much is free")
		}
		if left > 0 && free <= left {
			return
		}
		_, err := io.CopyN(f, rig.Endless{}, min(max(free-left, 1), 1<<20))
		if errors.Is(err, syscall.ENOSPC) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
