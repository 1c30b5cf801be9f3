// Package folder makes folders whose names outlive a loss of power.
package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Make makes a folder, 0700, and those above it that are not there. Their names are
// durable when it returns: a file system may else forget a folder with all that was
// synced within it.
func Make(dir string) error {
	var missing []string
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, at)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, made := range missing {
		if err := Sync(filepath.Dir(made)); err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		_ = Sync(filepath.Dir(dir)) // for one that was killed here; where nothing can be written, nothing was
	}
	return nil
}

// Sync makes the names in a folder durable.
func Sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
