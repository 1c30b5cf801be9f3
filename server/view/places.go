package view

import (
	"slices"
	"time"

	"hotline/i18n"
	"hotline/server/countries"
	"hotline/store/casework"
)

// adminNotes are what an administrator has not chosen or confirmed yet. Each page of
// the administration says so.
type adminNotes struct {
	NoZone      bool
	Unconfirmed []string // names of countries whose contacts reporters do not see
}

func adminNotesOf(texts *i18n.Texts, site Site) adminNotes {
	notes := adminNotes{NoZone: site.Zoned != nil && !site.Zoned()}
	shown := site.contacts(casework.Root)
	for _, code := range site.chosenCountries() {
		if !slices.ContainsFunc(shown, func(c casework.Contacts) bool { return c.Country == code }) {
			name, _ := texts.Country(code)
			notes.Unconfirmed = append(notes.Unconfirmed, name)
		}
	}
	return notes
}

// Country returns the main one, "" if there is none yet.
func (p Organization) Country() string {
	if len(p.Countries) == 0 {
		return ""
	}
	return p.Countries[0]
}

// moreCountries is how many further ones can be added at a time.
const moreCountries = 2

// Further returns the other countries, and empty ones to add some.
func (p Organization) Further() []string {
	further := make([]string, moreCountries)
	if len(p.Countries) > 1 {
		further = append(slices.Clone(p.Countries[1:]), further...)
	}
	return further
}

// zoneGroup are the time zones of a country.
type zoneGroup struct {
	Country string // its name
	Zones   []zoneLine
}

type zoneLine struct {
	Name   string // Asia/Tokyo
	Offset string // UTC+09:00, at present
	Chosen bool
}

// zonesOf are the time zones of the organisation's countries, of all countries while
// it has none.
func zonesOf(texts *i18n.Texts, p Organization) (groups []zoneGroup) {
	codes := p.Countries
	if len(codes) == 0 {
		for _, c := range texts.Countries(nil) {
			codes = append(codes, c.Code)
		}
	}
	for _, code := range codes {
		name, known := texts.Country(code)
		if !known {
			continue
		}
		groups = append(groups, zoneGroup{name, zonesIn(code, p.TimeZone, p.Now)})
	}
	return groups
}

// zonesIn are the time zones of a country.
func zonesIn(country, chosen string, now time.Time) (lines []zoneLine) {
	for _, zone := range countries.Zones(country) {
		if at, err := time.LoadLocation(zone); err == nil {
			lines = append(lines, zoneLine{zone, now.In(at).Format("UTC-07:00"), zone == chosen})
		}
	}
	return lines
}

// Contacts is the page of emergency numbers and authorities.
type Contacts struct {
	Desk
	Countries []ContactsForm // the main one first; none: none is chosen yet
	Errors    []FieldError
	Saved     bool
}

func (p Contacts) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Shown reports whether reporters see any of them.
func (p Contacts) Shown() bool {
	return slices.ContainsFunc(p.Countries, func(c ContactsForm) bool { return c.Confirmed() })
}

// ContactsForm are the fields about one country.
type ContactsForm struct {
	casework.Contacts
	By       string // who confirmed them; "" the command line
	Proposed bool   // nobody has changed or confirmed anything yet
}

// Known reports whether the proposal has anything in it.
func (f ContactsForm) Known() bool { return f.Emergency != (casework.Emergency{}) }

// moreAuthorities is how many can be added at a time.
const moreAuthorities = 1

// Rows are the authorities, and empty ones to add some.
func (f ContactsForm) Rows() []casework.Authority {
	return append(slices.Clone(f.Authorities), make([]casework.Authority, moreAuthorities)...)
}

// newContactControl is a field of a country, or of one of its authorities.
func newContactControl(texts *i18n.Texts, field, id, value string, errors []FieldError) control {
	c := newControl(texts, "contacts", field, value, nil)
	c.ID, c.Name, c.Error = field+"-"+id, field+"-"+id, errorOf(texts, field+"-"+id, errors)
	return c
}
