package webhook

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"hotline/store/casework"
)

// resolver is a name server that answers each question for an IPv4 address with the next
// of these addresses, the last one again and again; with none there is no such name.
func resolver(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		asked := 0
		for b := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if len(addresses) == 0 {
				m.RCode = dnsmessage.RCodeNameError
			} else if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				addr := netip.MustParseAddr(addresses[min(asked, len(addresses)-1)])
				asked++
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: addr.As4()}}}
			}
			if packed, err := m.Pack(); err == nil {
				conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for kind, addresses := range map[string]string{
		"loopback": "127.0.0.1 127.255.255.254 ::1", "unspecified": "0.0.0.0 0.1.2.3 ::", "RFC 1918": "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255",
		"CGNAT": "100.64.0.1 100.127.255.255", "link-local": "169.254.0.1 169.254.169.254 fe80::1 fe80::1%eth0", "multicast": "224.0.0.1 239.255.255.255 ff02::1 ff0e::1",
		"broadcast and reserved": "255.255.255.255 240.0.0.1", "RFC 4193": "fc00::1 fd00:ec2::254 fdff::1", "site-local": "fec0::1", "documentation": "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1",
		"benchmarks and protocols": "198.18.0.1 192.0.0.170 2001::1 2001:2::1", "discard": "100::1",
		"IPv4-mapped": "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254", "IPv4-compatible": "::127.0.0.1 ::8.8.8.8",
		"6to4": "2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c0a8:101::", "NAT64": "64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b::169.254.169.254 64:ff9b::6440:1", "NAT64 of a network": "64:ff9b:1::808:808",
	} {
		for address := range strings.FieldsSeq(addresses) {
			if public(netip.MustParseAddr(address)) {
				t.Errorf("%s: %s counts as public", kind, address)
			}
		}
	}
	for address := range strings.FieldsSeq("1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.1 192.169.0.1 169.253.255.255 223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1") {
		if !public(netip.MustParseAddr(address)) {
			t.Errorf("%s does not count as public", address)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address counts as public")
	}
}

// Whatever names a private address, nothing is sent there.
func TestRefusedAddresses(t *testing.T) {
	t.Parallel()
	r := receive(t, ok)
	_, port, _ := net.SplitHostPort(r.Listener.Addr().String())
	s := sender(t, r, func(p *Parts) { p.Allowed = nil })
	for _, host := range strings.Fields("127.0.0.1 127.1.2.3 0.0.0.0 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] 10.0.0.1 100.64.0.1 169.254.169.254 192.168.1.1 172.16.0.1 224.0.0.1 [fd00::1] [fe80::1] [ff02::1] localhost") {
		wantFault(t, host, s.Post(context.Background(), hook("https://"+host+":"+port+"/token"), boundary), casework.FaultPrivate)
	}
	for _, address := range strings.Fields("http://127.0.0.1/ http://hooks.example/token ftp://hooks.example/ https:///token https://user@hooks.example/ https://user:pass@hooks.example/ https://hooks.example/#token hooks.example //hooks.example/ javascript:1 https://hooks.example:port/") {
		wantFault(t, address, s.Post(context.Background(), hook(address), boundary), casework.FaultAddress)
	}
	for _, names := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1"} {
		s := sender(t, r, func(p *Parts) { p.Allowed = nil; p.Resolver = resolver(t, names) })
		wantFault(t, "a name of "+names, s.Post(context.Background(), hook("https://hooks.example:"+port+"/token"), boundary), casework.FaultPrivate)
	}
	if n := len(r.calls); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// A name that was public when it was looked at, and is this machine when it is connected
// to, is refused; so is one of another host than the allowed one.
func TestRebinding(t *testing.T) {
	t.Parallel()
	r := receive(t, ok)
	address := strings.Replace(r.URL, "127.0.0.1", "example.com", 1) // the certificate is of that name
	names := resolver(t, "8.8.8.8", "127.0.0.1")
	s := sender(t, r, func(p *Parts) { p.Allowed, p.Resolver = casework.WebhookHosts{"other.example", "ample.com"}, names })
	found, err := names.LookupNetIP(context.Background(), "ip4", "example.com")
	if err != nil || len(found) != 1 || !public(found[0]) {
		t.Fatalf("at first the name is %v, %v", found, err)
	}
	for range 3 {
		wantFault(t, "by then this machine", s.Post(context.Background(), hook(address), boundary), casework.FaultPrivate)
	}
	if n := len(r.calls); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	for _, allowed := range []string{"example.com", "EXAMPLE.com."} {
		s := sender(t, r, func(p *Parts) { p.Allowed, p.Resolver = casework.WebhookHosts{allowed}, names })
		wantFault(t, "allowed by name", s.Post(context.Background(), hook(address), boundary), "")
	}
}

// Concurrent deliveries do not share what they are allowed to.
func TestConcurrentDeliveries(t *testing.T) {
	t.Parallel()
	r := receive(t, ok)
	s := sender(t, r)
	var refused, taken atomic.Int32
	done := make(chan struct{})
	const each = 10
	for i := range 2 * each {
		go func() {
			defer func() { done <- struct{}{} }()
			address, count := r.URL, &taken
			if i%2 == 0 {
				address, count = strings.Replace(r.URL, "127.0.0.1", "127.0.0.2", 1), &refused
			}
			if code, err := s.Test(context.Background(), hook(address)); err == nil && (code == casework.FaultPrivate) == (i%2 == 0) {
				count.Add(1)
			}
		}()
	}
	for range 2 * each {
		<-done
	}
	if refused.Load() != each || taken.Load() != each || len(r.calls) != each {
		t.Errorf("%d refused, %d taken, %d received", refused.Load(), taken.Load(), len(r.calls))
	}
}
