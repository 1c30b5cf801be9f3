package store

import (
	"context"
	"errors"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// The roles a handler can have.
const (
	RoleHandler = "handler" // works on cases, and so gets keys
	RoleAdmin   = "admin"
	RoleIntake  = "intake"
	RoleAuditor = "auditor"
)

// Roles lists the roles in the order they are shown.
var Roles = []string{RoleHandler, RoleAdmin, RoleIntake, RoleAuditor}

// Has reports whether the handler has a role.
func (h Handler) Has(role string) bool { return slices.Contains(h.Roles, role) }

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

// ErrLast: without this handler nobody could administer the hotline.
var ErrLast = errors.New("store: the last administrator")

// SetHandlerWork replaces a handler's roles and queues. Cases that are theirs and
// that they may not read any more become nobody's. ErrConflict: there is no such
// handler, or their roles and queues are not was any more. ErrLast: nobody would
// administer the hotline.
func (s *Store) SetHandlerWork(ctx context.Context, by string, was Handler, roles []string, queues []casework.Queue) error {
	err := s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		if !slices.Contains(roles, RoleAdmin) {
			if err := notTheLast(t, was.ID); err != nil {
				return err
			}
		}
		n, err := t.Exec(`UPDATE handlers SET roles = $2, queues = $3, needs_keys = CASE recipient WHEN '' THEN needs_keys ELSE 1 END WHERE id = $1 AND roles = $4 AND queues = $5 AND disabled = 0`,
			was.ID, joinList(roles), joinList(queues), joinList(was.Roles), joinList(was.Queues))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditWork, Subject: was.ID, Detail: auditWork(roles, queues)})
		return s.release(t, was.ID, readable(Handler{Roles: roles, Queues: queues}))
	})
	return s.swept(ctx, err)
}

// administrators counts those who can sign in.
const administrators = `SELECT count(*) FROM handlers h WHERE h.disabled = 0 AND ',' || h.roles || ',' LIKE '%,admin,%'
	AND EXISTS (SELECT 1 FROM credentials c WHERE c.handler_id = h.id)`

// notTheLast returns ErrLast for the only one who administers the hotline. Of two
// administrators who send each other away one stays: an update that changes
// nothing makes PostgreSQL's other writers wait here, as lockCase does. It is that
// of one row, because those who lock several can wait for each other.
func notTheLast(t tx, handlerID string) error {
	var all, others int
	_, err := t.Exec(`UPDATE probe SET n = n WHERE id = 1`)
	if err == nil {
		err = t.Row(administrators).Scan(&all)
	}
	if err == nil {
		err = t.Row(administrators+` AND h.id <> $1`, handlerID).Scan(&others)
	}
	if err == nil && all > 0 && others == 0 {
		err = ErrLast
	}
	return err
}

// Administrated reports whether somebody who can sign in administers the hotline.
func (s *Store) Administrated(ctx context.Context) (bool, error) {
	n, err := engine.One(s.read(ctx), engine.Column[int], administrators)
	return n > 0, err
}
