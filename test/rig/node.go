package rig

import (
	"os"
	"path/filepath"
	"testing"
)

// Node returns the path of the Node that web/package-lock.json pins.
func Node(t testing.TB) string {
	t.Helper()
	path := filepath.Join(Root(t), "web", "node_modules", ".bin", "node")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the tests in a browser run in the Node that web/package-lock.json pins, on Linux; install it with `make test` or `cd web && npm ci`: %v", err)
	}
	return path
}
