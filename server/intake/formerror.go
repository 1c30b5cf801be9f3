package intake

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/view"
)

const (
	minimumFill = 2 * time.Second  // nobody fills a form in less
	WaitTime    = 20 * time.Second // after which a form that was asked to wait is taken
)

// FormError is why a form is shown again, with everything typed kept.
type FormError struct {
	Status int
	Notice string // key of view.Notices
	Errors []view.FieldError
	Form   guard.Form // to serve it with; the zero Form: the one that came
}

// Error names the notice and nothing that somebody typed.
func (e *FormError) Error() string {
	return fmt.Sprintf("intake: the form is shown again: status %d, notice %q, %d fields", e.Status, e.Notice, len(e.Errors))
}

// CheckForm decides by its token, its honeypot and the rate limit whether a form is
// taken. None of them turns a person away: a form that came back too soon, or
// with the honeypot filled (as some browsers' autofill does), is asked for once
// more; one over the limit is taken after a short wait, whatever others do: once, for
// what it waited for, and within minutes (guard.PassLife).
// It returns the form that came, and a *FormError where it is to be sent once more.
func (in *Intake) CheckForm(ctx context.Context, token, honeypot string, from net.Addr, why guard.Purpose) (guard.Form, error) {
	form, err := in.forms.Check(ctx, token)
	switch {
	case errors.Is(err, guard.ErrFormInvalid), errors.Is(err, guard.ErrFormExpired):
		form = in.forms.New()
		form.Again = true
		return form, &FormError{Status: fiber.StatusUnprocessableEntity, Notice: "notice.form-expired", Form: form}
	case err != nil:
		return form, err
	}
	now := in.now()
	if in.config.Limited && why == guard.ForReport && !form.Again && (now.Sub(form.Issued) < minimumFill || honeypot != "") {
		form.Again = true
		return form, &FormError{Status: fiber.StatusUnprocessableEntity, Notice: "notice.once-more", Form: form}
	}
	form.Again = true
	waiting := now.Sub(form.Waits)
	switch waits := !form.Waits.IsZero() && form.For == why && waiting >= 0; { // below 0 the clock was set back: it waits anew
	case waits && waiting < WaitTime:
	case waits && in.passes.Spend(form), in.limiters[why].Allow(from):
		form.Waits = time.Time{}
		return form, nil
	default:
		form.Waits, form.For = now, why
	}
	return form, &FormError{Status: fiber.StatusTooManyRequests, Notice: "notice.too-many", Form: form}
}
