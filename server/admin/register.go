package admin

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// documentLimit is the longest name of a document, characters.
const documentLimit = 200

// GetRegister shows who is, or was, designated to know who reporters are.
func (a *Admin) GetRegister(c *fiber.Ctx, s session.Session) error {
	p, err := a.registerPage(c, s)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "1"
	p.Values = view.DesignationValues{Person: c.Query("person"), From: a.today()}
	for i, row := range p.Rows {
		if row.ID == c.Query("end") && row.Until == "" {
			p.End, p.Until = &p.Rows[i], a.today()
		}
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-register", p)
}

func (a *Admin) today() string { return string(a.settings.Today()) }

func (a *Admin) registerPage(c *fiber.Ctx, s session.Session) (p view.Register, err error) {
	p = view.Register{Desk: s.Frame()}
	rows, err := a.register(c.UserContext(), "")
	if err != nil {
		return p, err
	}
	o, err := a.store.Organization(c.UserContext())
	if err != nil {
		return p, err
	}
	all, err := a.store.Handlers(c.UserContext())
	for _, h := range all {
		if !s.Handler.Manages(o.Entities, h) {
			rows = slices.DeleteFunc(rows, func(row view.DesignationRow) bool { return row.Person == h.ID })
			continue
		}
		if h.Active() && (h.Has(store.RoleHandler) || h.Has(store.RoleIntake)) {
			p.People = append(p.People, view.Person{ID: h.ID, Name: h.Name})
		}
	}
	p.Rows = rows
	return p, err
}

// register returns the lines of one handler, or with "" all.
func (a *Admin) register(ctx context.Context, handlerID string) (rows []view.DesignationRow, err error) {
	all, err := a.store.Designations(ctx, handlerID)
	if err != nil {
		return nil, err
	}
	handlers, err := a.store.Handlers(ctx)
	today := casework.Day(a.today())
	for _, d := range all {
		row := view.DesignationRow{ID: d.ID, Person: d.HandlerID, Document: d.Document, From: string(d.From), Until: string(d.Until), State: "ended"}
		if i := slices.IndexFunc(handlers, func(h store.Handler) bool { return h.ID == d.HandlerID }); i >= 0 {
			row.Name = handlers[i].Name
		}
		switch {
		case d.On(today):
			row.State = "holds"
		case d.From > today && (d.Until == "" || d.Until >= d.From):
			row.State = "later"
		}
		rows = append(rows, row)
	}
	return rows, err
}

// PostRegister adds to the register.
func (a *Admin) PostRegister(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.registerPage(c, s)
	if err != nil {
		return err
	}
	p.Values = view.DesignationValues{Person: fields.Get("person"), Document: strings.Join(strings.Fields(fields.Get("document")), " "), From: strings.TrimSpace(fields.Get("from"))}
	v := p.Values
	wrong := func(field, key string) { p.Errors = append(p.Errors, view.FieldError{Field: field, Key: key}) }
	if !slices.ContainsFunc(p.People, func(person view.Person) bool { return person.ID == v.Person }) {
		wrong("person", "register.person.missing")
	}
	if v.Document == "" || utf8.RuneCountInString(v.Document) > documentLimit || strings.ContainsFunc(v.Document, casework.Hidden) {
		wrong("document", "register.document.wrong")
	}
	from, err := casework.ParseDay(v.From)
	if err != nil {
		wrong("from", "register.from.wrong")
	}
	if len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-register", p)
	}
	err = a.store.Designate(c.UserContext(), s.Handler.ID, store.Designation{ID: crypto.NewID(), HandlerID: v.Person, Document: v.Document, From: from})
	if err != nil {
		return err
	}
	return a.toRegister(c)
}

func (a *Admin) toRegister(c *fiber.Ctx) error {
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/register?saved=1", fiber.StatusSeeOther)
}

// PostEndDesignation notes the last day of one.
func (a *Admin) PostEndDesignation(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.registerPage(c, s)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Rows, func(row view.DesignationRow) bool { return row.ID == c.Params("id") })
	if i < 0 {
		return store.ErrNotFound
	}
	if p.Rows[i].Until != "" { // somebody was faster, or sent it twice
		return a.toRegister(c)
	}
	p.Until = strings.TrimSpace(fields.Get("until"))
	until, err := casework.ParseDay(p.Until)
	if err != nil || string(until) < p.Rows[i].From {
		p.End, p.Values.From = &p.Rows[i], a.today()
		p.Errors = []view.FieldError{{Field: "until", Key: "register.until.wrong"}}
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-register", p)
	}
	err = a.store.EndDesignation(c.UserContext(), s.Handler.ID, p.Rows[i].ID, until)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return a.toRegister(c)
}
