package intake

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/view"
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

// purpose is what a form is sent for. Each has its own rate limit.
type purpose int

// The purposes of a form.
const (
	forReport purpose = iota // which takes time to fill in
	forLookup
)

// admit decides by its token, its honeypot and the rate limit whether a form is
// taken. None of them turns a person away: a form that came back too soon, or
// with the honeypot filled (as some browsers' autofill does), is asked for once
// more; one over the limit is taken after a short wait, whatever others do.
// typed says that the form is one that takes time to fill in.
func (in *Intake) admit(ctx context.Context, token, honeypot string, from net.Addr, why purpose) (guard.Form, *refusal, error) {
	form, err := in.forms.Check(ctx, token)
	switch {
	case errors.Is(err, guard.ErrFormInvalid), errors.Is(err, guard.ErrFormExpired):
		form = in.forms.New()
		form.Again = true
		return form, &refusal{status: fiber.StatusUnprocessableEntity, notice: "notice.form-expired", form: form}, nil
	case err != nil:
		return form, nil, err
	}
	now := in.now()
	if in.config.Limited && why == forReport && !form.Again && (now.Sub(form.Issued) < minimumFill || honeypot != "") {
		form.Again = true
		return form, &refusal{status: fiber.StatusUnprocessableEntity, notice: "notice.once-more", form: form}, nil
	}
	form.Again = true
	waits := !form.Waits.IsZero()
	waited := waits && now.Sub(form.Waits) >= waitTime
	if !waited && (waits || !in.limiters[why].Allow(from)) {
		if !waits {
			form.Waits = now
		}
		return form, &refusal{status: fiber.StatusTooManyRequests, notice: "notice.too-many", form: form}, nil
	}
	return form, nil, nil
}
