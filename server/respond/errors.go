// Package respond has answers of every kind but pages: JSON in and out, failures
// with their codes, the status of every error, security headers and compression.
package respond

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/server/guard"
	"hotline/store"
	"hotline/store/casework"
)

// ErrMalformed is for a request that no form of ours sends.
var ErrMalformed = errors.New("respond: malformed request")

// statuses maps what handlers return to the HTTP status of the page that
// answers. Whatever is not listed is our own fault: 500, and logged.
var statuses = []struct {
	err    error
	status int
}{
	{ErrMalformed, fiber.StatusBadRequest},
	{guard.ErrCutOff, fiber.StatusBadRequest},
	{guard.ErrFormInvalid, fiber.StatusBadRequest},
	{guard.ErrFormExpired, fiber.StatusBadRequest},
	{guard.ErrCrossSite, fiber.StatusForbidden},
	{store.ErrNotFound, fiber.StatusNotFound},
	{guard.ErrTooLarge, fiber.StatusRequestEntityTooLarge},
	{fasthttp.ErrBodyTooLarge, fiber.StatusRequestEntityTooLarge},
	{guard.ErrTooMany, fiber.StatusTooManyRequests},
	{casework.ErrNoHandler, fiber.StatusServiceUnavailable},
	{store.ErrBusy, fiber.StatusServiceUnavailable},
	{guard.ErrNoPlace, fiber.StatusServiceUnavailable},
}

// StatusOf returns the HTTP status that answers an error.
func StatusOf(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fiber.StatusInternalServerError
}
