package caseview

import (
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// Retention is when a case is deleted and what keeps it, as handlers see it: RETENTION of
// docs/desk-api.md. Days are "" where there is none.
type Retention struct {
	Gone      string    `json:"gone"` // at the earliest
	Why       law.Why   `json:"why"`
	Basis     law.Basis `json:"basis"`
	Article   string    `json:"article"`
	Confirmed bool      `json:"confirmed"`
	Announced string    `json:"announced"` // the first time
	KeepUntil string    `json:"keep_until"`
	Hold      *Hold     `json:"hold"`
	Deletion  *Deletion `json:"deletion"`
	MayAsk    bool      `json:"may_ask"` // for an early deletion
	Alone     bool      `json:"alone"`   // nobody else reads the case

	DaysLeft int `json:"-"` // until Gone
}

// Hold is what keeps a case.
type Hold struct {
	Owner string `json:"owner"` // a handler's id
	Until string `json:"until"`
	On    string `json:"on"`
	By    string `json:"by"`
	Reads bool   `json:"reads"` // the owner, the case

	OwnerName string `json:"-"`
}

// Deletion is that somebody asks for an early deletion.
type Deletion struct {
	By string `json:"by"`
	On string `json:"on"`

	ByName string `json:"-"`
}

// Kept is what stands beside a case that says how long it is kept.
type Kept struct {
	Hold    *store.Hold
	Request *store.Request
	Readers []string          // ids
	Names   map[string]string // by id
	Today   casework.Day
}

// RetentionOf says when a case is deleted.
func RetentionOf(profile law.Profile, c store.Case, k Kept) Retention {
	g := profile.Goes(c.History(), c.Outcome)
	r := Retention{
		Why: g.Why, Basis: g.Basis, Article: g.Article, Confirmed: g.Confirmed, Announced: string(c.AnnouncedOn),
		KeepUntil: string(profile.KeepUntil(c.History(), c.Outcome).On), Alone: len(k.Readers) < 2,
	}
	reads := map[string]bool{}
	for _, id := range k.Readers {
		reads[id] = true
	}
	if g.On != "" {
		gone := law.When(g.On, c.AnnouncedOn, k.Today)
		r.Gone, r.DaysLeft = string(gone), gone.DaysAfter(k.Today)
	}
	if k.Hold != nil {
		r.Hold = &Hold{Owner: k.Hold.Owner, Until: string(k.Hold.Until), On: string(k.Hold.On), By: k.Hold.By, Reads: reads[k.Hold.Owner], OwnerName: k.Names[k.Hold.Owner]}
	}
	if k.Request != nil {
		r.Deletion = &Deletion{By: k.Request.By, On: string(k.Request.On), ByName: k.Names[k.Request.By]}
	}
	r.MayAsk = (c.State.Ended() || c.Standing == casework.Junk) && k.Hold == nil && k.Request == nil && string(k.Today) >= r.KeepUntil
	return r
}

// Soon reports whether the desk is told of the deletion.
func (r Retention) Soon() bool {
	return r.Gone != "" && r.Hold == nil && r.DaysLeft <= law.FirstAnnounced
}
