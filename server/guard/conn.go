package guard

import (
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// Times that a connection may take.
const (
	// HeaderTimeout is for the whole of a request's header.
	HeaderTimeout = 15 * time.Second
	// BodyTimeout is for the whole of a body, however slowly it comes.
	BodyTimeout = 12 * time.Hour
	// ShortBodyTimeout is for the whole of a body that is no file.
	ShortBodyTimeout = 5 * time.Minute
	// bodyPause is how long a body may pause, and the taking of a file. Tor
	// circuits stall for seconds.
	bodyPause = 60 * time.Second
	// StreamTimeout is for the whole of an answer that is a file, however slowly
	// it is taken.
	StreamTimeout = 12 * time.Hour
	// CaseTimeout is for the whole of an answer with a case: as long as browsers wait.
	CaseTimeout = 10 * time.Minute
	// lingerTime is how long a closed connection takes in what a browser sends.
	lingerTime = 10 * time.Second
)

// Listener gives its connections a read deadline that moves on with every
// part of a body. fasthttp's ReadTimeout covers header and body as one and
// would cut every slow upload off.
type Listener struct{ net.Listener }

// Accept wraps the next connection.
func (l Listener) Accept() (net.Conn, error) {
	c, err := accept(l.Listener)
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
	sent   atomic.Int64 // the same for a file or a case that is being sent; 0 for any other answer
	asked  atomic.Bool  // something came
	hungUp atomic.Bool  // nothing comes any more
	ended  atomic.Bool  // HangUp was called
	cut    atomic.Bool  // CutOff was called
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
		if err := c.Conn.SetReadDeadline(soon(end)); err != nil {
			return 0, err
		}
	}
	if c.ended.Load() { // after the deadline was set: HangUp sets its own after ended
		c.hungUp.Store(true)
		return 0, os.ErrDeadlineExceeded
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.asked.Store(true)
	}
	if err != nil {
		c.hungUp.Store(true)
	}
	return n, err
}

// Asked reports whether anything came on a connection. Browsers open connections
// ahead of their requests.
func Asked(nc net.Conn) bool {
	c, ok := nc.(*conn)
	return !ok || c.asked.Load()
}

// HangUp ends the reading of a connection from outside its own request: its
// sender has come back on another one.
func HangUp(nc net.Conn) {
	if c, ok := nc.(*conn); ok {
		c.ended.Store(true)
		_ = c.Conn.SetReadDeadline(time.Now())
	}
}

// HungUp reports whether HangUp ended the reading of a connection.
func HungUp(nc net.Conn) bool {
	c, ok := nc.(*conn)
	return ok && c.ended.Load()
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	if time.Until(t) < CaseTimeout/2 {
		c.sent.Store(0)
		return c.Conn.SetWriteDeadline(t)
	}
	c.sent.Store(t.UnixNano())
	return nil
}

func (c *conn) Write(p []byte) (int, error) {
	if end := c.sent.Load(); end != 0 {
		if err := c.Conn.SetWriteDeadline(soon(end)); err != nil {
			return 0, err
		}
	}
	if c.cut.Load() { // after the deadline was set: CutOff sets its own after cut
		return 0, os.ErrDeadlineExceeded
	}
	return c.Conn.Write(p)
}

// CutOff ends an answer from outside its own request, and the connection with it.
func CutOff(nc net.Conn) {
	if c, ok := nc.(*conn); ok {
		c.cut.Store(true)
		_ = c.Conn.SetWriteDeadline(time.Now())
	}
}

// soon is when a pause is too long, or the end in unix nanoseconds if that is
// earlier.
func soon(end int64) time.Time {
	next := time.Now().Add(bodyPause)
	if last := time.Unix(0, end); last.Before(next) {
		return last
	}
	return next
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
