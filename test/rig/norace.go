//go:build !race

package rig

// race says that tests and binary are built with the race detector.
const race = false
