package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hotline/store/fault"
	"hotline/store/folder"
)

// sqliteReaders is the number of reading connections.
const sqliteReaders = 4

// The connections' settings. The driver applies them in an order of its own, so that none
// may depend on another; a page has 4,096 bytes, as SQLite makes it. A commit is on the
// disk when it returns (FULL), deleted bytes are overwritten, and nothing is
// put into temporary files.
var (
	sqliteWriterPragmas = []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"secure_delete(1)", "trusted_schema(0)", "temp_store(memory)", "cache_size(-32000)", "wal_autocheckpoint(2000)"}
	sqliteReaderPragmas = []string{"query_only(1)", "trusted_schema(0)", "temp_store(memory)"}
)

// sqliteDSN returns the data source name of a connection to the file at path.
func sqliteDSN(path, mode string, wait time.Duration, pragmas []string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}}
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLite(ctx context.Context, path string, opt Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if opt.ReadOnly {
		return openSQLiteReadOnly(ctx, path, opt)
	}
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, path, opt)
	if err != nil {
		return nil, err
	}
	db := newSQLite(opt)
	if db.read, err = openReaders(ctx, path, opt.Wait); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if db.writer, err = newGroupWriter(ctx, w, opt.Wait); err != nil {
		return nil, errors.Join(err, db.read.Close(), w.Close())
	}
	db.scrub = func(ctx context.Context, _ ...string) error { return truncateWAL(ctx, path, opt.Wait) }
	db.reorder = func(ctx context.Context) error { return vacuum(ctx, path, opt.Wait, vacuumLimit) }
	db.clear = func(ctx context.Context, limit int64, _ []Table) error {
		return vacuum(ctx, path, opt.Wait, min(limit, vacuumLimit))
	}
	db.shut = func() error { return closeWriter(w) }
	return db, nil
}

func openSQLiteReadOnly(ctx context.Context, path string, opt Options) (*DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("store: open the database: %w", err)
	}
	db := newSQLite(opt)
	var err error
	if db.read, err = openReaders(ctx, path, opt.Wait); err != nil {
		return nil, err
	}
	if err := checkVersion(ctx, db.read, db.schema); err != nil {
		return nil, errors.Join(err, db.read.Close())
	}
	return db, nil
}

func newSQLite(opt Options) *DB {
	db := &DB{engine: SQLite, schema: opt.schema(SQLite), snapshots: make(chan struct{}, sqliteReaders/2)}
	db.verify = func(ctx context.Context) error {
		return errors.Join(integrity(ctx, db.read, "integrity_check"), foreignKeys(ctx, db.read))
	}
	return db
}

// makePrivate makes the folder (0700) and the file (0600) when they are not
// there. SQLite gives its own files beside it the same rights.
func makePrivate(path string) error {
	if err := folder.Make(filepath.Dir(path)); err != nil {
		return fmt.Errorf("store: make the data folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: make the database: %w", err)
	}
	return f.Close()
}

// openWriter opens the one writing connection, migrates and checks.
func openWriter(ctx context.Context, path string, opt Options) (*sql.DB, error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "rw", opt.Wait, sqliteWriterPragmas))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	err = integrity(ctx, db, "quick_check")
	if err == nil {
		err = migrateSQLite(ctx, db, opt.schema(SQLite))
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func openReaders(ctx context.Context, path string, wait time.Duration) (*sql.DB, error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "ro", wait, sqliteReaderPragmas))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(sqliteReaders)
	db.SetMaxIdleConns(sqliteReaders)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// integrity runs PRAGMA quick_check or integrity_check.
func integrity(ctx context.Context, db *sql.DB, check string) error {
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA `+check+`(1)`).Scan(&found); err != nil {
		return fmt.Errorf("store: check the database: %w", err)
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", fault.ErrDamaged, strings.TrimSpace(found))
	}
	return nil
}

// closeWriter empties the log and closes the writing connection. When another
// process still reads, the log stays until that one ends.
func closeWriter(db *sql.DB) error {
	err := checkpoint(context.Background(), db)
	if errors.Is(err, fault.ErrBusy) {
		err = nil
	}
	return errors.Join(err, db.Close())
}

// foreignKeys checks that every row's case, message and handler are there.
func foreignKeys(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `PRAGMA foreign_key_check`)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return fmt.Errorf("%w: a row belongs to nothing", fault.ErrDamaged)
	}
	return rows.Err()
}

// truncateWAL checkpoints from a connection of its own, because the writing
// one is the writer's alone.
func truncateWAL(ctx context.Context, path string, wait time.Duration) error {
	db, err := sql.Open("sqlite", sqliteDSN(path, "rw", wait, sqliteWriterPragmas))
	if err != nil {
		return err
	}
	return errors.Join(checkpoint(ctx, db), db.Close())
}

// checkpoint writes the write-ahead log back and empties it. fault.ErrBusy: a reader
// was in the way.
func checkpoint(ctx context.Context, q querier) error {
	var busy, pages, done int
	if err := q.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &done); err != nil {
		return translate(err)
	}
	if busy != 0 {
		return fmt.Errorf("%w: the write-ahead log is in use", fault.ErrBusy)
	}
	return nil
}

// sqliteSentinel returns what a SQLite error means to a caller; nil: nothing.
func sqliteSentinel(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.ErrExists
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.ErrReference
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL:
		return fault.ErrBusy
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.ErrDamaged
	}
	return nil
}

// isIOError reports whether SQLite met a failing disk.
func isIOError(err error) bool { return isSQLite(err, sqlite3.SQLITE_IOERR) }

// isLocked reports whether another process held SQLite's lock for too long.
func isLocked(err error) bool { return isSQLite(err, sqlite3.SQLITE_BUSY) }

func isSQLite(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == code
}
