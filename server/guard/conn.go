package guard

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// Times that a connection may take.
const (
	// HeaderTimeout is for the whole of a request's header.
	HeaderTimeout = 15 * time.Second
	// BodyTimeout is for the whole of a body, however slowly it comes.
	BodyTimeout = 12 * time.Hour
	// bodyPause is how long a body may pause. Tor circuits stall for seconds.
	bodyPause = 60 * time.Second
	// lingerTime is how long a closed connection takes in what a browser sends.
	lingerTime = 10 * time.Second
)

// Listener gives its connections a read deadline that moves on with every
// piece of a body. fasthttp's ReadTimeout covers header and body as one and
// would cut every slow upload off.
type Listener struct{ net.Listener }

// Accept wraps the next connection.
func (l Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// conn tells a body from a header by the deadline that the server sets: it
// sets one of hours only for a body.
type conn struct {
	net.Conn
	end    atomic.Int64 // unix nanoseconds by which the body must have ended; 0 while a header is read
	hungUp atomic.Bool  // nothing comes any more
}

func (c *conn) SetReadDeadline(t time.Time) error {
	if time.Until(t) < BodyTimeout/2 {
		c.end.Store(0)
		return c.Conn.SetReadDeadline(t)
	}
	c.end.Store(t.UnixNano())
	return nil
}

func (c *conn) Read(p []byte) (int, error) {
	if end := c.end.Load(); end != 0 {
		next := time.Now().Add(bodyPause)
		if last := time.Unix(0, end); last.Before(next) {
			next = last
		}
		if err := c.Conn.SetReadDeadline(next); err != nil {
			return 0, err
		}
	}
	n, err := c.Conn.Read(p)
	if err != nil {
		c.hungUp.Store(true)
	}
	return n, err
}

// Linger makes a connection take in what a browser still sends when it is
// closed, as after a body.
func Linger(nc net.Conn) {
	if c, ok := nc.(*conn); ok {
		c.end.Store(time.Now().Add(lingerTime).UnixNano())
	}
}

// Close after a body ends the sending first and takes in, for a while, what a
// browser still sends: closing with bytes unread would reset the connection,
// and the answer would be lost on its way.
func (c *conn) Close() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && c.end.Load() != 0 && !c.hungUp.Load() && half.CloseWrite() == nil {
		Linger(c)
		_, _ = io.Copy(io.Discard, struct{ io.Reader }{c})
	}
	return c.Conn.Close()
}
