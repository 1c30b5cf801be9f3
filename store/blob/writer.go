package blob

import (
	"errors"
	"os"
	"time"

	"hotline/store/fault"
)

// Writer is a sealed file that is being written. It is for one goroutine.
type Writer struct {
	files *Folder
	id    string
	file  *os.File // nil: paused, released or discarded
	pause bool     // closed until the next Write
	size  int64
	err   error // the first that a write met
}

// ID returns the file's id, 32 hex characters.
func (w *Writer) ID() string { return w.id }

// Size returns the number of bytes written.
func (w *Writer) Size() int64 { return w.size }

// roomEvery is after how many bytes the room on the disk is looked at again.
const roomEvery = 8 << 20

// Write appends to the file. ErrBusy: disk full or broken.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.Resume(); err != nil {
		return 0, err
	}
	if (w.size+int64(len(p)))/roomEvery > w.size/roomEvery {
		if w.err = w.files.room(); w.err != nil {
			return 0, w.err
		}
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
func (w *Writer) Finish() error {
	if err := w.Resume(); err != nil {
		return err
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

// Pause closes the file until Resume, Write or Finish, so that one that waits
// for its next chunk, or for its row, keeps none of the process's open files. It
// stays held in this process, but not against the sweep of another.
func (w *Writer) Pause() error {
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file, w.pause = nil, true
	if err != nil && w.err == nil {
		w.err = fileError(err)
	}
	return fileError(err)
}

// Resume opens a paused file again, to append to it, or to hold it against
// everybody while its row is committed. ErrNotFound: another process has swept
// it away.
func (w *Writer) Resume() error {
	if w.file != nil {
		return nil
	}
	if !w.pause {
		return os.ErrClosed
	}
	file, err := os.OpenFile(w.files.path(w.id), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		err = lockFile(file)
	}
	if err == nil {
		_, err = os.Lstat(w.files.path(w.id))
	}
	if err != nil {
		file.Close() // of nil, it only says so
		if errors.Is(err, os.ErrNotExist) {
			return fault.ErrNotFound
		}
		return fileError(err)
	}
	w.file, w.pause = file, false
	return nil
}

func (w *Writer) ended() bool { return w.file == nil && !w.pause }

// Release lets go of the file after its row was committed.
func (w *Writer) Release() {
	if w.ended() {
		return
	}
	w.close() // durable since Finish
	w.files.release(w.id)
}

func (w *Writer) close() {
	if w.file != nil {
		w.file.Close()
	}
	w.file, w.pause = nil, false
}

// Discard removes the file. It does nothing after Release or Discard.
func (w *Writer) Discard() {
	if w.ended() {
		return
	}
	_ = os.Remove(w.files.path(w.id)) // else Sweep does it
	w.Release()
}

// Complete ends the upload by the error of the commit of its row: nil releases
// the file, an error discards it. After ErrOutcomeUnknown the row may be there, so
// the file stays, and stays held while the process lives; the next process's
// Sweep decides.
func (w *Writer) Complete(commit error) {
	switch {
	case w.ended():
	case commit == nil:
		w.Release()
	case errors.Is(commit, fault.ErrOutcomeUnknown):
		w.close()
	default:
		w.Discard()
	}
}
