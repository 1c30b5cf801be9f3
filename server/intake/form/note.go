package form

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/store/casework"
)

// maxNoteDays is how many days a receipt page promises at most.
const maxNoteDays = 3

// PostNote sends the days that a receipt page promised as a calendar file, for a
// reporter without scripts. They come in the body: in an address, a proxy's log
// would have them. It knows no case, keeps nothing, and says nothing but a word.
func (in *Pages) PostNote(c *fiber.Ctx) error {
	f, err := readWithoutFiles(c)
	if err != nil {
		return err
	}
	given := strings.Split(f["day"], "\n")
	if len(given) > maxNoteDays {
		return respond.ErrMalformed
	}
	var days []casework.Day
	for _, s := range given {
		day, err := casework.ParseDay(s)
		if err != nil {
			return respond.ErrMalformed
		}
		days = append(days, day)
	}
	word := in.texts.Texts(respond.Lang(c.Context())).T("receipt.reminder.word")
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="note.ics"`)
	return c.SendString(caseview.Calendar(days, word))
}
