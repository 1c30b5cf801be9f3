package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"hotline/store/engine"
)

// Counter is one thing to be counted for the yearly figures.
type Counter struct {
	Dimension string // language, relationship, country, identity, category
	Value     string
}

// Count is how often a counter was counted in a month.
type Count struct {
	Month string // "2026-11"
	Counter
	N int
}

// count adds one to each counter. It comes last in a transaction.
func (s *Store) count(t tx, month string, counters []Counter) error {
	if len(counters) == 0 {
		return nil
	}
	sums := map[Counter]int{}
	for _, c := range counters {
		sums[c]++
	}
	if s.db.Engine() == engine.Postgres {
		return countTogether(t, month, sums)
	}
	for c, n := range sums {
		_, err := t.Exec(`INSERT INTO counters (month, dimension, value, count) VALUES ($1, $2, $3, $4)
			ON CONFLICT (month, dimension, value) DO UPDATE SET count = counters.count + excluded.count`,
			month, c.Dimension, c.Value, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// countLock is the key of the advisory lock under which reports count, one
// after another.
const countLock = 0x636f756e74

// countTogether counts in PostgreSQL. Every row there carries the number of the
// transaction that wrote it last (xmin), which would join the counters of a
// report to its case. So all rows of the month are written every time: they
// all carry the same number.
func countTogether(t tx, month string, sums map[Counter]int) error {
	if _, err := t.Exec(`SELECT pg_advisory_xact_lock($1)`, countLock); err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(sums), compareCounters)
	add, rows, args := "0", "", []any{month}
	for i, c := range keys {
		value := fmt.Sprintf("$%d AND value = $%d", 2*i+2, 2*i+3)
		add = fmt.Sprintf("CASE WHEN dimension = %s THEN %d ELSE %s END", value, sums[c], add)
		rows += fmt.Sprintf(", ($1, $%d, $%d, 0)", 2*i+2, 2*i+3)
		args = append(args, c.Dimension, c.Value)
	}
	if _, err := t.Exec(`INSERT INTO counters (month, dimension, value, count) VALUES `+rows[2:]+` ON CONFLICT DO NOTHING`, args...); err != nil {
		return err
	}
	_, err := t.Exec(`UPDATE counters SET count = count + `+add+` WHERE month = $1`, args...)
	return err
}

func compareCounters(a, b Counter) int {
	return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Value, b.Value))
}

// Counts returns all counts by month, dimension and value.
func (s *Store) Counts(ctx context.Context) ([]Count, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (c Count, err error) {
		err = row.Scan(&c.Month, &c.Dimension, &c.Value, &c.N)
		return c, err
	}, `SELECT month, dimension, value, count FROM counters ORDER BY month, dimension, value`)
}
