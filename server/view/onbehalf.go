package view

import (
	"hotline/server/caseview"
)

// OnBehalf is the form on which an intake operator enters what somebody else
// reports. A script seals it; without one it sends nothing.
type OnBehalf struct {
	Desk
	Form                string // token of the report, not of the session
	Limits              caseview.Limits
	Excludable          []Excludable
	ExcludableElsewhere bool
	Entities            []Choice
	Desks               []Choice
}

// Exclusions are the boxes for those who must not read the report.
func (p OnBehalf) Exclusions() Exclusions {
	return Exclusions{All: p.Excludable, Later: p.ExcludableElsewhere, OnBehalf: true}
}
