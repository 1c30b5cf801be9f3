// Package api holds what the running server answers: to forms, to the scripts of
// the reporter's pages, and to those of the desk.
package api

import (
	"testing"

	"hotline/test/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
