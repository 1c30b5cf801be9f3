package store

import (
	"context"
	"errors"
	"fmt"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Profile returns the organisation's profile of dates.
func (s *Store) Profile(ctx context.Context) (casework.Profile, error) {
	code, err := s.Setting(ctx, settingProfile)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return casework.ProfileOf(code), err
}

// profileIn is Profile within a transaction.
func profileIn(t tx) (casework.Profile, error) {
	code, err := engine.One(t.Tx, engine.Column[string], `SELECT value FROM settings WHERE name = $1`, settingProfile)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return casework.ProfileOf(code), err
}

// redateBatch is how many cases get their due days in one transaction.
const redateBatch = 200

// settingDatedBy names the rules that the due days of all cases follow. It is
// written after the last case, so that whoever breaks off on the way begins again.
const settingDatedBy = "dated-by"

// rules is a profile as settingDatedBy has it: its figures too, because another
// version of this program may have others.
func rules(p casework.Profile) string { return fmt.Sprintf("%+v", p) }

// RedateCases computes the due days of all cases anew that can have one: those
// that are open, or watched after closing. Where they follow the organisation's
// profile already it does nothing.
func (s *Store) RedateCases(ctx context.Context) error {
	for {
		profile, err := s.Profile(ctx)
		if err != nil {
			return err
		}
		by, err := s.Setting(ctx, settingDatedBy)
		if err == nil && by == rules(profile) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := s.redate(ctx); err != nil {
			return err
		}
		// Should the profile have changed on the way, the next round finds out.
		if err := s.SetSetting(ctx, settingDatedBy, rules(profile)); err != nil {
			return err
		}
	}
}

// redate goes through the cases by their ids.
func (s *Store) redate(ctx context.Context) error {
	for after := ""; ; {
		ids, err := engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM cases WHERE state NOT IN ('closed', 'purged') AND id > $1 ORDER BY id LIMIT $2`, after, redateBatch)
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
