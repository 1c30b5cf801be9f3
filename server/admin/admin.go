// Package admin is where a hotline is set up: the organisation, its dates and
// languages, and the people who work with it. Nothing here reads a case.
package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/countries"
	"hotline/server/notify/webhook"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// Admin serves the pages of the administration.
type Admin struct {
	publicURL string
	store     *store.Store
	settings  *settings.Settings
	words     *words.Words
	answers   *view.Answers
	mail      Mail
	texts     *i18n.Catalog
	webhooks  *webhook.Sender
	now       func() time.Time
}

// Parts are what the administration works with.
type Parts struct {
	PublicURL string // without a slash at the end
	Store     *store.Store
	Settings  *settings.Settings
	Words     *words.Words
	Answers   *view.Answers
	Mail      Mail
	Texts     *i18n.Catalog
	Webhooks  *webhook.Sender
	Now       func() time.Time
}

// New assembles the administration.
func New(p Parts) *Admin {
	return &Admin{
		publicURL: p.PublicURL, store: p.Store, settings: p.Settings, words: p.Words, answers: p.Answers, mail: p.Mail, texts: p.Texts, webhooks: p.Webhooks, now: p.Now,
	}
}

// organizationLimit is the longest name of an organisation, characters.
const organizationLimit = 100

// GetOrganization is the page of what holds for the whole hotline.
func (a *Admin) GetOrganization(c *fiber.Ctx, s session.Session) error {
	holds := a.settings.Current()
	chosen, err := a.store.Settings(c.UserContext())
	if err != nil {
		return err
	}
	p := a.organization(s)
	p.Name, p.Names, p.ExitURL, p.Languages, p.Profile = holds.Organization, holds.Names, holds.ExitURL, holds.Languages, holds.Profile
	p.Countries, p.TimeZone, p.Escalate = holds.Countries, holds.TimeZone, holds.Escalate
	p.First = first(chosen)
	p.Saved = c.Query("saved") == "1"
	return a.answers.Send(c, fiber.StatusOK, "desk-organization", p)
}

// first reports whether nobody has finished the page yet.
func first(chosen store.Settings) bool { return chosen.Profile == "" }

func (a *Admin) organization(s session.Session) view.Organization {
	fixed := a.settings.Fixed()
	p := view.Organization{
		Desk: s.Frame(), FixedName: fixed.Organization != "", FixedExit: fixed.ExitURL != "", FixedZone: fixed.TimeZone != "", Now: a.now(),
	}
	today := a.settings.Today()
	for _, code := range law.Profiles() {
		profile := law.ProfileOf(code)
		p.Profiles = append(p.Profiles, view.ProfileLine{Profile: profile, Today: profile.Dates(law.History{State: casework.Received, Received: today})})
	}
	return p
}

// PostOrganization takes what was chosen. In the course of setting up it leads on
// to what is still missing.
func (a *Admin) PostOrganization(c *fiber.Ctx, s session.Session, fields url.Values) error {
	before, err := a.store.Settings(c.UserContext())
	if err != nil {
		return err
	}
	p := a.organization(s)
	a.readOrganization(&p, fields)
	p.First = first(before)
	p.Errors = checkOrganization(p)
	if len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-organization", p)
	}
	chosen := store.Settings{
		Organization: p.Name, Names: p.Names, ExitURL: p.ExitURL, Languages: p.Languages, Profile: p.Profile, Countries: p.Countries, TimeZone: p.TimeZone,
		Escalate: p.Escalate,
	}
	if chosen.Escalate == strconv.Itoa(casework.EscalateDays) { // as long as nobody chose another
		chosen.Escalate = ""
	}
	if p.FixedName { // what is set elsewhere hides what was chosen, and does not replace it
		chosen.Organization = before.Organization
	}
	if p.FixedExit {
		chosen.ExitURL = before.ExitURL
	}
	if p.FixedZone {
		chosen.TimeZone = before.TimeZone
	}
	if err := a.settings.Save(c.UserContext(), s.Handler.ID, chosen); err != nil {
		return err
	}
	to := "organization?saved=1"
	if p.First {
		to = "set-up?saved=1"
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/"+to, fiber.StatusSeeOther)
}

// readOrganization takes the fields of the form. What is set elsewhere stays as it is.
func (a *Admin) readOrganization(p *view.Organization, fields url.Values) {
	fixed := a.settings.Fixed()
	p.Name, p.ExitURL, p.Profile = strings.TrimSpace(fields.Get("name")), strings.TrimSpace(fields.Get("exit_url")), fields.Get("profile")
	p.Names, p.Escalate = translationsIn(fields, "name"), strings.TrimSpace(fields.Get("escalate"))
	if p.FixedName {
		p.Name = fixed.Organization
	}
	if p.FixedExit {
		p.ExitURL = fixed.ExitURL
	}
	for _, l := range i18n.Languages {
		if slices.Contains(fields["languages"], l.Code) {
			p.Languages = append(p.Languages, l.Code)
		}
	}
	for _, code := range slices.Concat(fields["country"], fields["countries"]) {
		if slices.Contains(i18n.CountryCodes(), code) && !slices.Contains(p.Countries, code) {
			p.Countries = append(p.Countries, code)
		}
	}
	p.TimeZone = fields.Get("time_zone")
	if zones := countries.Zones(p.Country()); p.TimeZone == "" && len(zones) == 1 {
		p.TimeZone = zones[0]
	}
	if p.FixedZone {
		p.TimeZone = fixed.TimeZone
	}
}

func checkOrganization(p view.Organization) (all []view.FieldError) {
	add := func(wrong bool, field, key string) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key})
		}
	}
	add(p.Name == "", "name", "organization.name.missing")
	add(unreadable(p.Name, organizationLimit), "name", "organization.name.wrong")
	for _, l := range i18n.Languages {
		add(unreadable(p.Names[l.Code], organizationLimit), view.TranslationField("name", l.Code), "organization.name.wrong")
	}
	add(p.Country() == "", "country", "organization.country.missing")
	if p.Country() != "" && !p.FixedZone {
		add(p.TimeZone == "", "time_zone", "organization.time-zone.missing")
		add(p.TimeZone != "" && !countries.HasZone(p.Countries, p.TimeZone), "time_zone", "organization.time-zone.wrong")
	}
	add(!settings.ValidExitURL(p.ExitURL), "exit_url", "organization.exit-url.wrong")
	add(len(p.Languages) == 0, "languages", "organization.languages.missing")
	add(!slices.Contains(law.Profiles(), p.Profile), "profile", "organization.profile.missing")
	if days, err := strconv.Atoi(p.Escalate); p.Escalate != "" && (err != nil || days < 0 || days > casework.EscalateLimit) {
		all = append(all, view.FieldError{Field: "escalate", Key: "organization.escalate.wrong", Args: []any{"Limit", casework.EscalateLimit}})
	}
	return all
}
