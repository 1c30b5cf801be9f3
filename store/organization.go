package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Organization is how the organisation is made up.
type Organization struct {
	Entities casework.Entities // the root, made of the settings, and those below
	casework.Routing
}

// settingRouting names the organisation's own rules, as JSON.
const settingRouting = "routing"

// Organization returns how the organisation is made up.
func (s *Store) Organization(ctx context.Context) (o Organization, err error) {
	chosen, err := s.Settings(ctx)
	if err != nil {
		return o, err
	}
	return s.OrganizationWith(ctx, chosen)
}

// OrganizationWith is Organization where the settings are known.
func (s *Store) OrganizationWith(ctx context.Context, chosen Settings) (o Organization, err error) {
	t := s.readTx(ctx)
	if o.Entities, err = entitiesIn(t); err != nil {
		return o, err
	}
	o.Entities[0] = chosen.root()
	if o.Queues, err = queuesIn(t); err != nil {
		return o, err
	}
	o.Own, err = ownRules(t)
	return o, err
}

// root is the entity that the settings describe.
func (s Settings) root() casework.Entity {
	e := casework.Entity{Name: s.Organization, Names: s.Names, TimeZone: s.TimeZone, Profile: s.Profile, Languages: s.Languages}
	if len(s.Countries) > 0 {
		e.Country = s.Countries[0]
	}
	return e
}

const entityColumns = `code, parent, name, names, country, time_zone, profile, languages, contact, contacts, people`

// entitiesIn returns the entities; of the root only that it is there.
func entitiesIn(t tx) (casework.Entities, error) {
	all, err := engine.List(t.Tx, scanEntity, `SELECT `+entityColumns+` FROM entities ORDER BY code`)
	return casework.Sorted(append([]casework.Entity{{}}, all...)), err
}

func scanEntity(row engine.Scanner) (e casework.Entity, err error) {
	var names, languages, contacts string
	if err = row.Scan(&e.Code, &e.Parent, &e.Name, &names, &e.Country, &e.TimeZone, &e.Profile, &languages, &e.Contact, &contacts, &e.People); err != nil {
		return e, err
	}
	e.Languages = splitList[string](languages)
	if e.Names, err = casework.ReadTranslations(names); err == nil {
		e.Contacts, err = casework.ReadTranslations(contacts)
	}
	return e, damaged("the entity "+e.Code, err)
}

// damaged makes what is wrong with a stored value a damaged database.
func damaged(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %v", ErrDamaged, what, err)
}

// lockOrganization keeps others from changing the organisation, and who reads what,
// until the transaction ends.
func lockOrganization(t tx) (casework.Entities, error) {
	if err := lockAccess(t); err != nil {
		return nil, err
	}
	return entitiesIn(t)
}

// PutEntity adds an entity (was is nil), or changes the one of its code, which was so.
// ErrExists: there is one already. ErrNotFound: there is none. ErrConflict: it is
// another by now. The errors of casework.Entities.Check are returned as they are. by
// is who does it, "" the command line.
func (s *Store) PutEntity(ctx context.Context, by string, e casework.Entity, was *casework.Entity) error {
	err := s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if err := entities.Check(e); err != nil {
			return err
		}
		now, known := entities.Find(e.Code)
		if err := unchanged(known, now, was); err != nil {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditEntity, Detail: e.Code})
		_, err = t.Exec(`INSERT INTO entities (`+entityColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, name = excluded.name, names = excluded.names, country = excluded.country,
				time_zone = excluded.time_zone, profile = excluded.profile, languages = excluded.languages, contact = excluded.contact,
				contacts = excluded.contacts, people = excluded.people`,
			e.Code, e.Parent, e.Name, e.Names.Written(), e.Country, e.TimeZone, e.Profile, joinList(e.Languages), e.Contact, e.Contacts.Written(), e.People)
		return err
	})
	return s.reorganized(ctx, err)
}

// unchanged returns an error unless something is as whoever changes it saw it: nil for
// what is not there.
func unchanged[T any](known bool, now T, was *T) error {
	switch {
	case known && was == nil:
		return ErrExists
	case was == nil:
		return nil
	case !known:
		return ErrNotFound
	case written(now) != written(*was):
		return ErrConflict
	}
	return nil
}

// written is a value as JSON, by which it is told from another one.
func written(v any) string {
	b, _ := json.Marshal(v) // strings and numbers always can be
	return string(b)
}

// ErrInUse says that something cannot go because cases, people or rules belong to it.
var ErrInUse = errors.New("store: still in use")

// DropEntity removes an entity. ErrNotFound: there is none. ErrInUse: entities below
// it, cases, people, rules or webhooks belong to it. day is the present one there.
func (s *Store) DropEntity(ctx context.Context, by, code string, day casework.Day) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if code == casework.Root || !entities.Known(code) {
			return ErrNotFound
		}
		rules, err := ownRules(t)
		if err != nil {
			return err
		}
		hooks, err := webhooksIn(t)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(hooks, func(w casework.Webhook) bool { return w.Entity == code }) || len(entities.Below(code)) > 1 || slices.ContainsFunc(rules, func(r casework.Rule) bool { return slices.Contains(r.Entities, code) }) {
			return ErrInUse
		}
		var used int
		at := "%@" + code + ",%"
		err = t.Row(`SELECT (SELECT count(*) FROM (SELECT 1 FROM cases WHERE entity = $1 OR branch LIKE $2 LIMIT 1) c) +
			(SELECT count(*) FROM handlers WHERE disabled = 0 AND (branches || ',' LIKE $3 OR roles || ',' LIKE $3))`, code, "%@"+code, at).Scan(&used)
		if err == nil && used > 0 {
			err = ErrInUse
		}
		if err != nil {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditEntity, Detail: "-" + code})
		if _, err := t.Exec(`DELETE FROM leads WHERE branch LIKE $1`, "%@"+code); err != nil {
			return err
		}
		_, err = t.Exec(`DELETE FROM entities WHERE code = $1`, code)
		return errors.Join(err, takeWordsBack(t, by, code, day))
	})
}

// reorganized brings up to date what depends on how the organisation is made up and on
// who works there, once that was changed: who reads cases that nobody reads any more,
// and due days.
func (s *Store) reorganized(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	if err := s.MoveOrphans(ctx); err != nil {
		return err
	}
	return s.RedateCases(ctx)
}

const queueColumns = `code, name, names, readers, readers_in, choosable, buyers`

// queuesIn returns all queues: the built-in ones first.
func queuesIn(t tx) ([]casework.QueueInfo, error) {
	described, err := engine.List(t.Tx, func(row engine.Scanner) (q casework.QueueInfo, err error) {
		var names, readersIn string
		if err = row.Scan(&q.Code, &q.Name, &names, &q.Readers, &readersIn, &q.Choosable, &q.Buyers); err != nil {
			return q, err
		}
		if q.Names, err = casework.ReadTranslations(names); err == nil {
			q.ReadersIn, err = casework.ReadTranslations(readersIn)
		}
		return q, damaged("the queue "+string(q.Code), err)
	}, `SELECT `+queueColumns+` FROM queues ORDER BY code`)
	return casework.AllQueues(described), err
}

// ErrTooMany says that there are as many of something as there can be.
var ErrTooMany = errors.New("store: there are too many")

// PutQueue adds a queue (was is nil), or changes what is said about the one of its
// code, which was so, with the errors of PutEntity. ErrTooMany: there are as many as
// there can be.
func (s *Store) PutQueue(ctx context.Context, by string, q casework.QueueInfo, was *casework.QueueInfo) error {
	return s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		all, err := queuesIn(t)
		if err != nil {
			return err
		}
		now, known := casework.Routing{Queues: all}.Find(q.Code)
		if err := unchanged(known, now, was); err != nil {
			return err
		}
		if !known && len(all) >= casework.QueuesLimit {
			return ErrTooMany
		}
		t.audit(AuditEntry{By: by, What: AuditQueueSet, Detail: string(q.Code)})
		_, err = t.Exec(`INSERT INTO queues (`+queueColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (code) DO UPDATE SET name = excluded.name, names = excluded.names, readers = excluded.readers,
				readers_in = excluded.readers_in, choosable = excluded.choosable, buyers = excluded.buyers`,
			string(q.Code), q.Name, q.Names.Written(), q.Readers, q.ReadersIn.Written(), asFlag(q.Choosable), asFlag(q.Buyers))
		return err
	})
}

// DropQueue removes a queue of the organisation's own. ErrNotFound: there is none.
// ErrInUse: cases, people or rules belong to it.
func (s *Store) DropQueue(ctx context.Context, by string, code casework.Queue) error {
	return s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		rules, err := ownRules(t)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(rules, func(r casework.Rule) bool { return r.Queue == code }) {
			return ErrInUse
		}
		var used int
		err = t.Row(`SELECT (SELECT count(*) FROM (SELECT 1 FROM cases WHERE branch = $1 OR branch LIKE $2 LIMIT 1) c) +
			(SELECT count(*) FROM handlers WHERE disabled = 0 AND (',' || branches || ',' LIKE $3 OR ',' || branches LIKE $4))`,
			string(code), string(code)+"@%", "%,"+string(code)+",%", "%,"+string(code)+"@%").Scan(&used)
		if err == nil && used > 0 {
			err = ErrInUse
		}
		if err != nil {
			return err
		}
		n, err := t.Exec(`DELETE FROM queues WHERE code = $1`, string(code))
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err == nil {
			_, err = t.Exec(`DELETE FROM leads WHERE branch = $1 OR branch LIKE $2`, string(code), string(code)+"@%")
		}
		t.audit(AuditEntry{By: by, What: AuditQueueSet, Detail: "-" + string(code)})
		return err
	})
}

func ownRules(t tx) (rules []casework.Rule, err error) {
	value, err := engine.One(t.Tx, engine.Column[string], `SELECT value FROM settings WHERE name = $1`, settingRouting)
	if errors.Is(err, ErrNotFound) || err == nil && value == "" {
		return nil, nil
	}
	if err == nil {
		err = damaged("the setting "+settingRouting, json.Unmarshal([]byte(value), &rules))
	}
	return rules, err
}

// SetRouting replaces the organisation's own rules. casework.ErrRule: one of them
// names something that is not there. ErrConflict: they are not seen any more.
// ErrTooMany: there are more than casework.OwnRulesLimit.
func (s *Store) SetRouting(ctx context.Context, by string, seen, rules []casework.Rule) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		queues, err := queuesIn(t)
		if err != nil {
			return err
		}
		now, err := ownRules(t)
		if err != nil {
			return err
		}
		if writtenRules(now) != writtenRules(seen) {
			return ErrConflict
		}
		if len(rules) > casework.OwnRulesLimit {
			return ErrTooMany
		}
		for _, r := range rules {
			if err := (casework.Routing{Queues: queues}).Check(r, entities); err != nil {
				return err
			}
		}
		t.audit(AuditEntry{By: by, What: AuditRouting})
		_, err = setSetting(t, settingRouting, writtenRules(rules))
		return err
	})
}

// writtenRules is how rules are stored, "" for none.
func writtenRules(rules []casework.Rule) string {
	if len(rules) == 0 {
		return ""
	}
	return written(rules)
}
