package cases

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/export"
)

// GetCasePage shows what the server knows of a case; the script opens the rest.
func (d *Desk) GetCasePage(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	people, err := d.assignable(ctx, found)
	if err != nil {
		return err
	}
	statements, err := d.store.Statements(ctx, found.ID)
	if err != nil {
		return err
	}
	written, err := d.store.Written(ctx, found.ID, true)
	if err != nil {
		return err
	}
	back := backTo(c.Query("back"))
	besides, err := d.neighbours(ctx, s, found, back, c.Query("at"))
	if err != nil {
		return err
	}
	_, noKey := d.store.CaseKeyFor(ctx, found.ID, s.Handler.ID)
	if noKey != nil && !errors.Is(noKey, store.ErrNotFound) {
		return noKey
	}
	retention, err := d.retentionOf(ctx, found)
	if err != nil {
		return err
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-case", view.Case{
		Desk: s.Frame(), ID: found.ID, Branch: found.Branch, Entity: found.Entity, Category: found.Category, Channel: found.Channel, State: found.State,
		Kind: found.Kind, Standing: found.Standing, Danger: found.Danger, Urgent: found.History().Urgent(), Change: changeOf(c, found),
		Outcome: found.Outcome, Priority: found.Priority, Turn: found.Turn, Assignee: found.Assignee, People: people, Dates: d.datesOf(found),
		Openable: noKey == nil, Back: back, Neighbours: besides, Saved: c.Query("facts") == "saved", Changed: c.Query("facts") == "changed",
		Limits: d.limits, Messages: found.LastSeq, Files: found.Files,
		Statements: caseview.StatementsOf(statements), ReporterFull: casework.ReporterBound.Full(written), Retention: retention,
	})
}

// backTo is the query of a list that a link may lead back to: one as we write it.
func backTo(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Encode()
}

// assignable are the people that a case can be given to, and the one who has it.
func (d *Desk) assignable(ctx context.Context, c store.Case) (people []view.Person, err error) {
	colleagues, err := d.store.Colleagues(ctx, c)
	if err != nil {
		return nil, err
	}
	handlers, err := d.store.Handlers(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range colleagues {
		people = append(people, view.Person{ID: h.ID, Name: h.Name})
	}
	if c.Assignee != "" && !slices.ContainsFunc(people, func(p view.Person) bool { return p.ID == c.Assignee }) {
		people = append(people, view.Person{ID: c.Assignee, Name: namesOf(handlers)[c.Assignee]})
	}
	return people, nil
}

// PostSealedExport sends a case as sealed files, with the handler's own key. One without
// a key has nothing to export. An archive that broke off on the way has no end,
// and does not open.
func (d *Desk) PostSealedExport(c *fiber.Ctx, s session.Session, _ url.Values) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	place, err := d.large.Take(ctx, s.Handler.ID, c.Context().Conn())
	if err != nil {
		return err
	}
	if err := d.sendExport(c, s, found, place); err != nil {
		place.Free()
		return err
	}
	return nil
}

// sendExport answers with the export of a case, and gives the place back once it is sent.
func (d *Desk) sendExport(c *fiber.Ctx, s session.Session, found store.Case, place *guard.Place) error {
	ctx := c.UserContext()
	x, err := export.Read(ctx, d.store, found.ID, s.Handler.ID)
	if errors.Is(err, export.ErrNoKey) {
		return store.ErrNotFound
	}
	if err == nil {
		err = withoutID(x.Check(d.files))
	}
	if err == nil {
		err = d.store.NoteSealedExport(ctx, d.act(found.ID, s))
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="case-`+found.ID+`.zip"`)
	respond.Stream(c, d.log, -1, func(w io.Writer) error {
		defer place.Free()
		to := export.NewZip(respond.Counted(w, place))
		err := x.Write(ctx, d.files, to)
		if err == nil {
			err = to.Close()
		}
		err = withoutID(err)
		if errors.Is(err, errFile) { // anything else is the browser's going away
			d.log.Error("an export broke off", "error", err)
		}
		return err
	})
	return nil
}

var errFile = errors.New("cases: a sealed file of the case is missing or was changed")

// withoutID replaces an error that names a file: errors are logged, and a file's
// id leads to its case.
func withoutID(err error) error {
	var file *export.FileError
	if errors.As(err, &file) {
		return errFile
	}
	return err
}
