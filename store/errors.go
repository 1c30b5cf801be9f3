package store

import (
	"errors"

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
