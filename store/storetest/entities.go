package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// group makes a company with a site of its own, and one beside it, and somebody for
// each branch there.
func group(t *testing.T, s *store.Store) team {
	t.Helper()
	for _, e := range []casework.Entity{
		{Code: "br", Name: "Brasil", Country: "BR", TimeZone: "America/Sao_Paulo", Profile: "strictest", People: 900},
		{Code: "br-sul", Parent: "br", Name: "Sul", People: 120},
		{Code: "mx", Name: "México", Country: "MX", TimeZone: "America/Monterrey", Profile: "eu", People: 80},
	} {
		want(t, "PutEntity "+e.Code, s.PutEntity(context.Background(), "", e, nil), nil)
	}
	want(t, "PutQueue", s.PutQueue(context.Background(), "", casework.QueueInfo{Code: "customers", Name: "Customers", Choosable: true}, nil), nil)
	return newTeam(t, s, map[string][]casework.Branch{
		"hana": {"hr"}, "carla": {"compliance", "customers"}, "bruna": {"hr@br"}, "sofia": {"hr@br-sul"}, "mia": {"hr@mx", "compliance@mx"}, "both": {"hr", "hr@br"},
	})
}

// at stores a case of a branch that is about an entity, with keys for these.
func (c team) at(branch casework.Branch, entity string, names ...string) store.NewCase {
	c.t.Helper()
	n := newCase()
	for _, name := range names {
		n.Keys[c.ids[name]] = randomBytes(100)
	}
	n.Branch, n.Entity = branch, entity
	create(c.t, c.s, n)
	return n
}

// Person × branch × every way to see a case: exactly those who read its branch do.
func testBranches(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	readers := map[casework.Branch][]string{
		"hr": {"both", "hana"}, "hr@br": {"both", "bruna"}, "hr@br-sul": {"sofia"}, "hr@mx": {"mia"},
		"compliance": {"carla"}, "compliance@mx": {"mia"}, "customers": {"carla"},
	}
	found := map[casework.Branch]store.NewCase{}
	for b, names := range readers {
		found[b] = c.at(b, b.Entity(), names...)
	}
	for name, id := range c.ids {
		h := c.handler(name)
		theirs := 0
		for b, n := range found {
			reads := slices.Contains(readers[b], name)
			theirs += asInt(reads)
			c.wantSees("branch "+string(b), name, n.ID, reads)
			colleagues, err := s.Colleagues(ctx, store.Case{ID: n.ID, Branch: b})
			if err != nil || slices.ContainsFunc(colleagues, func(o store.Handler) bool { return o.ID == id }) != reads {
				t.Errorf("%s among those who read %s: %v, want %v", name, b, err, reads)
			}
			list, _, err := s.CaseList(ctx, h, store.CaseQuery{Tab: casework.TabAll, Sort: casework.SortNewest, Queue: b.Queue()})
			if err != nil || slices.ContainsFunc(list, func(l store.ListedCase) bool { return l.ID == n.ID }) != reads {
				t.Errorf("%s: the list of %s: %v, want %v", name, b, err, reads)
			}
			sums, err := s.Summaries(ctx, h, []string{n.ID})
			if err != nil || len(sums) == 1 != reads {
				t.Errorf("%s: the summary of %s: %v, want %v", name, b, err, reads)
			}
		}
		counts, err := s.TabCounts(ctx, h, store.Days{Root: today})
		if err != nil || counts[casework.TabAll] != theirs {
			t.Errorf("%s counts %v (%v), want %d", name, counts, err, theirs)
		}
	}
	all, err := s.Cases(ctx, store.CaseFilter{Queue: casework.HR})
	if err != nil || len(all) != 4 {
		t.Errorf("cases of hr everywhere: %d, %v", len(all), err)
	}
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A case that turns out to be about another company goes to those who read there,
// and its due days follow the profile there.
func testToAnotherEntity(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: law.Strictest}), nil)
	n := c.at("hr@br", "br", "bruna", "both")
	over := store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr@br", Queue: casework.HR, Entity: "mx"}
	want(t, "to where it is", c.transfer("bruna", store.Transfer{Act: over.Act, Seen: "hr@br", Queue: casework.HR, Entity: "br"}, 2), store.ErrTransferred)
	want(t, "by who does not read it", c.transfer("hana", over, 2), store.ErrNotFound)
	want(t, "to an entity that there is not", c.transfer("bruna", store.Transfer{Act: over.Act, Seen: "hr@br", Queue: casework.HR, Entity: "xx"}, 2), store.ErrNotFound)
	want(t, "to another entity", c.transfer("bruna", over, 2), nil)
	got, err := s.Case(ctx, n.ID)
	if err != nil || got.Branch != "hr@mx" || got.Entity != "mx" {
		t.Errorf("read by %s, about %s (%v)", got.Branch, got.Entity, err)
	}
	c.wantKeys("at another entity", n.ID, "mia")
	if profile, err := s.Profile(ctx, "mx"); err != nil || profile.Code != "eu" || got.Due != "2026-11-28" {
		t.Errorf("profile %s, due %s (%v)", profile.Code, got.Due, err)
	}
	want(t, "to compliance there", c.transfer("mia", store.Transfer{Act: over.Act, Seen: "hr@mx", Queue: casework.Compliance, Entity: "mx"}, 3), nil)
	want(t, "to what nobody reads", c.transfer("mia", store.Transfer{Act: over.Act, Seen: "compliance@mx", Queue: casework.Procurement, Entity: "mx"}, 4), casework.ErrNoHandler)
	want(t, "to the head office", c.transfer("mia", store.Transfer{Act: over.Act, Seen: "compliance@mx", Queue: casework.Compliance}, 4), nil)
	c.wantKeys("at the head office", n.ID, "carla")
	events, err := s.Events(ctx, n.ID)
	var said []string
	for _, e := range events {
		if e.What == store.EventEntity || e.What == store.EventQueue {
			said = append(said, e.What+" "+e.From+">"+e.To)
		}
	}
	if want := []string{"entity br>mx", "queue hr@br>hr@mx", "queue hr@mx>compliance@mx", "entity mx>", "queue compliance@mx>compliance"}; err != nil || !slices.Equal(slices.Sorted(slices.Values(said)), slices.Sorted(slices.Values(want))) {
		t.Errorf("%q (%v), want %q", said, err, want)
	}
}

// Whoever is the last to read a branch leaves its cases to the nearest branch above,
// and nothing is left to nobody.
func testLastOfABranch(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	var ids []string
	for range 3 {
		ids = append(ids, c.at("hr@br-sul", "br-sul", "sofia").ID)
	}
	other := c.at("hr@br", "br", "bruna", "both")
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "sofia@example.org"), nil)
	for _, id := range ids {
		got, err := s.Case(ctx, id)
		if err != nil || got.Branch != "hr@br" || got.Entity != "br-sul" {
			t.Fatalf("read by %s, about %s (%v)", got.Branch, got.Entity, err)
		}
		c.wantSees("above", "bruna", id, true)
		c.wantSees("above", "hana", id, false)
	}
	if bruna := c.handler("bruna"); c.needsKeys("both")["bruna"] != 0 || bruna.Recipient == "" {
		t.Error("a colleague could give keys that nobody has")
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "bruna@example.org"), nil)
	if got, err := s.Case(ctx, other.ID); err != nil || got.Branch != "hr@br" {
		t.Errorf("a case moved although somebody is left: %s (%v)", got.Branch, err)
	}
	both := c.handler("both")
	want(t, "leaving", s.SetHandlerWork(ctx, "", both, both.Roles, []casework.Branch{"hr"}), nil)
	for _, id := range append(ids, other.ID) {
		if got, err := s.Case(ctx, id); err != nil || got.Branch != "hr" {
			t.Errorf("read by %s (%v)", got.Branch, err)
		}
	}
	c.wantSees("at the head office", "hana", other.ID, true)
	c.add("bia", "hr@br")
	want(t, "MoveOrphans", s.MoveOrphans(ctx), nil)
	if got, err := s.Case(ctx, other.ID); err != nil || got.Branch != "hr" { // nobody new could open it
		t.Errorf("a case moved to somebody without its key: %s (%v)", got.Branch, err)
	}
}

// At the same moment it is another day elsewhere: a case is overdue by the day of
// its own entity.
func testOverdueByEntity(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	h := c.handler("hana")
	want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", h, h.Roles, []casework.Branch{"hr", "hr@br", "hr@mx"}), nil)
	h = c.handler("hana")
	for _, b := range h.Branches {
		c.at(b, b.Entity(), "hana")
	}
	for _, test := range []struct {
		days store.Days
		late int
	}{
		{store.Days{Root: "2026-11-28"}, 0},
		{store.Days{Root: "2026-11-29"}, 3},
		{store.Days{Root: "2026-11-29", At: map[string]casework.Day{"br": "2026-11-28", "mx": "2026-11-28"}}, 1},
		{store.Days{Root: "2026-11-28", At: map[string]casework.Day{"br": "2026-11-29"}}, 1},
		{store.Days{Root: "2026-11-29", At: map[string]casework.Day{"br": "2026-11-28"}}, 2},
	} {
		counts, err := s.TabCounts(ctx, h, test.days)
		list, _, listErr := s.CaseList(ctx, h, store.CaseQuery{Tab: casework.TabOverdue, Today: test.days, Sort: casework.SortDue})
		if err != nil || listErr != nil || counts[casework.TabOverdue] != test.late || len(list) != test.late {
			t.Errorf("%+v: %d counted, %d listed (%v, %v), want %d", test.days, counts[casework.TabOverdue], len(list), err, listErr, test.late)
		}
	}
}

// Due days follow the profile of the entity, or of the one above it.
func testDatesByEntity(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	sul := c.at("hr@br-sul", "br-sul", "sofia")
	due := func(what string, day casework.Day) {
		t.Helper()
		if got, err := s.Case(ctx, sul.ID); err != nil || got.Due != day {
			t.Errorf("%s: due %s (%v), want %s", what, got.Due, err, day)
		}
	}
	due("strictest", "2026-11-28")
	br := casework.Entity{Code: "br", Name: "Brasil", Profile: "fr", People: 900} // seven working days
	want(t, "PutEntity", s.PutEntity(ctx, "", br, seenEntity(t, s, "br")), nil)
	due("after the entity above has another profile", "2026-12-01")
	want(t, "PutEntity", s.PutEntity(ctx, "", casework.Entity{Code: "br-sul", Parent: "br", Name: "Sul", Profile: "eu"}, seenEntity(t, s, "br-sul")), nil)
	due("after it has one of its own", "2026-11-28")
}

// seenEntity is an entity as somebody sees it who is about to change it.
func seenEntity(t *testing.T, s *store.Store, code string) *casework.Entity {
	t.Helper()
	o, err := s.Organization(context.Background())
	e, known := o.Entities.Find(code)
	if err != nil || !known {
		t.Fatal(code, err)
	}
	return &e
}

func testEntitiesAndQueues(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	e := casework.Entity{Code: "cl", Parent: "br", Name: "Chile", Names: casework.Translations{"ja": "チリ"}, Country: "CL", TimeZone: "America/Santiago", Profile: "strictest",
		Languages: []string{"es", "en"}, Contact: "calle 1", Contacts: casework.Translations{"en": "1 street"}, People: 7}
	want(t, "PutEntity of one that is not there", s.PutEntity(ctx, "", e, &e), store.ErrNotFound)
	want(t, "PutEntity", s.PutEntity(ctx, "", e, nil), nil)
	want(t, "PutEntity again", s.PutEntity(ctx, "", e, nil), store.ErrExists)
	want(t, "PutEntity below itself", s.PutEntity(ctx, "", casework.Entity{Code: "br", Parent: "cl", Name: "x"}, seenEntity(t, s, "br")), casework.ErrEntityParent)
	q := casework.QueueInfo{Code: "partners", Name: "Partners", Names: casework.Translations{"ja": "取引先"}, Readers: "buyers", ReadersIn: casework.Translations{"es": "compras"}, Buyers: true}
	want(t, "PutQueue", s.PutQueue(ctx, "", q, nil), nil)
	want(t, "PutQueue again", s.PutQueue(ctx, "", q, nil), store.ErrExists)
	want(t, "PutQueue of one that is not there", s.PutQueue(ctx, "", casework.QueueInfo{Code: "none"}, &casework.QueueInfo{Code: "none"}), store.ErrNotFound)
	stale, later := q, q
	later.Readers = "the office"
	want(t, "PutQueue that changes it", s.PutQueue(ctx, "", later, &stale), nil)
	want(t, "PutQueue by who saw it before", s.PutQueue(ctx, "", q, &stale), store.ErrConflict)
	want(t, "PutQueue back", s.PutQueue(ctx, "", q, &later), nil)
	renamed := e
	renamed.Name = "Chile S.A."
	want(t, "PutEntity that changes it", s.PutEntity(ctx, "", renamed, &e), nil)
	want(t, "PutEntity by who saw it before", s.PutEntity(ctx, "", e, &e), store.ErrConflict)
	want(t, "PutEntity back", s.PutEntity(ctx, "", e, &renamed), nil)
	rules := []casework.Rule{{Entities: []string{"br"}, Categories: []string{"environment"}, Queue: "partners"}}
	want(t, "SetRouting", s.SetRouting(ctx, "", nil, rules), nil)
	want(t, "SetRouting by who saw none", s.SetRouting(ctx, "", nil, nil), store.ErrConflict)
	want(t, "SetRouting to nowhere", s.SetRouting(ctx, "", rules, []casework.Rule{{Queue: "nowhere"}}), casework.ErrRule)
	want(t, "too many rules", s.SetRouting(ctx, "", rules, slices.Repeat(rules, casework.OwnRulesLimit+1)), store.ErrTooMany)
	o, err := s.Organization(ctx)
	found, known := o.Entities.Find("cl")
	queue, knownQueue := o.Find("partners")
	if err != nil || !known || !knownQueue || len(o.Entities) != 5 || o.Entities[0].Code != casework.Root || fmt.Sprint(found) != fmt.Sprint(e) ||
		fmt.Sprint(queue) != fmt.Sprint(q) || fmt.Sprint(o.Own) != fmt.Sprint(rules) {
		t.Errorf("%+v (%v)", o, err)
	}
	c.at("hr@mx", "mx", "mia")
	for code, err := range map[string]error{"": store.ErrNotFound, "xx": store.ErrNotFound, "br": store.ErrInUse, "mx": store.ErrInUse, "br-sul": store.ErrInUse, "cl": nil} {
		want(t, "DropEntity "+code, s.DropEntity(ctx, "", code, "2026-11-30"), err)
	}
	want(t, "DropQueue with a rule", s.DropQueue(ctx, "", "partners"), store.ErrInUse)
	want(t, "DropQueue with people", s.DropQueue(ctx, "", "customers"), store.ErrInUse)
	want(t, "SetRouting to none", s.SetRouting(ctx, "", rules, nil), nil)
	want(t, "DropQueue", s.DropQueue(ctx, "", "partners"), nil)
	want(t, "DropQueue again", s.DropQueue(ctx, "", "partners"), store.ErrNotFound)
	h := newHandler("x@example.org")
	for _, h.Branches = range [][]casework.Branch{{"hr@cl"}, {"partners"}, {"hr", "hr"}} {
		if _, err := s.AddHandler(ctx, h); err == nil {
			t.Errorf("somebody reads %v", h.Branches)
		}
	}
}

// An administrator of an entity manages who works there and below, and nobody above
// or beside; every entity keeps an administrator.
func testAdministratorsOfEntities(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	ids := map[string]string{}
	admin := func(name string, roles ...string) {
		h := newHandler(name + "@example.org")
		h.Roles, h.Branches, h.Recipient = roles, nil, ""
		_, err := s.AddHandler(ctx, h)
		want(t, "AddHandler", err, nil)
		want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: h.ID, Salt: randomBytes(16), AuthHash: randomBytes(32)}), nil)
		ids[name] = h.ID
	}
	admin("root", "admin")
	admin("brazil", "admin@br")
	admin("site", "admin@br-sul")
	work := func(by, who string, roles []string, branches ...casework.Branch) error {
		h, err := s.Handler(ctx, cmp.Or(ids[who], c.ids[who]))
		want(t, "Handler", err, nil)
		return s.SetHandlerWork(ctx, ids[by], h, roles, branches)
	}
	handler := []string{store.RoleHandler}
	want(t, "their own", work("brazil", "bruna", handler, "hr@br", "compliance@br"), nil)
	want(t, "of a site below", work("brazil", "sofia", handler, "hr@br-sul", "hr@br"), nil)
	want(t, "to the head office", work("brazil", "bruna", handler, "hr"), store.ErrBeyond)
	want(t, "of the head office", work("brazil", "hana", handler, "hr@br"), store.ErrBeyond)
	want(t, "of both", work("brazil", "both", handler, "hr@br"), store.ErrBeyond)
	want(t, "beside", work("brazil", "mia", handler, "hr@mx"), store.ErrBeyond)
	want(t, "above", work("site", "bruna", handler, "hr@br-sul"), store.ErrBeyond)
	want(t, "themselves above", work("brazil", "site", []string{"admin"}), store.ErrBeyond)
	want(t, "disabling above", s.DisableHandler(ctx, ids["site"], "brazil@example.org"), store.ErrBeyond)
	want(t, "inviting beside", s.InviteHandler(ctx, store.Handler{ID: newID(), Name: "x", Email: "x@example.org", Roles: handler, Branches: []casework.Branch{"hr@mx"}}, store.Invitation{By: ids["brazil"], Hash: hash("x")}), store.ErrBeyond)
	want(t, "inviting", s.InviteHandler(ctx, store.Handler{ID: newID(), Name: "x", Email: "x@example.org", Roles: handler, Branches: []casework.Branch{"hr@br-sul"}}, store.Invitation{By: ids["brazil"], Hash: hash("x")}), nil)
	want(t, "the last of a site, by themselves", work("site", "site", []string{"auditor@br-sul"}), store.ErrLast)
	want(t, "the last of a company, by themselves", s.DisableHandler(ctx, ids["brazil"], "brazil@example.org"), store.ErrLast)
	want(t, "the last of a site, from above", work("brazil", "site", []string{"auditor@br-sul"}), nil)
	want(t, "the last of a company, from above", s.DisableHandler(ctx, ids["root"], "brazil@example.org"), nil)
	want(t, "the last of all", s.DisableHandler(ctx, "", "root@example.org"), store.ErrLast)
}

// A case from which everybody is excluded who is left goes on, at the root too.
func testLastWhoIsNotExcluded(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	reads := func(what, id, name string) {
		t.Helper()
		for other := range c.ids {
			c.wantSees(what, other, id, other == name)
		}
	}
	excluding := func(branch casework.Branch, entity, key string, names ...string) string {
		n := newCase(c.ids[key])
		n.Branch, n.Entity = branch, entity
		for _, name := range names {
			n.Excluded = append(n.Excluded, c.ids[name])
		}
		create(t, s, n)
		return n.ID
	}
	above := excluding("hr@br-sul", "br-sul", "sofia", "bruna", "both")
	stays := excluding("hr@br", "br", "both", "bruna")
	root := excluding("hr", "", "both", "hana")
	want(t, "the last of a site", s.DisableHandler(ctx, "", "sofia@example.org"), nil)
	reads("its case goes on to compliance", above, "carla")
	both := c.handler("both")
	want(t, "the last who is not excluded", s.SetHandlerWork(ctx, "", both, both.Roles, []casework.Branch{"hr@mx"}), nil)
	reads("a case of a company", stays, "carla")
	reads("a case of the head office", root, "carla")
}

// Whoever reads the cases of forty companies sees all of them in every list.
func testManyBranches(t *testing.T, s *store.Store) {
	ctx := context.Background()
	h := newHandler("all@example.org")
	for i := range 40 {
		code := fmt.Sprintf("c%d", i)
		want(t, "PutEntity", s.PutEntity(ctx, "", casework.Entity{Code: code, Name: code}, nil), nil)
		for _, q := range casework.Queues {
			h.Branches = append(h.Branches, casework.BranchOf(q, code))
		}
	}
	_, err := s.AddHandler(ctx, h)
	want(t, "AddHandler", err, nil)
	for _, b := range h.Branches[:60] {
		n := newCase(h.ID)
		n.Branch, n.Entity = b, b.Entity()
		create(t, s, n)
	}
	counts, err := s.TabCounts(ctx, h, store.Days{Root: "2026-11-29"})
	if err != nil || counts[casework.TabAll] != 60 || counts[casework.TabOverdue] != 60 {
		t.Errorf("%v (%v)", counts, err)
	}
	for _, tab := range casework.Tabs {
		for _, sort := range []string{casework.SortDue, casework.SortNewest} {
			seen := map[string]bool{}
			for after := (casework.Cursor{}); ; {
				page, next, err := s.CaseList(ctx, h, store.CaseQuery{Tab: tab, Today: store.Days{Root: "2026-11-29"}, Sort: sort, After: after})
				want(t, "CaseList "+tab, err, nil)
				for _, c := range page {
					seen[c.ID] = true
				}
				if after = next; next.ID == "" {
					break
				}
			}
			if len(seen) != counts[tab] {
				t.Errorf("%s by %s: %d cases, %d counted", tab, sort, len(seen), counts[tab])
			}
		}
	}
}

// A link to enrol that an administrator of a company made ends when its owner gets
// work that this administrator has no say in.
func testLinkOfWhoRises(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	for _, to := range []struct {
		roles    []string
		branches []casework.Branch
		good     bool
	}{
		{[]string{store.RoleHandler}, []casework.Branch{"hr@br-sul"}, true},
		{[]string{store.RoleHandler}, []casework.Branch{"hr@br", "hr"}, false},
		{[]string{store.RoleHandler, store.RoleAdmin}, []casework.Branch{"hr@br"}, false},
	} {
		bruna := c.handler("bruna")
		want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", bruna, []string{store.RoleHandler}, []casework.Branch{"hr@br"}), nil)
		link := hash(fmt.Sprint(to))
		want(t, "Invite", s.Invite(ctx, store.Invitation{HandlerID: bruna.ID, Hash: link}), nil)
		want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", c.handler("bruna"), to.roles, to.branches), nil)
		if _, err := s.Invitation(ctx, link); err == nil != to.good {
			t.Errorf("the link to %v %v: %v, want good %v", to.roles, to.branches, err, to.good)
		}
	}
}
