package admin

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// entity returns the page of a company or site, and what is stored of it;
// store.ErrNotFound for one that the administrator does not manage. The organisation
// itself has its own page.
func (a *Admin) entity(c *fiber.Ctx, s session.Session) (p view.EntityPage, m made, e casework.Entity, err error) {
	if m, err = a.made(c.UserContext(), s); err != nil {
		return p, m, e, err
	}
	code := c.Params("code")
	e, known := m.Entities.Find(code)
	if !known || code == casework.Root || !m.administers(code) {
		return p, m, e, store.ErrNotFound
	}
	p = view.EntityPage{Desk: s.Frame(), Stored: e, Now: a.now(), Values: view.EntityValues{
		Code: code, Parent: e.Parent, Name: e.Name, Names: e.Names, Country: e.Country, TimeZone: e.TimeZone, Profile: e.Profile, Languages: e.Languages, Contact: e.Contact, Contacts: e.Contacts,
	}}
	p.Path, p.Version = "desk/admin/entities/"+code, version(e)
	if e.People > 0 {
		p.Values.People = strconv.Itoa(e.People)
	}
	if m.administers(e.Parent) {
		p.Parents = m.choices(slices.DeleteFunc(m.managed(), func(above string) bool { return m.Entities.Within(above, code) }))
	}
	for _, q := range m.Queues {
		p.Reads = append(p.Reads, m.readersOf(q.Code, code))
	}
	holds := m.Entities.Effective(code)
	for _, l := range i18n.Languages {
		if slices.Contains(holds.Languages, l.Code) {
			p.Addresses = append(p.Addresses, view.Address{Language: l, URL: a.publicURL + "/" + l.Code + "/at/" + code + "/"})
		}
	}
	return p, m, e, nil
}

// filled adds what depends on what was chosen or typed.
func (a *Admin) filled(m made, p view.EntityPage) view.EntityPage {
	p.Above = m.Entities.Effective(p.Values.Parent)
	p.Seen = m.seen(p.Values.Code)
	p.Proposed = law.ProfileFor(cmp.Or(p.Values.Country, p.Above.Country))
	for _, code := range law.Profiles() {
		profile := law.ProfileOf(code)
		p.Profiles = append(p.Profiles, view.ProfileLine{Profile: profile})
	}
	return p
}

// GetEntity shows a company or site.
func (a *Admin) GetEntity(c *fiber.Ctx, s session.Session) error {
	p, m, _, err := a.entity(c, s)
	if err != nil {
		return err
	}
	p.Saved, p.Added = c.Query("saved") == "1", c.Query("added") == "1"
	if p.Remove = c.Query("remove") == "1"; p.Remove {
		if p.Uses, err = a.uses(c.UserContext(), s, m, p.Values.Code); err != nil {
			return err
		}
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-entity", a.filled(m, p))
}

// uses are what keeps an entity from being removed, as far as it can be told: not
// whether cases belong to it.
func (a *Admin) uses(ctx context.Context, s session.Session, m made, code string) (u view.Uses, err error) {
	u.Below = m.Entities.Below(code)[1:]
	all, err := a.store.Handlers(ctx)
	for _, h := range all {
		at := slices.ContainsFunc(h.Roles, func(written string) bool { _, entity := store.SplitRole(written); return entity == code }) ||
			slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return b.Entity() == code })
		switch {
		case !at || !h.Active():
		case s.Handler.Manages(m.Entities, h):
			u.People = append(u.People, view.Person{ID: h.ID, Name: h.Name})
		default: // who works elsewhere too is counted, not named
			u.Others++
		}
	}
	if err != nil {
		return u, err
	}
	u.Rules = slices.ContainsFunc(m.Own, func(r casework.Rule) bool { return slices.Contains(r.Entities, code) })
	hooks, err := a.store.Webhooks(ctx)
	u.Webhooks = slices.ContainsFunc(hooks, func(w casework.Webhook) bool { return w.Entity == code })
	return u, err
}

// PostEntity changes what is said about it.
func (a *Admin) PostEntity(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, m, e, err := a.entity(c, s)
	if err != nil {
		return err
	}
	v := entityValues(fields)
	v.Code = e.Code
	if p.Parents == nil { // what is above is not theirs to choose
		v.Parent = e.Parent
	}
	p.Values = v
	e.Parent, e.Name, e.Names, e.Country, e.TimeZone, e.Profile, e.Languages = v.Parent, v.Name, v.Names, v.Country, v.TimeZone, v.Profile, v.Languages
	e.Contact, e.Contacts, e.People = v.Contact, v.Contacts, 0
	p.Errors = a.checkEntity(m, &e, fields)
	if e.Parent != p.Stored.Parent && !m.administers(e.Parent) {
		p.Errors = append(p.Errors, view.FieldError{Field: "parent", Key: "entity.parent.wrong"})
	}
	if len(p.Errors) == 0 {
		err = store.ErrConflict
		if fields.Get("seen") == p.Version {
			err = a.putEntity(c, s, e, &p.Stored)
		}
		if err == nil {
			return c.Redirect(c.Path()+"?saved=1", fiber.StatusSeeOther)
		}
		if p.Errors = entityErrors(err); p.Errors == nil {
			return err
		}
	}
	return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-entity", a.filled(m, p))
}

// PostRemoveEntity removes it, unless something belongs to it.
func (a *Admin) PostRemoveEntity(c *fiber.Ctx, s session.Session, _ url.Values) error {
	p, m, e, err := a.entity(c, s)
	if err != nil {
		return err
	}
	err = a.store.DropEntity(c.UserContext(), s.Handler.ID, e.Code, a.settings.TodayAt(e.Code))
	a.settings.Changed()
	if errors.Is(err, store.ErrInUse) {
		p.Remove = true
		if p.Uses, err = a.uses(c.UserContext(), s, m, e.Code); err != nil {
			return err
		}
		p.Errors = []view.FieldError{{Field: "remove", Key: "entity.in-use"}}
		return a.answers.Send(c, fiber.StatusConflict, "desk-entity", a.filled(m, p))
	}
	if err != nil {
		return err
	}
	return toEntities(c)
}
