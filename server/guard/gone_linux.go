package guard

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// Gone reports whether the other end has closed a connection, also while bytes of it
// wait to be read. False where the system does not say.
func Gone(nc net.Conn) bool {
	if c, ok := nc.(*conn); ok {
		nc = c.Conn
	}
	s, ok := nc.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return true // it is closed here
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		ends := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		n, err := unix.Poll(ends, 0)
		gone = err == nil && n > 0
	})
	return gone || err != nil
}
