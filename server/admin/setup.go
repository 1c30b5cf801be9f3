package admin

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/countries"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetSetUp shows what is set up and what is missing: all of it to an administrator of
// the whole organisation, their part to one of an entity.
func (a *Admin) GetSetUp(c *fiber.Ctx, s session.Session) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p := view.SetUp{Desk: s.Frame(), Saved: c.Query("saved") == "1"}
	people, err := a.peopleStep(c, m)
	if err != nil {
		return err
	}
	if p.Handler.Everything {
		organization, err := a.organizationStep(c)
		if err != nil {
			return err
		}
		recovery, err := a.recoveryStep(c)
		if err != nil {
			return err
		}
		p.Steps = []view.Step{organization, a.entitiesStep(m), queuesStep(m), people, a.notificationsStep(m), a.contactsStep(), recovery}
	} else {
		p.Steps = []view.Step{a.entitiesStep(m), people, a.notificationsStep(m)}
	}
	for _, step := range p.Steps {
		p.Missing = p.Missing || step.State == view.StepMissing
	}
	p.Reports = m.typical()
	return a.answers.Send(c, fiber.StatusOK, "desk-set-up", p)
}

// organizationStep: its page was saved, and days are counted in a zone that was chosen.
func (a *Admin) organizationStep(c *fiber.Ctx) (view.Step, error) {
	step := view.Step{Code: "organization", State: view.StepDone}
	chosen, err := a.store.Settings(c.UserContext())
	if first(chosen) {
		step.Note("set-up.organization.first", view.Note{})
	} else if !a.settings.Zoned() {
		step.Note("set-up.organization.zone", view.Note{})
	}
	return step, err
}

// entitiesStep is optional. A company whose days are counted as they are not where it
// is has something missing.
func (a *Admin) entitiesStep(m made) view.Step {
	step := view.Step{Code: "entities", State: view.StepOptional}
	for _, code := range m.managed() {
		if code == casework.Root {
			continue
		}
		step.State = max(step.State, view.StepDone)
		holds := m.Entities.Effective(code)
		if zones := countries.Zones(holds.Country); len(zones) > 0 && !slices.Contains(zones, holds.TimeZone) {
			step.Note("set-up.entities.zone", view.Note{Entity: code})
		}
	}
	return step
}

// queuesStep is optional. What reporters may choose must have readers.
func queuesStep(m made) view.Step {
	step := view.Step{Code: "queues", State: view.StepOptional}
	for _, q := range m.Queues {
		if q.BuiltIn() {
			continue
		}
		step.State = max(step.State, view.StepDone)
		if len(m.everywhere(q.Code)) == 0 {
			step.Note("set-up.queues.unread", view.Note{Queue: q.Code})
		}
	}
	return step
}

// peopleStep: whatever the rules say, somebody with a key reads it.
func (a *Admin) peopleStep(c *fiber.Ctx, m made) (view.Step, error) {
	step := view.Step{Code: "people", State: view.StepDone}
	managed := m.managed()
	if m.by.Has(store.RoleAdmin) {
		managed = managed[:1]
	}
	for _, code := range managed {
		for _, q := range casework.Routed {
			if _, _, read := m.members.Nearest(q, m.Entities.Path(code)); !read {
				step.Note("set-up.people.unread", view.Note{Queue: q, Entity: code})
			}
		}
	}
	if _, _, read := m.members.Nearest(casework.Independent, m.Entities.Path(managed[0])); !read {
		step.Note("set-up.people.independent", view.Note{})
	}
	invited, err := a.store.Invited(c.UserContext())
	if err != nil {
		return step, err
	}
	all, err := a.store.Handlers(c.UserContext())
	for _, h := range all {
		if _, is := invited[h.ID]; is && h.Active() && h.Recipient == "" && m.by.Manages(m.Entities, h) {
			step.Waiting = append(step.Waiting, h.Name)
		}
	}
	return step, err
}

// contactsStep: reporters see the emergency numbers of every country.
func (a *Admin) contactsStep() view.Step {
	step := view.Step{Code: "contacts", State: view.StepDone}
	chosen := a.settings.Current()
	chosen.Countries = a.settings.Countries()
	if len(chosen.Countries) == 0 {
		step.Note("set-up.contacts.none", view.Note{})
	}
	shown := settings.ConfirmedContacts(chosen)
	for _, code := range chosen.Countries {
		if !slices.ContainsFunc(shown, func(c casework.Contacts) bool { return c.Country == code }) {
			step.Note("set-up.contacts.unconfirmed", view.Note{Country: code})
		}
	}
	return step
}

// recoveryStep is optional.
func (a *Admin) recoveryStep(c *fiber.Ctx) (view.Step, error) {
	step := view.Step{Code: "recovery", State: view.StepOptional}
	holds, err := a.store.RecoveryRecipient(c.UserContext())
	if holds != "" {
		step.State = view.StepDone
	}
	return step, err
}

// typicalLimit is for how many entities the page says who reads there.
const typicalLimit = 8

// typical says who would read some reports that are sent now: about the first entity
// that the administrator manages, and about those with people of their own.
func (m made) typical() (all []view.Typical) {
	reports := []casework.Answers{
		{Kind: casework.KindReport, Relationship: "employee", Subject: casework.SubjectOwn, Category: "power-harassment"},
		{Kind: casework.KindReport, Relationship: "supplier", Subject: casework.SubjectSupplier, Category: "foreign-trainees"},
		{Kind: casework.KindReport, Relationship: "employee", Subject: casework.SubjectOwn, Category: "bribery"},
	}
	for i, code := range m.managed() {
		if i > 0 && len(m.own(code)) == 0 || len(all) == typicalLimit {
			continue
		}
		at := view.Typical{Entity: code}
		for _, answers := range reports {
			at.Reports = append(at.Reports, view.Example{Entity: code, Answers: answers, After: view.Decision{Readers: m.receives(code, answers)}})
		}
		all = append(all, at)
	}
	return all
}
