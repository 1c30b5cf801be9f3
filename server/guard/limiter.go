package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	generation = 10 * time.Minute // how long an address is remembered, under a key that is then forgotten
	maxBuckets = 20_000           // beyond that many addresses they share buckets
)

// Rate is how many requests an address may send: burst at once, and then one
// every interval.
type Rate struct {
	Burst int
	Every time.Duration
}

// Limiter holds a token bucket for each address. Addresses are kept in memory
// only, as HMACs under a random key that lives for ten minutes.
//
// Everybody who comes through a reverse proxy or an onion service has the
// address of this machine, so loopback gets the wider rate.
type Limiter struct {
	now            func() time.Time
	remote, shared Rate

	mu      sync.Mutex
	key     [32]byte
	since   time.Time
	buckets map[[8]byte]*rate.Limiter
}

// NewLimiter makes a limiter with one rate for remote addresses and one for
// this machine's own.
func NewLimiter(now func() time.Time, remote, shared Rate) *Limiter {
	return &Limiter{now: now, remote: remote, shared: shared}
}

// Allow takes one token of the address. A nil limiter allows everything.
func (l *Limiter) Allow(addr net.Addr) bool {
	if l == nil {
		return true
	}
	ip := network(addr)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.buckets == nil || now.Sub(l.since) > generation || now.Before(l.since) {
		rand.Read(l.key[:])
		l.buckets, l.since = make(map[[8]byte]*rate.Limiter), now
	}
	return l.bucket(ip).AllowN(now, 1)
}

func (l *Limiter) bucket(ip netip.Addr) *rate.Limiter {
	mac := hmac.New(sha256.New, l.key[:])
	b := ip.As16()
	mac.Write(b[:])
	id := [8]byte(mac.Sum(nil))
	if len(l.buckets) >= maxBuckets {
		id = [8]byte{id[0]} // 256 shared buckets: bounded memory under any flood
	}
	if b, ok := l.buckets[id]; ok {
		return b
	}
	r := l.remote
	if ip.IsLoopback() {
		r = l.shared
	}
	bucket := rate.NewLimiter(rate.Every(r.Every), r.Burst)
	l.buckets[id] = bucket
	return bucket
}

// Network returns what counts as one address, for keys that live in memory alone.
func Network(addr net.Addr) string { return network(addr).String() }

// network returns what counts as one address: an IPv4 address, or the /64 that
// one IPv6 subscriber has.
func network(addr net.Addr) netip.Addr {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.IPv6Loopback() // a socket file: a reverse proxy on this machine
	}
	ip, _ := netip.AddrFromSlice(tcp.IP)
	ip = ip.Unmap()
	if ip.Is6() && !ip.IsLoopback() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return ip
}
