package view

import (
	"maps"
	"slices"
	"strconv"

	"hotline/server/caseview"
	"hotline/store/casework"
)

// Desk is what every page of the desk shows around its content.
type Desk struct {
	Base
	Handler DeskHandler
	Token   string // hidden field `token` of every form

	Unreached bool // of those whom an administrator manages, some are not reached by mail
}

// DeskHandler is the person who is signed in.
type DeskHandler struct {
	ID, Name, Email string
	Handles         bool // reads cases
	Admin           bool // of the organisation, or of an entity
	Everything      bool // administers the whole organisation
	Intake          bool // enters reports on behalf of others
	Auditor         bool // of the organisation, or of an entity
	Offline         bool // the identity is on another machine: nothing opens in this browser
}

// SignIn is the page before the desk.
type SignIn struct {
	Base
	Next   string // path below /{lang}/desk to go on with, "" the first page
	Notice string // key: "desk.notice.signed-out", "desk.notice.ended", "" none
}

// Enrol is the page of an invitation, and of the setup link. All it says comes
// from a script, because the server learns the token only from there.
type Enrol struct {
	Base
	MinPassword int // characters
}

// StepUp asks for the password or a passkey again, and then sends the form that
// was stopped.
type StepUp struct {
	Desk
	Action string  // path of the stopped form
	Fields []Field // its fields, name and value; the token is not among them
}

// CaseList is a list of cases.
type CaseList struct {
	Desk
	Tab    string // one of casework.Tabs
	Query  string // of this very page, as it goes back to it from a case
	Tabs   []TabCount
	Filter CaseListFilter
	Rows   []CaseRow
	People []Person
	Queues []casework.Queue // the handler's
	Any    bool             // the handler's queues hold a case at all

	Entities []string // codes of what cases can be about; none: there is no choice
	Errors   []FieldError

	Range                 ListRange
	First, Previous, Next string // queries of other pages, "" none
	CSV                   string // query of the whole list

	Unattended []casework.Branch // of those that the handler leads: nobody acts there
	Deleted    bool              // a case was, a moment ago
}

func (p CaseList) failed() bool { return p.Failed || len(p.Errors) > 0 }

// ListRange says which rows of how many a page shows.
type ListRange struct {
	Rows, Before, All int
	More              bool // than All in all
	Beyond            bool // more than Before come before
}

// TabCount is a tab with the number of its cases; More: there are more than that.
type TabCount struct {
	Tab   string
	Query string
	Count int
	More  bool
}

// CaseListFilter is what was asked for, as in the query.
type CaseListFilter struct {
	Queue, Category, Priority, Assignee, State, Sort string

	Kind   string
	Unread string // Yes
	Entity string // a code, casework.RootName for the organisation itself
	Age    string // Age…, "" any
	Days   string // of the age, as typed
}

// Yes is the value of a box that is ticked.
const Yes = "yes"

// How long ago a case was received: within some days, or beyond them.
const (
	AgeWithin = "within"
	AgeBeyond = "beyond"
)

// Ages lists them in the order they are offered.
var Ages = []string{AgeWithin, AgeBeyond}

// Values are the filters that were chosen, by their names in an address. The order is
// none of them.
func (f CaseListFilter) Values() map[string]string {
	values := map[string]string{
		"queue": f.Queue, "category": f.Category, "state": f.State, "priority": f.Priority, "assignee": f.Assignee, "kind": f.Kind, "unread": f.Unread, "entity": f.Entity,
	}
	if f.Age != "" {
		values["age"], values["days"] = f.Age, f.Days
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values
}

// Active reports whether anything but the order was chosen.
func (f CaseListFilter) Active() bool { return len(f.Values()) > 0 }

// InCharge is the name of who is in charge, "" nobody.
func (c Case) InCharge() string {
	for _, p := range c.People {
		if p.ID == c.Assignee {
			return p.Name
		}
	}
	return ""
}

// CanTake reports whether the handler can become the one in charge: nobody is.
func (c Case) CanTake() bool {
	return c.Assignee == "" && slices.ContainsFunc(c.People, func(p Person) bool { return p.ID == c.Handler.ID })
}

// Person is a handler in a choice.
type Person struct{ ID, Name string }

// CaseRow is a case in a list.
type CaseRow struct {
	ID         string
	Branch     casework.Branch
	Entity     string // what the case is about
	Category   string
	Kind       string // "" until a handler has confirmed it
	Standing   casework.Standing
	Danger     casework.Danger
	Urgent     bool
	State      casework.State
	Gone       string // the day of its deletion, where that is announced or it is junk
	Outcome    casework.Outcome
	Priority   casework.Priority
	Turn       casework.Turn
	Received   string // ISO day
	Closed     string
	Due        string // ISO day, "" none
	DueFor     string // law.DueFor
	DaysLeft   int    // until Due; negative: late
	Assignee   string // name, "" nobody
	AssigneeID string
	Mine       bool
	Unread     bool
	Messages   int
	Files      int
}

// Case is the page of one case.
type Case struct {
	Desk
	ID       string
	Branch   casework.Branch
	Entity   string // what the case is about
	Category string
	Channel  casework.Channel
	Kind     string // "" until a handler has confirmed it
	Standing casework.Standing
	Danger   casework.Danger
	Urgent   bool
	State    casework.State
	Outcome  casework.Outcome
	Priority casework.Priority
	Turn     casework.Turn
	Assignee string // id
	People   []Person
	Dates    caseview.DeskDates
	Openable bool   // there is a key for this handler
	Back     string // query of the list it was opened from
	Neighbours
	Saved    bool // a fact was just changed
	Change   FactChange
	Changed  bool // it was not: a colleague was faster
	Limits   caseview.Limits
	Messages int
	Files    int

	Statements []caseview.Statement // of what the reporter said

	ReporterFull bool // the reporter can send no more messages to it
	Retention    caseview.Retention
}

// Neighbours are the cases before and after a case in the list that it was opened
// from, "" none, and its place there.
type Neighbours struct{ Before, After, Place string }

// FactChange is what was just changed of a case, so that the page can offer to take
// it back. The zero value: nothing, or more than one fact.
type FactChange struct {
	Fact     string // kind, standing or danger
	Was, Now string
}

// Account is a handler's own page: sessions, second factors, password.
type Account struct {
	Desk
	Sessions    []SessionRow
	Roles       []string
	Branches    []casework.Branch
	Done        string // key of what was just done, "" nothing
	MinPassword int    // characters
	Deputies    Deputies
	Notify      NotifyValues
	Mail        bool // people are told by mail what is new
	Errors      []FieldError
}

func (p Account) failed() bool { return p.Failed || len(p.Errors) > 0 }

// NotifyValues are the answers to how a handler hears that there is something new.
type NotifyValues struct{ When, Hour, Language string }

// Hours are those of a day, as values of a form.
func (NotifyValues) Hours() (hours []string) {
	for hour := range 24 {
		hours = append(hours, strconv.Itoa(hour))
	}
	return hours
}

// SessionRow is one session of the handler.
type SessionRow struct {
	ID      string
	Browser string // chrome, firefox, safari, edge or other
	Began   int64  // unix seconds
	Seen    int64  // unix seconds
	This    bool
}

// Access is the page on which a handler gives colleagues, or themselves with the
// recovery identity, keys that they lack. What it shows comes from a script.
type Access struct {
	Desk
	Recovery bool // there is a recovery recipient
}

// Search is the page on which a handler searches what they can open. Everything
// happens in the browser.
type Search struct {
	Desk
	Handlers map[string]string // names by id
}

// OnBehalf is the form on which an intake operator enters what somebody else
// reports. A script seals it; without one it sends nothing.
type OnBehalf struct {
	Desk
	Form                string // token of the report, not of the session
	Limits              caseview.Limits
	Excludable          []Excludable
	ExcludableElsewhere bool
	Entities            []Choice
	Desks               []Choice
}

// Exclusions are the boxes for those who must not read the report.
func (p OnBehalf) Exclusions() Exclusions {
	return Exclusions{All: p.Excludable, Later: p.ExcludableElsewhere, OnBehalf: true}
}
