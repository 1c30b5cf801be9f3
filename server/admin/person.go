package admin

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

func unixTime(unix int64) time.Time { return time.Unix(unix, 0) }

// person returns somebody's page, and who they are; store.ErrNotFound for an
// unknown id.
func (a *Admin) person(c *fiber.Ctx, s session.Session) (view.PersonPage, store.Handler, error) {
	ctx := c.UserContext()
	id := c.Params("id")
	if !crypto.ValidID(id) {
		return view.PersonPage{}, store.Handler{}, store.ErrNotFound
	}
	h, err := a.store.Handler(ctx, id)
	if err != nil {
		return view.PersonPage{}, h, err
	}
	o, err := a.store.Organization(ctx)
	if err != nil {
		return view.PersonPage{}, h, err
	}
	if h.ID != s.HandlerID && !s.Handler.Manages(o.Entities, h) {
		return view.PersonPage{}, h, store.ErrNotFound
	}
	p := view.PersonPage{Desk: s.Frame(), Reads: h.Active() && h.Has(store.RoleHandler), ShownAs: h.ShownAs, ShownIn: h.ShownIn, Values: view.PersonValues{Roles: h.Roles, Language: respond.Lang(c.Context())}}
	p.Path = "desk/admin/people/" + h.ID
	for _, b := range h.Own {
		p.Values.Branches = append(p.Values.Branches, string(b))
	}
	p.Values.Work = workFor(o, s.Handler, p.Values)
	d, err := a.duties(ctx)
	if err != nil {
		return p, h, err
	}
	if p.Row, err = a.row(ctx, s, h, d); err != nil {
		return p, h, err
	}
	if p.Reads {
		a.withDuties(&p, s, h, o, d)
	}
	if _, err := a.store.Credentials(ctx, h.ID); err == nil {
		p.Enrolled = true
	}
	if p.Register, err = a.register(ctx, h.ID); err != nil {
		return p, h, err
	}
	if p.Row.Key && h.Active() { // how many cases there are is not for an administrator to see
		var cases int
		if cases, err = a.store.CasesOnlyOpenableBy(ctx, h.ID); err == nil {
			p.Only = cases > 0
			p.Alone, err = a.alone(ctx, h)
		}
	}
	return p, h, err
}

// alone returns the branches that nobody but this handler reads.
func (a *Admin) alone(ctx context.Context, h store.Handler) (branches []casework.Branch, err error) {
	active, err := a.store.ActiveHandlers(ctx)
	members := store.Members(slices.DeleteFunc(active, func(o store.Handler) bool { return o.ID == h.ID }))
	for _, b := range h.Own {
		if len(members[b]) == 0 {
			branches = append(branches, b)
		}
	}
	return branches, err
}

// GetPerson shows somebody who works with the hotline.
func (a *Admin) GetPerson(c *fiber.Ctx, s session.Session) error {
	p, _, err := a.person(c, s)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "1"
	p.Disable = c.Query("disable") == "1" && p.Row.State != "disabled" && !p.Row.You
	return a.answers.Send(c, fiber.StatusOK, "desk-person", p)
}

// PostPerson changes somebody's roles and queues. Nobody changes their own.
func (a *Admin) PostPerson(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if p.Row.You || !h.Active() {
		return fiber.ErrForbidden
	}
	v := valuesOf(fields)
	o, err := a.store.Organization(c.UserContext())
	if err != nil {
		return err
	}
	p.Values.Roles, p.Values.Branches, p.Values.QueuesAt, p.Values.RolesAt = v.Roles, v.Branches, v.QueuesAt, v.RolesAt
	p.Values.Work = workFor(o, s.Handler, p.Values)
	roles, branches := work(o, v)
	if v.Unplaced {
		p.Errors = []view.FieldError{{Field: "at", Key: "people.at.missing"}}
	} else {
		p.Errors = checkWork(o, s.Handler, roles, branches)
	}
	if len(p.Errors) == 0 {
		err := a.store.SetHandlerWork(c.UserContext(), s.Handler.ID, h, roles, branches)
		switch {
		case errors.Is(err, store.ErrBeyond), errors.Is(err, store.ErrNoSuchWork):
			p.Errors = []view.FieldError{{Field: "role", Key: "people.beyond"}}
		case errors.Is(err, store.ErrLast):
			p.Errors = []view.FieldError{{Field: "role", Key: "people.last"}}
		case errors.Is(err, store.ErrConflict):
			p.Errors = []view.FieldError{{Field: "role", Key: "people.changed"}}
		case err != nil:
			return err
		default:
			return c.Redirect(c.Path()+"?saved=1", fiber.StatusSeeOther)
		}
	}
	return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-person", p)
}

// shownLimit is the longest text by which reporters can exclude a handler,
// characters.
const shownLimit = 80

// PostShown sets by what name or office reporters can exclude somebody, oneself
// too: it gives no rights.
func (a *Admin) PostShown(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if !p.Reads {
		return fiber.ErrForbidden
	}
	p.ShownAs, p.ShownIn = oneLine(fields.Get("shown_as")), translationsIn(fields, "shown_as")
	if p.Errors = checkShown(p); len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-person", p)
	}
	if p.ShownAs != h.ShownAs || !maps.Equal(p.ShownIn, h.ShownIn) {
		if err := a.store.SetShownAs(c.UserContext(), s.Handler.ID, h.ID, p.ShownAs, p.ShownIn); err != nil {
			return err
		}
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/people/"+h.ID+"?saved=1", fiber.StatusSeeOther)
}

func checkShown(p view.PersonPage) (all []view.FieldError) {
	check := func(field, text string) {
		if unreadable(text, shownLimit) {
			all = append(all, view.FieldError{Field: field, Key: "person.shown-as.wrong", Args: []any{"Limit", shownLimit}})
		}
	}
	check("shown_as", p.ShownAs)
	for _, l := range i18n.Languages {
		check(view.TranslationField("shown_as", l.Code), p.ShownIn[l.Code])
	}
	if p.ShownAs == "" && len(p.ShownIn) > 0 { // whoever reads another language would not be offered the choice
		all = append(all, view.FieldError{Field: "shown_as", Key: "person.shown-as.missing"})
	}
	return all
}

// PostInvite makes a new link for somebody: the first has ended, the password is
// lost, or they need a key.
func (a *Admin) PostInvite(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if p.Row.You || !h.Active() {
		return fiber.ErrForbidden
	}
	i, token := session.NewInvitation(h.ID)
	i.By = s.Handler.ID
	if err := a.store.Invite(c.UserContext(), i); err != nil {
		return err
	}
	p.Link = session.Link(a.publicURL, valuesOf(fields).Language, token)
	return a.answers.Send(c, fiber.StatusCreated, "desk-person", p)
}

// PostDisable ends somebody's work.
func (a *Admin) PostDisable(c *fiber.Ctx, s session.Session, _ url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if p.Row.You {
		return fiber.ErrForbidden
	}
	err = a.store.DisableHandler(c.UserContext(), s.Handler.ID, h.Email)
	if errors.Is(err, store.ErrLast) {
		p.Errors = []view.FieldError{{Field: "disable", Key: "people.last"}}
		return a.answers.Send(c, fiber.StatusConflict, "desk-person", p)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/people", fiber.StatusSeeOther)
}
