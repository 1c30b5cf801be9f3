// Package pgtest gives tests a real PostgreSQL: a temporary cluster of their
// own, on a unix socket, with durable commits. It needs the server's programs
// (apt-get install postgresql) and fails the test when they are not there.
//
// A cluster ends with the test process, however that ends: its keeper, a
// shell, waits for the end of a pipe, stops the server by its process id and
// removes the folder.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"
)

var shared struct {
	sync.Mutex
	server *Server
	err    error
}

// URL returns the URL of a new, empty database on a server that all tests of
// the process share. It is removed with the server: dropping it would cost a
// checkpoint.
func URL(t testing.TB) string {
	t.Helper()
	skipShort(t)
	shared.Lock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = newServer()
	}
	server, err := shared.server, shared.err
	shared.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	return server.Database(t)
}

// skipShort leaves out what needs PostgreSQL when go test is told -short.
func skipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("PostgreSQL is left out with -short")
	}
}

// Database makes a new, empty database and returns its URL.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text()[:12])
	if err := s.admin(`CREATE DATABASE ` + name); err != nil {
		t.Fatalf("pgtest: make a database: %v", err)
	}
	return s.url(name)
}

func (s *Server) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(s.dir)
}

// admin runs a statement in the server's own database.
func (s *Server) admin(statement string) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
