// Package browser goes through the pages with real browsers: the programs of the
// browsers are in reporter and desk, what they share in lib. Each program is a test
// of its own, which needs nothing of another:
//
//	go test ./test/browser -run 'TestDeskLooks/es'
package browser

import (
	"flag"
	"runtime"
	"strconv"
	"testing"

	"hotline/test/rig"
)

// TestMain runs no more suites at once than there are cores.
func TestMain(m *testing.M) {
	flag.Parse()
	parallel := flag.Lookup("test.parallel").Value
	if n, err := strconv.Atoi(parallel.String()); err != nil || n > runtime.NumCPU() {
		parallel.Set(strconv.Itoa(max(2, runtime.NumCPU())))
	}
	rig.Main(m, endChromium)
}
