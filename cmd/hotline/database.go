package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"

	"hotline/store"
	"hotline/store/casework"
)

// openForReading opens the database of a hotline that exists. A server may be
// using it.
func openForReading(ctx context.Context, c *Config) (*store.Store, error) {
	if err := c.exists(); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, c.database(), store.Options{ReadOnly: true})
	if err != nil {
		return nil, c.databaseFault(err)
	}
	return st, nil
}

// openForWriting opens the database, or makes it. A server may be using it.
func openForWriting(ctx context.Context, c *Config) (*store.Store, error) {
	if err := c.checkURL(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, unwritable(c.Data, err)
	}
	st, err := store.Open(ctx, c.database(), store.Options{})
	if err != nil {
		return nil, c.databaseFault(err)
	}
	return st, nil
}

// exists fails where there is no SQLite file to read.
func (c *Config) exists() error {
	if c.usesPostgres() {
		return c.checkURL()
	}
	_, err := os.Stat(c.database())
	if errors.Is(err, fs.ErrNotExist) {
		return failed("start a server there with `hotline serve`, or say with --data where one is", "There is no hotline in %s.", c.Data)
	}
	return err
}

// checkURL fails for a postgres URL that is none. It may hold a password, so
// nothing of it is repeated.
func (c *Config) checkURL() error {
	if _, err := url.Parse(c.Database); err != nil && c.usesPostgres() {
		return misused("use postgres://USER:PASSWORD@HOST/NAME", "--database is not a URL that can be read.")
	}
	return nil
}

// databaseFault says why the database cannot be opened.
func (c *Config) databaseFault(err error) error {
	if errors.Is(err, store.ErrBusy) && c.usesPostgres() {
		return failed("see that the database server runs, and that --database is right", "The database server cannot be reached.").because(err)
	}
	return explain(err)
}

// readers returns by queue the handlers who get the keys of new cases.
func readers(handlers []store.Handler) map[casework.Queue][]store.Handler {
	by := map[casework.Queue][]store.Handler{}
	for _, h := range handlers {
		for _, q := range h.Queues {
			by[q] = append(by[q], h)
		}
	}
	return by
}

// unread lists the queues that nobody can read.
func unread(handlers []store.Handler) []casework.Queue {
	by := readers(handlers)
	var all []casework.Queue
	for _, q := range casework.Routed {
		if len(by[q]) == 0 {
			all = append(all, q)
		}
	}
	return all
}
