package store

import (
	"errors"
	"fmt"
)

// The errors that callers tell apart. Everything else is a fault of the
// program or of its set-up.
var (
	// ErrNotFound: no such row or file.
	ErrNotFound = errors.New("store: not found")

	// ErrExists: this was stored already (the same form, id or e-mail address).
	ErrExists = errors.New("store: exists already")

	// ErrConflict: somebody else was faster. Read again, then try again.
	ErrConflict = errors.New("store: changed in the meantime")

	// ErrMoved: the case is in another state by now. Read again, ask again.
	ErrMoved = errors.New("store: the case was moved in the meantime")

	// ErrStale: a report is sealed to a handler's earlier recipient. Seal again.
	ErrStale = errors.New("store: sealed to a recipient that was replaced in the meantime")

	// ErrBusy: locked for too long, disk full, I/O error or connection lost.
	// Nothing was acknowledged; the same call can be tried again.
	ErrBusy = errors.New("store: cannot be reached or written now")

	// ErrUnsettled: the answer to a commit was lost, so what was to be written
	// is there whole or not at all. It is always an ErrBusy too.
	ErrUnsettled = fmt.Errorf("%w: outcome of the commit unknown", ErrBusy)

	// ErrDamaged: the database file is not sound.
	ErrDamaged = errors.New("store: the database is damaged")

	// ErrNewerSchema: a newer version of the program has written this database.
	ErrNewerSchema = errors.New("store: the database was written by a newer version of this program")
)

// errReference is a foreign key that points nowhere.
var errReference = errors.New("store: refers to something that does not exist")

// translate wraps a driver's error in the sentinel its code stands for. Errors
// that are ours already, and those that stand for nothing, come back as they
// are.
func translate(err error) error {
	if err == nil {
		return nil
	}
	sentinel := sqliteSentinel(err)
	if sentinel == nil {
		sentinel = postgresSentinel(err)
	}
	if sentinel == nil || errors.Is(err, sentinel) {
		return err
	}
	return fmt.Errorf("%w: %w", sentinel, err)
}
