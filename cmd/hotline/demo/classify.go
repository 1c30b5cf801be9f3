package demo

import (
	"cmp"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

// sampleClassification is what a handler said a case is, besides what its report says.
type sampleClassification struct {
	Days           int                 `json:"days"` // ago
	Areas          []string            `json:"areas"`
	Severity       int                 `json:"severity"`
	Cause          string              `json:"cause"`
	Remedy         string              `json:"remedy"`
	Agreed         string              `json:"agreed"`
	Flags          []string            `json:"flags"`
	Discrimination string              `json:"discrimination"`
	Dismissals     int64               `json:"dismissals"`
	Contracts      int64               `json:"contracts"`
	Damage         int64               `json:"damage"`
	Recovered      int64               `json:"recovered"`
	Currency       string              `json:"currency"`
	Allegations    []crypto.Allegation `json:"allegations"`
	Labels         []string            `json:"labels"`
}

// classify puts off that a handler classifies a case, as their browser would: what the
// sample leaves open is as the report has it.
func (s *seeder) classify(sample sampleCase, n store.NewCase, to crypto.Recipient) error {
	said := sample.Classification
	if said == nil {
		return nil
	}
	f := sample.Fields
	c := crypto.Classification{
		Case: n.ID, Areas: said.Areas, Subject: f["subject"], Relationship: f["relationship"], Country: f["country"], Site: f["entity"], Place: f["where"],
		Language: sample.Language, Identity: cmp.Or(f["identity"], casework.Anonymous), Severity: cmp.Or(said.Severity, casework.ProposedSeverity(n.Category)),
		Cause: said.Cause, Remedy: said.Remedy, Agreed: said.Agreed, Flags: said.Flags, Discrimination: said.Discrimination,
		Dismissals: said.Dismissals, Contracts: said.Contracts, Damage: said.Damage, Recovered: said.Recovered, Currency: said.Currency, Allegations: said.Allegations,
	}
	if len(c.Areas) == 0 {
		c.Areas = []string{n.Category}
	}
	sealed, err := crypto.SealClassification(c, to)
	if err != nil {
		return err
	}
	labels, err := crypto.SealLabels(crypto.Labels{Case: n.ID, Labels: said.Labels, Area: c.Areas[0], Severity: c.Severity}, to)
	if err != nil {
		return err
	}
	s.later(said.Days, func() error {
		now, err := s.store.Case(s.ctx, n.ID)
		if err != nil {
			return err
		}
		act := store.Act{CaseID: n.ID, By: s.readers[n.Branch][0].ID, At: s.ago(said.Days).Unix()}
		kind := cmp.Or(now.Kind, sample.Kind, f["kind"], casework.KindReport)
		return s.store.SetClassification(s.ctx, act, store.NewClassification{Sealed: sealed, Labels: labels, SeenKind: now.Kind, Kind: kind})
	})
	return nil
}
