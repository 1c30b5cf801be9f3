// Package uploads holds the sealed files that browsers send chunk by chunk, until
// the report or message that names them is stored. Reporters and handlers share
// it: a file belongs to a form, and nobody here knows whose form that is.
package uploads

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/store"
	"hotline/store/blob"
)

const (
	draftLife    = time.Hour       // idle for so long, a draft is dropped
	cancelsKept  = 1000            // cancelled files of a draft that are remembered
	spareFiles   = 2               // files that a draft may have over the limit: cancelled, and not told yet
	takeOverWait = 5 * time.Second // for an older request for the same file to end
	maxStanzas   = 2               // a file is sealed to the case, and one of the desk to the reporter, too
)

// Drafts are the sealed files that browsers have sent so far, by the forms that
// will name them. They are known in memory only: after a restart a browser is
// told that nothing of a file is held, and begins it again.
type Drafts struct {
	files    *blob.Folder
	limit    int   // files a draft may have
	fileSize int64 // bytes of one, before padding and sealing
	room     int64 // bytes that all of them may hold
	now      func() time.Time

	chunks guard.Locks[fileKey]      // one request at a time writes to a file
	forms  guard.Locks[crypto.Nonce] // one request at a time stores what names its files

	mu   sync.Mutex
	all  map[crypto.Nonce]*draft
	held int64 // bytes of their files
}

type fileKey struct {
	nonce crypto.Nonce
	id    string
}

// draft is the files of one form.
type draft struct {
	began          time.Time
	used           time.Time
	network        string
	window         time.Time // since when inWindow is counted
	inWindow       int64     // bytes that came since then
	before         int64     // and in the window before it
	received       int64     // bytes that came, also of files that are gone
	sinceRateCheck int64     // of these, since the rate limit was last asked
	files          map[string]*draftFile
	cancelled      map[string]bool // ids that are not taken again
	spent          bool            // a report was let past the limit because of it
	storing        bool            // what names these files is being stored
	outcomeUnknown bool            // their rows may be there
}

// draftFile is written by the one request that holds its key, and by nobody
// while it is not taken.
type draftFile struct {
	writer  *blob.Writer
	size    int64    // as it counts among the bytes of all drafts
	whole   bool     // checked and durable
	stanzas int      // of a whole one: for how many it is sealed
	taken   bool     // a request writes to it
	conn    net.Conn // of that request
	dropped bool     // that request has to discard it
}

// Parts are what drafts work with.
type Parts struct {
	Files    *blob.Folder
	PerForm  int   // files of a report or message
	FileSize int64 // bytes of one file at most
	Now      func() time.Time
}

// New makes the drafts of a server.
func New(p Parts) *Drafts {
	d := &Drafts{files: p.Files, limit: p.PerForm + spareFiles, fileSize: p.FileSize, now: p.Now, all: map[crypto.Nonce]*draft{}}
	d.room = max(roomFor(p.Files), int64(p.PerForm)*d.largest())
	return d
}

// largest is how long a sealed file can be.
func (d *Drafts) largest() int64 { return crypto.SealedSize(crypto.Padme(d.fileSize), maxStanzas) }

// Has reports whether the form has a draft, and so was admitted with its first chunk.
func (d *Drafts) Has(n crypto.Nonce) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[n] != nil
}

// knows reports whether something of a file is held.
func (d *Drafts) knows(key fileKey) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.file(key) != nil
}

// LockForm makes the caller the only one who stores what was written in a form.
func (d *Drafts) LockForm(ctx context.Context, n crypto.Nonce) (unlock func(), err error) {
	return d.forms.Lock(ctx, n)
}

// lock makes the caller the only one who works on a file. A browser whose
// connection broke comes back while its old request still waits for bytes that
// will never come: that one is ended.
func (d *Drafts) lock(ctx context.Context, key fileKey) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, takeOverWait)
	defer cancel()
	for ctx.Err() == nil {
		d.hangUp(key)
		try, stop := context.WithTimeout(ctx, takeOverWait/50) // it may take the file only after this
		unlock, err = d.chunks.Lock(try, key)
		stop()
		if err == nil {
			return unlock, nil
		}
	}
	return nil, &respond.Failure{Code: respond.Busy, Cause: err}
}

// hangUp ends the request that writes to a file, if there is one.
func (d *Drafts) hangUp(key fileKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.file(key); f != nil && f.taken {
		guard.HangUp(f.conn)
	}
}

// file needs mu.
func (d *Drafts) file(key fileKey) *draftFile {
	if dr := d.all[key.nonce]; dr != nil {
		return dr.files[key.id]
	}
	return nil
}

// take finds the file that a chunk belongs to; the first chunk makes it, and
// the draft. Whoever has taken a file gives it back. The caller holds its lock.
func (d *Drafts) take(key fileKey, conn net.Conn, offset int64) (*draftFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr, f := d.all[key.nonce], d.file(key)
	switch {
	case dr != nil && dr.storing:
		return nil, &respond.Failure{Code: respond.Busy, Cause: errStoring}
	case f == nil && dr != nil && dr.cancelled[key.id]:
		return nil, &respond.Failure{Code: respond.Exists}
	case f == nil && offset != 0:
		return nil, wrongOffset(0)
	case f == nil && dr != nil && len(dr.files) >= d.limit:
		return nil, &respond.Failure{Code: respond.TooLarge}
	case f == nil:
		if dr == nil && !d.another(networkOf(conn)) {
			return nil, &respond.Failure{Code: respond.Busy, Cause: errCrowded}
		}
		writer, err := d.files.CreateAs(key.id)
		if errors.Is(err, store.ErrExists) {
			return nil, &respond.Failure{Code: respond.Exists}
		}
		if err != nil {
			return nil, err
		}
		if dr == nil {
			dr = &draft{began: d.now(), network: networkOf(conn), files: map[string]*draftFile{}, cancelled: map[string]bool{}}
			d.all[key.nonce] = dr
		}
		f = &draftFile{writer: writer}
		dr.files[key.id] = f
	}
	dr.used = d.now()
	f.taken, f.conn = true, conn
	return f, nil
}

var (
	errStoring = errors.New("uploads: the files of this form are being stored")
	errCrowded = errors.New("uploads: too many reports with files are on their way")
)

// give gives a file back, or discards it where it is good for nothing. It
// reports whether the file is still held.
func (d *Drafts) give(key fileKey, f *draftFile, keep bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.taken, f.conn = false, nil
	if keep && !f.dropped && f.writer.Pause() != nil {
		keep = false // bytes may be missing
	}
	if dr := d.all[key.nonce]; dr != nil && !f.dropped {
		dr.used = d.now()
		if !keep {
			d.forget(dr, key.id)
		}
	}
	if !keep || f.dropped {
		f.writer.Discard()
		return false
	}
	return true
}

// cancel removes a file. The caller holds its lock, so nobody has it taken.
func (d *Drafts) cancel(key fileKey) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr, f := d.all[key.nonce], d.file(key)
	if f == nil {
		return nil
	}
	if dr.storing {
		return &respond.Failure{Code: respond.Busy, Cause: errStoring}
	}
	d.forget(dr, key.id)
	dr.used = d.now()
	dr.end(f)
	if len(dr.cancelled) < cancelsKept {
		dr.cancelled[key.id] = true // a proxy may still deliver a chunk of it
	}
	return nil
}

// Claim takes the whole files that a report or message names, until Complete. They
// must be sealed to so many. The caller lets nobody else claim for the same form
// meanwhile (LockForm).
func (d *Drafts) Claim(n crypto.Nonce, ids []string, stanzas int) (rows []store.File, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr := d.all[n]
	for _, id := range ids {
		if dr == nil || !dr.holds(id) {
			return nil, &respond.Failure{Code: respond.FilesAgain}
		}
		if dr.files[id].stanzas != stanzas {
			return nil, respond.ErrMalformed
		}
	}
	for i, id := range ids {
		f := dr.files[id]
		if err := f.writer.Resume(); err != nil {
			dr.pause(ids[:i])
			if errors.Is(err, store.ErrNotFound) {
				d.forget(dr, id)
				dr.end(f)
				err = &respond.Failure{Code: respond.FilesAgain}
			}
			return nil, err
		}
		rows = append(rows, store.File{ID: id, Size: f.writer.Size()})
	}
	if dr != nil {
		dr.used, dr.storing = d.now(), true
	}
	return rows, nil
}

// holds reports whether a file is there as a whole.
func (dr *draft) holds(id string) bool {
	f := dr.files[id]
	return f != nil && f.whole && !f.taken
}

// pause closes files again. They are durable since they are whole, so that an
// error of closing says nothing.
func (dr *draft) pause(ids []string) {
	for _, id := range ids {
		if dr.holds(id) {
			_ = dr.files[id].writer.Pause()
		}
	}
}

// Complete ends a draft by the error of the commit that its files were part of. A
// draft whose commit failed stays, so that the same request can be sent again.
func (d *Drafts) Complete(n crypto.Nonce, ids []string, commit error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dr := d.all[n]
	if dr == nil {
		return
	}
	dr.used, dr.storing = d.now(), false
	if commit != nil {
		dr.outcomeUnknown = dr.outcomeUnknown || errors.Is(commit, store.ErrOutcomeUnknown)
		dr.pause(ids)
		return
	}
	for _, id := range ids {
		if f := dr.files[id]; f != nil && !f.taken {
			f.writer.Release()
			d.forget(dr, id)
		}
	}
	d.drop(n)
}

// Expire drops the drafts that nobody has gone on with for a while.
func (d *Drafts) Expire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expireIdle()
}

func (d *Drafts) expireIdle() {
	now := d.now()
	for n, dr := range d.all {
		if now.Sub(dr.used) >= draftLife && !dr.storing && !dr.taken() {
			d.drop(n)
		}
	}
}

// drop forgets a draft. A file that a request writes to is left to it.
func (d *Drafts) drop(n crypto.Nonce) {
	dr := d.all[n]
	delete(d.all, n)
	for id, f := range dr.files {
		d.forget(dr, id)
		if f.taken {
			f.dropped = true
			guard.HangUp(f.conn)
			continue
		}
		dr.end(f)
	}
}

func (dr *draft) taken() bool {
	for _, f := range dr.files {
		if f.taken {
			return true
		}
	}
	return false
}

// end removes a file, unless its row may be there: then it is left to the
// sweep of the next start, as after a form whose commit may have succeeded.
func (dr *draft) end(f *draftFile) {
	if dr.outcomeUnknown {
		f.writer.Complete(store.ErrOutcomeUnknown)
		return
	}
	f.writer.Discard()
}

func wrongOffset(held int64) *respond.Failure {
	return &respond.Failure{Code: respond.WrongOffset, Offset: &held}
}
