package guard

import (
	"net/url"
	"strings"
)

// Origin checks that a request that changes something comes from our own
// pages. It relies on Sec-Fetch-Site, and on Origin where a browser does not
// send that; the stock CSRF checks want a Referer, which our own
// Referrer-Policy withholds.
type Origin struct{ public string }

// NewOrigin takes the public URL, for example "https://hotline.example".
func NewOrigin(publicURL string) Origin {
	u, err := url.Parse(publicURL)
	if err != nil {
		return Origin{}
	}
	return Origin{strings.ToLower(u.Scheme + "://" + u.Host)}
}

// Check looks at the headers of a POST; host is its Host header. Under
// no-referrer a browser sends "Origin: null" with its own forms (Fetch standard,
// "append a request Origin header"), so null decides nothing: the form token does.
func (o Origin) Check(secFetchSite, origin, host string) error {
	switch secFetchSite {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return ErrCrossSite
	}
	if origin == "" || origin == "null" || strings.EqualFold(origin, o.public) {
		return nil
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, host) {
		return nil
	}
	return ErrCrossSite
}
