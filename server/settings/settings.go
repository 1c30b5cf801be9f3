// Package settings keeps what an administrator has chosen, as every page needs
// it: the organisation's name, the neutral site of the quick exit, the languages
// offered, the profile of dates, the countries and their contacts, and the time zone
// in which days are counted.
package settings

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// DefaultExitURL is where the quick exit leads unless somebody chose another site.
const DefaultExitURL = "https://www.wikipedia.org/"

// life is how long the same settings are used before the database is asked
// again: another process may have changed them.
const life = 2 * time.Second

// Settings answers what holds now. It is safe for concurrent use.
type Settings struct {
	store *store.Store
	fixed store.Settings
	log   *slog.Logger
	now   func() time.Time

	mu     sync.Mutex
	chosen store.Settings
	made   store.Organization
	read   time.Time
	zones  map[string]*time.Location // by name, of those that were asked for
}

// Parts are what settings work with.
type Parts struct {
	Store *store.Store
	Fixed store.Settings // set by flag or environment: above what is chosen on the page
	Log   *slog.Logger
	Now   func() time.Time
}

// New makes the settings of a server.
func New(p Parts) *Settings {
	return &Settings{store: p.Store, fixed: p.Fixed, log: p.Log, now: p.Now}
}

// Fixed returns what was set from outside; "" or none is open to choice.
func (s *Settings) Fixed() store.Settings { return s.fixed }

// Current returns what holds now, with every default filled in but the name,
// which may be "". When the database does not answer it is what held before.
func (s *Settings) Current() store.Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	return s.complete(s.chosen)
}

// Organization returns how the organisation is made up now, the root with every
// default filled in. It is read-only. When the database does not answer it is what
// held before.
func (s *Settings) Organization() store.Organization {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	return s.made
}

// refresh reads what holds, unless that was done a moment ago.
func (s *Settings) refresh() {
	if age := s.now().Sub(s.read); !s.read.IsZero() && age < life && age >= 0 {
		return
	}
	chosen, err := s.store.Settings(context.Background())
	var made store.Organization
	if err == nil {
		made, err = s.store.OrganizationWith(context.Background(), s.complete(chosen))
	}
	if err == nil {
		s.chosen, s.made = chosen, made
	} else {
		s.log.Error("the settings could not be read", "error", err)
	}
	if s.made.Entities == nil { // never read yet
		s.made = store.Organization{Entities: casework.Entities{{}}, Routing: casework.Routing{Queues: casework.AllQueues(nil)}}
	}
	s.read = s.now()
}

// Changed has the next one who asks read what holds.
func (s *Settings) Changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = time.Time{}
}

func (s *Settings) complete(c store.Settings) store.Settings {
	if s.fixed.Organization != "" {
		c.Organization = s.fixed.Organization
	}
	if s.fixed.ExitURL != "" {
		c.ExitURL = s.fixed.ExitURL
	}
	if !ValidExitURL(c.ExitURL) {
		c.ExitURL = DefaultExitURL
	}
	c.Languages = slices.DeleteFunc(slices.Clone(c.Languages), func(code string) bool { return !i18n.Known(code) })
	if len(c.Languages) == 0 {
		for _, l := range i18n.Languages {
			c.Languages = append(c.Languages, l.Code)
		}
	}
	c.Profile = law.ProfileOf(c.Profile).Code
	if c.Escalate == "" {
		c.Escalate = strconv.Itoa(casework.EscalateDays)
	}
	if s.fixed.TimeZone != "" {
		c.TimeZone = s.fixed.TimeZone
	}
	return c
}

// Save stores what somebody chose, and the due days that follow from it.
func (s *Settings) Save(ctx context.Context, by string, chosen store.Settings) error {
	if err := s.store.SetSettings(ctx, by, chosen); err != nil {
		return err
	}
	s.Changed()
	return s.store.RedateCases(ctx)
}

// SaveContacts stores the contacts of all countries.
func (s *Settings) SaveContacts(ctx context.Context, by string, contacts []casework.Contacts) error {
	err := s.store.SetContacts(ctx, by, contacts)
	s.Changed()
	return err
}

// Zone returns the time zone of the organisation: UTC until one is chosen.
func (s *Settings) Zone() *time.Location { return s.ZoneAt(casework.Root) }

// ZoneWords names the organisation's time zone for people: "Asia/Tokyo (UTC+09:00)".
func (s *Settings) ZoneWords() string {
	zone := s.Zone()
	if zone == time.UTC {
		return zone.String()
	}
	return zone.String() + s.now().In(zone).Format(" (UTC-07:00)")
}

// ZoneAt returns the time zone in which an entity counts days: UTC until one is chosen.
func (s *Settings) ZoneAt(entity string) *time.Location {
	name := s.Organization().Entities.Effective(entity).TimeZone
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.zones[name] == nil {
		zone, err := LoadZone(name)
		if err != nil {
			return time.UTC
		}
		if s.zones == nil {
			s.zones = map[string]*time.Location{}
		}
		s.zones[name] = zone
	}
	return s.zones[name]
}

// Today is the day in the organisation's time zone.
func (s *Settings) Today() casework.Day { return s.TodayAt(casework.Root) }

// TodayAt is the day at an entity.
func (s *Settings) TodayAt(entity string) casework.Day {
	return casework.DayOf(s.now().In(s.ZoneAt(entity)))
}

// Days says which day it is at every entity.
func (s *Settings) Days() store.Days {
	d := store.Days{Root: s.Today()}
	for _, e := range s.Organization().Entities {
		if day := s.TodayAt(e.Code); day != d.Root {
			if d.At == nil {
				d.At = map[string]casework.Day{}
			}
			d.At[e.Code] = day
		}
	}
	return d
}

// Escalate is after how many days an overdue case is escalated, 0 never.
func (s *Settings) Escalate() int {
	days, err := strconv.Atoi(s.Current().Escalate)
	if err != nil {
		return casework.EscalateDays
	}
	return days
}

// Zoned reports whether somebody has chosen a time zone.
func (s *Settings) Zoned() bool { return s.Current().TimeZone != "" }

// Contacts returns those that reporters may see: confirmed, and of a country where
// the organisation is, the main one first.
func (s *Settings) Contacts() []casework.Contacts {
	c := s.Current()
	c.Countries = s.Countries()
	return ConfirmedContacts(c)
}

// Countries returns where the organisation is, the main one first, and then where
// its entities are.
func (s *Settings) Countries() []string {
	countries := slices.Clone(s.Current().Countries)
	for _, e := range s.Organization().Entities {
		if e.Country != "" && !slices.Contains(countries, e.Country) {
			countries = append(countries, e.Country)
		}
	}
	return countries
}

// ContactsAt returns those of the country of an entity; of all countries for the root.
func (s *Settings) ContactsAt(entity string) []casework.Contacts {
	all := s.Contacts()
	country := s.Organization().Entities.Effective(entity).Country
	if entity == casework.Root || country == "" {
		return all
	}
	return slices.DeleteFunc(all, func(c casework.Contacts) bool { return c.Country != country })
}

// ConfirmedContacts are those of the chosen countries that somebody has confirmed.
func ConfirmedContacts(c store.Settings) (shown []casework.Contacts) {
	for _, code := range c.Countries {
		for _, contacts := range c.Contacts {
			if contacts.Country == code && contacts.Confirmed() {
				shown = append(shown, contacts)
			}
		}
	}
	return shown
}

// Profile returns the profile of dates of the organisation.
func (s *Settings) Profile() law.Profile { return law.ProfileOf(s.Current().Profile) }

// ProfileAt returns the profile of dates of an entity.
func (s *Settings) ProfileAt(entity string) law.Profile {
	return law.ProfileAt(s.Organization().Entities.Effective(entity))
}

// Languages returns the languages that reporters are offered, in the order shown.
func (s *Settings) Languages() []i18n.Language { return s.LanguagesAt(casework.Root) }

// LanguagesAt returns the languages that reporters at an entity are offered.
func (s *Settings) LanguagesAt(entity string) []i18n.Language {
	offered := s.Organization().Entities.Effective(entity).Languages
	return slices.DeleteFunc(slices.Clone(i18n.Languages), func(l i18n.Language) bool { return !slices.Contains(offered, l.Code) })
}

// LoadZone returns a time zone by its IANA name. "" and "Local", which stand for the
// machine's, are none.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("no time zone %q", name)
	}
	return time.LoadLocation(name)
}

// ValidExitURL reports whether the quick exit can lead there.
func ValidExitURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
