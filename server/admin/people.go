package admin

import (
	"context"
	"errors"
	"net/url"
	"slices"
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
	return a.sendPeople(c, s, fiber.StatusOK, view.People{Values: view.PersonValues{Roles: []string{store.RoleHandler}, Language: respond.Lang(c.Context())}})
}

func (a *Admin) sendPeople(c *fiber.Ctx, s session.Session, status int, p view.People) error {
	p.Desk = s.Frame()
	var err error
	if p.Rows, err = a.rows(c.UserContext(), s); err != nil {
		return err
	}
	covered := map[casework.Queue]bool{}
	for _, r := range p.Rows {
		for _, q := range r.Queues {
			covered[q] = covered[q] || r.Key && r.State != "disabled"
		}
	}
	for _, q := range casework.Routed {
		if !covered[q] {
			p.Uncovered = append(p.Uncovered, q)
		}
	}
	p.Dependent = !covered[casework.Independent]
	p.First = len(p.Rows) == 1
	return a.answers.Send(c, status, "desk-people", p)
}

func (a *Admin) rows(ctx context.Context, s session.Session) ([]view.PersonRow, error) {
	all, err := a.store.Handlers(ctx)
	if err != nil {
		return nil, err
	}
	var rows []view.PersonRow
	for _, h := range all {
		row, err := a.row(ctx, s, h)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (a *Admin) row(ctx context.Context, s session.Session, h store.Handler) (view.PersonRow, error) {
	r := view.PersonRow{ID: h.ID, Name: h.Name, Email: h.Email, Roles: h.Roles, Queues: h.Queues, You: h.ID == s.HandlerID}
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
	roles, queues := work(v)
	p.Errors = append(p.Errors, checkWork(roles, queues)...)
	if len(p.Errors) == 0 {
		h := store.Handler{ID: crypto.NewID(), Name: v.Name, Email: v.Email, Roles: roles, Queues: queues}
		i, token := session.NewInvitation(h.ID)
		i.By = s.Handler.ID
		err := a.store.InviteHandler(c.UserContext(), h, i)
		if errors.Is(err, store.ErrExists) {
			p.Errors = append(p.Errors, view.FieldError{Field: "email", Key: "people.email.taken"})
		} else if err != nil {
			return err
		} else {
			p.Link, p.LinkFor = session.Link(a.publicURL, v.Language, token), h.Name
			p.Values = view.PersonValues{Roles: []string{store.RoleHandler}, Language: v.Language}
			return a.sendPeople(c, s, fiber.StatusCreated, p)
		}
	}
	return a.sendPeople(c, s, fiber.StatusUnprocessableEntity, p)
}

func valuesOf(fields url.Values) view.PersonValues {
	v := view.PersonValues{
		Name: strings.TrimSpace(fields.Get("name")), Email: strings.TrimSpace(fields.Get("email")), Language: fields.Get("language"),
		Roles: fields["role"], Queues: fields["queue"],
	}
	if !i18n.Known(v.Language) {
		v.Language = i18n.Fallback
	}
	return v
}

// work returns roles and queues in their own order. Queues that were ticked for
// somebody who is no handler are an error, and stay.
func work(v view.PersonValues) (roles []string, queues []casework.Queue) {
	for _, r := range store.Roles {
		if slices.Contains(v.Roles, r) {
			roles = append(roles, r)
		}
	}
	for _, q := range casework.Queues {
		if slices.Contains(v.Queues, string(q)) {
			queues = append(queues, q)
		}
	}
	return roles, queues
}

func checkWork(roles []string, queues []casework.Queue) []view.FieldError {
	switch err := store.CheckWork(roles, queues); {
	case errors.Is(err, store.ErrNoWork):
		return []view.FieldError{{Field: "role", Key: "people.role.missing"}}
	case errors.Is(err, store.ErrNoQueue):
		return []view.FieldError{{Field: "queue", Key: "people.queue.missing"}}
	case errors.Is(err, store.ErrOnlyHandler):
		return []view.FieldError{{Field: "queue", Key: "people.queue.only-handler"}}
	}
	return nil
}
