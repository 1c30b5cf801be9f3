package view

import (
	"time"

	"hotline/store/casework"
)

// Organization is the page of what holds for the whole hotline.
type Organization struct {
	Desk
	Name, ExitURL         string
	Names                 casework.Translations
	FixedName, FixedExit  bool // set where the server is started, and not to be changed here
	Languages             []string
	Countries             []string // the main one first
	TimeZone              string
	FixedZone             bool
	Now                   time.Time // for how far each time zone is from UTC
	Profile               string
	Profiles              []ProfileLine
	Errors                []FieldError
	First, Saved, Changed bool // first: in the course of setting up
}

func (p Organization) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Offers reports whether a language is offered to reporters.
func (p Organization) Offers(code string) bool { return contains(p.Languages, code) }

// ProfileLine is a profile with the days that it sets; 0 and "" where it sets none.
type ProfileLine struct {
	casework.Profile
	Today casework.Dates // of a report that comes today
}

// People lists who works with the hotline, and invites others.
type People struct {
	Desk
	Rows      []PersonRow
	Values    PersonValues
	Errors    []FieldError
	Link      string           // of somebody who was just invited; it is shown once
	LinkFor   string           // their name
	Uncovered []casework.Queue // nobody reads these
	Dependent bool             // nobody reads the independent queue
	First     bool             // in the course of setting up
}

func (p People) failed() bool { return p.Failed || len(p.Errors) > 0 }

// PersonValues are the answers of a form about a person.
type PersonValues struct {
	Name, Email, Language string
	Roles                 []string
	Queues                []string
}

// Has reports whether a role was chosen.
func (v PersonValues) Has(role string) bool { return contains(v.Roles, role) }

// Reads reports whether a queue was chosen.
func (v PersonValues) Reads(queue casework.Queue) bool { return contains(v.Queues, string(queue)) }

// PersonRow is somebody who works with the hotline.
type PersonRow struct {
	ID, Name, Email string
	Roles           []string
	Queues          []casework.Queue
	State           string // active, invited, expired or disabled
	Until           string // ISO day: the invitation's last, or since when disabled
	Key             bool   // reports can be sealed to them
	NeedsKey        bool   // they read cases, and have none
	Offline         bool   // the identity is on another machine
	You             bool
}

// PersonPage is the page of one of them.
type PersonPage struct {
	Desk
	Row      PersonRow
	Values   PersonValues
	Errors   []FieldError
	Link     string // of a new invitation; it is shown once
	Saved    bool
	Disable  bool             // ask before disabling them
	Alone    []casework.Queue // queues that nobody else reads
	Only     bool             // nobody else could open some of their cases
	Enrolled bool
	Reads    bool   // they work on cases
	ShownAs  string // to reporters
	ShownIn  casework.Translations
	Register []DesignationRow
}

func (p PersonPage) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Register is the page of the handlers who are designated to know who reporters
// are.
type Register struct {
	Desk
	Rows   []DesignationRow
	People []Person // who can be designated
	Values DesignationValues
	End    *DesignationRow // ask for its last day
	Until  string          // the day that was typed there
	Errors []FieldError
	Saved  bool
}

func (p Register) failed() bool { return p.Failed || len(p.Errors) > 0 }

// DesignationValues are the answers of the form that adds to the register.
type DesignationValues struct{ Person, Document, From string }

// DesignationRow is a line of the register.
type DesignationRow struct {
	ID, Person, Name, Document string
	From, Until                string // ISO days; Until is the last one, "" still
	State                      string // holds, ended or later
}

// Recovery is the page of the identity in the safe, to which cases are sealed too.
type Recovery struct {
	Desk
	Fingerprint []string // of its recipient, in groups; none: there is none
	Recipient   string   // as it was pasted, to correct it
	Remove      bool     // ask before it is taken away
	Errors      []FieldError
	Saved       bool
}

func (p Recovery) failed() bool { return p.Failed || len(p.Errors) > 0 }

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
