package intake

import (
	"errors"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/page"
	"hotline/store"
)

// pieceLimit is the largest piece of a file that one request brings.
const pieceLimit = 1 << 20

// piece is what the header of a piece says, in the names of
// draft-ietf-httpbis-resumable-upload.
type piece struct {
	form     string
	id       string
	offset   int64
	complete bool // the last one
	cancel   bool // the file is not wanted any more
}

// received is the answer to a piece.
type received struct {
	Offset int64 `json:"offset"` // bytes of the file that are held
}

// PostPiece takes one piece of one sealed file. What arrives of a broken
// request is kept.
func (in *Intake) PostPiece(c *fiber.Ctx) error {
	p, err := readPiece(c)
	if err != nil {
		return err
	}
	body, err := newBody(c, pieceLimit)
	if err != nil {
		return err
	}
	if p.cancel {
		return in.cancelFile(c, p)
	}
	form, err := in.admitPiece(c, p.form)
	if err != nil {
		return err
	}
	size, err := in.takePiece(c, pieceKey{form.Nonce, p.id}, p, body)
	var f *page.Failure
	if errors.As(err, &f) && f.Code == page.WrongOffset {
		_ = body.Drain() // so that the connection, and with it the answer, lives on
	}
	if err != nil {
		return err
	}
	return page.SendJSON(c, fiber.StatusOK, received{size})
}

// admitPiece is admitScript, but a draft that has taken in much is counted
// again: it is no way around the rate limit.
func (in *Intake) admitPiece(c *fiber.Ctx, token string) (guard.Form, error) {
	ctx := c.UserContext()
	form, err := in.forms.Check(ctx, token)
	if err != nil || !in.drafts.owes(form.Nonce) {
		return in.admitScript(c, token, "", in.reports, true)
	}
	form, refused, err := in.admit(ctx, fields{"form": token}, c.Context().RemoteAddr(), in.reports, true)
	if err == nil && refused != nil {
		err = in.failureOf(ctx, refused)
	}
	if err == nil {
		in.drafts.paid(form.Nonce)
	}
	return form, err
}

// cancelFile removes a file that is not wanted any more. What is not known is
// gone already, and costs nothing.
func (in *Intake) cancelFile(c *fiber.Ctx, p piece) error {
	form, err := in.forms.Check(c.UserContext(), p.form)
	gone := errors.Is(err, guard.ErrFormInvalid) || errors.Is(err, guard.ErrFormExpired)
	if err != nil && !gone {
		return err
	}
	if key := (pieceKey{form.Nonce, p.id}); !gone && in.drafts.knows(key) {
		unlock, err := in.drafts.lock(c.UserContext(), key)
		if err != nil {
			return err
		}
		defer unlock()
		if err := in.drafts.cancel(key); err != nil {
			return err
		}
	}
	return page.SendJSON(c, fiber.StatusOK, received{})
}

// takePiece does what the header of a piece says, with nobody else at the file,
// and returns how many bytes of it are held.
func (in *Intake) takePiece(c *fiber.Ctx, key pieceKey, p piece, body *guard.Body) (int64, error) {
	unlock, err := in.drafts.lock(c.UserContext(), key)
	if err != nil {
		return 0, err
	}
	defer unlock()
	conn := c.Context().Conn()
	f, err := in.drafts.take(key, conn, p.offset)
	if err != nil {
		return 0, err
	}
	keep, err := in.receive(arrivals{in.drafts, key.nonce, f}, body, p)
	size := f.writer.Size()
	if held := in.drafts.give(key, f, keep); err == nil && !held {
		err = wrongOffset(0)
	}
	if guard.HungUp(conn) {
		c.Context().SetConnectionClose() // nothing can be read from it any more
	}
	return size, err
}

func readPiece(c *fiber.Ctx) (p piece, err error) {
	p = piece{form: c.Get("Upload-Form"), id: c.Get("Upload-Id"), complete: c.Get("Upload-Complete") == "?1", cancel: c.Get("Upload-Cancel") == "?1"}
	offset, err := strconv.ParseUint(c.Get("Upload-Offset"), 10, 62)
	p.offset = int64(offset)
	wellFormed := err == nil && crypto.ValidID(p.id) && (p.complete || c.Get("Upload-Complete") == "?0") &&
		(p.cancel || c.Get("Upload-Cancel", "?0") == "?0") && c.Get(fiber.HeaderContentType) == fiber.MIMEOctetStream
	if p.cancel {
		wellFormed = wellFormed && p.offset == 0 && !p.complete && c.Request().Header.ContentLength() <= 0
	}
	if !wellFormed {
		return piece{}, page.ErrMalformed
	}
	return p, nil
}

// receive appends a piece to its file, and checks the file after the last one.
// It reports whether what is held of the file is good for more pieces.
func (in *Intake) receive(to arrivals, body *guard.Body, p piece) (keep bool, err error) {
	f := to.file
	held := f.writer.Size()
	if held != p.offset {
		return true, wrongOffset(held)
	}
	if f.whole {
		if n, err := io.Copy(io.Discard, body); err != nil || n > 0 {
			return true, page.ErrMalformed
		}
		return true, nil
	}
	_, err = io.Copy(disk{to}, body)
	var refused *page.Failure
	var broken *storageError
	switch {
	case errors.As(err, &refused):
		return true, refused // before anything of this was written
	case errors.Is(err, store.ErrNotFound):
		return false, wrongOffset(0) // another process has swept it away
	case errors.As(err, &broken):
		return false, broken.error
	case f.writer.Size() > crypto.SealedSize(crypto.Padme(in.config.FileSize), 1):
		return false, &page.Failure{Code: page.TooLarge}
	case errors.Is(err, guard.ErrCutOff):
		return true, wrongOffset(f.writer.Size()) // heard by a request that another one ended
	case err != nil:
		return true, err
	case !p.complete:
		return true, nil
	}
	if err := in.checkFile(f, p.id); err != nil {
		return false, err
	}
	if err := f.writer.Finish(); err != nil {
		return false, err
	}
	f.whole = true
	return true, nil
}

// checkFile refuses what is not sealed as a reporter's file must be.
func (in *Intake) checkFile(f *draftFile, id string) error {
	file, err := in.files.Open(id)
	if err != nil {
		return err
	}
	defer file.Close()
	err = crypto.CheckFile(file, f.writer.Size(), in.config.FileSize)
	if errors.Is(err, crypto.ErrNotSealed) {
		return page.ErrMalformed
	}
	return err
}

// disk marks the errors of the disk among those of the body.
type disk struct{ w io.Writer }

func (d disk) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		err = &storageError{err}
	}
	return n, err
}
