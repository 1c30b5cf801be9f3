package cli

import (
	"errors"
	"io/fs"
	"os"
)

// Unwritable is the fault of a data folder that cannot be written.
func Unwritable(dir string, err error) error {
	return Failed(fileHint(err)+", or choose another with --data", "The data folder %s cannot be written: %s.", dir, Reason(err)).Because(err)
}

// MakeEmpty makes a folder, 0700, or takes an empty one. made says which, so
// that undoing leaves the person's own folder alone.
func MakeEmpty(dir string) (made bool, err error) {
	err = os.Mkdir(dir, 0o700)
	if err == nil {
		return true, nil
	}
	if errors.Is(err, fs.ErrExist) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return false, err
		}
		if len(entries) > 0 {
			return false, Failed("choose a folder that does not exist yet", "%s is not empty, and nothing is overwritten.", dir)
		}
		return false, os.Chmod(dir, 0o700)
	}
	return false, err
}

// WriteNew writes a file that did not exist, for its owner only.
func WriteNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
