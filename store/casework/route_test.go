package casework

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"testing"
)

// routeVectors are the routing table of the design, written out for every answer.
// The scripts are held to them as well.
type routeVectors struct {
	Rules   []Rule
	Vectors []struct {
		Kind                  []string
		Relationship, Subject string

		HR, Procurement, Compliance []string // the categories that the queue reads
	}
}

func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRoutingVectors(t *testing.T) {
	var v routeVectors
	readVectors(t, "routes.json", &v)
	if !reflect.DeepEqual(v.Rules, Rules) {
		t.Error("the vectors hold other rules: the scripts are tested with them")
	}
	seen := map[Answers]bool{}
	for _, row := range v.Vectors {
		for _, kind := range row.Kind {
			for want, categories := range map[Queue][]string{HR: row.HR, Procurement: row.Procurement, Compliance: row.Compliance} {
				for _, category := range categories {
					a := Answers{kind, row.Relationship, row.Subject, category, ""}
					if seen[a] = true; QueueFor(Rules, a) != want {
						t.Errorf("%+v goes to %s, want %s", a, QueueFor(Rules, a), want)
					}
				}
			}
		}
	}
	everyAnswer(func(a Answers) {
		if !seen[a] {
			t.Errorf("no vector has %+v", a)
		}
	})
}

// everyAnswer calls f with everything that a form can say.
func everyAnswer(f func(Answers)) {
	categories := []string{"", Unsure}
	for _, c := range Categories {
		categories = append(categories, c.Code)
	}
	for _, kind := range append([]string{""}, Kinds...) {
		for _, relationship := range append([]string{""}, Relationships...) {
			for _, subject := range append([]string{""}, Subjects...) {
				for _, category := range categories {
					f(Answers{kind, relationship, subject, category, ""})
				}
			}
		}
	}
}

// What went to the accused desk when one optional question was left empty.
func TestAReportDoesNotGoToTheAccusedDesk(t *testing.T) {
	for _, c := range []struct {
		answers Answers
		want    Queue
	}{
		{Answers{"", "employee", "", "health-safety", ""}, HR},
		{Answers{"report", "employee", "", "forced-labour", ""}, HR},
		{Answers{"", "trainee", "", "foreign-trainees", ""}, HR},
		{Answers{"", "former", "", "environment", ""}, Compliance},
		{Answers{"", "supplier", "", "fair-trading", ""}, Compliance},
		{Answers{"", "supplier", "other", "fair-trading", ""}, Compliance},
		{Answers{"", "", "", "forced-labour", ""}, Compliance},
	} {
		if got := QueueFor(Rules, c.answers); got != c.want {
			t.Errorf("%+v goes to %s, want %s", c.answers, got, c.want)
		}
	}
	everyAnswer(func(a Answers) {
		insider := slices.Contains(insiders, a.Relationship)
		if q := QueueFor(Rules, a); q == Procurement && (a.Subject == SubjectOwn || a.Subject == "" && insider) {
			t.Errorf("%+v, about our own organisation, goes to procurement", a)
		}
	})
}

func TestQueuesForACategory(t *testing.T) {
	for category, want := range map[string][]Queue{
		"power-harassment": {HR, Procurement, Compliance},
		"environment":      {Compliance, Procurement},
		"bribery":          {Compliance},
		"consultation":     {Compliance, HR},
		"":                 {Compliance, HR},
		"no-such-category": {Compliance},
	} {
		got := QueuesFor(Rules, category)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", category, got, want)
		}
	}
}

func TestEveryCategoryHasAGroup(t *testing.T) {
	if len(Categories) != 30 {
		t.Errorf("%d categories, want 30", len(Categories))
	}
	for _, c := range Categories {
		if !slices.Contains(Groups, c.Group) {
			t.Errorf("%s: group %q", c.Code, c.Group)
		}
	}
}

// From every queue that a report can belong to, with every set of excluded people.
func TestRoute(t *testing.T) {
	readers := Members{"hr": {"hana", "hugo"}, "procurement": {"paul"}, "compliance": {"carla", "hugo"}, "independent": {"bea"}}
	exclusions := [][]string{
		nil, {"hana"}, {"paul"}, {"hana", "hugo"}, {"paul", "carla"},
		{"carla", "hugo"}, {"hana", "hugo", "carla"}, {"paul", "carla", "hugo"}, {"hana", "hugo", "paul", "carla"},
	}
	for _, first := range Routed {
		for _, excluded := range exclusions {
			checkRoute(t, readers, first, excluded)
		}
	}
}

func checkRoute(t *testing.T, readers Members, first Queue, excluded []string) {
	t.Helper()
	want := Branch(first)
	for _, next := range []Branch{"compliance", "independent"} {
		if slices.ContainsFunc(readers[want], func(h string) bool { return !slices.Contains(excluded, h) }) {
			break
		}
		want = next
	}
	got, handlers, err := readers.Route(first, []string{Root}, excluded)
	if err != nil || got != want {
		t.Errorf("Route(%q, %v) = %s, %v; want %s", first, excluded, got, err, want)
	}
	if len(handlers) == 0 {
		t.Errorf("Route(%q, %v) leaves the report to nobody", first, excluded)
	}
	for _, h := range handlers {
		if slices.Contains(excluded, h) || !slices.Contains(readers[got], h) {
			t.Errorf("Route(%q, %v) gives %s a key", first, excluded, h)
		}
	}
}

func TestRouteToNobodyIsAnError(t *testing.T) {
	onlyHR := Members{"hr": {"hana"}}
	root := []string{Root}
	if b, _, err := onlyHR.Route(Compliance, root, nil); !errors.Is(err, ErrNoHandler) || b != "compliance" {
		t.Errorf("a queue without handlers: %s, %v", b, err)
	}
	if _, _, err := onlyHR.Route(HR, root, []string{"hana"}); !errors.Is(err, ErrNoHandler) {
		t.Errorf("everybody excluded and nowhere to go: %v", err)
	}
	if b, ids, err := onlyHR.Route(HR, root, nil); err != nil || b != "hr" || !slices.Equal(ids, []string{"hana"}) {
		t.Errorf("an open queue beside closed ones: %s, %v, %v", b, ids, err)
	}
}
