package admin

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"hotline/server/countries"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/store/casework"
)

// The longest texts and lists of a country's contacts.
const (
	contactLimit   = 200 // characters of a name or an address
	authorityLimit = 20
)

// telephoneNumber is how numbers are written: 110, +81 3 1234 5678, *4141.
var telephoneNumber = regexp.MustCompile(`^[0-9+*#][0-9 +*#()./-]{0,29}$`)

// GetContacts shows the emergency numbers and authorities of each country: as they
// were stored, or else as they are proposed.
func (a *Admin) GetContacts(c *fiber.Ctx, s session.Session) error {
	p, err := a.contactsPage(c.UserContext(), s)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "1"
	return a.answers.Send(c, fiber.StatusOK, "desk-contacts", p)
}

func (a *Admin) contactsPage(ctx context.Context, s session.Session) (view.Contacts, error) {
	p := view.Contacts{Desk: s.Frame()}
	holds := a.settings.Current()
	people, err := a.store.Handlers(ctx)
	for _, code := range a.settings.Countries() {
		form := view.ContactsForm{Contacts: countries.Proposal(code), Proposed: true}
		for _, stored := range holds.Contacts {
			if stored.Country == code {
				form = view.ContactsForm{Contacts: stored}
			}
		}
		for _, h := range people {
			if form.Confirmed() && h.ID == form.ConfirmedBy {
				form.By = h.Name
			}
		}
		p.Countries = append(p.Countries, form)
	}
	return p, err
}

// PostContacts stores them, and shows them to reporters only if an administrator
// says that they are right. A country that was chosen since the page was shown has no
// fields: what is stored of it stays.
func (a *Admin) PostContacts(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.contactsPage(c.UserContext(), s)
	if err != nil {
		return err
	}
	show := fields.Get("show") == "yes"
	var all []casework.Contacts
	for i, form := range p.Countries {
		typed := fields.Has("all-" + form.Country)
		if typed {
			contacts := contactsFrom(fields, form.Country)
			p.Errors = append(p.Errors, checkContacts(contacts, show)...)
			contacts.ConfirmedBy, contacts.ConfirmedOn = form.ConfirmedBy, form.ConfirmedOn
			form.Contacts = contacts
			p.Countries[i] = form
		}
		switch {
		case typed && show:
			form.ConfirmedBy, form.ConfirmedOn = s.Handler.ID, a.settings.Today()
		case typed:
			form.ConfirmedBy, form.ConfirmedOn = "", ""
		}
		if typed || !form.Proposed {
			all = append(all, form.Contacts)
		}
	}
	if len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-contacts", p)
	}
	if err := a.settings.SaveContacts(c.UserContext(), s.Handler.ID, all); err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/contacts?saved=1", fiber.StatusSeeOther)
}

// contactsFrom reads the fields of one country.
func contactsFrom(fields url.Values, code string) casework.Contacts {
	field := func(name string) string { return strings.Join(strings.Fields(fields.Get(name)), " ") }
	c := casework.Contacts{
		Country: code,
		Emergency: casework.Emergency{
			All: field("all-" + code), Police: field("police-" + code), Ambulance: field("ambulance-" + code), Fire: field("fire-" + code),
		},
		Crisis: casework.CrisisLine{Name: field("crisis_name-" + code), Number: field("crisis_number-" + code)},
	}
	for i := range authorityLimit {
		row := code + "-" + strconv.Itoa(i)
		authority := casework.Authority{
			Name: field("name-" + row), NameEN: field("name_en-" + row), URL: field("url-" + row), Phone: field("phone-" + row),
		}
		if authority == (casework.Authority{}) {
			continue // emptied, or never filled in
		}
		if topic := field("topic-" + row); slices.Contains(casework.Topics, topic) {
			authority.Topic = topic
		}
		c.Authorities = append(c.Authorities, authority)
	}
	return c
}

// checkContacts says what is wrong with them; show: reporters are to see them.
func checkContacts(c casework.Contacts, show bool) (all []view.FieldError) {
	add := func(wrong bool, field, key string) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key})
		}
	}
	number := func(field, value string) {
		add(value != "" && !telephoneNumber.MatchString(value), field, "contacts.number.wrong")
	}
	text := func(field, value string) {
		add(utf8.RuneCountInString(value) > contactLimit || strings.ContainsFunc(value, casework.Hidden), field, "contacts.text.wrong")
	}
	at := "-" + c.Country
	add(show && c.Emergency == (casework.Emergency{}), "all"+at, "contacts.all.missing")
	number("all"+at, c.Emergency.All)
	number("police"+at, c.Emergency.Police)
	number("ambulance"+at, c.Emergency.Ambulance)
	number("fire"+at, c.Emergency.Fire)
	text("crisis_name"+at, c.Crisis.Name)
	number("crisis_number"+at, c.Crisis.Number)
	add(c.Crisis.Name == "" && c.Crisis.Number != "", "crisis_name"+at, "contacts.name.missing")
	add(c.Crisis.Name != "" && c.Crisis.Number == "", "crisis_number"+at, "contacts.number.missing")
	for i, authority := range c.Authorities {
		row := at + "-" + strconv.Itoa(i)
		add(authority.Name == "", "name"+row, "contacts.name.missing")
		text("name"+row, authority.Name)
		text("name_en"+row, authority.NameEN)
		add(authority.URL != "" && (!settings.ValidExitURL(authority.URL) || len(authority.URL) > contactLimit || strings.Contains(authority.URL, "@")), "url"+row, "contacts.url.wrong")
		number("phone"+row, authority.Phone)
	}
	return all
}
