package desk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/store"
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

const (
	guessWait    = 30 * time.Second
	throttleLife = time.Hour // what is remembered at the longest
	maxAccounts  = 20_000
)

// throttle counts tries, in memory only, under HMACs.
type throttle struct {
	now     func() time.Time
	limited bool

	mu    sync.Mutex
	key   [32]byte // lives as long as what is remembered
	since time.Time
	all   map[[32]byte]*rate.Limiter
}

func newThrottle(now func() time.Time, limited bool) *throttle {
	return &throttle{now: now, limited: limited}
}

// counted is a bucket of tries.
type counted struct {
	name string
	rate guard.Rate
}

// try takes one try out of every bucket. It is given back if it turns out right.
func (t *throttle) try(buckets ...counted) (giveBack func(), err error) {
	if !t.limited {
		return func() {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if age := now.Sub(t.since); t.all == nil || age > throttleLife || age < 0 || len(t.all) >= maxAccounts {
		rand.Read(t.key[:]) // never fails
		t.all, t.since = map[[32]byte]*rate.Limiter{}, now
	}
	var ids [][32]byte
	for _, b := range buckets {
		id := t.id(b.name)
		if t.all[id] == nil {
			t.all[id] = rate.NewLimiter(rate.Every(b.rate.Every), b.rate.Burst)
		}
		if !t.all[id].AllowN(now, 1) {
			return nil, &respond.Failure{Code: respond.TooMany, Wait: guessWait}
		}
		ids = append(ids, id)
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, id := range ids[:1] { // the narrowest: others may be guessing in the wider ones
			delete(t.all, id)
		}
	}, nil
}

// id needs mu.
func (t *throttle) id(name string) [32]byte {
	mac := hmac.New(sha256.New, t.key[:])
	mac.Write([]byte(name))
	return [32]byte(mac.Sum(nil))
}

// guess takes one try to guess what of an account, by a request from a device of
// that handler, "" an unknown one.
func (d *Desk) guess(c *fiber.Ctx, what, account, device string) (giveBack func(), err error) {
	name := what + "\x00" + account + "\x00"
	if device != "" {
		return d.throttle.try(counted{name + device, guessRate})
	}
	return d.throttle.try(counted{name + guard.Network(c.Context().RemoteAddr()), guessRate}, counted{name, togetherRate})
}

// A device says that a handler has signed in with this browser before: the
// handler's id, random bytes, and a MAC of both.

// device returns the device of a request, and whose it is; "" where it is not
// known.
func (d *Desk) device(c *fiber.Ctx) (device, handlerID string) {
	handlerID, rest, _ := strings.Cut(d.sessions.Device(c), ".")
	random, mac, ok := strings.Cut(rest, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(d.deviceMAC(random, handlerID))) {
		return "", ""
	}
	return random, handlerID
}

// deviceOf returns the device of a request if it is this handler's.
func (d *Desk) deviceOf(c *fiber.Ctx, handlerID string) string {
	if device, whose := d.device(c); whose == handlerID {
		return device
	}
	return ""
}

// remember gives a browser in which a handler has just signed in its device
// cookie.
func (d *Desk) remember(c *fiber.Ctx, handlerID string) {
	random := d.deviceOf(c, handlerID)
	if random == "" {
		random = crypto.NewToken()
	}
	d.sessions.KeepDevice(c, handlerID+"."+random+"."+d.deviceMAC(random, handlerID))
}

func (d *Desk) deviceMAC(random, handlerID string) string {
	return base64.RawURLEncoding.EncodeToString(d.mac("device", random, handlerID))
}

// mac is an HMAC under the hotline's secret.
func (d *Desk) mac(purpose string, parts ...string) []byte {
	mac := hmac.New(sha256.New, d.secret)
	mac.Write([]byte(purpose))
	for _, p := range parts {
		mac.Write([]byte("\x00" + p))
	}
	return mac.Sum(nil)
}

// visit admits a request of somebody who is not signed in. Browsers that are
// known do not share a rate with everybody behind the same proxy.
func (d *Desk) visit(c *fiber.Ctx) error {
	if device, _ := d.device(c); device != "" {
		_, err := d.throttle.try(counted{"visit\x00" + device, deviceRate})
		return err
	}
	if !d.visitors.Allow(c.Context().RemoteAddr()) {
		return &respond.Failure{Code: respond.TooMany, Wait: guessWait, Cause: guard.ErrTooMany}
	}
	return nil
}

// known returns the handler with that address who may sign in, with their
// credentials. ErrNotFound: there is none, or not yet, or not any more.
func (d *Desk) known(c *fiber.Ctx, email string) (store.Handler, store.Credentials, error) {
	h, err := d.store.HandlerByEmail(c.UserContext(), email)
	if err != nil {
		return h, store.Credentials{}, err
	}
	credentials, err := d.store.Credentials(c.UserContext(), h.ID)
	if err == nil && !h.Active() {
		err = store.ErrNotFound
	}
	return h, credentials, err
}
