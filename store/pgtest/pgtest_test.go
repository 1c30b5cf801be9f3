package pgtest

import (
	"context"
	"database/sql"
	"testing"
)

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestDatabasesAreSeparateAndEmpty(t *testing.T) {
	ctx := context.Background()
	one, two := open(t, URL(t)), open(t, URL(t))
	if _, err := one.ExecContext(ctx, `CREATE TABLE things (id INT)`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := two.QueryRowContext(ctx, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&n); err != nil || n != 0 {
		t.Fatalf("%d tables in a new database (%v)", n, err)
	}
}

func TestCommitsAreDurable(t *testing.T) {
	db := open(t, URL(t))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := db.QueryRowContext(context.Background(), `SHOW `+setting).Scan(&value); err != nil || value != "on" {
			t.Errorf("%s = %q (%v)", setting, value, err)
		}
	}
}

func TestCrashKeepsWhatWasCommitted(t *testing.T) {
	ctx := context.Background()
	server := Start(t)
	db := open(t, server.Database(t))
	if _, err := db.ExecContext(ctx, `CREATE TABLE things (id INT)`); err != nil {
		t.Fatal(err)
	}
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM things`).Scan(&n); err != nil {
		t.Fatal(err)
	}
}
