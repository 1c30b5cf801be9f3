package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"

	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/engine"
	"hotline/store/fault"
)

// rewritten are the tables that have rows of cases, which go with it by their foreign
// keys: what is deleted from them has to leave the disk. Tombstones and ledger are laid
// down in the order of their keys, which are random.
func rewritten() []engine.Table {
	tables := slices.Clone(scattered)
	for _, name := range []string{"case_events", "case_reads", "case_presence", "case_labels", "case_classifications", "case_links", "case_holds", "case_steps", "deletion_requests", "tombstones", "purge_ledger"} {
		tables = append(tables, engine.Table{Name: name, Index: name + "_pkey"})
	}
	return tables
}

// clearLimit is the size in bytes up to which tables are rewritten while people may be
// writing. It takes about a second.
const clearLimit = 64 << 20

// ErrTooLarge: the database is too large to be rewritten at this time.
var ErrTooLarge = fault.ErrTooLarge

// ErrNotDue: the day of a case has not come, or it was not announced long enough, or a
// hold keeps it.
var ErrNotDue = errors.New("store: the case is not to be deleted now")

// GoingCase is a case that is to be deleted.
type GoingCase struct {
	ID, Entity string
	law.Going
	Announced casework.Day // the first time; "" it was not
	Today     casework.Day // at its entity
	Held      *Hold        // nil: nothing keeps it
}

// Due reports whether it is to be deleted now.
func (g GoingCase) Due() bool { return g.Announced != "" && g.Held == nil && g.When() <= g.Today }

// When is the day on which it goes at the earliest.
func (g GoingCase) When() casework.Day { return law.When(g.On, g.Announced, g.Today) }

// Going returns the cases whose day of deletion comes within some days, or has come, by
// day and id; at most limit of them after another one, nil from the beginning.
func (s *Store) Going(ctx context.Context, days Days, within int, after *GoingCase, limit int) (cases []GoingCase, err error) {
	var from going
	if after != nil {
		from = going{id: after.ID, on: after.Date.On}
	}
	found, err := engine.List(s.read(ctx), scanFacts, `SELECT `+caseFacts+` FROM cases
		WHERE gone <> '' AND gone <= $1 AND gone >= $2 AND (gone > $2 OR id > $3) ORDER BY gone, id LIMIT $4`,
		string(days.latest().AddDays(within)), string(from.on), from.id, limit)
	for _, c := range found {
		profile, err := s.Profile(ctx, c.Entity)
		if err != nil {
			return nil, err
		}
		g := GoingCase{ID: c.ID, Entity: c.Entity, Going: profile.Goes(c.History(), c.Outcome), Announced: c.AnnouncedOn, Today: days.On(c.Entity)}
		g.On = c.Gone
		if g.Held, err = s.Hold(ctx, c.ID); err != nil {
			return nil, err
		}
		cases = append(cases, g)
	}
	return cases, err
}

// DuePurges returns the ids of cases that can be deleted now, after another one; at most
// caseBatch of them. Purge says of each whether it is to go.
func (s *Store) DuePurges(ctx context.Context, days Days, after string) ([]string, error) {
	latest := days.latest()
	return engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM cases WHERE gone <> '' AND gone <= $1 AND announced > 0 AND announced_on <= $2 AND id > $3`+notHeld+
		` ORDER BY id LIMIT $4`, string(latest), string(latest.AddDays(-law.LastAnnounced)), after, caseBatch)
}

// Purge deletes a case whose day has come, and returns the ids of its files, which nobody
// knows from then on. Whether it is to go is decided with the case locked. ErrNotDue,
// ErrNotFound.
func (s *Store) Purge(ctx context.Context, id string, days Days) (files []string, err error) {
	err = s.write(ctx, func(t tx) error {
		c, err := s.lockWhole(t, id)
		if err != nil {
			return err
		}
		profile, err := profileIn(t, c.Entity)
		if err != nil {
			return err
		}
		today, g := days.On(c.Entity), profile.Goes(c.History(), c.Outcome)
		if c.Gone == "" || c.AnnouncedOn == "" || g.On != c.Gone || law.NotBefore(c.Gone, c.AnnouncedOn) > today {
			return ErrNotDue
		}
		if hold, err := holdOf(t, id); err != nil || hold != nil {
			return cmp.Or(err, ErrNotDue)
		}
		files, err = purge(t, c, profile, purged{Going: g, on: today, act: Act{CaseID: id, At: s.now().Unix()}})
		return err
	})
	return files, err
}

// PurgeEarly deletes a case because two handlers want it, of whom this one is the second,
// on a day. ErrNoRequest, ErrSamePerson, ErrHeld, ErrKeptByLaw, ErrNotEnded. ErrNotFound:
// it is not for them.
func (s *Store) PurgeEarly(ctx context.Context, a Act, on casework.Day) (files []string, err error) {
	err = s.write(ctx, func(t tx) error {
		c, err := s.lockWhole(t, a.CaseID)
		if err != nil {
			return err
		}
		if reads, err := isReader(t, c, a.By); err != nil || !reads {
			return cmp.Or(err, ErrNotFound)
		}
		request, err := requestOf(t, c.ID, on)
		switch {
		case err != nil || request == nil:
			return cmp.Or(err, ErrNoRequest)
		case request.By == a.By:
			return ErrSamePerson
		}
		if reads, err := isReader(t, c, request.By); err != nil || !reads {
			return cmp.Or(err, ErrNoRequest)
		}
		if err := deletable(t, c, on); err != nil {
			return err
		}
		profile, err := profileIn(t, c.Entity)
		if err != nil {
			return err
		}
		early := law.Going{Why: law.Early, Date: law.Date{Source: law.Source{Basis: law.House}}}
		files, err = purge(t, c, profile, purged{Going: early, on: on, act: a, first: request.By})
		return err
	})
	return files, err
}

// lockWhole is lockCase for who is going to delete it: whoever adds a row of the case
// comes before it, and is done, or after it, and finds no case. The lock of lockCase
// would let them in on PostgreSQL.
func (s *Store) lockWhole(t tx, id string) (Case, error) {
	if err := lockAccess(t); err != nil {
		return Case{}, err
	}
	if s.Engine() == engine.Postgres {
		if _, err := engine.One(t.Tx, engine.Column[string], `SELECT id FROM cases WHERE id = $1 FOR UPDATE`, id); err != nil {
			return Case{}, err
		}
	}
	return lockCase(t, id)
}

// purged is why a case is deleted.
type purged struct {
	law.Going
	on    casework.Day
	act   Act    // By "": its day has come
	first string // the handler who asked for it
}

// purge deletes a locked case with all that belongs to it, and leaves a tombstone, a row
// of the ledger, and one of the audit log.
func purge(t tx, c Case, profile law.Profile, p purged) ([]string, error) {
	files, err := engine.List(t.Tx, engine.Column[string], `SELECT id FROM files WHERE case_id = $1`, c.ID)
	if err != nil {
		return nil, err
	}
	if err := bury(t, c, profile.Dates(c.History()), p.on); err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(c.ID))
	_, err = t.Exec(`INSERT INTO purge_ledger (case_hash, on_day, why, basis, article, by_id, second_id, cleared) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
		hash[:], string(p.on), string(p.Why), string(p.Basis), p.Article, p.first, p.act.By)
	for _, statement := range []string{
		`INSERT INTO purged_exclusions (handler_id, case_id) SELECT handler_id, case_id FROM exclusions WHERE case_id = $1`,
		`DELETE FROM cases WHERE id = $1`,
	} {
		if err == nil {
			_, err = t.Exec(statement, c.ID)
		}
	}
	t.auditCase(p.act, AuditPurged, p.first, string(p.Why))
	return files, err
}

// bury leaves the tombstone of a case. Those of the same two years are written anew by the
// same transaction, so that its number does not say which of them is this one.
func bury(t tx, c Case, d law.Dates, today casework.Day) error {
	first, err := engine.One(t.Tx, engine.Column[string], `SELECT first_queue FROM cases WHERE id = $1`, c.ID)
	if err != nil {
		return err
	}
	id := make([]byte, 16)
	rand.Read(id) // never fails
	received, closed := c.Received.Year(), c.Closed.Year()
	_, err = t.Exec(`INSERT INTO tombstones (id, received, closed, first_queue, queue, kind, standing, category, channel, entity, outcome,
			acknowledged, noticed, answered, acknowledged_after, closed_after, reopened)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		hex.EncodeToString(id), received, closed, first, string(c.Queue()), c.Kind, string(c.Standing), c.Category, string(c.Channel), c.Entity, string(c.Outcome),
		law.OnTime(c.Acknowledged, d.Acknowledge.On, today), law.OnTime(c.Decided, d.Notice.On, today), law.OnTime(c.Answered, d.Answer.On, today),
		daysAfter(c.Acknowledged, c.Received), daysAfter(c.Closed, c.Received), asFlag(c.Reopened != ""))
	if err == nil {
		_, err = t.Exec(`UPDATE tombstones SET standing = standing WHERE received = $1 AND closed = $2`, received, closed)
	}
	return err
}

func daysAfter(day, received casework.Day) int {
	if day == "" {
		return -1
	}
	return day.DaysAfter(received)
}

// Unclear returns how many deleted cases may have left bytes in the database's files.
func (s *Store) Unclear(ctx context.Context) (int, error) {
	return engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM purge_ledger WHERE cleared = 0`)
}

// Clear makes what deleted cases left behind leave the disk, and notes that it has. Their
// files have to be removed before. A large database is cleared in a quiet hour only, else
// it is ErrTooLarge. ErrBusy: it did not work now, try again.
func (s *Store) Clear(ctx context.Context, quiet bool) error {
	pending, err := engine.List(s.read(ctx), engine.Column[[]byte], `SELECT case_hash FROM purge_ledger WHERE cleared = 0`)
	if err != nil || len(pending) == 0 {
		return err
	}
	limit := int64(clearLimit)
	if quiet {
		limit = math.MaxInt64
	}
	if err := s.db.Clear(ctx, limit, rewritten()); err != nil {
		return err
	}
	return s.write(ctx, func(t tx) error {
		for some := range slices.Chunk(pending, 500) {
			var q engine.Statement
			if _, err := t.Exec(`UPDATE purge_ledger SET cleared = 1 WHERE case_hash IN (`+engine.ArgsOf(&q, some)+`)`, q.Args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// OverduePurges returns how many cases should be gone already: their day and that of the
// announcement have passed for longer than a day, and nothing keeps them.
func (s *Store) OverduePurges(ctx context.Context, days Days) (int, error) {
	passed := days.latest().AddDays(-2)
	return engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM cases WHERE gone <> '' AND gone <= $1 AND announced_on <= $2`+notHeld,
		string(passed), string(passed.AddDays(-law.LastAnnounced)))
}
