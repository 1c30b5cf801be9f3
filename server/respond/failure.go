package respond

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hotline/store/casework"
)

// APIPath is where scripts talk to the server. What answers below it is JSON,
// errors too.
const APIPath = "/api/"

// Code says to a script what went wrong.
type Code string

// The codes, each with one status; docs/api.md says what a browser does then.
const (
	Malformed   Code = "malformed"
	Refused     Code = "refused"
	NotFound    Code = "not-found"
	Stale       Code = "stale"
	Conflict    Code = "conflict"
	Exists      Code = "exists"
	WrongOffset Code = "offset"
	FilesAgain  Code = "files"
	Full        Code = "full"
	FilesFull   Code = "files-full"
	TooLarge    Code = "too-large"
	FormExpired Code = "form-expired"
	OnceMore    Code = "once-more"
	TooMany     Code = "too-many"
	Busy        Code = "busy"
	Closed      Code = "closed"
	Broken      Code = "broken"

	// Of the desk: docs/desk-api.md.
	SignedOut Code = "signed-out"
	Wrong     Code = "wrong"
	WrongCode Code = "wrong-code"
	Expired   Code = "expired"
	StepUpFor Code = "step-up"
	Moved     Code = "moved"
	BadMove   Code = "move"
	// BadMeeting: this cannot be said of a meeting, or not any more.
	BadMeeting Code = "meeting"
	// BadStep: the law asks for no such step in this case, or it cannot be done on that day.
	BadStep  Code = "step"
	Nobody   Code = "nobody"
	NotNamed Code = "not-designated"

	Unclassified Code = "unclassified"
	NoExtension  Code = "no-extension"
	HoldOwner    Code = "hold-owner"
	HoldEnd      Code = "hold-end"
	Held         Code = "held"
	KeptByLaw    Code = "kept-by-law"
	SamePerson   Code = "same-person"
)

// statusOfCode maps every code to its status. Where a status has several, the first
// stands for an error that no handler gave a code.
var statusOfCode = []struct {
	code   Code
	status int
}{
	{Malformed, fiber.StatusBadRequest},
	{Refused, fiber.StatusForbidden},
	{NotFound, fiber.StatusNotFound},
	{Stale, fiber.StatusConflict},
	{Conflict, fiber.StatusConflict},
	{Exists, fiber.StatusConflict},
	{WrongOffset, fiber.StatusConflict},
	{FilesAgain, fiber.StatusConflict},
	{Full, fiber.StatusConflict},
	{FilesFull, fiber.StatusConflict},
	{TooLarge, fiber.StatusRequestEntityTooLarge},
	{FormExpired, fiber.StatusUnprocessableEntity},
	{OnceMore, fiber.StatusUnprocessableEntity},
	{TooMany, fiber.StatusTooManyRequests},
	{Busy, fiber.StatusServiceUnavailable},
	{Closed, fiber.StatusServiceUnavailable},
	{Broken, fiber.StatusInternalServerError},
	{SignedOut, fiber.StatusUnauthorized},
	{Wrong, fiber.StatusUnauthorized},
	{WrongCode, fiber.StatusUnauthorized},
	{Expired, fiber.StatusUnauthorized},
	{StepUpFor, fiber.StatusForbidden},
	{Moved, fiber.StatusConflict},
	{BadMove, fiber.StatusUnprocessableEntity},
	{BadMeeting, fiber.StatusUnprocessableEntity},
	{BadStep, fiber.StatusUnprocessableEntity},
	{Nobody, fiber.StatusConflict},
	{NotNamed, fiber.StatusForbidden},
	{Unclassified, fiber.StatusConflict},
	{NoExtension, fiber.StatusConflict},
	{HoldOwner, fiber.StatusUnprocessableEntity},
	{HoldEnd, fiber.StatusUnprocessableEntity},
	{Held, fiber.StatusConflict},
	{KeptByLaw, fiber.StatusConflict},
	{SamePerson, fiber.StatusForbidden},
}

// Status returns the HTTP status of a code.
func (c Code) Status() int {
	for _, known := range statusOfCode {
		if known.code == c {
			return known.status
		}
	}
	return fiber.StatusInternalServerError
}

// codeOf returns the code of an error that no handler gave one: methods and
// headers that our scripts never send are malformed like bodies.
func codeOf(err error) Code {
	status := StatusOf(err)
	if errors.Is(err, casework.ErrNoHandler) {
		return Closed
	}
	for _, known := range statusOfCode {
		if known.status == status {
			return known.code
		}
	}
	if status < 500 {
		return Malformed
	}
	return Broken
}

// Failure is the error of a handler below APIPath, with all that a script needs
// to go on.
type Failure struct {
	Code   Code
	Form   string        // token to use from now on; "" none
	Wait   time.Duration // before the request is sent again; 0 does not say
	Offset *int64        // bytes of a file that are held
	Cause  error         // logged where the fault is ours
}

func (f *Failure) Error() string {
	if f.Cause != nil {
		return string(f.Code) + ": " + f.Cause.Error()
	}
	return string(f.Code)
}

// FullFailure gives the errors of a case that takes no more their codes; other errors
// stay as they are.
func FullFailure(err error) error {
	switch {
	case errors.Is(err, casework.ErrFull):
		return &Failure{Code: Full}
	case errors.Is(err, casework.ErrFilesFull):
		return &Failure{Code: FilesFull}
	}
	return err
}

func (f *Failure) Unwrap() error { return f.Cause }

// failureBody is a Failure as it is sent.
type failureBody struct {
	Error  Code   `json:"error"`
	Form   string `json:"form,omitempty"`
	Wait   int    `json:"wait,omitempty"`
	Offset *int64 `json:"offset,omitempty"`
}

// ForScripts reports whether a request expects JSON.
func ForScripts(ctx *fasthttp.RequestCtx) bool { return strings.HasPrefix(string(ctx.Path()), APIPath) }

// FailJSON answers an error below APIPath. Only what is our own fault is logged.
func FailJSON(ctx *fasthttp.RequestCtx, log *slog.Logger, err error) {
	var f *Failure
	if !errors.As(err, &f) {
		f = &Failure{Code: codeOf(err), Cause: err}
	}
	status := f.Code.Status()
	if errors.Is(err, fiber.ErrMethodNotAllowed) || errors.Is(err, fiber.ErrRequestHeaderFieldsTooLarge) {
		status = StatusOf(err)
	}
	if status >= 500 && f.Code != Closed {
		log.Error("request failed", "status", status, "error", err)
	}
	wait := int(math.Ceil(f.Wait.Seconds()))
	body, err := json.Marshal(failureBody{f.Code, f.Form, wait, f.Offset})
	if err != nil {
		body = []byte(`{"error":"broken"}`) // there is nothing in it that cannot be encoded
	}
	ctx.Response.ResetBody()
	ctx.Response.Header.Del(fiber.HeaderContentEncoding)
	ctx.Response.Header.SetContentType(fiber.MIMEApplicationJSON)
	SetRetryAfter(&ctx.Response.Header, status, wait)
	ctx.SetStatusCode(status)
	ctx.SetBody(body)
}

// retryAfter is what a busy answer asks a client to wait, in seconds.
const retryAfter = 30

// SetRetryAfter asks a client to wait so many seconds, 0 the usual number, where
// the status says that it may come back.
func SetRetryAfter(h *fasthttp.ResponseHeader, status, seconds int) {
	if status != fiber.StatusServiceUnavailable && status != fiber.StatusTooManyRequests {
		return
	}
	if seconds == 0 {
		seconds = retryAfter
	}
	h.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
}
