package api

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/respond"
)

// What a script may send in one request, in bytes.
const (
	lookupLimit  = 16 << 10 // form, look-up value and id of a file
	messageLimit = 1 << 20  // a message
	reportLimit  = 4 << 20  // a message, and the keys of a queue of more than a thousand handlers
)

// Large bodies are read before anybody is admitted, since the form's token
// stands inside them.
const (
	largeBody    = 64 << 10         // beyond this a body is large; most reports are not
	largeAtOnce  = 16               // in memory
	largeWait    = 15 * time.Second // for one of the others
	largePatient = 10 * time.Second // after which a slow one may be ended
)

var (
	errManyLarge = errors.New("api: too many large requests are being read")
	errTooSlow   = errors.New("api: a slow request gave way to others")
)

// bodyLimit bounds how many large bodies are read and checked at a time. Who
// sends slowly to keep others out gives way to those who wait.
type bodyLimit struct {
	now   func() time.Time
	wait  time.Duration
	slots chan struct{}

	mu  sync.Mutex
	all map[*limitedRead]bool
}

// limitedRead is one body on its way.
type limitedRead struct {
	of    *bodyLimit
	body  io.Reader
	conn  net.Conn
	began time.Time

	// These need the mutex of bodyLimit.
	read  int64
	whole bool
	ended bool // to make place for another
}

func newBodyLimit(now func() time.Time) *bodyLimit {
	return &bodyLimit{now: now, wait: largeWait, slots: make(chan struct{}, largeAtOnce), all: map[*limitedRead]bool{}}
}

// begin waits for a place. Whoever has one gives it back with end.
func (l *bodyLimit) begin(ctx context.Context, body io.Reader, conn net.Conn) (*limitedRead, error) {
	ctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	tick := time.NewTicker(l.wait / 10)
	defer tick.Stop()
	for {
		select {
		case l.slots <- struct{}{}:
			r := &limitedRead{of: l, body: body, conn: conn, began: l.now()}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.all[r] = true
			return r, nil
		case <-tick.C:
			if slow := l.slowest(); slow != nil {
				guard.HangUp(slow.conn)
			}
		case <-ctx.Done():
			return nil, &respond.Failure{Code: respond.Busy, Cause: errManyLarge}
		}
	}
}

// slowest chooses the body that came most slowly, but nobody while another one
// is being ended.
func (l *bodyLimit) slowest() *limitedRead {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.all {
		if r.ended {
			return nil
		}
	}
	slowest, found := guard.Slowest(l.now(), largePatient, func(yield func(*limitedRead, guard.Progress) bool) {
		for r := range l.all {
			if !r.whole && !yield(r, guard.Progress{Began: r.began, Bytes: r.read}) {
				return
			}
		}
	})
	if found {
		slowest.ended = true
	}
	return slowest
}

func (r *limitedRead) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	r.read += int64(n)
	r.whole = r.whole || err != nil
	return n, err
}

func (r *limitedRead) gaveWay() bool {
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	return r.ended
}

func (r *limitedRead) end() {
	r.of.mu.Lock()
	delete(r.of.all, r)
	r.of.mu.Unlock()
	<-r.of.slots
}

// readLimited is respond.ReadJSON for what may be large, and checks it before the next
// one may be read.
func (in *API) readLimited(c *fiber.Ctx, limit int64, into any, check func() error) error {
	length := c.Request().Header.ContentLength()
	body, err := respond.JSONBody(c, limit)
	if err != nil {
		return err
	}
	if 0 <= length && length <= largeBody {
		if err := respond.DecodeJSON(body, into); err != nil {
			return err
		}
		return check()
	}
	read, err := in.large.begin(c.UserContext(), body, c.Context().Conn())
	if err != nil {
		return err
	}
	defer read.end()
	err = respond.DecodeJSON(read, into)
	if read.gaveWay() {
		c.Context().SetConnectionClose() // nothing can be read from it any more
	}
	if errors.Is(err, guard.ErrCutOff) && read.gaveWay() {
		return &respond.Failure{Code: respond.Busy, Cause: errTooSlow}
	}
	if err != nil {
		return err
	}
	return check()
}
