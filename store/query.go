package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"hotline/store/casework"
)

// scanner is a row to scan: *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// list returns all rows of a query, scanned by scan.
func list[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	ctx, cancel := s.limitRead(ctx)
	defer cancel()
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, translate(err)
		}
		all = append(all, v)
	}
	return all, translate(rows.Err())
}

// one returns the only row of a query, or ErrNotFound.
func one[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	ctx, cancel := s.limitRead(ctx)
	defer cancel()
	v, err := scan(s.read.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, ErrNotFound
	}
	return v, translate(err)
}

// limitRead bounds the time of one reading call where the engine needs it.
func (s *Store) limitRead(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.readLimit == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.readLimit)
}

// scanInto is the scan function of a single column.
func scanInto[T any](row scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// params returns n parameters: "$1, $2, $3".
func params(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String()
}

// randomPlace returns where a row is put: 63 random bits, so that the order of
// rows says nothing about the order of their arrival.
func randomPlace() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return int64(binary.LittleEndian.Uint64(b[:]) >> 1)
}

// statement gathers the arguments of a query while it is written.
type statement struct{ args []any }

// arg adds an argument and returns its parameter, "$3". What is a string by
// another name is one to the database.
func (s *statement) arg(v any) string {
	switch text := v.(type) {
	case casework.Queue:
		v = string(text)
	case casework.Turn:
		v = string(text)
	case casework.Day:
		v = string(text)
	}
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// argsOf adds several: "$1, $2, $3".
func argsOf[T ~string](s *statement, values []T) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.arg(string(v)))
	}
	return b.String()
}
