package api

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// PostSealedFollowUp shows a browser the case of its receipt.
func (in *API) PostSealedFollowUp(c *fiber.Ctx) error {
	var r struct {
		Form   string `json:"form"`
		Lookup string `json:"lookup"`
		Before int    `json:"before"` // 0: the newest messages
	}
	if err := respond.ReadJSON(c, lookupLimit, &r); err != nil {
		return err
	}
	_, found, err := in.visitor(c, r.Form, r.Lookup)
	if err != nil {
		return err
	}
	if !found.CanAskBefore(r.Before) {
		return respond.ErrMalformed
	}
	return in.sendCase(c, fiber.StatusOK, found, r.Before)
}

// visitor finds the case of a look-up value. For one that no case has the
// answer is the same whether there never was one or it was deleted.
func (in *API) visitor(c *fiber.Ctx, token, lookup string) (guard.Form, store.Case, error) {
	l, err := crypto.ParseLookup(lookup)
	if err != nil {
		return guard.Form{}, store.Case{}, respond.ErrMalformed
	}
	form, err := in.checkForm(c, token, "", guard.ForLookup)
	if err != nil {
		return form, store.Case{}, err
	}
	if err := in.rules.AdmitLookup(l, form); err != nil {
		return form, store.Case{}, in.failureOf(c.UserContext(), err)
	}
	found, err := in.store.CaseByLookup(c.UserContext(), l.Hash())
	if errors.Is(err, store.ErrNotFound) {
		err = in.unknown(c.UserContext())
	}
	return form, found, err
}

func (in *API) unknown(ctx context.Context) error {
	token, err := in.freshForm(ctx)
	if err != nil {
		return err
	}
	return &respond.Failure{Code: respond.NotFound, Form: token}
}

// sendCase sends a case with its messages before one of that number; before 0 with the newest ones.
func (in *API) sendCase(c *fiber.Ctx, status int, found store.Case, before int) error {
	ctx := c.UserContext()
	read, err := in.store.CasePage(ctx, found.ID, store.ReportersPart, before)
	if err != nil {
		return err
	}
	d := caseview.ReporterCase{
		On: in.rules.TodayAt(found.Entity), Case: found.ID, Branch: found.Branch, Kind: found.Kind, State: found.State, Outcome: found.Outcome,
		Recipient: found.Recipient, ReporterRecipient: found.ReporterRecipient, LastSeq: max(found.LastSeq, read.Last()),
		Dates: in.rules.Dates(found), Asks: in.rules.Asks(found), Earlier: read.Earlier,
		Files: caseview.FilesOf(read.Files), Limits: in.scriptLimits(),
	}
	written, err := in.store.Written(ctx, found.ID, true)
	if err != nil {
		return err
	}
	d.Full = caseview.FullOf(written)
	if err := in.fillBesides(ctx, &d, found); err != nil {
		return err
	}
	if d.Form, err = in.freshForm(ctx); err != nil {
		return err
	}
	place, err := respond.TakePlace(c, in.answers, found.ID, store.SizeOf(read.All()))
	if err != nil {
		return err
	}
	items := in.store.EachMessage(ctx, found.ID, read.All())
	return respond.StreamJSON(c, status, respond.LargeStream{Place: place, Log: in.log}, d, "messages", caseview.Each(items, caseview.ReporterMessageOf))
}

// names are what branches are called where that is not the program's own word.
func (in *API) names(branches ...casework.Branch) caseview.BranchNames {
	return view.BranchNames(in.texts, in.rules.Organization(), branches)
}

// fillBesides adds what a case has beside its messages.
func (in *API) fillBesides(ctx context.Context, d *caseview.ReporterCase, found store.Case) (err error) {
	if d.Transfers, err = in.rules.Transfers(ctx, found); err != nil {
		return err
	}
	branches := []casework.Branch{found.Branch}
	for _, t := range d.Transfers {
		branches = append(branches, t.Branch)
	}
	d.Names = in.names(branches...)
	statements, err := in.store.Statements(ctx, d.Case)
	if err != nil {
		return err
	}
	d.Statements = caseview.StatementsOf(statements)
	d.Name, err = in.store.ReporterName(ctx, d.Case)
	if errors.Is(err, store.ErrNotFound) {
		d.Name, err = []byte{}, nil
	}
	return err
}

// sealedMessage is a message of the reporter, sealed in the browser.
type sealedMessage struct {
	Form    string   `json:"form"`
	Lookup  string   `json:"lookup"`
	Seq     int      `json:"seq"`
	Message []byte   `json:"message"`
	Files   []string `json:"files"`

	Statement   casework.Statement   `json:"statement"`    // what is said with it to a written statement; "" nothing
	StatementOf int                  `json:"statement_of"` // the number of the message that is the statement
	Danger      bool                 `json:"danger"`       // it says that somebody is in danger
	Meeting     bool                 `json:"meeting"`      // it asks for a meeting
	Kind        casework.MessageKind `json:"kind"`         // casework.Asked: it answers what the page asks, and nothing else; "" a message
}

// PostSealedMessage adds a message of the reporter. Its number is sealed inside
// it, so it takes that place or none.
func (in *API) PostSealedMessage(c *fiber.Ctx) error {
	var r sealedMessage
	err := in.readLimited(c, messageLimit, &r, func() error {
		said := r.Statement == "" && r.StatementOf == 0 || slices.Contains(casework.StatementAnswers, r.Statement) && r.StatementOf > 0
		if asked := r.Kind == casework.Asked; r.Kind != "" && (!asked || r.Statement != "" || r.Danger || r.Meeting) {
			return respond.ErrMalformed
		}
		if r.Seq < 2 || !said || crypto.CheckMessage(r.Message) != nil || !validFiles(r.Files, "") {
			return respond.ErrMalformed
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(r.Files) > in.rules.Limits().Files {
		return &respond.Failure{Code: respond.TooLarge}
	}
	form, found, err := in.visitor(c, r.Form, r.Lookup)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	unlock, err := in.lockForm(ctx, form)
	if err != nil {
		return err
	}
	defer unlock()
	if err := in.addSealed(ctx, form, found, r); err != nil {
		return err
	}
	if found, err = in.store.Case(ctx, found.ID); err != nil {
		return err
	}
	return in.sendCase(c, fiber.StatusCreated, found, 0)
}

// addSealed stores a message, or finds it stored.
func (in *API) addSealed(ctx context.Context, form guard.Form, found store.Case, r sealedMessage) error {
	err := in.sameMessage(ctx, found.ID, r)
	if err == nil {
		in.uploads.Complete(form.Nonce, r.Files, nil)
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := in.rules.AdmitMessage(found.ID, form); err != nil {
		return in.failureOf(ctx, err)
	}
	rows, err := in.uploads.Claim(form.Nonce, r.Files, 1)
	if err != nil {
		return err
	}
	if err = in.sync(rows); err == nil {
		err = in.store.AddMessage(ctx, store.NewMessage{
			CaseID: found.ID, Seq: r.Seq, From: casework.FromReporter, Kind: r.Kind, On: in.rules.TodayAt(found.Entity), Sealed: r.Message, Files: rows,
			Statement: r.Statement, StatementOf: r.StatementOf, Danger: r.Danger, AsksMeeting: r.Meeting,
		})
	}
	in.uploads.Complete(form.Nonce, r.Files, err)
	switch {
	case errors.Is(err, store.ErrExists): // one of its files
		return &respond.Failure{Code: respond.Exists}
	case errors.Is(err, store.ErrStatementAnswered):
		return &respond.Failure{Code: respond.Moved}
	case errors.Is(err, store.ErrConflict):
		err = in.sameMessage(ctx, found.ID, r)
		if errors.Is(err, store.ErrNotFound) {
			err = &respond.Failure{Code: respond.Conflict} // beyond the next number
		}
	case errors.Is(err, store.ErrNotFound): // deleted meanwhile
		err = in.unknown(ctx)
	}
	return respond.FullFailure(err)
}

// sameMessage is nil if this very message was stored already: Conflict if its
// number is another's, store.ErrNotFound if nobody's.
func (in *API) sameMessage(ctx context.Context, caseID string, r sealedMessage) error {
	m, err := in.store.Message(ctx, caseID, r.Seq)
	if err == nil && (m.From != casework.FromReporter || !bytes.Equal(m.Sealed, r.Message)) {
		err = &respond.Failure{Code: respond.Conflict}
	}
	if err != nil {
		return err
	}
	same, err := in.sameFiles(ctx, caseID, r.Seq, r.Files)
	if err == nil && !same {
		err = &respond.Failure{Code: respond.Conflict}
	}
	return err
}

// PostDeskFile sends the sealed bytes of a file that came with an answer of the
// desk. The answer has no room for another form, so this one stays good.
func (in *API) PostDeskFile(c *fiber.Ctx) error {
	var r struct {
		Form   string `json:"form"`
		Lookup string `json:"lookup"`
		File   string `json:"file"`
	}
	if err := respond.ReadJSON(c, lookupLimit, &r); err != nil {
		return err
	}
	if !crypto.ValidID(r.File) {
		return respond.ErrMalformed
	}
	_, found, err := in.visitor(c, r.Form, r.Lookup)
	if err != nil {
		return err
	}
	row, err := in.store.DeskFile(c.UserContext(), found.ID, r.File)
	if errors.Is(err, store.ErrNotFound) {
		return in.unknown(c.UserContext())
	}
	if err != nil {
		return err
	}
	return respond.SendSealed(c, in.files, row)
}
