package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/store/fault"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func newID() string { return hex.EncodeToString(randomBytes(16)) }

func openTempFiles(t *testing.T) *Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "data", "files"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// newFile writes a file up to its Finish.
func newFile(t *testing.T, f *Folder, content []byte) *Writer {
	t.Helper()
	w, err := f.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Finish(), f.Sync()); err != nil {
		t.Fatal(err)
	}
	return w
}

// there returns the names in the folder.
func there(t *testing.T, f *Folder) []string {
	t.Helper()
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// rows is the database of these tests: ids that have a row.
type rows struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (r *rows) add(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids = map[string]bool{}
	}
	r.ids[id] = true
}

func (r *rows) unknown(_ context.Context, ids []string) (unknown []string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if !r.ids[id] {
			unknown = append(unknown, id)
		}
	}
	return unknown, nil
}

func sweep(t *testing.T, f *Folder, r *rows, expected int) {
	t.Helper()
	if n, err := f.Sweep(context.Background(), r.unknown); err != nil || n != expected {
		t.Errorf("Sweep removed %d (%v), want %d", n, err, expected)
	}
}

func TestFileRoundTrip(t *testing.T) {
	f := openTempFiles(t)
	content := randomBytes(100_000)
	w := newFile(t, f, content)
	w.Release()
	if !isFileID(w.ID()) || w.Size() != int64(len(content)) {
		t.Errorf("id %q, size %d", w.ID(), w.Size())
	}
	file, err := f.Open(w.ID())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes (%v)", len(got), err)
	}
	for range 2 {
		if err := f.Remove(w.ID()); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	if _, err := f.Open(w.ID()); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("Open after Remove: %v", err)
	}
}

func TestFilesArePrivateAndTellNoTime(t *testing.T) {
	f := openTempFiles(t)
	now := time.Date(2026, 11, 21, 23, 30, 0, 0, time.FixedZone("JST", 9*3600))
	f.now = func() time.Time { return now }
	w := newFile(t, f, []byte("sealed"))
	for name, mode := range map[string]os.FileMode{f.dir: 0o700, f.path(w.ID()): 0o600} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has rights %v (%v), want %v", name, info.Mode().Perm(), err, mode)
		}
	}
	info, err := os.Stat(f.path(w.ID()))
	if err != nil {
		t.Fatal(err)
	}
	if midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC); !info.ModTime().Equal(midnight) {
		t.Errorf("the file has the time %v, want %v", info.ModTime(), midnight)
	}
}

func TestFileNamesAreChecked(t *testing.T) {
	f := openTempFiles(t)
	outside := filepath.Join(filepath.Dir(f.dir), "secret")
	if err := os.WriteFile(outside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", ".", "..", "../secret", "/etc/passwd", strings.Repeat("A", 32), strings.Repeat("a", 31),
		strings.Repeat("a", 33), strings.Repeat("a", 31) + "/", strings.Repeat("a", 31) + "\x00", scratchPrefix + "1"} {
		if _, err := f.Open(id); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("Open(%q): %v", id, err)
		}
		if err := f.Remove(id); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("Remove(%q): %v", id, err)
		}
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}

func TestFileEnds(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(*Writer)
		left bool // the file is there after it
		held bool // and Sweep lets it be
	}{
		"Release":                   {(*Writer).Release, true, false},
		"Release, then Discard":     {func(w *Writer) { w.Release(); w.Discard() }, true, false},
		"Discard twice":             {func(w *Writer) { w.Discard(); w.Discard() }, false, false},
		"Complete well":             {func(w *Writer) { w.Complete(nil); w.Discard() }, true, false},
		"Complete failed":           {func(w *Writer) { w.Complete(fault.ErrBusy); w.Discard() }, false, false},
		"Complete existing":         {func(w *Writer) { w.Complete(fault.ErrExists) }, false, false},
		"Complete, outcome unknown": {func(w *Writer) { w.Complete(fmt.Errorf("%w: cut", fault.ErrOutcomeUnknown)); w.Discard() }, true, true},
		"nothing yet":               {func(*Writer) {}, true, true},
	} {
		f := openTempFiles(t)
		w := newFile(t, f, []byte("sealed"))
		test.end(w)
		if left := len(there(t, f)) == 1; left != test.left {
			t.Errorf("%s: file there: %v, want %v", name, left, test.left)
		}
		sweep(t, f, &rows{}, btoi(test.left && !test.held))
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWriterAfterItsEnd(t *testing.T) {
	f := openTempFiles(t)
	w := newFile(t, f, nil)
	w.Release()
	if _, err := w.Write([]byte("more")); err == nil {
		t.Error("wrote after Release")
	}
	if err := w.Finish(); err == nil {
		t.Error("finished after Release")
	}
}

// /dev/full refuses every write for lack of space.
func TestFileDiskFull(t *testing.T) {
	f := openTempFiles(t)
	w, err := f.Create()
	if err != nil {
		t.Fatal(err)
	}
	real := w.file
	if w.file, err = os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(randomBytes(9)); !errors.Is(err, fault.ErrBusy) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Write to a full disk: %v", err)
	}
	if err := errors.Join(w.file.Close()); err != nil {
		t.Fatal(err)
	}
	w.file = real
	if err := w.Finish(); !errors.Is(err, fault.ErrBusy) {
		t.Errorf("Finish of an incomplete file: %v", err)
	}
	w.Discard()
	for _, errno := range []syscall.Errno{syscall.EIO, syscall.EROFS, syscall.EDQUOT, syscall.EMFILE} {
		if err := fileError(&os.PathError{Op: "write", Path: "x", Err: errno}); !errors.Is(err, fault.ErrBusy) {
			t.Errorf("%v is no fault.ErrBusy", errno)
		}
	}
	if err := fileError(os.ErrPermission); errors.Is(err, fault.ErrBusy) {
		t.Error("a lack of rights is an fault.ErrBusy")
	}
}

func TestSweep(t *testing.T) {
	f := openTempFiles(t)
	known := &rows{}
	var keep []string
	for i := range 300 {
		name := newID()
		if i%3 == 0 {
			known.add(name)
			keep = append(keep, name)
		}
		if err := os.WriteFile(f.path(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"README", ".keep", strings.Repeat("A", 32)} { // not ours
		if err := os.WriteFile(f.path(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		keep = append(keep, name)
	}
	if err := os.WriteFile(f.path(scratchPrefix+"1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sweep(t, f, known, 200)
	slices.Sort(keep)
	if got := there(t, f); !slices.Equal(got, keep) {
		t.Errorf("%d files left, want %d", len(got), len(keep))
	}

	failed := errors.New("database away")
	if _, err := f.Sweep(context.Background(), func(context.Context, []string) ([]string, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("Sweep without a database: %v", err)
	}
	if got := there(t, f); !slices.Equal(got, keep) {
		t.Error("Sweep without a database removed files")
	}
}

// A second process that uses the same folder does not know this one's uploads.
func TestSweepOfAnotherProcess(t *testing.T) {
	f := openTempFiles(t)
	other, err := Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	w := newFile(t, f, []byte("sealed"))
	sweep(t, other, &rows{}, 0)
	w.Release()
	sweep(t, other, &rows{}, 1)
}

// Every file whose row was committed must survive any number of sweeps, by
// whichever process.
func TestSweepWhileUploading(t *testing.T) {
	f := openTempFiles(t)
	other, err := Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	known := &rows{}
	stop := make(chan struct{})
	var sweepers, uploads sync.WaitGroup
	for _, sweeper := range []*Folder{f, other} {
		sweepers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := sweeper.Sweep(context.Background(), known.unknown); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 8 {
		uploads.Go(func() {
			for i := range 40 {
				w, err := f.Create()
				if err != nil {
					t.Error(err)
					return
				}
				if i%4 == 0 {
					w.Discard()
					continue
				}
				known.add(w.ID())
				w.Complete(nil)
			}
		})
	}
	uploads.Wait()
	close(stop)
	sweepers.Wait()
	if got := there(t, f); len(got) != len(known.ids) || len(got) != 8*30 {
		t.Errorf("%d files, %d rows, want %d", len(got), len(known.ids), 8*30)
	}
}

func TestScratch(t *testing.T) {
	f := openTempFiles(t)
	s, err := f.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := there(t, f); len(got) != 0 {
		t.Errorf("a scratch file has a name: %q", got)
	}
	if _, err := s.Write([]byte("sealed")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 6)
	if _, err := s.ReadAt(b, 0); err != nil || string(b) != "sealed" {
		t.Errorf("read %q (%v)", b, err)
	}
	info, err := s.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("rights %v (%v)", info.Mode().Perm(), err)
	}
}

// Whoever fills the disk with files does not keep others from reporting: files
// are refused while there still is room for rows.
func TestFilesLeaveRoomOnTheDisk(t *testing.T) {
	f, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	free := int64(keptFree) + 1
	f.space = func(string) (int64, int64, bool) { return free, 1 << 40, true }
	w, err := f.Create()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	block := make([]byte, roomEvery/2)
	if _, err := w.Write(block); err != nil {
		t.Fatal(err)
	}
	free = keptFree - 1
	if _, err := f.Create(); !errors.Is(err, fault.ErrBusy) {
		t.Errorf("a new file on a nearly full disk: %v", err)
	}
	if _, err := w.Write(block); !errors.Is(err, fault.ErrBusy) {
		t.Errorf("more of a file on a nearly full disk: %v", err)
	}
	if err := w.Finish(); !errors.Is(err, fault.ErrBusy) {
		t.Errorf("a file that lacks a part is finished: %v", err)
	}
	f.space = func(string) (int64, int64, bool) { return 1 << 20, 16 << 20, true } // a small disk
	if _, err := f.Create(); err != nil {
		t.Errorf("a small disk that is not full: %v", err)
	}
}
