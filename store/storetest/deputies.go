package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// deputy names somebody's deputy and returns the id.
func (c team) deputy(by, handler, deputy string, from, until, on casework.Day) string {
	c.t.Helper()
	d := store.Deputy{ID: newID(), HandlerID: c.ids[handler], DeputyID: c.ids[deputy], From: from, Until: until}
	want(c.t, handler+" has "+deputy+" as deputy", c.s.NameDeputy(context.Background(), c.ids[by], d, store.Days{Root: on}), nil)
	return d.ID
}

func (c team) turn(day casework.Day) {
	c.t.Helper()
	for range 2 { // a second time changes nothing
		want(c.t, "TurnDeputies", c.s.TurnDeputies(context.Background(), store.Days{Root: day}), nil)
	}
}

func (c team) reads(what, name string, branches ...casework.Branch) {
	c.t.Helper()
	if h := c.handler(name); !slices.Equal(h.Branches, branches) {
		c.t.Errorf("%s: %s reads %v, want %v", what, name, h.Branches, branches)
	}
}

// A deputy reads what the handler reads on the days of it, gets keys from colleagues,
// and loses them with the last day.
func testDeputy(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}})
	n, own := c.report("hr", "hana", "ken"), c.report("compliance", "carla")
	c.deputy("", "hana", "carla", today.AddDays(1), today.AddDays(3), today)
	c.reads("before", "carla", "compliance")
	c.turn(today)
	c.wantSees("the day before", "carla", n.ID, false)
	c.turn(today.AddDays(1))
	c.reads("from the first day on", "carla", "compliance", "hr")
	if h := c.handler("carla"); !slices.Equal(h.Own, []casework.Branch{"compliance"}) {
		t.Errorf("her own: %v", h.Own)
	}
	if got := c.needsKeys("ken"); got["carla"] != 1 {
		t.Errorf("who needs keys: %v", got)
	}
	c.grantAll("ken", c.ids["ken"], c.ids["carla"], c.handler("carla").Recipient, 10)
	c.wantKeys("as the deputy", n.ID, "carla", "hana", "ken")
	c.wantSees("as the deputy", "carla", n.ID, true)
	want(t, "CheckKeys", s.CheckKeys(ctx, c.ids["carla"], []string{n.ID}, nil), nil)
	want(t, "taking it", s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids["carla"], At: atNoon}, store.Facts{}, store.Facts{Assignee: c.ids["carla"]}), nil)
	during := c.report("hr", "hana", "ken", "carla")
	c.turn(today.AddDays(3))
	c.wantSees("on the last day", "carla", n.ID, true)
	c.turn(today.AddDays(4))
	c.reads("afterwards", "carla", "compliance")
	for _, id := range []string{n.ID, during.ID} {
		c.wantKeys("afterwards", id, "hana", "ken")
		c.wantSees("afterwards", "carla", id, false)
	}
	c.wantSees("afterwards", "carla", own.ID, true)
	if got, err := s.Case(ctx, n.ID); err != nil || got.Assignee != "" {
		t.Errorf("it is still hers: %v (%v)", got.Assignee, err)
	}
	if all, err := s.Deputies(ctx); err != nil || len(all) != 0 {
		t.Errorf("deputies that are over: %v (%v)", all, err)
	}
	// The server was down for all of the time.
	c.deputy("", "hana", "carla", today.AddDays(10), today.AddDays(12), today.AddDays(5))
	c.turn(today.AddDays(20))
	c.reads("a time that was missed", "carla", "compliance")
}

// Who can be named, for which days, and by whom.
func testDeputyRefused(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	c.add("pat", "procurement")
	c.add("ivo", "independent")
	c.add("sam", "customers")
	admin := func(name, entity string) {
		h := newHandler(name + "@example.org")
		h.Name, h.Roles, h.Branches = name, []string{store.RoleAt(store.RoleAdmin, entity)}, nil
		_, err := s.AddHandler(ctx, h)
		want(t, "AddHandler", err, nil)
		c.ids[name] = h.ID
	}
	admin("admin", "")
	admin("admin.br", "br")
	keyless := newHandler("keyless@example.org")
	keyless.Recipient = ""
	_, err := s.AddHandler(ctx, keyless)
	want(t, "AddHandler", err, nil)
	c.ids["keyless"], c.ids["nobody"] = keyless.ID, newID()
	name := func(by, handler, deputy string, from, until casework.Day) error {
		return s.NameDeputy(ctx, c.ids[by], store.Deputy{ID: newID(), HandlerID: c.ids[handler], DeputyID: c.ids[deputy], From: from, Until: until}, store.Days{Root: today})
	}
	until := today.AddDays(5)
	for what, try := range map[string]struct {
		err, want error
	}{
		"a day of the past":               {name("admin", "hana", "carla", today.AddDays(-1), until), casework.ErrDeputyDays},
		"an end before the beginning":     {name("admin", "hana", "carla", until, today), casework.ErrDeputyDays},
		"more than a year":                {name("admin", "hana", "carla", today, today.AddDays(400)), casework.ErrDeputyDays},
		"themselves":                      {name("admin", "hana", "hana", today, until), store.ErrNoDeputy},
		"somebody without a key":          {name("admin", "hana", "keyless", today, until), store.ErrNoDeputy},
		"an administrator":                {name("admin", "hana", "admin.br", today, until), store.ErrNoDeputy},
		"nobody":                          {name("admin", "hana", "nobody", today, until), store.ErrNoDeputy},
		"for nobody":                      {name("admin", "nobody", "hana", today, until), store.ErrNotFound},
		"for an administrator":            {name("admin", "admin.br", "hana", today, until), store.ErrNotFound},
		"a handler of another desk":       {name("hana", "hana", "carla", today, until), store.ErrNoDeputy},
		"by a colleague":                  {name("both", "hana", "carla", today, until), store.ErrBeyond},
		"by another's administrator":      {name("admin.br", "hana", "bruna", today, until), store.ErrBeyond},
		"of whom they do not administer":  {name("admin.br", "bruna", "hana", today, until), store.ErrBeyond},
		"buyers for those who judge them": {name("admin", "hana", "pat", today, until), casework.ErrNotApart},
		"compliance for the independent":  {name("admin", "ivo", "carla", today, until), casework.ErrNotApart},
	} {
		want(t, what, try.err, try.want)
	}
	if all, err := s.Deputies(ctx); err != nil || len(all) != 0 {
		t.Fatalf("deputies that were refused: %v (%v)", all, err)
	}
	want(t, "somebody above, by themselves", name("bruna", "bruna", "hana", today.AddDays(2), until), nil)
	want(t, "overlapping", name("admin", "bruna", "both", until, until.AddDays(1)), store.ErrOverlap)
	want(t, "after it", name("admin", "bruna", "both", until.AddDays(1), until.AddDays(2)), nil)
	want(t, "for two at once", name("admin", "sofia", "hana", today, until), nil)
	c.reads("for two at once", "hana", "hr", "hr@br-sul")
	c.turn(today.AddDays(2))
	c.reads("for two at once", "hana", "hr", "hr@br", "hr@br-sul")
	want(t, "by the administrator of below", name("admin.br", "bruna", "sofia", today.AddDays(9), today.AddDays(9)), nil)
}

// Deputies of deputies get nothing from that, and what changes on the way counts at
// once: who is disabled, has other work, or whose deputy was ended.
func testDeputiesChange(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "carla": {"compliance"}, "pat": {"procurement"}, "ken": {"hr"}})
	want(t, "PutQueue", s.PutQueue(ctx, "", casework.QueueInfo{Code: "customers", Name: "Customers"}, nil), nil)
	c.add("cus", "customers")
	first := c.deputy("", "hana", "carla", today, today.AddDays(5), today)
	c.deputy("", "carla", "cus", today, today.AddDays(5), today)
	c.reads("a deputy of a deputy", "cus", "customers", "compliance")
	c.reads("the deputy", "carla", "compliance", "hr")
	n := c.report("hr", "hana", "carla")
	want(t, "other work of the handler", s.SetHandlerWork(ctx, "", c.handler("hana"), []string{store.RoleHandler}, []casework.Branch{"customers"}), nil)
	c.reads("other work of the handler", "carla", "compliance", "customers")
	c.wantSees("other work of the handler", "carla", n.ID, false)
	want(t, "other work of the deputy", s.SetHandlerWork(ctx, "", c.handler("carla"), []string{store.RoleHandler}, []casework.Branch{"independent"}), nil)
	c.reads("other work of the deputy", "carla", "independent", "customers")
	c.reads("other work of the handler", "cus", "customers", "independent")
	want(t, "buyers", s.SetHandlerWork(ctx, "", c.handler("carla"), []string{store.RoleHandler}, []casework.Branch{"procurement"}), nil)
	c.reads("a deputy who buys by now", "carla", "procurement")
	want(t, "back", s.SetHandlerWork(ctx, "", c.handler("carla"), []string{store.RoleHandler}, []casework.Branch{"compliance"}), nil)
	c.reads("back", "carla", "compliance", "customers")
	want(t, "ending by somebody else", s.EndDeputy(ctx, c.ids["ken"], first), store.ErrBeyond)
	want(t, "ending", s.EndDeputy(ctx, c.ids["hana"], first), nil)
	want(t, "ending twice", s.EndDeputy(ctx, c.ids["hana"], first), store.ErrNotFound)
	c.reads("ended", "carla", "compliance")
	c.add("bea", "procurement")
	want(t, "disabling the handler", s.DisableHandler(ctx, "", c.handler("carla").Email), nil)
	c.reads("disabled", "cus", "customers")
	c.deputy("", "hana", "cus", today, today.AddDays(5), today)
	c.deputy("", "ken", "cus", today, today.AddDays(5), today)
	c.reads("for both", "cus", "customers", "hr")
	want(t, "no handler any more", s.SetHandlerWork(ctx, "", c.handler("ken"), []string{store.RoleAuditor}, nil), nil)
	c.reads("no handler any more", "cus", "customers")
	want(t, "disabling the deputy", s.DisableHandler(ctx, "", c.handler("cus").Email), nil)
	if all, err := s.Deputies(ctx); err != nil || len(all) != 0 {
		t.Errorf("deputies of who is gone: %v (%v)", all, err)
	}
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditDeputyEnded})
	if err != nil || len(log) != 1 || log[0].Subject != c.ids["hana"] || log[0].Detail != c.ids["carla"]+" 2026-11-21 2026-11-26" {
		t.Errorf("the log of the end: %+v (%v)", log, err)
	}
	partners := casework.QueueInfo{Code: "customers", Name: "Customers"}
	buyers := partners
	buyers.Buyers = true
	want(t, "PutQueue", s.PutQueue(ctx, "", buyers, &partners), nil)
	c.deputy("", "hana", "bea", today, today.AddDays(5), today)
	c.reads("a queue that buyers read", "bea", "procurement", "customers")
	want(t, "PutQueue", s.PutQueue(ctx, "", partners, &buyers), nil)
	c.turn(today)
	c.reads("a queue that buyers read no more", "bea", "procurement")
}

// What a handler is kept from their deputy does not read for them either, by no way,
// unless the branch is the deputy's own.
func testDeputyAndExclusions(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}, "colin": {"compliance"}})
	before := c.report("hr", "hana", "ken")
	want(t, "excluding", c.transfer("ken", store.Transfer{Act: store.Act{CaseID: before.ID}, Seen: "hr", Who: c.ids["hana"]}, 2), nil)
	open := c.report("hr", "hana", "ken")
	c.deputy("", "hana", "carla", today, today.AddDays(5), today)
	c.grantAll("ken", c.ids["ken"], c.ids["carla"], c.handler("carla").Recipient, 10)
	c.wantSees("excluded before", "carla", before.ID, false)
	c.wantKeys("excluded before", before.ID, "ken")
	c.wantSees("not excluded", "carla", open.ID, true)
	if err := grant(s, c.ids["ken"], c.ids["carla"], c.handler("carla").Recipient, before.ID); err == nil {
		t.Error("a key of a case that the handler is excluded from was given to their deputy")
	}
	want(t, "taking it", s.SetFacts(ctx, store.Act{CaseID: open.ID, By: c.ids["carla"], At: atNoon}, store.Facts{}, store.Facts{Assignee: c.ids["carla"]}), nil)
	want(t, "excluding", c.transfer("ken", store.Transfer{Act: store.Act{CaseID: open.ID}, Seen: "hr", Who: c.ids["hana"]}, 2), nil)
	c.wantSees("excluded meanwhile", "carla", open.ID, false)
	c.wantKeys("excluded meanwhile", open.ID, "ken")
	if got, err := s.Case(ctx, open.ID); err != nil || got.Assignee != "" {
		t.Errorf("it is still hers: %q (%v)", got.Assignee, err)
	}
	mine := c.report("compliance", "carla", "colin")
	c.wantSees("a branch of her own", "carla", mine.ID, true)
	if colleagues, err := s.Colleagues(ctx, store.Case{ID: open.ID}); err != nil || len(colleagues) != 1 || colleagues[0].Name != "ken" {
		t.Errorf("who may see it: %v (%v)", colleagues, err)
	}
	// A reporter excludes the handler.
	n := newCase()
	n.Excluded, n.SealedTo = []string{c.ids["hana"]}, map[string]string{}
	for _, name := range []string{"ken", "carla"} {
		n.Keys[c.ids[name]], n.SealedTo[c.ids[name]] = randomBytes(100), c.handler(name).Recipient
	}
	want(t, "sealed to the deputy too", s.CreateCase(ctx, n), store.ErrStale)
	delete(n.Keys, c.ids["carla"])
	want(t, "sealed to the others", s.CreateCase(ctx, n), nil)
	c.wantKeys("sealed to the others", n.ID, "ken")
	if got := c.needsKeys("ken"); got["carla"] != 0 {
		t.Errorf("who needs keys: %v", got)
	}
	// Nobody but the handler and their deputy is left: it goes on, to the deputy's own
	// branch, where she reads it.
	want(t, "the last one is excluded", s.DisableHandler(ctx, "", c.handler("ken").Email), nil)
	got, err := s.Case(ctx, n.ID)
	if err != nil || got.Branch != "compliance" {
		t.Errorf("it is in %s (%v)", got.Branch, err)
	}
	c.wantSees("in her own branch", "carla", n.ID, true)
}

// Who comes to be kept out of a case although they read as much as before loses it, or
// nobody would be told of it any more.
func testDeputyKeptOutLater(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "kim": {"hr"}, "carla": {"compliance"}})
	taken := func(by string) store.NewCase {
		t.Helper()
		n := c.report("hr", "hana", "ken", "kim", by)
		want(t, "excluding", c.transfer("ken", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: c.ids["hana"]}, 2), nil)
		want(t, "taking it", s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids[by], At: atNoon}, store.Facts{}, store.Facts{Assignee: c.ids[by]}), nil)
		return n
	}
	lost := func(what, by string, n store.NewCase) {
		t.Helper()
		c.wantSees(what, by, n.ID, false)
		c.wantKeys(what, n.ID, "ken", "kim")
		if got, err := s.Case(ctx, n.ID); err != nil || got.Assignee != "" {
			t.Errorf("%s: it is still theirs: %q (%v)", what, got.Assignee, err)
		}
	}
	c.deputy("", "kim", "carla", today, today.AddDays(5), today)
	n := taken("carla")
	second := c.deputy("", "hana", "carla", today, today.AddDays(5), today) // she reads no other branch by that
	lost("deputy of who is excluded too", "carla", n)
	want(t, "EndDeputy", s.EndDeputy(ctx, "", second), nil)
	c.wantSees("when that has ended", "carla", n.ID, true)
	if got := c.needsKeys("ken"); got["carla"] != 1 {
		t.Errorf("when that has ended: who needs keys: %v", got)
	}
	c.add("cora", "compliance", "hr")
	c.deputy("", "hana", "cora", today.AddDays(6), today.AddDays(9), today)
	c.turn(today.AddDays(6))
	n = taken("cora")
	want(t, "other work", s.SetHandlerWork(ctx, "", c.handler("cora"), []string{store.RoleHandler}, []casework.Branch{"compliance"}), nil)
	lost("a branch that is not her own any more", "cora", n)
}

// Of sign-ins the day of the last is kept.
func testSignedIn(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	for i, day := range []casework.Day{"2026-11-21", "2026-11-23", "2026-11-22"} { // a clock that was set back
		n := newSession(id, string(rune('a'+i)))
		n.Created = time.Time{}
		want(t, "StartSession", s.StartSession(ctx, n, day), nil)
	}
	if h, err := s.Handler(ctx, id); err != nil || h.SignedIn != "2026-11-23" {
		t.Errorf("signed in on %q (%v)", h.SignedIn, err)
	}
}
