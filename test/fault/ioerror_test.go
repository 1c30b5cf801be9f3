package fault

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hotline/test/long"
	"hotline/test/rig"
)

// inject has system calls of a running server fail, until the returned function is called.
func inject(t *testing.T, s *rig.Server, what string) (end func()) {
	t.Helper()
	into, err := os.Create(filepath.Join(t.TempDir(), "strace"))
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	c := exec.Command("strace", "-f", "-o", "/dev/null", "-e", "signal=none", "-e", "trace=fsync,fdatasync", "-e", "inject="+what, "-p", strconv.Itoa(s.PID()))
	c.Stderr = into
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		_ = c.Process.Signal(os.Interrupt) // it lets go of the server
		_ = c.Wait()
	})
	t.Cleanup(end)
	rig.Until(t, "strace is attached", func() bool { return strings.Contains(string(rig.ReadFile(t, into.Name())), "attached") })
	return end
}

// F4: the disk does not take what is synced. Nothing is acknowledged, the server says that
// it is not ready, and it goes on when the disk does.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	s := serveIn(t, t.TempDir())
	s.wantTaken(t, "before", "the first")
	end := inject(t, s.Server, "fsync,fdatasync:error=EIO")
	s.wantRefused(t, "failing", "without a file", false)
	s.wantRefused(t, "failing", "with a file", true)
	s.wantReady(t, "failing", http.StatusServiceUnavailable)
	s.wantReads(t, "failing", "the first")
	end()
	s.wantReady(t, "after it", http.StatusOK)
	s.wantTaken(t, "after it", "the second")
	s.end(t)
	if !t.Failed() {
		long.Figure(t, "F4 every fsync fails with EIO: 2 reports refused with 503, /readyz 503, reads go on; ready again without a restart, 0 lost")
	}
}

// F4: some syncs fail while reports come in, and what they were to write is gone for good,
// as Linux leaves it. Then the power is lost.
func TestPowerLossAfterFailedSyncs(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	r := record(t, long.Times(8, 60), "-e", "inject=fsync,fdatasync:error=EIO:when=12+4")
	syncs, failed := r.count(syncEnded)
	if failed == 0 {
		t.Fatal("no sync failed: the test tests nothing")
	}
	points := r.points(long.Times(30, 500), random)
	wrong, looked := r.replay(t, points, nil, random)
	for p, err := range wrong {
		t.Errorf("seed %d, %v: %v", seed, p, err)
	}
	if len(wrong) == 0 {
		long.Figure(t, "F4 %s: %d crash points, %d acknowledged reports looked for, 0 lost, 0 corrupt", fmt.Sprintf("%d of %d syncs fail", failed, syncs), len(points), looked)
	}
}
