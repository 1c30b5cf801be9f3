// Package notify tells handlers and webhooks that there is something new for them,
// and no more. What waits stands in the store's outbox; a [Worker] sends it.
//
// Nothing leaves at the moment at which something happened: handlers are told at
// boundaries that are fixed in advance, all at once and in random order, so that the
// time of a mail does not say when somebody reported.
package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hotline/store/casework"
)

// Tick is how often it is looked for somebody in danger, and for what failed before.
// As the windows, ticks are counted from 1970.
const Tick = 30 * time.Second

// LeastWindow is the shortest window that can be chosen.
const LeastWindow = time.Second

// DefaultWindow is the window of a server that is told nothing else.
const DefaultWindow = 30 * time.Minute

// Sender tells one target that there is something new.
type Sender interface {
	// Send tells a target, at a boundary, which is the time that it may name: the
	// present one would say how long the others before it took. What is told is always
	// the same. An error is a *Fault, or of the context.
	Send(ctx context.Context, target string, at time.Time) error
}

// Fault is why a target was not told.
type Fault struct {
	Code   string // casework.Fault…
	Shared bool   // no target of this sender can be told now
	Err    error
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: %v", f.Code, f.Err) }
func (f *Fault) Unwrap() error { return f.Err }

// faultOf returns an error as a fault.
func faultOf(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Code: casework.FaultOther, Err: err}
}
