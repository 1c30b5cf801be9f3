package casework

import (
	"slices"
	"testing"
)

func TestContradictions(t *testing.T) {
	var vectors []struct {
		Identity, Name, Contact string
		Faults                  []Contradiction
	}
	readVectors(t, "contradictions.json", &vectors)
	for _, v := range vectors {
		if got := (Personal{v.Identity, v.Name, v.Contact}).Contradictions(); !slices.Equal(got, v.Faults) {
			t.Errorf("%q, %q, %q: %v, want %v", v.Identity, v.Name, v.Contact, got, v.Faults)
		}
	}
	if len(vectors) != 72 {
		t.Errorf("%d vectors", len(vectors))
	}
}

func TestStatementContradictions(t *testing.T) {
	for _, c := range []struct {
		answer StatementAnswer
		want   []Contradiction
	}{
		{StatementAnswer{StatementAccepted, "", false}, nil},
		{StatementAnswer{StatementAccepted, "and thank you", false}, nil},
		{StatementAnswer{StatementCorrected, "it was Tuesday", false}, nil},
		{StatementAnswer{StatementCorrected, " \n", false}, []Contradiction{{"correction", CorrectionMissing}}},
		{StatementAnswer{StatementWithdrawn, "", true}, nil},
		{StatementAnswer{StatementWithdrawn, "because", false}, []Contradiction{{"withdraw", Unconfirmed}}},
	} {
		if got := c.answer.Contradictions(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.answer, got, c.want)
		}
	}
}
