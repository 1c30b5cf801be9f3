package desk

import (
	"github.com/gofiber/fiber/v2"

	"hotline/server/session"
	"hotline/server/view"
)

// GetAccess is the page on which a handler gives colleagues keys.
func (d *Desk) GetAccess(c *fiber.Ctx, s session.Session) error {
	recovery, err := d.store.RecoveryRecipient(c.UserContext())
	if err != nil {
		return err
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-access", view.Access{Desk: s.Frame(), Recovery: recovery != ""})
}

// GetSearch is the page on which a handler searches. What they look for never
// comes here.
func (d *Desk) GetSearch(c *fiber.Ctx, s session.Session) error {
	handlers, err := d.store.Handlers(c.UserContext())
	if err != nil {
		return err
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-search", view.Search{Desk: s.Frame(), Handlers: namesOf(handlers)})
}
