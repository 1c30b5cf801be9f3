package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/engine"
	"hotline/store/fault"
)

// Case is what the server knows of a case.
type Case struct {
	ID                string          // 32 hex characters, random
	Branch            casework.Branch // who reads it
	Entity            string          // what it is about, as far as that is in the clear: a code, casework.Root
	Category          string
	Channel           casework.Channel
	Kind              string // "" until a handler has confirmed it
	Standing          casework.Standing
	Danger            casework.Danger
	State             casework.State
	Outcome           casework.Outcome // "": none yet
	Received          casework.Day
	Acknowledged      casework.Day     // "" until it happened
	Decided           casework.Day     // "" until it happened
	Answered          casework.Day     // "" until it happened
	Closed            casework.Day     // "" until it happened, and again once it is taken up again
	Reopened          casework.Day     // "" until it happened; the last time
	Extended          casework.Day     // the reporter was told why the answer takes longer; "" until it happened
	Due               casework.Day     // the next due day by the organisation's profile, "" none
	Junked            casework.Day     // "" while it is no junk
	Written           casework.Day     // law.History's
	Gone              casework.Day     // the day of its deletion by the profile, "" none
	Announced         law.Announcement // of that day
	AnnouncedOn       casework.Day     // the first time; "" it was not
	MeetingAsked      casework.Day     // the reporter asked for a meeting; "" until it happened, the last time
	MeetingSettled    casework.Day     // it was held, or is not wanted any more; "" while it is open
	MeetingHeld       casework.Day     // the last one that was held; "" none
	Done              StepDays         // steps of the law of its entity's country
	Turn              casework.Turn
	Priority          casework.Priority
	Assignee          string // a handler's id, "" nobody
	Recipient         string // the case's, age1pq1…
	ReporterRecipient string // the reporter's, age1pq1…
	Summary           []byte // an age file
	LastSeq           int    // number of the newest message; the first is 1
	Files             int    // number of files
}

// Queue returns the queue that a case is in.
func (c Case) Queue() casework.Queue { return c.Branch.Queue() }

// History is what a case's dates follow from.
func (c Case) History() law.History {
	return law.History{State: c.State, Received: c.Received, Acknowledged: c.Acknowledged, Decided: c.Decided,
		Answered: c.Answered, Closed: c.Closed, Reopened: c.Reopened, Danger: c.Danger, Standing: c.Standing,
		Extended: c.Extended, Junked: c.Junked, Written: c.Written, Category: c.Category, Done: c.Done,
		MeetingAsked: c.MeetingAsked, MeetingSettled: c.MeetingSettled}
}

// NewCase is a report to be stored: the case, its first message and all that
// belongs to it. What happens to a case later (Kind, Standing, State, the days but
// Received, Due, Gone, Turn, Priority, Assignee, Outcome, LastSeq, the number of files) is
// set by CreateCase.
type NewCase struct {
	Case
	LookupHash []byte            // SHA-256 of the receipt's look-up value
	Keys       map[string][]byte // handler id, or Recovery → the case identity sealed to them, an age file
	SealedTo   map[string]string // handler id, or Recovery → the recipient that their key is sealed to; nil: not checked
	Excluded   []string          // ids of handlers whom the reporter does not want to read it
	Name       []byte            // the reporter's name, an age file; nil: none
	Message    []byte            // message 1, an age file
	Files      []File            // of message 1; Seq is 1 whatever it says
	Use        FormUse           // no Nonce: did not come from a form
}

// CreateCase stores a report in one transaction. ErrExists: the form was used
// already, or the case id, look-up hash or a file's id is taken. ErrStale: a
// handler has another recipient by now, or is disabled.
func (s *Store) CreateCase(ctx context.Context, c NewCase) error {
	return s.write(ctx, func(t tx) error {
		readers, lacking, err := newReaders(t, c)
		if err != nil {
			return err
		}
		profile, err := profileIn(t, c.Entity)
		if err != nil {
			return err
		}
		history := law.History{State: casework.Received, Received: c.Received, Danger: c.Danger, Standing: casework.Counts, Category: c.Category}
		due, _ := profile.Dates(history).Due()
		reminded := casework.ReminderOn(due, c.Received, 0) // the notice of the case itself is what says so
		_, err = t.Exec(`INSERT INTO cases (place, id, lookup_hash, branch, entity, category, channel, kind, standing, danger, urgent, state, outcome,
				received, acknowledged, decided, answered, closed, reopened, due, turn, priority, assignee, last_seq, recipient,
				reporter_recipient, summary, reminded, gone, first_queue)
			VALUES ($1, $2, $3, $4, $18, $5, $6, '', $7, $8, $9, $10, '', $11, '', '', '', '', '', $12, $13, $14, '', 1, $15, $16, $17, $19, $20, $21)`,
			engine.RandomPlace(), c.ID, c.LookupHash, string(c.Branch), c.Category, string(c.Channel), string(casework.Counts), string(c.Danger),
			asFlag(history.Urgent()), string(casework.Received), string(c.Received),
			string(due), string(casework.TurnNew), string(casework.Normal), c.Recipient, c.ReporterRecipient, c.Summary, c.Entity, int(reminded),
			string(profile.Goes(history, "").On), string(c.Queue()))
		if err != nil {
			return err
		}
		if err := openForm(t, c.ID, c.Use); err != nil {
			return err
		}
		if err := addKeys(t, c.ID, readers, c.Keys); err != nil {
			return err
		}
		if err := wantKeys(t, lacking); err != nil {
			return err
		}
		if err := addBesides(t, c); err != nil {
			return err
		}
		first := NewMessage{CaseID: c.ID, Seq: 1, From: casework.FromReport, On: c.Received, Sealed: c.Message, Files: c.Files}
		if err := insertMessage(t, first); err != nil {
			return err
		}
		return notifyReaders(t, c.ID, "", history.Urgent())
	})
}

// asFlag is a truth as both engines store it.
func asFlag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// newReaders returns to whom the keys of a new case are sealed, by id, and who
// reads it besides and will want one: they came after the report was sealed.
// ErrStale: one of the first is not who a key is sealed to, or may not read it.
// Nothing needs a lock: a handler who enrols anew after this look keeps their old
// keys of this case as of all that came before.
func newReaders(t tx, c NewCase) (readers, lacking []Reader, err error) {
	access, err := readAccess(t)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(c.Keys)) {
		r := Reader{id, access.handlers[id].Recipient, access.versions[id]}
		if id == Recovery {
			r = access.recovery
		} else if _, known := access.handlers[id]; !known {
			return nil, nil, fault.ErrReference
		}
		if c.SealedTo != nil {
			if r, err = access.reader(id, c.SealedTo[id]); err != nil {
				return nil, nil, err
			}
			if id != Recovery && !access.mayRead(id, c.Branch, c.Excluded) {
				return nil, nil, ErrStale
			}
		}
		readers = append(readers, r)
	}
	for _, r := range access.readers(c.Branch, c.Excluded) {
		if c.Keys[r.ID] == nil {
			lacking = append(lacking, r)
		}
	}
	return readers, lacking, nil
}

// addBesides stores what a report has beside its message: the reporter's name,
// whom they excluded, and that there is a written statement to look at.
func addBesides(t tx, c NewCase) error {
	if c.Name != nil {
		if err := putName(t, c.ID, c.Name); err != nil {
			return err
		}
	}
	for _, id := range c.Excluded {
		_, err := t.Exec(`INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) VALUES ($1, $2, $3, 0, '')`, id, c.ID, ExcludedByReporter)
		if err != nil {
			return err
		}
	}
	if !c.Channel.Oral() {
		return nil
	}
	return offerStatement(t, c.ID, 1)
}

const (
	caseColumns = `id, branch, entity, category, channel, kind, standing, danger, state, outcome, received, acknowledged, decided, answered, closed, reopened, due,
		turn, priority, assignee, last_seq, junked, written, gone, announced, announced_on,
		meeting_asked, meeting_settled, meeting_held, extended`
	caseFacts       = caseColumns + `, ` + doneSQL
	caseListColumns = caseFacts + `, (SELECT count(*) FROM files f WHERE f.case_id = cases.id)`
	wholeCase       = caseListColumns + `, recipient, reporter_recipient, summary`
)

// facts are where the columns of caseFacts go.
func (c *Case) facts() []any {
	return []any{&c.ID, &c.Branch, &c.Entity, &c.Category, &c.Channel, &c.Kind, &c.Standing, &c.Danger, &c.State, &c.Outcome, &c.Received, &c.Acknowledged, &c.Decided, &c.Answered,
		&c.Closed, &c.Reopened, &c.Due, &c.Turn, &c.Priority, &c.Assignee, &c.LastSeq,
		&c.Junked, &c.Written, &c.Gone, &c.Announced, &c.AnnouncedOn,
		&c.MeetingAsked, &c.MeetingSettled, &c.MeetingHeld, &c.Extended, &c.Done}
}

func scanFacts(row engine.Scanner) (c Case, err error) {
	err = row.Scan(c.facts()...)
	return c, err
}

func scanListedCase(row engine.Scanner) (c Case, err error) {
	err = row.Scan(append(c.facts(), &c.Files)...)
	return c, err
}

func scanCase(row engine.Scanner) (c Case, err error) {
	err = row.Scan(append(c.facts(), &c.Files, &c.Recipient, &c.ReporterRecipient, &c.Summary)...)
	return c, err
}

// FormUse is one sending of one form. It tells a repeat (a lost answer, a
// double click) from something new, for as long as the daily key lives.
type FormUse struct {
	Nonce   []byte       // SHA-256 of the form's nonce
	Content []byte       // MAC of what was sent, under the daily key
	Day     casework.Day // of that daily key
}

// openForm notes the use of a form that opens a case. ErrExists: the form was
// used already, whatever it carried.
func openForm(t tx, caseID string, use FormUse) error {
	if len(use.Nonce) == 0 {
		return nil
	}
	var used int
	err := t.Row(`SELECT count(*) FROM form_uses WHERE nonce = $1`, use.Nonce).Scan(&used)
	if err != nil {
		return err
	}
	if used > 0 {
		return ErrExists
	}
	return useForm(t, caseID, use, 1)
}

// useForm notes the use of a form; opened is 1 when it opens the case.
// ErrExists: the same content came already.
func useForm(t tx, caseID string, use FormUse, opened int) error {
	_, err := t.Exec(`INSERT INTO form_uses (nonce, content, case_id, day, opened) VALUES ($1, $2, $3, $4, $5)`,
		use.Nonce, use.Content, caseID, string(use.Day), opened)
	return err
}

// FormUses returns the case a form went to and the contents it was sent with.
// ErrNotFound: not used yet.
func (s *Store) FormUses(ctx context.Context, nonce []byte) (caseID string, contents [][]byte, err error) {
	contents, err = engine.List(s.read(ctx), func(row engine.Scanner) (content []byte, err error) {
		err = row.Scan(&caseID, &content)
		return content, err
	}, `SELECT case_id, content FROM form_uses WHERE nonce = $1 ORDER BY opened DESC, content`, nonce)
	if err == nil && len(contents) == 0 {
		err = ErrNotFound
	}
	return caseID, contents, err
}

// DailyKey returns the key of a day. The first caller's fresh bytes become the
// key; all others, in other processes too, get the same.
func (s *Store) DailyKey(ctx context.Context, day casework.Day, fresh [32]byte) ([32]byte, error) {
	key, err := s.FindDailyKey(ctx, day)
	if !errors.Is(err, ErrNotFound) {
		return key, err
	}
	err = s.write(ctx, func(t tx) error {
		_, err := t.Exec(`INSERT INTO daily_keys (day, key) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(day), fresh[:])
		if err != nil {
			return err
		}
		key, err = engine.One(t.Tx, scanKey, `SELECT key FROM daily_keys WHERE day = $1`, string(day))
		return err
	})
	if err != nil {
		return [32]byte{}, err
	}
	return key, nil
}

// FindDailyKey returns the key of a day, or ErrNotFound.
func (s *Store) FindDailyKey(ctx context.Context, day casework.Day) ([32]byte, error) {
	return engine.One(s.read(ctx), scanKey, `SELECT key FROM daily_keys WHERE day = $1`, string(day))
}

func scanKey(row engine.Scanner) (key [32]byte, err error) {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return key, err
	}
	if len(b) != len(key) {
		return key, fmt.Errorf("%w: a daily key of %d bytes", ErrDamaged, len(b))
	}
	copy(key[:], b)
	return key, nil
}

// DropDailyKeys deletes the keys and form uses of days before the given one,
// so that their bytes leave the disk too, and returns the number of keys.
// After ErrBusy the rows may be gone and the bytes not yet: call it again.
func (s *Store) DropDailyKeys(ctx context.Context, before casework.Day) (int, error) {
	var keys int64
	err := s.write(ctx, func(t tx) (err error) {
		if _, err = t.Exec(`DELETE FROM form_uses WHERE day < $1`, string(before)); err != nil {
			return err
		}
		keys, err = t.Exec(`DELETE FROM daily_keys WHERE day < $1`, string(before))
		return err
	})
	if err != nil {
		return 0, err
	}
	return int(keys), s.db.Scrub(ctx, "daily_keys", "form_uses")
}

// Case returns the case with that id, or ErrNotFound.
func (s *Store) Case(ctx context.Context, id string) (Case, error) {
	return engine.One(s.read(ctx), scanCase, `SELECT `+wholeCase+` FROM cases WHERE id = $1`, id)
}

// CaseByLookup returns the case of a receipt, or ErrNotFound. hash is the
// SHA-256 of the receipt's look-up value.
func (s *Store) CaseByLookup(ctx context.Context, hash []byte) (Case, error) {
	return engine.One(s.read(ctx), scanCase, `SELECT `+wholeCase+` FROM cases WHERE lookup_hash = $1`, hash)
}

// CaseFilter chooses cases. The zero value chooses all.
type CaseFilter struct {
	Queue casework.Queue // "": every queue
}

// Cases returns the chosen cases by day of receipt and id, without their
// recipients and summaries.
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]Case, error) {
	if f.Queue == "" {
		return engine.List(s.read(ctx), scanListedCase, `SELECT `+caseListColumns+` FROM cases ORDER BY received, id`)
	}
	return engine.List(s.read(ctx), scanListedCase, `SELECT `+caseListColumns+` FROM cases WHERE branch = $1 OR branch LIKE $2 ORDER BY received, id`,
		string(f.Queue), string(f.Queue)+"@%")
}
