// Package attack holds what people try who mean harm: broken and hostile
// requests, floods, tampering, and the search for what leaks.
package attack

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
