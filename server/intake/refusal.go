package intake

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

const (
	minimumFill = 2 * time.Second  // nobody fills a form in less
	waitTime    = 20 * time.Second // after which a form that was asked to wait is taken
)

// refusal is why a form is shown again, with everything typed kept.
type refusal struct {
	status int
	notice string // key of view.Notices
	errors []view.FieldError
	form   guard.Form // to serve it with
}

// admit decides by its token, its honeypot and the rate limit whether a form is
// taken. None of them turns a person away: a form that came back too soon, or
// with the honeypot filled (as some browsers' autofill does), is asked for once
// more; one over the limit is taken after a short wait, whatever others do.
// typed says that the form is one that takes time to fill in.
func (in *Intake) admit(ctx context.Context, f fields, from net.Addr, limiter *guard.Limiter, typed bool) (guard.Form, *refusal, error) {
	form, err := in.forms.Check(ctx, f["form"])
	switch {
	case errors.Is(err, guard.ErrFormInvalid), errors.Is(err, guard.ErrFormExpired):
		form = in.forms.New()
		form.Again = true
		return form, &refusal{fiber.StatusUnprocessableEntity, "notice.form-expired", nil, form}, nil
	case err != nil:
		return form, nil, err
	}
	now := in.now()
	if in.config.Limited && typed && !form.Again && (now.Sub(form.Issued) < minimumFill || f["website"] != "") {
		form.Again = true
		return form, &refusal{fiber.StatusUnprocessableEntity, "notice.once-more", nil, form}, nil
	}
	form.Again = true
	waits := !form.Waits.IsZero()
	waited := waits && now.Sub(form.Waits) >= waitTime
	if !waited && (waits || !limiter.Allow(from)) {
		if !waits {
			form.Waits = now
		}
		return form, &refusal{fiber.StatusTooManyRequests, "notice.too-many", nil, form}, nil
	}
	return form, nil, nil
}

// refusalOf turns an error of storing or reading into a refusal that keeps what
// was typed, also where the fault is ours; nil for what no form of ours sends.
func (in *Intake) refusalOf(err error, form guard.Form) *refusal {
	status, notice := respond.StatusOf(err), "notice.busy"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errKeyChanged):
		status, notice = fiber.StatusConflict, "notice.key-changed"
	case excludedFault(err) != "":
		return &refusal{fiber.StatusUnprocessableEntity, "", []view.FieldError{{Field: "not_for", Key: excludedFault(err)}}, form}
	case errors.Is(err, casework.ErrNoHandler):
		notice = "notice.queue-closed"
	case errors.Is(err, guard.ErrTooLarge):
		notice = "notice.too-large"
	case errors.Is(err, store.ErrExists), errors.Is(err, store.ErrStale), errors.Is(err, context.DeadlineExceeded):
		status = fiber.StatusServiceUnavailable // the same form, still on its way, or a handler who enrolled just now: try again
	case status < 500:
		return nil
	}
	if notice == "notice.busy" {
		in.log.Error("could not store what a form sent", "status", status, "error", err)
	}
	return &refusal{status, notice, nil, form}
}

// excludedFault is the key of what is wrong with whom a form excludes, "" nothing.
func excludedFault(err error) string {
	switch {
	case errors.Is(err, errNobodyLeft):
		return "error.nobody-left"
	case errors.Is(err, errNotShown):
		return "error.not-for-changed"
	case errors.Is(err, errLate):
		return "error.not-for-late"
	}
	return ""
}

// refusal says what was wrong with the files of a form.
func (u *upload) refusal(form guard.Form) *refusal {
	r := &refusal{status: fiber.StatusRequestEntityTooLarge, form: form}
	if u.tooLarge != "" {
		r.errors = append(r.errors, view.FieldError{Field: "files", Key: "error.file-too-large",
			Args: []any{"Name", u.tooLarge, "Limit", u.limits.FileSize}})
	}
	if u.tooMany {
		r.errors = append(r.errors, view.FieldError{Field: "files", Key: "error.too-many-files",
			Args: []any{"Limit", u.limits.Files}})
	}
	if len(r.errors) == 0 {
		return nil
	}
	return r
}
