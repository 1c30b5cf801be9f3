package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"

	"hotline/store/engine"
	"hotline/store/pgtest"
	"hotline/test/long"
)

// The child of the upgrade test brings the database of the first variable up to date, and
// kills itself at the step of the second one.
const (
	upgradeChildVariable = "HOTLINE_TEST_UPGRADE_CHILD"
	upgradeStepVariable  = "HOTLINE_TEST_UPGRADE_STEP"
)

// nextMigration is one more migration of today's schema. Both engines run it.
const nextMigration = `-- +goose Up
SELECT upgrade_step(1);
ALTER TABLE cases ADD COLUMN next_mark TEXT NOT NULL DEFAULT 'none';
SELECT upgrade_step(2);
CREATE TABLE next_notes (case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE, words TEXT NOT NULL);
SELECT upgrade_step(3);
INSERT INTO next_notes (case_id, words) SELECT id, state FROM cases;
SELECT upgrade_step(4);
UPDATE cases SET next_mark = 'seen';
SELECT upgrade_step(5);
CREATE INDEX next_by_mark ON cases (next_mark);
SELECT upgrade_step(6);
ALTER TABLE next_notes RENAME COLUMN words TO note;
SELECT upgrade_step(7);
`

const upgradeSteps = 7

// nextProgram opens a database as a program with one more migration does.
func nextProgram(ctx context.Context, url string) (*engine.DB, error) {
	files := fstest.MapFS{}
	for _, name := range []string{engine.SQLite, engine.Postgres} {
		path := name + "/0001_init.sql"
		content, err := fs.ReadFile(migrations, "migrations/"+path)
		if err != nil {
			return nil, err
		}
		files[path] = &fstest.MapFile{Data: content}
		files[name+"/0002_next.sql"] = &fstest.MapFile{Data: []byte(nextMigration)}
	}
	return engine.Open(ctx, url, engine.Options{Migrations: files, Scattered: scattered, Wait: time.Minute})
}

func init() {
	die, _ := strconv.ParseInt(os.Getenv(upgradeStepVariable), 10, 64)
	sqlite.MustRegisterScalarFunction("upgrade_step", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if step, _ := args[0].(int64); step == die && die > 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil, nil
	})
}

// upgradeChild is what the child does.
func upgradeChild(url string) {
	db, err := nextProgram(context.Background(), url)
	if err == nil {
		err = db.Close()
	}
	fmt.Println("upgraded", err)
}

// upgrading starts the child, below another command or none.
func upgrading(t *testing.T, url string, step int, under ...string) *exec.Cmd {
	t.Helper()
	line := append(under, os.Args[0])
	c := exec.Command(line[0], line[1:]...)
	c.Env = append(os.Environ(), upgradeChildVariable+"="+url, upgradeStepVariable+"="+strconv.Itoa(step))
	c.Stdout, c.Stderr = io.Discard, os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// isNew reports whether a database has the next schema. It fails the test where it has a
// part of it.
func isNew(t *testing.T, when string, db *sql.DB, cases int) bool {
	t.Helper()
	var version int
	if err := db.QueryRow(`SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	parts := map[string]int{}
	for name, query := range map[string]string{
		"marks": `SELECT count(*) FROM cases WHERE next_mark = 'seen'`,
		"notes": `SELECT count(*) FROM next_notes WHERE note <> ''`,
	} {
		n := 0
		if err := db.QueryRow(query).Scan(&n); err != nil {
			n = -1 // there is no such column or table
		}
		parts[name] = n
	}
	switch {
	case version == 1 && parts["marks"] == -1 && parts["notes"] == -1:
		return false
	case version == 2 && parts["marks"] == cases && parts["notes"] == cases:
		return true
	}
	t.Fatalf("%s: between two schemas: version %d, %v", when, version, parts)
	return false
}

// checkUpgrade looks at a database whose upgrade was killed: it has the old or the new
// schema, the program of the old one takes it for what it is, and the next start of the new
// one ends the upgrade.
func checkUpgrade(t *testing.T, when, url string, open func() *sql.DB, cases int) (wasNew bool) {
	t.Helper()
	ctx := context.Background()
	db := open()
	wasNew = isNew(t, when, db, cases)
	db.Close()
	old, err := Open(ctx, url, Options{})
	switch {
	case wasNew && !errors.Is(err, ErrNewerSchema):
		t.Errorf("%s: the old program opens the new schema: %v", when, err)
	case !wasNew && err != nil:
		t.Errorf("%s: the old program: %v", when, err)
	case !wasNew:
		if err := errors.Join(old.Verify(ctx), old.Ready(ctx), old.Close()); err != nil {
			t.Errorf("%s: the old program: %v", when, err)
		}
	}
	next, err := nextProgram(ctx, url)
	if err != nil {
		t.Fatalf("%s: the next start: %v", when, err)
	}
	if err := errors.Join(next.Verify(ctx), next.Close()); err != nil {
		t.Errorf("%s: the next start: %v", when, err)
	}
	db = open()
	defer db.Close()
	if !isNew(t, when, db, cases) {
		t.Errorf("%s: the next start does not end the upgrade", when)
	}
	return wasNew
}

// F19: the upgrade of a SQLite file is killed within each of its steps, and in a long run at
// each of its writes and syncs.
func TestUpgradeKilled(t *testing.T) {
	const cases = 20
	s, from := openTemp(t, Options{})
	createCases(t, s, addHandlers(t, s, 1), cases)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ended := map[bool]int{}
	try := func(when string, step int, under ...string) (killed bool) {
		path := filepath.Join(t.TempDir(), "hotline.db")
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(path, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		killed = upgrading(t, path, step, under...).Wait() != nil
		if wasNew := checkUpgrade(t, when, path, func() *sql.DB { return openRaw(t, path) }, cases); killed {
			ended[wasNew]++
		}
		return killed
	}
	for step := 1; step <= upgradeSteps; step++ {
		if !try(fmt.Sprint("step ", step), step) {
			t.Errorf("step %d: not killed", step)
		}
	}
	kills := upgradeSteps
	for _, call := range []string{"pwrite64", "fsync,fdatasync", "ftruncate", "unlink"} {
		for n := 1; n < long.Times(0, 1000); n++ {
			if !try(fmt.Sprintf("%s %d", call, n), 0, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n)) {
				break
			}
			kills++
		}
	}
	if !t.Failed() {
		long.Figure(t, "F19 SQLite: an upgrade killed at %d places: %d with the old schema, %d with the new one, 0 between, each ended by the next start", kills, ended[false], ended[true])
	}
}

// F19: the same of PostgreSQL, where each step waits for a lock of the test.
func TestUpgradeOfPostgresKilled(t *testing.T) {
	const cases = 20
	ctx := context.Background()
	ended := map[bool]int{}
	for step := 1; step <= upgradeSteps; step++ {
		url := pgtest.URL(t)
		open := func() *sql.DB {
			db, err := sql.Open("pgx", url)
			if err != nil {
				t.Fatal(err)
			}
			return db
		}
		s := openAt(t, url, Options{})
		createCases(t, s, addHandlers(t, s, 1), cases)
		db := open()
		lock, err := db.Conn(ctx)
		if err == nil {
			_, err = lock.ExecContext(ctx, `CREATE FUNCTION upgrade_step(n int) RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_xact_lock(19000 + n)'`)
		}
		if err == nil {
			_, err = lock.ExecContext(ctx, `SELECT pg_advisory_lock(19000 + $1)`, step)
		}
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		child := upgrading(t, url, 0)
		waitFor(t, db, `SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
		_ = child.Process.Kill()
		_ = child.Wait()
		if err := lock.Close(); err != nil { // its connection goes back to the pool
			t.Fatal(err)
		}
		db.Close()
		db = open()
		waitFor(t, db, `SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'hotline' AND datname = current_database()`)
		db.Close()
		ended[checkUpgrade(t, fmt.Sprint("step ", step), url, open, cases)]++
	}
	if !t.Failed() {
		long.Figure(t, "F19 PostgreSQL: an upgrade killed at %d steps: %d with the old schema, %d with the new one, 0 between, each ended by the next start", upgradeSteps, ended[false], ended[true])
	}
}

// waitFor asks until a query says yes.
func waitFor(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	for range 30_000 {
		var yes bool
		if err := db.QueryRow(query).Scan(&yes); err != nil {
			t.Fatal(err)
		}
		if yes {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", strings.TrimSpace(query))
}
