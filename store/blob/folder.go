// Package blob keeps sealed files in a folder. It knows no database: a file is
// finished first and its row is committed after; what is left over when that
// fails is removed by [Folder.Sweep]. Errors that callers tell apart are those
// of package fault.
package blob

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"hotline/store/fault"
	"hotline/store/folder"
)

// Folder is the folder of sealed files. A file's name is its id and nothing
// more. The order of work that loses nothing and leaves nothing behind:
//
//	w, err := files.Create()         // nobody else touches it from now on
//	defer w.Discard()                // if anything below fails
//	io.Copy(w, sealed); w.Finish()   // durable
//	files.Sync()                     // its name is durable, too
//	err = store.CreateCase(…)        // its row
//	w.Complete(err)
type Folder struct {
	dir   string
	now   func() time.Time
	space func(dir string) (free, total int64, known bool)

	mu   sync.Mutex
	held map[string]bool // ids that Sweep must not touch
}

// scratchPrefix starts the names of scratch files, for the moment they have
// one.
const scratchPrefix = "scratch-"

// Open opens the folder of sealed files and makes it, 0700, when it is
// not there.
func Open(dir string) (*Folder, error) {
	if err := folder.Make(dir); err != nil {
		return nil, diskError(fmt.Errorf("store: make the folder of sealed files: %w", err))
	}
	return &Folder{dir: dir, now: time.Now, space: Space, held: map[string]bool{}}, nil
}

// Create begins a new file.
func (f *Folder) Create() (*Writer, error) {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return f.CreateAs(hex.EncodeToString(random[:]))
}

// CreateAs begins a new file under an id that somebody else chose. ErrExists:
// there is a file of that id, or one is on its way. ErrNotFound: it is no id.
func (f *Folder) CreateAs(id string) (*Writer, error) {
	if !isFileID(id) {
		return nil, fault.ErrNotFound
	}
	if err := f.room(); err != nil {
		return nil, err
	}
	if !f.hold(id) {
		return nil, fault.ErrExists
	}
	w := &Writer{files: f, id: id}
	for {
		file, err := os.OpenFile(f.path(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			f.release(id)
			if errors.Is(err, os.ErrExist) {
				return nil, fault.ErrExists
			}
			return nil, fileError(err)
		}
		w.file = file
		if err := lockFile(file); err != nil {
			w.Discard()
			return nil, fileError(err)
		}
		if _, err := os.Lstat(f.path(id)); err == nil {
			return w, nil
		}
		// Another process swept it away before it was locked.
		file.Close()
	}
}

// Open opens a file for reading. ErrNotFound: there is none, or it is no id.
func (f *Folder) Open(id string) (*os.File, error) {
	if !isFileID(id) {
		return nil, fault.ErrNotFound
	}
	file, err := os.Open(f.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.ErrNotFound
	}
	return file, fileError(err)
}

// Remove removes a file; it is no error when it is gone already.
func (f *Folder) Remove(id string) error {
	if !isFileID(id) {
		return fault.ErrNotFound
	}
	err := os.Remove(f.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fileError(err)
}

// Sync makes the names of new files durable. Call it after Finish and before
// the rows are committed.
func (f *Folder) Sync() error {
	return fileError(folder.Sync(f.dir))
}

// Scratch returns a file for sealed temporary data. It has no name any more:
// it is gone when it is closed, or when the process dies.
func (f *Folder) Scratch() (*os.File, error) {
	file, err := os.CreateTemp(f.dir, scratchPrefix+"*")
	if err != nil {
		return nil, fileError(err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fileError(err)
	}
	return file, nil
}

// Sweep removes the files that no row knows and that no upload holds, in this
// or another process, and returns their number. unknown is Store.MissingFiles.
func (f *Folder) Sweep(ctx context.Context, unknown func(ctx context.Context, ids []string) ([]string, error)) (int, error) {
	dir, err := os.Open(f.dir)
	if err != nil {
		return 0, fileError(err)
	}
	defer dir.Close()
	removed := 0
	for {
		entries, err := dir.ReadDir(128)
		n, sweepErr := f.sweepSome(ctx, entries, unknown)
		removed += n
		if sweepErr != nil {
			return removed, sweepErr
		}
		if errors.Is(err, io.EOF) {
			return removed, nil
		}
		if err != nil {
			return removed, fileError(err)
		}
	}
}

// sweepSome sweeps some files of the folder. Whether a file is held is asked
// before its row: an upload lets go only after its commit, so that whoever
// holds nothing has a row by then, or never gets one.
func (f *Folder) sweepSome(ctx context.Context, entries []os.DirEntry, unknown func(context.Context, []string) ([]string, error)) (int, error) {
	var ids []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, scratchPrefix):
			_ = os.Remove(filepath.Join(f.dir, name)) // killed between making and unlinking it
		case isFileID(name) && !f.isHeld(name):
			file, err := os.OpenFile(f.path(name), os.O_RDONLY, 0)
			if err != nil {
				continue // removed in the meantime
			}
			defer file.Close()
			if tryLockFile(file) {
				ids = append(ids, name)
			}
		}
	}
	if len(ids) == 0 {
		return 0, ctx.Err()
	}
	gone, err := unknown(ctx, ids)
	if err != nil {
		return 0, err
	}
	for i, id := range gone {
		if err := f.Remove(id); err != nil {
			return i, err
		}
	}
	return len(gone), nil
}

// keptFree is the room in bytes that files leave on the disk, but not more than
// a twentieth of it: reports without files, and answers, go on being stored
// while somebody fills it up.
const keptFree = 256 << 20

// errNearlyFull is an ErrBusy.
var errNearlyFull = fmt.Errorf("%w: the disk is nearly full, so files are not taken", fault.ErrBusy)

func (f *Folder) room() error {
	if free, total, known := f.space(f.dir); known && free < min(keptFree, total/20) {
		return errNearlyFull
	}
	return nil
}

// Free returns the bytes that can still be written where the files are; false
// if the system does not tell.
func (f *Folder) Free() (free int64, known bool) {
	free, _, known = f.space(f.dir)
	return free, known
}

func (f *Folder) path(id string) string { return filepath.Join(f.dir, id) }

// hold reports whether nobody held the id before.
func (f *Folder) hold(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[id] {
		return false
	}
	f.held[id] = true
	return true
}

func (f *Folder) release(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.held, id)
}

func (f *Folder) isHeld(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held[id]
}

// isFileID reports whether id is 32 lower-case hex characters.
func isFileID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// fileError is diskError without the path, whose last part is the id of a
// reporter's file: errors are logged.
func fileError(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		err = fmt.Errorf("store: %s in the folder of sealed files: %w", at.Op, at.Err)
	}
	return diskError(err)
}

// diskError wraps the errors of a disk that is full, broken or read-only in
// ErrBusy.
func diskError(err error) error {
	for _, busy := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EROFS, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, busy) {
			return fmt.Errorf("%w: %w", fault.ErrBusy, err)
		}
	}
	return err
}
