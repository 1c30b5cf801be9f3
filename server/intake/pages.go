package intake

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/page"
	"hotline/store"
	"hotline/store/casework"
)

// Home leads to the best language for the visitor.
func (in *Intake) Home(c *fiber.Ctx) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Redirect("/"+i18n.Match(c.Get(fiber.HeaderAcceptLanguage))+"/", fiber.StatusSeeOther)
}

// Landing says what this is, what happens, and how to stay safe.
func (in *Intake) Landing(c *fiber.Ctx) error {
	open := in.openQueues(c.UserContext())
	var p page.Landing
	for _, q := range casework.Queues {
		if len(open) < len(casework.Queues) {
			p.Open = append(p.Open, page.QueueState{Queue: q, Open: open[q]})
		}
	}
	return in.answers.SendPublic(c, "landing", p)
}

// Exit leads to a neutral site at once and asks the browser to forget this one.
// "cache" is left out: clearing it can take seconds, and nothing of ours is in it.
func (in *Intake) Exit(c *fiber.Ctx) error {
	c.Set("Clear-Site-Data", `"cookies", "storage"`)
	return c.Redirect(in.config.ExitURL, fiber.StatusSeeOther)
}

// ValidExitURL reports whether the quick exit can lead there.
func ValidExitURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func datesOf(c store.Case) page.Dates {
	d := casework.DatesFor(c.Received, c.Acknowledged, c.Closed)
	return page.Dates{
		Received: string(d.Received), Acknowledge: string(d.Acknowledge), Answer: string(d.Answer),
		Acknowledged: string(d.Acknowledged), Closed: string(d.Closed),
	}
}
