// Package guard is what stands in front of the handlers: the same-origin
// check, form tokens, rate limits and limits on bodies and connections. It
// knows no client address beyond the request that it came with.
package guard

import "errors"

// The reasons to turn a request away. server/respond maps them to answers.
var (
	ErrCrossSite   = errors.New("guard: request from another site")
	ErrFormExpired = errors.New("guard: form token is older than a day")
	ErrFormInvalid = errors.New("guard: form token is not ours")
	ErrTooLarge    = errors.New("guard: body is larger than allowed")
	ErrCutOff      = errors.New("guard: body ended early")
	ErrTooMany     = errors.New("guard: too many requests")
)
