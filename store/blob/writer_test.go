package blob

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"hotline/store/fault"
)

// The id of a file may be chosen elsewhere: it is taken once.
func TestCreateAs(t *testing.T) {
	f := openTempFiles(t)
	for _, id := range []string{"", "x", "../" + newID()[3:], strings.ToUpper(newID()[:31] + "a")} {
		if _, err := f.CreateAs(id); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("CreateAs(%q): %v", id, err)
		}
	}
	id := newID()
	w, err := f.CreateAs(id)
	if err != nil || w.ID() != id {
		t.Fatalf("CreateAs: %v", err)
	}
	if _, err := f.CreateAs(id); !errors.Is(err, fault.ErrExists) {
		t.Errorf("CreateAs of a file on its way: %v", err)
	}
	sweep(t, f, &rows{}, 0) // the second one did not let go of the first
	w.Release()
	if _, err := f.CreateAs(id); !errors.Is(err, fault.ErrExists) {
		t.Errorf("CreateAs of a file that is there: %v", err)
	}
	sweep(t, f, &rows{}, 1)
	again, err := f.CreateAs(id)
	if err != nil {
		t.Errorf("CreateAs of a file that is gone: %v", err)
	}
	again.Discard()
}

// A file that waits for its next chunk is not open, and nobody sweeps it.
func TestPausedFile(t *testing.T) {
	f := openTempFiles(t)
	w, err := f.Create()
	if err != nil {
		t.Fatal(err)
	}
	for _, chunk := range []string{"one, ", "two, ", "three"} {
		if _, err := w.Write([]byte(chunk)); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Pause(), w.Pause()); err != nil || w.file != nil {
			t.Fatal(err)
		}
		sweep(t, f, &rows{}, 0)
	}
	if err := errors.Join(w.Finish(), w.Pause(), w.Resume(), w.Resume()); err != nil || w.Size() != 15 {
		t.Errorf("%d bytes, %v", w.Size(), err)
	}
	if got, err := os.ReadFile(f.path(w.ID())); err != nil || string(got) != "one, two, three" {
		t.Errorf("%q, %v", got, err)
	}
	other, err := Open(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	sweep(t, other, &rows{}, 0) // resumed: held against another process, too
	if err := w.Pause(); err != nil {
		t.Fatal(err)
	}
	sweep(t, other, &rows{}, 1)
	if err := w.Resume(); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("Resume of a file that was swept: %v", err)
	}
	w.Discard()
	if err := w.Resume(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Resume after Discard: %v", err)
	}
	for _, end := range []func(*Writer){(*Writer).Release, (*Writer).Discard} {
		w := newFile(t, f, []byte("sealed"))
		w.Pause()
		end(w)
		if f.isHeld(w.ID()) || !w.ended() {
			t.Error("a paused file is still held at its end")
		}
	}
	outcomeUnknown := newFile(t, f, []byte("sealed"))
	outcomeUnknown.Pause()
	outcomeUnknown.Complete(fault.ErrOutcomeUnknown)
	sweep(t, f, &rows{}, 1) // what was released, not what may have a row
	if _, err := os.Lstat(f.path(outcomeUnknown.ID())); err != nil {
		t.Errorf("after fault.ErrOutcomeUnknown: %v", err)
	}
}

// Errors are logged, and the id of a reporter's file is not.
func TestFileErrorsNameNoFile(t *testing.T) {
	f := openTempFiles(t)
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	id := newID()
	_, create := f.CreateAs(id)
	_, open := f.Open(id)
	for _, err := range []error{create, open, f.Remove(id), f.Sync()} {
		if err != nil && (strings.Contains(err.Error(), id) || strings.Contains(err.Error(), f.dir)) {
			t.Errorf("%v", err)
		}
	}
	if !errors.Is(create, syscall.ENOTDIR) {
		t.Errorf("CreateAs below a file: %v", create)
	}
}
