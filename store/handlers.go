package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"hotline/store/casework"
)

// The roles a handler can have.
const (
	RoleHandler = "handler" // works on cases, and so gets keys
	RoleAdmin   = "admin"
	RoleIntake  = "intake"
	RoleAuditor = "auditor"
)

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
}

// Active reports whether the handler may work.
func (h Handler) Active() bool { return h.Disabled.IsZero() }

const handlerColumns = `id, name, email, roles, queues, created, disabled, recipient`

func scanHandler(row scanner) (h Handler, err error) {
	var roles, queues string
	var created, disabled int64
	err = row.Scan(&h.ID, &h.Name, &h.Email, &roles, &queues, &created, &disabled, &h.Recipient)
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
// ErrExists: the id or the e-mail address is taken.
func (s *Store) AddHandler(ctx context.Context, h Handler) (Handler, error) {
	h.Email = strings.TrimSpace(h.Email)
	h.Created = s.now().UTC().Truncate(time.Second)
	h.Disabled = time.Time{}
	err := s.write(ctx, func(t tx) error {
		_, err := t.exec(`INSERT INTO handlers (`+handlerColumns+`, email_key) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)`,
			h.ID, h.Name, h.Email, joinList(h.Roles), joinList(h.Queues), h.Created.Unix(), h.Recipient, emailKey(h.Email))
		return err
	})
	return h, err
}

// Handlers returns all handlers by name.
func (s *Store) Handlers(ctx context.Context) ([]Handler, error) {
	all, err := list(ctx, s, scanHandler, `SELECT `+handlerColumns+` FROM handlers`)
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
	return one(ctx, s, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE email_key = $1`, emailKey(email))
}

// DisableHandler ends a handler's work. A second time changes nothing, not
// even the date. ErrNotFound: no such address.
func (s *Store) DisableHandler(ctx context.Context, email string) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.exec(`UPDATE handlers SET disabled = CASE disabled WHEN 0 THEN $2 ELSE disabled END WHERE email_key = $1`,
			emailKey(email), s.now().Unix())
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// CasesOnlyOpenableBy counts the cases that nobody could open any more without
// this handler: no other active handler holds a key.
func (s *Store) CasesOnlyOpenableBy(ctx context.Context, handlerID string) (int, error) {
	return one(ctx, s, scanInto[int], `SELECT count(*) FROM case_keys mine WHERE mine.handler_id = $1 AND NOT EXISTS (
		SELECT 1 FROM case_keys other JOIN handlers h ON h.id = other.handler_id
		WHERE other.case_id = mine.case_id AND other.handler_id <> $1 AND h.disabled = 0)`, handlerID)
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
