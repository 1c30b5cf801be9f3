package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
)

// A device says that a handler has signed in with this browser before: the
// handler's id, random bytes, and a MAC of both.

// device returns the device of a request, and whose it is; "" where it is not
// known.
func (a *Auth) device(c *fiber.Ctx) (device, handlerID string) {
	handlerID, rest, _ := strings.Cut(a.sessions.Device(c), ".")
	random, mac, ok := strings.Cut(rest, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(a.deviceMAC(random, handlerID))) {
		return "", ""
	}
	return random, handlerID
}

// deviceOf returns the device of a request if it is this handler's.
func (a *Auth) deviceOf(c *fiber.Ctx, handlerID string) string {
	if device, whose := a.device(c); whose == handlerID {
		return device
	}
	return ""
}

// remember gives a browser in which a handler has just signed in its device
// cookie.
func (a *Auth) remember(c *fiber.Ctx, handlerID string) {
	random := a.deviceOf(c, handlerID)
	if random == "" {
		random = crypto.NewToken()
	}
	a.sessions.KeepDevice(c, handlerID+"."+random+"."+a.deviceMAC(random, handlerID))
}

func (a *Auth) deviceMAC(random, handlerID string) string {
	return base64.RawURLEncoding.EncodeToString(a.mac("device", random, handlerID))
}

// mac is an HMAC under the hotline's secret.
func (a *Auth) mac(purpose string, parts ...string) []byte {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(purpose))
	for _, p := range parts {
		mac.Write([]byte("\x00" + p))
	}
	return mac.Sum(nil)
}
