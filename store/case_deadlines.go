package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Profile returns the profile of dates of an entity.
func (s *Store) Profile(ctx context.Context, entity string) (casework.Profile, error) {
	return profileIn(s.readTx(ctx), entity)
}

// profileIn is Profile within a transaction.
func profileIn(t tx, entity string) (casework.Profile, error) {
	code, err := engine.One(t.Tx, engine.Column[string], `SELECT value FROM settings WHERE name = $1`, settingProfile)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	if err != nil || entity == casework.Root {
		return casework.ProfileOf(code), err
	}
	entities, err := entitiesIn(t)
	return casework.ProfileOf(cmp.Or(entities.Effective(entity).Profile, code)), err
}

// caseBatch is how many cases are changed in one transaction.
const caseBatch = 200

// settingDatedBy names the rules that the due days of all cases follow. It is
// written after the last case, so that whoever breaks off on the way begins again.
const settingDatedBy = "dated-by"

// datingRules are the profiles of all entities as settingDatedBy has them: their
// figures too, because another version of this program may have others.
func (s *Store) datingRules(ctx context.Context) (string, error) {
	t := s.readTx(ctx)
	root, err := profileIn(t, casework.Root)
	if err != nil {
		return "", err
	}
	entities, err := entitiesIn(t)
	var b strings.Builder
	for _, e := range entities {
		fmt.Fprintf(&b, "%s%+v", e.Code, casework.ProfileOf(cmp.Or(entities.Effective(e.Code).Profile, root.Code)))
	}
	return b.String(), err
}

// RedateCases computes the due days of all cases anew that can have one: those
// that are open, or watched after closing. Where they follow the profiles
// already it does nothing.
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
		ids, err := engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM cases WHERE state NOT IN ('closed', 'purged') AND id > $1 ORDER BY id LIMIT $2`, after, caseBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		err = s.write(ctx, func(t tx) error {
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
