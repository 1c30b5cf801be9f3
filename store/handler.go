package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

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

// Handler is a person on the organisation's side.
type Handler struct {
	ID        string // 32 hex characters
	Name      string
	Email     string   // unique, whatever the case of its letters
	Roles     []string // Role…
	Queues    []casework.Queue
	Recipient string    // age1pq1…; "" before enrolment
	Created   time.Time // whole seconds, UTC
	Disabled  time.Time // zero: active
	ShownAs   string    // to reporters, who may exclude them: a name or an office; "" not at all
}

// Active reports whether the handler may work.
func (h Handler) Active() bool { return h.Disabled.IsZero() }

const handlerColumns = `id, name, email, roles, queues, created, disabled, recipient, shown_as`

func scanHandler(row engine.Scanner) (h Handler, err error) {
	var roles, queues string
	var created, disabled int64
	err = row.Scan(&h.ID, &h.Name, &h.Email, &roles, &queues, &created, &disabled, &h.Recipient, &h.ShownAs)
	if err != nil {
		return h, err
	}
	h.Roles = splitList[string](roles)
	h.Queues = splitList[casework.Queue](queues)
	h.Created = time.Unix(created, 0).UTC()
	if disabled != 0 {
		h.Disabled = time.Unix(disabled, 0).UTC()
	}
	return h, nil
}

// AddHandler stores a new handler and returns what was stored; Created is now.
// It is the command line that does so. ErrExists: the id or the e-mail address is taken.
func (s *Store) AddHandler(ctx context.Context, h Handler) (Handler, error) {
	stored := h
	err := s.write(ctx, func(t tx) error {
		stored = h
		t.audit(AuditEntry{What: AuditAdded, Subject: h.ID, Detail: auditWork(h.Roles, h.Queues)})
		return s.addHandler(t, &stored)
	})
	return stored, err
}

// addHandler stores h, and sets in it what it was stored as.
func (s *Store) addHandler(t tx, h *Handler) error {
	h.Email = strings.TrimSpace(h.Email)
	h.Created = s.now().UTC().Truncate(time.Second)
	h.Disabled = time.Time{}
	_, err := t.Exec(`INSERT INTO handlers (`+handlerColumns+`, email_key, wanting) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)`,
		h.ID, h.Name, h.Email, joinList(h.Roles), joinList(h.Queues), h.Created.Unix(), h.Recipient, h.ShownAs, emailKey(h.Email), bit(h.Recipient != ""))
	return err
}

// Handlers returns all handlers by name.
func (s *Store) Handlers(ctx context.Context) ([]Handler, error) {
	all, err := engine.List(s.read(ctx), scanHandler, `SELECT `+handlerColumns+` FROM handlers`)
	slices.SortFunc(all, func(a, b Handler) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// ActiveHandlers returns by name the handlers who get the keys of new cases:
// active, in the role of handler, with a recipient.
func (s *Store) ActiveHandlers(ctx context.Context) ([]Handler, error) {
	all, err := s.Handlers(ctx)
	return slices.DeleteFunc(all, func(h Handler) bool {
		return !h.Active() || h.Recipient == "" || !slices.Contains(h.Roles, RoleHandler)
	}), err
}

// HandlerByEmail returns the handler with that address, or ErrNotFound.
func (s *Store) HandlerByEmail(ctx context.Context, email string) (Handler, error) {
	return engine.One(s.read(ctx), scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE email_key = $1`, emailKey(email))
}

// Handler returns the handler with that id, or ErrNotFound.
func (s *Store) Handler(ctx context.Context, id string) (Handler, error) {
	return engine.One(s.read(ctx), scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE id = $1`, id)
}

// Has reports whether the handler has a role.
func (h Handler) Has(role string) bool { return slices.Contains(h.Roles, role) }

// ErrLast: without this handler nobody could administer the hotline.
var ErrLast = errors.New("store: the last administrator")

// DisableHandler ends a handler's work, with every session, invitation and key; the
// cases that are theirs become nobody's. by is who does it, "" the command line. A second time changes nothing, not even
// the date. ErrNotFound: no such address. ErrLast: the last administrator who is
// enrolled cannot go.
func (s *Store) DisableHandler(ctx context.Context, by, email string) error {
	err := s.write(ctx, func(t tx) error {
		err := lockCrew(t)
		if err != nil {
			return err
		}
		id, err := idOf(t, email)
		if err == nil {
			err = notTheLast(t, id)
		}
		if err != nil {
			return err
		}
		n, err := t.Exec(`UPDATE handlers SET disabled = $2 WHERE id = $1 AND disabled = 0`, id, s.now().Unix())
		if err != nil {
			return err
		}
		if n > 0 {
			t.audit(AuditEntry{By: by, What: AuditDisabled, Subject: id})
		}
		for _, table := range []string{"sessions", "invitations", "tickets"} {
			if _, err := t.Exec(`DELETE FROM `+table+` WHERE handler_id = $1`, id); err != nil {
				return err
			}
		}
		return s.release(t, id, nil)
	})
	return s.swept(ctx, s.forgotten(ctx, err))
}

// SetHandlerWork replaces a handler's roles and queues. Cases that are theirs and
// that they may not read any more become nobody's. ErrConflict: there is no such
// handler, or their roles and queues are not was any more. ErrLast: nobody would
// administer the hotline.
func (s *Store) SetHandlerWork(ctx context.Context, by string, was Handler, roles []string, queues []casework.Queue) error {
	err := s.write(ctx, func(t tx) error {
		if err := lockCrew(t); err != nil {
			return err
		}
		if !slices.Contains(roles, RoleAdmin) {
			if err := notTheLast(t, was.ID); err != nil {
				return err
			}
		}
		n, err := t.Exec(`UPDATE handlers SET roles = $2, queues = $3, wanting = CASE recipient WHEN '' THEN wanting ELSE 1 END WHERE id = $1 AND roles = $4 AND queues = $5 AND disabled = 0`,
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

// SetShownAs sets by what name or office reporters can exclude a handler; "" they
// cannot. ErrNotFound: no such handler.
func (s *Store) SetShownAs(ctx context.Context, by, handlerID, shownAs string) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE handlers SET shown_as = $2 WHERE id = $1`, handlerID, shownAs)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		t.audit(AuditEntry{By: by, What: AuditShown, Subject: handlerID})
		return err
	})
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

// CasesOnlyOpenableBy counts the cases that nobody could open any more without
// this handler: nobody else who may read them holds a key, and no recovery
// identity does.
func (s *Store) CasesOnlyOpenableBy(ctx context.Context, handlerID string) (int, error) {
	return engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM case_keys mine WHERE mine.handler_id = $1 AND NOT EXISTS (
		SELECT 1 FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.case_id = mine.case_id AND k.handler_id <> $1 AND `+opensSQL+`)`, handlerID)
}

// emailKey is what makes two addresses the same.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// joinList and splitList keep short lists of codes in one column.
func joinList[T ~string](items []T) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(item))
	}
	return b.String()
}

func splitList[T ~string](s string) []T {
	var items []T
	for item := range strings.SplitSeq(s, ",") {
		if item != "" {
			items = append(items, T(item))
		}
	}
	return items
}
