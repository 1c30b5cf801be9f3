package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/engine"
)

// Hold keeps a case from being deleted. The reason is a note in the case.
type Hold struct {
	Owner string       // a handler's id
	Until casework.Day // the last day
	On    casework.Day // set, or renewed
	By    string       // a handler's id
	told  bool         // the owner, that it ends
}

// NewHold is a hold that is set or renewed. Until "" lifts it.
type NewHold struct {
	Owner string
	Until casework.Day
}

// DeletionRequest is what a handler says about an early deletion.
type DeletionRequest string

// What they say; "" nothing.
const (
	DeletionAsked     DeletionRequest = "ask"
	DeletionWithdrawn DeletionRequest = "withdraw"
)

// Request is that a handler asks for an early deletion. The reason is a note in the case.
type Request struct {
	By string // a handler's id
	On casework.Day
}

// Why a case is not kept or deleted as somebody wants.
var (
	ErrHoldOwner  = errors.New("store: the owner of a hold reads the case")
	ErrHoldEnd    = errors.New("store: a hold ends at some day, five years ahead at the latest")
	ErrNoHold     = errors.New("store: there is no hold")
	ErrHeld       = errors.New("store: a hold keeps the case")
	ErrNotEnded   = errors.New("store: the case is neither closed nor junk")
	ErrKeptByLaw  = errors.New("store: the law wants the case kept")
	ErrNoRequest  = errors.New("store: nobody asks for the deletion, or it was too long ago")
	ErrSamePerson = errors.New("store: two handlers decide an early deletion")
	ErrRequested  = errors.New("store: somebody asks for the deletion already")
)

// keepOrDelete does what a note says about how long the locked case is kept. The case is
// announced anew where it was held.
func keepOrDelete(t tx, c *Case, m NewMessage) error {
	if m.Hold == nil && m.Deletion == "" {
		return nil
	}
	if m.From != casework.FromNote || m.Kind == casework.Task || m.Move != nil || m.Hold != nil && m.Deletion != "" {
		return casework.ErrReason
	}
	a := Act{m.CaseID, m.By, m.At}
	if m.Hold != nil {
		return setHold(t, c, a, *m.Hold, m.On)
	}
	return requestDeletion(t, *c, a, m.Deletion, m.On)
}

func setHold(t tx, c *Case, a Act, h NewHold, on casework.Day) error {
	if h.Until == "" {
		now, err := holdOf(t, c.ID)
		if err != nil || now == nil {
			return cmp.Or(err, ErrNoHold)
		}
		t.auditCase(a, AuditHold, now.Owner, "")
		return endHold(t, a, *c, *now)
	}
	if h.Until <= on || h.Until > law.HoldLatest(on) {
		return ErrHoldEnd
	}
	if reads, err := isReader(t, *c, h.Owner); err != nil || !reads {
		return cmp.Or(err, ErrHoldOwner)
	}
	_, err := t.Exec(`INSERT INTO case_holds (case_id, owner_id, until_day, on_day, by_id, told) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT (case_id) DO UPDATE SET owner_id = excluded.owner_id, until_day = excluded.until_day, on_day = excluded.on_day, by_id = excluded.by_id, told = 0`,
		c.ID, h.Owner, string(h.Until), string(on), a.By)
	for _, statement := range []string{
		`DELETE FROM deletion_requests WHERE case_id = $1`,
		`UPDATE cases SET announced = 0, announced_on = '' WHERE id = $1`,
	} {
		if err == nil {
			_, err = t.Exec(statement, c.ID)
		}
	}
	if err == nil && h.Owner != a.By {
		err = notify(t, false, h.Owner)
	}
	if err != nil {
		return err
	}
	t.auditCase(a, AuditHold, h.Owner, string(h.Until))
	return addEvent(t, a, Event{After: c.LastSeq, What: EventHold, From: h.Owner, To: string(h.Until)})
}

// endHold takes a hold away. Nothing was announced while it stood.
func endHold(t tx, a Act, c Case, h Hold) error {
	if _, err := t.Exec(`DELETE FROM case_holds WHERE case_id = $1`, c.ID); err != nil {
		return err
	}
	return addEvent(t, a, Event{After: c.LastSeq, What: EventUnhold, To: string(h.Until)})
}

func requestDeletion(t tx, c Case, a Act, what DeletionRequest, on casework.Day) error {
	event := EventDelete
	switch what {
	case DeletionAsked:
		if err := deletable(t, c, on); err != nil {
			return err
		}
		now, err := requestOf(t, c.ID, on)
		if err != nil || now != nil {
			return cmp.Or(err, ErrRequested)
		}
		_, err = t.Exec(`INSERT INTO deletion_requests (case_id, by_id, on_day) VALUES ($1, $2, $3)
			ON CONFLICT (case_id) DO UPDATE SET by_id = excluded.by_id, on_day = excluded.on_day`, c.ID, a.By, string(on))
		if err != nil {
			return err
		}
		if err := notifyAll(t, c, a.By); err != nil {
			return err
		}
	case DeletionWithdrawn:
		event = EventNotDelete
		if n, err := t.Exec(`DELETE FROM deletion_requests WHERE case_id = $1`, c.ID); err != nil || n == 0 {
			return cmp.Or(err, ErrNoRequest)
		}
	default:
		return casework.ErrReason
	}
	t.auditCase(a, AuditDeletion, "", string(what))
	return addEvent(t, a, Event{After: c.LastSeq, What: event})
}

// deletable returns why a case cannot be deleted before its day; nil: it can.
func deletable(t tx, c Case, on casework.Day) error {
	if !c.State.Ended() && c.Standing != casework.Junk {
		return ErrNotEnded
	}
	hold, err := holdOf(t, c.ID)
	if err != nil || hold != nil {
		return cmp.Or(err, ErrHeld)
	}
	profile, err := profileIn(t, c.Entity)
	if err == nil && on < profile.KeepUntil(c.History(), c.Outcome).On {
		err = ErrKeptByLaw
	}
	return err
}

const holdColumns = `owner_id, until_day, on_day, by_id, told`

func scanHold(row engine.Scanner) (h Hold, err error) {
	var told int64
	err = row.Scan(&h.Owner, &h.Until, &h.On, &h.By, &told)
	h.told = told != 0
	return h, err
}

// holdOf returns the hold of a case, nil for none.
func holdOf(t tx, caseID string) (*Hold, error) {
	all, err := engine.List(t.Tx, scanHold, `SELECT `+holdColumns+` FROM case_holds WHERE case_id = $1`, caseID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Hold returns the hold of a case, nil for none.
func (s *Store) Hold(ctx context.Context, caseID string) (*Hold, error) {
	return holdOf(s.readTx(ctx), caseID)
}

// requestOf returns the request to delete a case that stands on a day, nil for none.
func requestOf(t tx, caseID string, on casework.Day) (*Request, error) {
	all, err := engine.List(t.Tx, func(row engine.Scanner) (r Request, err error) {
		err = row.Scan(&r.By, &r.On)
		return r, err
	}, `SELECT by_id, on_day FROM deletion_requests WHERE case_id = $1`, caseID)
	if err != nil || len(all) == 0 || on > law.Lapses(all[0].On) {
		return nil, err
	}
	return &all[0], nil
}

// Request returns the request to delete a case that stands on a day, nil for none.
func (s *Store) Request(ctx context.Context, caseID string, on casework.Day) (*Request, error) {
	return requestOf(s.readTx(ctx), caseID, on)
}

// notifyAll notes that there is something new in a case for all who may read it, whoever
// is in charge of it, but for one.
func notifyAll(t tx, c Case, by string) error {
	ids, err := engine.List(t.Tx, engine.Column[string], `SELECT h.id FROM cases c, handlers h WHERE c.id = $1 AND h.id <> $2 AND `+readsSQL, c.ID, by)
	if err == nil {
		err = notify(t, false, ids...)
	}
	if err == nil {
		err = notifyWebhooks(t, false, c.Branch.Entity(), "")
	}
	return err
}

// going is a case that is to be deleted.
type going struct {
	id, entity string
	on         casework.Day
	announced  law.Announcement
}

func scanGoing(row engine.Scanner) (g going, err error) {
	err = row.Scan(&g.id, &g.entity, &g.on, &g.announced)
	return g, err
}

const notHeld = ` AND NOT EXISTS (SELECT 1 FROM case_holds h WHERE h.case_id = cases.id)`

// Announce tells all who may read a case that it will be deleted, law.FirstAnnounced and
// law.LastAnnounced days before. It goes by the day at each case's entity, makes up for
// days on which it did not run, and tells of each once, whoever runs it at the same time.
// A case with a hold is not announced.
func (s *Store) Announce(ctx context.Context, days Days) error {
	for after := (going{}); ; {
		page, err := engine.List(s.read(ctx), scanGoing, `SELECT id, entity, gone, announced FROM cases
			WHERE gone <> '' AND announced < 2 AND gone <= $1 AND gone >= $2 AND (gone > $2 OR id > $3)`+notHeld+` ORDER BY gone, id LIMIT $4`,
			string(days.latest().AddDays(law.FirstAnnounced)), string(after.on), after.id, caseBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, g := range page {
			today := days.On(g.entity)
			now := law.AnnounceOn(g.on, today)
			if now <= g.announced {
				continue
			}
			if err := s.write(ctx, func(t tx) error { return announce(t, g, now, today) }); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

// announce tells of a deletion, unless somebody did meanwhile, or it is another day or held.
func announce(t tx, g going, now law.Announcement, today casework.Day) error {
	c, err := lockCase(t, g.id)
	if err != nil || c.Gone != g.on || c.Announced != g.announced {
		return err
	}
	if hold, err := holdOf(t, c.ID); err != nil || hold != nil {
		return err
	}
	_, err = t.Exec(`UPDATE cases SET announced = $2, announced_on = CASE WHEN announced_on = '' THEN $3 ELSE announced_on END WHERE id = $1`,
		c.ID, int(now), string(today))
	if err != nil {
		return err
	}
	return notifyAll(t, c, "")
}

// EndHolds takes the holds away whose last day has passed at the case's entity, and tells
// the owners of those that end soon, once each.
func (s *Store) EndHolds(ctx context.Context, days Days) error {
	type held struct {
		id, entity string
		Hold
	}
	for after := (held{}); ; {
		page, err := engine.List(s.read(ctx), func(row engine.Scanner) (h held, err error) {
			h.Hold, err = scanHold(engine.ScanFunc(func(dest ...any) error { return row.Scan(append([]any{&h.id, &h.entity}, dest...)...) }))
			return h, err
		}, `SELECT c.id, c.entity, h.owner_id, h.until_day, h.on_day, h.by_id, h.told FROM case_holds h JOIN cases c ON c.id = h.case_id
			WHERE h.until_day <= $1 AND h.case_id > $2 ORDER BY h.case_id LIMIT $3`, string(days.latest().AddDays(law.HoldTold)), after.id, caseBatch)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, h := range page {
			today := days.On(h.entity)
			if h.told && today <= h.Until || today < h.Until.AddDays(-law.HoldTold) {
				continue
			}
			if err := s.write(ctx, func(t tx) error { return nearHoldEnd(t, h.id, today, s.now().Unix()) }); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

// nearHoldEnd does what is to be done on a day with a hold that ends soon or has ended.
func nearHoldEnd(t tx, caseID string, today casework.Day, now int64) error {
	c, err := lockCase(t, caseID)
	if err != nil {
		return err
	}
	h, err := holdOf(t, caseID)
	switch {
	case err != nil || h == nil || today < h.Until.AddDays(-law.HoldTold):
		return err
	case today > h.Until:
		return endHold(t, Act{CaseID: caseID, At: now}, c, *h)
	case h.told:
		return nil
	}
	if _, err := t.Exec(`UPDATE case_holds SET told = 1 WHERE case_id = $1`, caseID); err != nil {
		return err
	}
	return notify(t, false, h.Owner)
}

// dayAt returns the day at an entity at a time.
func dayAt(t tx, entity string, at int64) (casework.Day, error) {
	root, err := engine.One(t.Tx, engine.Column[string], `SELECT value FROM settings WHERE name = $1`, settingTimeZone)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	if err != nil {
		return "", err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return "", err
	}
	zone, err := time.LoadLocation(cmp.Or(entities.Effective(entity).TimeZone, root)) // "" is UTC
	if err != nil {
		zone = time.UTC
	}
	return casework.DayOf(time.Unix(at, 0).In(zone)), nil
}
