package view

import (
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// NotSaid stands for no answer where the conditions of a rule are chosen.
const NotSaid = "none"

// Routing is the page of who reads what.
type Routing struct {
	Desk
	Own, BuiltIn []RuleRow     // the rules, in the order in which they decide
	Values       casework.Rule // of the form that adds one
	Adding       bool          // it was filled in
	Entities     []Choice      // that a rule can be about
	Ask          WhoReads
	Errors       []FieldError
	Saved        bool
}

func (p Routing) failed() bool { return p.Failed || len(p.Errors) > 0 }

// RuleRow is a rule in a list.
type RuleRow struct {
	casework.Rule
	N           int    // from 1 on
	Written     string // as it is sent back
	First, Last bool
	BuiltIn     bool     // the queue is
	Unread      bool     // nobody reads the queue
	Never       bool     // it fits no report, by the rules that nobody can change
	Unseen      []string // its entities that no case is stored under in the clear
}

// WhoReads is the question who would read a report, and its answer.
type WhoReads struct {
	Asked    bool
	Entities []Choice
	Entity   string
	Answers  casework.Answers
	Decision Decision
}

// Decision is who reads a report, and why.
type Decision struct {
	Readers
	Own  int // number of the organisation's own rule, 0: a built-in one
	Rule casework.Rule
}

// RoutingPreview shows what a change of the rules would do.
type RoutingPreview struct {
	Desk
	Change   string // add, up, down or remove
	Row      RuleRow
	N        int
	Seen     string // version of the rules, to notice that a colleague changed them
	Examples []Example
	Changes  bool // something would be read by others
	Conflict bool // a colleague was faster
}

func (p RoutingPreview) failed() bool { return p.Failed || p.Conflict }

// Example is a report with who reads it.
type Example struct {
	Entity        string
	Answers       casework.Answers
	Before, After Decision
	Changed       bool
}

// SetUp is the page of what is set up and what is missing.
type SetUp struct {
	Desk
	Steps   []Step
	Missing bool
	Reports []Typical
	Saved   bool
}

// StepState is how far a step is.
type StepState int

// The states of a step.
const (
	StepOptional StepState = iota
	StepDone
	StepMissing
)

func (s StepState) String() string { return []string{"optional", "done", "missing"}[s] }

// Step is one of setting up.
type Step struct {
	Code    string // also of its page
	State   StepState
	Notes   []Note   // what is missing
	Waiting []string // people who were invited and have not enrolled
}

// Note adds what is missing.
func (s *Step) Note(key string, n Note) {
	n.Key = key
	s.State, s.Notes = StepMissing, append(s.Notes, n)
}

// Note is something that is missing.
type Note struct {
	Key     string
	Queue   casework.Queue
	Entity  string
	Country string
	Branch  casework.Branch
}

// Typical says who would read some reports about an entity.
type Typical struct {
	Entity  string
	Reports []Example
}

// condition is one of a rule's, in words.
type condition struct {
	Label   string // key
	Answers []string
}

func conditionsOf(texts *i18n.Texts, site Site, r casework.Rule) (all []condition) {
	add := func(label string, codes []string, word func(string) string) {
		if len(codes) == 0 {
			return
		}
		c := condition{Label: label}
		for _, code := range codes {
			c.Answers = append(c.Answers, word(code))
		}
		all = append(all, c)
	}
	add("people.at.label", r.Entities, func(code string) string { return EntityName(texts, site.structure(), code) })
	for _, name := range []string{"kind", "relationship", "subject"} {
		add("answers."+name+".label", map[string][]string{"kind": r.Kinds, "relationship": r.Relationships, "subject": r.Subjects}[name],
			func(code string) string { return answerWord(texts, site, name, code) })
	}
	groups, rest := wholeGroups(r.Categories)
	add("answers.category.label", append(groups, rest...), func(code string) string {
		if slices.Contains(groups, code) {
			return texts.T("routing.whole-group", "Group", texts.T("group."+code))
		}
		return answerWord(texts, site, "category", code)
	})
	return all
}

// wholeGroups takes the groups out of some categories that are among them as a whole.
func wholeGroups(categories []string) (groups, rest []string) {
	rest = slices.Clone(categories)
	for _, group := range casework.Groups {
		var all []string
		for _, c := range casework.Categories {
			if c.Group == group {
				all = append(all, c.Code)
			}
		}
		if !slices.ContainsFunc(all, func(code string) bool { return !slices.Contains(rest, code) }) {
			groups = append(groups, group)
			rest = slices.DeleteFunc(rest, func(code string) bool { return slices.Contains(all, code) })
		}
	}
	return groups, rest
}

// answerWord is an answer in the words of the desk.
func answerWord(texts *i18n.Texts, site Site, name, code string) string {
	switch {
	case code == "" || code == casework.Unsure:
		return texts.T("routing.not-said")
	case name == "category":
		return CategoryName(texts, code)
	}
	organization := site.Organization(texts.Language().Code)
	if organization == "" {
		organization = texts.T("site.this-organization")
	}
	return texts.T(answerKey(texts, handlersWords, name, code), "Organization", organization)
}

// reportInWords describes a report by its answers.
func reportInWords(texts *i18n.Texts, site Site, a casework.Answers) string {
	words := []string{answerWord(texts, site, "category", a.Category)}
	if a.Category == casework.Unsure {
		words[0] = texts.T("routing.no-category")
	}
	if a.Kind == casework.KindConsultation {
		words = append(words, answerWord(texts, site, "kind", a.Kind))
	}
	if a.Relationship != "" {
		words = append(words, texts.T("routing.from", "Relationship", answerWord(texts, site, "relationship", a.Relationship)))
	}
	if a.Subject != "" {
		words = append(words, texts.T("routing.about", "Subject", answerWord(texts, site, "subject", a.Subject)))
	}
	return strings.Join(words, " · ")
}

// ruleBox is a condition to tick when a rule is added.
type ruleBox struct {
	ID, Name, Value, Label string
	Chosen                 bool
}

// ruleBoxes are the answers of a question, no answer first.
func ruleBoxes(texts *i18n.Texts, site Site, name, group string, chosen []string) (boxes []ruleBox) {
	codes := map[string][]string{"kind": casework.Kinds, "relationship": append([]string{""}, casework.Relationships...), "subject": append([]string{""}, casework.Subjects...)}[name]
	for _, c := range casework.Categories {
		if name == "category" && c.Group == group {
			codes = append(codes, c.Code)
		}
	}
	if name == "category" && group == "" {
		codes = []string{casework.Unsure}
	}
	for _, code := range codes {
		value := code
		if code == "" {
			value = NotSaid
		}
		boxes = append(boxes, ruleBox{"rule-" + name + "-" + value, name, value, answerWord(texts, site, name, code), slices.Contains(chosen, code)})
	}
	return boxes
}

// namesOf joins what is called by a name each.
func namesOf[T any](all []T, name func(T) string) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	return strings.Join(names, " · ")
}

// entityNames are what some entities are called.
func entityNames(texts *i18n.Texts, o store.Organization, codes []string) string {
	return namesOf(codes, func(code string) string { return EntityName(texts, o, code) })
}
