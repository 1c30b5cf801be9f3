package crypto

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// classificationVectors is testdata/classification.json, shared with web/src.
type classificationVectors struct {
	Case      string            `json:"case"`
	Identity  string            `json:"identity"` // of the case
	Recipient string            `json:"recipient"`
	Sealed    string            `json:"sealed"` // the first of Valid, base64
	Labels    string            `json:"labels"` // with its main area and severity
	Valid     []json.RawMessage `json:"valid"`
	Wrong     []struct {
		Why   string          `json:"why"`
		Plain json.RawMessage `json:"plain"`
	} `json:"wrong"`
}

func compact(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	check(t, json.Compact(&b, raw))
	return b.Bytes()
}

func TestClassificationVectors(t *testing.T) {
	var v classificationVectors
	readVectors(t, "classification.json", &v)
	if *update {
		id, _ := NewIdentity()
		v.Identity, v.Recipient = id.String(), id.Recipient().String()
		var c Classification
		check(t, json.Unmarshal(v.Valid[0], &c))
		sealed, err := SealClassification(c, id.Recipient())
		check(t, err)
		labels, err := SealLabels(Labels{Case: v.Case, Labels: []string{"残業", "Line 3"}, Area: c.Areas[0], Severity: c.Severity}, id.Recipient())
		check(t, err)
		v.Sealed, v.Labels = base64.StdEncoding.EncodeToString(sealed), base64.StdEncoding.EncodeToString(labels)
		writeVectors(t, "classification.json", v)
	}
	id, err := ParseIdentity(v.Identity)
	check(t, err)
	same := func(what string, got Classification, raw []byte) {
		t.Helper()
		var want Classification
		check(t, json.Unmarshal(raw, &want))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads %+v, want %+v", what, got, want)
		}
	}
	got, err := OpenClassification(unbase64(t, v.Sealed), id, v.Case)
	check(t, err)
	same("the vector", got, v.Valid[0])
	check(t, CheckClassification(unbase64(t, v.Sealed)))
	check(t, CheckLabels(unbase64(t, v.Labels)))

	for _, raw := range v.Valid {
		var c Classification
		check(t, json.Unmarshal(raw, &c))
		sealed, err := SealClassification(c, id.Recipient())
		check(t, err)
		check(t, CheckClassification(sealed))
		got, err := OpenClassification(sealed, id, v.Case)
		check(t, err)
		same("what was sealed", got, raw)
		if _, err := OpenClassification(sealed, id, NewID()); !errors.Is(err, ErrMisplaced) {
			t.Errorf("of another case: %v", err)
		}
	}
	for _, wrong := range v.Wrong {
		sealed, err := Seal(padTo(compact(t, wrong.Plain), ClassificationSize), id.Recipient())
		check(t, err)
		if _, err := OpenClassification(sealed, id, v.Case); !errors.Is(err, ErrMisplaced) {
			t.Errorf("%s: opened with %v", wrong.Why, err)
		}
	}
	if len(v.Valid) == 0 || len(v.Wrong) == 0 {
		t.Error("no vectors")
	}
	if _, err := SealClassification(Classification{Case: v.Case, Severity: 5}, id.Recipient()); !errors.Is(err, ErrClassification) {
		t.Errorf("a severity of 5 is sealed: %v", err)
	}
	if _, err := SealLabels(Labels{Case: v.Case, Labels: []string{string(bytes.Repeat([]byte{'x'}, LabelsSize))}}, id.Recipient()); err == nil {
		t.Error("labels without room are sealed")
	}
}
