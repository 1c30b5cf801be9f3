package browser

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"hotline/test/rig"
)

// one is the chromium that all programs connect to. Each test has contexts of its
// own in it.
var one struct {
	sync.Mutex
	address string
	stdin   io.Closer
	ended   chan struct{} // closed when it has ended
}

// chromium returns the address of the chromium of this run. It starts it for the
// first test, and again should it have ended.
func chromium(t testing.TB) string {
	t.Helper()
	rig.NeedBrowser(t)
	one.Lock()
	defer one.Unlock()
	if one.ended != nil {
		select {
		case <-one.ended:
		default:
			return one.address
		}
	}
	if err := startChromium(rig.Node(t)); err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return one.address
}

func startChromium(node string) error {
	cmd := exec.Command(node, "lib/chromium.mjs")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return fmt.Errorf("%v: %w\n%s", err, cmd.Wait(), stderr.String())
	}
	one.address, one.stdin, one.ended = strings.TrimSpace(line), stdin, make(chan struct{})
	go func(ended chan struct{}) { cmd.Wait(); close(ended) }(one.ended)
	return nil
}

// endChromium ends it, and waits until it has removed its profile.
func endChromium() {
	one.Lock()
	defer one.Unlock()
	if one.ended != nil {
		one.stdin.Close()
		<-one.ended
	}
}
