package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotline/store/engine"
)

// BenchmarkCreateCase compares storing reports with the least it could cost: a
// durable insert of as many bytes into a SQLite table with nothing else. Both
// run in turns, so that a busy machine slows both.
func BenchmarkCreateCase(b *testing.B) {
	for _, clients := range []int{16, 64} {
		b.Run(fmt.Sprint("clients=", clients), func(b *testing.B) {
			const turn = time.Second / 4
			ctx := context.Background()
			s, _ := openTemp(b, Options{})
			handlers := addHandlers(b, s, usualHandlers)
			insert := bareInsert(b)
			var ours, bare float64
			for b.Loop() {
				bare += perSecond(b, clients, turn, insert)
				ours += perSecond(b, clients, turn, func(c NewCase) error {
					for _, id := range handlers {
						c.Keys[id] = c.Keys[""]
					}
					delete(c.Keys, "")
					return s.CreateCase(ctx, c)
				})
			}
			b.ReportMetric(ours/float64(b.N), "cases/s")
			b.ReportMetric(bare/float64(b.N), "bare/s")
			b.ReportMetric(ours/bare, "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// bareInsert returns a durable insert of a report's bytes into one table.
func bareInsert(b *testing.B) func(NewCase) error {
	b.Helper()
	pragmas := []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "trusted_schema(0)", "temp_store(memory)"}
	db, err := sql.Open("sqlite", rawDSN(filepath.Join(b.TempDir(), "bare.db"), "rwc", 5*time.Second, pragmas...))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare(`INSERT INTO bare (body) VALUES ($1)`)
	if err != nil {
		b.Fatal(err)
	}
	return func(c NewCase) error {
		body := make([]byte, 0, 24<<10)
		body = append(append(append(append(body, c.Message...), c.Summary...), c.Recipient...), c.ReporterRecipient...)
		for range usualHandlers {
			body = append(body, c.Keys[""]...)
		}
		_, err := insert.Exec(body)
		return err
	}
}

// perSecond calls store from that many goroutines and returns the calls per
// second.
func perSecond(b *testing.B, clients int, d time.Duration, store func(NewCase) error) float64 {
	b.Helper()
	var done atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for time.Since(start) < d {
				if err := store(usualCase([]string{""})); err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(start).Seconds()
}

// BenchmarkLookup compares finding a receipt's case among a thousand and among
// a million of them.
func BenchmarkLookup(b *testing.B) {
	few, fewHashes := bulkCases(b, 1_000, freshCase)
	many, manyHashes := bulkCases(b, 1_000_000, freshCase)
	ctx := context.Background()
	look := func(s *Store, hashes [][]byte) time.Duration {
		start := time.Now()
		for range 1000 {
			if _, err := s.CaseByLookup(ctx, hashes[rand.IntN(len(hashes))]); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(start)
	}
	var amongFew, amongMany time.Duration
	for b.Loop() {
		amongFew += look(few, fewHashes)
		amongMany += look(many, manyHashes)
	}
	b.ReportMetric(float64(amongFew.Microseconds())/float64(b.N)/1000, "µs/1e3")
	b.ReportMetric(float64(amongMany.Microseconds())/float64(b.N)/1000, "µs/1e6")
	b.ReportMetric(float64(amongMany)/float64(amongFew), "ratio")
	b.ReportMetric(0, "ns/op")
}

// freshCase is what bulkCases fills in for a case that has just come, from its
// queue to its assignee.
const freshCase = `'hr', 'bribery', 'web', 'received', '', '2026-11-21', '', '', '', '', '', '2026-11-28', 'new', 'normal', ''`

// bulkCases returns a store with n cases, put in directly, and the look-up
// hashes of a thousand of them. The cases are small: their size changes what is
// read at the end of a look-up, not the way to it.
func bulkCases(b *testing.B, n int, as string) (*Store, [][]byte) {
	b.Helper()
	chunk := min(n, 20_000)
	s, path := openTemp(b, Options{})
	db, err := sql.Open("sqlite", rawDSN(path, "rw", time.Minute, "synchronous(OFF)", "cache_size(-500000)"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	insert, err := db.Prepare(`WITH RECURSIVE n (i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n LIMIT $2)
		INSERT INTO cases (place, id, lookup_hash, queue, category, channel, state, outcome, received, acknowledged, decided, answered,
			closed, reopened, due, turn, priority, assignee, last_seq, recipient, reporter_recipient, summary)
		SELECT i * $3, lower(hex(randomblob(16))), randomblob(32), ` + as + `, 1, 'age1pq1', 'age1pq1', randomblob(200) FROM n`)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i < n; i += chunk {
		if _, err := insert.Exec(i, chunk, math.MaxInt64/(n+1)); err != nil {
			b.Fatal(err)
		}
	}
	hashes, err := engine.List(s.read(context.Background()), engine.Column[[]byte],
		`SELECT lookup_hash FROM cases WHERE place % $1 = 0 LIMIT 1000`, math.MaxInt64/(n+1)*(n/1000))
	if err != nil || len(hashes) < 900 {
		b.Fatalf("%d hashes (%v)", len(hashes), err)
	}
	return s, hashes
}
