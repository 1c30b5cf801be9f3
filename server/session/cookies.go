package session

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// The cookies of the desk: who is signed in, and who has signed in with this
// browser before. No other page has any.
const (
	tokenCookie  = "hotline"
	deviceCookie = "hotline-device"
)

// deviceLife is how long a browser is known again.
const deviceLife = 180 * 24 * time.Hour

// devicePath is where the second of them goes: not to a reporter's page.
const devicePath = "/api/desk"

// hostPrefix has browsers take a cookie over https only, for this host alone
// (RFC 6265bis, 4.1.3.2). Onion services and localhost are plain http, and do
// without.
const (
	hostPrefix   = "__Host-"
	securePrefix = "__Secure-" // over https only; __Host- goes to every path
)

func (g *Guard) secure() bool { return strings.HasPrefix(g.public, "https://") }

func (g *Guard) name(prefix, cookie string) string {
	if g.secure() {
		return prefix + cookie
	}
	return cookie
}

// put gives the browser a cookie.
func (g *Guard) put(c *fiber.Ctx, cookie fiber.Cookie) {
	cookie.HTTPOnly, cookie.Secure, cookie.SameSite = true, g.secure(), fiber.CookieSameSiteStrictMode
	c.Cookie(&cookie)
}

func (g *Guard) token(c *fiber.Ctx) string { return c.Cookies(g.name(hostPrefix, tokenCookie)) }

// keepToken gives the browser a session's token. It has no date: it goes with the
// browser, and the session's own end is the server's.
func (g *Guard) keepToken(c *fiber.Ctx, token string) {
	g.put(c, fiber.Cookie{Name: g.name(hostPrefix, tokenCookie), Value: token, Path: "/"})
}

// DropToken takes the session's token away from the browser.
func (g *Guard) DropToken(c *fiber.Ctx) {
	g.put(c, fiber.Cookie{Name: g.name(hostPrefix, tokenCookie), Path: "/", Expires: time.Unix(1, 0)})
}

// Device returns what KeepDevice gave the browser, "" if nothing.
func (g *Guard) Device(c *fiber.Ctx) string { return c.Cookies(g.name(securePrefix, deviceCookie)) }

// KeepDevice lets the browser be known again.
func (g *Guard) KeepDevice(c *fiber.Ctx, device string) {
	g.put(c, fiber.Cookie{Name: g.name(securePrefix, deviceCookie), Value: device, Path: devicePath, MaxAge: int(deviceLife.Seconds())})
}
