package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/store/casework"
	"hotline/store/engine"
)

// A notice says that there is something new for a handler or a webhook, and no more. It
// is written in the transaction of what happened, a row for each time, so that no
// transaction waits for another one. The row goes when the target was told.

// notifyReaders notes that there is something new in a case: for who is in charge of
// it and their deputies, or where nobody is, or somebody is in danger (urgent), for all
// who may read it; and for the webhooks of where they read it. by has done it and is not told; "" is
// nobody of them.
func notifyReaders(t tx, caseID, by string, urgent bool) error {
	ids, err := engine.List(t.Tx, engine.Column[string], `SELECT h.id FROM cases c, handlers h
		WHERE c.id = $1 AND h.id <> $2 AND (c.assignee IN ('', h.id) OR $3
			OR EXISTS (SELECT 1 FROM deputies d WHERE d.handler_id = c.assignee AND d.deputy_id = h.id AND d.acting = 1)) AND `+readsSQL, caseID, by, urgent)
	if err != nil {
		return err
	}
	if err := notify(t, urgent, ids...); err != nil {
		return err
	}
	branch, err := engine.One(t.Tx, engine.Column[string], `SELECT branch FROM cases WHERE id = $1`, caseID)
	if err != nil {
		return err
	}
	return notifyWebhooks(t, urgent, casework.Branch(branch).Entity(), "")
}

// notifyWebhooks notes that there is something new at an entity, for the webhooks that
// are told about it; not for one of a target, which has caused it, "" none.
func notifyWebhooks(t tx, urgent bool, entity, but string) error {
	all, err := webhooksIn(t)
	if err != nil || len(all) == 0 {
		return err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return err
	}
	for _, w := range entities.WebhooksAt(entity, all) {
		if w.Target() == but {
			continue
		}
		_, err := t.Exec(`INSERT INTO notices (place, target, urgent) VALUES ($1, $2, $3)`, engine.RandomPlace(), w.Target(), bit(urgent))
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetDeliveries takes away what a target was not told yet, and that it was not.
func forgetDeliveries(t tx, target string) error {
	if _, err := t.Exec(`DELETE FROM notices WHERE target = $1`, target); err != nil {
		return err
	}
	return forgetFailure(t, target)
}

// forgetFailure takes away that a target was not told. What waits stays.
func forgetFailure(t tx, target string) error {
	_, err := t.Exec(`DELETE FROM failed_deliveries WHERE target = $1`, target)
	return err
}

// notify notes that there is something new for handlers, as far as they want to hear
// of it.
func notify(t tx, urgent bool, ids ...string) error {
	for _, id := range ids {
		_, err := t.Exec(`INSERT INTO notices (place, target, urgent) SELECT CAST($1 AS BIGINT), id, CAST($2 AS BIGINT) FROM handlers
			WHERE id = $3 AND disabled = 0 AND notify <> 'none'`, engine.RandomPlace(), bit(urgent), id)
		if err != nil {
			return err
		}
	}
	return nil
}

// notifyKeyHolders notes that somebody (a handler, or Recovery) waits for keys, for
// each of those who can give them one, and for the webhooks of the root.
func notifyKeyHolders(t tx, id string) error {
	access, err := readAccess(t)
	if err != nil {
		return err
	}
	to := access.recovery
	if id != Recovery {
		to = Reader{id, access.handlers[id].Recipient, access.versions[id]}
	}
	waits := false
	for _, h := range access.handlers {
		var q engine.Statement
		query := wantedSQL(&q, access, h, Reader{ID: h.ID, version: access.versions[h.ID]}, to, "")
		if h.ID == id || query == "" {
			continue
		}
		able, err := engine.List(t.Tx, engine.Column[int], `SELECT 1 `+query+` LIMIT 1`, q.Args...)
		if err == nil && len(able) > 0 {
			waits, err = true, notify(t, false, h.ID)
		}
		if err != nil {
			return err
		}
	}
	if !waits {
		return nil
	}
	return notifyWebhooks(t, false, casework.Root, "")
}

// HookTarget begins the target of a webhook, before its id. The target of a handler is their id.
const HookTarget = casework.HookTarget

// Waiting is somebody for whom there is something new, or who could not be told.
type Waiting struct {
	Target  string
	Notices int       // 0: nothing
	Urgent  bool      // somebody is in danger
	Notify  string    // Notify…; "" for a target that is no handler
	Hour    int       // of NotifyDaily
	Retry   time.Time // zero: the last attempt did not fail, or was given up
}

// When handlers are told.
const (
	NotifyWindow = "window"
	NotifyDaily  = "daily"
	NotifyNone   = "none"
)

// Waiting returns for whom there is something new.
func (s *Store) Waiting(ctx context.Context) ([]Waiting, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (w Waiting, err error) {
		var urgent, retry int64
		err = row.Scan(&w.Target, &w.Notices, &urgent, &w.Notify, &w.Hour, &retry)
		w.Urgent = urgent != 0
		if retry != 0 {
			w.Retry = time.Unix(retry, 0).UTC()
		}
		return w, err
	}, `SELECT n.target, n.notices, n.urgent, COALESCE(h.notify, ''), COALESCE(h.notify_hour, 0), COALESCE(f.next_try, 0)
		FROM (SELECT target, count(*) AS notices, max(urgent) AS urgent FROM notices GROUP BY target) n
		LEFT JOIN handlers h ON h.id = n.target LEFT JOIN failed_deliveries f ON f.target = n.target ORDER BY n.target`)
}

// NoticesOf returns the places of the notices of a target.
func (s *Store) NoticesOf(ctx context.Context, target string) ([]int64, error) {
	return engine.List(s.read(ctx), engine.Column[int64], `SELECT place FROM notices WHERE target = $1`, target)
}

// Delivered notes that a target was told: these notices go, and no others.
func (s *Store) Delivered(ctx context.Context, target string, places []int64) error {
	return s.write(ctx, func(t tx) error {
		if err := dropPlaces(t, places); err != nil {
			return err
		}
		return forgetFailure(t, target)
	})
}

func dropPlaces(t tx, places []int64) error {
	for some := range slices.Chunk(places, 500) {
		var q engine.Statement
		if _, err := t.Exec(`DELETE FROM notices WHERE place IN (`+engine.ArgsOf(&q, some)+`)`, q.Args...); err != nil {
			return err
		}
	}
	return nil
}

// DropNotices deletes what is for handlers who hear of nothing: those who are
// disabled or do not want to, and, without mail, all. Targets for whom there is
// nothing are not tried again.
func (s *Store) DropNotices(ctx context.Context, mail bool) error {
	return s.write(ctx, func(t tx) error {
		for _, table := range []string{"notices", "failed_deliveries"} {
			_, err := t.Exec(`DELETE FROM `+table+` WHERE target NOT LIKE 'hook:%' AND ($1 = 0 OR NOT EXISTS (SELECT 1 FROM handlers h
				WHERE h.id = target AND h.disabled = 0 AND h.notify <> 'none'))`, bit(mail))
			if err != nil {
				return err
			}
		}
		_, err := t.Exec(`DELETE FROM failed_deliveries WHERE next_try > 0 AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.target = failed_deliveries.target)`)
		return err
	})
}

// FailedDelivery is a target that the last attempt to tell did not reach.
type FailedDelivery struct {
	Target   string
	Attempts int
	First    time.Time // the boundary of the first attempt
	Next     time.Time // zero: given up, until there is something new
	Fault    string    // casework.Fault…
}

// FailedDeliveries returns those that cannot be told now, by target.
func (s *Store) FailedDeliveries(ctx context.Context) ([]FailedDelivery, error) {
	return engine.List(s.read(ctx), scanFailed, `SELECT `+failedColumns+` FROM failed_deliveries ORDER BY target`)
}

const failedColumns = `target, attempts, first_try, next_try, fault`

func scanFailed(row engine.Scanner) (f FailedDelivery, err error) {
	var first, next int64
	err = row.Scan(&f.Target, &f.Attempts, &first, &next, &f.Fault)
	f.First = time.Unix(first, 0).UTC()
	if next != 0 {
		f.Next = time.Unix(next, 0).UTC()
	}
	return f, err
}

// DeliveryFailed notes that an attempt of a time failed, and when the next one is.
// When it fails for long, the administrators of the target have something new; when
// it failed for too long, the notices of the attempt go, which are those of these
// places. What came meanwhile stays, and is tried at its own time.
func (s *Store) DeliveryFailed(ctx context.Context, target string, places []int64, code string, at time.Time) error {
	return s.write(ctx, func(t tx) error {
		f, err := engine.One(t.Tx, scanFailed, `SELECT `+failedColumns+` FROM failed_deliveries WHERE target = $1`, target)
		if errors.Is(err, ErrNotFound) || err == nil && f.Next.IsZero() {
			f, err = FailedDelivery{Target: target, First: at}, nil
		}
		if err != nil {
			return err
		}
		f.Attempts++
		next, goesOn := casework.NextTry(f.First, at, f.Attempts)
		f.Next = time.Time{}
		if goesOn {
			f.Next = next
		}
		if !goesOn {
			if err := dropPlaces(t, places); err != nil {
				return err
			}
		}
		if err := putFailed(t, f, code); err != nil {
			return err
		}
		if goesOn && at.Sub(f.First) <= casework.TroubleAfter {
			return nil
		}
		return tellOfTrouble(t, target)
	})
}

func putFailed(t tx, f FailedDelivery, code string) error {
	next := int64(0)
	if !f.Next.IsZero() {
		next = f.Next.Unix()
	}
	_, err := t.Exec(`INSERT INTO failed_deliveries (target, attempts, first_try, next_try, fault, told) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT (target) DO UPDATE SET attempts = excluded.attempts, first_try = excluded.first_try, next_try = excluded.next_try, fault = excluded.fault`, f.Target, f.Attempts, f.First.Unix(), next, code)
	return err
}

// tellOfTrouble notes for the administrators of a target that it cannot be told, once
// until it was told again, and for the other webhooks of the root.
func tellOfTrouble(t tx, target string) error {
	n, err := t.Exec(`UPDATE failed_deliveries SET told = 1 WHERE target = $1 AND told = 0`, target)
	if err != nil || n == 0 {
		return err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return err
	}
	all, err := engine.List(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE disabled = 0`)
	if err != nil {
		return err
	}
	hooks, err := webhooksIn(t)
	if err != nil {
		return err
	}
	of := Handler{Roles: []string{RoleAdmin}} // whoever manages that is an administrator of the root
	for _, h := range all {
		if h.ID == target {
			of = h
		}
	}
	for _, w := range hooks {
		if w.Target() == target {
			of = Handler{Roles: []string{RoleAt(RoleAdmin, w.Entity)}}
		}
	}
	for _, h := range all {
		if h.ID != target && h.HasSomewhere(RoleAdmin) && h.Manages(entities, of) {
			if err := notify(t, false, h.ID); err != nil {
				return err
			}
		}
	}
	return notifyWebhooks(t, false, casework.Root, target)
}

// MailTo is where mail to a handler goes.
type MailTo struct {
	Address  string
	Language string // "" the organisation's first
}

// MailTo returns where mail to a handler goes. ErrNotFound: nobody who hears of anything.
func (s *Store) MailTo(ctx context.Context, id string) (MailTo, error) {
	return engine.One(s.read(ctx), func(row engine.Scanner) (to MailTo, err error) {
		err = row.Scan(&to.Address, &to.Language)
		return to, err
	}, `SELECT email, language FROM handlers WHERE id = $1 AND disabled = 0 AND notify <> 'none'`, id)
}

// leaseError is how far the end of a lease may lie behind that of a fresh one. What
// lies further was written by a clock that was wrong.
const leaseError = time.Hour

// HoldLease takes or renews a lease, and reports whether the holder has it now. It
// is free when it has expired. Times are those of the holder's clock.
func (s *Store) HoldLease(ctx context.Context, name, holder string, now, until time.Time) (held bool, err error) {
	err = s.write(ctx, func(t tx) error {
		n, err := t.Exec(`INSERT INTO leases (name, holder, expires) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
			WHERE leases.holder = excluded.holder OR leases.expires <= $4 OR leases.expires > $5`, name, holder, until.Unix(), now.Unix(), until.Add(leaseError).Unix())
		held = n == 1
		return err
	})
	return held && err == nil, err
}

// EndLease gives a lease back, if the holder has it.
func (s *Store) EndLease(ctx context.Context, name, holder string) error {
	return s.write(ctx, func(t tx) error {
		_, err := t.Exec(`DELETE FROM leases WHERE name = $1 AND holder = $2`, name, holder)
		return err
	})
}

// RetryDelivery has a target tried again soon, because somebody has seen that it can be
// reached.
func (s *Store) RetryDelivery(ctx context.Context, target string) error {
	return s.write(ctx, func(t tx) error {
		if _, err := t.Exec(`DELETE FROM failed_deliveries WHERE target = $1 AND next_try = 0`, target); err != nil {
			return err
		}
		_, err := t.Exec(`UPDATE failed_deliveries SET next_try = first_try WHERE target = $1`, target)
		return err
	})
}
