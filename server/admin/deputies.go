package admin

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// duties are who acts in place of whom, and who leads what.
type duties struct {
	handlers []store.Handler
	deputies []store.Deputy
	leads    []store.Lead
}

func (a *Admin) duties(ctx context.Context) (d duties, err error) {
	if d.handlers, err = a.store.Handlers(ctx); err != nil {
		return d, err
	}
	if d.deputies, err = a.store.Deputies(ctx); err != nil {
		return d, err
	}
	d.leads, err = a.store.Leads(ctx)
	return d, err
}

// of returns whose deputy somebody is today, and what they lead.
func (d duties) of(h store.Handler) (standsFor []view.DeputyRow, leads []casework.Branch) {
	nobody := func(store.Handler) bool { return false }
	for _, row := range view.DeputiesOf(h, d.deputies, d.handlers, nobody).Stands {
		if row.Acting {
			standsFor = append(standsFor, row)
		}
	}
	for _, l := range d.leads {
		if l.HandlerID == h.ID {
			leads = append(leads, l.Branch)
		}
	}
	return standsFor, leads
}

// withDuties adds to somebody's page who can act in their place and what they can lead:
// branches that somebody reads, and that the administrator has a say in.
func (a *Admin) withDuties(p *view.PersonPage, s session.Session, h store.Handler, o store.Organization, d duties) {
	p.Deputies = view.DeputiesOf(h, d.deputies, d.handlers, func(other store.Handler) bool {
		if p.Row.You {
			return store.InLine(o.Entities, h, other)
		}
		return other.ID != s.HandlerID && s.Handler.Manages(o.Entities, other) // nobody gives themselves rights
	})
	p.Deputies.Path = p.Path
	p.Leads = version(d.leads)
	members := store.Members(d.handlers)
	for _, e := range o.Entities {
		for _, q := range o.Queues {
			b := casework.BranchOf(q.Code, e.Code)
			row := view.LeadRow{Branch: b}
			if len(members[b]) == 0 || !s.Handler.Covers(store.RoleAdmin, o.Entities, e.Code) || !casework.MayLead(h.Own, b, o.Entities.Path(e.Code)) {
				continue
			}
			if id := d.lead(b); id == h.ID {
				row.Leads = true
			} else if i := slices.IndexFunc(d.handlers, func(other store.Handler) bool { return other.ID == id }); i >= 0 {
				row.Now = d.handlers[i].Name
				row.Other = id != s.HandlerID && !s.Handler.Manages(o.Entities, d.handlers[i])
			}
			p.Leading = append(p.Leading, row)
		}
	}
}

// lead returns the id of who leads a branch, "" nobody.
func (d duties) lead(b casework.Branch) string {
	for _, l := range d.leads {
		if l.Branch == b {
			return l.HandlerID
		}
	}
	return ""
}

// PostDeputy names somebody's deputy; one's own too: it is what handlers can do on
// their own page.
func (a *Admin) PostDeputy(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if !p.Reads {
		return fiber.ErrForbidden
	}
	n := p.Deputies.Read(fields)
	n.ID, n.HandlerID = crypto.NewID(), h.ID
	if len(p.Deputies.Errors) == 0 {
		days := a.settings.Days()
		err := a.store.NameDeputy(c.UserContext(), s.Handler.ID, n, days)
		if err == nil {
			return toPerson(c, h.ID)
		}
		if !p.Deputies.Refused(err, n, days.On(h.Workplace())) {
			return err
		}
	}
	p.Errors = p.Deputies.Errors
	return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-person", p)
}

func toPerson(c *fiber.Ctx, id string) error {
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/people/"+id+"?saved=1", fiber.StatusSeeOther)
}

// PostEndDeputy ends one of somebody's deputies. Who is not there any more has ended.
func (a *Admin) PostEndDeputy(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	id := fields.Get("end")
	if slices.ContainsFunc(p.Deputies.Rows, func(row view.DeputyRow) bool { return row.ID == id }) {
		err = a.store.EndDeputy(c.UserContext(), s.Handler.ID, id)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return toPerson(c, h.ID)
}

// PostLeads changes which branches somebody leads.
func (a *Admin) PostLeads(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, h, err := a.person(c, s)
	if err != nil {
		return err
	}
	if !p.Reads {
		return fiber.ErrForbidden
	}
	d, err := a.duties(c.UserContext())
	if err != nil {
		return err
	}
	seen := fields.Get("seen") == p.Leads && version(d.leads) == p.Leads
	for i := range p.Leading {
		row := &p.Leading[i]
		was, to := d.lead(row.Branch), d.lead(row.Branch)
		switch leads := slices.Contains(fields["lead"], string(row.Branch)); {
		case row.Other:
			continue
		case leads:
			to = h.ID
		case row.Leads:
			to = ""
		}
		row.Leads = to == h.ID
		if !seen || was == to {
			continue
		}
		err := a.store.SetLead(c.UserContext(), s.Handler.ID, row.Branch, was, to)
		if seen = !errors.Is(err, store.ErrConflict); seen && err != nil {
			return err
		}
	}
	if !seen {
		p.Errors = []view.FieldError{{Field: "lead", Key: "lead.lead.changed"}}
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-person", p)
	}
	return toPerson(c, h.ID)
}

// unattended returns the branches in which nobody acts, as far as the administrator has
// a say in them. How many cases it is about is not for them to see.
func (a *Admin) unattended(ctx context.Context, s session.Session, o store.Organization) ([]casework.Branch, error) {
	all, err := a.store.Unattended(ctx)
	return slices.DeleteFunc(all, func(b casework.Branch) bool {
		return !s.Handler.Covers(store.RoleAdmin, o.Entities, b.Entity())
	}), err
}
