//go:build linux || darwin || freebsd

package blob

import "syscall"

// Space returns the bytes that this user can still write in a folder, and the
// size of its disk; false if the system does not tell.
func Space(dir string) (free, total int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), true
}
