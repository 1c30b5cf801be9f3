package guard

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// Times of who waits for a place of a Share.
const (
	shareWait     = 15 * time.Second // at the longest
	sharePatience = 10 * time.Second // after which a slow holder gives way
	shareLook     = 1500 * time.Millisecond
	shareQueue    = 256 // who wait; nobody else does
)

// NewShares says how many large answers are on their way at once. One that is streamed
// takes little memory; a page without scripts is built whole, so there are fewer. Two of
// one case let its reporter come back while an answer hangs on a dead line; three of one
// handler, work in several tabs.
func NewShares(now func() time.Time) Shares {
	return Shares{Public: NewShare(now, 16, 2), Pages: NewShare(now, 3, 1), Desk: NewShare(now, 16, 3)}
}

// Shares are the places of large answers: of the reporter's scripts, of the reporter's
// pages, of the desk. None takes those of another.
type Shares struct{ Public, Pages, Desk *Share }

// ErrNoPlace: all places of a Share are taken, and have been for too long.
var ErrNoPlace = errors.New("guard: too many large answers are on their way")

// Share bounds how many large answers are in the making or on their way at once, and how
// many of them one key may have, so that readers of one case, or one handler, cannot take
// all. Who waits is served in turn. While somebody waits, the slowest of the answers that
// keep them waiting is cut off once it has had time enough.
type Share struct {
	now           func() time.Time
	places, ofKey int

	mu      sync.Mutex
	held    map[*Place]bool
	waiting []*waiter // in the order in which they came
}

// Place is a place of a Share. A nil place bounds nothing.
type Place struct {
	share *Share
	key   string
	conn  net.Conn

	// These need the mutex of the Share.
	began time.Time
	sent  int64
	cut   bool
}

type waiter struct {
	place *Place
	taken chan struct{} // closed once it has its place
}

// NewShare makes a share of so many places, of which one key has at most ofKey.
func NewShare(now func() time.Time, places, ofKey int) *Share {
	return &Share{now: now, places: places, ofKey: ofKey, held: map[*Place]bool{}}
}

// Take waits for a place for the answer on a connection; ErrNoPlace where that takes too
// long. Whoever has one gives it back with Free. The key is remembered for as long as the
// answer takes.
func (s *Share) Take(ctx context.Context, key string, conn net.Conn) (*Place, error) {
	s.mu.Lock()
	if len(s.waiting) >= shareQueue {
		s.mu.Unlock()
		return nil, ErrNoPlace
	}
	w := &waiter{&Place{share: s, key: key, conn: conn}, make(chan struct{})}
	s.waiting = append(s.waiting, w)
	s.serve()
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, shareWait)
	defer cancel()
	look := time.NewTicker(shareLook)
	defer look.Stop()
	for {
		select {
		case <-w.taken:
			return w.place, nil
		case <-look.C:
			if Gone(conn) {
				cancel()
			}
			s.makeRoom(w)
		case <-ctx.Done():
			if s.leave(w) {
				return nil, ErrNoPlace
			}
			return w.place, nil
		}
	}
}

// serve gives free places to those who wait, in turn; who waits for the place of a key
// keeps nobody else waiting.
func (s *Share) serve() {
	s.waiting = slices.DeleteFunc(s.waiting, func(w *waiter) bool {
		if len(s.held) >= s.places || s.heldBy(w.place.key) >= s.ofKey {
			return false
		}
		w.place.began = s.now()
		s.held[w.place] = true
		close(w.taken)
		return true
	})
}

func (s *Share) heldBy(key string) (n int) {
	for p := range s.held {
		if p.key == key {
			n++
		}
	}
	return n
}

// leave takes somebody out of the queue; false: they have a place by now.
func (s *Share) leave(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.waiting)
	s.waiting = slices.DeleteFunc(s.waiting, func(other *waiter) bool { return other == w })
	return len(s.waiting) < n
}

// makeRoom cuts off the slowest answer of those that keep somebody waiting, but none while
// another one is being cut off.
func (s *Share) makeRoom(w *waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ofKey := s.heldBy(w.place.key) >= s.ofKey
	for p := range s.held {
		if p.cut && (!ofKey || p.key == w.place.key) {
			return
		}
	}
	slowest, found := Slowest(s.now(), sharePatience, func(yield func(*Place, Progress) bool) {
		for p := range s.held {
			if (!ofKey || p.key == w.place.key) && !yield(p, Progress{Began: p.began, Bytes: p.sent}) {
				return
			}
		}
	})
	if found {
		slowest.cut = true
		CutOff(slowest.conn)
	}
}

// Sent notes that some more of the answer was taken.
func (p *Place) Sent(n int) {
	if p == nil {
		return
	}
	p.share.mu.Lock()
	defer p.share.mu.Unlock()
	p.sent += int64(n)
}

// Free gives the place back; a second time does nothing.
func (p *Place) Free() {
	if p == nil {
		return
	}
	p.share.mu.Lock()
	defer p.share.mu.Unlock()
	delete(p.share.held, p)
	p.share.serve()
}
