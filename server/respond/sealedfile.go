package respond

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"hotline/store"
	"hotline/store/blob"
)

var errLost = errors.New("respond: a sealed file is missing or cut off")

// SendSealed answers with the sealed bytes of a file that a row names. One that
// is not there does not pass for one that nobody has.
func SendSealed(c *fiber.Ctx, files *blob.Folder, row store.File) error {
	file, err := files.Open(row.ID)
	if errors.Is(err, store.ErrNotFound) {
		err = errLost
	}
	if err != nil {
		return fmt.Errorf("a sealed file: %w", err)
	}
	info, err := file.Stat()
	if err != nil || info.Size() != row.Size {
		file.Close()
		return errors.Join(errLost, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Context().SetBodyStream(file, int(row.Size)) // and closes it
	return nil
}
