package respond

import (
	"bytes"
	"encoding/json"

	"github.com/gofiber/fiber/v2"
)

// lengthStep is what the lengths of answers are multiples of.
const lengthStep = 1 << 10

// SendJSON answers a script. Like a page that may hold a secret it is never
// compressed. Spaces at its end keep its length from telling what it says: in
// which state a case is, or in which queue.
func SendJSON(c *fiber.Ctx, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if over := len(body) % lengthStep; over > 0 {
		body = append(body, bytes.Repeat([]byte(" "), lengthStep-over)...)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Status(status).Send(body)
}

// SendPublicJSON answers a script with nothing that is anybody's own,
// compressed as the browser likes.
func SendPublicJSON(c *fiber.Ctx, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if encoding := Encoding(c.Get(fiber.HeaderAcceptEncoding)); encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
		body = Compress(encoding, body)
	}
	return c.Send(body)
}
