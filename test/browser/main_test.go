// Package browser goes through the pages with real browsers: the programs of the
// browsers are in reporter and desk, what they share in lib. Each program is a test
// of its own, which needs nothing of another:
//
//	go test ./test/browser -run 'TestDeskLooks/es'
package browser

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m, endChromium) }
