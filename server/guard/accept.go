package guard

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// acceptPause is how long the server waits before it takes connections again, where it
// has no room for one more.
const acceptPause = 50 * time.Millisecond

// accept takes the next connection. Out of file descriptors or memory it waits until
// there are some: the server would end otherwise.
func accept(l net.Listener) (net.Conn, error) {
	for {
		c, err := l.Accept()
		if err == nil || !passes(err) {
			return c, err
		}
		time.Sleep(acceptPause)
	}
}

// passes reports whether what keeps a connection from being taken goes by itself.
func passes(err error) bool {
	for _, short := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, short) {
			return true
		}
	}
	return false
}
