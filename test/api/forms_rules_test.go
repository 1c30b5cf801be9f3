package api

import (
	"encoding/json"
	"os"
	"testing"

	"hotline/store/casework"
	"hotline/test/rig"
)

// Without scripts every answer leads to the desk that the rules name: some of each
// row of the vectors.
func TestFormsFollowTheRules(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	var v struct {
		Vectors []struct {
			Kind                  []string
			Relationship, Subject string

			HR, Procurement, Compliance []string
		}
	}
	raw, err := os.ReadFile("../../store/casework/testdata/routes.json")
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil || len(v.Vectors) != 80 {
		t.Fatalf("%d vectors: %v", len(v.Vectors), err)
	}
	for i, row := range v.Vectors {
		for queue, categories := range map[casework.Queue][]string{casework.HR: row.HR, casework.Procurement: row.Procurement, casework.Compliance: row.Compliance} {
			if len(categories) == 0 {
				continue
			}
			fields := []rig.Field{
				{Name: "text", Value: "x"}, {Name: "kind", Value: row.Kind[i%len(row.Kind)]}, {Name: "relationship", Value: row.Relationship},
				{Name: "subject", Value: row.Subject}, {Name: "category", Value: categories[i%len(categories)]},
			}
			id := s.CaseID(t, s.Report(t, rig.Languages[i%len(rig.Languages)], fields))
			if got := s.Count(t, `SELECT count(*) FROM cases WHERE id = $1 AND branch = $2`, id, string(queue)); got != 1 {
				t.Errorf("%v does not go to %s", fields[1:], queue)
			}
		}
	}
}

// A sealed report goes to a queue that its category can go to, and to no other.
func TestSealedReportsGoWhereTheirCategoryCan(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in := s.Intake(t)
	for category, queues := range map[string][]string{
		"bribery": {"compliance"}, "environment": {"procurement", "compliance"}, "power-harassment": {"hr", "procurement", "compliance"}, "": {"compliance", "hr"},
	} {
		allowed := map[string]bool{}
		for _, q := range queues {
			allowed[q] = true
		}
		for _, queue := range []string{"hr", "procurement", "compliance"} {
			r := rig.NewReporter(t)
			keys, sealedTo := r.Keys(t, in, queue)
			res := s.PostJSON(t, "/api/reports", r.Seal(t, in, category, "", "x").With("branch", queue, "keys", keys, "sealed_to", sealedTo))
			if want := map[bool]int{true: 201, false: 409}[allowed[queue]]; res.Status != want {
				t.Errorf("%q to %s = %d, want %d", category, queue, res.Status, want)
			}
		}
	}
}

// Danger goes along in the clear, with and without scripts: the case is due today.
func TestDangerIsDueOnTheDayOfReceipt(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "pt", []rig.Field{{Name: "text", Value: "x"}, {Name: "danger", Value: "yes"}})
	s.Accept(t, rig.NewReporter(t).Seal(t, s.Intake(t), "bribery", "", "x").With("danger", true))
	s.Accept(t, rig.NewReporter(t).Seal(t, s.Intake(t), "bribery", "", "x"))
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE danger = 'open' AND urgent = 1 AND due = received`); n != 2 {
		t.Errorf("%d cases are urgent, want 2", n)
	}
}
