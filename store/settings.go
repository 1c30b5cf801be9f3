package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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

// settingWebhooks names the webhooks, as JSON.
const settingWebhooks = "webhooks"

// Webhooks returns them in the order in which they were added.
func (s *Store) Webhooks(ctx context.Context) ([]casework.Webhook, error) {
	return webhooksIn(s.readTx(ctx))
}

func webhooksIn(t tx) (all []casework.Webhook, err error) {
	value, err := engine.One(t.Tx, engine.Column[string], `SELECT value FROM settings WHERE name = $1`, settingWebhooks)
	if errors.Is(err, ErrNotFound) || err == nil && value == "" {
		return nil, nil
	}
	if err == nil && json.Unmarshal([]byte(value), &all) != nil {
		err = damaged("the setting "+settingWebhooks, errNotJSON) // the other error could hold an address
	}
	return all, err
}

var errNotJSON = errors.New("not the JSON that was stored")

// What the audit log says was done to a webhook. The address is not in it.
const (
	WebhookAdded   = "added"
	WebhookChanged = "changed"
	WebhookRenewed = "renewed" // its secret
	WebhookOff     = "off"
	WebhookOn      = "on"
	WebhookRemoved = "removed"
)

// WebhookActs lists them.
var WebhookActs = []string{WebhookAdded, WebhookChanged, WebhookRenewed, WebhookOff, WebhookOn, WebhookRemoved}

// PutWebhook adds a webhook (was is nil), or changes the one of its id, which was so, with
// the errors of PutEntity. ErrTooMany: there are casework.WebhooksLimit.
// casework.ErrWebhook: it cannot be one.
func (s *Store) PutWebhook(ctx context.Context, by string, w casework.Webhook, was *casework.Webhook) error {
	return s.changeWebhooks(ctx, func(t tx, entities casework.Entities, all []casework.Webhook) ([]casework.Webhook, error) {
		i := slices.IndexFunc(all, func(o casework.Webhook) bool { return o.ID == w.ID })
		known, now := i >= 0, casework.Webhook{}
		if known {
			now = all[i]
		}
		if err := unchanged(known, now, was); err != nil {
			return nil, err
		}
		if err := w.Check(entities); err != nil {
			return nil, err
		}
		if !known {
			if len(all) >= casework.WebhooksLimit {
				return nil, ErrTooMany
			}
			t.auditWebhook(by, WebhookAdded, w)
			return append(all, w), nil
		}
		t.auditWebhook(by, webhookAct(now, w), w)
		all[i] = w
		switch {
		case now.Entity != w.Entity || now.Off != w.Off:
			return all, forgetDeliveries(t, w.Target())
		case now.URL != w.URL: // what did not reach it before says nothing of what it is now; what waits goes there
			return all, forgetFailure(t, w.Target())
		}
		return all, nil
	})
}

// DropWebhook removes a webhook, which was so. ErrNotFound: there is none. ErrConflict: it
// is another by now.
func (s *Store) DropWebhook(ctx context.Context, by string, was casework.Webhook) error {
	return s.changeWebhooks(ctx, func(t tx, _ casework.Entities, all []casework.Webhook) ([]casework.Webhook, error) {
		i := slices.IndexFunc(all, func(o casework.Webhook) bool { return o.ID == was.ID })
		if i < 0 {
			return nil, ErrNotFound
		}
		if err := unchanged(true, all[i], &was); err != nil {
			return nil, err
		}
		t.auditWebhook(by, WebhookRemoved, was)
		return slices.Delete(all, i, i+1), forgetDeliveries(t, was.Target())
	})
}

// changeWebhooks stores the list that change makes of them, while nobody else changes it.
func (s *Store) changeWebhooks(ctx context.Context, change func(tx, casework.Entities, []casework.Webhook) ([]casework.Webhook, error)) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		all, err := webhooksIn(t)
		if err != nil {
			return err
		}
		if all, err = change(t, entities, all); err != nil {
			return err
		}
		value := ""
		if len(all) > 0 {
			value = written(all)
		}
		_, err = setSetting(t, settingWebhooks, value)
		return err
	})
}

// webhookAct says what a change does.
func webhookAct(was, now casework.Webhook) string {
	switch {
	case was.Off != now.Off && now.Off:
		return WebhookOff
	case was.Off != now.Off:
		return WebhookOn
	case was.Secret != now.Secret:
		return WebhookRenewed
	}
	return WebhookChanged
}

// auditWebhook notes an act on a webhook: the act, the beginning of its id, and its entity.
func (t tx) auditWebhook(by, act string, w casework.Webhook) {
	t.audit(AuditEntry{By: by, What: AuditWebhook, Detail: strings.TrimSpace(act + " " + w.ShortID() + " " + w.Entity)})
}
