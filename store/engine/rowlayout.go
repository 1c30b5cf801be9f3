package engine

import (
	"context"
	"database/sql"
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

// vacuum rewrites the SQLite file.
func vacuum(ctx context.Context, path string, wait time.Duration) error {
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
	if size > vacuumLimit {
		return fmt.Errorf("store: the database has %d MB and is rewritten only up to %d MB", size>>20, vacuumLimit>>20)
	}
	if _, err := db.ExecContext(ctx, `VACUUM`); err != nil {
		return err
	}
	return checkpoint(ctx, db)
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
