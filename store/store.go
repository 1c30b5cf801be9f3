// Package store keeps what the hotline must remember: cases with their sealed
// messages and keys, handlers, daily keys, counters and settings in a
// database. Sealed files are kept by package blob.
//
// A [Store] is a SQLite file or a PostgreSQL database behind one set of
// methods; both run the same SQL, only the migrations differ. A method that
// writes returns nil only when what it wrote is durable, and writes all of it
// or nothing. The errors callers tell apart are the package's Err… values. What
// is given to a writing method must not be changed afterwards: after
// ErrUnsettled the write may still be on its way.
//
// Everything that comes from reporters is sealed before it arrives here, and
// no row says more about the time of what a reporter did than the day.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Options are what Open can be told. The zero value is right for a server.
type Options struct {
	Now      func() time.Time // the clock; nil: time.Now
	ReadOnly bool             // only read, and do not migrate: for commands beside a running server

	wait time.Duration // for a lock or an answer; 0: 5 s
}

// defaultWait is how long a call waits for a lock or for the database's answer
// before it returns ErrBusy.
const defaultWait = 5 * time.Second

// Store is an open database. It is safe for concurrent use.
type Store struct {
	engine    string
	now       func() time.Time
	read      *sql.DB
	writer    writer
	readLimit time.Duration // of one reading call; 0: none
	closeOnce func() error

	// What the engines do each in their way; nil where there is nothing to do.
	scrub   func(context.Context, ...string) error // makes what was deleted from these tables leave the disk
	reorder func(context.Context) error            // lays the rows down anew
	verify  func(context.Context) error            // the engine's own check
	shut    func() error                           // after writer and readers are closed
}

// writer runs units of work in transactions.
type writer interface {
	// do runs work in a transaction and returns nil when it is committed. An
	// error of work undoes it and comes back translated.
	do(ctx context.Context, work func(tx) error) error
	close() error
}

// tx is what a unit of work sees of its transaction.
type tx struct {
	querier
	ctx context.Context
	log *[]AuditEntry // what goes into the audit log with the commit
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// exec runs one statement and returns the number of rows it changed.
func (t tx) exec(query string, args ...any) (int64, error) {
	res, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Open opens the database, brings its schema up to date and checks it. url is
// the path of a SQLite file, made when it is not there, or postgres://….
func Open(ctx context.Context, url string, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.wait == 0 {
		opt.wait = defaultWait
	}
	open := openSQLite
	if isPostgres(url) {
		open = openPostgres
	}
	s, err := open(ctx, url, opt)
	if err != nil {
		return nil, translate(err)
	}
	s.now = opt.Now
	s.closeOnce = sync.OnceValue(s.close)
	if s.writer != nil {
		if err := s.RedateCases(ctx); err != nil {
			return nil, errors.Join(translate(err), s.Close())
		}
	}
	return s, nil
}

// Engine returns "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine }

// Close ends all work and closes the database; a second time does nothing.
// SQLite's write-ahead log is written back into the database file and emptied.
func (s *Store) Close() error { return s.closeOnce() }

func (s *Store) close() error {
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	errs = append(errs, s.read.Close())
	if s.shut != nil {
		errs = append(errs, s.shut())
	}
	return errors.Join(errs...)
}

// Ready checks that the database takes a durable write now.
func (s *Store) Ready(ctx context.Context) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.exec(`UPDATE probe SET n = 1 - n WHERE id = 1`)
		return err
	})
}

// Verify checks the whole database: the schema's version, the engine's own
// check, and that every case has the messages it counts. It reads everything,
// so it takes time.
func (s *Store) Verify(ctx context.Context) error {
	if err := checkVersion(ctx, s.read, s.engine); err != nil {
		return translate(err)
	}
	if err := s.verify(ctx); err != nil {
		return translate(err)
	}
	var wrong int
	err := s.read.QueryRowContext(ctx, `SELECT count(*) FROM cases c WHERE c.last_seq <>
		(SELECT count(*) FROM messages m WHERE m.case_id = c.id AND m.seq <= c.last_seq)`).Scan(&wrong)
	if err != nil {
		return translate(err)
	}
	if wrong > 0 {
		return fmt.Errorf("%w: %d cases lack messages they count", ErrDamaged, wrong)
	}
	return nil
}

var errReadOnly = errors.New("store: opened read-only")

// write runs work in one durable transaction.
func (s *Store) write(ctx context.Context, work func(tx) error) error {
	if s.writer == nil {
		return errReadOnly
	}
	return s.writer.do(ctx, func(t tx) error {
		t.log = new([]AuditEntry)
		if err := work(t); err != nil {
			return err
		}
		return s.chain(t)
	})
}
