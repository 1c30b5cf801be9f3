package form

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/view"
	"hotline/store/casework"
)

// Home leads to the best language for the visitor.
func (in *Pages) Home(c *fiber.Ctx) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Redirect("/"+in.best(c)+"/", fiber.StatusSeeOther)
}

// best is the language that fits the visitor best, of those offered.
func (in *Pages) best(c *fiber.Ctx) string {
	return i18n.MatchOf(in.settings.Current().Languages, c.Get(fiber.HeaderAcceptLanguage))
}

// Landing says what this is, what happens, and how to stay safe.
func (in *Pages) Landing(c *fiber.Ctx) error {
	open := in.rules.RecipientsShown(c.UserContext()).Open()
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
func (in *Pages) Exit(c *fiber.Ctx) error {
	c.Set("Clear-Site-Data", `"cookies", "storage"`)
	return c.Redirect(in.settings.Current().ExitURL, fiber.StatusSeeOther)
}
