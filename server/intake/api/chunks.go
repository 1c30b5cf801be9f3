package api

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/uploads"
)

// received is the answer to a chunk.
type received struct {
	Offset int64 `json:"offset"` // bytes of the file that are held
}

// PostChunk takes one chunk of one sealed file. What arrives of a broken
// request is kept.
func (in *API) PostChunk(c *fiber.Ctx) error {
	p, err := uploads.ReadChunk(c)
	if err != nil {
		return err
	}
	body, err := respond.NewBody(c, uploads.ChunkLimit)
	if err != nil {
		return err
	}
	if p.Cancel {
		return in.cancelFile(c, p)
	}
	form, err := in.checkChunk(c, p.Form)
	if err != nil {
		return err
	}
	held, hungUp, err := in.uploads.Take(c.UserContext(), c.Context().Conn(), form.Nonce, p, body)
	if hungUp {
		c.Context().SetConnectionClose() // nothing can be read from it any more
	}
	var f *respond.Failure
	if errors.As(err, &f) && f.Code == respond.WrongOffset {
		_ = body.Drain() // so that the connection, and with it the answer, lives on
	}
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, received{held})
}

// checkChunk is checkForm for a chunk. A draft that was admitted takes more of them
// without being counted, until it has taken in much: it is no way around the rate limit.
func (in *API) checkChunk(c *fiber.Ctx, token string) (guard.Form, error) {
	form, err := in.forms.Check(c.UserContext(), token)
	if err == nil && in.uploads.Has(form.Nonce) && !in.uploads.NeedsRateCheck(form.Nonce) {
		return form, nil
	}
	form, err = in.checkForm(c, token, "", guard.ForReport)
	if err == nil {
		in.uploads.RateChecked(form.Nonce)
	}
	return form, err
}

// cancelFile removes a file that is not wanted any more. Where its form is not
// known, neither is the file, and that costs nothing.
func (in *API) cancelFile(c *fiber.Ctx, p uploads.Chunk) error {
	form, err := in.forms.Check(c.UserContext(), p.Form)
	gone := errors.Is(err, guard.ErrFormInvalid) || errors.Is(err, guard.ErrFormExpired)
	if err != nil && !gone {
		return err
	}
	if !gone {
		if err := in.uploads.Cancel(c.UserContext(), form.Nonce, p.ID); err != nil {
			return err
		}
	}
	return respond.SendJSON(c, fiber.StatusOK, received{})
}
