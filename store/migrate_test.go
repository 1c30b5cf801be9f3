package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/store/pgtest"

	"hotline/store/engine"
)

// newDatabases returns the URL of a new database of each engine.
func newDatabases(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		engine.SQLite:   filepath.Join(t.TempDir(), "hotline.db"),
		engine.Postgres: pgtest.URL(t),
	}
}

func TestMigrationsApplyOnce(t *testing.T) {
	ctx := context.Background()
	for name, url := range newDatabases(t) {
		for range 3 {
			s, err := Open(ctx, url, Options{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s.Engine() != name {
				t.Errorf("opened %s, want %s", s.Engine(), name)
			}
			if err := errors.Join(s.Verify(ctx), s.Close()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		s := openAt(t, url, Options{})
		n, err := engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM goose_db_version WHERE version_id > 0`)
		if err != nil || n != 1 {
			t.Errorf("%s: %d migrations ran (%v), want 1", name, n, err)
		}
	}
}

func TestConcurrentStartersMigrateOnce(t *testing.T) {
	ctx := context.Background()
	for name, url := range newDatabases(t) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				s, err := Open(ctx, url, Options{})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				if err := errors.Join(s.Ready(ctx), s.Close()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	ctx := context.Background()
	for name, url := range newDatabases(t) {
		s := openAt(t, url, Options{})
		err := s.write(ctx, func(w tx) error {
			_, err := w.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, $1)`, true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{false, true} {
			_, err := Open(ctx, url, Options{ReadOnly: readOnly})
			if !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "99") {
				t.Errorf("%s, read-only %v: %v", name, readOnly, err)
			}
		}
		if err := s.Verify(ctx); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("%s: Verify: %v", name, err)
		}
	}
}

func TestReadOnlyDoesNotMigrate(t *testing.T) {
	ctx := context.Background()
	urls := newDatabases(t)
	if err := os.WriteFile(urls[engine.SQLite], nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, url := range urls {
		if _, err := Open(ctx, url, Options{ReadOnly: true}); err == nil {
			t.Errorf("%s: opened an empty database", name)
		}
	}
}

// The two migrations must make the same tables and columns: the queries are
// the same.
func TestEnginesHaveTheSameColumns(t *testing.T) {
	ctx := context.Background()
	urls := newDatabases(t)
	lite, err := engine.List(openAt(t, urls[engine.SQLite], Options{}).read(ctx), engine.Column[string],
		`SELECT t.name || '.' || c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version' ORDER BY t.name, c.name`)
	if err != nil {
		t.Fatal(err)
	}
	pg, err := engine.List(openAt(t, urls[engine.Postgres], Options{}).read(ctx), engine.Column[string],
		`SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name <> 'goose_db_version' ORDER BY table_name COLLATE "C", column_name COLLATE "C"`)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := strings.Join(lite, "\n"), strings.Join(pg, "\n"); a != b || a == "" {
		t.Errorf("SQLite has\n%s\n\nPostgreSQL has\n%s", a, b)
	}
}
