package rig

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// What test/run built once for all packages. A package that is run alone builds
// its own.
const (
	binaryVariable = "HOTLINE_TEST_BINARY" // the path of the command
	ageVariable    = "HOTLINE_TEST_AGE"    // the folder of the stock age commands
)

// made is the folder of what this process made for all of its tests.
var made = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hotline-rig-")
	madeDir = dir
	return dir, err
})

var madeDir string // "" if nothing was made

var build = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(binaryVariable); path != "" {
		return path, nil
	}
	dir, err := made()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "hotline")
	args := []string{"build", "-o", path}
	if race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "hotline/cmd/hotline")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// buildAge makes the stock age command, as the module's authors publish it.
var buildAge = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(ageVariable); dir != "" {
		return dir, nil
	}
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "filippo.io/age").Output()
	if err != nil {
		return "", err
	}
	dir, err := made()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "age")
	install := exec.Command("go", "install", "filippo.io/age/cmd/...@"+strings.TrimSpace(string(version)))
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the age command cannot be built: %w\n%s", err, out)
	}
	return dir, nil
})

// SharedFolder makes a folder that stays until all tests of the package have ended.
func SharedFolder(t testing.TB) string {
	t.Helper()
	dir, err := made()
	if err == nil {
		dir, err = os.MkdirTemp(dir, "shared-")
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Age returns the folder of the stock age command.
func Age(t testing.TB) string {
	t.Helper()
	dir, err := buildAge()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Binary returns the path of the built binary.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Main runs the tests of a package until nothing happens any more, ends what they
// share, and removes what was made for them.
func Main(m *testing.M, ends ...func()) {
	flag.Parse()
	lookAtSources()
	watch()
	code := m.Run()
	for _, end := range ends {
		end()
	}
	if madeDir != "" {
		os.RemoveAll(madeDir)
	}
	os.Exit(code)
}

// lookAtSources reads the folders that the binary is built from. go test runs a
// package again when a folder that it read has changed, and knows of no command
// that a test builds.
func lookAtSources() {
	root, err := root()
	if err != nil {
		return // without sources nothing is built
	}
	for _, folder := range []string{"cmd", "server", "store", "crypto", "i18n", "web/static", "web/templates", "test/browser"} {
		_ = filepath.WalkDir(filepath.Join(root, folder), func(_ string, _ fs.DirEntry, err error) error { return err })
	}
}
