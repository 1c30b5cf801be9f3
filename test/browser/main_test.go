// Package browser goes through the pages with real browsers: the programs of the
// browsers lie in reporter, desk and lib.
package browser

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
