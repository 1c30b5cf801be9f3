package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/engine"
)

// Profile returns the profile of dates of an entity.
func (s *Store) Profile(ctx context.Context, entity string) (law.Profile, error) {
	return profileIn(s.readTx(ctx), entity)
}

// profileIn is Profile within a transaction.
func profileIn(t tx, entity string) (law.Profile, error) {
	root, err := datedRoot(t)
	if err != nil || entity == casework.Root {
		return law.ProfileAt(root), err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return law.Profile{}, err
	}
	entities[0] = root
	return law.ProfileAt(entities.Effective(entity)), nil
}

// datedRoot is the organisation itself, with what dates follow from.
func datedRoot(t tx) (root casework.Entity, err error) {
	_, err = engine.List(t.Tx, func(row engine.Scanner) (name string, err error) {
		var value string
		if err = row.Scan(&name, &value); name == settingProfile {
			root.Profile = value
		} else if countries := splitList[string](value); len(countries) > 0 {
			root.Country = countries[0]
		}
		return name, err
	}, `SELECT name, value FROM settings WHERE name IN ($1, $2)`, settingProfile, settingCountries)
	return root, err
}

// caseBatch is how many cases are changed in one transaction.
const caseBatch = 200

// settingDatedBy names the rules that the days of all cases follow. It is
// written after the last case, so that whoever breaks off on the way begins again.
const settingDatedBy = "dated-by"

// datingRules are the profiles of all entities as settingDatedBy has them: their
// formulas too, because another version of this program may have others.
func (s *Store) datingRules(ctx context.Context) (string, error) {
	t := s.readTx(ctx)
	root, err := datedRoot(t)
	if err != nil {
		return "", err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return "", err
	}
	entities[0] = root
	var b strings.Builder
	for _, e := range entities {
		fmt.Fprintf(&b, "%s %s\n", e.Code, law.ProfileAt(entities.Effective(e.Code)).Rules())
	}
	return b.String(), nil
}

// RedateCases computes the due days and the days of deletion of all cases anew. Where
// they follow the profiles already it does nothing.
func (s *Store) RedateCases(ctx context.Context) error {
	for {
		rules, err := s.datingRules(ctx)
		if err != nil {
			return err
		}
		by, err := s.Setting(ctx, settingDatedBy)
		if err == nil && by == rules {
			return nil
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := s.redate(ctx); err != nil {
			return err
		}
		// Should a profile have changed on the way, the next round finds out.
		if err := s.SetSetting(ctx, settingDatedBy, rules); err != nil {
			return err
		}
	}
}

// redate goes through the cases by their ids.
func (s *Store) redate(ctx context.Context) error {
	for after := ""; ; {
		ids, err := engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT $2`, after, caseBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		err = s.write(ctx, func(t tx) error {
			if err := lockAccess(t); err != nil { // before several cases, as everybody who locks some
				return err
			}
			for _, id := range ids {
				c, err := lockCase(t, id)
				if errors.Is(err, ErrNotFound) {
					continue // deleted meanwhile
				}
				if err != nil {
					return err
				}
				if err := saveCase(t, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// Remind tells of due days that are near or have passed: who is in charge of the case,
// or else all who may read it. Where nobody acts escalate days after one, others are
// told; 0 is never. It goes by the day at each case's entity, makes up for days on which
// it did not run, and tells of each once, whoever runs it at the same time. Each case is a
// transaction of its own: who held one and waited for the next could wait for somebody who
// goes through cases by their ids.
func (s *Store) Remind(ctx context.Context, days Days, escalate int) error {
	for after := (due{}); ; {
		page, err := engine.List(s.read(ctx), scanDue, `SELECT id, entity, due, reminded FROM cases
			WHERE due <> '' AND reminded < 3 AND due <= $1 AND due >= $2 AND (due > $2 OR id > $3) ORDER BY due, id LIMIT $4`,
			string(days.latest().AddDays(casework.RemindDays)), string(after.on), after.id, caseBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, d := range page {
			now := d.reminder(days, escalate)
			if now <= d.reminded {
				continue
			}
			if err := s.write(ctx, func(t tx) error { return remind(t, d, now) }); err != nil {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

// due is the due day of a case, and what was told of it.
type due struct {
	id, entity string
	on         casework.Day
	reminded   casework.Reminder
}

func scanDue(row engine.Scanner) (d due, err error) {
	err = row.Scan(&d.id, &d.entity, &d.on, &d.reminded)
	return d, err
}

func (d due) reminder(days Days, escalate int) casework.Reminder {
	return casework.ReminderOn(d.on, days.On(d.entity), escalate)
}

// remind gives a reminder, unless somebody did meanwhile or the due day is another.
func remind(t tx, d due, now casework.Reminder) error {
	n, err := t.Exec(`UPDATE cases SET reminded = $4 WHERE id = $1 AND due = $2 AND reminded = $3`, d.id, string(d.on), int(d.reminded), int(now))
	if err != nil || n == 0 {
		return err
	}
	c, err := engine.One(t.Tx, scanFacts, `SELECT `+caseFacts+` FROM cases WHERE id = $1`, d.id)
	if err == nil && (d.reminded < casework.Overdue || now < casework.Escalated) {
		err = notifyReaders(t, d.id, "", c.History().Urgent())
	}
	if err != nil || now < casework.Escalated {
		return err
	}
	to := casework.Escalation{InCharge: c.Assignee}
	if to.Excluded, err = excludedFrom(t, c.ID); err != nil {
		return err
	}
	to.Deputies, err = engine.List(t.Tx, engine.Column[string], `SELECT h.id FROM deputies d JOIN handlers h ON h.id = d.deputy_id, cases c
		WHERE d.handler_id = $1 AND d.acting = 1 AND c.id = $2 AND `+readsSQL+` ORDER BY h.id`, c.Assignee, c.ID)
	if err != nil {
		return err
	}
	return escalateTo(t, to, c.Branch)
}

// escalateTo tells those who are to be told that nobody acts in a branch. Who wants to
// hear of nothing is passed over for the next. Administrators are those of the branch's
// entity: others would learn that a case about theirs is read above it.
func escalateTo(t tx, to casework.Escalation, b casework.Branch) error {
	leads, err := leadsIn(t)
	if err != nil {
		return err
	}
	access, err := readAccess(t)
	if err != nil {
		return err
	}
	deaf := func(id string) bool { return access.handlers[id].Notify.When == NotifyNone }
	to.Deputies = slices.DeleteFunc(to.Deputies, deaf)
	for _, l := range leads {
		if l.Branch == b && !deaf(l.HandlerID) {
			to.Lead = l.HandlerID
		}
	}
	for _, id := range slices.Sorted(maps.Keys(access.handlers)) {
		if h := access.handlers[id]; h.Active() && h.Covers(RoleAdmin, access.entities, b.Entity()) {
			to.Administrators = append(to.Administrators, id)
		}
	}
	return notify(t, false, to.To()...)
}

// Looked notes that one of the readers of branches opened the list of their cases on a
// day, the first time on that day.
func (s *Store) Looked(ctx context.Context, h Handler, days Days) error {
	noted, err := looks(s.readTx(ctx))
	if err != nil {
		return err
	}
	news := slices.DeleteFunc(readable(h), func(b casework.Branch) bool {
		l, known := noted[b]
		return known && l.on >= days.On(b.Entity()) && !l.escalated
	})
	if len(news) == 0 {
		return nil
	}
	slices.Sort(news) // in one order, so that two never wait for each other
	return s.write(ctx, func(t tx) error {
		for _, b := range news {
			_, err := t.Exec(`INSERT INTO branch_looks (branch, on_day, escalated) VALUES ($1, $2, 0)
				ON CONFLICT (branch) DO UPDATE SET on_day = excluded.on_day, escalated = 0`, string(b), string(days.On(b.Entity())))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

type look struct {
	branch    casework.Branch
	on        casework.Day
	escalated bool
}

func looks(t tx) (map[casework.Branch]look, error) {
	all, err := engine.List(t.Tx, func(row engine.Scanner) (l look, err error) {
		var escalated int64
		err = row.Scan(&l.branch, &l.on, &escalated)
		l.escalated = escalated != 0
		return l, err
	}, `SELECT branch, on_day, escalated FROM branch_looks`)
	noted := map[casework.Branch]look{}
	for _, l := range all {
		noted[l.branch] = l
	}
	return noted, err
}

// RemindUnseen tells that nobody looks at a branch although cases wait there for the
// desk: as an overdue case of nobody's, once until somebody looks again.
func (s *Store) RemindUnseen(ctx context.Context, days Days) error {
	t := s.readTx(ctx)
	noted, err := looks(t)
	if err != nil {
		return err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return err
	}
	queues, err := queuesIn(t)
	if err != nil {
		return err
	}
	for _, e := range entities {
		for _, q := range queues {
			b := casework.BranchOf(q.Code, e.Code)
			l, today := noted[b], days.On(e.Code)
			if l.escalated || l.on != "" && !casework.Unseen(l.on, l.on, today) { // somebody looked: no question to the cases
				continue
			}
			waits, err := waitsSince(t, b)
			if err == nil && casework.Unseen(l.on, waits, today) {
				err = s.remindUnseen(ctx, b, l.on)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// waitsSince returns the day since when a case of a branch waits for the desk, "" if
// none does: that of the first message of its reporter that came after the desk's last,
// or of the last where the desk has written since and it waits all the same. Answers to
// what their page asks make nobody wait.
func waitsSince(t tx, b casework.Branch) (casework.Day, error) {
	return engine.One(t.Tx, engine.Column[casework.Day], `SELECT coalesce(min(day), '') FROM (
		SELECT coalesce((SELECT min(m.on_day) FROM messages m WHERE m.case_id = c.id AND m.sender IN ('report', 'reporter') AND m.kind <> 'asked'
				AND NOT EXISTS (SELECT 1 FROM messages d WHERE d.case_id = c.id AND d.sender = 'desk' AND d.seq > m.seq)),
			(SELECT max(m.on_day) FROM messages m WHERE m.case_id = c.id AND m.sender IN ('report', 'reporter') AND m.kind <> 'asked')) AS day
		FROM cases c WHERE c.branch = $1 AND c.turn IN ('new', 'desk')) w`, string(b))
}

func (s *Store) remindUnseen(ctx context.Context, b casework.Branch, looked casework.Day) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`INSERT INTO branch_looks (branch, on_day, escalated) VALUES ($1, $2, 1)
			ON CONFLICT (branch) DO UPDATE SET escalated = 1 WHERE branch_looks.on_day = excluded.on_day AND branch_looks.escalated = 0`, string(b), string(looked))
		if err != nil || n == 0 {
			return err
		}
		return escalateTo(t, casework.Escalation{}, b)
	})
}

// UnattendedOf returns those of them that a handler leads.
func (s *Store) UnattendedOf(ctx context.Context, h Handler) ([]casework.Branch, error) {
	leads, err := leadsIn(s.readTx(ctx))
	leads = slices.DeleteFunc(leads, func(l Lead) bool { return l.HandlerID != h.ID })
	if err != nil || len(leads) == 0 {
		return nil, err
	}
	all, err := s.Unattended(ctx)
	return slices.DeleteFunc(all, func(b casework.Branch) bool {
		return !slices.ContainsFunc(leads, func(l Lead) bool { return l.Branch == b })
	}), err
}

// Unattended returns the branches in which nobody acts, although others were told: a
// case is overdue, or nobody looks at what waits there.
func (s *Store) Unattended(ctx context.Context) ([]casework.Branch, error) {
	return engine.List(s.read(ctx), engine.Column[casework.Branch], `SELECT branch FROM cases WHERE reminded = 3
		UNION SELECT l.branch FROM branch_looks l WHERE l.escalated = 1 AND EXISTS (SELECT 1 FROM cases c WHERE c.branch = l.branch AND c.turn IN ('new', 'desk')) ORDER BY branch`)
}
