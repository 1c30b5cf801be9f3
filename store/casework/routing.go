package casework

import (
	"errors"
	"slices"
)

// Routing is what an organisation decides about who reads a report: its queues, and
// rules of its own that come before Rules.
type Routing struct {
	Queues []QueueInfo // AllQueues
	Own    []Rule
}

// OwnRulesLimit is how many rules an organisation can add.
const OwnRulesLimit = 100

// ErrRule says that an organisation's rule names something that is not there.
var ErrRule = errors.New("casework: a rule names an unknown answer, queue or entity")

// Find returns what the organisation says about a queue.
func (r Routing) Find(code Queue) (QueueInfo, bool) {
	for _, q := range r.Queues {
		if q.Code == code {
			return q, true
		}
	}
	return QueueInfo{}, false
}

// Check returns ErrRule for a rule that cannot be one of the organisation's.
func (r Routing) Check(rule Rule, entities Entities) error {
	var categories []string
	for _, c := range Categories {
		categories = append(categories, c.Code)
	}
	for _, condition := range []struct{ has, known []string }{
		{rule.Kinds, Kinds}, {rule.Relationships, Relationships}, {rule.Subjects, Subjects}, {rule.Categories, append(categories, Unsure)},
	} {
		for i, answer := range condition.has {
			if answer != "" && !slices.Contains(condition.known, answer) || slices.Contains(condition.has[:i], answer) {
				return ErrRule
			}
		}
	}
	if slices.ContainsFunc(rule.Entities, func(code string) bool { return !entities.Known(code) }) || rule.Desks != nil {
		return ErrRule
	}
	if _, known := r.Find(rule.Queue); !known {
		return ErrRule
	}
	return nil
}

// RulesAt returns the rules for reports about an entity, in the order in which they
// decide: that about retaliation because of a report, what reporters choose themselves,
// then the organisation's own, then Rules.
// A queue of the organisation's own that nobody reads there is passed over. No rule
// sends what accuses the organisation's own buyers to those who buy.
func (r Routing) RulesAt(entities Entities, members Members, entity string) []Rule {
	var rules []Rule
	path := entities.Path(entity)
	add := func(rule Rule) {
		q, known := r.Find(rule.Queue)
		_, _, read := members.Nearest(rule.Queue, path)
		if !known || !q.BuiltIn() && !read {
			return
		}
		if !q.Buyers {
			rules = append(rules, rule)
			return
		}
		for _, allowed := range forBuyers {
			if both, possible := rule.and(allowed); possible {
				rules = append(rules, both)
			}
		}
	}
	rules = append(rules, ofRetaliation...)
	for _, q := range r.Queues {
		if q.Choosable {
			add(Rule{Desks: []string{string(q.Code)}, Queue: q.Code})
		}
	}
	for _, rule := range r.Own {
		if rule.Entities == nil || slices.ContainsFunc(rule.Entities, func(above string) bool { return entities.Within(entity, above) }) {
			rule.Entities = nil
			add(rule)
		}
	}
	return append(rules, Rules...)
}

// Route returns the queue that reads a report about an entity by its answers, and as
// Members.Route the branch that receives it and the ids of who reads it there, with
// the same errors. entity is one that cases are stored under in the clear
// (Entities.Seen), because the server decides by that about reports which it cannot
// read.
func (r Routing) Route(entities Entities, members Members, entity string, a Answers) (Queue, Branch, []string, error) {
	q := QueueFor(r.RulesAt(entities, members, entity), a)
	b, ids, err := members.Route(q, entities.Path(entity), nil)
	return q, b, ids, err
}

// forBuyers are the reports that people who buy for the organisation may read, those
// that Rules give to procurement: about a supplier, or from one and about what no
// buyer can be accused in.
var forBuyers = []Rule{
	{Subjects: supplier, Categories: slices.Concat(workplace, supplyChain)},
	{Relationships: []string{"supplier"}, Subjects: []string{"", SubjectOther}, Categories: notOfBuyers},
}

// and returns the rule narrowed down by the conditions of another; false if nothing
// fits both.
func (r Rule) and(other Rule) (Rule, bool) {
	possible := true
	both := func(a, b []string) []string {
		switch {
		case a == nil:
			return b
		case b == nil:
			return a
		}
		common := slices.DeleteFunc(slices.Clone(a), func(answer string) bool { return !slices.Contains(b, answer) })
		possible = possible && len(common) > 0
		return common
	}
	r.Kinds, r.Relationships = both(r.Kinds, other.Kinds), both(r.Relationships, other.Relationships)
	r.Subjects, r.Categories = both(r.Subjects, other.Subjects), both(r.Categories, other.Categories)
	return r, possible
}
