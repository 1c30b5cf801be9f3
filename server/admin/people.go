package admin

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetPeople lists who works with the hotline.
func (a *Admin) GetPeople(c *fiber.Ctx, s session.Session) error {
	return a.sendPeople(c, s, fiber.StatusOK, view.People{Values: newcomer(s, respond.Lang(c.Context()))})
}

// newcomer is what the form begins with. Who administers an entity gives queues there,
// and with them the role.
func newcomer(s session.Session, lang string) view.PersonValues {
	v := view.PersonValues{Language: lang}
	if s.Handler.Has(store.RoleAdmin) {
		v.Roles = []string{store.RoleHandler}
	}
	return v
}

func (a *Admin) sendPeople(c *fiber.Ctx, s session.Session, status int, p view.People) error {
	ctx := c.UserContext()
	o, err := a.store.Organization(ctx)
	if err != nil {
		return err
	}
	p.Desk = s.Frame()
	p.Values.Work = workFor(o, s.Handler, p.Values)
	if p.Rows, err = a.rows(ctx, s, o); err != nil {
		return err
	}
	if p.Unattended, err = a.unattended(ctx, s, o); err != nil {
		return err
	}
	active, err := a.store.ActiveHandlers(ctx)
	if err != nil {
		return err
	}
	members := store.Members(active)
	if p.Values.Work.Everywhere {
		for _, q := range casework.Routed {
			if len(members[casework.BranchOf(q, casework.Root)]) == 0 {
				p.Uncovered = append(p.Uncovered, q)
			}
		}
		p.Dependent = len(members[casework.BranchOf(casework.Independent, casework.Root)]) == 0
		p.First = len(p.Rows) == 1
	}
	return a.answers.Send(c, status, "desk-people", p)
}

// rows are the people whom an administrator manages, and they themselves.
func (a *Admin) rows(ctx context.Context, s session.Session, o store.Organization) ([]view.PersonRow, error) {
	all, err := a.store.Handlers(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.duties(ctx)
	if err != nil {
		return nil, err
	}
	var rows []view.PersonRow
	for _, h := range all {
		if h.ID != s.HandlerID && !s.Handler.Manages(o.Entities, h) {
			continue
		}
		row, err := a.row(ctx, s, h, d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (a *Admin) row(ctx context.Context, s session.Session, h store.Handler, d duties) (view.PersonRow, error) {
	r := view.PersonRow{ID: h.ID, Name: h.Name, Email: h.Email, Roles: h.Roles, Branches: h.Own, You: h.ID == s.HandlerID}
	r.SignedIn = casework.SignedIn(h.SignedIn, a.settings.Today())
	r.StandsFor, r.Leads = d.of(h)
	r.Notify = view.NotifyValues{When: h.Notify.When, Hour: strconv.Itoa(h.Notify.Hour)}
	r.Key = h.Recipient != "" && h.Has(store.RoleHandler)
	r.NeedsKey = h.Recipient == "" && h.Has(store.RoleHandler)
	credentials, err := a.store.Credentials(ctx, h.ID)
	enrolled := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return r, err
	}
	r.Offline = r.Key && (!enrolled || len(credentials.Identity) == 0)
	until, err := a.store.Invited(ctx)
	if err != nil {
		return r, err
	}
	end, invited := until[h.ID]
	switch {
	case !h.Active():
		r.State, r.Until = "disabled", a.day(h.Disabled.Unix())
	case enrolled:
		r.State = "active"
	case invited:
		r.State, r.Until = "invited", a.day(end.Unix())
	case r.Offline:
		r.State = "active"
	default:
		r.State = "expired"
	}
	return r, nil
}

func (a *Admin) day(unix int64) string {
	return string(casework.DayOf(unixTime(unix).In(a.settings.Zone())))
}

// PostPeople invites somebody.
func (a *Admin) PostPeople(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p := view.People{Values: valuesOf(fields)}
	v := p.Values
	if !casework.ValidName(v.Name) {
		p.Errors = append(p.Errors, view.FieldError{Field: "name", Key: "people.name.wrong"})
	}
	if !casework.ValidEmail(v.Email) {
		p.Errors = append(p.Errors, view.FieldError{Field: "email", Key: "people.email.wrong"})
	}
	o, err := a.store.Organization(c.UserContext())
	if err != nil {
		return err
	}
	if v.Unplaced {
		p.Errors = append(p.Errors, view.FieldError{Field: "at", Key: "people.at.missing"})
	}
	roles, branches := work(o, v)
	p.Errors = append(p.Errors, checkWork(o, s.Handler, roles, branches)...)
	if len(p.Errors) == 0 {
		h := store.Handler{ID: crypto.NewID(), Name: v.Name, Email: v.Email, Roles: roles, Branches: branches, Notify: store.Notify{Language: v.Language}}
		i, token := session.NewInvitation(h.ID)
		i.By = s.Handler.ID
		err := a.store.InviteHandler(c.UserContext(), h, i)
		switch {
		case errors.Is(err, store.ErrExists):
			p.Errors = append(p.Errors, view.FieldError{Field: "email", Key: "people.email.taken"})
		case err != nil:
			return err
		default:
			p.Link, p.LinkFor = session.Link(a.publicURL, v.Language, token), h.Name
			p.Values = newcomer(s, v.Language)
			return a.sendPeople(c, s, fiber.StatusCreated, p)
		}
	}
	return a.sendPeople(c, s, fiber.StatusUnprocessableEntity, p)
}

func valuesOf(fields url.Values) view.PersonValues {
	v := view.PersonValues{
		Name: strings.TrimSpace(fields.Get("name")), Email: strings.TrimSpace(fields.Get("email")), Language: fields.Get("language"),
		Roles: fields["role"], Branches: fields["queue"],
	}
	if !i18n.Known(v.Language) {
		v.Language = i18n.Fallback
	}
	if at := fields.Get("at"); at != casework.Root {
		for _, role := range fields["role_at"] {
			v.Roles = append(v.Roles, store.RoleAt(role, at))
		}
		for _, queue := range fields["queue_at"] {
			v.Branches = append(v.Branches, string(casework.BranchOf(casework.Queue(queue), at)))
		}
		if len(fields["queue_at"]) > 0 {
			v.Roles = append(v.Roles, store.RoleHandler)
		}
	}
	if v.Unplaced = fields.Get("at") == casework.Root && len(fields["role_at"])+len(fields["queue_at"]) > 0; v.Unplaced {
		v.QueuesAt, v.RolesAt = fields["queue_at"], fields["role_at"]
	}
	return v
}

// workFor is what an administrator can let somebody do.
func workFor(o store.Organization, by store.Handler, v view.PersonValues) view.Work {
	w := view.Work{Everywhere: by.Has(store.RoleAdmin)}
	for _, role := range v.Roles {
		if _, entity := store.SplitRole(role); entity != casework.Root && !slices.Contains(w.Roles, role) {
			w.Roles = append(w.Roles, role)
		}
	}
	for _, written := range v.Branches {
		if b := casework.Branch(written); b.Entity() != casework.Root && !slices.Contains(w.Branches, b) {
			w.Branches = append(w.Branches, b)
		}
	}
	for _, e := range o.Entities[1:] {
		if by.Covers(store.RoleAdmin, o.Entities, e.Code) {
			w.Entities = append(w.Entities, view.Choice{Code: e.Code, Depth: o.Entities.Depth(e.Code) - 1})
		}
	}
	if len(w.Entities) == 1 && !w.Everywhere { // they can give nothing else
		w.At = w.Entities[0].Code
	}
	return w
}

// work returns roles and branches in an order of their own, those of the root first.
// Queues that were ticked for somebody who is no handler are an error, and stay.
func work(o store.Organization, v view.PersonValues) (roles []string, branches []casework.Branch) {
	for _, e := range o.Entities {
		for _, role := range store.Roles {
			if written := store.RoleAt(role, e.Code); slices.Contains(v.Roles, written) {
				roles = append(roles, written)
			}
		}
		for _, q := range o.Queues {
			if b := casework.BranchOf(q.Code, e.Code); slices.Contains(v.Branches, string(b)) {
				branches = append(branches, b)
			}
		}
	}
	return roles, branches
}

// checkWork says what is wrong with roles and branches that an administrator gives.
func checkWork(o store.Organization, by store.Handler, roles []string, branches []casework.Branch) []view.FieldError {
	switch err := o.CheckWork(roles, branches); {
	case errors.Is(err, store.ErrNoWork):
		return []view.FieldError{{Field: "role", Key: "people.role.missing"}}
	case errors.Is(err, store.ErrNoQueue):
		return []view.FieldError{{Field: "queue", Key: "people.queue.missing"}}
	case errors.Is(err, store.ErrOnlyHandler):
		return []view.FieldError{{Field: "queue", Key: "people.queue.only-handler"}}
	case err != nil || !by.Manages(o.Entities, store.Handler{Roles: roles, Branches: branches}):
		return []view.FieldError{{Field: "role", Key: "people.beyond"}}
	}
	return nil
}
