package view

import (
	"time"

	"hotline/store/casework"
)

// MailSetUp is how people are told that there is something new.
type MailSetUp struct {
	Server string // host and port; "" there is no mail
	From   string
	Window time.Duration // how far apart the times are at which mail leaves
}

// On reports whether there is mail.
func (m MailSetUp) On() bool { return m.Server != "" }

// Minutes is Window in minutes, rounded up.
func (m MailSetUp) Minutes() int { return int((m.Window + time.Minute - 1) / time.Minute) }

// Notifications is the page that says whether people are told by mail what is new.
type Notifications struct {
	Desk
	Mail      MailSetUp
	Test      string // "sent", or the fault of a test mail; "" none was asked for
	Unreached []UnreachedRow
	Silent    []SilentRow
	Untold    []casework.Branch // everybody there has chosen to hear of nothing
}

func (p Notifications) failed() bool { return p.Failed || p.Test != "" && p.Test != TestSent }

// TestSent: a test mail was taken by the mail server.
const TestSent = "sent"

// UnreachedRow is somebody whom the last mail did not reach.
type UnreachedRow struct {
	ID, Name, Email string
	Since           string // ISO day of the first attempt that failed
	Fault           string // casework.Fault…
	GivenUp         bool   // until there is something new
}

// SilentRow is somebody who has chosen to hear of nothing.
type SilentRow struct {
	ID, Name string
	Roles    []string
	Branches []casework.Branch
}

// WebhookList is the page of the webhooks.
type WebhookList struct {
	Desk
	Rows     []WebhookRow
	Entities []Choice // that one can be for
	Values   WebhookValues
	Errors   []FieldError
	Removed  bool
}

func (p WebhookList) failed() bool { return p.Failed || len(p.Errors) > 0 }

// WebhookRow is a webhook, without what is secret of it.
type WebhookRow struct {
	ID, Short, Entity, Name, Kind string
	Address                       string // masked
	Off                           bool
	Since                         string // ISO day since when it fails, "" it does not
	Fault                         string // casework.Fault…
	GivenUp                       bool   // until there is something new
}

// State is the key of its state.
func (r WebhookRow) State() string {
	switch {
	case r.Off:
		return "webhooks.state.off"
	case r.Since != "":
		return "webhooks.state.failing"
	}
	return "webhooks.state.on"
}

// WebhookValues are the answers of a form about a webhook.
type WebhookValues struct{ Name, Entity, Kind, URL string }

// WebhookPage is the page of one of them.
type WebhookPage struct {
	Desk
	Row      WebhookRow
	Version  string // of it, to notice that a colleague changed it
	Values   WebhookValues
	Entities []Choice // that it can be for
	Secret   string   // of a new one, or a new one; it is shown once
	Tested   string   // what came of a test: taken, or a casework.Fault…; "" there was none
	Remove   bool     // ask before it is removed
	Errors   []FieldError

	Saved, Added bool
}

func (p WebhookPage) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Delivered is what came of a test that the other side took.
const Delivered = "taken"
