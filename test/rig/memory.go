package rig

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Memory reads a figure of /proc/PID/status in bytes.
func Memory(tb testing.TB, pid int, name string) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kb << 10
		}
	}
	tb.Fatalf("no %s in /proc/%d/status", name, pid)
	return 0
}
