package cases

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
)

const (
	grantsAtOnce = 20 // keys in one transaction: a stop on the way loses little
	checksAtOnce = 50
)

// needsKeys is somebody who lacks keys.
type needsKeys struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Recipient string `json:"recipient"`
	Cases     int    `json:"cases"`
	More      bool   `json:"more"`
}

// GetAccess is the page on which a handler gives colleagues keys.
func (d *Desk) GetAccess(c *fiber.Ctx, s session.Session) error {
	recovery, err := d.store.RecoveryRecipient(c.UserContext())
	if err != nil {
		return err
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-access", view.Access{Desk: s.Frame(), Recovery: recovery != ""})
}

// PostAccess tells whom the handler can give keys.
func (d *Desk) PostAccess(c *fiber.Ctx, s session.Session) error {
	if err := respond.ReadJSON(c, respond.SmallBody, &struct{}{}); err != nil {
		return err
	}
	ctx := c.UserContext()
	found, err := d.store.WhoNeedsKeys(ctx, s.Handler)
	if err != nil {
		return err
	}
	recovery, err := d.store.RecoveryRecipient(ctx)
	if err != nil {
		return err
	}
	all := []needsKeys{}
	for _, w := range found {
		one := needsKeys{w.ID, w.Name, w.Recipient, w.Cases, w.Cases > store.CountLimit}
		if one.More {
			one.Cases = store.CountLimit
		}
		all = append(all, one)
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		NeedsKeys []needsKeys `json:"needs_keys"`
		Recovery  bool        `json:"recovery"`
	}{all, recovery != ""})
}

// heldKey is a case's key as a browser opens it.
type heldKey struct {
	Case      string `json:"case"`
	Recipient string `json:"recipient"`
	Key       []byte `json:"key"`
}

func heldKeys(found []store.HeldKey) []heldKey {
	all := []heldKey{}
	for _, k := range found {
		all = append(all, heldKey{k.CaseID, k.Recipient, k.Sealed})
	}
	return all
}

// PostAccessKeys hands out the next keys that somebody lacks, sealed to the
// handler or to the recovery recipient.
func (d *Desk) PostAccessKeys(c *fiber.Ctx, s session.Session) error {
	var r struct {
		To     string `json:"to"`
		Source string `json:"source"`
		After  string `json:"after"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	sources := map[string]string{"own": s.Handler.ID, "recovery": store.Recovery}
	source := sources[r.Source]
	if source == "" || source == r.To || !validReader(r.To) || r.After != "" && !crypto.ValidID(r.After) {
		return respond.ErrMalformed
	}
	ctx := c.UserContext()
	recipient, err := d.recipientOf(c, r.To)
	if err != nil {
		return err
	}
	found, err := d.store.WantedKeys(ctx, s.Handler, source, r.To, r.After, grantsAtOnce)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Recipient string    `json:"recipient"`
		Keys      []heldKey `json:"keys"`
	}{recipient, heldKeys(found)})
}

// recipientOf returns whom keys are sealed to, or store.ErrNotFound.
func (d *Desk) recipientOf(c *fiber.Ctx, reader string) (string, error) {
	if reader == store.Recovery {
		recipient, err := d.store.RecoveryRecipient(c.UserContext())
		if err == nil && recipient == "" {
			err = store.ErrNotFound
		}
		return recipient, err
	}
	h, err := d.store.Handler(c.UserContext(), reader)
	if err == nil && (!h.Active() || h.Recipient == "") {
		err = store.ErrNotFound
	}
	return h.Recipient, err
}

// validReader reports whether keys can be sealed to an id.
func validReader(id string) bool { return id == store.Recovery || crypto.ValidID(id) }

// PostGrant gives somebody keys of several cases, all or none.
func (d *Desk) PostGrant(c *fiber.Ctx, s session.Session) error {
	var r struct {
		To        string            `json:"to"`
		Recipient string            `json:"recipient"`
		Keys      map[string][]byte `json:"keys"`
	}
	if err := respond.ReadJSON(c, messageBody, &r); err != nil {
		return err
	}
	if !validReader(r.To) || len(r.Keys) == 0 || len(r.Keys) > grantsAtOnce {
		return respond.ErrMalformed
	}
	for id, sealed := range r.Keys {
		if !crypto.ValidID(id) || crypto.CheckCaseKey(sealed) != nil {
			return respond.ErrMalformed
		}
	}
	granted, err := d.store.Grant(c.UserContext(), s.Handler.ID, r.To, r.Recipient, r.Keys)
	if errors.Is(err, store.ErrStale) {
		return &respond.Failure{Code: respond.Stale}
	}
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Granted int `json:"granted"`
	}{granted})
}

// PostUnchecked hands out keys that colleagues sealed to the handler and that
// were never opened.
func (d *Desk) PostUnchecked(c *fiber.Ctx, s session.Session) error {
	var r struct {
		After string `json:"after"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if r.After != "" && !crypto.ValidID(r.After) {
		return respond.ErrMalformed
	}
	found, err := d.store.UncheckedKeys(c.UserContext(), s.Handler, r.After, checksAtOnce)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Keys []heldKey `json:"keys"`
	}{heldKeys(found)})
}

// PostChecked notes which of them open.
func (d *Desk) PostChecked(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Opened []string `json:"opened"`
		Broken []string `json:"broken"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	all := slices.Concat(r.Opened, r.Broken)
	if len(all) > checksAtOnce || slices.ContainsFunc(all, func(id string) bool { return !crypto.ValidID(id) }) {
		return respond.ErrMalformed
	}
	if err := d.store.CheckKeys(c.UserContext(), s.Handler.ID, r.Opened, r.Broken); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct{}{})
}
