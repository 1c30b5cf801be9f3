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

// Purpose is what a form is sent for. Each has its own rate limit.
type Purpose int

// The purposes of a form.
const (
	ForReport Purpose = iota // which takes time to fill in
	ForLookup
)

// CheckForm decides by its token, its honeypot and the rate limit whether a form is
// taken. None of them turns a person away: a form that came back too soon, or
// with the honeypot filled (as some browsers' autofill does), is asked for once
// more; one over the limit is taken after a short wait, whatever others do.
// It returns the form that came, and a *FormError where it is to be sent once more.
func (in *Intake) CheckForm(ctx context.Context, token, honeypot string, from net.Addr, why Purpose) (guard.Form, error) {
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
	if in.config.Limited && why == ForReport && !form.Again && (now.Sub(form.Issued) < minimumFill || honeypot != "") {
		form.Again = true
		return form, &FormError{Status: fiber.StatusUnprocessableEntity, Notice: "notice.once-more", Form: form}
	}
	form.Again = true
	waits := !form.Waits.IsZero()
	waited := waits && now.Sub(form.Waits) >= WaitTime
	if !waited && (waits || !in.limiters[why].Allow(from)) {
		if !waits {
			form.Waits = now
		}
		return form, &FormError{Status: fiber.StatusTooManyRequests, Notice: "notice.too-many", Form: form}
	}
	return form, nil
}
