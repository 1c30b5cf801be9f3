package form

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// formErrorOf turns an error of storing or reading into a form error that keeps what
// was typed, also where the fault is ours; nil for what no form of ours sends.
func (in *Pages) formErrorOf(err error, form guard.Form) *intake.FormError {
	status, notice := respond.StatusOf(err), "notice.busy"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errKeyChanged):
		status, notice = fiber.StatusConflict, "notice.key-changed"
	case excludedFault(err) != "":
		return &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: []view.FieldError{{Field: "not_for", Key: excludedFault(err)}}, Form: form}
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
	return &intake.FormError{Status: status, Notice: notice, Form: form}
}

// excludedFault is the key of what is wrong with whom a form excludes, "" nothing.
func excludedFault(err error) string {
	switch {
	case errors.Is(err, intake.ErrNobodyLeft):
		return "error.nobody-left"
	case errors.Is(err, intake.ErrNotShown):
		return "error.not-for-changed"
	case errors.Is(err, errLate):
		return "error.not-for-late"
	}
	return ""
}

// formError says what was wrong with the files of a form.
func (u *upload) formError(form guard.Form) *intake.FormError {
	r := &intake.FormError{Status: fiber.StatusRequestEntityTooLarge, Form: form}
	if u.tooLarge != "" {
		r.Errors = append(r.Errors, view.FieldError{Field: "files", Key: "error.file-too-large",
			Args: []any{"Name", u.tooLarge, "Limit", u.limits.FileSize}})
	}
	if u.tooMany {
		r.Errors = append(r.Errors, view.FieldError{Field: "files", Key: "error.too-many-files",
			Args: []any{"Limit", u.limits.Files}})
	}
	if len(r.Errors) == 0 {
		return nil
	}
	return r
}
