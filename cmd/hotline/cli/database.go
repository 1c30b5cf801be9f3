package cli

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"

	"hotline/store"
)

// OpenForReading opens the database of a hotline that exists. A server may be
// using it.
func OpenForReading(ctx context.Context, c *Config) (*store.Store, error) {
	if err := c.Exists(); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, c.DatabaseURL(), store.Options{ReadOnly: true})
	if err != nil {
		return nil, c.databaseFault(err)
	}
	return st, nil
}

// OpenForWriting opens the database, or makes it. A server may be using it.
func OpenForWriting(ctx context.Context, c *Config) (*store.Store, error) {
	if err := c.checkURL(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, Unwritable(c.Data, err)
	}
	st, err := store.Open(ctx, c.DatabaseURL(), store.Options{})
	if err != nil {
		return nil, c.databaseFault(err)
	}
	return st, nil
}

// Exists fails where there is no SQLite file to read.
func (c *Config) Exists() error {
	if c.UsesPostgres() {
		return c.checkURL()
	}
	_, err := os.Stat(c.DatabaseURL())
	if errors.Is(err, fs.ErrNotExist) {
		return Failed("start a server there with `hotline serve`, or say with --data where one is", "There is no hotline in %s.", c.Data)
	}
	return err
}

// checkURL fails for a postgres URL that is none. It may hold a password, so
// nothing of it is repeated.
func (c *Config) checkURL() error {
	if _, err := url.Parse(c.Database); err != nil && c.UsesPostgres() {
		return Misused("use postgres://USER:PASSWORD@HOST/NAME", "--database is not a URL that can be read.")
	}
	return nil
}

// databaseFault says why the database cannot be opened.
func (c *Config) databaseFault(err error) error {
	if errors.Is(err, store.ErrBusy) && c.UsesPostgres() {
		return Failed("see that the database server runs, and that --database is right", "The database server cannot be reached.").Because(err)
	}
	return Explain(err)
}
