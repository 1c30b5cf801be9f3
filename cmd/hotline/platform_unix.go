//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// harden keeps what passes through memory from reaching the disk, and what is
// written from other users: no core dumps, and files for their owner only.
// It does what it can; none of it can fail on a sane machine.
//
// Go's own traces are left as they are: they show where a program died and
// print arguments as addresses and lengths, never as text.
func harden() {
	unix.Umask(0o077)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	undumpable()
}

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
