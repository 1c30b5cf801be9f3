package store

import (
	"context"
	"maps"
	"slices"

	"hotline/store/casework"
)

// Case is what the server knows of a case.
type Case struct {
	ID                string // 32 hex characters, random
	Queue             casework.Queue
	Category          string
	Channel           casework.Channel
	State             casework.State
	Outcome           casework.Outcome // "": none yet
	Received          casework.Day
	Acknowledged      casework.Day // "" until it happened
	Decided           casework.Day // "" until it happened
	Answered          casework.Day // "" until it happened
	Closed            casework.Day // "" until it happened, and again once it is taken up again
	Reopened          casework.Day // "" until it happened; the last time
	Due               casework.Day // the next due day by the organisation's profile, "" none
	Turn              casework.Turn
	Priority          casework.Priority
	Assignee          string // a handler's id, "" nobody
	Recipient         string // the case's, age1pq1…
	ReporterRecipient string // the reporter's, age1pq1…
	Summary           []byte // an age file
	LastSeq           int    // number of the newest message; the first is 1
	Files             int    // number of files
}

// History is what a case's dates follow from.
func (c Case) History() casework.History {
	return casework.History{State: c.State, Received: c.Received, Acknowledged: c.Acknowledged, Decided: c.Decided,
		Answered: c.Answered, Closed: c.Closed, Reopened: c.Reopened}
}

// NewCase is a report to be stored: the case, its first message and all that
// belongs to it. What happens to a case later (State, the days but Received,
// Due, Turn, Priority, Assignee, Outcome, LastSeq, the number of files) is set
// by CreateCase.
type NewCase struct {
	Case
	LookupHash []byte            // SHA-256 of the receipt's look-up value
	Keys       map[string][]byte // handler id → the case identity sealed to them, an age file
	SealedTo   map[string]string // handler id → the recipient that their key is sealed to; nil: not checked
	Message    []byte            // message 1, an age file
	Files      []File            // of message 1; Seq is 1 whatever it says
	Counters   []Counter         // for the month of Received
	Use        FormUse           // no Nonce: did not come from a form
}

// CaseKey is the case identity sealed to one handler.
type CaseKey struct {
	HandlerID string
	Email     string
	Active    bool   // the handler is not disabled
	Sealed    []byte // an age file
}

// CreateCase stores a report in one transaction. ErrExists: the form was used
// already, or the case id, look-up hash or a file's id is taken. ErrStale: a
// handler has another recipient by now, or is disabled.
func (s *Store) CreateCase(ctx context.Context, c NewCase) error {
	return s.write(ctx, func(t tx) error {
		if err := checkRecipients(t, c.SealedTo); err != nil {
			return err
		}
		profile, err := profileIn(t)
		if err != nil {
			return err
		}
		due, _ := profile.Dates(casework.History{State: casework.Received, Received: c.Received}).Due()
		_, err = t.exec(`INSERT INTO cases (place, id, lookup_hash, queue, category, channel, state, outcome, received, acknowledged,
				decided, answered, closed, reopened, due, turn, priority, assignee, last_seq, recipient, reporter_recipient, summary)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, '', '', '', '', '', $9, $10, $11, '', 1, $12, $13, $14)`,
			randomPlace(), c.ID, c.LookupHash, string(c.Queue), c.Category, string(c.Channel), string(casework.Received), string(c.Received),
			string(due), string(casework.TurnNew), string(casework.Normal), c.Recipient, c.ReporterRecipient, c.Summary)
		if err != nil {
			return err
		}
		if err := openForm(t, c.ID, c.Use); err != nil {
			return err
		}
		if err := addKeys(t, c.ID, c.Keys); err != nil {
			return err
		}
		first := NewMessage{CaseID: c.ID, Seq: 1, From: casework.FromReport, On: c.Received, Sealed: c.Message, Files: c.Files}
		if err := insertMessage(t, first); err != nil {
			return err
		}
		return s.count(t, c.Received.Month(), c.Counters)
	})
}

// checkRecipients returns ErrStale unless every handler still is who a key is
// sealed to. Nothing needs a lock: a handler who enrols anew after this look keeps
// their old keys of this case as of all that came before.
func checkRecipients(t tx, sealedTo map[string]string) error {
	for id, recipient := range sealedTo {
		var there int
		err := t.QueryRowContext(t.ctx, `SELECT count(*) FROM handlers WHERE id = $1 AND recipient = $2 AND disabled = 0`, id, recipient).Scan(&there)
		if err != nil {
			return err
		}
		if there == 0 {
			return ErrStale
		}
	}
	return nil
}

// addKeys stores the keys of a case next to each other, in one page.
func addKeys(t tx, caseID string, keys map[string][]byte) error {
	place := randomPlace() &^ 0xffff
	for i, id := range slices.Sorted(maps.Keys(keys)) {
		_, err := t.exec(`INSERT INTO case_keys (place, case_id, handler_id, sealed) VALUES ($1, $2, $3, $4)`,
			place+int64(i), caseID, id, keys[id])
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	caseFacts = `id, queue, category, channel, state, outcome, received, acknowledged, decided, answered, closed, reopened, due, turn,
		priority, assignee, last_seq`
	caseListColumns = caseFacts + `, (SELECT count(*) FROM files f WHERE f.case_id = cases.id)`
	caseColumns     = caseListColumns + `, recipient, reporter_recipient, summary`
)

// facts are where the columns of caseFacts go.
func (c *Case) facts() []any {
	return []any{&c.ID, &c.Queue, &c.Category, &c.Channel, &c.State, &c.Outcome, &c.Received, &c.Acknowledged, &c.Decided, &c.Answered,
		&c.Closed, &c.Reopened, &c.Due, &c.Turn, &c.Priority, &c.Assignee, &c.LastSeq}
}

func scanFacts(row scanner) (c Case, err error) {
	err = row.Scan(c.facts()...)
	return c, err
}

func scanListedCase(row scanner) (c Case, err error) {
	err = row.Scan(append(c.facts(), &c.Files)...)
	return c, err
}

func scanCase(row scanner) (c Case, err error) {
	err = row.Scan(append(c.facts(), &c.Files, &c.Recipient, &c.ReporterRecipient, &c.Summary)...)
	return c, err
}

// Case returns the case with that id, or ErrNotFound.
func (s *Store) Case(ctx context.Context, id string) (Case, error) {
	return one(ctx, s, scanCase, `SELECT `+caseColumns+` FROM cases WHERE id = $1`, id)
}

// CaseByLookup returns the case of a receipt, or ErrNotFound. hash is the
// SHA-256 of the receipt's look-up value.
func (s *Store) CaseByLookup(ctx context.Context, hash []byte) (Case, error) {
	return one(ctx, s, scanCase, `SELECT `+caseColumns+` FROM cases WHERE lookup_hash = $1`, hash)
}

// CaseFilter chooses cases. The zero value chooses all.
type CaseFilter struct {
	Queue casework.Queue // "": every queue
}

// Cases returns the chosen cases by day of receipt and id, without their
// recipients and summaries.
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]Case, error) {
	if f.Queue == "" {
		return list(ctx, s, scanListedCase, `SELECT `+caseListColumns+` FROM cases ORDER BY received, id`)
	}
	return list(ctx, s, scanListedCase, `SELECT `+caseListColumns+` FROM cases WHERE queue = $1 ORDER BY received, id`,
		string(f.Queue))
}

// CaseKeys returns a case's keys by the handlers' e-mail addresses; none for
// an unknown case.
func (s *Store) CaseKeys(ctx context.Context, caseID string) ([]CaseKey, error) {
	return list(ctx, s, func(row scanner) (k CaseKey, err error) {
		var disabled int64
		err = row.Scan(&k.HandlerID, &k.Email, &disabled, &k.Sealed)
		k.Active = disabled == 0
		return k, err
	}, `SELECT k.handler_id, h.email, h.disabled, k.sealed FROM case_keys k JOIN handlers h ON h.id = k.handler_id
		WHERE k.case_id = $1 ORDER BY h.email_key`, caseID)
}
