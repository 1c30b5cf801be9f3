package uploads

import (
	"errors"
	"net"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/store/blob"
)

// How drafts share the server.
const (
	maxDrafts      = 256             // at once
	networkDrafts  = maxDrafts / 4   // of one network other than this machine's own
	draftStart     = 2 * time.Minute // younger ones do not give way
	moveTime       = 2 * time.Minute // a draft moves if so many bytes came in that time
	moveBytes      = 64 << 10
	usualRoom      = 20 << 30 // bytes of all drafts, where the system does not tell what is free
	rateCheckEvery = 32 << 20 // bytes of a draft after which the rate limit is asked again
)

var errFull = errors.New("uploads: the files of reports on their way fill their room")

// roomFor is how many bytes drafts may hold: half of what is free when the
// server begins.
func roomFor(files *blob.Folder) int64 {
	if free, known := files.Free(); known {
		return free / 2
	}
	return usualRoom
}

// another reports whether a network may have another draft, and makes room where that
// is needed: of drafts that do not move the slowest gives way. Where all of them move,
// newcomers wait, so that nobody pushes out a slow upload by being faster.
func (d *Drafts) another(network string) bool {
	d.expireIdle()
	now := d.now()
	if network != "" {
		theirs := 0
		for _, dr := range d.all {
			if dr.network == network {
				theirs++
			}
		}
		if theirs >= networkDrafts && !d.evict(func(dr *draft) bool { return dr.network == network && !dr.moves(now) }) {
			return false
		}
	}
	return len(d.all) < maxDrafts || d.evict(func(dr *draft) bool { return !dr.moves(now) })
}

// networkOf names the network that a connection comes from; "" for this machine's own
// addresses, behind which anybody can be.
func networkOf(conn net.Conn) string {
	if conn == nil || guard.Shared(conn.RemoteAddr()) {
		return ""
	}
	return guard.Network(conn.RemoteAddr())
}

// moves reports whether enough came of a draft lately.
func (dr *draft) moves(now time.Time) bool {
	return now.Sub(dr.window) < 2*moveTime && dr.inWindow+dr.before >= moveBytes
}

// note counts bytes that came in two windows of time, the present and the one before.
func (dr *draft) note(now time.Time, bytes int64) {
	if age := now.Sub(dr.window); age >= moveTime || age < 0 {
		dr.before = dr.inWindow
		if age >= 2*moveTime || age < 0 {
			dr.before = 0
		}
		dr.window, dr.inWindow = now, 0
	}
	dr.inWindow += bytes
}

// evict drops the draft that came most slowly since its first chunk. One whose report
// is, or may be, stored does not give way.
func (d *Drafts) evict(may func(*draft) bool) bool {
	slowest, found := guard.Slowest(d.now(), draftStart, func(yield func(crypto.Nonce, guard.Progress) bool) {
		for n, dr := range d.all {
			if !dr.storing && !dr.outcomeUnknown && may(dr) && !yield(n, guard.Progress{Began: dr.began, Bytes: dr.received}) {
				return
			}
		}
	})
	if found {
		d.drop(slowest)
	}
	return found
}

// arrivals writes to a file what comes of it, and counts it.
type arrivals struct {
	d     *Drafts
	nonce crypto.Nonce
	file  *draftFile
}

func (a arrivals) Write(p []byte) (int, error) {
	if err := a.d.arrive(a.nonce, a.file, int64(len(p))); err != nil {
		return 0, err
	}
	return a.file.writer.Write(p)
}

// arrive counts bytes that a file is about to hold, if there is room for them.
// Where there is none, a draft that holds less than its share makes another one
// give way that holds more: nobody pushes others out by sending much.
func (d *Drafts) arrive(n crypto.Nonce, f *draftFile, bytes int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f.dropped {
		return wrongOffset(0)
	}
	dr := d.all[n]
	if d.held+bytes > d.room {
		d.expireIdle()
	}
	for d.held+bytes > d.room {
		share := d.room / int64(len(d.all))
		greedy := func(other *draft) bool { return other.size() > share }
		if dr.size()+bytes > share || !d.evict(greedy) {
			return &respond.Failure{Code: respond.Busy, Cause: errFull}
		}
	}
	dr.used = d.now()
	dr.note(dr.used, bytes)
	dr.received += bytes
	dr.sinceRateCheck += bytes
	f.size += bytes
	d.held += bytes
	return nil
}

// size is how many bytes a draft holds.
func (dr *draft) size() (sum int64) {
	for _, f := range dr.files {
		sum += f.size
	}
	return sum
}

// forget takes a file out of a draft and out of the bytes that are counted.
func (d *Drafts) forget(dr *draft, id string) {
	if f := dr.files[id]; f != nil {
		d.held -= f.size
		f.size = 0
		delete(dr.files, id)
	}
}

// NeedsRateCheck reports whether a draft has taken in so much since it was admitted that
// the rate limit is to be asked again.
func (d *Drafts) NeedsRateCheck(n crypto.Nonce) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr := d.all[n]
	return dr != nil && dr.sinceRateCheck >= rateCheckEvery
}

// RateChecked notes that the rate limit was asked.
func (d *Drafts) RateChecked(n crypto.Nonce) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if dr := d.all[n]; dr != nil {
		dr.sinceRateCheck = 0
	}
}

// SpendAdmission reports whether a form has a draft that was admitted with its first
// chunk, and what names its files has not come yet. It is so once.
func (d *Drafts) SpendAdmission(n crypto.Nonce) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr := d.all[n]
	if dr == nil || dr.spent {
		return false
	}
	dr.spent = true
	return true
}
