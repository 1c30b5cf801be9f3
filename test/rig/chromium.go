package rig

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Root is the folder of the whole project.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("there is no go.mod above the test")
}

// NeedBrowser fails with what to do where the browser tests cannot run.
func NeedBrowser(t testing.TB) {
	t.Helper()
	_, shell := exec.LookPath("chromium-headless-shell")
	if _, err := exec.LookPath("chromium"); err != nil && shell != nil {
		t.Fatal("the browser tests need chromium: `make test` installs it")
	}
	Node(t)
	for _, module := range []string{"playwright-core", "axe-core"} {
		if _, err := os.Stat(filepath.Join(Root(t), "web", "node_modules", module)); err != nil {
			t.Fatalf("the browser tests need web/node_modules/%s: `make test` installs it", module)
		}
	}
}

// Node returns the path of the Node that web/package-lock.json pins.
func Node(t testing.TB) string {
	t.Helper()
	path := filepath.Join(Root(t), "web", "node_modules", ".bin", "node")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the tests in a browser run in the Node that web/package-lock.json pins, on Linux; install it with `make test` or `cd web && npm ci`: %v", err)
	}
	return path
}
