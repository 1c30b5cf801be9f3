package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/engine"
	"hotline/store/pgtest"
)

// marks are the bytes by which a case would be found, by what they are.
func marksOf(t *testing.T, s *Store, c NewCase, at int64) map[string][]byte {
	t.Helper()
	ctx, a := context.Background(), Act{CaseID: c.ID, By: firstKey(c), At: at}
	marks := map[string][]byte{
		"look-up hash": c.LookupHash, "summary": c.Summary, "message": c.Message, "recipient": []byte(c.Recipient), "reporter's recipient": []byte(c.ReporterRecipient),
		"name": c.Name, "form's nonce": c.Use.Nonce, "form's content": c.Use.Content, "file": []byte(c.Files[0].ID),
		"labels": randomBytes(60), "classification": randomBytes(60), "answer": randomBytes(60), "note": randomBytes(6000), "file of the answer": []byte(newID()),
	}
	for id, key := range c.Keys {
		marks["key of "+id] = key
	}
	ok := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	ok("labels", s.SetLabels(ctx, a, 0, marks["labels"]))
	ok("classification", s.SetClassification(ctx, a, NewClassification{Sealed: marks["classification"], Kind: "report"}))
	ok("answer", s.AddMessage(ctx, NewMessage{CaseID: c.ID, Seq: 2, From: casework.FromDesk, On: "2026-11-21", At: at, By: a.By, Sealed: marks["answer"],
		Files: []File{{ID: string(marks["file of the answer"]), Size: 5}}}))
	ok("note", s.AddMessage(ctx, NewMessage{CaseID: c.ID, Seq: 3, From: casework.FromNote, On: "2026-11-21", At: at, By: a.By, Sealed: marks["note"]}))
	ok("read", s.MarkRead(ctx, c.ID, a.By, 1))
	_, err := s.StayAt(ctx, c.ID, a.By)
	ok("presence", err)
	return marks
}

func firstKey(c NewCase) string {
	for id := range c.Keys {
		return id
	}
	return ""
}

// found returns which marks stand in the files, as bytes or in hex: any 16 bytes of them,
// as what is large lies on several pages.
func found(t *testing.T, marks map[string][]byte, files ...string) []string {
	t.Helper()
	parts := map[[16]byte]string{}
	for name, mark := range marks {
		for _, written := range [][]byte{mark, []byte(hex.EncodeToString(mark))} {
			for i := 0; i+16 <= len(written); i += 16 {
				parts[[16]byte(written[i:])] = name
			}
		}
	}
	names := map[string]bool{}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for i := 0; i+16 <= len(content); i++ {
			if name, is := parts[[16]byte(content[i:])]; is {
				names[name+" in "+filepath.Base(path)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// worldToPurge is a store with cases of several, of whom some are to go.
type worldToPurge struct {
	s     *Store
	now   time.Time
	going map[string]map[string][]byte // marks by case
}

func (w *worldToPurge) clock() time.Time { return w.now }

// fill makes cases among which every third is junk, and lets its day come.
func (w *worldToPurge) fill(t *testing.T, n int) {
	t.Helper()
	ctx := context.Background()
	var handlers []string
	for i := range usualHandlers {
		h := Handler{ID: newID(), Name: fmt.Sprint("Handler ", i), Email: fmt.Sprintf("h%d@example.org", i), Roles: []string{RoleHandler}, Branches: []casework.Branch{"hr"}, Recipient: "age1pq1"}
		if _, err := w.s.AddHandler(ctx, h); err != nil {
			t.Fatal(err)
		}
		handlers = append(handlers, h.ID)
	}
	w.going = map[string]map[string][]byte{}
	for i := range n {
		c := usualCase(handlers)
		c.Name, c.Files = randomBytes(900), []File{{ID: newID(), Size: 7}}
		if i%4 > 0 { // small enough to lie in the page of a row
			c.Summary, c.Message, c.Name = randomBytes(100), randomBytes(300), randomBytes(50)
		}
		if err := w.s.CreateCase(ctx, c); err != nil {
			t.Fatal(err)
		}
		marks := marksOf(t, w.s, c, w.now.Unix())
		if i%3 > 0 {
			continue
		}
		seen := Facts{Priority: casework.Normal, Standing: casework.Counts, Kind: "report"}
		junk := seen
		junk.Standing = casework.Junk
		if err := w.s.SetFacts(ctx, Act{c.ID, handlers[0], w.now.Unix()}, seen, junk); err != nil {
			t.Fatal(err)
		}
		w.going[c.ID] = marks
	}
}

// purge announces and deletes what is due, some time later.
func (w *worldToPurge) purge(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	for _, days := range []int{law.FirstAnnounced - law.LastAnnounced, law.LastAnnounced} {
		w.now = w.now.AddDate(0, 0, days)
		if err := w.s.Announce(ctx, Days{Root: casework.DayOf(w.now)}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for after := ""; ; {
		due, err := w.s.DuePurges(ctx, Days{Root: casework.DayOf(w.now)}, after)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			break
		}
		for _, id := range due {
			files, err := w.s.Purge(ctx, id, Days{Root: casework.DayOf(w.now)})
			if err != nil || len(files) != 2 {
				t.Fatalf("Purge: %v, files %v", err, files)
			}
			n++
		}
		after = due[len(due)-1]
	}
	if n != len(w.going) {
		t.Fatalf("%d cases were deleted, want %d", n, len(w.going))
	}
}

func (w *worldToPurge) marks() map[string][]byte {
	all := map[string][]byte{}
	for id, marks := range w.going {
		for name, mark := range marks {
			all[name+" of "+id[:4]] = mark
		}
	}
	return all
}

// leavesNothing clears, and fails the test where something is found before it that is no
// longer there, or after it.
func (w *worldToPurge) leavesNothing(t *testing.T, files func() []string) {
	t.Helper()
	if n := len(found(t, w.marks(), files()...)); n == 0 {
		t.Error("nothing was found before it was cleared: the search finds nothing at all")
	}
	if err := w.s.Clear(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	if left := found(t, w.marks(), files()...); len(left) > 0 {
		t.Errorf("left after clearing: %v", left)
	}
	if n, err := w.s.Unclear(context.Background()); err != nil || n != 0 {
		t.Errorf("%d cases to be cleared, %v", n, err)
	}
}

func newWorld(t *testing.T, open func(Options) *Store) *worldToPurge {
	t.Helper()
	w := &worldToPurge{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	w.s = open(Options{Now: w.clock})
	w.fill(t, 150)
	w.purge(t)
	return w
}

// Clearing is what does it: SQLite leaves copies of small rows in pages that it divided.
func TestPurgedCasesLeaveNoByteInSQLite(t *testing.T) {
	var path string
	w := newWorld(t, func(opt Options) (s *Store) { s, path = openTemp(t, opt); return s })
	w.leavesNothing(t, func() []string { return []string{path, path + "-wal", path + "-shm"} })
	free, err := engine.One(w.s.read(context.Background()), engine.Column[int], `SELECT freelist_count FROM pragma_freelist_count`)
	if err != nil || free != 0 {
		t.Errorf("%d free pages, %v", free, err)
	}
}

func TestPurgedCasesLeaveNoByteInPostgreSQL(t *testing.T) {
	url := pgtest.URL(t)
	w := newWorld(t, func(opt Options) *Store { return openAt(t, url, opt) })
	ctx := context.Background()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	w.leavesNothing(t, func() []string {
		var folder string
		if _, err := db.ExecContext(ctx, `CHECKPOINT`); err != nil {
			t.Fatal(err)
		}
		err := db.QueryRowContext(ctx, `SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()`).Scan(&folder)
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || len(files) < 100 {
			t.Fatalf("%d files in %s, %v", len(files), folder, err)
		}
		return files
	})
	var written, orders int
	err = db.QueryRowContext(ctx, `SELECT count(DISTINCT xmin::text), count(*) FILTER (WHERE n <> place) FROM (
		SELECT xmin, row_number() OVER (ORDER BY ctid) AS place, row_number() OVER (ORDER BY id) AS n FROM tombstones) t`).Scan(&written, &orders)
	if err != nil || written != 1 || orders > 0 {
		t.Errorf("tombstones of %d transactions, %d not in the order of their ids, %v", written, orders, err)
	}
}

// What a transaction can still read is not cleared: that is noticed, and done later.
func TestClearingWaitsForReaders(t *testing.T) {
	w := newWorld(t, func(opt Options) *Store { return openAt(t, pgtest.URL(t), opt) })
	at, end, err := w.s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(end)
	defer end()
	if _, err := w.s.Unclear(at); err != nil { // now it has its snapshot
		t.Fatal(err)
	}
	if err := w.s.write(context.Background(), func(t tx) error { return notify(t, false) }); err != nil {
		t.Fatal(err)
	}
	n := len(w.going)
	if err := w.s.Clear(context.Background(), true); !errors.Is(err, ErrBusy) {
		t.Errorf("Clear beside a reader: %v", err)
	}
	if left, err := w.s.Unclear(context.Background()); err != nil || left != n {
		t.Errorf("%d to be cleared, want %d: %v", left, n, err)
	}
	end()
	if err := w.s.Clear(context.Background(), true); err != nil {
		t.Errorf("Clear: %v", err)
	}
}

// Tables that have rows of cases are rewritten, and rows of a case go with it.
func TestEveryTableOfCasesIsCleared(t *testing.T) {
	s, _ := openTemp(t, Options{})
	kept := []string{"audit", "cases", "purged_exclusions"} // the log is only added to, and stays hidden from whom it was hidden
	tables, err := engine.List(s.read(context.Background()), engine.Column[string], `SELECT DISTINCT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND f."table" IN ('cases', 'messages') AND f.on_delete = 'CASCADE'
		UNION SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND (c.name = 'case_id' OR c.name = 'lookup_hash')`)
	if err != nil || len(tables) < 15 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		if !slices.Contains(kept, table) && !slices.ContainsFunc(rewritten(), func(r engine.Table) bool { return r.Name == table }) {
			t.Errorf("%s is not rewritten", table)
		}
		cascades, err := engine.One(s.read(context.Background()), engine.Column[int], `SELECT count(*) FROM pragma_foreign_key_list($1) WHERE "table" IN ('cases', 'messages') AND on_delete = 'CASCADE'`, table)
		if err != nil || cascades == 0 && !slices.Contains(kept, table) {
			t.Errorf("rows of %s do not go with their case (%v)", table, err)
		}
	}
}
