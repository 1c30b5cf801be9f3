// Package long is for tests of faults: how often they try, and what they tell.
package long

import (
	"fmt"
	"os"
	"testing"
)

// What make test-long and test/run say.
const (
	longVariable    = "HOTLINE_TEST_LONG"    // "" but in a long run
	figuresVariable = "HOTLINE_TEST_FIGURES" // the file of figures
)

// Times is how often something is tried: usual within make test, all within make
// test-long.
func Times(usual, all int) int {
	if os.Getenv(longVariable) != "" {
		return all
	}
	return usual
}

// Figure notes what a test has seen, for test/run to print at the end.
func Figure(t testing.TB, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf(format, args...)
	t.Log(line)
	path := os.Getenv(figuresVariable)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := fmt.Fprintln(f, line); err != nil {
		t.Fatal(err)
	}
}
