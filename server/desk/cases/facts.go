package cases

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// factsOf reads the facts of a form, each from the field of its name after prefix;
// what a form leaves out is "".
func factsOf(fields url.Values, prefix string) store.Facts {
	return store.Facts{
		Priority: casework.Priority(fields.Get(prefix + "priority")), Assignee: fields.Get(prefix + "assignee"), Kind: fields.Get(prefix + "kind"),
		Standing: casework.Standing(fields.Get(prefix + "standing")), Danger: casework.Danger(fields.Get(prefix + "danger")),
	}
}

// PostFacts changes what handlers agree on about a case, unless a colleague was
// faster: then the page says so, and shows what holds now. A form has fields for
// those facts alone that it changes, and for what its page showed of them.
func (d *Desk) PostFacts(c *fiber.Ctx, s session.Session, fields url.Values) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	seen, want := factsOf(fields, "seen-"), factsOf(fields, "")
	people, err := d.assignable(ctx, found)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(people, func(p view.Person) bool { return p.ID == want.Assignee })
	if !validFacts(seen, want) || want.Assignee != "" && want.Assignee != seen.Assignee && !known {
		return respond.ErrMalformed
	}
	query := url.Values{"facts": {"saved"}}
	err = d.store.SetFacts(ctx, store.Act{CaseID: found.ID, By: s.Handler.ID, At: d.now().Unix()}, seen, want)
	switch {
	case errors.Is(err, store.ErrConflict):
		query.Set("facts", "changed")
	case err != nil:
		return err
	default:
		noteChange(query, seen, want)
	}
	if back := backTo(fields.Get("back")); back != "" {
		query.Set("back", back)
	}
	if at, err := casework.ParseCursor(fields.Get("at")); err == nil && at.ID == found.ID {
		query.Set("at", at.String())
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/cases/"+found.ID+"?"+query.Encode(), fiber.StatusSeeOther)
}

// canBe reports whether a fact that a button of its own changes can have a value.
func canBe(fact, value string) bool {
	switch fact {
	case "kind":
		return value == "" || slices.Contains(casework.Kinds, value)
	case "standing":
		return slices.Contains(casework.Standings, casework.Standing(value))
	case "danger":
		return slices.Contains(casework.Dangers, casework.Danger(value))
	}
	return false
}

// validFacts reports whether our own page can have sent these.
func validFacts(seen, want store.Facts) bool {
	for _, f := range []store.Facts{seen, want} {
		if f.Priority != "" && !slices.Contains(casework.Priorities, f.Priority) || f.Standing != "" && !canBe("standing", string(f.Standing)) ||
			!canBe("kind", f.Kind) || !canBe("danger", string(f.Danger)) {
			return false
		}
	}
	return (seen.Priority == "") == (want.Priority == "") && (seen.Standing == "") == (want.Standing == "")
}

// noteChange adds to the query of the page that follows what was changed, where it
// is one of the facts that a button of its own changes.
func noteChange(query url.Values, seen, want store.Facts) {
	var changes []view.FactChange
	for _, c := range []view.FactChange{
		{Fact: "kind", Was: seen.Kind, Now: want.Kind},
		{Fact: "standing", Was: string(seen.Standing), Now: string(want.Standing)},
		{Fact: "danger", Was: string(seen.Danger), Now: string(want.Danger)},
	} {
		if c.Was != c.Now {
			changes = append(changes, c)
		}
	}
	if len(changes) == 1 {
		query.Set("fact", changes[0].Fact)
		query.Set("was", changes[0].Was)
	}
}

// changeOf reads what noteChange wrote; what our page cannot have written is no
// change.
func changeOf(c *fiber.Ctx, found store.Case) view.FactChange {
	change := view.FactChange{Fact: c.Query("fact"), Was: c.Query("was")}
	change.Now = map[string]string{"kind": found.Kind, "standing": string(found.Standing), "danger": string(found.Danger)}[change.Fact]
	if c.Query("facts") != "saved" || change.Was == change.Now || !canBe(change.Fact, change.Was) {
		return view.FactChange{}
	}
	return change
}
