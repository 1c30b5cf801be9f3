package casework

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// Webhook is an address of another program, a chat for example, that is told when
// there is something new in cases of an entity and of those below it.
type Webhook struct {
	ID     string
	Entity string // code; Root: it is told about everything
	Name   string // for administrators
	Kind   string // Webhook…
	URL    string // a secret: whoever knows it can write there
	Secret string // 64 hexadecimal characters; as they stand, the key of the signature
	Off    bool
}

// The kinds of webhooks: what the other side understands.
const (
	WebhookSlack   = "slack"
	WebhookTeams   = "teams"
	WebhookGeneric = "generic"
)

// WebhookKinds lists them in the order they are shown.
var WebhookKinds = []string{WebhookSlack, WebhookTeams, WebhookGeneric}

// Limits of webhooks.
const (
	WebhooksLimit   = 100  // of an organisation
	WebhookURLLimit = 2000 // bytes
)

// HookTarget begins the target of a notice for a webhook. A handler's id never does.
const HookTarget = "hook:"

// Target returns how notices name the webhook.
func (w Webhook) Target() string { return HookTarget + w.ID }

// ShortID is the part of the id by which people tell webhooks apart.
func (w Webhook) ShortID() string { return w.ID[:min(8, len(w.ID))] }

// WebhookHosts are names of hosts that webhooks may lead to although they are in a
// private network, or this machine.
type WebhookHosts []string

// Has reports whether a host is among them.
func (h WebhookHosts) Has(host string) bool {
	return slices.ContainsFunc(h, func(allowed string) bool { return hostName(allowed) == hostName(host) })
}

func hostName(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// ErrWebhookURL says that nothing is sent to an address.
var ErrWebhookURL = errors.New("casework: not an address that webhooks may have")

// ParseWebhookURL reads the address of a webhook. It is of https, without a user's name
// or a fragment; one of http only with an allowed host.
func ParseWebhookURL(address string, allowed WebhookHosts) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, len(address) > WebhookURLLimit, u.Hostname() == "", u.User != nil, u.Fragment != "", strings.ContainsFunc(address, Hidden),
		u.Scheme != "https" && (u.Scheme != "http" || !allowed.Has(u.Hostname())):
		return nil, ErrWebhookURL // not the other error, which holds the address
	}
	return u, nil
}

// Masked is what is shown of the address: its host and its last characters, where those
// are not most of it.
func (w Webhook) Masked() string {
	const shown, least = 4, 16
	u, err := url.Parse(w.URL)
	if err != nil {
		return "…"
	}
	if secret := u.RequestURI(); len(secret) >= least {
		return u.Host + "/…" + secret[len(secret)-shown:]
	}
	return u.Host + "/…"
}

// ErrWebhook says that a webhook is not one.
var ErrWebhook = errors.New("casework: no such kind of webhook, or no name, address or secret")

// Check returns what is wrong with a webhook. Whether its address may be sent to is for
// the sender to say.
func (w Webhook) Check(entities Entities) error {
	if !entities.Known(w.Entity) || !ValidName(w.Name) || !slices.Contains(WebhookKinds, w.Kind) || w.ID == "" || w.URL == "" || len(w.URL) > WebhookURLLimit || w.Secret == "" {
		return ErrWebhook
	}
	return nil
}

// Codes of why a webhook could not be told, besides those that mail has too.
const (
	FaultPrivate     = "private"      // its address is in a private network
	FaultUnknownHost = "unknown-host" // there is no host of that name
	FaultRedirect    = "redirect"     // too many redirects, or one that a POST does not follow
	FaultGone        = "gone"         // 404 and 410
	FaultServer      = "server"       // 5xx
)

// WebhookFaults lists all that there can be.
var WebhookFaults = []string{
	FaultAddress, FaultPrivate, FaultUnknownHost, FaultUnreachable, FaultCertificate, FaultNoTLS, FaultTimeout, FaultRedirect, FaultGone, FaultRefused, FaultServer, FaultOther,
}

// WebhooksAt returns those that are told about an entity.
func (t Entities) WebhooksAt(entity string, all []Webhook) []Webhook {
	return slices.DeleteFunc(slices.Clone(all), func(w Webhook) bool { return w.Off || !t.Within(entity, w.Entity) })
}
