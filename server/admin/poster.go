package admin

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/poster"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
)

// GetPoster shows the poster of an entity that the administrator manages: at first of
// the highest, in all languages, on A4.
func (a *Admin) GetPoster(c *fiber.Ctx, s session.Session) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	code := m.managed()[0]
	if asked := c.Query("entity"); asked != "" {
		code = view.EntityIn(asked)
	}
	if !m.Entities.Known(code) || !m.administers(code) {
		return store.ErrNotFound
	}
	p := poster.Page{
		Desk: s.Frame(), Entities: m.choices(m.managed()), Languages: a.settings.LanguagesAt(code), Local: poster.Local(a.publicURL),
		Choice: poster.Choice{Entity: code, Paper: c.Query("paper", poster.Papers[0]), Language: c.Query("language", poster.All)},
	}
	p.Path = "desk/admin/poster"
	if query := string(c.Request().URI().QueryString()); query != "" {
		p.Path += "?" + query
	}
	if !slices.Contains(poster.Papers, p.Paper) {
		p.Errors = append(p.Errors, view.FieldError{Field: "paper", Key: "poster.paper.wrong"})
	}
	offered := slices.ContainsFunc(p.Languages, func(l i18n.Language) bool { return l.Code == p.Language })
	if p.Language != poster.All && !offered {
		p.Errors = append(p.Errors, view.FieldError{Field: "language", Key: "poster.language.wrong"})
	}
	if p.Failed = len(p.Errors) > 0; p.Failed {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-poster", p)
	}
	p.Sheet, err = poster.Make(poster.Source{
		Texts: a.texts, PublicURL: a.publicURL, Structure: m.Organization, Languages: p.Languages, Contacts: a.settings.ContactsAt(code),
	}, p.Choice)
	if err != nil {
		return err
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-poster", p)
}
