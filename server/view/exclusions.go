package view

import (
	"slices"
	"strconv"
	"strings"
)

// Exclusions are the boxes of a form for those who must not read the report.
type Exclusions struct {
	All      []Excludable
	Chosen   string // their ids, one a line
	Errors   []FieldError
	OnBehalf bool // somebody else asks for it than the person who is at the form
}

// Words is the family of the texts around the boxes.
func (x Exclusions) Words() string {
	if x.OnBehalf {
		return "behalf"
	}
	return reportersWords
}

// box is one of them.
type box struct {
	ID, Value, Label string
	Checked          bool
}

// Boxes lists them. The first has the id of the field, so that the link in the
// error summary leads to it.
func (x Exclusions) Boxes() []box {
	chosen := strings.Fields(x.Chosen)
	boxes := make([]box, len(x.All))
	for i, e := range x.All {
		boxes[i] = box{"not_for", e.ID, e.ShownAs, slices.Contains(chosen, e.ID)}
		if i > 0 {
			boxes[i].ID += "-" + strconv.Itoa(i+1)
		}
	}
	return boxes
}

// Shown reports whether there is anything to choose, or wrong.
func (x Exclusions) Shown() bool { return len(x.All) > 0 || wrong(x.Errors, "not_for") }

// Open reports whether they must not be folded away.
func (x Exclusions) Open() bool {
	return wrong(x.Errors, "not_for") || slices.ContainsFunc(x.Boxes(), func(b box) bool { return b.Checked })
}
