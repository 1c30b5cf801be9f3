package view

import (
	"slices"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// entitiesInForm is how many entities, the root among them, stand in a list of the
// form. More are chosen on a page before it, so that the form stays light.
const entitiesInForm = 30

// EntityChoices are the companies and sites that a form asks about, none where there
// is but the organisation itself. Of more than a list holds they are those on the way
// to the one that was chosen, and elsewhere says that there are others.
func EntityChoices(texts *i18n.Texts, o store.Organization, chosen string) (list []Choice, elsewhere bool) {
	if len(o.Entities) <= 1 {
		return nil, false
	}
	if len(o.Entities) <= entitiesInForm {
		return AllEntities(texts, o), false
	}
	if !o.Entities.Known(chosen) || chosen == casework.Root {
		return nil, true
	}
	way := o.Entities.Path(chosen)
	slices.Reverse(way)
	return entityChoices(texts, o, way), true
}

// AllEntities are those that somebody at the desk chooses from, none where there is
// but the organisation itself.
func AllEntities(texts *i18n.Texts, o store.Organization) []Choice {
	if len(o.Entities) <= 1 {
		return nil
	}
	return entityChoices(texts, o, o.Entities.Below(casework.Root))
}

// DeskChoices are queues that reporters may choose, with who reads there.
func DeskChoices(texts *i18n.Texts, o store.Organization, queues []casework.QueueInfo) (list []Choice) {
	for _, q := range queues {
		readers := visible(q.ReadersIn.Of(q.Readers, texts.Language().Code))
		list = append(list, Choice{Code: string(q.Code), Label: QueueName(texts, o, q.Code), Hint: readers})
	}
	return list
}

// picker is a question whose answers the organisation made itself. None is the key of
// the answer that stands there when nobody chose any.
type picker struct {
	control
	None    string
	Choices []Choice
}

func newPicker(texts *i18n.Texts, page, name string, list []Choice, value string, errors []FieldError) picker {
	return picker{newControl(texts, page, name, value, errors), page + "." + name + ".none", list}
}

// Shown reports whether there is anything to choose, or wrong.
func (p picker) Shown() bool { return len(p.Choices) > 0 || p.Error != "" }

// Nobody is the value of None.
func (p picker) Nobody() string { return casework.Unanswered[p.Name] }

// Indented is its label as far to the right in a list as it lies below the companies.
func (c Choice) Indented() string { return indent(c.Depth-1) + c.Label }

// Named are all but the root, for which None stands.
func (p picker) Named() []Choice {
	return slices.DeleteFunc(slices.Clone(p.Choices), func(c Choice) bool { return c.Code == casework.Root })
}

// allPickers are the questions with every answer that a report may have, for scripts
// to put reports into words; none where nobody is asked.
func allPickers(texts *i18n.Texts, site Site, page string) (list []picker) {
	o := site.structure()
	if all := AllEntities(texts, o); all != nil {
		list = append(list, newPicker(texts, page, "entity", all, "", nil))
	}
	if slices.ContainsFunc(o.Queues, func(q casework.QueueInfo) bool { return q.Choosable }) {
		list = append(list, newPicker(texts, page, "desk", DeskChoices(texts, o, o.Queues), "", nil))
	}
	return list
}

// EntityIn is the entity of a field: casework.RootName stands for the root there, so
// that to choose it differs from to choose nothing.
func EntityIn(field string) string {
	if field == casework.RootName {
		return casework.Root
	}
	return field
}

// EntityOut is how an address names an entity.
func EntityOut(code string) string {
	if code == casework.Root {
		return casework.RootName
	}
	return code
}

// atPath is where the pages of an entity lie below the language; "" of the organisation.
func atPath(code string) string {
	if code == casework.Root {
		return ""
	}
	return "at/" + code + "/"
}

// ChooseEntity is the page on which reporters choose a company or site before the form.
type ChooseEntity struct {
	Base
	All []Entity
}

// Entity is an entity with those below it.
type Entity struct {
	Code, Name string
	Below      []Entity
}

// EntitiesBelow are the entities below one, as the page lists them.
func EntitiesBelow(texts *i18n.Texts, o store.Organization, above string) (list []Entity) {
	for _, e := range o.Entities {
		if e.Code != casework.Root && e.Parent == above {
			list = append(list, Entity{e.Code, EntityName(texts, o, e.Code), EntitiesBelow(texts, o, e.Code)})
		}
	}
	return list
}

// numbers are those to call at an entity; Crisis: crisis lines as well.
type numbers struct {
	Crisis    bool
	Countries []countryContacts
}

// withEntities adds what the templates of the reporter's pages say of entities.
func withEntities(all map[string]any, texts *i18n.Texts, site Site) map[string]any {
	contacts := func(at string) []countryContacts { return contactsOf(texts, site.contacts(at)) }
	all["contacts"] = contacts
	all["numbers"] = func(at string, crisis bool) numbers { return numbers{crisis, contacts(at)} }
	all["withAuthorities"] = func(at string) []countryContacts {
		return slices.DeleteFunc(contacts(at), func(c countryContacts) bool { return len(c.Authorities) == 0 })
	}
	all["profile"] = site.profile
	all["picker"] = func(page, name string, list []Choice, value string, errors []FieldError) picker {
		return newPicker(texts, page, name, list, value, errors)
	}
	all["allPickers"] = func(page string) []picker { return allPickers(texts, site, page) }
	all["atPath"] = atPath
	all["reach"] = func(at string) string {
		e := site.structure().Entities.Effective(at)
		return e.Contacts.Of(e.Contact, texts.Language().Code)
	}
	all["manyEntities"] = func() bool { return len(site.structure().Entities) > entitiesInForm }
	return all
}
