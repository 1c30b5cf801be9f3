package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"hotline/store/casework"
)

// openSchema opens a database with the schemas up to a number.
func openSchema(t *testing.T, engine, url string, number int64) *sql.DB {
	t.Helper()
	var db *sql.DB
	var err error
	if engine == enginePostgres {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		db = stdlib.OpenDB(*config)
	} else {
		if err := makePrivate(url); err != nil {
			t.Fatal(err)
		}
		if db, err = sql.Open("sqlite", sqliteDSN(url, "rw", time.Second, sqliteWriterPragmas)); err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
	}
	m, err := newMigrator(db, engine)
	if err == nil {
		_, err = m.UpTo(context.Background(), number)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// firstCase is a row of the first schema and what it becomes.
type firstCase struct {
	state                casework.State
	outcome              casework.Outcome
	acknowledged, closed casework.Day
	turn                 casework.Turn
	decided, due         casework.Day
}

var firstCases = []firstCase{
	{casework.Received, "", "", "", casework.TurnNew, "", "2026-10-08"},
	{casework.Acknowledged, "", "2026-10-02", "", casework.TurnDesk, "", "2026-10-21"},
	{casework.Investigating, "", "2026-10-02", "", casework.TurnDesk, "2026-10-01", "2027-01-01"},
	{casework.Closed, "partly", "2026-10-02", "2026-11-01", casework.TurnEnded, "2026-10-01", ""},
	{casework.Monitoring, "advised", "2026-10-02", "2026-11-01", casework.TurnEnded, "2026-10-01", "2027-11-01"},
	{casework.Purged, "advised", "2026-10-02", "2026-11-01", casework.TurnEnded, "2026-10-01", ""},
}

// A hotline of the first version keeps every row, and gets what the desk needs.
func TestDeskMigrationKeepsEverything(t *testing.T) {
	ctx := context.Background()
	for engine, url := range newDatabases(t) {
		db := openSchema(t, engine, url, 1)
		exec := func(query string, args ...any) {
			t.Helper()
			if _, err := db.Exec(query, args...); err != nil {
				t.Fatalf("%s: %v", engine, err)
			}
		}
		handler := newID()
		exec(`INSERT INTO handlers (id, name, email, email_key, roles, queues, created, recipient) VALUES ($1, 'Ana', 'a@b', 'a@b', 'handler', 'hr', 1, 'age1pq1')`, handler)
		var ids []string
		var cases []NewCase
		for i, f := range firstCases {
			c := usualCase([]string{handler})
			ids, cases = append(ids, c.ID), append(cases, c)
			exec(`INSERT INTO cases (place, id, lookup_hash, queue, category, channel, state, outcome, received, acknowledged, closed, last_seq, recipient, reporter_recipient, summary)
				VALUES ($1, $2, $3, 'hr', $4, 'web', $5, $6, '2026-10-01', $7, $8, 2, $9, $10, $11)`,
				randomPlace(), c.ID, c.LookupHash, c.Category, string(f.state), string(f.outcome), string(f.acknowledged), string(f.closed), c.Recipient, c.ReporterRecipient, c.Summary)
			exec(`INSERT INTO case_keys (place, case_id, handler_id, sealed) VALUES ($1, $2, $3, $4)`, randomPlace(), c.ID, handler, c.Keys[handler])
			exec(`INSERT INTO messages (place, case_id, seq, sender, on_day, at, sealed) VALUES ($1, $2, 1, 'report', '2026-10-01', 0, $3)`, randomPlace(), c.ID, c.Message)
			exec(`INSERT INTO messages (place, case_id, seq, sender, on_day, at, sealed) VALUES ($1, $2, 2, 'desk', '2026-10-02', 77, $3)`, randomPlace(), c.ID, c.Message[:99])
			exec(`INSERT INTO files (id, case_id, seq, size) VALUES ($1, $2, 1, $3)`, newID(), c.ID, i)
			exec(`INSERT INTO form_uses (nonce, content, case_id, day, opened) VALUES ($1, $2, $3, '2026-11-21', 1)`, c.Use.Nonce, c.Use.Content, c.ID)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		s := openAt(t, url, Options{})
		if err := s.Verify(ctx); err != nil {
			t.Errorf("%s: Verify: %v", engine, err)
		}
		for i := range firstCases {
			wantMigrated(t, s, engine, firstCases[i], cases[i])
		}
		n, err := one(ctx, s, scanInto[int], `SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM case_keys)
			+ (SELECT count(*) FROM files) + (SELECT count(*) FROM form_uses)`)
		if err != nil || n != 6*len(ids) {
			t.Errorf("%s: %d rows (%v), want %d", engine, n, err, 6*len(ids))
		}
	}
}

func wantMigrated(t *testing.T, s *Store, engine string, f firstCase, c NewCase) {
	t.Helper()
	ctx := context.Background()
	got, err := s.CaseByLookup(ctx, c.LookupHash)
	want := c.Case
	want.Received, want.LastSeq, want.Files, want.Priority = "2026-10-01", 2, 1, casework.Normal
	want.State, want.Outcome, want.Acknowledged, want.Closed = f.state, f.outcome, f.acknowledged, f.closed
	want.Turn, want.Decided, want.Due = f.turn, f.decided, f.due
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %s (%v)\n%+v, want\n%+v", engine, f.state, err, got, want)
	}
	messages, err := s.Messages(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(messages, []Message{
		{Seq: 1, From: casework.FromReport, On: "2026-10-01", Sealed: c.Message}, {Seq: 2, From: casework.FromDesk, On: "2026-10-02", At: 77, Sealed: c.Message[:99]},
	}) {
		t.Errorf("%s: %s: %d messages, or others (%v)", engine, f.state, len(messages), err)
	}
	keys, err := s.CaseKeys(ctx, c.ID)
	if err != nil || len(keys) != 1 || !slices.Equal(keys[0].Sealed, c.Keys[keys[0].HandlerID]) {
		t.Errorf("%s: %s: %d keys, or others (%v)", engine, f.state, len(keys), err)
	}
	if id, contents, err := s.FormUses(ctx, c.Use.Nonce); err != nil || id != c.ID || fmt.Sprint(contents) != fmt.Sprint([][]byte{c.Use.Content}) {
		t.Errorf("%s: %s: the use of the form is gone (%v)", engine, f.state, err)
	}
}
