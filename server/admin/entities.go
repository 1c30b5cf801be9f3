package admin

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/countries"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// GetEntities lists the companies and sites that an administrator manages.
func (a *Admin) GetEntities(c *fiber.Ctx, s session.Session) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p := view.EntityList{Removed: c.Query("removed") == "1"}
	if managed := m.managed(); len(managed) > 0 {
		p.Values.Parent = managed[0]
	}
	return a.sendEntities(c, s, fiber.StatusOK, m, p)
}

func (a *Admin) sendEntities(c *fiber.Ctx, s session.Session, status int, m made, p view.EntityList) error {
	p.Desk, p.Now = s.Frame(), a.now()
	managed := m.managed()
	p.Parents = m.choices(managed)
	for _, code := range managed {
		p.Rows = append(p.Rows, view.EntityRow{Entity: m.Entities.Effective(code), Depth: m.Entities.Depth(code) - m.top(managed), Queues: m.own(code)})
	}
	return a.answers.Send(c, status, "desk-entities", p)
}

// PostEntities adds one. What is not asked here is proposed, and stands on its page.
func (a *Admin) PostEntities(c *fiber.Ctx, s session.Session, fields url.Values) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p := view.EntityList{Values: entityValues(fields)}
	v := &p.Values
	e := casework.Entity{Code: v.Code, Parent: v.Parent, Name: v.Name, Country: v.Country, TimeZone: v.TimeZone}
	if e.Country != "" {
		e.Profile = law.ProfileFor(e.Country)
	}
	p.Errors = a.checkEntity(m, &e, fields)
	p.Ask = fields.Has("time_zone") || slices.ContainsFunc(p.Errors, func(e view.FieldError) bool { return e.Field == "time_zone" })
	if !m.administers(e.Parent) {
		p.Errors = append(p.Errors, view.FieldError{Field: "parent", Key: "entity.parent.wrong"})
	}
	if len(p.Errors) == 0 {
		if err = a.putEntity(c, s, e, nil); err == nil {
			return c.Redirect(c.Path()+"/"+e.Code+"?added=1", fiber.StatusSeeOther)
		}
		if p.Errors = entityErrors(err); p.Errors == nil {
			return err
		}
	}
	return a.sendEntities(c, s, fiber.StatusUnprocessableEntity, m, p)
}

func (a *Admin) putEntity(c *fiber.Ctx, s session.Session, e casework.Entity, was *casework.Entity) error {
	err := a.store.PutEntity(c.UserContext(), s.Handler.ID, e, was)
	a.settings.Changed()
	return err
}

// entityErrors puts into words what the store says of an entity, nil for what is no
// mistake of whoever typed it.
func entityErrors(err error) []view.FieldError {
	for _, known := range []struct {
		err        error
		field, key string
	}{
		{store.ErrExists, "code", "entity.code.taken"}, {store.ErrConflict, "name", "people.changed"}, {casework.ErrEntityCode, "code", "entity.code.wrong"}, {casework.ErrEntityName, "name", "entity.name.wrong"},
		{casework.ErrEntityParent, "parent", "entity.parent.wrong"},
	} {
		if errors.Is(err, known.err) {
			return []view.FieldError{{Field: known.field, Key: known.key}}
		}
	}
	switch {
	case errors.Is(err, casework.ErrEntityDeep):
		return []view.FieldError{{Field: "parent", Key: "entity.parent.deep", Args: []any{"Limit", casework.EntityDepth}}}
	case errors.Is(err, casework.ErrEntityMany):
		return []view.FieldError{{Field: "code", Key: "entity.many", Args: []any{"Limit", casework.EntitiesLimit}}}
	}
	return nil
}

func entityValues(fields url.Values) view.EntityValues {
	v := view.EntityValues{
		Code: strings.ToLower(strings.TrimSpace(fields.Get("code"))), Parent: fields.Get("parent"), Name: oneLine(fields.Get("name")), Names: translationsIn(fields, "name"),
		Country: fields.Get("country"), TimeZone: fields.Get("time_zone"), Profile: fields.Get("profile"),
		Contact: lines(fields.Get("contact")), Contacts: linesIn(fields, "contact"), People: strings.TrimSpace(fields.Get("people")),
	}
	for _, l := range i18n.Languages {
		if slices.Contains(fields["languages"], l.Code) {
			v.Languages = append(v.Languages, l.Code)
		}
	}
	return v
}

// checkEntity says what is wrong with an entity as it was typed, and fills in the time
// zone of a country that has one alone. Where it stands is for the store to check.
func (a *Admin) checkEntity(m made, e *casework.Entity, fields url.Values) (all []view.FieldError) {
	add := func(wrong bool, field, key string, args ...any) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key, Args: args})
		}
	}
	add(e.Name == "", "name", "entity.name.missing")
	add(unreadable(e.Name, organizationLimit), "name", "entity.name.wrong")
	add(!casework.ValidEntityCode(e.Code), "code", "entity.code.wrong")
	for _, l := range i18n.Languages {
		add(unreadable(e.Names[l.Code], organizationLimit), view.TranslationField("name", l.Code), "entity.name.wrong")
		add(unreadable(e.Contacts[l.Code], casework.ContactLimit), view.TranslationField("contact", l.Code), "entity.contact.wrong", "Limit", casework.ContactLimit)
	}
	add(unreadable(e.Contact, casework.ContactLimit), "contact", "entity.contact.wrong", "Limit", casework.ContactLimit)
	add(e.Contact == "" && len(e.Contacts) > 0, "contact", "entity.contact.missing")
	known := e.Country == "" || slices.Contains(i18n.CountryCodes(), e.Country)
	add(!known, "country", "entity.country.wrong")
	if known {
		add(!a.zoned(m, e), "time_zone", "entity.time-zone.missing")
	}
	add(e.Profile != "" && !slices.Contains(law.Profiles(), e.Profile), "profile", "entity.profile.wrong")
	if typed := strings.TrimSpace(fields.Get("people")); typed != "" {
		n, err := strconv.Atoi(typed)
		add(err != nil || n < 0 || n > casework.EntityPeopleLimit, "people", "entity.people.wrong")
		e.People = n
	}
	return all
}

// zoned reports whether the time zone is one of the entity's country. Of a country
// that has one alone nobody has to choose it.
func (a *Admin) zoned(m made, e *casework.Entity) bool {
	above := m.Entities.Effective(e.Parent)
	country := e.Country
	if country == "" {
		country = above.Country
	}
	zones := countries.Zones(country)
	switch {
	case len(zones) == 0:
		return e.TimeZone == ""
	case e.TimeZone != "":
		return slices.Contains(zones, e.TimeZone)
	case e.Country == "" || slices.Contains(zones, above.TimeZone):
		return true
	case len(zones) == 1:
		e.TimeZone = zones[0]
		return true
	}
	return false
}

// lines takes away the white space that nobody sees, line by line.
func lines(text string) string {
	var all []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		line = oneLine(line)
		if line != "" || len(all) > 0 && all[len(all)-1] != "" {
			all = append(all, line)
		}
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// linesIn is translationsIn for texts of several lines.
func linesIn(fields url.Values, name string) casework.Translations {
	t := casework.Translations{}
	for _, l := range i18n.Languages {
		if text := lines(fields.Get(view.TranslationField(name, l.Code))); text != "" && utf8.ValidString(text) {
			t[l.Code] = text
		}
	}
	return t
}

// toEntities leads to the list.
func toEntities(c *fiber.Ctx) error {
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/entities?removed=1", fiber.StatusSeeOther)
}
