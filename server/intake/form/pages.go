package form

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
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

// HomeAt leads to the page of an entity in the best language of those offered there:
// posters in several languages have this address.
func (in *Pages) HomeAt(c *fiber.Ctx) error {
	code, to := in.at(c), "/"
	if code != casework.Root {
		to = "/at/" + code + "/"
	}
	var offered []string
	for _, l := range in.settings.LanguagesAt(code) {
		offered = append(offered, l.Code)
	}
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Redirect("/"+i18n.MatchOf(offered, c.Get(fiber.HeaderAcceptLanguage))+to, fiber.StatusSeeOther)
}

// at is the code of the entity whose page is asked for. The organisation itself, and
// a code that nobody has, are the root: its pages do not tell which codes there are.
func (in *Pages) at(c *fiber.Ctx) string {
	e, _ := in.settings.Organization().Entities.Find(c.Params("code"))
	return e.Code
}

// ChooseEntity lists the companies and sites of the organisation, for those who choose
// one before they write.
func (in *Pages) ChooseEntity(c *fiber.Ctx) error {
	made, lang := in.settings.Organization(), respond.Lang(c.Context())
	if len(made.Entities) <= 1 {
		return c.Redirect("/"+lang+"/report", fiber.StatusSeeOther)
	}
	return in.answers.SendPublic(c, "choose-entity", view.ChooseEntity{All: view.EntitiesBelow(in.texts.Texts(lang), made, casework.Root)})
}

// Landing says what this is, what happens, and how to stay safe.
func (in *Pages) Landing(c *fiber.Ctx) error {
	p := view.Landing{Base: view.Base{At: in.at(c)}}
	open := in.rules.RecipientsShown(c.UserContext()).Open(p.At)
	missing := slices.ContainsFunc(casework.Routed, func(q casework.Queue) bool { return !open[q] })
	for _, q := range casework.Routed {
		if missing {
			p.Open = append(p.Open, view.QueueState{Queue: q, Open: open[q]})
		}
	}
	return in.answers.SendPublic(c, "landing", p)
}

// OwnWords is the page of a text that the organisation wrote. Without one there is
// none.
func (in *Pages) OwnWords(part string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		at := in.at(c)
		text, err := in.words.Show(at, part, respond.Lang(c.Context()), 2)
		if err != nil {
			return err
		}
		return in.answers.SendPublic(c, "own-words", view.NewOwnWords(at, part, text))
	}
}

// Exit leads to a neutral site at once and asks the browser to forget this one.
// "cache" is left out: clearing it can take seconds, and nothing of ours is in it.
func (in *Pages) Exit(c *fiber.Ctx) error {
	c.Set("Clear-Site-Data", `"cookies", "storage"`)
	return c.Redirect(in.settings.Current().ExitURL, fiber.StatusSeeOther)
}
