package api

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/store/casework"
)

// behalfReport is a report that somebody of the organisation enters for the
// person who told it, and seals in their own browser.
type behalfReport struct {
	sealedReport
	Channel casework.Channel `json:"channel"`
}

// PostOnBehalf takes a report from an intake operator. Whoever calls it has seen
// that they are one: neither a rate limit nor a time of filling in keeps them
// waiting, and nothing is kept of who they are.
func (in *API) PostOnBehalf(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var r behalfReport
	if err := respond.ReadJSON(c, reportLimit, &r); err != nil {
		return err
	}
	if !slices.Contains(casework.OnBehalf, r.Channel) {
		return respond.ErrMalformed
	}
	r.channel = r.Channel
	if err := in.checkReport(ctx, &r.sealedReport); err != nil {
		return err
	}
	form, err := in.forms.Check(ctx, r.Form)
	if errors.Is(err, guard.ErrFormInvalid) || errors.Is(err, guard.ErrFormExpired) {
		fresh := in.forms.New()
		fresh.Again = true
		err = in.failureOf(ctx, &intake.FormError{Notice: "notice.form-expired", Form: fresh})
	}
	if err != nil {
		return err
	}
	return in.takeSealed(c, form, r.sealedReport)
}
