package auth

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
)

// deputies are who acts in the handler's place, and whom they stand in for.
func (a *Auth) deputies(c *fiber.Ctx, s session.Session) (d view.Deputies, err error) {
	if !s.Handler.Has(store.RoleHandler) {
		return d, nil
	}
	ctx := c.UserContext()
	all, err := a.store.Deputies(ctx)
	if err != nil {
		return d, err
	}
	handlers, err := a.store.Handlers(ctx)
	if err != nil {
		return d, err
	}
	entities := a.settings.Organization().Entities
	d = view.DeputiesOf(s.Handler, all, handlers, func(o store.Handler) bool { return store.InLine(entities, s.Handler, o) })
	d.Path, d.Mine = "account", true
	return d, nil
}

// PostDeputy names a deputy of the handler's own.
func (a *Auth) PostDeputy(c *fiber.Ctx, s session.Session, fields url.Values) error {
	d, err := a.deputies(c, s)
	if err != nil {
		return err
	}
	n := d.Read(fields)
	n.ID, n.HandlerID = crypto.NewID(), s.HandlerID
	if len(d.Errors) == 0 {
		days := a.settings.Days()
		err := a.store.NameDeputy(c.UserContext(), s.HandlerID, n, days)
		if err == nil {
			return toAccount(c, "deputy")
		}
		if !d.Refused(err, n, days.On(s.Handler.Workplace())) {
			return err
		}
	}
	return a.sendAccount(c, s, fiber.StatusUnprocessableEntity, view.Account{Deputies: d, Errors: d.Errors})
}

// PostEndDeputy ends one of the handler's deputies. Who is not there any more has ended.
func (a *Auth) PostEndDeputy(c *fiber.Ctx, s session.Session, fields url.Values) error {
	d, err := a.deputies(c, s)
	if err != nil {
		return err
	}
	id := fields.Get("end")
	if slices.ContainsFunc(d.Rows, func(row view.DeputyRow) bool { return row.ID == id }) {
		err = a.store.EndDeputy(c.UserContext(), s.HandlerID, id)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return toAccount(c, "deputy-ended")
}

func toAccount(c *fiber.Ctx, done string) error {
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/account?done="+done, fiber.StatusSeeOther)
}
