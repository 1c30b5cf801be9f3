package auth

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
	"hotline/server/respond"
)

// Tries that turn out wrong: a burst at once, and then one now and then. A
// browser in which the handler has signed in before has a rate of its own, so
// that nobody can lock a colleague out by guessing (OWASP, "device cookies"). All
// others have one for each network they come from, and one together.
var (
	guessRate    = guard.Rate{Burst: 10, Every: 30 * time.Second}
	togetherRate = guard.Rate{Burst: 100, Every: 3 * time.Second}
	deviceRate   = guard.Rate{Burst: 60, Every: time.Second} // of requests before sign-in from a browser that is known
)

// guessWait is what somebody over the rate is asked to wait.
const guessWait = 30 * time.Second

// count takes one try out of every bucket, or tells the browser to wait.
func (a *Auth) count(buckets ...guard.Bucket) (giveBack func(), err error) {
	if giveBack, err = a.throttle.Try(buckets...); err != nil {
		return nil, &respond.Failure{Code: respond.TooMany, Wait: guessWait, Cause: err}
	}
	return giveBack, nil
}

// guess takes one try to guess what of an account, by a request from a device of
// that handler, "" an unknown one.
func (a *Auth) guess(c *fiber.Ctx, what, account, device string) (giveBack func(), err error) {
	name := what + "\x00" + account + "\x00"
	if device != "" {
		return a.count(guard.Bucket{Name: name + device, Rate: guessRate})
	}
	return a.count(
		guard.Bucket{Name: name + guard.Network(c.Context().RemoteAddr()), Rate: guessRate},
		guard.Bucket{Name: name, Rate: togetherRate},
	)
}

// visit admits a request of somebody who is not signed in. Browsers that are
// known do not share a rate with everybody behind the same proxy.
func (a *Auth) visit(c *fiber.Ctx) error {
	if device, _ := a.device(c); device != "" {
		_, err := a.count(guard.Bucket{Name: "visit\x00" + device, Rate: deviceRate})
		return err
	}
	if !a.visitors.Allow(c.Context().RemoteAddr()) {
		return &respond.Failure{Code: respond.TooMany, Wait: guessWait, Cause: guard.ErrTooMany}
	}
	return nil
}
