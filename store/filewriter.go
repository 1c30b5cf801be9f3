package store

import (
	"errors"
	"os"
	"time"
)

// FileWriter is a sealed file that is being written. It is for one goroutine.
type FileWriter struct {
	files *Files
	id    string
	file  *os.File // nil: released or discarded
	size  int64
	err   error // the first that a write met
}

// ID returns the file's id, 32 hex characters.
func (w *FileWriter) ID() string { return w.id }

// Size returns the number of bytes written.
func (w *FileWriter) Size() int64 { return w.size }

// Write appends to the file. ErrBusy: disk full or broken.
func (w *FileWriter) Write(p []byte) (int, error) {
	if w.file == nil {
		return 0, os.ErrClosed
	}
	n, err := w.file.Write(p)
	w.size += int64(n)
	if err != nil {
		w.err = fileError(err)
	}
	return n, fileError(err)
}

// Finish makes the content durable. The file's date becomes midnight UTC: it
// tells no more than the day.
func (w *FileWriter) Finish() error {
	if w.file == nil {
		return os.ErrClosed
	}
	if w.err != nil {
		return w.err // part of it is missing
	}
	day := w.files.now().UTC().Truncate(24 * time.Hour)
	if err := os.Chtimes(w.files.path(w.id), day, day); err != nil {
		return fileError(err)
	}
	return fileError(w.file.Sync())
}

// Release lets go of the file after its row was committed.
func (w *FileWriter) Release() {
	if w.file == nil {
		return
	}
	w.file.Close() // durable since Finish
	w.file = nil
	w.files.release(w.id)
}

// Discard removes the file. It does nothing after Release or Discard.
func (w *FileWriter) Discard() {
	if w.file == nil {
		return
	}
	_ = os.Remove(w.files.path(w.id)) // else Sweep does it
	w.Release()
}

// Settle ends the upload by the error of the commit of its row: nil releases
// the file, an error discards it. After ErrUnsettled the row may be there, so
// the file stays, and stays held while the process lives; the next process's
// Sweep decides.
func (w *FileWriter) Settle(commit error) {
	switch {
	case w.file == nil:
	case commit == nil:
		w.Release()
	case errors.Is(commit, ErrUnsettled):
		w.file.Close()
		w.file = nil
	default:
		w.Discard()
	}
}
