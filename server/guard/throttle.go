package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	throttleLife = time.Hour // what is remembered at the longest
	maxAccounts  = 20_000
)

// Throttle counts tries, in memory only, under HMACs.
type Throttle struct {
	now     func() time.Time
	limited bool

	mu    sync.Mutex
	key   [32]byte // lives as long as what is remembered
	since time.Time
	all   map[[32]byte]*rate.Limiter
}

// NewThrottle makes a throttle; one that is not limited allows everything.
func NewThrottle(now func() time.Time, limited bool) *Throttle {
	return &Throttle{now: now, limited: limited}
}

// Bucket is a bucket of tries.
type Bucket struct {
	Name string
	Rate Rate
}

// Try takes one try out of every bucket, or fails with ErrTooMany. It is given back
// if it turns out right.
func (t *Throttle) Try(buckets ...Bucket) (giveBack func(), err error) {
	if !t.limited {
		return func() {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if age := now.Sub(t.since); t.all == nil || age > throttleLife || age < 0 || len(t.all) >= maxAccounts {
		rand.Read(t.key[:]) // never fails
		t.all, t.since = map[[32]byte]*rate.Limiter{}, now
	}
	var ids [][32]byte
	for _, b := range buckets {
		id := t.id(b.Name)
		if t.all[id] == nil {
			t.all[id] = rate.NewLimiter(rate.Every(b.Rate.Every), b.Rate.Burst)
		}
		if !t.all[id].AllowN(now, 1) {
			return nil, ErrTooMany
		}
		ids = append(ids, id)
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, id := range ids[:1] { // the narrowest: others may be guessing in the wider ones
			delete(t.all, id)
		}
	}, nil
}

// id needs mu.
func (t *Throttle) id(name string) [32]byte {
	mac := hmac.New(sha256.New, t.key[:])
	mac.Write([]byte(name))
	return [32]byte(mac.Sum(nil))
}
