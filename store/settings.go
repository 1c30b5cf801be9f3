package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Settings are what an administrator chose. A value is "" until then.
type Settings struct {
	Organization string
	Names        casework.Translations // of the organisation
	ExitURL      string
	Languages    []string // codes that reporters are offered; none: all
	Profile      string   // code of the dates' profile
	Countries    []string // ISO codes of where the organisation is, the main one first
	TimeZone     string   // in which days are counted, by its IANA name
	Escalate     string   // after how many days an overdue case is escalated: a number, "0" never

	Contacts []casework.Contacts // by country; they are stored by SetContacts
}

// Name returns what the organisation is called in a language, "" if nobody has said.
func (s Settings) Name(lang string) string { return s.Names.Of(s.Organization, lang) }

// The names of settings.
const (
	settingOrganization = "organization"
	settingNames        = "organization-names"
	settingExitURL      = "exit-url"
	settingLanguages    = "languages"
	settingProfile      = "profile"
	settingCountries    = "countries"
	settingTimeZone     = "time-zone"
	settingContacts     = "contacts"
	settingEscalate     = "escalate-after"
)

// Settings returns what was chosen so far.
func (s *Store) Settings(ctx context.Context) (chosen Settings, err error) {
	type setting struct{ name, value string }
	all, err := engine.List(s.read(ctx), func(row engine.Scanner) (v setting, err error) {
		err = row.Scan(&v.name, &v.value)
		return v, err
	}, `SELECT name, value FROM settings`)
	for _, v := range all {
		switch v.name {
		case settingOrganization:
			chosen.Organization = v.value
		case settingNames:
			if chosen.Names, err = casework.ReadTranslations(v.value); err != nil {
				return chosen, fmt.Errorf("%w: the setting %s: %v", ErrDamaged, v.name, err)
			}
		case settingExitURL:
			chosen.ExitURL = v.value
		case settingLanguages:
			chosen.Languages = splitList[string](v.value)
		case settingProfile:
			chosen.Profile = v.value
		case settingCountries:
			chosen.Countries = splitList[string](v.value)
		case settingTimeZone:
			chosen.TimeZone = v.value
		case settingEscalate:
			chosen.Escalate = v.value
		case settingContacts:
			if v.value == "" {
				continue
			}
			if err := json.Unmarshal([]byte(v.value), &chosen.Contacts); err != nil {
				return chosen, fmt.Errorf("%w: the setting %s: %v", ErrDamaged, v.name, err)
			}
		}
	}
	return chosen, err
}

// SetSettings stores all of them but the contacts. by is who does it, "" the command line.
func (s *Store) SetSettings(ctx context.Context, by string, chosen Settings) error {
	return s.write(ctx, func(t tx) error {
		var changed []string
		for _, set := range []struct{ name, value string }{
			{settingOrganization, strings.TrimSpace(chosen.Organization)},
			{settingNames, chosen.Names.Written()},
			{settingExitURL, strings.TrimSpace(chosen.ExitURL)},
			{settingLanguages, joinList(chosen.Languages)},
			{settingProfile, chosen.Profile},
			{settingCountries, joinList(chosen.Countries)},
			{settingTimeZone, chosen.TimeZone},
			{settingEscalate, chosen.Escalate},
		} {
			news, err := setSetting(t, set.name, set.value)
			if err != nil {
				return err
			}
			if news {
				changed = append(changed, set.name)
			}
		}
		if len(changed) > 0 {
			t.audit(AuditEntry{By: by, What: AuditSettings, Detail: joinList(changed)})
		}
		return nil
	})
}

// What the audit log says of contacts that were stored: reporters see them, or not.
const (
	ContactsShown  = "contacts-shown"
	ContactsHidden = "contacts-hidden"
)

// SetContacts stores the contacts of all countries. by is who does it, "" the
// command line.
func (s *Store) SetContacts(ctx context.Context, by string, contacts []casework.Contacts) error {
	value := "" // of none at all
	if len(contacts) > 0 {
		text, err := json.Marshal(contacts)
		if err != nil {
			return err
		}
		value = string(text)
	}
	detail := ContactsHidden
	for _, c := range contacts {
		if c.Confirmed() {
			detail = ContactsShown
		}
	}
	return s.write(ctx, func(t tx) error {
		news, err := setSetting(t, settingContacts, value)
		if err == nil && news {
			t.audit(AuditEntry{By: by, What: AuditSettings, Detail: detail})
		}
		return err
	})
}

// Setting returns the value of a setting, or ErrNotFound.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	return engine.One(s.read(ctx), engine.Column[string], `SELECT value FROM settings WHERE name = $1`, name)
}

// SetSetting stores the value of a setting.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, func(t tx) error {
		_, err := setSetting(t, name, value)
		return err
	})
}

// OnceSetting returns the value of a setting. The first caller's fresh one becomes
// the value; all others, in other processes too, get the same.
func (s *Store) OnceSetting(ctx context.Context, name, fresh string) (value string, err error) {
	err = s.write(ctx, func(t tx) error {
		if _, err := t.Exec(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, fresh); err != nil {
			return err
		}
		return t.Row(`SELECT value FROM settings WHERE name = $1`, name).Scan(&value)
	})
	return value, err
}

// setSetting stores a value, and reports whether it is another one. What was never
// chosen is "" already.
func setSetting(t tx, name, value string) (bool, error) {
	if value == "" {
		n, err := t.Exec(`UPDATE settings SET value = '' WHERE name = $1 AND value <> ''`, name)
		return n > 0, err
	}
	n, err := t.Exec(`INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE settings.value <> excluded.value`, name, value)
	return n > 0, err
}
