// Package store keeps what the hotline must remember: cases with their sealed
// messages and keys, handlers, daily keys and settings in a
// database. Sealed files are kept by package blob.
//
// A [Store] is a SQLite file or a PostgreSQL database behind one set of
// methods; both run the same SQL, only the migrations differ. A method that
// writes returns nil only when what it wrote is durable, and writes all of it
// or nothing. The errors callers tell apart are the package's Err… values. What
// is given to a writing method must not be changed afterwards: after
// ErrOutcomeUnknown the write may still be on its way.
//
// Everything that comes from reporters is sealed before it arrives here, and
// no row says more about the time of what a reporter did than the day.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"hotline/store/engine"
	"hotline/store/fault"
)

// Options are what Open can be told. The zero value is right for a server.
type Options struct {
	Now      func() time.Time // the clock; nil: time.Now
	ReadOnly bool             // only read, and do not migrate: for commands beside a running server

	wait  time.Duration // for a lock or an answer; 0: engine.DefaultWait
	twice bool          // each unit of work runs twice
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	db  *engine.DB
	now func() time.Time
}

// The errors that callers tell apart. Everything else is a fault of the
// program or of its set-up.
var (
	ErrNotFound       = fault.ErrNotFound
	ErrExists         = fault.ErrExists
	ErrBusy           = fault.ErrBusy
	ErrOutcomeUnknown = fault.ErrOutcomeUnknown
	ErrDamaged        = fault.ErrDamaged
	ErrNewerSchema    = fault.ErrNewerSchema

	// ErrConflict: somebody else was faster. Read again, then try again.
	ErrConflict = errors.New("store: changed in the meantime")

	// ErrStateChanged: the case is in another state by now. Read again, ask again.
	ErrStateChanged = errors.New("store: the case changed its state in the meantime")

	// ErrUnclassified: a case is classified before it is closed.
	ErrUnclassified = errors.New("store: the case is not classified yet")

	// ErrTransferred: the case is in another queue by now. Read again, ask again.
	ErrTransferred = errors.New("store: the case was transferred in the meantime")

	// ErrStatementAnswered: the written statement of a case has its answer.
	ErrStatementAnswered = errors.New("store: the statement was answered before")

	// ErrStale: a report is sealed to a handler's earlier recipient. Seal again.
	ErrStale = errors.New("store: sealed to a recipient that was replaced in the meantime")
)

//go:embed migrations
var migrations embed.FS

// scattered are PostgreSQL's tables whose rows belong to reporters.
var scattered = []engine.Table{
	{Name: "cases", Index: "cases_pkey", Order: "place", Same: `recipient = recipient || '', reporter_recipient = reporter_recipient || '', summary = summary || ''`},
	{Name: "case_keys", Index: "case_keys_pkey", Order: "place", Same: `sealed = sealed || ''`},
	{Name: "messages", Index: "messages_pkey", Order: "place", Same: `sealed = sealed || ''`},
	{Name: "reporter_names", Index: "reporter_names_pkey", Order: "place", Same: `sealed = sealed || ''`},
	{Name: "statements", Index: "statements_pkey", Order: "case_id, seq", Same: `state = state`},
	{Name: "exclusions", Index: "exclusions_pkey", Order: "handler_id, case_id", Same: `kind = kind`},
	{Name: "files", Index: "files_pkey", Order: "id", Same: `size = size`},
	{Name: "notices", Index: "notices_pkey", Order: "place", Same: `urgent = urgent`},
	{Name: "form_uses", Index: "form_uses_pkey", Order: "nonce, content", Same: `day = day`},
}

// Open opens the database, brings its schema up to date and checks it. url is
// the path of a SQLite file, made when it is not there, or postgres://….
func Open(ctx context.Context, url string, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, err := engine.Open(ctx, url, engine.Options{Migrations: files, Scattered: scattered, ReadOnly: opt.ReadOnly, Wait: opt.wait, Twice: opt.twice})
	if err != nil {
		return nil, err
	}
	s := &Store{db, opt.Now}
	if !opt.ReadOnly {
		if err := s.reorganized(ctx, nil); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Engine returns "sqlite" or "postgres".
func (s *Store) Engine() string { return s.db.Engine() }

// Close ends all work and closes the database; a second time does nothing.
// SQLite's write-ahead log is written back into the database file and emptied.
func (s *Store) Close() error { return s.db.Close() }

// Ready checks that the database takes a durable write now.
func (s *Store) Ready(ctx context.Context) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`UPDATE probe SET n = 1 - n WHERE id = 1`)
		return err
	})
}

// Verify checks the whole database: the schema's version, the engine's own
// check, and that every case has the messages it counts. It reads everything,
// so it takes time.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.db.Verify(ctx); err != nil {
		return err
	}
	wrong, err := engine.One(s.read(ctx).WithoutLimit(), engine.Column[int], `SELECT count(*) FROM cases c WHERE c.last_seq <>
		(SELECT count(*) FROM messages m WHERE m.case_id = c.id AND m.seq <= c.last_seq)`)
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%w: %d cases lack messages they count", ErrDamaged, wrong)
	}
	return err
}

// ForgetOrder lays all rows down anew in the order of their random places, so
// that not even the raw database file tells in which order reports came. It
// is for a quiet hour: while it runs, writers wait, and after five seconds get
// ErrBusy. It needs as much free disk as the database has.
func (s *Store) ForgetOrder(ctx context.Context) error { return s.db.ForgetOrder(ctx) }

// tx is what a unit of work sees of its transaction.
type tx struct {
	engine.Tx
	log *[]AuditEntry // what goes into the audit log with the commit
}

// write runs work in one durable transaction. It may run twice, after its first
// run was undone.
func (s *Store) write(ctx context.Context, work func(tx) error) error {
	return s.db.Write(ctx, func(t engine.Tx) error {
		logged := tx{t, new([]AuditEntry)}
		if err := work(logged); err != nil {
			return err
		}
		return s.chain(logged)
	})
}

// read returns what reads outside of a transaction.
func (s *Store) read(ctx context.Context) engine.Tx { return s.db.Read(ctx) }

// Snapshot returns a context in which everything is read as it is at one moment, and
// what ends that.
func (s *Store) Snapshot(ctx context.Context) (at context.Context, end func(), err error) {
	return s.db.Snapshot(ctx)
}

// readTx is what reads within no transaction as within one.
func (s *Store) readTx(ctx context.Context) tx { return tx{Tx: s.read(ctx)} }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// joinList and splitList keep short lists of codes in one column.
func joinList[T ~string](items []T) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(item))
	}
	return b.String()
}

func splitList[T ~string](s string) []T {
	var items []T
	for item := range strings.SplitSeq(s, ",") {
		if item != "" {
			items = append(items, T(item))
		}
	}
	return items
}
