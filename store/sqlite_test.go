package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
	"hotline/store/fault"
)

// openRaw opens the SQLite file at path beside a store.
func openRaw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", rawDSN(path, "rw", time.Second, "foreign_keys(1)"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func TestSQLiteFilesArePrivate(t *testing.T) {
	s, path := openTemp(t, Options{})
	if err := s.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%s has rights %v, want %v", filepath.Base(name), info.Mode().Perm(), mode)
		}
	}
}

func TestSQLiteSettings(t *testing.T) {
	s, _ := openTemp(t, Options{})
	ctx := context.Background()
	check := func(who string, q engine.Tx, expected map[string]string) {
		for name, value := range expected {
			var got string
			if err := q.Row(`PRAGMA ` + name).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s = %q (%v), want %q", who, name, got, err, value)
			}
		}
	}
	err := s.write(ctx, func(t tx) error {
		check("writer", t.Tx, map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
			"trusted_schema": "0", "temp_store": "2", "busy_timeout": "5000", "query_only": "0"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check("reader", s.read(ctx), map[string]string{"query_only": "1", "trusted_schema": "0", "temp_store": "2", "busy_timeout": "5000"})
	for _, statement := range []string{`DELETE FROM probe`, `PRAGMA query_only(0); DELETE FROM probe`} {
		if _, err := s.read(ctx).Exec(statement); err == nil {
			t.Errorf("a reader could %s", statement)
		}
	}
}

// Another process holds the database's write lock.
func TestSQLiteLocked(t *testing.T) {
	t.Parallel()
	s, path := openTemp(t, Options{wait: 2 * time.Second})
	ctx := context.Background()
	handlers := addHandlers(t, s, 1)
	first := createCases(t, s, handlers, 1)[0]

	lock, err := openRaw(t, path).BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateCase(ctx, usualCase(handlers)); !errors.Is(err, ErrBusy) || errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("CreateCase while locked: %v", err)
	}
	if err := s.Ready(ctx); !errors.Is(err, ErrBusy) {
		t.Errorf("Ready while locked: %v", err)
	}
	if _, err := s.CaseByLookup(ctx, first.LookupHash); err != nil {
		t.Errorf("reading while locked: %v", err)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	createCases(t, s, handlers, 1)
	if all, err := s.Cases(ctx, CaseFilter{}); err != nil || len(all) != 2 {
		t.Errorf("%d cases (%v), want 2: what was refused must not come later", len(all), err)
	}
}

// setMaxPages limits the size of the database; 0 lifts the limit.
func setMaxPages(t *testing.T, s *Store, more int) {
	t.Helper()
	err := s.write(context.Background(), func(w tx) error {
		var pages, limit int
		if err := w.Row(`PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		limit = pages + more
		if more == 0 {
			limit = 1 << 30
		}
		return w.Row(fmt.Sprint(`PRAGMA max_page_count = `, limit)).Scan(&limit)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSQLiteDiskFull(t *testing.T) {
	s, _ := openTemp(t, Options{})
	ctx := context.Background()
	handlers := addHandlers(t, s, 1)
	stored := createCases(t, s, handlers, 1)
	setMaxPages(t, s, 40)
	for {
		c := usualCase(handlers)
		err := s.CreateCase(ctx, c)
		if err == nil {
			stored = append(stored, c)
			continue
		}
		if !errors.Is(err, ErrBusy) || errors.Is(err, ErrOutcomeUnknown) {
			t.Fatalf("full: %v", err)
		}
		break
	}
	for _, c := range stored {
		if _, err := s.CaseByLookup(ctx, c.LookupHash); err != nil {
			t.Errorf("reading while full: %v", err)
		}
	}
	if all, err := s.Cases(ctx, CaseFilter{}); err != nil || len(all) != len(stored) {
		t.Errorf("%d cases (%v), want %d", len(all), err, len(stored))
	}
	setMaxPages(t, s, 0)
	createCases(t, s, handlers, 1)
	if err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
}

// onDisk returns the bytes of the database file and of its log. It reads them
// in another process: closing the file in this one would drop SQLite's locks.
func onDisk(t *testing.T, path string) []byte {
	t.Helper()
	b, err := exec.Command("cat", path, path+"-wal").Output()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSQLiteDroppedKeysLeaveTheDisk(t *testing.T) {
	s, path := openTemp(t, Options{})
	ctx := context.Background()
	handlers := addHandlers(t, s, 1)
	old, kept := [32]byte(randomBytes(32)), [32]byte(randomBytes(32))
	for day, key := range map[string][32]byte{"2026-11-19": old, "2026-11-21": kept} {
		if _, err := s.DailyKey(ctx, casework.Day(day), key); err != nil {
			t.Fatal(err)
		}
	}
	c := usualCase(handlers)
	c.Use.Day = "2026-11-19"
	if err := s.CreateCase(ctx, c); err != nil {
		t.Fatal(err)
	}
	secrets := map[string][]byte{"key": old[:], "nonce": c.Use.Nonce, "content": c.Use.Content}
	for name, secret := range secrets {
		if !bytes.Contains(onDisk(t, path), secret) {
			t.Fatalf("the %s was not even there before", name)
		}
	}
	if n, err := s.DropDailyKeys(ctx, "2026-11-20"); err != nil || n != 1 {
		t.Fatalf("DropDailyKeys: %d, %v", n, err)
	}
	for name, secret := range secrets {
		if bytes.Contains(onDisk(t, path), secret) {
			t.Errorf("the %s is still on the disk", name)
		}
	}
	if !bytes.Contains(onDisk(t, path), kept[:]) {
		t.Error("the key of today is not on the disk")
	}
}

// A reader that is slow to finish keeps the log from being emptied.
func TestSQLiteDropDailyKeysWhileRead(t *testing.T) {
	t.Parallel()
	s, path := openTemp(t, Options{wait: 2 * time.Second})
	ctx := context.Background()
	old := [32]byte(randomBytes(32))
	if _, err := s.DailyKey(ctx, "2026-11-19", old); err != nil {
		t.Fatal(err)
	}
	reading, err := openRaw(t, path).BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reading.QueryRow(`SELECT count(*) FROM daily_keys`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DropDailyKeys(ctx, "2026-11-20"); !errors.Is(err, ErrBusy) {
		t.Errorf("DropDailyKeys beside a reader: %v", err)
	}
	if err := reading.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DropDailyKeys(ctx, "2026-11-20"); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(onDisk(t, path), old[:]) {
		t.Error("the key is still on the disk")
	}
}

// What comes from reporters must not be kept in the order in which it came.
func TestSQLiteRowsTellNoOrder(t *testing.T) {
	s, path := openTemp(t, Options{})
	ctx := context.Background()
	cases := createCases(t, s, addHandlers(t, s, 2), 30)
	db := openRaw(t, path)

	ofHandlers := []string{"handlers", "audit", "audit_head", "recovery", "goose_db_version", "sqlite_sequence", "sqlite_schema"}
	tables, err := engine.List(s.read(ctx), engine.Column[string], `SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr = 0`)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var isPlace bool
		err := db.QueryRow(`SELECT count(*) FROM pragma_table_info($1) WHERE name = 'place' AND type = 'INTEGER' AND pk = 1`, table).Scan(&isPlace)
		if err != nil || !isPlace && !slices.Contains(ofHandlers, table) {
			t.Errorf("table %s numbers its rows (%v)", table, err)
		}
	}

	var arrived []string
	for _, c := range cases {
		arrived = append(arrived, c.ID)
	}
	for table, column := range map[string]string{"cases": "id", "messages": "case_id", "case_keys": "case_id", "form_uses": "case_id"} {
		rows, err := engine.List(s.read(ctx), engine.Column[string], `SELECT `+column+` FROM `+table+` NOT INDEXED`)
		if err != nil {
			t.Fatal(err)
		}
		if rows = slices.Compact(rows); slices.Equal(rows, arrived) {
			t.Errorf("%s lie in the order of their arrival", table)
		}
	}
	places, err := engine.List(s.read(ctx), engine.Column[int64], `SELECT place FROM cases NOT INDEXED`)
	if err != nil || !slices.IsSorted(places) || len(places) != len(cases) {
		t.Errorf("cases do not lie in the order of their places (%v)", err)
	}
}

func TestSQLiteForgetOrder(t *testing.T) {
	s, path := openTemp(t, Options{})
	ctx := context.Background()
	cases := createCases(t, s, addHandlers(t, s, 1), 40)
	if err := s.ForgetOrder(ctx); err != nil {
		t.Fatal(err)
	}
	byPlace, err := engine.List(s.read(ctx), engine.Column[string], `SELECT case_id FROM messages ORDER BY place`)
	if err != nil {
		t.Fatal(err)
	}
	raw := onDisk(t, path)
	slices.SortFunc(cases, func(a, b NewCase) int {
		return bytes.Index(raw, a.Message[:64]) - bytes.Index(raw, b.Message[:64])
	})
	// Within a page SQLite fills from the end, so neighbours may be swapped.
	for i, c := range cases {
		if at := slices.Index(byPlace, c.ID); at < i-1 || at > i+1 {
			t.Errorf("message %d of the file has place %d", i, at)
		}
	}
	createCases(t, s, nil, 1)
	if err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestSQLiteConstraints(t *testing.T) {
	s, path := openTemp(t, Options{})
	c := createCases(t, s, addHandlers(t, s, 1), 1)[0]
	db := openRaw(t, path)
	for _, statement := range []string{
		`UPDATE cases SET state = 'lost'`, `UPDATE cases SET state = ''`, `UPDATE cases SET outcome = 'fine'`,
		`UPDATE cases SET last_seq = 0`, `UPDATE cases SET received = ''`, `UPDATE cases SET queue = ''`,
		`UPDATE messages SET sender = 'boss'`, `UPDATE messages SET at = 1`, `UPDATE messages SET seq = 0`,
		`UPDATE messages SET sealed = x''`, `UPDATE messages SET sealed = NULL`, `UPDATE messages SET case_id = 'other'`,
		`UPDATE case_keys SET case_id = 'other'`, `UPDATE case_keys SET checked = 2`, `UPDATE form_uses SET nonce = x'00'`, `UPDATE form_uses SET opened = 2`,
		`INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) VALUES ('nobody', '` + c.ID + `', 'reporter', 0, '')`,
		`INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) SELECT id, '` + c.ID + `', 'reporter', 1, '' FROM handlers`,
		`INSERT INTO case_links (low_id, high_id, kind) VALUES ('` + c.ID + `', '` + c.ID + `', 'related')`,
		`UPDATE audit SET at = 1`, `DELETE FROM audit`, `INSERT INTO daily_keys (day, key) VALUES ('2026-11-21', x'00')`,
		`INSERT INTO files (id, case_id, seq, size) VALUES ('f', '` + c.ID + `', 2, 1)`,
		`INSERT INTO probe (id, n) VALUES (2, 0)`, `UPDATE cases SET kind = 'tip'`, `UPDATE cases SET standing = ''`,
		`UPDATE cases SET danger = 'yes'`, `UPDATE cases SET urgent = 2`,
	} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
	if _, err := db.Exec(`DELETE FROM cases`); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"case_keys", "messages", "files", "form_uses"} {
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows in %s outlive their case (%v)", n, table, err)
		}
	}
}

func TestSQLiteClose(t *testing.T) {
	s, path := openTemp(t, Options{})
	ctx := context.Background()
	c := createCases(t, s, addHandlers(t, s, 1), 1)[0]
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	if err := s.CreateCase(ctx, usualCase(nil)); !errors.Is(err, ErrBusy) {
		t.Errorf("CreateCase after Close: %v", err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || !slices.Equal(left, []string{path}) {
		t.Errorf("Close left %q", left)
	}
	again := openAt(t, path, Options{})
	if _, err := again.Case(ctx, c.ID); err != nil {
		t.Error(err)
	}
}

func TestSQLiteReadOnly(t *testing.T) {
	s, path := openTemp(t, Options{})
	ctx := context.Background()
	c := createCases(t, s, addHandlers(t, s, 1), 1)[0]
	check := func(when string) {
		t.Helper()
		r := openAt(t, path, Options{ReadOnly: true})
		if _, err := r.Case(ctx, c.ID); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		if err := r.CreateCase(ctx, usualCase(nil)); !errors.Is(err, fault.ErrReadOnly) {
			t.Errorf("%s: CreateCase: %v", when, err)
		}
		for name, err := range map[string]error{"Ready": r.Ready(ctx), "ForgetOrder": r.ForgetOrder(ctx)} {
			if !errors.Is(err, fault.ErrReadOnly) {
				t.Errorf("%s: %s: %v", when, name, err)
			}
		}
		if err := r.Verify(ctx); err != nil {
			t.Errorf("%s: Verify: %v", when, err)
		}
	}
	check("beside a server")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("without a server")

	missing := filepath.Join(t.TempDir(), "none", "hotline.db")
	if _, err := Open(ctx, missing, Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("opened what is not there: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(missing)); err == nil {
		t.Error("a read-only Open made the folder")
	}
}

func TestSQLiteDamaged(t *testing.T) {
	ctx := context.Background()
	s, path := openTemp(t, Options{})
	createCases(t, s, addHandlers(t, s, 1), 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"no database at all": func([]byte) []byte { return []byte(strings.Repeat("these are no rows ", 1000)) },
		"pages overwritten": func(b []byte) []byte {
			for i := 4 * 8192; i < len(b); i += 8192 {
				copy(b[i:], "overwritten")
			}
			return b
		},
		"end cut off": func(b []byte) []byte { return b[:len(b)/2] },
	} {
		if err := os.WriteFile(path, damage(slices.Clone(sound)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(ctx, path, Options{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
