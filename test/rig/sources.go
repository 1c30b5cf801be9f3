package rig

import (
	"io/fs"
	"path/filepath"
)

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
