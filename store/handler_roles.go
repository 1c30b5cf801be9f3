package store

import (
	"errors"
	"slices"

	"hotline/store/casework"
)

// Roles and queues that do not go together.
var (
	ErrNoWork      = errors.New("store: no role")
	ErrNoQueue     = errors.New("store: a handler reads the cases of a queue, and none is named")
	ErrOnlyHandler = errors.New("store: only a handler reads the cases of a queue")
	ErrNoSuchWork  = errors.New("store: no such role or queue")
)

// CheckWork returns an error for roles and queues that nobody can have.
func CheckWork(roles []string, queues []casework.Queue) error {
	for i, role := range roles {
		if !slices.Contains(Roles, role) || slices.Contains(roles[:i], role) {
			return ErrNoSuchWork
		}
	}
	reads := slices.Contains(roles, RoleHandler)
	switch {
	case !casework.ValidQueues(queues):
		return ErrNoSuchWork
	case len(roles) == 0:
		return ErrNoWork
	case reads && len(queues) == 0:
		return ErrNoQueue
	case !reads && len(queues) > 0:
		return ErrOnlyHandler
	}
	return nil
}
