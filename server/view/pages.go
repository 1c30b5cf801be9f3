package view

import (
	"hotline/server/caseview"
	"hotline/store/casework"
)

// Page is one of the page structs below, as a value or as a pointer.
type Page interface {
	base() Base
	failed() bool
	token() string // what alone differs for each reader of a public page; "" nothing
}

// Base is what every page has. The zero value is right for most: each page
// has its own title, path and language switch.
type Base struct {
	Title  string // key of the title; the page's own if empty
	Failed bool   // put "Error:" before the title; set by itself where a page has Errors
	Path   string // path below the language that the language switch leads to; the page's own if empty
	Switch Switch // how the language switch works; the page's own if zero
	At     string // code of the entity that the page is for, below whose address it lies; "" the organisation
}

func (b Base) base() Base    { return b }
func (b Base) failed() bool  { return b.Failed }
func (b Base) token() string { return "" }

// Switch is how the language switch works on a page. The zero value stands
// for plain links.
type Switch struct {
	Form string // id of the form that the switch posts, so that what was typed stays
	None bool   // no switch: leaving the page would lose what it shows
}

// FieldError is what is wrong with one field of a form.
type FieldError struct {
	Field string // name of the form field
	Key   string // text, for example "error.text-missing"
	Args  []any  // for the text: alternating name and value
}

// QueueState says whether a queue takes reports now.
type QueueState struct {
	Queue casework.Queue
	Open  bool // it has a handler with a key
}

// FileLine is one file in a list.
type FileLine struct {
	ID      string // of a file of the desk, which the reporter may save; "" otherwise
	Name    string
	Size    int64 // bytes
	Cleaned bool  // it went through the filter that takes hidden details out
	Found   bool  // and there were some
}

// Landing is the first page: what this is, what happens, how to stay safe.
type Landing struct {
	Base
	Open []QueueState // a closed queue is named on the page; nil if all are open
}

// ReportForm is the form of POST /{lang}/report, also when it comes back.
type ReportForm struct {
	Base
	Token     string // hidden field `form`
	Values    ReportValues
	Errors    []FieldError
	Notice    string   // key of the notice above the form: one of Notices, "" none
	LostFiles []string // names of files that must be chosen again; may be empty although files were lost
	FilesLost bool
	Limits    caseview.Limits

	Excludable          []Excludable // in the order shown
	ExcludableElsewhere bool         // there is somebody about an entity
	Entities            []Choice     // companies and sites to choose from; none: there is no question
	Elsewhere           bool         // there are others, on the page ChooseEntity
	Desks               []Choice     // queues that reporters may choose; none: there is no question
	Recovery            bool         // the report can be opened with a recovery identity as well
}

// Choice is one of a list that the organisation made itself.
type Choice struct {
	Code, Label string
	Depth       int    // how many levels below the first ones it stands
	Hint        string // what it means, "" nothing is said
}

// Excludable is somebody whom a reporter can keep from reading the report.
type Excludable struct {
	ID      string // the handler's
	ShownAs string // a name or an office, as the administrators wrote it, in the language of the page
}

func (p ReportForm) token() string { return p.Token }

func (p ReportForm) failed() bool { return p.Failed || len(p.Errors) > 0 }

// ReportValues are the answers as typed, in the order of the form.
type ReportValues struct {
	Kind, Relationship, Subject, Category string
	Entity                                string // code of the company or site that it is about
	Desk                                  string // code of the queue that the reporter chose
	Text, Danger                          string
	Where, Country, When, People          string
	ReportedBefore                        string
	NotFor                                string // ids of handlers, one a line
	Identity, Name, Contact               string
	KeepMetadata                          string
}

// Notices are the keys that the Notice of a form may have.
var Notices = []string{
	"notice.files-again",  // the files must be chosen again
	"notice.once-more",    // please send once more
	"notice.queue-closed", // nobody can read reports for this queue now
	"notice.form-expired", // the form was open for too long
	"notice.too-many",     // too many at once
	"notice.busy",         // it could not be stored just now
	"notice.too-large",    // the request was too large
	"notice.key-changed",  // the case's recipient is not the one of its report
	"notice.file-damaged", // a file of the desk does not open

	"watch.nobody", // nobody can read the report that was to be made of an answer

	"notice.statement-answered", // the written statement has its answer

	"conversation.later", // too many messages to one case
	"follow-up.later",    // too many look-ups with one receipt
}

// Receipt is the page after a report was stored.
type Receipt struct {
	Base
	Code   string // XXXXX-XXXXX-XXXXX-XXXXX-XXXXX
	Kind   string // casework.KindReport or KindConsultation
	Branch casework.Branch
	Dates  caseview.ReporterDates
	Files  []FileLine

	Beside Beside // of a report that the page of an earlier one opened
}

// FollowUpEntry asks for the receipt.
type FollowUpEntry struct {
	Base
	Token   string
	Receipt string // as typed
	Errors  []FieldError
	Unknown bool // no case has this receipt
	Notice  string
	Limits  caseview.Limits // of a message
}

func (p FollowUpEntry) token() string { return p.Token }

func (p FollowUpEntry) failed() bool { return p.Failed || p.Unknown || len(p.Errors) > 0 }

// Conversation shows a case to its reporter.
type Conversation struct {
	Base
	Token     string
	Receipt   string // carried in the page's own form
	Kind      string // casework.KindReport or KindConsultation: confirmed by a handler, or else as the reporter chose
	State     casework.State
	Outcome   casework.Outcome // "" while open
	Branch    casework.Branch
	Dates     caseview.ReporterDates
	Messages  []Message
	Errors    []FieldError
	Notice    string
	Text      string // message as typed
	Limits    caseview.Limits
	FilesLost bool
	LostFiles []string
	Added     bool   // a message was just stored
	ID        string // of the case: its first characters are the number that a new report can name
	Full      bool   // the reporter can send no more messages
	FilesFull bool   // nor files
	Unshown   bool   // too many large pages are on their way: the messages are left out

	// The messages are a page of them.
	Before   int  // of the number that it stands before; 0: it is the newest
	Earlier  int  // the number to ask before for the page before; 0: there is none
	HasNewer bool // there is a page after it,
	Newer    int  // and this is the number to ask before for that one; 0: the newest

	Statement Statement
	Asks      Asks
	Meeting   Meeting
}

func (p Conversation) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Message is one entry of the conversation.
type Message struct {
	Seq    int
	From   casework.Sender
	On     string // ISO day
	Text   string
	Fields []Field
	Files  []FileLine
	Broken bool // it does not belong here, or cannot be opened: nothing of it is shown

	WrittenDown bool // it is the statement that the page asks about; without one the report
	AsksMeeting bool

	Name        []Field         // of a report: what was sealed apart from it
	NameBroken  bool            // and does not open
	Transferred casework.Branch // no message, but the branch that the case was transferred to on that day; "" a message
}

// Field is an answer of the form, by its field name and with its value as
// sent: {"relationship", "trainee"}. The page translates both.
type Field struct{ Label, Value string }

// Problem is an error page in words.
type Problem struct {
	Base
	Status int
	Key    string // one of Problems; follows from the status if empty
}

// Problems are the keys that a Problem may have, by the status they follow from.
var Problems = map[int]string{
	400: "bad-request",
	403: "refused",
	404: "not-found",
	405: "not-found",
	413: "too-large",
	429: "too-many",
	431: "bad-request",
	500: "broken",
	503: "closed",
}

func (p Problem) failed() bool { return true }
