package cli

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// CanLockMemory reports whether this process may keep as much memory as it wants out of
// swap: there is no limit on it, or CAP_IPC_LOCK lifts it. With a limit the program would
// end where it reaches it.
func CanLockMemory() bool {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit) == nil && limit.Cur == unix.RLIM_INFINITY {
		return true
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var held [2]unix.CapUserData
	return unix.Capget(&header, &held[0]) == nil && held[0].Effective&(1<<unix.CAP_IPC_LOCK) != 0
}

// LockMemory keeps all memory of this process out of swap, from when it is first used.
func LockMemory() error {
	return unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT)
}

// Swaps reports whether this machine has swap.
func Swaps() bool {
	list, err := os.ReadFile("/proc/swaps")
	return err == nil && bytes.Count(list, []byte("\n")) > 1 // below a line of headings
}
