package store

import (
	"errors"
	"fmt"

	"hotline/store/fault"
)

// The errors that callers tell apart. Everything else is a fault of the
// program or of its set-up.
var (
	ErrNotFound    = fault.ErrNotFound
	ErrExists      = fault.ErrExists
	ErrBusy        = fault.ErrBusy
	ErrUnsettled   = fault.ErrUnsettled
	ErrDamaged     = fault.ErrDamaged
	ErrNewerSchema = fault.ErrNewerSchema

	// ErrConflict: somebody else was faster. Read again, then try again.
	ErrConflict = errors.New("store: changed in the meantime")

	// ErrMoved: the case is in another state by now. Read again, ask again.
	ErrMoved = errors.New("store: the case was moved in the meantime")

	// ErrStale: a report is sealed to a handler's earlier recipient. Seal again.
	ErrStale = errors.New("store: sealed to a recipient that was replaced in the meantime")
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
