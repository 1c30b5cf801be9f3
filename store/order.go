package store

import (
	"context"
	"database/sql"
	"errors"
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

// reporterTables are the tables whose rows belong to reporters, parents first,
// with the index that holds the order of their keys.
var reporterTables = []struct{ name, index, order string }{
	{"cases", "cases_pkey", "place"},
	{"case_keys", "case_keys_pkey", "place"},
	{"messages", "messages_pkey", "place"},
	{"files", "files_pkey", "id"},
	{"form_uses", "form_uses_pkey", "nonce, content"},
}

// relay puts all rows of PostgreSQL's reporterTables in again, in the order of
// their keys and in one transaction, and removes the traces of the old ones.
// Readers see the old rows meanwhile.
func relay(ctx context.Context, db *sql.DB) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	statements := []string{`LOCK TABLE cases, case_keys, messages, files, form_uses IN SHARE ROW EXCLUSIVE MODE`}
	for _, table := range reporterTables {
		statements = append(statements, fmt.Sprintf(`CREATE TEMPORARY TABLE old_%s ON COMMIT DROP AS SELECT * FROM %[1]s`, table.name))
	}
	statements = append(statements, `DELETE FROM cases`) // and by reference all the others
	for _, table := range reporterTables {
		statements = append(statements, fmt.Sprintf(`INSERT INTO %s SELECT * FROM old_%[1]s ORDER BY %s`, table.name, table.order))
	}
	for _, statement := range statements {
		if _, err := t.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := t.Commit(); err != nil {
		return err
	}
	var errs []error
	for _, table := range reporterTables {
		_, err := db.ExecContext(ctx, fmt.Sprintf(`CLUSTER %s USING %s`, table.name, table.index))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
