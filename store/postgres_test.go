package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
	"hotline/store/pgtest"
)

func TestPostgresForgetOrder(t *testing.T) {
	s := openAt(t, pgtest.URL(t), Options{})
	ctx := context.Background()
	handlers := addHandlers(t, s, 2)
	cases := createCases(t, s, handlers, 30)
	for _, c := range cases {
		c.Channel, c.Name, c.Excluded = casework.Phone, []byte("sealed"), handlers[:1]
		if err := s.write(ctx, func(t tx) error { return addBesides(t, c) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.write(ctx, func(t tx) error { return notify(t, false, handlers...) }); err != nil {
		t.Fatal(err)
	}
	cases[0].Files = []File{{ID: newID(), Size: 7}}
	err := s.AddMessage(ctx, NewMessage{CaseID: cases[0].ID, Seq: 2, From: "reporter", On: "2026-11-21", Sealed: []byte("sealed"), Files: cases[0].Files})
	if err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, s)
	if err := s.ForgetOrder(ctx); err != nil {
		t.Fatal(err)
	}
	if after := snapshot(t, s); after != before {
		t.Errorf("the rows are others than before:\n%s\nbefore\n%s", after, before)
	}
	for _, table := range scattered {
		inOrder, err := engine.List(s.read(ctx), engine.Column[string], `SELECT md5(t::text) FROM `+table.Name+` t ORDER BY `+table.Order)
		if err != nil {
			t.Fatal(err)
		}
		asTheyLie, err := engine.List(s.read(ctx), engine.Column[string], `SELECT md5(t::text) FROM `+table.Name+` t ORDER BY ctid`)
		if err != nil || !slices.Equal(inOrder, asTheyLie) {
			t.Errorf("%s do not lie in the order of %s (%v)", table.Name, table.Order, err)
		}
		n, err := engine.One(s.read(ctx), engine.Column[int], `SELECT count(DISTINCT xmin::text) FROM `+table.Name)
		if err != nil || n != 1 {
			t.Errorf("%s were written by %d transactions (%v)", table.Name, n, err)
		}
	}
	// Large columns lie in a table of their own, under rising numbers.
	large, err := engine.One(s.read(ctx), engine.Column[string], `SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'messages'`)
	if err != nil {
		t.Fatal(err)
	}
	places, err := engine.List(s.read(ctx), engine.Column[int64], `SELECT m.place FROM messages m JOIN `+large+` l
		ON l.chunk_seq = 0 AND substring(l.chunk_data, 1, 32) = substring(m.sealed, 1, 32) ORDER BY l.chunk_id`)
	if err != nil || len(places) != len(cases) || !slices.IsSorted(places) {
		t.Errorf("the large columns of %d messages do not lie in the order of their places (%v)", len(places), err)
	}
	createCases(t, s, nil, 1)
}

// snapshot returns a digest of all rows of reporters.
func snapshot(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	for _, table := range scattered {
		digest, err := engine.One(s.read(context.Background()), engine.Column[string],
			fmt.Sprintf(`SELECT count(*) || ' ' || md5(string_agg(t::text, '|' ORDER BY %s)) FROM %s t`, table.Order, table.Name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, table.Name, digest)
	}
	return b.String()
}

// Writers wait for ForgetOrder and find their case again after it.
func TestPostgresForgetOrderWhileWriting(t *testing.T) {
	s := openAt(t, pgtest.URL(t), Options{})
	ctx := context.Background()
	handlers := addHandlers(t, s, 1)
	c := createCases(t, s, handlers, 5)[0]
	done := make(chan int)
	stop := make(chan struct{})
	go func() {
		seq := 1
		for {
			select {
			case <-stop:
				done <- seq
				return
			default:
			}
			err := s.AddMessage(ctx, NewMessage{CaseID: c.ID, Seq: seq + 1, From: "reporter", On: "2026-11-21", Sealed: []byte("sealed")})
			if err == nil {
				seq++
			} else if !errors.Is(err, ErrBusy) {
				t.Errorf("AddMessage: %v", err)
			}
		}
	}()
	for range 3 {
		if err := s.ForgetOrder(ctx); err != nil && !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	}
	close(stop)
	last := <-done
	messages, err := s.MessageHeads(ctx, c.ID)
	if err != nil || len(messages) != last {
		t.Errorf("%d messages (%v), want %d", len(messages), err, last)
	}
}

// Another transaction holds the row.
func TestPostgresLocked(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{wait: 2 * time.Second})
	ctx := context.Background()
	c := createCases(t, s, addHandlers(t, s, 1), 1)[0]
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	if _, err := other.Exec(`SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(`SELECT 1 FROM cases WHERE id = $1 FOR UPDATE`, c.ID); err != nil {
		t.Fatal(err)
	}
	m := NewMessage{CaseID: c.ID, Seq: 2, From: "reporter", On: "2026-11-21", Sealed: []byte("sealed")}
	if err := s.AddMessage(ctx, m); !errors.Is(err, ErrBusy) {
		t.Errorf("AddMessage while locked: %v", err)
	}
	if err := other.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.AddMessage(ctx, m); err != nil {
		t.Errorf("AddMessage after: %v", err)
	}
}

// A process that hangs in the middle of a transaction does not hold its locks
// for ever.
func TestPostgresEndsHangingTransactions(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{wait: 2 * time.Second})
	err := s.write(context.Background(), func(w tx) error {
		time.Sleep(4 * time.Second)
		_, err := w.Exec(`UPDATE probe SET n = 5`)
		return err
	})
	if !errors.Is(err, ErrBusy) {
		t.Errorf("a transaction that hung: %v", err)
	}
	if err := s.Ready(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestPostgresNotThere(t *testing.T) {
	ctx := context.Background()
	for url, sentinel := range map[string]error{
		"postgres://postgres@/x?host=" + t.TempDir(): ErrBusy,
		"postgres://postgres@127.0.0.1:1/x":          ErrBusy,
		"postgres://%zz":                             nil,
	} {
		_, err := Open(ctx, url, Options{wait: time.Second})
		if err == nil || sentinel != nil && !errors.Is(err, sentinel) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestPostgresVerifySettings(t *testing.T) {
	url := pgtest.URL(t)
	openAt(t, url, Options{}).Close()
	s := openAt(t, url+"&options=-c%20ignore_checksum_failure%3Doff", Options{ReadOnly: true})
	if err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := s.read(context.Background()).Exec(`UPDATE probe SET n = 2`); !errors.Is(err, ErrBusy) {
		t.Errorf("a read-only store wrote: %v", err)
	}
}
