// Package cli holds the commands of the binary, as a shell runs them.
package cli

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
