package cases

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// reason is a note, sealed in the browser, that says why a handler does something.
type reason struct {
	Seq     int    `json:"seq"`
	Message []byte `json:"message"`
}

// note returns the note to be stored, or respond.ErrMalformed.
func (d *Desk) note(r reason, c store.Case, s session.Session) (store.NewMessage, error) {
	if r.Seq < 2 || crypto.CheckNote(r.Message) != nil {
		return store.NewMessage{}, respond.ErrMalformed
	}
	return store.NewMessage{
		CaseID: c.ID, Seq: r.Seq, From: casework.FromNote, On: d.todayOf(c), At: d.now().Unix(), By: s.Handler.ID, Sealed: r.Message,
	}, nil
}

// noted reads a request about a case that carries its reason, for a handler who
// may see the case.
func (d *Desk) noted(c *fiber.Ctx, s session.Session, into any, why *reason) (found store.Case, note store.NewMessage, err error) {
	if found, err = d.store.CaseFor(c.UserContext(), c.Params("id"), s.Handler); err != nil {
		return found, note, err
	}
	if err = respond.ReadJSON(c, messageBody, into); err == nil {
		note, err = d.note(*why, found, s)
	}
	return found, note, err
}

func (d *Desk) act(caseID string, s session.Session) store.Act {
	return store.Act{CaseID: caseID, By: s.Handler.ID, At: d.now().Unix()}
}

// target is where a case is to go: to another queue, or to what reads about another
// entity; or away from somebody.
type target struct {
	Queue  casework.Queue `json:"queue"`
	Entity string         `json:"entity"`
	Who    string         `json:"who"`
}

// valid reports whether it is one of the two.
func (t target) valid(o store.Organization) bool {
	if t.Who != "" {
		return t.Queue == "" && t.Entity == "" && crypto.ValidID(t.Who)
	}
	_, known := o.Find(t.Queue)
	return known && o.Entities.Known(t.Entity)
}

// reader is somebody whom a key is sealed to.
type reader struct {
	ID        string `json:"id"`
	Recipient string `json:"recipient"`
}

// PostTransferPlan says where a case would go and to whom its identity has to be
// sealed.
func (d *Desk) PostTransferPlan(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var r target
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if !r.valid(d.settings.Organization()) {
		return respond.ErrMalformed
	}
	plan, err := d.store.PlanTransfer(ctx, store.Transfer{Act: d.act(found.ID, s), Seen: found.Branch, Queue: r.Queue, Entity: r.Entity, Who: r.Who})
	if err != nil {
		return transferFailure(err)
	}
	sealTo := []reader{}
	for _, r := range plan.SealTo {
		sealTo = append(sealTo, reader{r.ID, r.Recipient})
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Branch casework.Branch      `json:"branch"`
		Names  caseview.BranchNames `json:"names,omitempty"`
		SealTo []reader             `json:"seal_to"`
	}{plan.Branch, view.BranchNames(d.texts, d.settings.Organization(), []casework.Branch{plan.Branch}), sealTo})
}

// transferFailure gives the errors of acts on a case their codes.
func transferFailure(err error) error {
	for _, known := range []struct {
		err  error
		code respond.Code
	}{
		{store.ErrTransferred, respond.Moved}, {store.ErrConflict, respond.Conflict}, {store.ErrStale, respond.Stale},
		{casework.ErrNoHandler, respond.Nobody}, {store.ErrNotDesignated, respond.NotNamed},
	} {
		if errors.Is(err, known.err) {
			return &respond.Failure{Code: known.code}
		}
	}
	return err
}

// transferRequest is what a browser sends to hand a case over, or to exclude somebody.
type transferRequest struct {
	target
	reason
	Seen     casework.Branch   `json:"seen"`
	Keys     map[string][]byte `json:"keys"`
	SealedTo map[string]string `json:"sealed_to"` // fingerprints
}

// PostTransfer hands a case over, or excludes somebody from it.
func (d *Desk) PostTransfer(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	var r transferRequest
	found, note, err := d.noted(c, s, &r, &r.reason)
	if err != nil {
		return err
	}
	if !r.valid(d.settings.Organization()) {
		return respond.ErrMalformed
	}
	keys, err := d.transferKeys(c, r)
	if err != nil {
		return err
	}
	err = d.store.Transfer(ctx, store.Transfer{Act: d.act(found.ID, s), Seen: r.Seen, Queue: r.Queue, Entity: r.Entity, Who: r.Who}, keys, note)
	if err != nil {
		return transferFailure(err)
	}
	found, err = d.store.CaseFor(ctx, found.ID, s.Handler)
	if errors.Is(err, store.ErrNotFound) {
		return respond.SendJSON(c, fiber.StatusCreated, struct {
			Case *caseview.DeskCase `json:"case"`
		}{})
	}
	if err != nil {
		return err
	}
	body, err := d.caseBody(ctx, s, found)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusCreated, struct {
		Case *caseview.DeskCase `json:"case"`
	}{body})
}

// transferKeys checks that the keys can be keys, and that each is sealed to who its
// reader is now.
func (d *Desk) transferKeys(c *fiber.Ctx, r transferRequest) (keys store.TransferKeys, err error) {
	keys = store.TransferKeys{Sealed: r.Keys, Recipients: map[string]string{}}
	for id, sealed := range r.Keys {
		if !validReader(id) || crypto.CheckCaseKey(sealed) != nil {
			return keys, respond.ErrMalformed
		}
		text, err := d.recipientOf(c, id)
		if errors.Is(err, store.ErrNotFound) {
			return keys, &respond.Failure{Code: respond.Stale}
		}
		if err != nil {
			return keys, err
		}
		recipient, err := crypto.ParseRecipient(text)
		if err != nil {
			return keys, err
		}
		if crypto.Fingerprint(recipient) != r.SealedTo[id] {
			return keys, &respond.Failure{Code: respond.Stale}
		}
		keys.Recipients[id] = text
	}
	if len(r.SealedTo) != len(r.Keys) {
		return keys, respond.ErrMalformed
	}
	return keys, nil
}

// PostReadmit lets somebody see a case again.
func (d *Desk) PostReadmit(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	var r struct {
		reason
		Who string `json:"who"`
	}
	found, note, err := d.noted(c, s, &r, &r.reason)
	if err != nil {
		return err
	}
	if !crypto.ValidID(r.Who) {
		return respond.ErrMalformed
	}
	if err := d.store.Readmit(ctx, d.act(found.ID, s), r.Who, note); err != nil {
		return transferFailure(err)
	}
	return d.sendAgain(c, s, found.ID)
}

// sendAgain answers with a case after something was done to it.
func (d *Desk) sendAgain(c *fiber.Ctx, s session.Session, caseID string) error {
	return d.sendNow(c, fiber.StatusCreated, s, caseID)
}

// handOvers are the queues that a case can be handed over to: somebody is there who
// may read it. Its own is one of them where there are entities, because it can be
// about another one.
func handOvers(o store.Organization, handlers []store.Handler, exclusions []store.Exclusion, c store.Case) []casework.Queue {
	queues := []casework.Queue{}
	for _, q := range o.Queues {
		reads := func(h store.Handler) bool {
			return h.Active() && h.Has(store.RoleHandler) && h.Recipient != "" && slices.Contains(queuesOf(h.Branches), q.Code) && !isExcluded(exclusions, h.ID)
		}
		if (q.Code != c.Queue() || len(o.Entities) > 1) && slices.ContainsFunc(handlers, reads) {
			queues = append(queues, q.Code)
		}
	}
	return queues
}

func isExcluded(exclusions []store.Exclusion, handlerID string) bool {
	return slices.ContainsFunc(exclusions, func(e store.Exclusion) bool { return e.HandlerID == handlerID })
}
