package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ForgetOrder lays all rows down anew in the order of their random places, so
// that not even the raw database file tells in which order reports came. It
// is for a quiet hour: while it runs, writers wait, and after five seconds get
// ErrBusy. It needs as much free disk as the database has.
//
// Without it, a list of rows tells nothing in SQLite, but the numbers of the
// file's pages do; in PostgreSQL rows lie, and carry transaction numbers, in
// the order of their arrival.
func (s *Store) ForgetOrder(ctx context.Context) error {
	if s.reorder == nil {
		return errReadOnly
	}
	return translate(s.reorder(ctx))
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

// reporterTables are PostgreSQL's tables whose rows belong to reporters: the
// index they are laid out by, its columns, and an assignment to every row that
// changes nothing but writes all of it anew, large columns too.
var reporterTables = []struct{ name, index, order, same string }{
	{"cases", "cases_pkey", "place", `recipient = recipient || '', reporter_recipient = reporter_recipient || '', summary = summary || ''`},
	{"case_keys", "case_keys_pkey", "place", `sealed = sealed || ''`},
	{"messages", "messages_pkey", "place", `sealed = sealed || ''`},
	{"reporter_names", "reporter_names_pkey", "place", `sealed = sealed || ''`},
	{"statements", "statements_pkey", "case_id", `state = state`},
	{"exclusions", "exclusions_pkey", "handler_id, case_id", `kind = kind`},
	{"files", "files_pkey", "id", `size = size`},
	{"form_uses", "form_uses_pkey", "nonce, content", `day = day`},
}

// relay lays PostgreSQL's rows out in the order of an index, lets one
// transaction write them all in this order, and removes the traces of the old
// ones. Nothing is deleted on the way.
func relay(ctx context.Context, db *sql.DB) error {
	for _, table := range reporterTables {
		layOut := `CLUSTER ` + table.name + ` USING ` + table.index
		for _, statement := range []string{layOut, `UPDATE ` + table.name + ` SET ` + table.same, layOut} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("store: %s: %w", table.name, err)
			}
		}
	}
	return nil
}
