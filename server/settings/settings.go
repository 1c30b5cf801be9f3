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
	"sync"
	"time"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
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
	read   time.Time
	zone   *time.Location // of the last that was asked for
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
	if age := s.now().Sub(s.read); s.read.IsZero() || age >= life || age < 0 {
		chosen, err := s.store.Settings(context.Background())
		if err == nil {
			s.chosen = chosen
		} else {
			s.log.Error("the settings could not be read", "error", err)
		}
		s.read = s.now()
	}
	return s.complete(s.chosen)
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
	c.Profile = casework.ProfileOf(c.Profile).Code
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
	s.mu.Lock()
	s.read = time.Time{}
	s.mu.Unlock()
	return s.store.RedateCases(ctx)
}

// SaveContacts stores the contacts of all countries.
func (s *Settings) SaveContacts(ctx context.Context, by string, contacts []casework.Contacts) error {
	err := s.store.SetContacts(ctx, by, contacts)
	s.mu.Lock()
	s.read = time.Time{}
	s.mu.Unlock()
	return err
}

// Zone returns the time zone in which days are counted: UTC until one is chosen.
func (s *Settings) Zone() *time.Location {
	name := s.Current().TimeZone
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.zone == nil || s.zone.String() != name {
		zone, err := LoadZone(name)
		if err != nil {
			return time.UTC
		}
		s.zone = zone
	}
	return s.zone
}

// Today is the day in that time zone.
func (s *Settings) Today() casework.Day { return casework.DayOf(s.now().In(s.Zone())) }

// Zoned reports whether somebody has chosen a time zone.
func (s *Settings) Zoned() bool { return s.Current().TimeZone != "" }

// Contacts returns those that reporters may see: confirmed, and of a country where
// the organisation is, the main one first.
func (s *Settings) Contacts() []casework.Contacts {
	return ConfirmedContacts(s.Current())
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

// Profile returns the profile of dates that holds now.
func (s *Settings) Profile() casework.Profile { return casework.ProfileOf(s.Current().Profile) }

// Languages returns the languages that reporters are offered, in the order shown.
func (s *Settings) Languages() []i18n.Language {
	offered := s.Current().Languages
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
