package guard

import (
	"net"
	"net/netip"
	"time"
)

// addressLife is how long an address is remembered, under a key that is then
// forgotten.
const addressLife = 10 * time.Minute

// Limiter holds a token bucket for each address. Addresses are kept in memory
// only, as HMACs under a random key that lives for ten minutes.
//
// Everybody who comes through a reverse proxy or an onion service has the
// address of this machine, so loopback gets the wider rate.
type Limiter struct {
	remote, shared Rate
	buckets        buckets
}

// NewLimiter makes a limiter with one rate for remote addresses and one for
// this machine's own.
func NewLimiter(now func() time.Time, remote, shared Rate) *Limiter {
	return &Limiter{remote: remote, shared: shared, buckets: buckets{now: now, life: addressLife}}
}

// Allow takes one token of the address. A nil limiter allows everything.
func (l *Limiter) Allow(addr net.Addr) bool {
	if l == nil {
		return true
	}
	ip, r := network(addr), l.remote
	if ip.IsLoopback() {
		r = l.shared
	}
	name := ip.As16()
	_, ok := l.buckets.take(name[:], r)
	return ok
}

// NameLimiter holds a token bucket for each name, as Limiter does for each address: in
// memory only, as HMACs under a random key that lives for ten minutes.
type NameLimiter struct {
	rate    Rate
	buckets buckets
}

// NewNameLimiter makes a limiter with one rate for all names.
func NewNameLimiter(now func() time.Time, r Rate) *NameLimiter {
	return &NameLimiter{rate: r, buckets: buckets{now: now, life: addressLife}}
}

// Allow takes one token of the name. A nil limiter allows everything.
func (l *NameLimiter) Allow(name []byte) bool {
	if l == nil {
		return true
	}
	_, ok := l.buckets.take(name, l.rate)
	return ok
}

// Every is how long the next token takes to come.
func (l *NameLimiter) Every() time.Duration { return l.rate.Every }

// Shared reports whether anybody can be behind an address: everybody who comes through a
// reverse proxy or an onion service has one of this machine's own.
func Shared(addr net.Addr) bool { return network(addr).IsLoopback() }

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
