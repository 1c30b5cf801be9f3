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
