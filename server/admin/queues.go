package admin

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetQueues lists the queues, with who reads each and where.
func (a *Admin) GetQueues(c *fiber.Ctx, s session.Session) error {
	return a.sendQueues(c, s, fiber.StatusOK, view.QueueList{Removed: c.Query("removed") == "1"})
}

func (a *Admin) sendQueues(c *fiber.Ctx, s session.Session, status int, p view.QueueList) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p.Desk = s.Frame()
	for _, q := range m.Queues {
		p.Rows = append(p.Rows, view.QueueRow{QueueInfo: q, Reads: m.everywhere(q.Code)})
	}
	return a.answers.Send(c, status, "desk-queues", p)
}

// everywhere are those who read a queue, at each entity that has people of its own.
func (m made) everywhere(q casework.Queue) (all []view.Readers) {
	for _, e := range m.Entities {
		if b := casework.BranchOf(q, e.Code); len(m.members[b]) > 0 {
			all = append(all, m.readers(b, m.members[b]))
		}
	}
	return all
}

// PostQueues adds a queue.
func (a *Admin) PostQueues(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p := view.QueueList{Values: queueIn(fields, casework.QueueInfo{Code: casework.Queue(strings.ToLower(strings.TrimSpace(fields.Get("code"))))})}
	p.Errors = checkQueue(p.Values)
	if len(p.Errors) == 0 {
		err := a.putQueue(c, s, p.Values, nil)
		switch {
		case err == nil:
			return c.Redirect(c.Path()+"/"+string(p.Values.Code)+"?added=1", fiber.StatusSeeOther)
		case errors.Is(err, store.ErrExists):
			p.Errors = []view.FieldError{{Field: "code", Key: "queues.code.taken"}}
		case errors.Is(err, store.ErrTooMany):
			p.Errors = []view.FieldError{{Field: "code", Key: "queues.many", Args: []any{"Limit", casework.QueuesLimit}}}
		default:
			return err
		}
	}
	return a.sendQueues(c, s, fiber.StatusUnprocessableEntity, p)
}

func (a *Admin) putQueue(c *fiber.Ctx, s session.Session, q casework.QueueInfo, was *casework.QueueInfo) error {
	err := a.store.PutQueue(c.UserContext(), s.Handler.ID, q, was)
	a.settings.Changed()
	return err
}

// queueIn reads what is said about a queue. Who reads a built-in one, and that nobody
// chooses it, is not for an administrator to say.
func queueIn(fields url.Values, q casework.QueueInfo) casework.QueueInfo {
	q.Name, q.Names = oneLine(fields.Get("name")), translationsIn(fields, "name")
	q.Readers, q.ReadersIn = oneLine(fields.Get("readers")), translationsIn(fields, "readers")
	if !q.BuiltIn() {
		q.Choosable, q.Buyers = fields.Get("choosable") == "yes", fields.Get("buyers") == "yes"
	}
	return q
}

// checkQueue says what is wrong with a queue as it was typed. A built-in one needs no
// name: it has the program's own word.
func checkQueue(q casework.QueueInfo) (all []view.FieldError) {
	add := func(wrong bool, field, key string, args ...any) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key, Args: args})
		}
	}
	add(q.Name == "" && !q.BuiltIn(), "name", "queues.name.missing")
	add(q.Name == "" && q.BuiltIn() && len(q.Names) > 0, "name", "queues.name.also")
	add(unreadable(q.Name, organizationLimit), "name", "queues.name.wrong")
	add(!q.BuiltIn() && !casework.ValidQueueCode(string(q.Code)), "code", "queues.code.wrong")
	add(unreadable(q.Readers, casework.ReadersLimit), "readers", "queues.readers.wrong", "Limit", casework.ReadersLimit)
	add(q.Readers == "" && len(q.ReadersIn) > 0, "readers", "queues.readers.missing")
	for _, l := range i18n.Languages {
		add(unreadable(q.Names[l.Code], organizationLimit), view.TranslationField("name", l.Code), "queues.name.wrong")
		add(unreadable(q.ReadersIn[l.Code], casework.ReadersLimit), view.TranslationField("readers", l.Code), "queues.readers.wrong", "Limit", casework.ReadersLimit)
	}
	return all
}

// queue returns the page of a queue; store.ErrNotFound for one that is not there.
func (a *Admin) queue(c *fiber.Ctx, s session.Session) (p view.QueuePage, m made, err error) {
	if m, err = a.made(c.UserContext(), s); err != nil {
		return p, m, err
	}
	q, known := m.Find(casework.Queue(c.Params("code")))
	if !known {
		return p, m, store.ErrNotFound
	}
	p = view.QueuePage{Desk: s.Frame(), Stored: q, Version: version(q), Values: q, Reads: m.everywhere(q.Code)}
	p.Path = "desk/admin/queues/" + string(q.Code)
	return p, m, nil
}

// GetQueue shows a queue.
func (a *Admin) GetQueue(c *fiber.Ctx, s session.Session) error {
	p, m, err := a.queue(c, s)
	if err != nil {
		return err
	}
	p.Saved, p.Added = c.Query("saved") == "1", c.Query("added") == "1"
	if p.Remove = c.Query("remove") == "1" && !p.Stored.BuiltIn(); p.Remove {
		if p.Uses, err = a.queueUses(c, m, p.Stored.Code); err != nil {
			return err
		}
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-queue", p)
}

// queueUses are what keeps a queue from being removed, as far as it can be told: not
// whether cases are there.
func (a *Admin) queueUses(c *fiber.Ctx, m made, code casework.Queue) (u view.Uses, err error) {
	all, err := a.store.Handlers(c.UserContext())
	for _, h := range all {
		if h.Active() && slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return b.Queue() == code }) {
			u.People = append(u.People, view.Person{ID: h.ID, Name: h.Name})
		}
	}
	u.Rules = slices.ContainsFunc(m.Own, func(r casework.Rule) bool { return r.Queue == code })
	return u, err
}

// PostQueue changes what is said about it.
func (a *Admin) PostQueue(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, _, err := a.queue(c, s)
	if err != nil {
		return err
	}
	p.Values = queueIn(fields, p.Stored)
	if p.Errors = checkQueue(p.Values); len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-queue", p)
	}
	err = store.ErrConflict
	if fields.Get("seen") == p.Version {
		err = a.putQueue(c, s, p.Values, &p.Stored)
	}
	if errors.Is(err, store.ErrConflict) {
		p.Errors = []view.FieldError{{Field: "name", Key: "people.changed"}}
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-queue", p)
	}
	if err != nil {
		return err
	}
	return c.Redirect(c.Path()+"?saved=1", fiber.StatusSeeOther)
}

// PostRemoveQueue removes one of the organisation's own, unless something belongs to it.
func (a *Admin) PostRemoveQueue(c *fiber.Ctx, s session.Session, _ url.Values) error {
	p, m, err := a.queue(c, s)
	if err != nil {
		return err
	}
	if p.Stored.BuiltIn() {
		return fiber.ErrForbidden
	}
	err = a.store.DropQueue(c.UserContext(), s.Handler.ID, p.Stored.Code)
	a.settings.Changed()
	if errors.Is(err, store.ErrInUse) {
		p.Remove, p.Errors = true, []view.FieldError{{Field: "remove", Key: "queues.in-use"}}
		if p.Uses, err = a.queueUses(c, m, p.Stored.Code); err != nil {
			return err
		}
		return a.answers.Send(c, fiber.StatusConflict, "desk-queue", p)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/queues?removed=1", fiber.StatusSeeOther)
}
