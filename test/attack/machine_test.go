package attack

import (
	"net"
	"net/http"
	"testing"

	"golang.org/x/sys/unix"

	"hotline/cmd/hotline/cli"
	"hotline/test/rig"
)

// Out of file descriptors the server waits, and goes on: it once ended.
func TestServerOutlivesALackOfFileDescriptors(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "en", rig.Typed())
	var before unix.Rlimit
	if err := unix.Prlimit(s.PID(), unix.RLIMIT_NOFILE, nil, &before); err != nil {
		t.Fatal(err)
	}
	few := unix.Rlimit{Cur: 48, Max: before.Max}
	if err := unix.Prlimit(s.PID(), unix.RLIMIT_NOFILE, &few, nil); err != nil {
		t.Fatal(err)
	}
	var idle []net.Conn
	for range 100 {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	for _, c := range idle {
		c.Close()
	}
	for _, path := range []string{"/en/", "/ja/report"} {
		if res := s.Get(t, path); res.Status != http.StatusOK {
			t.Errorf("%s afterwards: %d", path, res.Status)
		}
	}
	s.Report(t, "ja", rig.Typed())
}

// What is in memory stays out of swap where the system lets the server say so, and a
// limit that the server would run into does not end it.
func TestMemoryIsLockedWhereThatIsAllowed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "en", rig.Typed())
	if locked := rig.Memory(t, s.PID(), "VmLck") > 0; locked != cli.CanLockMemory() {
		t.Errorf("locked %v, allowed %v", locked, cli.CanLockMemory())
	}
}
