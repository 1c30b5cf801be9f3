package cases

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// casesAtOnce is how many cases one request may change.
const casesAtOnce = 100

// factOfCase is what a handler saw of a case, and what it is to be.
type factOfCase struct {
	Case string `json:"case"`
	Seen string `json:"seen"`
	Now  string `json:"now"`
}

// What became of one of several cases.
const (
	resultDone     = "done"
	resultConflict = "conflict"  // a colleague was faster
	resultNoReader = "no-reader" // the assignee may not read it
	resultNotFound = "not-found"
)

// PostFactOfCases changes one fact of several cases, of each alone: where a colleague
// was faster, or the case is not for the handler, only that one stays as it is.
func (d *Desk) PostFactOfCases(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Fact  string       `json:"fact"`
		Cases []factOfCase `json:"cases"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if len(r.Cases) > casesAtOnce || slices.ContainsFunc(r.Cases, func(f factOfCase) bool { return !f.valid(r.Fact) }) {
		return respond.ErrMalformed
	}
	results := map[string]string{}
	for _, f := range r.Cases {
		seen, want := f.facts(r.Fact)
		err := d.store.SetFacts(c.UserContext(), d.act(f.Case, s), seen, want)
		switch {
		case err == nil:
			results[f.Case] = resultDone
		case errors.Is(err, store.ErrNoReader):
			results[f.Case] = resultNoReader
		case errors.Is(err, store.ErrConflict):
			results[f.Case] = resultConflict
		case errors.Is(err, store.ErrNotFound):
			results[f.Case] = resultNotFound
		default:
			return err // what was done stays done, and is done again without a change
		}
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Cases map[string]string `json:"cases"`
	}{results})
}

// valid reports whether our own script can have sent this.
func (f factOfCase) valid(fact string) bool {
	if !crypto.ValidID(f.Case) {
		return false
	}
	for _, value := range []string{f.Seen, f.Now} {
		switch fact {
		case store.EventAssignee:
			if value != "" && !crypto.ValidID(value) {
				return false
			}
		case store.EventStanding:
			if !canBe(fact, value) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// facts are what the store compares and sets.
func (f factOfCase) facts(fact string) (seen, want store.Facts) {
	if fact == store.EventAssignee {
		return store.Facts{Assignee: f.Seen}, store.Facts{Assignee: f.Now}
	}
	return store.Facts{Standing: casework.Standing(f.Seen)}, store.Facts{Standing: casework.Standing(f.Now)}
}

// savedFilters are the filters that a handler saved, which only their browser can read.
type savedFilters struct {
	Version int    `json:"version"`
	Filters []byte `json:"filters"`
}

// GetFilters hands out the handler's saved filters, sealed.
func (d *Desk) GetFilters(c *fiber.Ctx, s session.Session) error {
	sealed, version, err := d.store.SavedFilters(c.UserContext(), s.Handler.ID)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, savedFilters{version, append([]byte{}, sealed...)})
}

// PostFilters replaces them.
func (d *Desk) PostFilters(c *fiber.Ctx, s session.Session) error {
	var r savedFilters
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if r.Version < 0 || crypto.CheckFilters(r.Filters) != nil {
		return respond.ErrMalformed
	}
	if err := d.store.SetSavedFilters(c.UserContext(), s.Handler.ID, r.Version, r.Filters); err != nil {
		return transferFailure(err)
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Version int `json:"version"`
	}{r.Version + 1})
}
