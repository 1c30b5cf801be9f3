package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// notices returns how many notices wait for each handler.
func notices(s *store.Store) (map[string]int, error) {
	waiting, err := s.Waiting(context.Background())
	n := map[string]int{}
	for _, w := range waiting {
		n[w.Target] = w.Notices
	}
	return n, err
}

// told fails the test unless these, and nobody else, got a notice since the last call.
func (c team) told(seen map[string]int, what string, names ...string) {
	c.t.Helper()
	now, err := notices(c.s)
	want(c.t, what, err, nil)
	var got []string
	for name, id := range c.ids {
		for range now[id] - seen[id] {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	if fmt.Sprint(got) != fmt.Sprint(names) {
		c.t.Errorf("%s: told %v, want %v", what, got, names)
	}
	clear(seen)
	maps.Copy(seen, now)
}

// quiet forgets the notices of before.
func (c team) quiet(seen map[string]int) {
	c.t.Helper()
	now, err := notices(c.s)
	want(c.t, "Waiting", err, nil)
	maps.Copy(seen, now)
}

// answers has somebody ask the reporter a question, and move the case with it; or
// close it.
func (c team) answers(n store.NewCase, by string, move casework.Move) {
	c.t.Helper()
	m := store.NewMessage{CaseID: n.ID, From: casework.FromDesk, Kind: casework.Question, On: today, At: atNoon, By: c.ids[by], Sealed: randomBytes(99), Move: &move}
	if move.Closes() {
		m.Kind = casework.Answer
		want(c.t, "classifying", classify(context.Background(), c.s, store.Act{CaseID: n.ID, By: c.ids[by], At: atNoon}), nil)
	}
	_, err := addNext(context.Background(), c.s, m)
	want(c.t, "an answer", err, nil)
}

// A due day is told of three days before and when it has passed, and some days later
// to somebody else; each once, with the server down on any of these days, and anew when
// there is another due day.
func testReminders(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}})
	admin := newHandler("admin@example.org")
	admin.Name, admin.Roles, admin.Branches = "admin", []string{store.RoleAdmin}, nil
	_, err := s.AddHandler(ctx, admin)
	want(t, "AddHandler", err, nil)
	c.ids["admin"] = admin.ID
	mine, nobodys, skipped, junk := c.report("hr", "hana", "ken"), c.report("hr", "hana", "ken"), c.report("compliance", "carla"), c.report("hr", "hana", "ken")
	act := store.Act{CaseID: mine.ID, By: c.ids["hana"], At: atNoon}
	want(t, "taking it", s.SetFacts(ctx, act, store.Facts{}, store.Facts{Assignee: c.ids["hana"]}), nil)
	want(t, "junk", s.SetFacts(ctx, store.Act{CaseID: junk.ID, By: c.ids["hana"], At: atNoon}, store.Facts{Standing: casework.Counts}, store.Facts{Standing: casework.Junk}), nil)
	seen := map[string]int{}
	c.told(seen, "new cases", "carla", "hana", "hana", "hana", "ken", "ken", "ken")
	const due = "2026-11-28"
	on := func(day casework.Day, escalate int, names ...string) {
		t.Helper()
		for _, again := range []string{"", " again"} {
			want(t, "Remind", s.Remind(ctx, store.Days{Root: day}, escalate), nil)
			c.told(seen, string(day)+again, names...)
			names = nil
		}
	}
	on("2026-11-24", 3)
	c.answers(skipped, "carla", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	if moved, err := s.Case(ctx, skipped.ID); err != nil || moved.Due != "2026-12-11" {
		t.Fatalf("due %s (%v)", moved.Due, err)
	}
	on("2026-11-25", 3, "hana", "hana", "ken")
	on(due, 3)
	on("2026-11-29", 3, "hana", "hana", "ken")
	on("2026-11-30", 3)
	on("2026-12-01", 0)
	on("2026-12-01", 3, "admin", "admin") // who is in charge has no deputy
	on("2026-12-07", 3)
	on("2026-12-20", 3, "admin", "carla") // the server was down from the eighth on: one reminder of two
	c.answers(mine, "hana", casework.Move{From: casework.Received, To: casework.Acknowledged, On: "2026-12-20"})
	on("2026-12-20", 3, "admin", "hana") // another due day, which has passed as well
	if got, err := s.Unattended(ctx); err != nil || !slices.Equal(got, []casework.Branch{"compliance", "hr"}) {
		t.Errorf("nobody acts in %v (%v)", got, err)
	}
	c.answers(mine, "hana", casework.Move{From: casework.Acknowledged, To: casework.Closed, Outcome: "partly", On: today})
	c.answers(nobodys, "hana", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	c.answers(nobodys, "hana", casework.Move{From: casework.Acknowledged, To: casework.Closed, Outcome: "partly", On: today})
	on("2027-06-01", 3)
	if got, err := s.Unattended(ctx); err != nil || !slices.Equal(got, []casework.Branch{"compliance"}) {
		t.Errorf("after closing nobody acts in %v (%v)", got, err)
	}
}

// It goes by the day at the entity of each case, on both sides of midnight.
func testRemindersByEntity(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	c.at("hr", "", "hana")
	c.at("hr@br", "br", "bruna")
	c.at("hr@mx", "mx", "mia")
	seen := map[string]int{}
	c.quiet(seen)
	on := func(days store.Days, names ...string) {
		t.Helper()
		want(t, "Remind", s.Remind(ctx, days, 0), nil)
		c.told(seen, fmt.Sprint(days), names...)
	}
	on(store.Days{Root: "2026-11-25", At: map[string]casework.Day{"br": "2026-11-24", "br-sul": "2026-11-24", "mx": "2026-11-24"}}, "both", "hana")
	on(store.Days{Root: "2026-11-25", At: map[string]casework.Day{"mx": "2026-11-24"}}, "both", "bruna")
	on(store.Days{Root: "2026-11-24", At: map[string]casework.Day{"mx": "2026-11-25"}}, "mia")
	on(store.Days{Root: "2026-11-28", At: map[string]casework.Day{"br": "2026-11-29"}}, "both", "bruna")
}

// Two servers at once tell of each once.
func testConcurrentReminders(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}})
	const cases = 12
	for range cases {
		c.report("hr", "hana")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			want(t, "Remind", s.Remind(ctx, store.Days{Root: "2026-12-24"}, 3), nil)
			want(t, "RemindUnseen", s.RemindUnseen(ctx, store.Days{Root: "2026-12-24"}), nil)
		})
	}
	wg.Wait()
	if now, err := notices(s); err != nil || now[c.ids["hana"]] != 2*cases {
		t.Errorf("%d notices (%v), want %d", now[c.ids["hana"]], err, 2*cases)
	}
}

// Reminders, which go by due days, and somebody's leaving, which goes by ids, do not wait
// for each other for ever.
func testRemindersAndLeaving(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}})
	const cases = 60
	var ids []string
	for range cases {
		ids = append(ids, c.report("hr", "hana", "ken").ID)
	}
	slices.Sort(ids)
	for i, id := range ids {
		want(t, "taking it", s.SetFacts(ctx, store.Act{CaseID: id, By: c.ids["hana"], At: atNoon}, store.Facts{}, store.Facts{Assignee: c.ids["hana"]}), nil)
		if i < cases/2 { // due later than those of higher ids
			_, err := addNext(ctx, s, store.NewMessage{CaseID: id, From: casework.FromDesk, Kind: casework.Question, On: today, At: atNoon, By: c.ids["hana"], Sealed: randomBytes(99),
				Move: &casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}})
			want(t, "acknowledging", err, nil)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { want(t, "Remind", s.Remind(ctx, store.Days{Root: "2026-12-24"}, 3), nil) })
	wg.Go(func() { want(t, "DisableHandler", s.DisableHandler(ctx, "", "hana@example.org"), nil) })
	wg.Wait()
}

// Who is told that nobody acts: the deputy of who is in charge, or else the lead of
// the branch, or else those who administer the entity; nobody who is excluded.
func testEscalation(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	for name, entity := range map[string]string{"admin": "", "admin of br": "br", "admin of mx": "mx"} {
		h := newHandler(newID() + "@example.org")
		h.Name, h.Roles, h.Branches = name, []string{store.RoleAt(store.RoleAdmin, entity)}, nil
		_, err := s.AddHandler(ctx, h)
		want(t, "AddHandler", err, nil)
		c.ids[name] = h.ID
	}
	seen := map[string]int{}
	escalated := func(what string, _ store.NewCase, names ...string) {
		t.Helper()
		want(t, "Remind", s.Remind(ctx, store.Days{Root: "2026-11-30"}, 3), nil) // overdue
		c.quiet(seen)
		want(t, "Remind", s.Remind(ctx, store.Days{Root: "2026-12-01"}, 3), nil)
		c.told(seen, what, names...)
	}
	inCharge := func(n store.NewCase, name string) store.NewCase {
		t.Helper()
		want(t, "taking it", s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids[name], At: atNoon}, store.Facts{}, store.Facts{Assignee: c.ids[name]}), nil)
		return n
	}
	quiet := func(n store.NewCase) store.NewCase {
		t.Helper()
		c.quiet(seen)
		return n
	}
	escalated("without a lead", quiet(c.at("hr@br", "br", "bruna")), "admin", "admin of br")
	want(t, "a lead of another queue", s.SetLead(ctx, c.ids["admin"], "hr@br", "", c.ids["carla"]), store.ErrConflict)
	want(t, "a lead of below", s.SetLead(ctx, c.ids["admin"], "hr", "", c.ids["bruna"]), store.ErrConflict)
	want(t, "a lead elsewhere", s.SetLead(ctx, c.ids["admin of mx"], "hr@br", "", c.ids["bruna"]), store.ErrBeyond)
	want(t, "a lead", s.SetLead(ctx, c.ids["admin of br"], "hr@br", "", c.ids["bruna"]), nil)
	want(t, "a lead in place of one who was not seen", s.SetLead(ctx, c.ids["admin"], "hr@br", "", c.ids["hana"]), store.ErrConflict)
	escalated("to the lead", quiet(c.at("hr@br", "br", "bruna")), "bruna")
	escalated("the lead is in charge", quiet(inCharge(c.at("hr@br", "br", "bruna"), "bruna")), "admin", "admin of br")
	want(t, "a lead from above", s.SetLead(ctx, c.ids["admin"], "hr@br", c.ids["bruna"], c.ids["hana"]), nil)
	escalated("to a lead above", quiet(c.at("hr@br", "br", "bruna")), "hana")
	c.deputy("admin", "bruna", "both", today, today.AddDays(30), today)
	escalated("to the deputy", quiet(inCharge(c.at("hr@br", "br", "bruna"), "bruna")), "both")
	kept := c.at("hr@br", "br", "bruna", "both")
	want(t, "excluding", c.transfer("bruna", store.Transfer{Act: store.Act{CaseID: kept.ID}, Seen: "hr@br", Who: c.ids["both"]}, 2), nil)
	escalated("the deputy is excluded", quiet(inCharge(kept, "bruna")), "hana")
	listens := func(name, when string) {
		t.Helper()
		want(t, "SetNotify", s.SetNotify(ctx, c.ids[name], store.Notify{When: when, Hour: 8}), nil)
	}
	listens("both", store.NotifyNone)
	escalated("the deputy hears of nothing", quiet(inCharge(c.at("hr@br", "br", "bruna", "both"), "bruna")), "hana")
	listens("hana", store.NotifyNone)
	escalated("nor does the lead", quiet(inCharge(c.at("hr@br", "br", "bruna", "both"), "bruna")), "admin", "admin of br")
	// What is read above an entity those who administer it do not learn of.
	escalated("about an entity, read above it", quiet(c.at("hr", "br", "hana")), "admin")
	want(t, "no lead", s.SetLead(ctx, c.ids["admin"], "hr@br", c.ids["hana"], ""), nil)
	if leads, err := s.Leads(ctx); err != nil || len(leads) != 0 {
		t.Errorf("leads: %v (%v)", leads, err)
	}
}

// Whoever takes over an overdue case is reminded of it, once.
func testOverdueTransfer(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	seen := map[string]int{}
	remind := func(what string, names ...string) {
		t.Helper()
		c.quiet(seen)
		want(t, "Remind", s.Remind(ctx, store.Days{Root: "2026-12-01"}, 0), nil)
		c.told(seen, what, names...)
	}
	n := c.at("hr@br", "br", "bruna", "both")
	remind("who has it", "both", "bruna")
	want(t, "handing it over", c.transfer("bruna", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr@br", Queue: casework.Compliance}, 2), nil)
	remind("who took it over", "carla")
	remind("once")
}

// That nobody looks at what waits in a branch is told once, until somebody looks again.
func testUnseenBranch(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}})
	want(t, "a lead", s.SetLead(ctx, "", "hr", "", c.ids["hana"]), nil)
	seen := map[string]int{}
	on := func(day casework.Day, names ...string) {
		t.Helper()
		want(t, "RemindUnseen", s.RemindUnseen(ctx, store.Days{Root: day}), nil)
		c.told(seen, string(day), names...)
	}
	look := func(name string, day casework.Day) {
		t.Helper()
		want(t, "Looked", s.Looked(ctx, c.handler(name), store.Days{Root: day}), nil)
	}
	on(today.AddDays(100)) // nothing waits
	n := c.report("hr", "hana", "ken")
	c.told(seen, "a new case", "hana", "ken")
	on(today.AddDays(2))
	look("carla", today.AddDays(2)) // looks elsewhere
	on(today.AddDays(3), "hana")
	on(today.AddDays(9))
	if got, err := s.Unattended(ctx); err != nil || !slices.Equal(got, []casework.Branch{"hr"}) {
		t.Errorf("nobody looks at %v (%v)", got, err)
	}
	look("ken", today.AddDays(9))
	look("ken", today.AddDays(9))
	if got, err := s.Unattended(ctx); err != nil || len(got) != 0 {
		t.Errorf("nobody looks at %v (%v)", got, err)
	}
	on(today.AddDays(11))
	on(today.AddDays(12), "hana")
	look("hana", today.AddDays(12))
	c.answers(n, "ken", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	on(today.AddDays(60))                  // it waits for its reporter
	for day := range casework.UnseenDays { // who writes again and again waits all the same
		_, err := addNext(ctx, s, store.NewMessage{CaseID: n.ID, From: casework.FromReporter, On: today.AddDays(61 + day), Sealed: randomBytes(99)})
		want(t, "the reporter writes", err, nil)
	}
	c.quiet(seen)
	on(today.AddDays(63))
	on(today.AddDays(64), "hana")
}
