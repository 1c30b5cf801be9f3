// Package onbehalf is where an intake operator enters what somebody said on the
// phone or across a table, wrote in a letter, or reported elsewhere. The operator's
// browser seals it as a reporter's does, and shows the receipt to hand out. Nothing
// leads back to the case from here: no list, no route, and no trace of who entered
// it.
package onbehalf

import (
	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/intake"
	"hotline/server/intake/api"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store/casework"
)

// Behalf serves the intake operators.
type Behalf struct {
	rules   *intake.Intake
	reports *api.API
	answers *view.Answers
	texts   *i18n.Catalog
}

// Parts are the reporter's side, which takes the reports, and the pages.
type Parts struct {
	Rules   *intake.Intake
	Reports *api.API
	Answers *view.Answers
	Texts   *i18n.Catalog
}

// New assembles it.
func New(p Parts) *Behalf { return &Behalf{p.Rules, p.Reports, p.Answers, p.Texts} }

// GetIntake is the form of a report that somebody else makes.
func (b *Behalf) GetIntake(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	forms := b.rules.Forms()
	form := forms.New()
	form.Again = true // an operator may be quick
	token, err := forms.Sign(ctx, form)
	if err != nil {
		return err
	}
	lang, d := respond.Lang(c.Context()), b.rules.RecipientsShown(ctx)
	texts := b.texts.Texts(lang)
	return b.answers.Send(c, fiber.StatusOK, "desk-intake", view.OnBehalf{
		Desk: s.Frame(), Form: token, Limits: b.rules.Limits(), Excludable: d.Excludable(casework.Root, lang), ExcludableElsewhere: d.ExcludableElsewhere(),
		Entities: view.AllEntities(texts, d.Organization), Desks: view.DeskChoices(texts, d.Organization, d.Desks(casework.Root)),
	})
}

// PostReport takes the report. Who entered it is noted nowhere: it would lead to
// whom they talked to that day.
func (b *Behalf) PostReport(c *fiber.Ctx, _ session.Session) error { return b.reports.PostOnBehalf(c) }
