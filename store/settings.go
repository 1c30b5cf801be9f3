package store

import "context"

// Setting returns the value of a setting, or ErrNotFound.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	return one(ctx, s, scanInto[string], `SELECT value FROM settings WHERE name = $1`, name)
}

// SetSetting stores the value of a setting.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
}
