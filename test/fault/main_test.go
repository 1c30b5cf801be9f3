// Package fault kills servers, and looks at what is left.
package fault

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
