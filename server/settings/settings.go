// Package settings keeps what an administrator has chosen, as every page needs
// it: the organisation's name, the neutral site of the quick exit, the languages
// offered, and the profile of dates.
package settings

import (
	"context"
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

// Profile returns the profile of dates that holds now.
func (s *Settings) Profile() casework.Profile { return casework.ProfileOf(s.Current().Profile) }

// Languages returns the languages that reporters are offered, in the order shown.
func (s *Settings) Languages() []i18n.Language {
	offered := s.Current().Languages
	return slices.DeleteFunc(slices.Clone(i18n.Languages), func(l i18n.Language) bool { return !slices.Contains(offered, l.Code) })
}

// ValidExitURL reports whether the quick exit can lead there.
func ValidExitURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
