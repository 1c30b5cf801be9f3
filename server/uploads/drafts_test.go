package uploads

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/store"
	"hotline/store/blob"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time                          { return c.at }
func (c *clock) pass(d time.Duration)                    { c.at = c.at.Add(d) }
func (c *clock) back(d time.Duration)                    { c.at = c.at.Add(-d) }
func newClock() *clock                                   { return &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }
func nonce(i int) (n crypto.Nonce)                       { n[0], n[1] = byte(i), byte(i>>8); return n }
func key(i int) fileKey                                  { return fileKey{nonce(i), fmt.Sprintf("%032x", i)} }
func nobody(context.Context, []string) ([]string, error) { return nil, nil }

func openDrafts(t *testing.T, perForm int) (*Drafts, *clock, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	files, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	return New(Parts{files, perForm, 1 << 20, c.now}), c, dir
}

// bring stores a whole file of a few bytes.
func bring(t *testing.T, d *Drafts, k fileKey) {
	t.Helper()
	f, err := d.take(k, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.writer.Write([]byte("sealed")); err != nil {
		t.Fatal(err)
	}
	if err := f.writer.Finish(); err != nil {
		t.Fatal(err)
	}
	f.whole, f.stanzas = true, 1
	if !d.give(k, f, true) {
		t.Fatal("a good file is not held")
	}
}

func onDisk(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func wantCode(t *testing.T, what string, err error, code respond.Code) {
	t.Helper()
	var f *respond.Failure
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestIdleDraftsAreDropped(t *testing.T) {
	d, c, dir := openDrafts(t, 20)
	bring(t, d, key(1))
	c.pass(30 * time.Minute)
	bring(t, d, key(2))
	c.back(24 * time.Hour) // a clock that jumps drops nothing
	d.Expire()
	c.pass(24*time.Hour + 30*time.Minute)
	d.Expire()
	if d.Has(nonce(1)) || !d.Has(nonce(2)) || onDisk(t, dir) != 1 {
		t.Errorf("after an hour: %v %v, %d files", d.Has(nonce(1)), d.Has(nonce(2)), onDisk(t, dir))
	}
	f, err := d.take(key(2), nil, 6)
	if err != nil {
		t.Fatal(err)
	}
	c.pass(3 * time.Hour)
	d.Expire()
	if !d.Has(nonce(2)) {
		t.Error("a draft that is being written to is idle")
	}
	d.give(key(2), f, true)
	c.pass(time.Hour)
	d.Expire()
	if len(d.all) != 0 || onDisk(t, dir) != 0 {
		t.Errorf("%d drafts, %d files are left", len(d.all), onDisk(t, dir))
	}
}

func TestFilesOfADraftAreBounded(t *testing.T) {
	d, _, dir := openDrafts(t, 3)
	for i := range 3 + spareFiles {
		bring(t, d, fileKey{nonce(1), crypto.NewID()})
		_ = i
	}
	k := fileKey{nonce(1), crypto.NewID()}
	_, err := d.take(k, nil, 0)
	wantCode(t, "a file too many", err, respond.TooLarge)
	for id := range d.all[nonce(1)].files {
		if err := d.cancel(fileKey{nonce(1), id}); err != nil {
			t.Error(err)
		}
		break
	}
	bring(t, d, k)
	if n := onDisk(t, dir); n != 3+spareFiles {
		t.Errorf("%d files", n)
	}
}

func TestDraftGoesWithItsReport(t *testing.T) {
	d, _, dir := openDrafts(t, 20)
	a, b := fileKey{nonce(1), crypto.NewID()}, fileKey{nonce(1), crypto.NewID()}
	bring(t, d, a)
	bring(t, d, b)
	_, err := d.Claim(nonce(1), []string{a.id, crypto.NewID()}, 1)
	wantCode(t, "a file that never came", err, respond.FilesAgain)
	_, err = d.Claim(nonce(2), []string{a.id}, 1)
	wantCode(t, "another form's file", err, respond.FilesAgain)
	rows, err := d.Claim(nonce(1), []string{a.id}, 1)
	if err != nil || len(rows) != 1 || rows[0].Size != 6 {
		t.Fatalf("%+v, %v", rows, err)
	}
	wantCode(t, "cancelling a file that is being stored", d.cancel(a), respond.Busy)
	_, err = d.take(b, nil, 6)
	wantCode(t, "writing to one", err, respond.Busy)
	d.Complete(nonce(1), []string{a.id}, store.ErrBusy)
	if rows, err = d.Claim(nonce(1), []string{a.id}, 1); err != nil || len(rows) != 1 {
		t.Fatalf("once more: %+v, %v", rows, err)
	}
	d.Complete(nonce(1), []string{a.id}, nil)
	if d.Has(nonce(1)) || onDisk(t, dir) != 1 {
		t.Errorf("after the commit: %v, %d files", d.Has(nonce(1)), onDisk(t, dir))
	}
	if n, err := d.files.Sweep(context.Background(), nobody); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
}

// What a lost commit may have stored is not removed while this process lives.
func TestFilesOfAnUnknownOutcomeStay(t *testing.T) {
	for name, end := range map[string]func(*Drafts, *clock, fileKey){
		"idle":                            func(d *Drafts, c *clock, _ fileKey) { c.pass(draftLife); d.Expire() },
		"cancelled":                       func(d *Drafts, _ *clock, k fileKey) { _ = d.cancel(k) },
		"found stored, under other files": func(d *Drafts, _ *clock, k fileKey) { d.Complete(k.nonce, nil, nil) },
		"failed after all": func(d *Drafts, _ *clock, k fileKey) {
			d.Complete(k.nonce, []string{k.id}, store.ErrBusy)
			d.drop(k.nonce)
		},
	} {
		d, c, dir := openDrafts(t, 20)
		bring(t, d, key(1))
		if _, err := d.Claim(nonce(1), []string{key(1).id}, 1); err != nil {
			t.Fatal(err)
		}
		d.Complete(nonce(1), []string{key(1).id}, store.ErrOutcomeUnknown)
		end(d, c, key(1))
		all := func(_ context.Context, ids []string) ([]string, error) { return ids, nil }
		if n, err := d.files.Sweep(context.Background(), all); n != 0 || err != nil || onDisk(t, dir) != 1 {
			t.Errorf("%s: %d swept, %v, %d files", name, n, err, onDisk(t, dir))
		}
	}
}

// A draft that goes while a request writes to it leaves the file to it.
func TestDroppedWhileWritten(t *testing.T) {
	d, _, dir := openDrafts(t, 20)
	f, err := d.take(key(1), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	d.drop(nonce(1))
	if _, err := f.writer.Write([]byte("still coming")); err != nil {
		t.Errorf("writing: %v", err)
	}
	if d.give(key(1), f, true) || onDisk(t, dir) != 0 {
		t.Errorf("%d files are left", onDisk(t, dir))
	}
	_, err = d.take(key(1), nil, 12)
	wantCode(t, "going on", err, respond.WrongOffset)
}
