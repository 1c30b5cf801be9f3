package cases

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// PostStep notes when a step was done that the law asks for, or that it was not.
func (d *Desk) PostStep(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var step struct {
		Code string       `json:"code"`
		On   casework.Day `json:"on"` // "": it was not done
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &step); err != nil {
		return err
	}
	if _, err := casework.ParseDay(string(step.On)); step.On != "" && err != nil {
		return respond.ErrMalformed
	}
	if err := d.store.SetStep(ctx, d.act(found.ID, s), step.Code, step.On, d.todayOf(found)); err != nil {
		if errors.Is(err, law.ErrStep) {
			return &respond.Failure{Code: respond.BadStep}
		}
		return err
	}
	if found, err = d.store.CaseFor(ctx, found.ID, s.Handler); err != nil {
		return err
	}
	return d.sendCase(c, fiber.StatusCreated, s, found)
}
