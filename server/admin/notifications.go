package admin

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/notify"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// Mail is how people are told that there is something new.
type Mail struct {
	view.MailSetUp
	Sender *notify.Mail // nil: there is no mail
}

// testLimit is how long a test mail may take.
const testLimit = time.Minute

// GetNotifications says whether mail is set up, and whom it does not reach.
func (a *Admin) GetNotifications(c *fiber.Ctx, s session.Session) error {
	return a.sendNotifications(c, s, fiber.StatusOK, "")
}

func (a *Admin) sendNotifications(c *fiber.Ctx, s session.Session, status int, test string) error {
	ctx := c.UserContext()
	m, err := a.made(ctx, s)
	if err != nil {
		return err
	}
	p := view.Notifications{Desk: s.Frame(), Mail: a.mail.MailSetUp, Test: test, Untold: m.untold()}
	unreached, err := a.store.Unreached(ctx, s.Handler)
	if err != nil {
		return err
	}
	for _, u := range unreached {
		p.Unreached = append(p.Unreached, view.UnreachedRow{
			ID: u.Handler.ID, Name: u.Handler.Name, Email: u.Handler.Email, Since: a.day(u.First.Unix()), Fault: u.Fault, GivenUp: u.Next.IsZero(),
		})
	}
	all, err := a.store.Handlers(ctx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.Active() && h.Notify.When == store.NotifyNone && (h.ID == s.HandlerID || s.Handler.Manages(m.Entities, h)) {
			p.Silent = append(p.Silent, view.SilentRow{ID: h.ID, Name: h.Name, Roles: h.Roles, Branches: h.Branches})
		}
	}
	return a.answers.Send(c, status, "desk-notifications", p)
}

// untold lists the branches, of those that the administrator manages, in which everybody
// has chosen to hear of nothing.
func (m made) untold() (branches []casework.Branch) {
	hears := map[string]bool{}
	for _, h := range m.active {
		hears[h.ID] = h.Notify.When != store.NotifyNone
	}
	for _, code := range m.managed() {
		for _, q := range m.Queues {
			b := casework.BranchOf(q.Code, code)
			told := false
			for _, id := range m.members[b] {
				told = told || hears[id]
			}
			if len(m.members[b]) > 0 && !told {
				branches = append(branches, b)
			}
		}
	}
	return branches
}

// PostTestMail sends a mail to the administrator's own address, and says what came of it.
func (a *Admin) PostTestMail(c *fiber.Ctx, s session.Session, _ url.Values) error {
	if a.mail.Sender == nil {
		return a.sendNotifications(c, s, fiber.StatusConflict, "")
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), testLimit)
	defer cancel()
	err := a.mail.Sender.Test(ctx, s.Handler.Email, s.Handler.Notify.Language, a.now())
	var f *notify.Fault
	switch {
	case err == nil:
		return a.sendNotifications(c, s, fiber.StatusOK, view.TestSent)
	case errors.As(err, &f):
		return a.sendNotifications(c, s, fiber.StatusUnprocessableEntity, f.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return a.sendNotifications(c, s, fiber.StatusUnprocessableEntity, casework.FaultTimeout)
	}
	return err
}

// notificationsStep: there is mail, and in every branch somebody hears of new cases.
func (a *Admin) notificationsStep(m made) view.Step {
	step := view.Step{Code: "notifications", State: view.StepDone}
	if !a.mail.On() {
		step.Note("set-up.notifications.mail", view.Note{})
	}
	for _, b := range m.untold() {
		step.Note("set-up.notifications.silent", view.Note{Branch: b})
	}
	return step
}
