// Package bench measures.
package bench

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
