package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	maxBuckets = 20_000      // of one table; beyond that new names share buckets
	sweepEvery = time.Second // how often a full table is looked through
)

// Rate is a token bucket: burst at once, and then one every interval.
type Rate struct {
	Burst int
	Every time.Duration
}

// buckets is a table of token buckets by name, in memory only, under HMACs of a key
// that is forgotten with all of them after its life. A full table drops the buckets
// that have refilled, which remember nothing; while there are none of these, further
// names share 256 buckets of their rate, so that a flood of names takes neither
// memory nor away what is remembered of others.
type buckets struct {
	now  func() time.Time
	life time.Duration

	mu           sync.Mutex
	key          [32]byte
	since, swept time.Time
	all          map[bucketKey]*rate.Limiter
}

// bucketKey is the HMAC of a name, or, for shared buckets, its first byte.
type bucketKey struct {
	mac    [16]byte
	rate   Rate
	shared bool
}

// take takes a token out of the bucket of a name. giveBack fills that bucket again,
// unless others share it.
func (b *buckets) take(name []byte, r Rate) (giveBack func(), ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if age := now.Sub(b.since); b.all == nil || age > b.life || age < 0 {
		rand.Read(b.key[:]) // never fails
		b.all, b.since = map[bucketKey]*rate.Limiter{}, now
	}
	mac := hmac.New(sha256.New, b.key[:])
	mac.Write(name)
	id := bucketKey{mac: [16]byte(mac.Sum(nil)), rate: r}
	if b.all[id] == nil && !b.room(now) {
		id.mac, id.shared = [16]byte{id.mac[0]}, true
	}
	bucket := b.all[id]
	if bucket == nil {
		bucket = rate.NewLimiter(rate.Every(r.Every), r.Burst)
		b.all[id] = bucket
	}
	giveBack = func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if !id.shared && b.all[id] == bucket {
			delete(b.all, id)
		}
	}
	return giveBack, bucket.AllowN(now, 1)
}

// room reports whether the table has room for another name, and makes some.
func (b *buckets) room(now time.Time) bool {
	if len(b.all) >= maxBuckets && now.Sub(b.swept).Abs() >= sweepEvery {
		b.swept = now
		maps.DeleteFunc(b.all, func(_ bucketKey, l *rate.Limiter) bool { return l.TokensAt(now) >= float64(l.Burst()) })
	}
	return len(b.all) < maxBuckets
}
