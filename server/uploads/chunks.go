package uploads

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/store"
)

// ChunkLimit is the largest chunk of a file that one request brings.
const ChunkLimit = 1 << 20

// Chunk is what the header of a chunk says, in the names of
// draft-ietf-httpbis-resumable-upload.
type Chunk struct {
	Form     string // token of the form that will name the file
	ID       string
	Offset   int64
	Complete bool // the last one
	Cancel   bool // the file is not wanted any more
}

// ReadChunk reads the header of a chunk.
func ReadChunk(c *fiber.Ctx) (p Chunk, err error) {
	p = Chunk{Form: c.Get("Upload-Form"), ID: c.Get("Upload-Id"), Complete: c.Get("Upload-Complete") == "?1", Cancel: c.Get("Upload-Cancel") == "?1"}
	offset, err := strconv.ParseUint(c.Get("Upload-Offset"), 10, 62)
	p.Offset = int64(offset)
	wellFormed := err == nil && crypto.ValidID(p.ID) && (p.Complete || c.Get("Upload-Complete") == "?0") &&
		(p.Cancel || c.Get("Upload-Cancel", "?0") == "?0") && c.Get(fiber.HeaderContentType) == fiber.MIMEOctetStream
	if p.Cancel {
		wellFormed = wellFormed && p.Offset == 0 && !p.Complete && c.Request().Header.ContentLength() <= 0
	}
	if !wellFormed {
		return Chunk{}, respond.ErrMalformed
	}
	return p, nil
}

// Take does what the header of a chunk says, with nobody else at the file, and
// returns how many bytes of it are held. hungUp says that another request for the
// file has ended this one, so that nothing more can be read from its connection.
func (d *Drafts) Take(ctx context.Context, conn net.Conn, n crypto.Nonce, p Chunk, body *guard.Body) (held int64, hungUp bool, err error) {
	key := fileKey{n, p.ID}
	unlock, err := d.lock(ctx, key)
	if err != nil {
		return 0, false, err
	}
	defer unlock()
	f, err := d.take(key, conn, p.Offset)
	if err != nil {
		return 0, false, err
	}
	keep, err := d.receive(arrivals{d, n, f}, body, p)
	held = f.writer.Size()
	if there := d.give(key, f, keep); err == nil && !there {
		err = wrongOffset(0)
	}
	return held, guard.HungUp(conn), err
}

// Cancel removes a file that is not wanted any more. What is not known is gone
// already.
func (d *Drafts) Cancel(ctx context.Context, n crypto.Nonce, id string) error {
	key := fileKey{n, id}
	if !d.knows(key) {
		return nil
	}
	unlock, err := d.lock(ctx, key)
	if err != nil {
		return err
	}
	defer unlock()
	return d.cancel(key)
}

// receive appends a chunk to its file, and checks the file after the last one.
// It reports whether what is held of the file is good for more chunks.
func (d *Drafts) receive(to arrivals, body *guard.Body, p Chunk) (keep bool, err error) {
	f := to.file
	held := f.writer.Size()
	if held != p.Offset {
		return true, wrongOffset(held)
	}
	if f.whole {
		if n, err := io.Copy(io.Discard, body); err != nil || n > 0 {
			return true, respond.ErrMalformed
		}
		return true, nil
	}
	_, err = io.Copy(disk{to}, body)
	var refused *respond.Failure
	var broken *diskError
	switch {
	case errors.As(err, &refused):
		return true, refused // before anything of this was written
	case errors.Is(err, store.ErrNotFound):
		return false, wrongOffset(0) // another process has swept it away
	case errors.As(err, &broken):
		return false, broken.error
	case f.writer.Size() > d.largest():
		return false, &respond.Failure{Code: respond.TooLarge}
	case errors.Is(err, guard.ErrCutOff):
		return true, wrongOffset(f.writer.Size()) // heard by a request that another one ended
	case err != nil:
		return true, err
	case !p.Complete:
		return true, nil
	}
	if err := d.checkFile(f, p.ID); err != nil {
		return false, err
	}
	if err := f.writer.Finish(); err != nil {
		return false, err
	}
	f.whole = true
	return true, nil
}

// checkFile refuses what is not sealed as a file must be, and notes for how many
// it is.
func (d *Drafts) checkFile(f *draftFile, id string) error {
	file, err := d.files.Open(id)
	if err != nil {
		return err
	}
	defer file.Close()
	for n := 1; n <= maxStanzas; n++ {
		err = crypto.CheckFile(io.NewSectionReader(file, 0, f.writer.Size()), f.writer.Size(), d.fileSize, n)
		if err == nil {
			f.stanzas = n
			return nil
		}
		if !errors.Is(err, crypto.ErrNotSealed) {
			return err
		}
	}
	return respond.ErrMalformed
}

// diskError is an error of the disk, as opposed to the body's.
type diskError struct{ error }

func (e *diskError) Unwrap() error { return e.error }

// disk marks the errors of the disk among those of the body.
type disk struct{ w io.Writer }

func (d disk) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}
