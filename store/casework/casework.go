// Package casework holds the vocabulary of the hotline and its pure rules:
// queues, categories, states, dates and routing. It does no input or output
// and imports nothing but the standard library, so that every rule can be
// tested as a table.
package casework

import "slices"

// Queue is the desk that a case is routed to.
type Queue string

// The three queues every organisation starts with.
const (
	HR          Queue = "hr"
	Procurement Queue = "procurement"
	Compliance  Queue = "compliance"
)

// Queues lists the queues in the order they are shown.
var Queues = []Queue{HR, Procurement, Compliance}

// KnownQueue reports whether code names a queue.
func KnownQueue(code string) bool { return slices.Contains(Queues, Queue(code)) }

// Channel is how a report came in.
type Channel string

// Web is the channel of a report written on the reporter's pages.
const Web Channel = "web"

// The answers to the closed questions of the form, in the order shown. An
// empty answer is always allowed.
var (
	Kinds         = []string{"report", "consultation"}
	Relationships = []string{"employee", "agency", "trainee", "former", "supplier", "freelancer", "customer", "resident", "other"}
	Subjects      = []string{SubjectOwn, SubjectSupplier, SubjectOther}
	Identities    = []string{Anonymous, DeskOnly, Named}
)

// Whom a report is about.
const (
	SubjectOwn      = "own"      // our own organisation
	SubjectSupplier = "supplier" // a supplier
	SubjectOther    = "other"
)

// How a reporter wants to be known.
const (
	Anonymous = "anonymous"
	DeskOnly  = "desk" // the name is for the desk only
	Named     = "named"
)

// State is where a case stands, after the four steps of ISO 37002.
type State string

// The states, in the order a case goes through them.
const (
	Received         State = "received"
	Acknowledged     State = "acknowledged"
	UnderReview      State = "under-review"
	Investigating    State = "investigating"
	CorrectiveAction State = "corrective-action"
	Closed           State = "closed"
	Monitoring       State = "monitoring"
	Purged           State = "purged"
)

// States lists the states in order.
var States = []State{Received, Acknowledged, UnderReview, Investigating, CorrectiveAction, Closed, Monitoring, Purged}

// Outcome is how a case ended; it stands apart from the state.
type Outcome string

// Outcomes lists how a case can end.
var Outcomes = []Outcome{"substantiated", "partly", "unsubstantiated", "insufficient", "out-of-scope", "referred", "advised"}

// Sender is who wrote a message; it is also the name of the message's file in
// an exported case.
type Sender string

// The senders.
const (
	FromReport   Sender = "report"   // the opening message
	FromReporter Sender = "reporter" // what the reporter added later
	FromDesk     Sender = "desk"     // an answer of a handler
	FromNote     Sender = "note"     // only handlers can open it
)
