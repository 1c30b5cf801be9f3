// Package fault has the errors that callers of package store tell apart and
// that come from what it stands on: the database engines and the sealed files.
package fault

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound: no such row or file.
	ErrNotFound = errors.New("store: not found")

	// ErrExists: this was stored already (the same form, id or e-mail address).
	ErrExists = errors.New("store: exists already")

	// ErrBusy: locked for too long, disk full, I/O error or connection lost.
	// Nothing was acknowledged; the same call can be tried again.
	ErrBusy = errors.New("store: cannot be reached or written now")

	// ErrOutcomeUnknown: the answer to a commit was lost, so what was to be written
	// is there whole or not at all. It is always an ErrBusy too.
	ErrOutcomeUnknown = fmt.Errorf("%w: outcome of the commit unknown", ErrBusy)

	// ErrDamaged: the database file is not sound.
	ErrDamaged = errors.New("store: the database is damaged")

	// ErrReadOnly: the database was opened only to read.
	ErrReadOnly = errors.New("store: opened read-only")

	// ErrReference: a row refers to another one that is not there.
	ErrReference = errors.New("store: refers to something that does not exist")

	// ErrTooLarge: a database is too large for what was wanted at this time.
	ErrTooLarge = errors.New("store: too large to be rewritten now")

	// ErrNewerSchema: a newer version of the program has written this database.
	ErrNewerSchema = errors.New("store: the database was written by a newer version of this program")
)
