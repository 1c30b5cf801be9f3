package view

import (
	"html/template"
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// structure is how the organisation is made up; nothing but the built-in queues
// where nobody has said.
func (s Site) structure() store.Organization {
	if s.Structure == nil {
		return store.Organization{Entities: casework.Entities{{}}, Routing: casework.Routing{Queues: casework.AllQueues(nil)}}
	}
	return s.Structure()
}

// QueueName is what a queue is called in a language. One that is gone has its code.
func QueueName(texts *i18n.Texts, o store.Organization, code casework.Queue) string {
	q, known := o.Find(code)
	if label := q.Label(texts.Language().Code); label != "" {
		return visible(label)
	}
	if known && q.BuiltIn() {
		return texts.T("queue." + string(code))
	}
	return visible(string(code))
}

// EntityName is what an entity is called in a language. One that is gone has its code.
func EntityName(texts *i18n.Texts, o store.Organization, code string) string {
	e, known := o.Entities.Find(code)
	switch label := e.Label(texts.Language().Code); {
	case label != "":
		return visible(label)
	case known && code == casework.Root:
		return texts.T("entity.root")
	}
	return visible(code)
}

// BranchName is what a branch is called in a language: its queue, and its entity
// unless that is the root.
func BranchName(texts *i18n.Texts, o store.Organization, b casework.Branch) string {
	name := QueueName(texts, o, b.Queue())
	if b.Entity() == casework.Root {
		return name
	}
	return texts.T("branch.name", "Queue", name, "Entity", EntityName(texts, o, b.Entity()))
}

// RoleName is what a role is called in a language, with its entity unless that is the
// root.
func RoleName(texts *i18n.Texts, o store.Organization, written string) string {
	role, entity := store.SplitRole(written)
	name := texts.T("role." + role)
	if entity == casework.Root {
		return name
	}
	return texts.T("branch.name", "Queue", name, "Entity", EntityName(texts, o, entity))
}

// BranchNames are what branches are called, by language, for scripts: those alone
// that do not have the program's own word for a queue.
func BranchNames(catalog *i18n.Catalog, o store.Organization, branches []casework.Branch) map[casework.Branch]map[string]string {
	names := map[casework.Branch]map[string]string{}
	for _, b := range branches {
		q, _ := o.Find(b.Queue())
		if b.Entity() == casework.Root && q.BuiltIn() && q.Name == "" && len(q.Names) == 0 {
			continue
		}
		names[b] = map[string]string{}
		for _, l := range i18n.Languages {
			names[b][l.Code] = BranchName(catalog.Texts(l.Code), o, b)
		}
	}
	return names
}

// entityChoices are entities to choose from, in their order, by name and level.
func entityChoices(texts *i18n.Texts, o store.Organization, codes []string) []Choice {
	var list []Choice
	for _, code := range codes {
		list = append(list, Choice{Code: code, Label: EntityName(texts, o, code), Depth: o.Entities.Depth(code)})
	}
	return list
}

// tick is the value of a box that is ticked.
func tick(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// languageNames are languages in their own names.
func languageNames(codes []string) string {
	var all []i18n.Language
	for _, l := range i18n.Languages {
		if slices.Contains(codes, l.Code) {
			all = append(all, l)
		}
	}
	return namesOf(all, func(l i18n.Language) string { return l.Name })
}

// indent puts an option of a select as far to the right as its level is deep.
func indent(depth int) string { return strings.Repeat("\u2003", max(0, depth)) }

// withOrganization adds what the templates say of the organisation.
func withOrganization(all template.FuncMap, texts *i18n.Texts, site Site) template.FuncMap {
	all["queueName"] = func(code casework.Queue) string { return QueueName(texts, site.structure(), code) }
	all["branchName"] = func(b casework.Branch) string { return BranchName(texts, site.structure(), b) }
	all["roleName"] = func(role string) string { return RoleName(texts, site.structure(), role) }
	all["entityName"] = func(code string) string { return EntityName(texts, site.structure(), code) }
	all["queueInfos"] = func() []casework.QueueInfo { return site.structure().Queues }
	all["rootBranch"] = func(q casework.Queue) casework.Branch { return casework.BranchOf(q, casework.Root) }
	all["entityRoles"] = func() []string { return store.EntityRoles }
	all["ownRules"] = func() bool { return len(site.structure().Own) > 0 }
	all["hasEntities"] = func() bool { return len(site.structure().Entities) > 1 }
	all["indent"] = indent
	all["entityNames"] = func(codes []string) string { return entityNames(texts, site.structure(), codes) }
	all["queueNames"] = func(codes []casework.Queue) string {
		return namesOf(codes, func(q casework.Queue) string { return QueueName(texts, site.structure(), q) })
	}
	all["languageNames"] = languageNames
	all["adminNav"] = adminNavOf
	all["conditions"] = func(r casework.Rule) []condition { return conditionsOf(texts, site, r) }
	all["reportWords"] = func(a casework.Answers) string { return reportInWords(texts, site, a) }
	all["answerWord"] = func(name, code string) string { return answerWord(texts, site, name, code) }
	all["ruleBoxes"] = func(name, group string, chosen []string) []ruleBox {
		return ruleBoxes(texts, site, name, group, chosen)
	}
	all["groups"] = func() []string { return casework.Groups }
	all["kinds"] = func() []string { return casework.Kinds }
	all["subjects"] = func() []string { return casework.Subjects }
	all["zonesIn"] = zonesIn
	all["has"] = contains
	all["tick"] = tick
	all["countryList"] = func() []i18n.Country { return texts.Countries(site.chosenCountries()) }
	return all
}
