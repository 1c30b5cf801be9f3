package cases

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// messageBody is the largest request with a message, bytes.
const messageBody = 1 << 20

// move is a move as a browser asks for it.
type move struct {
	From    casework.State   `json:"from"`
	To      casework.State   `json:"to"`
	Outcome casework.Outcome `json:"outcome"`
}

// on returns the move for a day, or BadMove for one that no handler makes.
func (m move) on(day casework.Day) (casework.Move, error) {
	made := casework.Move{From: m.From, To: m.To, Outcome: m.Outcome, On: day}
	if made.Check() != nil {
		return made, &respond.Failure{Code: respond.BadMove}
	}
	return made, nil
}

// message is a message of the desk, or a note, sealed in the browser.
type message struct {
	Form      string               `json:"form"`
	From      casework.Sender      `json:"from"`
	Kind      casework.MessageKind `json:"kind"`
	Seq       int                  `json:"seq"`
	Message   []byte               `json:"message"`
	Files     []string             `json:"files"`
	Move      *move                `json:"move"`
	Extension bool                 `json:"extension"` // it says why the answer takes longer
	Note      *reason              `json:"note"`      // before a message to the reporter

	Hold     *hold                 `json:"hold"`
	Deletion store.DeletionRequest `json:"deletion"`
	Meeting  *meeting              `json:"meeting"` // said with it of a meeting; null: nothing
}

// meeting is what a handler says of a meeting with the reporter.
type meeting struct {
	Held     casework.Day `json:"held"`     // it was held on that day
	Declined bool         `json:"declined"` // it is not wanted any more
	Record   bool         `json:"record"`   // the message is the record of one that was held
}

func (m *meeting) said() *casework.Meeting {
	if m == nil {
		return nil
	}
	return &casework.Meeting{Held: m.Held, Declined: m.Declined, Record: m.Record}
}

// stanzas is for how many the message is sealed, and its files: a note to the
// case alone, everything else to the reporter, too.
func (m message) stanzas() int {
	if m.From == casework.FromNote {
		return 1
	}
	return 2
}

// wellFormed reports whether our own script can have sent this.
func (m message) wellFormed(caseID string) bool {
	switch m.From {
	case casework.FromDesk:
		if !slices.Contains(casework.MessageKinds, m.Kind) || crypto.CheckMessage(m.Message) != nil {
			return false
		}
	case casework.FromNote:
		if m.Kind != "" && (m.Kind != casework.Task || m.Move != nil) || crypto.CheckNote(m.Message) != nil {
			return false
		}
	default:
		return false
	}
	if m.Extension && (m.From != casework.FromDesk || m.Move != nil || m.Meeting != nil) {
		return false
	}
	if m.Note != nil && (m.From != casework.FromDesk || m.Note.Seq != m.Seq-1 || m.Note.Seq < 2 || crypto.CheckNote(m.Note.Message) != nil) {
		return false
	}
	if m.Meeting != nil && (m.Move != nil || m.Kind == casework.Task) {
		return false
	}
	seen := map[string]bool{caseID: true}
	for _, id := range m.Files {
		if !crypto.ValidID(id) || seen[id] {
			return false
		}
		seen[id] = true
	}
	return m.Seq >= 2
}

// PostMessage adds a message of the desk or a note, and makes the move that
// goes with it. The number is sealed inside it, so it takes that place or none.
func (d *Desk) PostMessage(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var m message
	if err := respond.ReadJSON(c, messageBody, &m); err != nil {
		return err
	}
	if !m.wellFormed(found.ID) {
		return respond.ErrMalformed
	}
	if len(m.Files) > d.limits.Files {
		return &respond.Failure{Code: respond.TooLarge}
	}
	form, err := d.checkForm(ctx, m.Form)
	if err != nil {
		return err
	}
	n := store.NewMessage{
		CaseID: found.ID, Seq: m.Seq, From: m.From, Kind: m.Kind, On: d.todayOf(found), At: d.now().Unix(), By: s.Handler.ID, Sealed: m.Message,
	}
	if m.Move != nil {
		made, err := m.Move.on(d.todayOf(found))
		if err != nil {
			return err
		}
		n.Move = &made
	}
	n.Extends = m.Extension
	if m.Note != nil {
		n.Note = &store.NoteBefore{Seq: m.Note.Seq, Sealed: m.Note.Message}
	}
	if err := m.keeping(&n); err != nil {
		return err
	}
	n.Meeting = m.Meeting.said()
	unlock, err := d.uploads.LockForm(ctx, form.Nonce)
	if err != nil {
		return err
	}
	defer unlock()
	if err := d.addMessage(ctx, form, m, n); err != nil {
		return err
	}
	if found, err = d.store.CaseFor(ctx, found.ID, s.Handler); err != nil {
		return err
	}
	return d.sendCase(c, fiber.StatusCreated, s, found)
}

// checkForm reads a token; one that is too old comes back with another.
func (d *Desk) checkForm(ctx context.Context, token string) (guard.Form, error) {
	form, err := d.forms.Check(ctx, token)
	if !errors.Is(err, guard.ErrFormInvalid) && !errors.Is(err, guard.ErrFormExpired) {
		return form, err
	}
	form = d.forms.New()
	form.Again = true
	fresh, err := d.forms.Sign(ctx, form)
	if err != nil {
		return form, err
	}
	return form, &respond.Failure{Code: respond.FormExpired, Form: fresh}
}

// addMessage stores a message, or finds it stored.
func (d *Desk) addMessage(ctx context.Context, form guard.Form, m message, n store.NewMessage) error {
	err := d.sameMessage(ctx, m, n)
	if err == nil {
		d.uploads.Complete(form.Nonce, m.Files, nil)
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if n.Files, err = d.uploads.Claim(form.Nonce, m.Files, m.stanzas()); err != nil {
		return err
	}
	if len(n.Files) > 0 {
		err = d.files.Sync()
	}
	if err == nil {
		err = d.store.AddMessage(ctx, n)
	}
	d.uploads.Complete(form.Nonce, m.Files, err)
	switch {
	case errors.Is(err, store.ErrExists): // one of its files
		return &respond.Failure{Code: respond.Exists}
	case errors.Is(err, store.ErrConflict):
		if err = d.sameMessage(ctx, m, n); errors.Is(err, store.ErrNotFound) {
			err = &respond.Failure{Code: respond.Conflict} // beyond the next number
		}
		return err
	}
	return keepingFailure(moveFailure(respond.FullFailure(err)))
}

// moveFailure gives the errors of moves their codes.
func moveFailure(err error) error {
	switch {
	case errors.Is(err, store.ErrStateChanged):
		return &respond.Failure{Code: respond.Moved}
	case errors.Is(err, store.ErrNoExtension):
		return &respond.Failure{Code: respond.NoExtension}
	case errors.Is(err, store.ErrUnclassified):
		return &respond.Failure{Code: respond.Unclassified}
	case errors.Is(err, casework.ErrMeeting):
		return &respond.Failure{Code: respond.BadMeeting}
	case errors.Is(err, casework.ErrMove), errors.Is(err, casework.ErrOutcome), errors.Is(err, casework.ErrReason):
		return &respond.Failure{Code: respond.BadMove}
	}
	return err
}

// sameMessage is nil if this very message was stored already: Conflict if its
// number is another's, store.ErrNotFound if nobody's.
func (d *Desk) sameMessage(ctx context.Context, m message, n store.NewMessage) error {
	row, err := d.store.Message(ctx, n.CaseID, n.Seq)
	if err != nil {
		return err
	}
	files, err := d.store.Files(ctx, n.CaseID)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range files {
		if f.Seq == n.Seq {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	if row.From != n.From || row.Kind != n.Kind || row.By != n.By || !bytes.Equal(row.Sealed, n.Sealed) || !slices.Equal(ids, slices.Sorted(slices.Values(m.Files))) {
		return &respond.Failure{Code: respond.Conflict}
	}
	if n.Note == nil {
		return nil
	}
	if row, err = d.store.Message(ctx, n.CaseID, n.Note.Seq); err != nil {
		return err
	}
	if row.From != casework.FromNote || row.By != n.By || !bytes.Equal(row.Sealed, n.Note.Sealed) {
		return &respond.Failure{Code: respond.Conflict}
	}
	return nil
}

// PostMove makes a move that needs no message.
func (d *Desk) PostMove(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var m move
	if err := respond.ReadJSON(c, respond.SmallBody, &m); err != nil {
		return err
	}
	made, err := m.on(d.todayOf(found))
	if err != nil {
		return err
	}
	if err := d.store.MoveCase(ctx, store.Act{CaseID: found.ID, By: s.Handler.ID, At: d.now().Unix()}, made); err != nil {
		return moveFailure(err)
	}
	if found, err = d.store.CaseFor(ctx, found.ID, s.Handler); err != nil {
		return err
	}
	return d.sendCase(c, fiber.StatusCreated, s, found)
}
