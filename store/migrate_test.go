package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/store/pgtest"
)

// newDatabases returns the URL of a new database of each engine.
func newDatabases(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		engineSQLite:   filepath.Join(t.TempDir(), "hotline.db"),
		enginePostgres: pgtest.URL(t),
	}
}

func TestMigrationsApplyOnce(t *testing.T) {
	ctx := context.Background()
	for engine, url := range newDatabases(t) {
		for range 3 {
			s, err := Open(ctx, url, Options{})
			if err != nil {
				t.Fatalf("%s: %v", engine, err)
			}
			if s.Engine() != engine {
				t.Errorf("opened %s, want %s", s.Engine(), engine)
			}
			if err := errors.Join(s.Verify(ctx), s.Close()); err != nil {
				t.Errorf("%s: %v", engine, err)
			}
		}
		s := openAt(t, url, Options{})
		n, err := one(ctx, s, scanInto[int], `SELECT count(*) FROM goose_db_version WHERE version_id > 0`)
		if err != nil || n != 1 {
			t.Errorf("%s: %d migrations ran (%v), want 1", engine, n, err)
		}
	}
}

func TestConcurrentStartersMigrateOnce(t *testing.T) {
	ctx := context.Background()
	for engine, url := range newDatabases(t) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				s, err := Open(ctx, url, Options{})
				if err != nil {
					t.Errorf("%s: %v", engine, err)
					return
				}
				if err := errors.Join(s.Ready(ctx), s.Close()); err != nil {
					t.Errorf("%s: %v", engine, err)
				}
			})
		}
		wg.Wait()
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	ctx := context.Background()
	for engine, url := range newDatabases(t) {
		s := openAt(t, url, Options{})
		err := s.write(ctx, func(w tx) error {
			_, err := w.exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, $1)`, true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{false, true} {
			_, err := Open(ctx, url, Options{ReadOnly: readOnly})
			if !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "99") {
				t.Errorf("%s, read-only %v: %v", engine, readOnly, err)
			}
		}
		if err := s.Verify(ctx); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("%s: Verify: %v", engine, err)
		}
	}
}

func TestReadOnlyDoesNotMigrate(t *testing.T) {
	ctx := context.Background()
	urls := newDatabases(t)
	if err := makePrivate(urls[engineSQLite]); err != nil {
		t.Fatal(err)
	}
	for engine, url := range urls {
		if _, err := Open(ctx, url, Options{ReadOnly: true}); err == nil {
			t.Errorf("%s: opened an empty database", engine)
		}
	}
}

// The two migrations must make the same tables and columns: the queries are
// the same.
func TestEnginesHaveTheSameColumns(t *testing.T) {
	ctx := context.Background()
	urls := newDatabases(t)
	lite, err := list(ctx, openAt(t, urls[engineSQLite], Options{}), scanInto[string],
		`SELECT t.name || '.' || c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version' ORDER BY t.name, c.name`)
	if err != nil {
		t.Fatal(err)
	}
	pg, err := list(ctx, openAt(t, urls[enginePostgres], Options{}), scanInto[string],
		`SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name <> 'goose_db_version' ORDER BY table_name COLLATE "C", column_name COLLATE "C"`)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := strings.Join(lite, "\n"), strings.Join(pg, "\n"); a != b || a == "" {
		t.Errorf("SQLite has\n%s\n\nPostgreSQL has\n%s", a, b)
	}
}
