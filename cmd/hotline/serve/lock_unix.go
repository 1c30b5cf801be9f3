//go:build unix

package serve

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock takes the file for this process, until it is closed or the process
// ends, however it ends. False: another process has it.
func tryLock(f *os.File) (bool, error) {
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err {
	case nil:
		return true, nil
	case unix.EWOULDBLOCK:
		return false, nil
	default:
		return false, err
	}
}
