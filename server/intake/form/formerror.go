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

// fieldErrors is the form error of fields that cannot be taken as they are; nil:
// all of them can.
func fieldErrors(status int, errs []view.FieldError) error {
	if len(errs) == 0 {
		return nil
	}
	return &intake.FormError{Status: status, Errors: errs}
}

// formErrorOf is the one place where an error becomes a form that is shown again: a
// form error as it is, and an error of storing or reading too, also where the fault
// is ours, so that what was typed is kept. nil: there is no error, or one that our own
// forms cannot cause; that gets an error page.
func (in *Pages) formErrorOf(err error) *intake.FormError {
	var formError *intake.FormError
	status, notice := respond.StatusOf(err), "notice.busy"
	switch {
	case err == nil:
		return nil
	case errors.As(err, &formError):
		return formError
	case errors.Is(err, errKeyChanged):
		status, notice = fiber.StatusConflict, "notice.key-changed"
	case excludedFault(err) != "":
		return &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: []view.FieldError{{Field: "not_for", Key: excludedFault(err)}}}
	case errors.Is(err, intake.ErrDeskUnread):
		return &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: []view.FieldError{{Field: "desk", Key: "error.desk-unread"}}}
	case errors.Is(err, casework.ErrFull), errors.Is(err, casework.ErrFilesFull): // the page of the case says what to do
		return &intake.FormError{Status: fiber.StatusConflict}
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
	return &intake.FormError{Status: status, Notice: notice}
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

// fault is the form error of files that break a limit; nil: none does.
func (u *upload) fault() error {
	var errs []view.FieldError
	if u.tooLarge != "" {
		errs = append(errs, view.FieldError{Field: "files", Key: "error.file-too-large", Args: []any{"Name", u.tooLarge, "Limit", u.limits.FileSize}})
	}
	if u.tooMany {
		errs = append(errs, view.FieldError{Field: "files", Key: "error.too-many-files", Args: []any{"Limit", u.limits.Files}})
	}
	return fieldErrors(fiber.StatusRequestEntityTooLarge, errs)
}
