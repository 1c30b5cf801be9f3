package casework

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
)

// Entity is a company of the organisation, or a site of one. What it does not say
// it has from the entity above.
type Entity struct {
	Code      string // short, in addresses; Root for the organisation itself
	Parent    string // code of the entity above
	Name      string
	Names     Translations // of the name
	Country   string       // ISO 3166-1 alpha-2, "" as above
	TimeZone  string       // IANA name, "" as above
	Profile   string       // code of the dates' profile, "" as above
	Languages []string     // that reporters are offered; none: as above
	Contact   string       // how else to reach somebody there: telephone, post, visits, hours; "" as above
	Contacts  Translations // of Contact
	People    int          // who work there, for figures per 100; 0: not said
}

// Limits of what is written about entities.
const (
	EntitiesLimit     = 500 // of an organisation
	EntityDepth       = 6   // levels below the root
	ContactLimit      = 600 // characters
	SeenPeople        = 50  // an entity with fewer people is not named in the clear, unless it has readers of its own
	EntityPeopleLimit = 10_000_000
)

var entityCode = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$`)

// ValidEntityCode reports whether an entity below the root can have the code: 1 to
// 24 lower-case letters, digits and hyphens, with none of the last at an end.
func ValidEntityCode(code string) bool { return entityCode.MatchString(code) && code != RootName }

// Entities are those of an organisation. The root comes first, every other one
// after the entity above it.
type Entities []Entity

// Find returns the entity of a code.
func (t Entities) Find(code string) (Entity, bool) {
	for _, e := range t {
		if e.Code == code {
			return e, true
		}
	}
	return Entity{}, false
}

// Known reports whether there is an entity of that code.
func (t Entities) Known(code string) bool {
	_, known := t.Find(code)
	return known
}

// Path returns the codes from an entity up to the root, both among them. An
// unknown entity is read at the root.
func (t Entities) Path(code string) []string {
	var path []string
	for code != Root && len(path) <= len(t) {
		e, known := t.Find(code)
		if !known {
			break
		}
		path, code = append(path, code), e.Parent
	}
	return append(path, Root)
}

// Within reports whether an entity is the other one or lies below it.
func (t Entities) Within(code, above string) bool { return slices.Contains(t.Path(code), above) }

// Below returns the codes of an entity and of all below it, in order.
func (t Entities) Below(code string) []string {
	var codes []string
	for _, e := range t {
		if t.Within(e.Code, code) {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

// Effective returns an entity with everything that it has from those above it. An
// unknown one is the root.
func (t Entities) Effective(code string) Entity {
	var found Entity
	for i, c := range t.Path(code) {
		e, _ := t.Find(c)
		if i == 0 {
			found = e
			continue
		}
		found.Country = cmp.Or(found.Country, e.Country)
		found.TimeZone = cmp.Or(found.TimeZone, e.TimeZone)
		found.Profile = cmp.Or(found.Profile, e.Profile)
		if len(found.Languages) == 0 {
			found.Languages = e.Languages
		}
		if found.Contact == "" {
			found.Contact, found.Contacts = e.Contact, e.Contacts
		}
	}
	return found
}

// Label returns what an entity is called in a language.
func (e Entity) Label(lang string) string { return e.Names.Of(e.Name, lang) }

// Depth returns how many levels below the root an entity is.
func (t Entities) Depth(code string) int { return len(t.Path(code)) - 1 }

// What is wrong with an entity.
var (
	ErrEntityCode   = errors.New("casework: no code of an entity")
	ErrEntityName   = errors.New("casework: no name of an entity")
	ErrEntityParent = errors.New("casework: no such entity above, or one below itself")
	ErrEntityDeep   = errors.New("casework: too many levels of entities")
	ErrEntityMany   = errors.New("casework: too many entities")
)

// Check returns what is wrong with an entity that is to stand among these, in the
// place of the one of its code. Country, zone, profile and languages are for the
// caller to check.
func (t Entities) Check(e Entity) error {
	others := slices.DeleteFunc(slices.Clone(t), func(o Entity) bool { return o.Code == e.Code })
	switch {
	case !ValidEntityCode(e.Code):
		return ErrEntityCode
	case !ValidName(e.Name):
		return ErrEntityName
	case len(others) >= EntitiesLimit:
		return ErrEntityMany
	case !t.Known(e.Parent), t.Within(e.Parent, e.Code):
		return ErrEntityParent
	case t.Depth(e.Parent)+1+t.height(e.Code) > EntityDepth:
		return ErrEntityDeep
	}
	return nil
}

// height is how many levels there are below an entity.
func (t Entities) height(code string) int {
	if !t.Known(code) {
		return 0
	}
	height := 0
	for _, c := range t.Below(code) {
		height = max(height, t.Depth(c)-t.Depth(code))
	}
	return height
}

// Sorted returns the root and after it the others, each below the one it belongs
// to, in the order of their codes.
func Sorted(all []Entity) Entities {
	var sorted Entities
	var add func(code string)
	add = func(code string) {
		for _, e := range all {
			if e.Code == code && !sorted.Known(code) {
				sorted = append(sorted, e)
			}
		}
		var below []string
		for _, e := range all {
			if e.Code != Root && e.Parent == code && !sorted.Known(e.Code) {
				below = append(below, e.Code)
			}
		}
		slices.Sort(below)
		for _, c := range below {
			add(c)
		}
	}
	add(Root)
	return sorted
}
