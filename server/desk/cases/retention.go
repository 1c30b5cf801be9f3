package cases

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"hotline/server/caseview"
	"hotline/server/purge"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// hold is a hold as a browser asks for it.
type hold struct {
	Owner string       `json:"owner"`
	Until casework.Day `json:"until"` // "" lifts it
}

// keeping adds what a note says about how long a case is kept.
func (m message) keeping(n *store.NewMessage) error {
	switch m.Deletion {
	case "", store.DeletionAsked, store.DeletionWithdrawn:
		n.Deletion = m.Deletion
	default:
		return respond.ErrMalformed
	}
	if m.Hold == nil {
		return nil
	}
	if _, err := casework.ParseDay(string(m.Hold.Until)); m.Hold.Until != "" && err != nil {
		return respond.ErrMalformed
	}
	n.Hold = &store.NewHold{Owner: m.Hold.Owner, Until: m.Hold.Until}
	return nil
}

// keepingFailure gives the errors of holds and early deletions their codes.
func keepingFailure(err error) error {
	for _, known := range []struct {
		is   error
		code respond.Code
	}{
		{store.ErrHoldOwner, respond.HoldOwner}, {store.ErrHoldEnd, respond.HoldEnd}, {store.ErrNoHold, respond.Moved}, {store.ErrHeld, respond.Held},
		{store.ErrNotEnded, respond.Moved}, {store.ErrKeptByLaw, respond.KeptByLaw}, {store.ErrNoRequest, respond.Moved}, {store.ErrRequested, respond.Moved},
		{store.ErrSamePerson, respond.SamePerson},
	} {
		if errors.Is(err, known.is) {
			return &respond.Failure{Code: known.code}
		}
	}
	return err
}

// retentionOf is when a case is deleted, and what keeps it.
func (d *Desk) retentionOf(ctx context.Context, c store.Case) (caseview.Retention, error) {
	k := caseview.Kept{Today: d.todayOf(c)}
	var err error
	if k.Hold, err = d.store.Hold(ctx, c.ID); err != nil {
		return caseview.Retention{}, err
	}
	if k.Request, err = d.store.Request(ctx, c.ID, k.Today); err != nil {
		return caseview.Retention{}, err
	}
	colleagues, err := d.store.Colleagues(ctx, c)
	if err != nil {
		return caseview.Retention{}, err
	}
	for _, h := range colleagues {
		k.Readers = append(k.Readers, h.ID)
	}
	if k.Hold != nil || k.Request != nil {
		all, err := d.store.Handlers(ctx)
		if err != nil {
			return caseview.Retention{}, err
		}
		k.Names = namesOf(all)
	}
	return caseview.RetentionOf(d.settings.ProfileAt(c.Entity), c, k), nil
}

// PostDeletion deletes a case that a colleague asks to be deleted before its day. What the
// database keeps of it goes within the hour.
func (d *Desk) PostDeletion(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	files, err := d.store.PurgeEarly(ctx, d.act(found.ID, s), d.todayOf(found))
	if err != nil {
		return keepingFailure(err)
	}
	if err := purge.Remove(d.files, files); err != nil {
		d.log.Error("files of a deleted case are still there, and are removed by the next sweep", "error", err)
	}
	return respond.SendJSON(c, fiber.StatusOK, struct{}{})
}
