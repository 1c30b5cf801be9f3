package cases

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// PostName hands out the reporter's name, sealed, to somebody who is designated to
// know it and says why.
func (d *Desk) PostName(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	var r reason
	found, note, err := d.noted(c, s, &r, &r)
	if err != nil {
		return err
	}
	name, err := d.store.OpenName(ctx, d.act(found.ID, s), d.today(), note)
	if err != nil {
		return transferFailure(err)
	}
	if found, err = d.store.CaseFor(ctx, found.ID, s.Handler); err != nil {
		return err
	}
	start, err := respond.StartOf(struct {
		Name []byte `json:"name"`
	}{name}, "case")
	if err != nil {
		return err
	}
	return d.sendCaseIn(c, fiber.StatusCreated, s, found, start)
}

// PostExport notes that a handler is about to export a case opened, and why.
func (d *Desk) PostExport(c *fiber.Ctx, s session.Session) error {
	var r struct {
		reason
		Kind string `json:"kind"`
	}
	found, note, err := d.noted(c, s, &r, &r.reason)
	if err != nil {
		return err
	}
	if r.Kind != store.ExportOpened && r.Kind != store.ExportMasked {
		return respond.ErrMalformed
	}
	if err := d.store.NoteExport(c.UserContext(), d.act(found.ID, s), r.Kind, note); err != nil {
		return transferFailure(err)
	}
	return d.sendAgain(c, s, found.ID)
}

// PostLabels replaces a case's labels, which only browsers can read.
func (d *Desk) PostLabels(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var r struct {
		Version int    `json:"version"`
		Labels  []byte `json:"labels"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if r.Version < 0 || crypto.CheckLabels(r.Labels) != nil {
		return respond.ErrMalformed
	}
	if err := d.store.SetLabels(ctx, d.act(found.ID, s), r.Version, r.Labels); err != nil {
		return transferFailure(err)
	}
	return d.sendAgain(c, s, found.ID)
}

// classifiedBody is the largest request with a classification and labels, bytes.
const classifiedBody = 32 << 10

// classified is what a case is classified as, sealed in the browser.
type classified struct {
	Version        int    `json:"version"`
	Classification []byte `json:"classification"`
	LabelsVersion  int    `json:"labels_version"`
	Labels         []byte `json:"labels"` // empty: they stay
	SeenKind       string `json:"seen_kind"`
	Kind           string `json:"kind"`
}

func (r classified) wellFormed() bool {
	return r.Version >= 0 && r.LabelsVersion >= 0 && crypto.CheckClassification(r.Classification) == nil && (len(r.Labels) == 0 || crypto.CheckLabels(r.Labels) == nil) &&
		slices.Contains(casework.Kinds, r.Kind) && (r.SeenKind == "" || slices.Contains(casework.Kinds, r.SeenKind))
}

// PostClassification stores what a case is classified as, which only browsers can
// read, with its labels and its kind.
func (d *Desk) PostClassification(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var r classified
	if err := respond.ReadJSON(c, classifiedBody, &r); err != nil {
		return err
	}
	if !r.wellFormed() {
		return respond.ErrMalformed
	}
	n := store.NewClassification{Version: r.Version, Sealed: r.Classification, LabelsVersion: r.LabelsVersion, SeenKind: r.SeenKind, Kind: r.Kind}
	if len(r.Labels) > 0 {
		n.Labels = r.Labels
	}
	if err := d.store.SetClassification(ctx, d.act(found.ID, s), n); err != nil {
		return transferFailure(err)
	}
	return d.sendAgain(c, s, found.ID)
}

// shortest is how much of a case's id people have to give.
const shortest = 8

// PostLinks links a case to another one, or takes the link away.
func (d *Desk) PostLinks(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	var r struct {
		Case string `json:"case"`
		Kind string `json:"kind"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if len(r.Case) < shortest || len(r.Case) > len(found.ID) || strings.Trim(r.Case, "0123456789abcdef") != "" || r.Kind != "" && r.Kind != store.LinkRelated && r.Kind != store.LinkDuplicate {
		return respond.ErrMalformed
	}
	ids, err := d.store.CasesBeginning(ctx, s.Handler, r.Case)
	switch {
	case err != nil:
		return err
	case len(ids) == 0 || ids[0] == found.ID && len(ids) == 1:
		return store.ErrNotFound
	case len(ids) > 1:
		return &respond.Failure{Code: respond.Conflict}
	}
	if err := d.store.SetLink(ctx, d.act(found.ID, s), ids[0], r.Kind); err != nil {
		return err
	}
	return d.sendAgain(c, s, found.ID)
}
