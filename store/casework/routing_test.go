package casework

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

var routing = Routing{
	Queues: AllQueues([]QueueInfo{
		{Code: "customers", Name: "Customers", Choosable: true},
		{Code: "buying-br", Name: "Compras", Buyers: true, Choosable: true},
		{Code: "empty", Name: "Nobody reads here", Choosable: true},
	}),
	Own: []Rule{
		{Categories: []string{"environment"}, Queue: "empty"},
		{Entities: []string{"br"}, Queue: "buying-br", Subjects: []string{SubjectSupplier, SubjectOwn}},
		{Queue: Procurement},
	},
}

var allRead = Members{"hr": {"h"}, "procurement": {"p"}, "compliance": {"c"}, "customers": {"k"}, "buying-br": {"b"}}

// Whatever an administrator adds and a reporter chooses, what accuses the
// organisation's own buyers is not read by those who buy, and somebody reads it.
func TestBuyersNeverReadWhatAccusesThem(t *testing.T) {
	for _, entity := range []string{Root, "br", "br-shop", "mx"} {
		rules := routing.RulesAt(group, allRead, entity)
		everyAnswer(func(a Answers) {
			for _, a.Desk = range []string{"", "customers", "buying-br", "empty", "procurement", "no-such"} {
				q := QueueFor(rules, a)
				if len(allRead[Branch(q)]) == 0 {
					t.Fatalf("%+v at %q goes to %s, which nobody reads", a, entity, q)
				}
				if q != Procurement && q != "buying-br" {
					continue
				}
				integrity := slices.Contains(append(categoriesOf(Integrity), Unsure, ""), a.Category)
				if a.Subject != SubjectSupplier && a.Relationship != "supplier" || a.Subject == SubjectOwn || integrity || a.Category == "fair-trading" && a.Subject != SubjectSupplier {
					t.Fatalf("%+v at %q goes to %s", a, entity, q)
				}
			}
		})
	}
}

func TestOwnRulesComeFirst(t *testing.T) {
	for _, c := range []struct {
		entity  string
		answers Answers
		want    Queue
	}{
		{Root, Answers{Relationship: "supplier", Category: "environment"}, Procurement}, // nobody reads "empty": the next rule decides
		{Root, Answers{Category: "bribery", Desk: "customers"}, "customers"},
		{Root, Answers{Category: "bribery", Desk: "hr"}, Compliance}, // not for reporters to choose
		{"br-shop", Answers{Subject: SubjectSupplier, Category: "environment"}, "buying-br"},
		{"mx", Answers{Subject: SubjectSupplier, Category: "environment"}, Procurement},
		{"br", Answers{Subject: SubjectOwn, Category: "environment"}, Compliance},
		{"br", Answers{Subject: SubjectOwn, Category: "power-harassment", Desk: "buying-br"}, HR},
		{"br", Answers{Subject: SubjectOwn, Category: Retaliation, Desk: "independent"}, Independent},
		{"br", Answers{Relationship: "employee", Category: Retaliation, Desk: "compliance"}, Compliance},
		{Root, Answers{Category: "bribery", Desk: "independent"}, Compliance}, // nothing else goes past the desks
	} {
		if got := QueueFor(routing.RulesAt(group, allRead, c.entity), c.answers); got != c.want {
			t.Errorf("%+v at %q goes to %s, want %s", c.answers, c.entity, got, c.want)
		}
	}
	if rules := (Routing{Queues: AllQueues(nil)}).RulesAt(group, nil, "br"); len(rules) != len(ofRetaliation)+len(Rules) {
		t.Errorf("%d rules without own ones", len(rules))
	}
}

func TestRuleThatCannotBe(t *testing.T) {
	for name, rule := range map[string]Rule{
		"a queue":    {Queue: "no-such"},
		"a category": {Queue: HR, Categories: []string{"no-such"}},
		"twice":      {Queue: HR, Kinds: []string{KindReport, KindReport}},
		"an entity":  {Queue: HR, Entities: []string{"nowhere"}},
		"a choice":   {Queue: HR, Desks: []string{"customers"}},
	} {
		if err := routing.Check(rule, group); !errors.Is(err, ErrRule) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := routing.Check(Rule{Queue: "customers", Entities: []string{"br"}, Subjects: []string{"", SubjectOther}, Categories: []string{Unsure}}, group); err != nil {
		t.Error(err)
	}
}

// entityVectors are the rules of an organisation at some of its entities, and which
// queue they name. The scripts are held to them as well.
type entityVectors []struct {
	Entity  string
	Rules   []Rule
	Vectors []struct {
		Kind, Relationship, Subject, Category, Desk string

		Queue Queue
	}
}

func TestRoutingVectorsOfEntities(t *testing.T) {
	var all entityVectors
	readVectors(t, "entity-routes.json", &all)
	if len(all) < 3 {
		t.Fatalf("%d entities", len(all))
	}
	for _, v := range all {
		if !reflect.DeepEqual(v.Rules, routing.RulesAt(group, allRead, v.Entity)) {
			t.Errorf("at %q the vectors hold other rules: the scripts are tested with them", v.Entity)
		}
		for _, row := range v.Vectors {
			a := Answers{row.Kind, row.Relationship, row.Subject, row.Category, row.Desk}
			if got := QueueFor(v.Rules, a); got != row.Queue {
				t.Errorf("%+v at %q goes to %s, want %s", a, v.Entity, got, row.Queue)
			}
		}
	}
}
