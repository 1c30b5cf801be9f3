package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Handler is a person on the organisation's side.
type Handler struct {
	ID        string // 32 hex characters
	Name      string
	Email     string            // unique, whatever the case of its letters
	Roles     []string          // Role…
	Branches  []casework.Branch // whose cases a handler reads today
	Own       []casework.Branch // the same without those of whom they stand in for
	Recipient string            // age1pq1…; "" before enrolment
	Created   time.Time         // whole seconds, UTC
	Disabled  time.Time         // zero: active
	ShownAs   string            // to reporters, who may exclude them: a name or an office; "" not at all
	ShownIn   casework.Translations
	SignedIn  casework.Day // the last time, "" never
	Notify    Notify
	ListOrder string // casework.Sort…, the order of lists that they chose last; "" none
}

// Notify is how a handler hears that there is something new for them.
type Notify struct {
	When     string // Notify…; "" is NotifyWindow
	Hour     int    // of NotifyDaily, in the organisation's time zone
	Language string // of mail to them; "" the organisation's first
}

// NotifyTimes lists when handlers can be told.
var NotifyTimes = []string{NotifyWindow, NotifyDaily, NotifyNone}

// DailyHour is the hour of NotifyDaily of who chose no other.
const DailyHour = 8

// Active reports whether the handler may work.
func (h Handler) Active() bool { return h.Disabled.IsZero() }

// Workplace is the entity in whose days a handler works: that of the first of their
// branches, the root for who has none.
func (h Handler) Workplace() string {
	if len(h.Own) == 0 {
		return casework.Root
	}
	return h.Own[0].Entity()
}

const handlerColumns = `id, name, email, roles, branches, own_branches, created, disabled, recipient, shown_as, shown_in, signed_in, notify, notify_hour, language, list_order`

func scanHandler(row engine.Scanner) (h Handler, err error) {
	var roles, branches, own, shownIn string
	var created, disabled int64
	err = row.Scan(&h.ID, &h.Name, &h.Email, &roles, &branches, &own, &created, &disabled, &h.Recipient, &h.ShownAs, &shownIn, &h.SignedIn,
		&h.Notify.When, &h.Notify.Hour, &h.Notify.Language, &h.ListOrder)
	if err != nil {
		return h, err
	}
	if h.ShownIn, err = casework.ReadTranslations(shownIn); err != nil {
		return h, fmt.Errorf("%w: what handler %s is shown as: %v", ErrDamaged, h.ID, err)
	}
	h.Roles = splitList[string](roles)
	h.Branches, h.Own = splitList[casework.Branch](branches), splitList[casework.Branch](own)
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
		t.audit(AuditEntry{What: AuditAdded, Subject: h.ID, Detail: auditWork(h.Roles, h.Branches)})
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if err := hasWork(t, entities, h); err != nil {
			return err
		}
		return s.addHandler(t, &stored)
	})
	return stored, s.reorganized(ctx, err)
}

// addHandler stores h, and sets in it what it was stored as.
func (s *Store) addHandler(t tx, h *Handler) error {
	h.Email = strings.TrimSpace(h.Email)
	h.Created = s.now().UTC().Truncate(time.Second)
	h.Disabled, h.Own, h.SignedIn = time.Time{}, h.Branches, ""
	if h.Notify.When == "" {
		h.Notify.When, h.Notify.Hour = NotifyWindow, DailyHour
	}
	_, err := t.Exec(`INSERT INTO handlers (`+handlerColumns+`, email_key, needs_keys) VALUES ($1, $2, $3, $4, $5, $5, $6, 0, $7, $8, $9, '', $10, $11, $12, '', $13, $14)`,
		h.ID, h.Name, h.Email, joinList(h.Roles), joinList(h.Branches), h.Created.Unix(), h.Recipient, h.ShownAs, h.ShownIn.Written(),
		h.Notify.When, h.Notify.Hour, h.Notify.Language, emailKey(h.Email), bit(h.Recipient != ""))
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

// DisableHandler ends a handler's work, with every session, invitation and key; the
// cases that are theirs become nobody's. by is who does it, "" the command line. A second time changes nothing, not even
// the date. ErrNotFound: no such address. ErrLast: the last administrator who is
// enrolled cannot go. ErrBeyond: by does not manage them.
func (s *Store) DisableHandler(ctx context.Context, by, email string) error {
	err := s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		h, err := engine.One(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE email_key = $1`, emailKey(email))
		if err == nil {
			err = manages(t, entities, by, h)
		}
		if err == nil {
			err = notTheLast(t, entities, by, h, nil)
		}
		if err != nil {
			return err
		}
		id := h.ID
		n, err := t.Exec(`UPDATE handlers SET disabled = $2 WHERE id = $1 AND disabled = 0`, id, s.now().Unix())
		if err != nil {
			return err
		}
		if n > 0 {
			t.audit(AuditEntry{By: by, What: AuditDisabled, Subject: id})
		}
		for _, table := range []string{"sessions", "invitations", "tickets", "leads"} {
			if _, err := t.Exec(`DELETE FROM `+table+` WHERE handler_id = $1`, id); err != nil {
				return err
			}
		}
		if err := s.release(t, id, nil); err != nil {
			return err
		}
		return s.dropDeputies(t, entities, id)
	})
	return s.reorganized(ctx, s.swept(ctx, s.forgotten(ctx, err)))
}

// SetShownAs sets by what name or office reporters can exclude a handler; "" they
// cannot. in is the same by language. ErrNotFound: no such handler.
func (s *Store) SetShownAs(ctx context.Context, by, handlerID, shownAs string, in casework.Translations) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE handlers SET shown_as = $2, shown_in = $3 WHERE id = $1`, handlerID, shownAs, in.Written())
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		t.audit(AuditEntry{By: by, What: AuditShown, Subject: handlerID})
		return err
	})
}

// SetNotify changes how an active handler hears that there is something new. Where they
// want to hear of nothing, what waits for them goes. It is their own choice, and no
// entry of the audit log. ErrNotFound: no such handler.
func (s *Store) SetNotify(ctx context.Context, handlerID string, n Notify) error {
	return s.write(ctx, func(t tx) error {
		changed, err := t.Exec(`UPDATE handlers SET notify = $2, notify_hour = $3, language = $4 WHERE id = $1 AND disabled = 0`, handlerID, n.When, n.Hour, n.Language)
		if err == nil && changed == 0 {
			err = ErrNotFound
		}
		if err != nil || n.When != NotifyNone {
			return err
		}
		for _, table := range []string{"notices", "failed_deliveries"} {
			if _, err := t.Exec(`DELETE FROM `+table+` WHERE target = $1`, handlerID); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetListOrder remembers the order of lists that a handler chose. It is their own choice,
// and no entry of the audit log.
func (s *Store) SetListOrder(ctx context.Context, handlerID, order string) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`UPDATE handlers SET list_order = $2 WHERE id = $1`, handlerID, order)
		return err
	})
}

// SavedFilters returns the filters of lists that a handler saved, sealed to them, and
// how often they were changed; nil, 0: they have none.
func (s *Store) SavedFilters(ctx context.Context, handlerID string) (sealed []byte, version int, err error) {
	return filtersTable.of(s.read(ctx), handlerID)
}

// SetSavedFilters replaces a handler's saved filters. ErrConflict: they were changed
// since that version, in another tab for example.
func (s *Store) SetSavedFilters(ctx context.Context, handlerID string, version int, sealed []byte) error {
	return s.write(ctx, func(t tx) error { return filtersTable.replace(t, handlerID, version, sealed) })
}

// Unreached is somebody whom the last attempt to tell did not reach.
type Unreached struct {
	FailedDelivery
	Handler Handler
}

// Unreached returns by name whom the last attempt to tell did not reach, of those whom
// an administrator manages, and they themselves.
func (s *Store) Unreached(ctx context.Context, by Handler) (unreached []Unreached, err error) {
	failed, err := s.FailedDeliveries(ctx)
	if err != nil || len(failed) == 0 { // most of the time
		return nil, err
	}
	o, err := s.Organization(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Handlers(ctx)
	for _, h := range all {
		i := slices.IndexFunc(failed, func(f FailedDelivery) bool { return f.Target == h.ID })
		if i >= 0 && h.Active() && (h.ID == by.ID || by.Manages(o.Entities, h)) {
			unreached = append(unreached, Unreached{failed[i], h})
		}
	}
	return unreached, err
}

// emailKey is what makes two addresses the same.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
