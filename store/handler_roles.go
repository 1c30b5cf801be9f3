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

// EntityRoles lists the roles that somebody can have for an entity and what is below
// it alone: "admin@br".
var EntityRoles = []string{RoleAdmin, RoleAuditor}

// RoleAt returns how a role for an entity is written.
func RoleAt(role, entity string) string {
	return string(casework.BranchOf(casework.Queue(role), entity))
}

// SplitRole is the opposite of RoleAt.
func SplitRole(written string) (role, entity string) {
	b := casework.Branch(written)
	return string(b.Queue()), b.Entity()
}

// Has reports whether the handler has a role for the whole organisation.
func (h Handler) Has(role string) bool { return slices.Contains(h.Roles, role) }

// HasSomewhere reports whether the handler has a role, be it for one entity.
func (h Handler) HasSomewhere(role string) bool { return len(h.EntitiesOf(role)) > 0 }

// EntitiesOf returns the entities for which the handler has a role.
func (h Handler) EntitiesOf(role string) (codes []string) {
	for _, written := range h.Roles {
		if r, entity := SplitRole(written); r == role {
			codes = append(codes, entity)
		}
	}
	return codes
}

// Covers reports whether the handler has a role for an entity, or one above it.
func (h Handler) Covers(role string, entities casework.Entities, code string) bool {
	return slices.ContainsFunc(h.EntitiesOf(role), func(above string) bool { return entities.Within(code, above) })
}

// Manages reports whether the handler administers everything that somebody else
// does: each of their roles and branches.
func (h Handler) Manages(entities casework.Entities, other Handler) bool {
	beyond := func(code string) bool { return !h.Covers(RoleAdmin, entities, code) }
	return !slices.ContainsFunc(other.Roles, func(written string) bool {
		role, entity := SplitRole(written)
		return role != RoleHandler && beyond(entity) // a handler's place is that of their branches
	}) && !slices.ContainsFunc(other.Branches, func(b casework.Branch) bool { return beyond(b.Entity()) })
}

// Roles and queues that do not go together.
var (
	ErrNoWork      = errors.New("store: no role")
	ErrNoQueue     = errors.New("store: a handler reads the cases of a queue, and none is named")
	ErrOnlyHandler = errors.New("store: only a handler reads the cases of a queue")
	ErrNoSuchWork  = errors.New("store: no such role, queue or entity")
)

// CheckWork returns an error for roles and branches that nobody can have.
func (o Organization) CheckWork(roles []string, branches []casework.Branch) error {
	reads := slices.Contains(roles, RoleHandler)
	switch {
	case !o.hasWork(roles, branches):
		return ErrNoSuchWork
	case len(roles) == 0:
		return ErrNoWork
	case reads && len(branches) == 0:
		return ErrNoQueue
	case !reads && len(branches) > 0:
		return ErrOnlyHandler
	}
	return nil
}

// hasWork reports whether there are these roles and branches, each once.
func (o Organization) hasWork(roles []string, branches []casework.Branch) bool {
	for i, written := range roles {
		role, entity := SplitRole(written)
		if !slices.Contains(Roles, role) || slices.Contains(roles[:i], written) || !o.Entities.Known(entity) ||
			entity != casework.Root && !slices.Contains(EntityRoles, role) {
			return false
		}
	}
	for i, b := range branches {
		if _, known := o.Find(b.Queue()); !known || !o.Entities.Known(b.Entity()) || slices.Contains(branches[:i], b) {
			return false
		}
	}
	return true
}

var (
	// ErrLast: without this handler nobody could administer the hotline, or an entity.
	ErrLast = errors.New("store: the last administrator")
	// ErrBeyond: somebody works for entities too that the administrator has no say in.
	ErrBeyond = errors.New("store: beyond what this administrator manages")
)

// SetHandlerWork replaces a handler's roles and own branches. Cases that are theirs and
// that they may not read any more become nobody's. ErrConflict: there is no such
// handler, or their roles and branches are not was any more. ErrLast: nobody would
// administer the hotline, or an entity. ErrBeyond: by does not manage what they did
// or shall do. ErrNoSuchWork: an entity or a queue is gone.
func (s *Store) SetHandlerWork(ctx context.Context, by string, was Handler, roles []string, branches []casework.Branch) error {
	err := s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		now := Handler{Roles: roles, Branches: branches}
		if err := manages(t, entities, by, was, now); err != nil {
			return err
		}
		if err := hasWork(t, entities, now); err != nil {
			return err
		}
		if err := notTheLast(t, entities, by, was, roles); err != nil {
			return err
		}
		now.ID, now.Own = was.ID, branches
		if now.Branches, err = readsToday(t, now); err != nil {
			return err
		}
		n, err := t.Exec(`UPDATE handlers SET roles = $2, own_branches = $3, branches = $6, needs_keys = CASE recipient WHEN '' THEN needs_keys ELSE 1 END WHERE id = $1 AND roles = $4 AND branches = $5 AND disabled = 0`,
			was.ID, joinList(roles), joinList(branches), joinList(was.Roles), joinList(was.Branches), joinList(now.Branches))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
		if rises(entities, was, now) {
			if _, err := t.Exec(`DELETE FROM invitations WHERE handler_id = $1`, was.ID); err != nil {
				return err
			}
		}
		t.audit(AuditEntry{By: by, What: AuditWork, Subject: was.ID, Detail: auditWork(roles, branches)})
		if err := s.release(t, was.ID, readable(now)); err != nil {
			return err
		}
		if !now.Has(RoleHandler) {
			err = s.dropDeputies(t, entities, was.ID)
		} else {
			err = s.standIn(t, entities)
		}
		if err != nil {
			return err
		}
		return notifyKeyHolders(t, was.ID)
	})
	return s.reorganized(ctx, s.swept(ctx, err))
}

// rises reports whether an administrator of some entity managed what somebody did, and
// does not manage what they do now: with a link to enrol that such a person made they
// would come by more than their own part.
func rises(entities casework.Entities, was, now Handler) bool {
	return slices.ContainsFunc(entities, func(e casework.Entity) bool {
		admin := Handler{Roles: []string{RoleAt(RoleAdmin, e.Code)}}
		return admin.Manages(entities, was) && !admin.Manages(entities, now)
	})
}

// hasWork returns ErrNoSuchWork where an entity or a queue is not there, or not any
// more.
func hasWork(t tx, entities casework.Entities, h Handler) error {
	queues, err := queuesIn(t)
	if err == nil && !(Organization{entities, casework.Routing{Queues: queues}}).hasWork(h.Roles, h.Branches) {
		err = ErrNoSuchWork
	}
	return err
}

// manages returns ErrBeyond where somebody does not administer what these do. The
// command line, which is "", administers everything.
func manages(t tx, entities casework.Entities, by string, others ...Handler) error {
	if by == "" {
		return nil
	}
	h, err := engine.One(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE id = $1 AND disabled = 0`, by)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(o Handler) bool { return !h.Manages(entities, o) }) {
		return ErrBeyond
	}
	return nil
}

// administrators counts those of an entity who can sign in.
const administrators = `SELECT count(*) FROM handlers h WHERE h.disabled = 0 AND ',' || h.roles || ',' LIKE $1
	AND EXISTS (SELECT 1 FROM credentials c WHERE c.handler_id = h.id)`

// administering is the pattern of $1 for an entity.
func administering(entity string) string { return "%," + RoleAt(RoleAdmin, entity) + ",%" }

// notTheLast returns ErrLast where somebody's roles leave the hotline, or an entity,
// to nobody who administers it. Whoever administers what is above an entity can do
// that all the same, and the command line: they can give it another. Of two
// administrators who send each other away one stays: an update that changes
// nothing makes PostgreSQL's other writers wait here, as lockCase does. It is that
// of one row, because those who lock several can wait for each other.
func notTheLast(t tx, entities casework.Entities, by string, h Handler, roles []string) error {
	if _, err := t.Exec(`UPDATE probe SET n = n WHERE id = 1`); err != nil {
		return err
	}
	for _, entity := range h.EntitiesOf(RoleAdmin) {
		if slices.Contains(roles, RoleAt(RoleAdmin, entity)) {
			continue
		}
		var all, others int
		err := t.Row(administrators, administering(entity)).Scan(&all)
		if err == nil {
			err = t.Row(administrators+` AND h.id <> $2`, administering(entity), h.ID).Scan(&others)
		}
		if err != nil {
			return err
		}
		if all == 0 || others > 0 {
			continue
		}
		above, err := administersAbove(t, entities, by, entity)
		if err != nil {
			return err
		}
		if !above {
			return ErrLast
		}
	}
	return nil
}

// administersAbove reports whether somebody administers an entity above another one.
func administersAbove(t tx, entities casework.Entities, by, entity string) (bool, error) {
	if entity == casework.Root || by == "" {
		return entity != casework.Root, nil
	}
	h, err := engine.One(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE id = $1`, by)
	parent, _ := entities.Find(entity)
	return h.Covers(RoleAdmin, entities, parent.Parent), err
}

// Administrated reports whether somebody who can sign in administers the whole hotline.
func (s *Store) Administrated(ctx context.Context) (bool, error) {
	n, err := engine.One(s.read(ctx), engine.Column[int], administrators, administering(casework.Root))
	return n > 0, err
}
