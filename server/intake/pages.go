package intake

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// Home leads to the best language for the visitor.
func (in *Intake) Home(c *fiber.Ctx) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Redirect("/"+in.best(c)+"/", fiber.StatusSeeOther)
}

// best is the language that fits the visitor best, of those offered.
func (in *Intake) best(c *fiber.Ctx) string {
	return i18n.MatchOf(in.settings.Current().Languages, c.Get(fiber.HeaderAcceptLanguage))
}

// Offered leads to a language that the desk reads, where a page is asked for in
// another one. A form that was open before is still taken.
func (in *Intake) Offered(c *fiber.Ctx) error {
	lang := respond.Lang(c.Context())
	if c.Method() == fiber.MethodPost || slices.Contains(in.settings.Current().Languages, lang) {
		return c.Next()
	}
	return c.Redirect("/"+in.best(c)+strings.TrimPrefix(c.Path(), "/"+lang), fiber.StatusSeeOther)
}

// Landing says what this is, what happens, and how to stay safe.
func (in *Intake) Landing(c *fiber.Ctx) error {
	open := in.desksShown(c.UserContext()).open()
	var p view.Landing
	missing := slices.ContainsFunc(casework.Routed, func(q casework.Queue) bool { return !open[q] })
	for _, q := range casework.Routed {
		if missing {
			p.Open = append(p.Open, view.QueueState{Queue: q, Open: open[q]})
		}
	}
	return in.answers.SendPublic(c, "landing", p)
}

// Exit leads to a neutral site at once and asks the browser to forget this one.
// "cache" is left out: clearing it can take seconds, and nothing of ours is in it.
func (in *Intake) Exit(c *fiber.Ctx) error {
	c.Set("Clear-Site-Data", `"cookies", "storage"`)
	return c.Redirect(in.settings.Current().ExitURL, fiber.StatusSeeOther)
}

// datesOf are the days of a case by the organisation's profile.
func (in *Intake) datesOf(c store.Case) caseview.ReporterDates {
	return caseview.ReporterDatesOf(in.settings.Profile(), c)
}
