package admin

import (
	"slices"

	"hotline/server/view"
	"hotline/store/casework"
)

// usual are reports of every kind, each about the organisation itself and about a
// supplier.
var usual = func() (all []casework.Answers) {
	for _, category := range []string{"power-harassment", "human-rights-labour", "bribery"} {
		all = append(all,
			casework.Answers{Kind: casework.KindReport, Relationship: "employee", Subject: casework.SubjectOwn, Category: category},
			casework.Answers{Kind: casework.KindReport, Relationship: "supplier", Subject: casework.SubjectSupplier, Category: category})
	}
	return all
}()

// fittingLimit is how many categories of a rule are shown as examples.
const fittingLimit = 3

// fitting are reports that a rule is about.
func fitting(rule casework.Rule) (all []casework.Answers) {
	first := func(of []string, otherwise string) string {
		if len(of) > 0 {
			return of[0]
		}
		return otherwise
	}
	a := casework.Answers{Kind: first(rule.Kinds, casework.KindReport), Relationship: first(rule.Relationships, ""), Subject: first(rule.Subjects, "")}
	categories := rule.Categories
	if len(categories) == 0 {
		categories = []string{casework.Unsure}
	}
	for _, a.Category = range categories[:min(len(categories), fittingLimit)] {
		all = append(all, a)
	}
	return all
}

// examples compares who reads reports now and then: those that a rule is about first,
// at an entity that it is about.
func (m made) examples(then made, rule casework.Rule) (all []view.Example) {
	entity := m.somewhere(rule)
	var shown []casework.Answers
	for _, answers := range append(fitting(rule), usual...) {
		if slices.Contains(shown, answers) {
			continue
		}
		shown = append(shown, answers)
		e := view.Example{Entity: entity, Answers: answers, Before: m.decide(entity, answers), After: then.decide(entity, answers)}
		e.Changed = e.Before.Branch != e.After.Branch
		all = append(all, e)
	}
	return all
}
