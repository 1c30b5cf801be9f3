//go:build unix

package blob

import (
	"os"
	"syscall"
)

// lockFile holds a file that is being written, until it is closed, against the
// sweep of another process.
func lockFile(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// tryLockFile reports whether nobody holds the file, and holds it.
func tryLockFile(f *os.File) bool { return flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil }

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}
