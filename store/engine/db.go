// Package engine opens a database, SQLite or PostgreSQL, brings its schema up to
// date, and runs units of work in durable transactions. It knows no entity: the
// migrations, and which tables are laid down anew, are handed to it.
//
// Both engines run the same SQL, with parameters $1, $2 …. The errors that
// callers tell apart are those of package fault.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"hotline/store/fault"
)

// The engines, as DB.Engine returns them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Options are what Open is told.
type Options struct {
	// Migrations has a folder of goose migrations for each engine, by its name.
	Migrations fs.FS

	// Scattered are the tables that PostgreSQL lays down anew.
	Scattered []Table

	ReadOnly bool          // only read, and do not migrate
	Wait     time.Duration // for a lock or an answer; 0: DefaultWait

	// Twice runs each unit of work twice, the first time to be undone. For tests.
	Twice bool
}

// DefaultWait is how long a call waits for a lock or for the database's answer
// before it returns fault.ErrBusy.
const DefaultWait = 5 * time.Second

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine    string
	schema    schema
	read      *sql.DB
	writer    writer
	readLimit time.Duration // of one reading call; 0: none
	snapshots chan struct{} // a place for each Snapshot at once
	twice     bool
	closeOnce func() error

	// What the engines do each in their way; nil where there is nothing to do.
	scrub   func(context.Context, ...string) error      // makes what was deleted from these tables leave the disk
	reorder func(context.Context) error                 // lays the rows down anew
	clear   func(context.Context, int64, []Table) error // rewrites these tables, of that many bytes at most
	verify  func(context.Context) error                 // the engine's own check
	shut    func() error                                // after writer and readers are closed
}

// writer runs units of work in transactions.
type writer interface {
	// do runs work in a transaction and returns nil when it is committed. An
	// error of work undoes it and comes back translated.
	do(ctx context.Context, work func(Tx) error) error
	close() error
}

// Open opens the database, brings its schema up to date and checks it. url is
// the path of a SQLite file, made when it is not there, or postgres://….
func Open(ctx context.Context, url string, opt Options) (*DB, error) {
	if opt.Wait == 0 {
		opt.Wait = DefaultWait
	}
	open := openSQLite
	if isPostgres(url) {
		open = openPostgres
	}
	db, err := open(ctx, url, opt)
	if err != nil {
		return nil, translate(err)
	}
	db.twice = opt.Twice
	db.closeOnce = sync.OnceValue(db.close)
	return db, nil
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Engine returns SQLite or Postgres.
func (db *DB) Engine() string { return db.engine }

// ReadOnly reports whether the database was opened only to read.
func (db *DB) ReadOnly() bool { return db.writer == nil }

// Close ends all work and closes the database; a second time does nothing.
// SQLite's write-ahead log is written back into the database file and emptied.
func (db *DB) Close() error { return db.closeOnce() }

func (db *DB) close() error {
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.close())
	}
	errs = append(errs, db.read.Close())
	if db.shut != nil {
		errs = append(errs, db.shut())
	}
	return errors.Join(errs...)
}

// Verify checks that the schema is exactly this program's, and runs the engine's
// own check. It reads everything, so it takes time.
func (db *DB) Verify(ctx context.Context) error {
	if err := checkVersion(ctx, db.read, db.schema); err != nil {
		return translate(err)
	}
	return translate(db.verify(ctx))
}

// Write runs a unit of work in one durable transaction, and returns nil when it
// is committed. The work may run twice, after its first run was undone: what it
// leaves behind outside of the transaction has to be set anew by each run.
func (db *DB) Write(ctx context.Context, work func(Tx) error) error {
	if db.writer == nil {
		return fault.ErrReadOnly
	}
	if db.twice {
		work = twice(work)
	}
	return db.writer.do(ctx, work)
}

// twice returns a unit of work that runs twice and fails where the two runs do
// not come to the same end.
func twice(work func(Tx) error) func(Tx) error {
	return func(t Tx) error {
		if _, err := t.Exec(`SAVEPOINT first_run`); err != nil {
			return err
		}
		first := work(t)
		if errors.Is(first, fault.ErrBusy) {
			return first // the transaction may have ended
		}
		for _, end := range []string{`ROLLBACK TO first_run`, `RELEASE first_run`} {
			if _, err := t.Exec(end); err != nil {
				return err
			}
		}
		second := work(t)
		if (first == nil) != (second == nil) {
			return fmt.Errorf("store: a unit of work came to two ends: %v, then %v", first, second)
		}
		return second
	}
}

// Read returns what reads outside of a transaction, or in the Snapshot of a context.
func (db *DB) Read(ctx context.Context) Tx {
	t := Tx{q: db.read, ctx: ctx, limit: db.readLimit}
	if at, ok := ctx.Value(snapshotOf{db}).(*sql.Tx); ok {
		t.q = at
	}
	return t
}

// snapshotOf is the key of a context's snapshot of a database.
type snapshotOf struct{ db *DB }

// Snapshot returns a context in which everything is read as it is at one moment, and
// what ends that. Each holds a connection, and whoever has one may read something besides
// it: so there are fewer at once than connections, and the others wait.
func (db *DB) Snapshot(ctx context.Context) (at context.Context, end func(), err error) {
	select {
	case db.snapshots <- struct{}{}:
	case <-ctx.Done():
		return ctx, func() {}, translate(ctx.Err())
	}
	options := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	t, err := db.read.BeginTx(ctx, options)
	if err != nil {
		<-db.snapshots
		return ctx, func() {}, translate(err)
	}
	return context.WithValue(ctx, snapshotOf{db}, t), func() { _ = t.Rollback(); <-db.snapshots }, nil
}

// Scrub makes what was deleted from these tables leave the disk. fault.ErrBusy:
// it is still there, try again.
func (db *DB) Scrub(ctx context.Context, tables ...string) error {
	if db.scrub == nil {
		return fault.ErrReadOnly
	}
	return db.scrub(ctx, tables...)
}
