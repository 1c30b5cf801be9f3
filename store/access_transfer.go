package store

import (
	"context"
	"errors"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
)

// Transfer is how a case comes to other readers: it is handed over to another
// queue, or turns out to be about another entity, or somebody is excluded from it
// or recuses themselves.
type Transfer struct {
	Act
	Seen   casework.Branch // where the handler saw the case
	Queue  casework.Queue  // where it is handed over to; "" for an exclusion
	Entity string          // of a hand-over: what the case is about then
	Who    string          // the handler who is excluded; By: recuses themselves; "" for a hand-over
}

// Plan is what a transfer comes to.
type Plan struct {
	Branch casework.Branch // where the case is then
	Entity string          // what it is about then
	SealTo []Reader        // who reads it there and has no key that was seen to open; none where it stays with somebody who can open it
}

// TransferKeys are the keys that a transfer needs.
type TransferKeys struct {
	Sealed     map[string][]byte // by reader's id: exactly those of the Plan
	Recipients map[string]string // by reader's id: whom each is sealed to
}

// PlanTransfer says where a case would go, and to whom it has to be sealed.
// ErrTransferred: it is not there any more. casework.ErrNoHandler: nobody would
// be left who can read it. ErrConflict: they are excluded already.
func (s *Store) PlanTransfer(ctx context.Context, p Transfer) (Plan, error) {
	t := s.readTx(ctx)
	c, err := engine.One(t.Tx, scanFacts, `SELECT `+caseFacts+` FROM cases WHERE id = $1`, p.CaseID)
	if err != nil {
		return Plan{}, err
	}
	plan, _, err := planTransfer(t, c, p)
	return plan, err
}

// planTransfer also returns everybody who reads the case then.
func planTransfer(t tx, c Case, p Transfer) (plan Plan, readers []Reader, err error) {
	access, err := readAccess(t)
	if err != nil {
		return plan, nil, err
	}
	excluded, err := excludedFrom(t, c.ID)
	if err != nil {
		return plan, nil, err
	}
	switch {
	case !access.mayRead(p.By, c.Branch, excluded):
		return plan, nil, ErrNotFound // they lost it meanwhile
	case c.Branch != p.Seen:
		return plan, nil, ErrTransferred
	case p.Who == "":
		if plan, err = handOver(access, c, p); err != nil {
			return plan, nil, err
		}
	case !access.handlers[p.Who].Has(RoleHandler):
		return plan, nil, ErrNotFound
	case slices.Contains(excluded, p.Who):
		return plan, nil, ErrConflict
	default:
		excluded = append(excluded, p.Who)
		plan.Entity = c.Entity
		if plan.Branch, _, err = access.members(excluded).Remaining(c.Branch, access.entities.Path(c.Entity), excluded); err != nil {
			return plan, nil, err
		}
	}
	if readers = access.readers(plan.Branch, excluded); len(readers) == 0 {
		return plan, nil, casework.ErrNoHandler
	}
	lacking, err := without(t, readers, c.ID, true)
	stays := plan.Branch == c.Branch && slices.ContainsFunc(readers, func(r Reader) bool { return r.ID != Recovery && !slices.Contains(lacking, r) })
	if !stays { // otherwise somebody is left who opens it, and can give the others access
		plan.SealTo = lacking
	}
	return plan, readers, err
}

// handOver plans that a case goes to the branch of a queue that reads what is about
// an entity. ErrTransferred: it is there already.
func handOver(access accessSnapshot, c Case, p Transfer) (plan Plan, err error) {
	if !access.entities.Known(p.Entity) {
		return plan, ErrNotFound
	}
	members := access.members(nil)
	plan.Entity = access.entities.Seen(p.Entity, members)
	var read bool
	if plan.Branch, _, read = members.Nearest(p.Queue, access.entities.Path(p.Entity)); !read {
		return plan, casework.ErrNoHandler
	}
	if plan.Branch == c.Branch && plan.Entity == c.Entity {
		return plan, ErrTransferred
	}
	return plan, nil
}

// Transfer hands a case over, or excludes somebody from it, with a note that says why:
// in one transaction everybody who reads it then has a key, and nobody else.
// ErrStale: the keys are not those that it needs now. ErrConflict: the note's
// number is not the next one any more, or they are excluded already. Otherwise as
// PlanTransfer.
func (s *Store) Transfer(ctx context.Context, p Transfer, keys TransferKeys, note NewMessage) error {
	err := s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		c, err := lockCase(t, p.CaseID)
		if err != nil {
			return err
		}
		plan, readers, err := planTransfer(t, c, p)
		if err != nil {
			return err
		}
		if err := keys.fit(plan); err != nil {
			return err
		}
		if c.LastSeq != note.Seq-1 {
			return ErrConflict
		}
		from := c.Branch
		c.LastSeq = note.Seq
		if err := addExclusion(t, p, c); err != nil {
			return err
		}
		for _, r := range plan.SealTo {
			if err := putKey(t, c.ID, r, keys.Sealed[r.ID], r.ID == Recovery); err != nil {
				return err
			}
		}
		if err := transferTo(t, &c, plan, readers, p); err != nil {
			return err
		}
		if err := insertMessage(t, note); err != nil {
			return err
		}
		if plan.Branch != from {
			if err := notifyReaders(t, c.ID, p.By, c.History().Urgent()); err != nil {
				return err
			}
		}
		_, err = sweepKeys(t, c.ID)
		return err
	})
	return s.swept(ctx, err)
}

// fit returns ErrStale unless the keys are those of a plan.
func (k TransferKeys) fit(plan Plan) error {
	if len(k.Sealed) != len(plan.SealTo) || len(k.Recipients) != len(plan.SealTo) {
		return ErrStale
	}
	for _, r := range plan.SealTo {
		if len(k.Sealed[r.ID]) == 0 || k.Recipients[r.ID] != r.Recipient {
			return ErrStale
		}
	}
	return nil
}

func addExclusion(t tx, p Transfer, c Case) error {
	if p.Who == "" {
		return nil
	}
	kind, event, audit, subject := ExcludedByColleague, EventExcluded, AuditExcluded, p.Who
	if p.Who == p.By {
		kind, event, audit, subject = ExcludedByThemselves, EventRecused, AuditRecused, ""
	}
	_, err := t.Exec(`INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) VALUES ($1, $2, $3, $4, $5)`, p.Who, c.ID, kind, p.At, p.By)
	if err == nil {
		_, err = t.Exec(`DELETE FROM case_reads WHERE case_id = $1 AND handler_id = $2`, c.ID, p.Who)
	}
	if err != nil {
		return err
	}
	t.auditCase(p.Act, audit, subject, "")
	return addEvent(t, p.Act, Event{After: c.LastSeq, What: event, To: p.Who})
}

// transferTo moves a locked case to its new readers, and stores it. The
// desk that takes it over has to look at it, whoever's turn it was.
func transferTo(t tx, c *Case, plan Plan, readers []Reader, p Transfer) error {
	if c.Assignee != "" && !slices.ContainsFunc(readers, func(r Reader) bool { return r.ID == c.Assignee }) {
		if err := addEvent(t, Act{CaseID: c.ID, At: p.At}, Event{After: c.LastSeq, What: EventAssignee, From: c.Assignee}); err != nil {
			return err
		}
		c.Assignee = ""
	}
	if plan.Entity != c.Entity {
		if err := addEvent(t, p.Act, Event{After: c.LastSeq, What: EventEntity, From: c.Entity, To: plan.Entity}); err != nil {
			return err
		}
		t.auditCase(p.Act, AuditAbout, "", c.Entity+">"+plan.Entity)
		c.Entity = plan.Entity
	}
	if plan.Branch != c.Branch {
		if err := addEvent(t, p.Act, Event{After: c.LastSeq, What: EventQueue, From: string(c.Branch), To: string(plan.Branch)}); err != nil {
			return err
		}
		t.auditCase(p.Act, AuditQueue, "", string(c.Branch)+">"+string(plan.Branch))
		c.Branch = plan.Branch
		if c.Turn == casework.TurnReporter {
			c.Turn = casework.TurnDesk
		}
	}
	return saveCase(t, *c)
}

// Readmit lets somebody see a case again who was excluded by a colleague or
// recused themselves; a colleague can give them a key then. The note says why.
// ErrNotFound: the case is not for the one who does it, they are not excluded, or
// the reporter asked for it, which nobody undoes. ErrConflict: the note's number is not the next one any more.
func (s *Store) Readmit(ctx context.Context, a Act, who string, note NewMessage) error {
	return s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil { // or a grant that did not see it ends their need of keys
			return err
		}
		c, err := lockCaseFor(t, a)
		if err != nil {
			return err
		}
		n, err := t.Exec(`DELETE FROM exclusions WHERE case_id = $1 AND handler_id = $2 AND kind <> $3`, c.ID, who, ExcludedByReporter)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err == nil && c.LastSeq != note.Seq-1 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE handlers SET needs_keys = 1 WHERE id = $1`, who); err != nil {
			return err
		}
		c.LastSeq = note.Seq
		t.auditCase(a, AuditReadmitted, who, "")
		if err := addEvent(t, a, Event{After: c.LastSeq, What: EventReadmitted, To: who}); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil {
			return err
		}
		if err := insertMessage(t, note); err != nil {
			return err
		}
		return notifyKeyHolders(t, who)
	})
}

// The kinds of exclusions.
const (
	ExcludedByColleague  = "excluded"
	ExcludedByThemselves = "recused"
	ExcludedByReporter   = "reporter"
)

// Exclusion is somebody who may not see a case.
type Exclusion struct {
	HandlerID string
	Kind      string // Excluded…
	At        int64  // unix seconds, 0 where the reporter asked for it
	By        string // the handler's id, "" the reporter
}

// Exclusions returns who may not see a case, by id.
func (s *Store) Exclusions(ctx context.Context, caseID string) ([]Exclusion, error) {
	return engine.List(s.read(ctx), func(row engine.Scanner) (e Exclusion, err error) {
		err = row.Scan(&e.HandlerID, &e.Kind, &e.At, &e.By)
		return e, err
	}, `SELECT handler_id, kind, at, by_id FROM exclusions WHERE case_id = $1 ORDER BY handler_id`, caseID)
}

// MoveOrphans moves cases that nobody reads any more: those of branches below the root
// without a reader go to the nearest branch upwards of the same queue that has one,
// and those from which everybody there is excluded on to compliance and the
// independent queue, as casework.Members.Remaining says. Who reads there needs keys.
// It begins again where it was broken off.
func (s *Store) MoveOrphans(ctx context.Context) error {
	t := s.readTx(ctx)
	access, err := readAccess(t)
	if err != nil {
		return err
	}
	var ids []string
	if len(access.entities) > 1 {
		if ids, err = orphansBelow(t, access.members(nil)); err != nil {
			return err
		}
	}
	left, err := leftByAll(t, access)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(append(ids, left...), caseBatch) {
		if err := s.moveOrphans(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// orphansBelow returns the cases of branches below the root that have no member.
func orphansBelow(t tx, members casework.Members) (ids []string, err error) {
	branches, err := engine.List(t.Tx, engine.Column[casework.Branch], `SELECT DISTINCT branch FROM cases WHERE branch LIKE '%@%'`)
	for _, b := range branches {
		if len(members[b]) > 0 || err != nil {
			continue
		}
		var some []string
		some, err = engine.List(t.Tx, engine.Column[string], `SELECT id FROM cases WHERE branch = $1 ORDER BY id`, string(b))
		ids = append(ids, some...)
	}
	return ids, err
}

// leftByAll returns the cases of branches with members from which all of these are
// excluded.
func leftByAll(t tx, access accessSnapshot) (ids []string, err error) {
	members := access.members(nil)
	type exclusion struct {
		id, handlerID string
		branch        casework.Branch
	}
	rows, err := engine.List(t.Tx, func(row engine.Scanner) (x exclusion, err error) {
		err = row.Scan(&x.id, &x.handlerID, &x.branch)
		return x, err
	}, `SELECT c.id, x.handler_id, c.branch FROM exclusions x JOIN cases c ON c.id = x.case_id ORDER BY c.id`)
	excluded := map[string][]string{}
	for _, x := range rows {
		excluded[x.id] = append(excluded[x.id], x.handlerID)
		mayRead := func(id string) bool { return !access.stands.KeptOut(id, x.branch, excluded[x.id]) }
		if len(members[x.branch]) > 0 && !slices.ContainsFunc(members[x.branch], mayRead) {
			ids = append(ids, x.id) // once more where further ones are excluded: it has moved then
		}
	}
	return ids, err
}

// moveOrphans moves those of some cases that nobody reads.
func (s *Store) moveOrphans(ctx context.Context, ids []string) error {
	return s.write(ctx, func(t tx) error {
		if err := lockAccess(t); err != nil {
			return err
		}
		access, err := readAccess(t)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c, err := lockCase(t, id)
			if errors.Is(err, ErrNotFound) {
				continue // deleted meanwhile
			}
			if err == nil {
				err = s.moveOrphan(t, access, c)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// moveOrphan moves a locked case if nobody reads it and somebody can.
func (s *Store) moveOrphan(t tx, access accessSnapshot, c Case) error {
	excluded, err := excludedFrom(t, c.ID)
	if err != nil || len(access.readers(c.Branch, excluded)) > 0 {
		return err
	}
	members, path := access.members(excluded), access.entities.Path(c.Entity)
	from := c.Branch
	if len(members[from]) == 0 {
		above, _, read := members.Nearest(from.Queue(), access.entities.Path(from.Entity()))
		if !read {
			return nil // a queue without readers waits for somebody
		}
		c.Branch = above
	}
	to, readers, err := members.Remaining(c.Branch, path, excluded)
	if errors.Is(err, casework.ErrNoHandler) {
		return nil
	}
	c.Branch, c.Assignee = to, ""
	if c.Turn == casework.TurnReporter {
		c.Turn = casework.TurnDesk
	}
	if err := addEvent(t, Act{CaseID: c.ID, At: s.now().Unix()}, Event{After: c.LastSeq, What: EventQueue, From: string(from), To: string(to)}); err != nil {
		return err
	}
	for _, id := range readers {
		if _, err := t.Exec(`UPDATE handlers SET needs_keys = 1 WHERE id = $1`, id); err != nil {
			return err
		}
	}
	if err := saveCase(t, c); err != nil {
		return err
	}
	return notifyReaders(t, c.ID, "", c.History().Urgent())
}
