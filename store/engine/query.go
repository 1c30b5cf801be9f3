package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"

	"hotline/store/fault"
)

// Tx runs statements: those of a unit of work in its transaction, or, from
// DB.Read, each by itself.
type Tx struct {
	q     querier
	ctx   context.Context
	limit time.Duration // of a call of List or One; 0: none
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Exec runs one statement and returns the number of rows it changed.
func (t Tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.q.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, translate(err)
	}
	return res.RowsAffected()
}

// Row returns the first row of a query. Its error is the driver's.
func (t Tx) Row(query string, args ...any) *sql.Row {
	return t.q.QueryRowContext(t.ctx, query, args...)
}

// Scanner is a row to scan: *sql.Row or *sql.Rows.
type Scanner interface{ Scan(dest ...any) error }

// ScanFunc is a Scanner that is a function.
type ScanFunc func(dest ...any) error

func (f ScanFunc) Scan(dest ...any) error { return f(dest...) }

// Column is the scan function of a single column.
func Column[T any](row Scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// List returns all rows of a query, scanned by scan.
func List[T any](t Tx, scan func(Scanner) (T, error), query string, args ...any) (all []T, err error) {
	ctx, cancel := t.limited()
	defer cancel()
	rows, err := t.q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, translate(err)
		}
		all = append(all, v)
	}
	return all, translate(rows.Err())
}

// One returns the only row of a query, or fault.ErrNotFound.
func One[T any](t Tx, scan func(Scanner) (T, error), query string, args ...any) (T, error) {
	ctx, cancel := t.limited()
	defer cancel()
	v, err := scan(t.q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, fault.ErrNotFound
	}
	return v, translate(err)
}

// limited bounds the time of one reading call where the engine needs it.
func (t Tx) limited() (context.Context, context.CancelFunc) {
	if t.limit == 0 {
		return t.ctx, func() {}
	}
	return context.WithTimeout(t.ctx, t.limit)
}

// WithoutLimit lets a call take as long as its context allows: for what reads
// everything.
func (t Tx) WithoutLimit() Tx {
	t.limit = 0
	return t
}

// RandomPlace returns where a row is put: 63 random bits, so that the order of
// rows says nothing about the order of their arrival.
func RandomPlace() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return int64(binary.LittleEndian.Uint64(b[:]) >> 1)
}

// Statement gathers the arguments of a query while it is written.
type Statement struct{ Args []any }

// Arg adds an argument and returns its parameter, "$3". What is a string by
// another name is one to the database.
func (s *Statement) Arg(v any) string {
	if text := reflect.ValueOf(v); text.Kind() == reflect.String {
		v = text.String()
	}
	s.Args = append(s.Args, v)
	return "$" + strconv.Itoa(len(s.Args))
}

// ArgsOf adds several: "$1, $2, $3".
func ArgsOf[T any](s *Statement, values []T) string {
	parameters := make([]string, len(values))
	for i, v := range values {
		parameters[i] = s.Arg(v)
	}
	return strings.Join(parameters, ", ")
}
