package api

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/store"
	"hotline/store/casework"
)

// sealedReport is a report as a browser sends it. Nothing in it can be opened
// here; what is in the clear says who reads it, and how soon.
type sealedReport struct {
	Form    string `json:"form"`
	Website string `json:"website"` // the honeypot

	Case              string            `json:"case"`
	Entity            string            `json:"entity"` // what it is about, as far as that is in the clear
	Branch            casework.Branch   `json:"branch"` // that it is sealed to
	Recipient         string            `json:"recipient"`
	ReporterRecipient string            `json:"reporter_recipient"`
	Lookup            string            `json:"lookup"`
	Message           []byte            `json:"message"`
	Name              []byte            `json:"name"` // the reporter's, sealed apart
	Summary           []byte            `json:"summary"`
	Keys              map[string][]byte `json:"keys"`      // by handler id
	SealedTo          map[string]string `json:"sealed_to"` // by handler id: fingerprint of the recipient that the key is sealed to
	Files             []string          `json:"files"`
	Excluded          []string          `json:"excluded"` // ids of handlers who must not read it

	Category string `json:"category"`
	Danger   bool   `json:"danger"` // somebody is in danger

	lookup  crypto.Lookup
	channel casework.Channel
}

// stored is the answer to a report.
type stored struct {
	Branch casework.Branch        `json:"branch"`
	Names  caseview.BranchNames   `json:"names,omitempty"`
	Dates  caseview.ReporterDates `json:"dates"`
}

// PostSealedReport takes a report that was sealed in the reporter's browser.
// The form's nonce is not noted as used: the same form sent without scripts has
// another receipt, and must not find this case.
func (in *API) PostSealedReport(c *fiber.Ctx) error {
	r := sealedReport{channel: casework.Web}
	if err := in.readLimited(c, reportLimit, &r, func() error { return in.checkReport(c.UserContext(), &r) }); err != nil {
		return err
	}
	form, err := in.checkReportForm(c, r.Form, r.Website)
	if err != nil {
		return err
	}
	return in.takeSealed(c, form, r)
}

// takeSealed stores a report whose form was admitted, and answers.
func (in *API) takeSealed(c *fiber.Ctx, form guard.Form, r sealedReport) error {
	ctx := c.UserContext()
	unlock, err := in.lockForm(ctx, form)
	if err != nil {
		return err
	}
	defer unlock()
	found, err := in.storeSealed(ctx, form, r)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusCreated, stored{found.Branch, in.names(found.Branch), in.rules.Dates(found)})
}

// storeSealed stores a report, or finds it stored.
func (in *API) storeSealed(ctx context.Context, form guard.Form, r sealedReport) (store.Case, error) {
	found, err := in.sameCase(ctx, r)
	if err == nil {
		in.uploads.Complete(form.Nonce, r.Files, nil)
		return found, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return found, err
	}
	sealedTo, err := in.checkRecipients(ctx, r)
	if err != nil {
		return found, err
	}
	rows, err := in.uploads.Claim(form.Nonce, r.Files, 1)
	if err != nil {
		return found, err
	}
	n := r.newCase(in.rules.TodayAt(r.Entity), rows)
	n.SealedTo = sealedTo
	if err = in.sync(rows); err == nil {
		err = in.store.CreateCase(ctx, n)
	}
	in.uploads.Complete(form.Nonce, r.Files, err)
	if errors.Is(err, store.ErrStale) {
		err = in.stale()
	}
	if errors.Is(err, store.ErrExists) { // under another form at the same moment, or not the same
		found, err = in.sameCase(ctx, r)
		if errors.Is(err, store.ErrNotFound) {
			err = &respond.Failure{Code: respond.Exists}
		}
		return found, err
	}
	return n.Case, err
}

// checkRecipients wants the report to be sealed to exactly those whom the server
// itself would seal it to now, and returns their recipients by id: somebody who
// enrols anew keeps their id, and can open nothing that is sealed to the old one.
func (in *API) checkRecipients(ctx context.Context, r sealedReport) (map[string]string, error) {
	readers, err := in.readersOf(ctx, r)
	switch {
	case errors.Is(err, intake.ErrNobodyLeft):
		return nil, &respond.Failure{Code: respond.Nobody}
	case errors.Is(err, intake.ErrNotShown):
		return nil, in.stale()
	case err != nil:
		return nil, err
	case len(readers) != len(r.Keys):
		return nil, in.stale()
	}
	sealedTo := make(map[string]string, len(readers))
	for _, reader := range readers {
		recipient, err := in.rules.Recipient(reader.Recipient)
		if err != nil {
			return nil, err
		}
		if r.SealedTo[reader.ID] != crypto.Fingerprint(recipient) {
			return nil, in.stale()
		}
		sealedTo[reader.ID] = reader.Recipient
	}
	return sealedTo, nil
}

// readersOf returns who reads a report in the branch that it is sealed to; nobody
// where that is not one of the branches to which a report of its category can go now.
// Those of the answers that the rules look at besides are sealed.
func (in *API) readersOf(ctx context.Context, r sealedReport) ([]store.Reader, error) {
	d, err := in.rules.Recipients(ctx)
	if err != nil {
		return nil, err
	}
	var failed error
	if d.Seen(r.Entity) != r.Entity { // it is not in the clear any more
		return nil, nil
	}
	for _, first := range casework.QueuesFor(d.RulesAt(r.Entity), r.Category) {
		branch, readers, err := d.ReadersIn(first, r.Entity, r.Excluded)
		switch {
		case err == nil && branch == r.Branch:
			return readers, nil
		case errors.Is(err, intake.ErrNotShown), err != nil && first == r.Branch.Queue():
			failed = err
		}
	}
	return nil, failed
}

// stale says that the report is to be sealed anew, and sees to it that whoever
// asks next is told to whom.
func (in *API) stale() error {
	in.recipients.forget()
	return &respond.Failure{Code: respond.Stale}
}

// sameCase returns the case of a report that was stored already: Exists if its
// id stands for something else, store.ErrNotFound if for nothing.
func (in *API) sameCase(ctx context.Context, r sealedReport) (store.Case, error) {
	found, err := in.store.Case(ctx, r.Case)
	if err != nil {
		return found, err
	}
	other := &respond.Failure{Code: respond.Exists}
	if found.Channel != r.channel || found.Recipient != r.Recipient || found.ReporterRecipient != r.ReporterRecipient || !bytes.Equal(found.Summary, r.Summary) {
		return found, other
	}
	byLookup, err := in.store.CaseByLookup(ctx, r.lookup.Hash())
	if errors.Is(err, store.ErrNotFound) || err == nil && byLookup.ID != found.ID {
		return found, other
	}
	if err != nil {
		return found, err
	}
	first, err := in.store.Message(ctx, r.Case, 1)
	if err == nil && !bytes.Equal(first.Sealed, r.Message) || errors.Is(err, store.ErrNotFound) {
		return found, other
	}
	if err != nil {
		return found, err
	}
	name, err := in.store.ReporterName(ctx, r.Case)
	if err == nil && !bytes.Equal(name, r.Name) || errors.Is(err, store.ErrNotFound) {
		return found, other
	}
	if err != nil {
		return found, err
	}
	if same, err := in.sameFiles(ctx, r.Case, 1, r.Files); err != nil || same {
		return found, err
	}
	return found, other
}

func (r sealedReport) newCase(today casework.Day, rows []store.File) store.NewCase {
	n := store.NewCase{
		Case: store.Case{
			ID: r.Case, Branch: r.Branch, Entity: r.Entity, Category: r.Category, Channel: r.channel, Received: today,
			Recipient: r.Recipient, ReporterRecipient: r.ReporterRecipient, Summary: r.Summary,
		},
		LookupHash: r.lookup.Hash(), Keys: r.Keys, Excluded: r.Excluded, Name: r.Name, Message: r.Message, Files: rows,
	}
	if n.Category == "" {
		n.Category = casework.Unsure
	}
	if r.Danger {
		n.Danger = casework.DangerOpen
	}
	return n
}

// checkReport refuses what our own script never sends, and a report with more
// keys than there ever were handlers before it looks at them. One that was
// stored already may have keys of handlers who have left since.
func (in *API) checkReport(ctx context.Context, r *sealedReport) error {
	d, err := in.recipients.get(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(r.Keys) > d.known:
		return &respond.Failure{Code: respond.Stale}
	case !in.wellFormed(r) || !written(d.active.Organization, r.Entity, r.Branch):
		return respond.ErrMalformed
	case len(r.Files) > in.rules.Limits().Files:
		return &respond.Failure{Code: respond.TooLarge}
	}
	return nil
}

// wellFormed reports whether our own script can have sent this, as far as one
// sees without the handlers of the day.
func (in *API) wellFormed(r *sealedReport) bool {
	var err error
	if r.lookup, err = crypto.ParseLookup(r.Lookup); err != nil {
		return false
	}
	return crypto.ValidID(r.Case) && validFiles(r.Files, r.Case) && in.validChoices(r) && in.validKeys(r) &&
		validIDs(r.Excluded) && crypto.CheckMessage(r.Message) == nil && crypto.CheckMessage(r.Name) == nil && crypto.CheckSummary(r.Summary) == nil
}

// validChoices checks the answers in the clear as those of the form.
func (in *API) validChoices(r *sealedReport) bool {
	return (r.Category == "" || slices.Contains(intake.CategoryCodes, r.Category))
}

// written reports whether an entity and a branch are written as those of an
// organisation are. Whether they are there now is a question of its own: whoever
// sends a report seals it anew where they are not.
func written(o store.Organization, entity string, b casework.Branch) bool {
	code := func(entity string) bool { return entity == casework.Root || casework.ValidEntityCode(entity) }
	_, known := o.Find(b.Queue())
	return code(entity) && code(b.Entity()) && (known || casework.ValidQueueCode(string(b.Queue()))) && b == casework.BranchOf(b.Queue(), b.Entity())
}

// fingerprint is what crypto.Fingerprint writes.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{64}$`)

// validKeys checks whom the case is sealed to, and that its keys can be keys.
func (in *API) validKeys(r *sealedReport) bool {
	if !canonical(r.Recipient) || !canonical(r.ReporterRecipient) || r.Recipient == r.ReporterRecipient ||
		len(r.Keys) == 0 || len(r.SealedTo) != len(r.Keys) {
		return false
	}
	for id, sealed := range r.Keys {
		if id != store.Recovery && !crypto.ValidID(id) || crypto.CheckCaseKey(sealed) != nil || !fingerprint.MatchString(r.SealedTo[id]) {
			return false
		}
	}
	return true
}

// canonical reports whether s is a recipient, written in the one way that age
// writes it.
func canonical(s string) bool {
	r, err := crypto.ParseRecipient(s)
	return err == nil && r.String() == s
}
