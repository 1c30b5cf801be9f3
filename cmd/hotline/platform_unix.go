//go:build unix

package main

import "golang.org/x/sys/unix"

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
