package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hotline/store/fault"
)

// ForgetOrder lays all rows down anew in the order of their random places, so
// that not even the raw database file tells in which order reports came. It
// is for a quiet hour: while it runs, writers wait, and after five seconds get
// ErrBusy. It needs as much free disk as the database has.
//
// Without it, a list of rows tells nothing in SQLite, but the numbers of the
// file's pages do; in PostgreSQL rows lie, and carry transaction numbers, in
// the order of their arrival.
func (db *DB) ForgetOrder(ctx context.Context) error {
	if db.reorder == nil {
		return fault.ErrReadOnly
	}
	return translate(db.reorder(ctx))
}

// vacuumLimit is the size in bytes up to which a SQLite file is rewritten: the
// copy is made in memory, because a temporary file would lie outside the data
// folder.
const vacuumLimit = 512 << 20

// vacuum rewrites a SQLite file of that many bytes at most.
func vacuum(ctx context.Context, path string, wait time.Duration, limit int64) error {
	db, err := sql.Open("sqlite", sqliteDSN(path, "rw", wait, sqliteWriterPragmas))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var size int64
	err = db.QueryRowContext(ctx, `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`).Scan(&size)
	if err != nil {
		return err
	}
	if size > limit {
		return errors.Join(fmt.Errorf("%w: %d MB", fault.ErrTooLarge, size>>20), checkpoint(ctx, db))
	}
	if _, err := db.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	return checkpoint(ctx, db)
}

// Clear rewrites tables, so that nothing is left in the database's files of what was
// deleted from them: neither engine overwrites all of it by itself. SQLite leaves copies
// of rows that it moved to another page, PostgreSQL whole rows. Writers wait meanwhile:
// fault.ErrTooLarge where there are more than limit bytes. fault.ErrBusy: try again.
// Statistics of PostgreSQL are for the schema to leave out.
func (db *DB) Clear(ctx context.Context, limit int64, tables []Table) error {
	if db.clear == nil {
		return fault.ErrReadOnly
	}
	return translate(db.clear(ctx, limit, tables))
}

// layDownWait is how long a rewriting waits for a table in PostgreSQL. Whoever wants the
// table meanwhile waits behind it.
const layDownWait = "1s"

// layDown rewrites tables of PostgreSQL in the order of an index.
func layDown(ctx context.Context, db *sql.DB, limit int64, tables []Table) error {
	var size int64
	for _, table := range tables {
		var n int64
		if err := db.QueryRowContext(ctx, `SELECT pg_total_relation_size($1)`, table.Name).Scan(&n); err != nil {
			return err
		}
		size += n
	}
	if size > limit {
		return fmt.Errorf("%w: %d MB", fault.ErrTooLarge, size>>20)
	}
	if err := othersHaveEnded(ctx, db); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var before string
	if err := conn.QueryRowContext(ctx, `SELECT current_setting('lock_timeout')`).Scan(&before); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `SET lock_timeout = '`+layDownWait+`'`); err != nil {
		return err
	}
	for _, table := range tables {
		if _, err = conn.ExecContext(ctx, `CLUSTER `+table.Name+` USING `+table.Index); err != nil {
			err = fmt.Errorf("store: %s: %w", table.Name, err)
			break
		}
	}
	_, reset := conn.ExecContext(context.WithoutCancel(ctx), `SELECT set_config('lock_timeout', $1, false)`, before)
	return errors.Join(err, reset)
}

// othersHaveEnded waits for the transactions that are open now: what they could still
// read is not left out by a rewriting. fault.ErrBusy: one of them lasts.
func othersHaveEnded(ctx context.Context, db *sql.DB) error {
	var next string
	if err := db.QueryRowContext(ctx, `SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text`).Scan(&next); err != nil {
		return err
	}
	for tries := 0; ; tries++ {
		var open int
		err := db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_xmin IS NOT NULL AND age(backend_xmin) > age($1::text::xid))
			+ (SELECT count(*) FROM pg_replication_slots WHERE xmin IS NOT NULL AND age(xmin) > age($1::text::xid))`, next).Scan(&open)
		if err != nil || open == 0 {
			return err
		}
		if tries == 100 {
			return fmt.Errorf("%w: a transaction reads what was deleted", fault.ErrBusy)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Table is a table of PostgreSQL that is laid down anew.
type Table struct {
	Name  string
	Index string // by which it is laid out
	Order string // the index's columns
	Same  string // an assignment to every row that changes nothing but writes all of it anew, large columns too
}

// relay lays PostgreSQL's rows out in the order of an index, lets one
// transaction write them all in this order, and removes the traces of the old
// ones. Nothing is deleted on the way.
func relay(ctx context.Context, db *sql.DB, tables []Table) error {
	for _, table := range tables {
		layOut := `CLUSTER ` + table.Name + ` USING ` + table.Index
		for _, statement := range []string{layOut, `UPDATE ` + table.Name + ` SET ` + table.Same, layOut} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("store: %s: %w", table.Name, err)
			}
		}
	}
	return nil
}
