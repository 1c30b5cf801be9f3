//go:build !linux && !darwin && !freebsd

package blob

// Space is not told by this system.
func Space(string) (free, total int64, known bool) { return 0, 0, false }
