package guard

import (
	"iter"
	"time"
)

// Progress is how many bytes of something have come since it began.
type Progress struct {
	Began time.Time
	Bytes int64
}

// Slowest chooses what gives way to others: what came with the fewest bytes per
// second, and began at least patience ago. A phone on a bad line wins against one that
// sends a byte now and then to stay.
func Slowest[K any](now time.Time, patience time.Duration, all iter.Seq2[K, Progress]) (slowest K, found bool) {
	var lowest float64
	for key, p := range all {
		age := now.Sub(p.Began)
		if age < patience {
			continue
		}
		if speed := float64(p.Bytes) / age.Seconds(); !found || speed < lowest {
			slowest, lowest, found = key, speed, true
		}
	}
	return slowest, found
}
