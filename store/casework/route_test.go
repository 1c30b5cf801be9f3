package casework

import (
	"errors"
	"slices"
	"testing"
)

// wanted is the routing table of the design, written out: where a report of a
// category goes when it is about our own organisation, about a supplier, and
// about neither.
var wanted = map[string][3]Queue{
	"power-harassment":     {HR, HR, HR},
	"sexual-harassment":    {HR, HR, HR},
	"other-harassment":     {HR, HR, HR},
	"discrimination":       {HR, HR, HR},
	"human-relations":      {HR, HR, HR},
	"work-environment":     {HR, HR, HR},
	"working-hours-wages":  {HR, HR, HR},
	"employment-rules":     {HR, HR, HR},
	"human-rights-labour":  {HR, Procurement, Procurement},
	"forced-labour":        {HR, Procurement, Procurement},
	"child-labour":         {HR, Procurement, Procurement},
	"foreign-trainees":     {HR, Procurement, Procurement},
	"health-safety":        {HR, Procurement, Procurement},
	"environment":          {Compliance, Procurement, Procurement},
	"fair-trading":         {Compliance, Procurement, Procurement},
	"product-safety":       {Compliance, Procurement, Procurement},
	"information-security": {Compliance, Procurement, Procurement},
	"minerals":             {Compliance, Procurement, Procurement},
	"bribery":              {Compliance, Compliance, Compliance},
	"fraud-accounting":     {Compliance, Compliance, Compliance},
	"antitrust":            {Compliance, Compliance, Compliance},
	"conflict-of-interest": {Compliance, Compliance, Compliance},
	"insider-trading":      {Compliance, Compliance, Compliance},
	"trade-controls":       {Compliance, Compliance, Compliance},
	"data-privacy":         {Compliance, Compliance, Compliance},
	"ai-human-rights":      {Compliance, Compliance, Compliance},
	"community-customer":   {Compliance, Compliance, Compliance},
	"retaliation":          {Compliance, Compliance, Compliance},
	"other":                {Compliance, Compliance, Compliance},
	"consultation":         {Compliance, Compliance, Compliance},
	Unsure:                 {Compliance, Compliance, Compliance},
	"":                     {Compliance, Compliance, Compliance},
	"no-such-category":     {Compliance, Compliance, Compliance},
}

var subjectsByColumn = [3][]string{{SubjectOwn}, {SubjectSupplier}, {SubjectOther, "", "nonsense"}}

func TestTheTableCoversEveryCategory(t *testing.T) {
	if len(Categories) != 30 {
		t.Errorf("%d categories, want 30", len(Categories))
	}
	for _, c := range Categories {
		if _, ok := wanted[c.Code]; !ok {
			t.Errorf("%s is not in the table", c.Code)
		}
		if !slices.Contains(Groups, c.Group) || !KnownQueue(string(c.Queue)) {
			t.Errorf("%s: group %q, queue %q", c.Code, c.Group, c.Queue)
		}
	}
}

// Every category, about everyone, with every set of excluded people.
func TestRoute(t *testing.T) {
	readers := QueueReaders{HR: {"hana", "hugo"}, Procurement: {"paul"}, Compliance: {"carla", "hugo"}, Independent: {"bea"}}
	exclusions := [][]string{
		nil, {"hana"}, {"paul"}, {"hana", "hugo"}, {"paul", "carla"},
		{"carla", "hugo"}, {"hana", "hugo", "carla"}, {"paul", "carla", "hugo"}, {"hana", "hugo", "paul", "carla"},
	}
	for category, row := range wanted {
		for column, subjects := range subjectsByColumn {
			for _, subject := range subjects {
				for _, excluded := range exclusions {
					checkRoute(t, readers, category, subject, row[column], excluded)
				}
			}
		}
	}
}

func checkRoute(t *testing.T, readers QueueReaders, category, subject string, first Queue, excluded []string) {
	t.Helper()
	want := first
	for _, next := range []Queue{Compliance, Independent} {
		if slices.ContainsFunc(readers[want], func(h string) bool { return !slices.Contains(excluded, h) }) {
			break
		}
		want = next
	}
	got, handlers, err := Route(category, subject, excluded, readers)
	if err != nil || got != want {
		t.Errorf("Route(%q, %q, %v) = %s, %v; want %s", category, subject, excluded, got, err, want)
	}
	if len(handlers) == 0 {
		t.Errorf("Route(%q, %q, %v) leaves the report to nobody", category, subject, excluded)
	}
	for _, h := range handlers {
		if slices.Contains(excluded, h) || !slices.Contains(readers[got], h) {
			t.Errorf("Route(%q, %q, %v) gives %s a key", category, subject, excluded, h)
		}
	}
}

func TestRouteToNobodyIsAnError(t *testing.T) {
	onlyHR := QueueReaders{HR: {"hana"}}
	if q, _, err := Route("bribery", "", nil, onlyHR); !errors.Is(err, ErrNoHandler) || q != Compliance {
		t.Errorf("a queue without handlers: %s, %v", q, err)
	}
	if _, _, err := Route("power-harassment", SubjectOwn, []string{"hana"}, onlyHR); !errors.Is(err, ErrNoHandler) {
		t.Errorf("everybody excluded and nowhere to go: %v", err)
	}
	if q, ids, err := Route("power-harassment", SubjectOwn, nil, onlyHR); err != nil || q != HR || !slices.Equal(ids, []string{"hana"}) {
		t.Errorf("an open queue beside closed ones: %s, %v, %v", q, ids, err)
	}
}
