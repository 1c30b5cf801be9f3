// Package casework holds the vocabulary of the hotline and its pure rules:
// queues, categories, states, dates and routing. It does no input or output
// and imports nothing but the standard library, so that every rule can be
// tested as a table.
package casework

import "errors"

// Queue is the desk that a case is routed to.
type Queue string

// The three queues every organisation starts with, and the administrators'
// independent one for reports that everybody in compliance is excluded from.
const (
	HR          Queue = "hr"
	Procurement Queue = "procurement"
	Compliance  Queue = "compliance"
	Independent Queue = "independent"
)

// Queues lists the built-in queues in the order they are shown.
var Queues = []Queue{HR, Procurement, Compliance, Independent}

// Routed are the queues that reports go to by what they are about.
var Routed = []Queue{HR, Procurement, Compliance}

// Channel is how a report came in.
type Channel string

// The channels. Web is that of a report written on the reporter's pages; of all
// others somebody of the organisation enters what was said or written.
const (
	Web        Channel = "web"
	Phone      Channel = "phone"
	Letter     Channel = "letter"
	InPerson   Channel = "in-person"
	Email      Channel = "email"
	Collective Channel = "collective" // passed on by a collective mechanism
)

// OnBehalf lists the channels of reports that somebody else enters.
var OnBehalf = []Channel{Phone, InPerson, Letter, Email, Collective}

// Oral reports whether what was reported was said, so that there is a written
// statement of it to check, correct and sign (Directive (EU) 2019/1937, art. 18).
func (c Channel) Oral() bool { return c == Phone || c == InPerson }

// Statement is where the written statement of an oral report stands.
type Statement string

// The statement is offered, and then its reporter accepts, corrects or withdraws
// it; "" is a report that was written.
const (
	StatementOffered   Statement = "offered"
	StatementAccepted  Statement = "accepted"
	StatementCorrected Statement = "corrected"
	StatementWithdrawn Statement = "withdrawn"
)

// Meeting is what a handler says of a meeting with a reporter, with a message.
type Meeting struct {
	Held     Day  // it was held on that day; "" nothing of that
	Declined bool // the reporter does not want it any more
	Record   bool // the message is the record of one that was held, for the reporter to check
}

// ErrMeeting says that no such thing can be said of a meeting, or not with this message.
var ErrMeeting = errors.New("casework: this cannot be said of a meeting here")

// Check returns ErrMeeting for what contradicts itself, says nothing, or has the reporter
// check what is not for them.
func (m Meeting) Check(from Sender) error {
	if m == (Meeting{}) || m.Declined && (m.Held != "" || m.Record) || m.Record && from != FromDesk || from.ByReporter() {
		return ErrMeeting
	}
	if _, err := ParseDay(string(m.Held)); m.Held != "" && err != nil {
		return ErrMeeting
	}
	return nil
}

// StatementAnswers lists what a reporter can say to a statement.
var StatementAnswers = []Statement{StatementAccepted, StatementCorrected, StatementWithdrawn}

// The answers to the closed questions of the form, in the order shown. An
// empty answer is always allowed.
var (
	Kinds         = []string{KindReport, KindConsultation}
	Relationships = []string{"employee", "agency", "trainee", "former", "supplier", "freelancer", "customer", "resident", "other"}
	Subjects      = []string{SubjectOwn, SubjectSupplier, SubjectOther}
	Identities    = []string{Anonymous, DeskOnly, Named}
)

// Unanswered are the answers, by field, that stand in the form when nobody chose
// any. They are neither sealed nor shown as if somebody had said so.
var Unanswered = map[string]string{"kind": KindReport, "entity": RootName, "category": Unsure, "identity": Anonymous}

// What somebody wants. Of a case, "" until a handler has confirmed it.
const (
	KindReport       = "report"
	KindConsultation = "consultation" // they ask for advice
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
)

// States lists the states in order.
var States = []State{Received, Acknowledged, UnderReview, Investigating, CorrectiveAction, Closed, Monitoring}

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

// ByReporter reports whether the reporter writes as this sender.
func (s Sender) ByReporter() bool { return s == FromReport || s == FromReporter }

// Written is what one side of a case, the reporter or the handlers, has written there.
type Written struct {
	Messages  int
	Bytes     int64 // of the sealed messages
	Files     int
	FileBytes int64 // sealed and padded
}

// Bound is what one side may write in a case. Who is below it may send one more
// message, however long, so that a page can say before somebody types whether they can
// send it: a case holds at most the bound and one message.
type Bound Written

// The bounds of a case. The shortest sealed message has 7 KB: 300 of them are a message
// on every working day of a year, and 8 MiB are thirty texts of full length. Handlers have
// bounds of their own, so that a reporter whose case is full can still be answered.
var (
	ReporterBound = Bound{Messages: 300, Bytes: 8 << 20, Files: 400, FileBytes: 8 << 30}
	DeskBound     = Bound{Messages: 3000, Bytes: 64 << 20, Files: 4000, FileBytes: 64 << 30}
)

// Why a case takes no more.
var (
	ErrFull      = errors.New("casework: the case holds no more messages of this side")
	ErrFilesFull = errors.New("casework: the case holds no more files of this side")
)

// BoundOf is the bound of a sender's side.
func BoundOf(s Sender) Bound {
	if s.ByReporter() {
		return ReporterBound
	}
	return DeskBound
}

// Full reports whether nothing more can be written.
func (b Bound) Full(w Written) bool { return w.Messages >= b.Messages || w.Bytes >= b.Bytes }

// FilesFull reports whether no further file can be sent.
func (b Bound) FilesFull(w Written) bool { return w.Files >= b.Files || w.FileBytes >= b.FileBytes }

// Check says why a message with so many files cannot be added to what was written; nil:
// it can.
func (b Bound) Check(w Written, files int) error {
	switch {
	case b.Full(w):
		return ErrFull
	case files > 0 && b.FilesFull(w):
		return ErrFilesFull
	}
	return nil
}
