package guard

import "time"

const throttleLife = time.Hour // what is remembered at the longest

// Throttle counts tries, in memory only, under HMACs.
type Throttle struct {
	limited bool
	buckets buckets
}

// NewThrottle makes a throttle; one that is not limited allows everything.
func NewThrottle(now func() time.Time, limited bool) *Throttle {
	return &Throttle{limited: limited, buckets: buckets{now: now, life: throttleLife}}
}

// Bucket is a bucket of tries.
type Bucket struct {
	Name string
	Rate Rate
}

// Try takes one try out of every bucket, or fails with ErrTooMany. giveBack, for a try
// that was right, refills the first bucket only. The wider ones stay as they are,
// because others may be guessing in them.
func (t *Throttle) Try(buckets ...Bucket) (giveBack func(), err error) {
	giveBack = func() {}
	if !t.limited {
		return giveBack, nil
	}
	for i, b := range buckets {
		back, ok := t.buckets.take([]byte(b.Name), b.Rate)
		if !ok {
			return nil, ErrTooMany
		}
		if i == 0 {
			giveBack = back
		}
	}
	return giveBack, nil
}
