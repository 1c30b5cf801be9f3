package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"hotline/store/casework"
)

// errPrivate says that an address is none of the public internet.
var errPrivate = errors.New("webhook: the address is not public")

// errClear says that something would cross a network unencrypted.
var errClear = errors.New("webhook: without TLS to another machine")

// notPublic are the blocks of the IANA's registries of special-purpose addresses
// (RFC 6890) that are not reached through the public internet, and those that hold an
// IPv4 address which a relay of today's internet does not reach either.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20",
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	sixToFour     = netip.MustParsePrefix("2002::/16")    // RFC 3056: bytes 2 to 5 are an IPv4 address
	nat64         = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last 4 bytes are
)

func prefixes(all ...string) (list []netip.Prefix) {
	for _, p := range all {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}

// public reports whether an address is reached through the public internet alone. An
// IPv4 address inside an IPv6 one counts as that IPv4 address.
func public(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		b := addr.As16()
		switch {
		case sixToFour.Contains(addr):
			return public(netip.AddrFrom4([4]byte(b[2:6])))
		case nat64.Contains(addr):
			return public(netip.AddrFrom4([4]byte(b[12:])))
		case !globalUnicast.Contains(addr):
			return false
		}
	}
	for _, p := range notPublic {
		if p.Contains(addr) {
			return false
		}
	}
	return addr.IsValid()
}

// dialer connects to the host of u. What it is allowed to connect to is decided for the
// address to which the name was resolved, at the moment of connecting, so that a name
// that is resolved otherwise the next time gains nothing.
func dialer(u *url.URL, allowed casework.WebhookHosts, resolver *net.Resolver, limit time.Duration) func(context.Context, string, string) (net.Conn, error) {
	d := &net.Dialer{Timeout: limit, Resolver: resolver, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		switch {
		case err != nil:
			return errPrivate
		case u.Scheme != "https" && !to.Addr().Unmap().IsLoopback():
			return errClear
		case !allowed.Has(u.Hostname()) && !public(to.Addr()):
			return errPrivate
		}
		return nil
	}}
	return d.DialContext
}
