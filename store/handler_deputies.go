package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Deputy is who acts in place of a handler, and when. What a deputy reads by that is in
// handlers.branches, which is all that the rest of the program asks for; standIn keeps
// it so.
type Deputy struct {
	ID          string
	HandlerID   string
	DeputyID    string
	From, Until casework.Day
	Acting      bool // today, as TurnDeputies last saw it
}

func scanDeputy(row engine.Scanner) (d Deputy, err error) {
	var acting int64
	err = row.Scan(&d.ID, &d.HandlerID, &d.DeputyID, &d.From, &d.Until, &acting)
	d.Acting = acting != 0
	return d, err
}

const deputyColumns = `id, handler_id, deputy_id, from_day, until_day, acting`

// Deputies returns all deputies of today and of later days, the earliest first.
func (s *Store) Deputies(ctx context.Context) ([]Deputy, error) { return deputiesIn(s.readTx(ctx)) }

func deputiesIn(t tx) ([]Deputy, error) {
	return engine.List(t.Tx, scanDeputy, `SELECT `+deputyColumns+` FROM deputies ORDER BY from_day, until_day, id`)
}

// StandIns returns who acts in place of whom today.
func (s *Store) StandIns(ctx context.Context) (casework.StandIns, error) {
	return standInsIn(s.readTx(ctx))
}

func standInsIn(t tx) (casework.StandIns, error) {
	return engine.List(t.Tx, func(row engine.Scanner) (one casework.StandIn, err error) {
		var own string
		err = row.Scan(&one.Deputy, &one.For, &own)
		one.Own = splitList[casework.Branch](own)
		return one, err
	}, `SELECT d.deputy_id, d.handler_id, o.own_branches FROM deputies d JOIN handlers o ON o.id = d.deputy_id WHERE d.acting = 1 ORDER BY d.id`)
}

var (
	// ErrNoDeputy says that somebody cannot be a deputy: they are no active handler
	// with a key, or nobody whom a handler can name by themselves.
	ErrNoDeputy = errors.New("store: they cannot be the deputy")
	// ErrOverlap says that a handler has a deputy on some of these days.
	ErrOverlap = errors.New("store: there is a deputy on these days")
)

// NameDeputy stores a deputy. by is the handler, or an administrator who manages both.
// ErrNoDeputy, ErrOverlap, casework.ErrDeputyDays and casework.ErrNotApart: they cannot
// be. ErrBeyond: by does not manage both. ErrNotFound: there is no such handler.
func (s *Store) NameDeputy(ctx context.Context, by string, d Deputy, days Days) error {
	err := s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		access, err := readAccess(t)
		if err != nil {
			return err
		}
		h, deputy := access.handlers[d.HandlerID], access.handlers[d.DeputyID]
		today := days.On(h.Workplace())
		switch {
		case !works(h):
			return ErrNotFound
		case !works(deputy) || deputy.Recipient == "" || deputy.ID == h.ID || deputy.ID == by: // nobody gives themselves rights
			return ErrNoDeputy
		}
		if by == h.ID && !InLine(entities, h, deputy) {
			return ErrNoDeputy
		}
		if by != h.ID {
			err = manages(t, entities, by, h, deputy)
		}
		if err == nil {
			err = casework.CheckDeputyDays(d.From, d.Until, today)
		}
		if err == nil {
			err = mayStandIn(t, h, deputy)
		}
		if err == nil {
			err = overlaps(t, d)
		}
		if err != nil {
			return err
		}
		d.Acting = d.From <= today
		_, err = t.Exec(`INSERT INTO deputies (`+deputyColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			d.ID, d.HandlerID, d.DeputyID, string(d.From), string(d.Until), bit(d.Acting))
		if err != nil {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditDeputy, Subject: d.HandlerID, Detail: d.detail()})
		if err := notify(t, false, d.DeputyID); err != nil { // their account says what it is
			return err
		}
		return s.standIn(t, entities)
	})
	return s.reorganized(ctx, s.swept(ctx, err))
}

// works reports whether somebody reads cases.
func works(h Handler) bool { return h.ID != "" && h.Active() && h.Has(RoleHandler) }

func (d Deputy) detail() string {
	return d.DeputyID + " " + string(d.From) + " " + string(d.Until)
}

// InLine reports whether another handler reads every queue that a handler reads, at the
// same entity, or above or below it: such a deputy handlers name themselves.
func InLine(entities casework.Entities, h, other Handler) bool {
	return !slices.ContainsFunc(h.Own, func(b casework.Branch) bool {
		return !slices.ContainsFunc(other.Own, func(o casework.Branch) bool {
			return o.Queue() == b.Queue() && (entities.Within(o.Entity(), b.Entity()) || entities.Within(b.Entity(), o.Entity()))
		})
	})
}

func mayStandIn(t tx, h, deputy Handler) error {
	queues, err := queuesIn(t)
	for _, b := range h.Own {
		if err == nil && !casework.MayStandIn(deputy.Own, b, queues) {
			err = casework.ErrNotApart
		}
	}
	return err
}

func overlaps(t tx, d Deputy) error {
	n, err := engine.One(t.Tx, engine.Column[int], `SELECT count(*) FROM deputies WHERE handler_id = $1 AND from_day <= $2 AND until_day >= $3`,
		d.HandlerID, string(d.Until), string(d.From))
	if err == nil && n > 0 {
		err = ErrOverlap
	}
	return err
}

// EndDeputy ends what a deputy does, or does not let it begin. by is the handler, or an
// administrator who manages them. ErrNotFound: there is no such deputy, or not any more.
func (s *Store) EndDeputy(ctx context.Context, by, id string) error {
	err := s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		d, err := engine.One(t.Tx, scanDeputy, `SELECT `+deputyColumns+` FROM deputies WHERE id = $1`, id)
		if err == nil && by != d.HandlerID {
			var h Handler
			if h, err = engine.One(t.Tx, scanHandler, `SELECT `+handlerColumns+` FROM handlers WHERE id = $1`, d.HandlerID); err == nil {
				err = manages(t, entities, by, h)
			}
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(`DELETE FROM deputies WHERE id = $1`, id); err != nil {
			return err
		}
		t.audit(AuditEntry{By: by, What: AuditDeputyEnded, Subject: d.HandlerID, Detail: d.detail()})
		return s.standIn(t, entities)
	})
	return s.reorganized(ctx, s.swept(ctx, err))
}

// TurnDeputies lets deputies begin and end, each by the day where their handler works,
// and takes away what a deputy may not read any more because a queue has become another.
// A second time on the same day does nothing.
func (s *Store) TurnDeputies(ctx context.Context, days Days) error {
	t := s.readTx(ctx)
	due, err := turning(t, days)
	if err != nil {
		return err
	}
	moved, _, err := changedReaders(t)
	if err != nil || len(due)+len(moved) == 0 {
		return err
	}
	err = s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		due, err := turning(t, days) // somebody may have been faster
		for _, d := range due {
			if err == nil && d.Acting {
				_, err = t.Exec(`UPDATE deputies SET acting = 1 WHERE id = $1`, d.ID)
			} else if err == nil {
				_, err = t.Exec(`DELETE FROM deputies WHERE id = $1`, d.ID)
			}
		}
		if err != nil {
			return err
		}
		return s.standIn(t, entities)
	})
	return s.reorganized(ctx, s.swept(ctx, err))
}

// turning returns the deputies who begin, as Acting, and those who end.
func turning(t tx, days Days) (due []Deputy, err error) {
	all, err := deputiesIn(t)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	access, err := readAccess(t)
	for _, d := range all {
		today := days.On(access.handlers[d.HandlerID].Workplace())
		switch {
		case d.Until < today:
			d.Acting = false
			due = append(due, d)
		case !d.Acting && d.From <= today:
			d.Acting = true
			due = append(due, d)
		}
	}
	return due, err
}

// dropDeputies ends what concerns somebody who does not work on cases any more.
func (s *Store) dropDeputies(t tx, entities casework.Entities, id string) error {
	if _, err := t.Exec(`DELETE FROM deputies WHERE handler_id = $1 OR deputy_id = $1`, id); err != nil {
		return err
	}
	return s.standIn(t, entities)
}

// readsToday returns the branches of somebody with the own branches that they have.
func readsToday(t tx, h Handler) ([]casework.Branch, error) {
	if !h.Has(RoleHandler) {
		return h.Own, nil
	}
	access, err := readAccess(t)
	if err != nil {
		return nil, err
	}
	queues, err := queuesIn(t)
	return access.reads(h, queues), err
}

func (w accessSnapshot) reads(h Handler, queues []casework.QueueInfo) []casework.Branch {
	var others [][]casework.Branch
	for _, one := range w.stands {
		if one.Deputy == h.ID && works(w.handlers[one.For]) {
			others = append(others, w.handlers[one.For].Own)
		}
	}
	return casework.Reads(h.Own, queues, others...)
}

// standIn brings up to date what everybody reads, after deputies or branches were
// changed. Who reads more waits for keys as somebody new in a queue does; who reads
// less loses theirs, and so does who reads as much, and is kept out of a case by now as the
// deputy of somebody.
func (s *Store) standIn(t tx, entities casework.Entities) error {
	moved, access, err := changedReaders(t)
	if err != nil {
		return err
	}
	for _, now := range moved {
		_, err := t.Exec(`UPDATE handlers SET branches = $2, needs_keys = 1 WHERE id = $1`, now.ID, joinList(now.Branches))
		if err == nil && rises(entities, access.handlers[now.ID], now) {
			_, err = t.Exec(`DELETE FROM invitations WHERE handler_id = $1`, now.ID)
		}
		if err == nil {
			err = s.release(t, now.ID, readable(now))
		}
		if err != nil {
			return err
		}
	}
	for _, one := range access.stands {
		deputy := access.handlers[one.Deputy]
		if slices.ContainsFunc(moved, func(now Handler) bool { return now.ID == deputy.ID }) {
			continue
		}
		_, err := t.Exec(`UPDATE handlers SET needs_keys = 1 WHERE id = $1`, deputy.ID) // or they may have come back to one
		if err == nil {
			err = s.release(t, deputy.ID, readable(deputy))
		}
		if err != nil {
			return err
		}
	}
	for _, now := range moved {
		if err := notifyKeyHolders(t, now.ID); err != nil {
			return err
		}
	}
	return nil
}

// changedReaders returns by id those who read other branches by now than are stored,
// with what they read.
func changedReaders(t tx) (moved []Handler, access accessSnapshot, err error) {
	if access, err = readAccess(t); err != nil {
		return nil, access, err
	}
	queues, err := queuesIn(t)
	for _, id := range slices.Sorted(maps.Keys(access.handlers)) {
		was := access.handlers[id]
		now := was
		if now.Branches = was.Own; works(was) {
			now.Branches = access.reads(was, queues)
		}
		if !slices.Equal(was.Branches, now.Branches) {
			moved = append(moved, now)
		}
	}
	return moved, access, err
}

// Lead is who is told when nobody acts in a branch.
type Lead struct {
	Branch    casework.Branch
	HandlerID string
}

// Leads returns the leads by branch.
func (s *Store) Leads(ctx context.Context) ([]Lead, error) { return leadsIn(s.readTx(ctx)) }

// leadsIn leaves out whoever cannot lead any more: they read neither the branch nor the
// same queue above.
func leadsIn(t tx) ([]Lead, error) {
	access, err := readAccess(t)
	if err != nil {
		return nil, err
	}
	all, err := engine.List(t.Tx, func(row engine.Scanner) (l Lead, err error) {
		err = row.Scan(&l.Branch, &l.HandlerID)
		return l, err
	}, `SELECT branch, handler_id FROM leads ORDER BY branch`)
	return slices.DeleteFunc(all, func(l Lead) bool {
		h := access.handlers[l.HandlerID]
		return !works(h) || !casework.MayLead(h.Own, l.Branch, access.entities.Path(l.Branch.Entity()))
	}), err
}

// SetLead gives a branch to somebody to lead, or with "" to nobody. was is who leads it
// so far. by manages them both, and the entity of the branch. ErrConflict: somebody
// else leads it by now, or id cannot.
func (s *Store) SetLead(ctx context.Context, by string, b casework.Branch, was, id string) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		access, err := readAccess(t)
		if err == nil {
			err = manages(t, entities, by, Handler{Branches: []casework.Branch{b}})
		}
		for _, one := range []string{was, id} {
			if err == nil && one != "" && one != by {
				err = manages(t, entities, by, access.handlers[one])
			}
		}
		leads, leadsErr := leadsIn(t)
		if err = errors.Join(err, leadsErr); err != nil {
			return err
		}
		now := ""
		if i := slices.IndexFunc(leads, func(l Lead) bool { return l.Branch == b }); i >= 0 {
			now = leads[i].HandlerID
		}
		h := access.handlers[id]
		if now != was || id != "" && !(works(h) && casework.MayLead(h.Own, b, entities.Path(b.Entity()))) {
			return ErrConflict
		}
		if now == id {
			return nil
		}
		if _, err := t.Exec(`DELETE FROM leads WHERE branch = $1`, string(b)); err != nil {
			return err
		}
		if id == "" {
			t.audit(AuditEntry{By: by, What: AuditLead, Subject: was, Detail: "-" + string(b)})
			return nil
		}
		t.audit(AuditEntry{By: by, What: AuditLead, Subject: id, Detail: string(b)})
		_, err = t.Exec(`INSERT INTO leads (branch, handler_id) VALUES ($1, $2)`, string(b), id)
		return err
	})
}
