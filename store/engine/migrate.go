package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"hotline/store/fault"
)

// schema is an engine's migrations.
type schema struct {
	engine string
	files  fs.FS // has a folder for each engine
}

func (o Options) schema(engine string) schema { return schema{engine, o.Migrations} }

// migrator returns the migrations, ready to run on db.
func (s schema) migrator(db *sql.DB) (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if s.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	folder, err := fs.Sub(s.files, s.engine)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, folder, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
}

// migrate brings the schema up to date. A schema newer than this program's is
// refused.
func migrate(ctx context.Context, db *sql.DB, schema schema) error {
	m, err := schema.migrator(db)
	if err != nil {
		return err
	}
	at, target, err := m.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: read the schema's version: %w", err)
	}
	if at > target {
		return newerSchema(at, target)
	}
	if at == target {
		return nil
	}
	if _, err := m.Up(ctx); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	return nil
}

// migrateTries is how often SQLite is asked to migrate: of several processes that do
// so at the same moment, the slower ones find tables that are there already.
const migrateTries = 10

// migrateSQLite migrates and lets another process that does so at the same
// moment be faster. It waits a little longer after each try.
func migrateSQLite(ctx context.Context, db *sql.DB, schema schema) (err error) {
	for try := range migrateTries {
		if err = migrate(ctx, db, schema); err == nil || errors.Is(err, fault.ErrNewerSchema) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * 50 * time.Millisecond):
		}
	}
	return err
}

// checkVersion returns an error unless the schema is exactly this program's.
// It writes nothing.
func checkVersion(ctx context.Context, db *sql.DB, schema schema) error {
	m, err := schema.migrator(db)
	if err != nil {
		return err
	}
	sources := m.ListSources()
	target := sources[len(sources)-1].Version
	var at int64
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&at)
	switch {
	case err != nil:
		return fmt.Errorf("store: read the schema's version: %w", err)
	case at > target:
		return newerSchema(at, target)
	case at < target:
		return fmt.Errorf("store: the database has schema %d and this program needs %d; start the server once to bring it up to date", at, target)
	}
	return nil
}

func newerSchema(at, target int64) error {
	return fmt.Errorf("%w (schema %d, this one knows %d); start that version", fault.ErrNewerSchema, at, target)
}
