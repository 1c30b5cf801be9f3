package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"hotline/store/fault"
)

// postgresConns is the largest number of connections.
const postgresConns = 16

func openPostgres(ctx context.Context, url string, opt Options) (*DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("store: the database's URL cannot be read: %w", err)
	}
	config.ConnectTimeout = opt.Wait
	ms := fmt.Sprint(opt.Wait.Milliseconds())
	config.RuntimeParams["application_name"] = "hotline"
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["lock_timeout"] = ms
	config.RuntimeParams["idle_in_transaction_session_timeout"] = ms
	if opt.ReadOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	db := &DB{engine: Postgres, schema: opt.schema(Postgres), read: pool, readLimit: opt.Wait, snapshots: make(chan struct{}, postgresConns/2)}
	if opt.ReadOnly {
		err = checkVersion(ctx, pool, db.schema)
	} else {
		err = migratePostgres(ctx, pool, db.schema)
	}
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db.verify = func(ctx context.Context) error { return keepsCommits(ctx, pool) }
	if !opt.ReadOnly {
		db.writer = &poolWriter{db: pool, wait: opt.Wait}
		db.scrub = func(ctx context.Context, tables ...string) error { return rewrite(ctx, pool, tables) }
		db.reorder = func(ctx context.Context) error { return relay(ctx, pool, opt.Scattered) }
		db.clear = func(ctx context.Context, limit int64, tables []Table) error { return layDown(ctx, pool, limit, tables) }
	}
	return db, nil
}

// migrationLock is the key of the advisory lock under which one process
// migrates while others wait.
const migrationLock = 0x686f746c696e65

// migratePostgres migrates while it holds the advisory lock.
func migratePostgres(ctx context.Context, db *sql.DB, schema schema) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for {
		var got bool
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, migrationLock).Scan(&got); err != nil {
			return err
		}
		if got {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	err = migrate(ctx, db, schema)
	_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock)
	return errors.Join(err, unlockErr)
}

// keepsCommits checks that the server's settings let a commit survive a crash.
func keepsCommits(ctx context.Context, db *sql.DB) error {
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := db.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			return fmt.Errorf("store: PostgreSQL runs with %s=off and can lose reports when it crashes; set it to on", name)
		}
	}
	return nil
}

// rewrite rewrites tables that something was deleted from: PostgreSQL leaves
// deleted rows in the table's file until then.
func rewrite(ctx context.Context, db *sql.DB, tables []string) error {
	for _, table := range tables {
		if _, err := db.ExecContext(ctx, `VACUUM FULL `+table); err != nil {
			return translate(err)
		}
	}
	return nil
}

// poolWriter is PostgreSQL's writer: the server itself gathers the commits of
// concurrent transactions.
type poolWriter struct {
	db   *sql.DB
	wait time.Duration // for everything up to the commit's answer
}

func (w *poolWriter) do(ctx context.Context, work func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// A reporter who closes the page does not undo what is being written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.wait)
	defer cancel()
	t, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	if err := runJob(work, Tx{q: t, ctx: ctx}); err != nil {
		_ = t.Rollback() // a lost connection rolls back by itself
		return translate(err)
	}
	err = t.Commit()
	var refused *pgconn.PgError
	if err != nil && (!errors.As(err, &refused) || refused.Severity != "ERROR") {
		return fmt.Errorf("%w: %w", fault.ErrOutcomeUnknown, err)
	}
	return translate(err)
}

func (w *poolWriter) close() error { return nil }

// postgresSentinel returns what an error of PostgreSQL or of the connection to
// it means to a caller; nil: nothing.
func postgresSentinel(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if lostConnection(err) {
			return fault.ErrBusy
		}
		return nil
	}
	switch e.Code {
	case "23505": // unique_violation
		return fault.ErrExists
	case "23503": // foreign_key_violation
		return fault.ErrReference
	case "25006", // read_only_sql_transaction: a standby after a fail-over
		"25P03", // idle_in_transaction_session_timeout
		"40001", // serialization_failure
		"40P01", // deadlock_detected
		"55P03": // lock_not_available
		return fault.ErrBusy
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return fault.ErrDamaged
	}
	switch e.Code[:2] {
	case "08", // connection exception
		"53", // insufficient resources: disk full, out of memory, too many connections
		"57", // operator intervention: shutdown, crash, query cancelled
		"58": // system error: I/O error
		return fault.ErrBusy
	}
	return nil
}

func lostConnection(err error) bool {
	var netErr net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &netErr) || errors.As(err, &connect) || pgconn.SafeToRetry(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded)
}
