package view

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
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
	Escalate              string // after how many days
	Profiles              []ProfileLine
	Errors                []FieldError
	First, Saved, Changed bool // first: in the course of setting up
}

func (p Organization) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Offers reports whether a language is offered to reporters.
func (p Organization) Offers(code string) bool { return contains(p.Languages, code) }

// ProfileLine is a profile with the days that it sets; 0 and "" where it sets none.
type ProfileLine struct {
	law.Profile
	Today law.Dates // of a report that comes today
}

// Articles names those articles of the profile that nobody has confirmed.
func (l ProfileLine) Articles() string { return strings.Join(l.Unconfirmed(), "; ") }

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

	Unattended []casework.Branch // nobody acts there
}

func (p People) failed() bool { return p.Failed || len(p.Errors) > 0 }

// PersonValues are the answers of a form about a person.
type PersonValues struct {
	Name, Email, Language string
	Roles                 []string
	Branches              []string // casework.Branch
	Work                  Work
	QueuesAt, RolesAt     []string // ticked for an entity, and not given yet
	Unplaced              bool     // something was ticked for an entity, and none was chosen
}

// ReadsAt reports whether a queue was ticked for an entity, and HasAt a role.
func (v PersonValues) ReadsAt(q casework.Queue) bool { return contains(v.QueuesAt, string(q)) }
func (v PersonValues) HasAt(role string) bool        { return contains(v.RolesAt, role) }

// Work is what an administrator can let somebody do, besides roles and queues of the
// whole organisation.
type Work struct {
	Everywhere bool              // they administer the whole organisation
	Branches   []casework.Branch // below the root that the person has or that were chosen
	Roles      []string          // the same of roles
	Entities   []Choice          // where further ones can be given; none: there is no question
	At         string            // the entity that was chosen for further ones
}

// Has reports whether a role was chosen.
func (v PersonValues) Has(role string) bool { return contains(v.Roles, role) }

// Reads reports whether a queue was chosen.
func (v PersonValues) Reads(b casework.Branch) bool { return contains(v.Branches, string(b)) }

// PersonRow is somebody who works with the hotline.
type PersonRow struct {
	ID, Name, Email string
	Roles           []string
	Branches        []casework.Branch
	State           string // active, invited, expired or disabled
	Until           string // ISO day: the invitation's last, or since when disabled
	Key             bool   // reports can be sealed to them
	NeedsKey        bool   // they read cases, and have none
	Offline         bool   // the identity is on another machine
	You             bool
	SignedIn        string      // casework.SignedIn…
	StandsFor       []DeputyRow // whose deputy they are today
	Leads           []casework.Branch
	Notify          NotifyValues
}

// PersonPage is the page of one of them.
type PersonPage struct {
	Desk
	Row      PersonRow
	Values   PersonValues
	Errors   []FieldError
	Link     string // of a new invitation; it is shown once
	Saved    bool
	Disable  bool              // ask before disabling them
	Alone    []casework.Branch // branches that nobody else reads
	Only     bool              // nobody else could open some of their cases
	Enrolled bool
	Reads    bool   // they work on cases
	ShownAs  string // to reporters
	ShownIn  casework.Translations
	Register []DesignationRow
	Deputies Deputies
	Leading  []LeadRow // what they lead, or can lead
	Leads    string    // version of who leads what, to notice that a colleague changed it
}

// UnseenDays is after how many days it is told that nobody looks at a branch.
func (p PersonPage) UnseenDays() int { return casework.UnseenDays }

// LeadRow is a branch that somebody can lead.
type LeadRow struct {
	Branch casework.Branch
	Leads  bool   // they do
	Now    string // name of who else does, "" nobody
	Other  bool   // whom the administrator does not manage
}

// Deputies are who acts in place of a handler, and whom they stand in for.
type Deputies struct {
	Path   string      // of the forms, below /{lang}/desk
	Mine   bool        // on the handler's own page
	Rows   []DeputyRow // of today and later
	Stands []DeputyRow // the same of whom they stand in for
	People []Person    // who can be named
	Values DeputyValues
	Errors []FieldError
}

// DeputyRow is a deputy, or somebody who has one.
type DeputyRow struct {
	ID, Name    string // of the row; of the other person
	From, Until string // ISO days
	Acting      bool   // today
}

// DeputyValues are the answers of the form that names a deputy.
type DeputyValues struct{ Deputy, From, Until string }

// DeputiesOf returns who acts in place of a handler and whom they stand in for. by
// reports who can be named.
func DeputiesOf(h store.Handler, all []store.Deputy, handlers []store.Handler, by func(store.Handler) bool) (d Deputies) {
	names := map[string]string{}
	for _, o := range handlers {
		names[o.ID] = o.Name
		if o.ID != h.ID && o.Active() && o.Has(store.RoleHandler) && o.Recipient != "" && by(o) {
			d.People = append(d.People, Person{o.ID, o.Name})
		}
	}
	for _, one := range all {
		row := DeputyRow{ID: one.ID, From: string(one.From), Until: string(one.Until), Acting: one.Acting}
		switch h.ID {
		case one.HandlerID:
			row.Name = names[one.DeputyID]
			d.Rows = append(d.Rows, row)
		case one.DeputyID:
			row.Name = names[one.HandlerID]
			d.Stands = append(d.Stands, row)
		}
	}
	return d
}

// Read takes the fields of the form, and says what is wrong with them by themselves.
func (d *Deputies) Read(fields url.Values) (n store.Deputy) {
	d.Values = DeputyValues{fields.Get("deputy"), strings.TrimSpace(fields.Get("from")), strings.TrimSpace(fields.Get("until"))}
	n.DeputyID = d.Values.Deputy
	known := false
	for _, p := range d.People {
		known = known || p.ID == n.DeputyID
	}
	if !known {
		d.Errors = append(d.Errors, FieldError{Field: "deputy", Key: "deputy.deputy.missing"})
	}
	for _, day := range []struct {
		field, typed string
		to           *casework.Day
	}{{"from", d.Values.From, &n.From}, {"until", d.Values.Until, &n.Until}} {
		parsed, err := casework.ParseDay(day.typed)
		if err != nil {
			d.Errors = append(d.Errors, FieldError{Field: day.field, Key: "deputy." + day.field + ".wrong"})
		}
		*day.to = parsed
	}
	return n
}

// Refused notes why a deputy cannot be; false: that is no fault of what was typed.
func (d *Deputies) Refused(err error, n store.Deputy, today casework.Day) bool {
	field, key := "deputy", ""
	switch {
	case errors.Is(err, store.ErrNoDeputy):
		key = "deputy.deputy.missing"
	case errors.Is(err, casework.ErrNotApart):
		key = "deputy.deputy.apart"
	case errors.Is(err, store.ErrBeyond):
		key = "deputy.deputy.beyond"
	case errors.Is(err, store.ErrOverlap):
		field, key = "from", "deputy.from.overlap"
	case errors.Is(err, casework.ErrDeputyDays) && n.From < today:
		field, key = "from", "deputy.from.wrong"
	case errors.Is(err, casework.ErrDeputyDays):
		field, key = "until", "deputy.until.wrong"
	default:
		return false
	}
	d.Errors = append(d.Errors, FieldError{Field: field, Key: key})
	return true
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

// EntityList is the page of companies and sites.
type EntityList struct {
	Desk
	Rows    []EntityRow
	Parents []Choice // where one can be added
	Values  EntityValues
	Ask     bool      // for the time zone, because the country has several
	Now     time.Time // for how far each time zone is from UTC
	Errors  []FieldError
	Removed bool
}

func (p EntityList) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Below reports whether there is any company or site besides the organisation.
func (p EntityList) Below() bool {
	for _, row := range p.Rows {
		if row.Code != casework.Root {
			return true
		}
	}
	return false
}

// EntityRow is a company or site, with what it has from those above it.
type EntityRow struct {
	casework.Entity
	Depth  int              // levels below the first row
	Queues []casework.Queue // read there by people of its own
}

// EntityValues are the answers of a form about a company or site.
type EntityValues struct {
	Code, Parent, Name         string
	Country, TimeZone, Profile string
	Names, Contacts            casework.Translations
	Languages                  []string
	Contact, People            string
}

// Offers reports whether a language was chosen.
func (v EntityValues) Offers(code string) bool { return contains(v.Languages, code) }

// EntityPage is the page of one of them.
type EntityPage struct {
	Desk
	Stored    casework.Entity
	Version   string // of it, to notice that a colleague changed it
	Values    EntityValues
	Above     casework.Entity // what holds in the entity above
	Parents   []Choice        // where it can belong; none: that is not to be chosen
	Profiles  []ProfileLine
	Proposed  string // profile that is proposed for its country
	Now       time.Time
	Reads     []Readers // by queue
	Addresses []Address
	Seen      bool // cases are stored under it in the clear
	Remove    bool // ask before it is removed
	Uses      Uses
	Errors    []FieldError

	Saved, Added bool
}

func (p EntityPage) failed() bool { return p.Failed || len(p.Errors) > 0 }

// ZoneCountry is the country whose time zones are offered.
func (p EntityPage) ZoneCountry() string {
	if p.Values.Country != "" {
		return p.Values.Country
	}
	return p.Above.Country
}

// Address is where reporters of a language go.
type Address struct {
	Language i18n.Language
	URL      string
}

// Uses are what keeps something from being removed. Cases can be among it, and are not
// named.
type Uses struct {
	Below  []string // entities
	People []Person
	Others int // people whom the administrator does not manage
	Rules  bool

	Webhooks bool
}

// Known reports whether anything of it can be named.
func (u Uses) Known() bool {
	return len(u.Below) > 0 || len(u.People)+u.Others > 0 || u.Rules || u.Webhooks
}

// Readers are those who read a queue's cases about an entity.
type Readers struct {
	Queue  casework.Queue
	Branch casework.Branch // where they read
	People []string        // their names
	Others int             // how many more, whom the administrator does not manage
}

// Read reports whether anybody does.
func (r Readers) Read() bool { return len(r.People) > 0 || r.Others > 0 }

// QueueList is the page of the queues.
type QueueList struct {
	Desk
	Rows    []QueueRow
	Values  casework.QueueInfo
	Errors  []FieldError
	Removed bool
}

func (p QueueList) failed() bool { return p.Failed || len(p.Errors) > 0 }

// QueueRow is a queue with its readers at each entity.
type QueueRow struct {
	casework.QueueInfo
	Reads []Readers
}

// QueuePage is the page of one queue.
type QueuePage struct {
	Desk
	Stored  casework.QueueInfo
	Version string // of it, to notice that a colleague changed it
	Values  casework.QueueInfo
	Reads   []Readers
	Remove  bool // ask before it is removed
	Uses    Uses
	Errors  []FieldError

	Saved, Added bool
}

func (p QueuePage) failed() bool { return p.Failed || len(p.Errors) > 0 }
