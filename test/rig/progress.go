package rig

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// stall is how many seconds may pass in which nothing happens before a package is
// given up. There is no other limit of time: a busy machine makes tests slow, and
// not red. Only seconds in which this process ran are counted.
const stall = 300

var moves atomic.Int64

// Progress notes that something happened, as every byte that comes or goes does,
// and every command that ends.
func Progress() { moves.Add(1) }

// watch ends the process when nothing happens any more, and says what was running.
func watch() {
	if f := flag.Lookup("test.bench"); f != nil && f.Value.String() != "" {
		return // a benchmark fills databases for as long as it takes
	}
	go func() {
		seen, ended, idle := moves.Load(), commandTime(), 0
		for idle < stall {
			time.Sleep(time.Second)
			idle++
			if now, time := moves.Load(), commandTime(); now != seen || time != ended {
				seen, ended, idle = now, time, 0
			}
		}
		stacks := make([]byte, 16<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		fmt.Fprintf(os.Stderr, "Nothing happened for %d seconds. Running: %s\n\n%s\n", stall, strings.Join(running(string(stacks)), ", "), stacks)
		os.Exit(2)
	}()
}

// commandTime is how much of the processor the commands used that ended: it moves
// whenever one ends.
func commandTime() (used [2]syscall.Timeval) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err == nil {
		used = [2]syscall.Timeval{u.Utime, u.Stime}
	}
	return used
}

var testFunction = regexp.MustCompile(`\.((?:Test|Fuzz)\w+)(?:\(|\.func)`)

// running are the tests of a goroutine dump, but for those that wait for their
// turn.
func running(stacks string) (names []string) {
	for _, stack := range strings.Split(stacks, "\n\n") {
		if strings.Contains(stack, "testing.(*T).Parallel(") || strings.Contains(stack, "testing.(*T).Run(") {
			continue
		}
		if m := testFunction.FindStringSubmatch(stack); m != nil && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// Until waits until something is so, and fails the test when it never is.
func Until(t testing.TB, what string, is func() bool) {
	t.Helper()
	if !until(is) {
		t.Fatalf("never: %s", what)
	}
}

// until asks again and again, at first often. It counts its questions instead of
// looking at the clock, as watch does.
func until(is func() bool) bool {
	pause := time.Millisecond
	for range stall * 10 {
		if is() {
			return true
		}
		time.Sleep(pause)
		pause = min(2*pause, 100*time.Millisecond)
	}
	return false
}

// movingConn notes every byte that comes or goes.
type movingConn struct{ net.Conn }

func (c movingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		Progress()
	}
	return n, err
}

func (c movingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if n > 0 {
		Progress()
	}
	return n, err
}

func (c movingConn) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }

// dial opens connections from an address of this machine, "" for any.
func dial(ip string) func(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	if ip != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(ip)}
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return movingConn{c}, nil
	}
}

// Stepped returns a time that time.Now returned as it would have been with a wall clock
// that was set by so much, in seconds: what the machine counts beside it goes on as ever.
func Stepped(now time.Time, by time.Duration) time.Time {
	type layout struct { // of time.Time: bit 63 of wall: ext is monotonic; then 33 bits of seconds, 30 of nanoseconds
		wall uint64
		ext  int64
		loc  *time.Location
	}
	at := (*layout)(unsafe.Pointer(&now))
	seconds := now.Unix()
	at.wall += uint64(int64(by/time.Second)) << 30
	if now.Unix() != seconds+int64(by/time.Second) {
		panic("rig: a time is laid out in another way")
	}
	return now
}
