package respond

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/url"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
)

// SmallBody is the limit of a body with a few values, bytes.
const SmallBody = 16 << 10

// BodyKey names the *guard.Body among a request's values, by which the server
// tells whether the body was read to its end.
const BodyKey = "body"

// NewBody returns the request's body, or ErrTooLarge if a larger one is
// announced.
func NewBody(c *fiber.Ctx, limit int64) (*guard.Body, error) {
	length := int64(c.Request().Header.ContentLength())
	if length < -1 {
		length = 0 // no body at all
	}
	body, err := guard.NewBody(guard.Stream(c.Context()), length, limit)
	c.Locals(BodyKey, body)
	return body, err
}

// heldKey names the whole body among a request's values, where it was read
// before anything else.
const heldKey = "held body"

// HoldBody reads the whole body, at most limit bytes, for ReadJSON to read it
// again: whoever may do something now may not be allowed to when a slow body has
// come to its end.
func HoldBody(c *fiber.Ctx, limit int64) error {
	body, err := NewBody(c, limit)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(body)
	c.Locals(heldKey, raw)
	return err
}

// ReadJSON reads the one value that a script sends in at most limit bytes.
func ReadJSON(c *fiber.Ctx, limit int64, into any) error {
	if raw, held := c.Locals(heldKey).([]byte); held {
		switch {
		case int64(len(raw)) > limit:
			return guard.ErrTooLarge
		case !hasType(c, fiber.MIMEApplicationJSON):
			return ErrMalformed
		}
		return DecodeJSON(bytes.NewReader(raw), into)
	}
	body, err := JSONBody(c, limit)
	if err != nil {
		return err
	}
	return DecodeJSON(body, into)
}

// JSONBody is NewBody for a request that says it is JSON.
func JSONBody(c *fiber.Ctx, limit int64) (*guard.Body, error) {
	if !hasType(c, fiber.MIMEApplicationJSON) {
		return nil, ErrMalformed
	}
	return NewBody(c, limit)
}

// DecodeJSON takes one value, and nothing it does not know.
func DecodeJSON(body io.Reader, into any) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	// encoding/json's errors quote what they met: they go no further.
	if !utf8.Valid(raw) || d.Decode(into) != nil {
		return ErrMalformed
	}
	if _, err := d.Token(); err != io.EOF {
		return ErrMalformed
	}
	return nil
}

// ReadForm reads the fields of a form without files, in at most limit bytes.
func ReadForm(c *fiber.Ctx, limit int64) (url.Values, error) {
	if !hasType(c, fiber.MIMEApplicationForm) {
		return nil, ErrMalformed
	}
	body, err := NewBody(c, limit)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	fields, err := url.ParseQuery(string(raw))
	if err != nil || !utf8.Valid(raw) {
		return nil, ErrMalformed
	}
	for _, values := range fields {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, ErrMalformed
			}
		}
	}
	return fields, nil
}

func hasType(c *fiber.Ctx, want string) bool {
	mediaType, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	return err == nil && mediaType == want
}
