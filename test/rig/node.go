package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var findNode = sync.OnceValues(func() (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "hotline").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(root)), "web", "node_modules", ".bin", "node")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("the tests in a browser run in the Node that web/package-lock.json pins, on Linux; install it with `make test` or `cd web && npm ci`: %w", err)
	}
	return path, nil
})

// Node returns the path of the pinned Node.
func Node(t testing.TB) string {
	t.Helper()
	path, err := findNode()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
