package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// claim makes the data folder and locks it for a server. Closing the returned
// file, or the end of the process, gives it back.
func claim(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	free, err := tryLock(lock)
	if err != nil {
		lock.Close()
		return nil, unwritable(dir, err)
	}
	if !free {
		holder, _ := io.ReadAll(io.LimitReader(lock, 32))
		lock.Close()
		return nil, failed("stop that one first, or choose another folder with --data",
			"Another hotline server%s uses the folder %s.", process(string(holder)), dir)
	}
	if err = lock.Truncate(0); err == nil {
		_, err = lock.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	if err != nil {
		lock.Close()
		return nil, unwritable(dir, err)
	}
	return lock, nil
}

// process names the holder of the lock, if it has written its number yet.
func process(number string) string {
	if number = strings.TrimSpace(number); number == "" {
		return ""
	}
	return " (process " + number + ")"
}

func unwritable(dir string, err error) error {
	return failed(fileHint(err)+", or choose another with --data", "The data folder %s cannot be written: %s.", dir, reason(err)).because(err)
}

// makeEmpty makes a folder, 0700, or takes an empty one. made says which, so
// that undoing leaves the person's own folder alone.
func makeEmpty(dir string) (made bool, err error) {
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
			return false, failed("choose a folder that does not exist yet", "%s is not empty, and nothing is overwritten.", dir)
		}
		return false, os.Chmod(dir, 0o700)
	}
	return false, err
}

// writeNew writes a file that did not exist, for its owner only.
func writeNew(path string, content []byte) error {
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
