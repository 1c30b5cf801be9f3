package api

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// checkForm is intake.CheckForm for a script.
func (in *API) checkForm(c *fiber.Ctx, token, website string, why guard.Purpose) (guard.Form, error) {
	ctx := c.UserContext()
	form, err := in.rules.CheckForm(ctx, token, website, c.Context().RemoteAddr(), why)
	return form, in.failureOf(ctx, err)
}

// checkReportForm is checkForm for a report. One that has files here was admitted with the
// first of them, and is not counted again, once.
func (in *API) checkReportForm(c *fiber.Ctx, token, website string) (guard.Form, error) {
	form, err := in.forms.Check(c.UserContext(), token)
	if err == nil && website == "" && in.uploads.SpendAdmission(form.Nonce) {
		return form, nil
	}
	return in.checkForm(c, token, website, guard.ForReport)
}

// noticeCodes are the codes of what intake.CheckForm refuses.
var noticeCodes = map[string]respond.Code{
	"notice.form-expired": respond.FormExpired,
	"notice.once-more":    respond.OnceMore,
	"notice.too-many":     respond.TooMany,
	"conversation.later":  respond.TooMany,
	"follow-up.later":     respond.TooMany,
}

// failureOf tells a script about a form error, with the form to use next. Other
// errors stay as they are.
func (in *API) failureOf(ctx context.Context, err error) error {
	var r *intake.FormError
	if !errors.As(err, &r) {
		return err
	}
	token, err := in.forms.Sign(ctx, r.Form)
	if err != nil {
		return err
	}
	f := &respond.Failure{Code: noticeCodes[r.Notice], Form: token}
	switch {
	case r.Wait > 0:
		f.Wait = r.Wait
	case f.Code == respond.TooMany:
		// A form's times are whole seconds: one more, so that it is not early.
		f.Wait = max(0, intake.WaitTime-in.now().Sub(r.Form.Waits)) + time.Second
	}
	return f
}

// freshForm is a token that may be used at once.
func (in *API) freshForm(ctx context.Context) (string, error) {
	form := in.forms.New()
	form.Again = true
	return in.forms.Sign(ctx, form)
}

// lockForm is intake.LockNonce for a script, which is told to come back.
func (in *API) lockForm(ctx context.Context, form guard.Form) (unlock func(), err error) {
	unlock, err = in.rules.LockNonce(ctx, form.Nonce)
	if errors.Is(err, context.DeadlineExceeded) {
		err = &respond.Failure{Code: respond.Busy, Cause: err}
	}
	return unlock, err
}

func (in *API) scriptLimits() caseview.ScriptLimits {
	return in.rules.Limits().ForScripts(uploads.ChunkLimit)
}

// intakeResponse is all that a browser needs to seal a report.
type intakeResponse struct {
	Form       string                             `json:"form"`
	On         casework.Day                       `json:"on"`
	Entity     string                             `json:"entity"` // what the case is stored under in the clear
	Handlers   map[string]string                  `json:"handlers"`
	Queues     map[casework.Queue][]string        `json:"queues"`
	Branches   map[casework.Queue]casework.Branch `json:"branches"` // that read a queue there
	Names      caseview.BranchNames               `json:"names"`
	Rules      []casework.Rule                    `json:"rules"`
	Excludable []excludable                       `json:"excludable"`
	Limits     caseview.ScriptLimits              `json:"limits"`
}

// excludable is somebody whom a reporter can keep from reading the report.
type excludable struct {
	ID      string                `json:"id"`                 // the handler's
	ShownAs string                `json:"shown_as"`           // a name or an office
	ShownIn casework.Translations `json:"shown_in,omitempty"` // the same by language, where it is another

	Deputies map[casework.Queue][]string `json:"deputies,omitempty"` // ids of who reads a queue in their place alone, and does not read it either
}

// entityHeader names the entity that a report is about: in a URL, a proxy's log
// would tell where its reporter works.
const entityHeader = "Hotline-Entity"

// GetIntake tells a browser to whom to seal what is about an entity.
func (in *API) GetIntake(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d, err := in.recipients.get(ctx)
	if err != nil {
		return err
	}
	l := d.about(c.Get(entityHeader))
	o := intakeResponse{
		On: in.rules.TodayAt(l.entity), Entity: l.entity, Handlers: l.recipients, Queues: l.queues, Branches: l.branches,
		Names: view.BranchNames(in.texts, d.active.Organization, slices.Collect(maps.Values(l.branches))),
		Rules: l.rules, Excludable: l.excludable, Limits: in.scriptLimits(),
	}
	if o.Form, err = in.forms.Sign(ctx, in.forms.New()); err != nil {
		return err
	}
	return respond.SendPublicJSON(c, o)
}

// validFiles reports whether files can be named so: ids, each once, and none
// the case's.
func validFiles(ids []string, caseID string) bool {
	return !slices.Contains(ids, caseID) && validIDs(ids)
}

// validIDs reports whether these are ids, each once.
func validIDs(ids []string) bool {
	seen := map[string]bool{}
	for _, id := range ids {
		if !crypto.ValidID(id) || seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}

// sameFiles reports whether a stored message has exactly these files.
func (in *API) sameFiles(ctx context.Context, caseID string, seq int, ids []string) (bool, error) {
	rows, err := in.store.Files(ctx, caseID)
	rows = slices.DeleteFunc(rows, func(f store.File) bool { return f.Seq != seq })
	other := slices.ContainsFunc(rows, func(f store.File) bool { return !slices.Contains(ids, f.ID) })
	return !other && len(rows) == len(ids), err
}

// sync makes the names of files durable, before the commit that knows them.
func (in *API) sync(rows []store.File) error {
	if len(rows) == 0 {
		return nil
	}
	return in.files.Sync()
}
