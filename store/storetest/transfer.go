package storetest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// team is handlers by name, of whom each reads one queue or several.
type team struct {
	t   *testing.T
	s   *store.Store
	ids map[string]string
}

func newTeam(t *testing.T, s *store.Store, queues map[string][]casework.Branch) team {
	t.Helper()
	c := team{t, s, map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		c.add(name, queues[name]...)
	}
	return c
}

func (c team) add(name string, branches ...casework.Branch) {
	c.t.Helper()
	h := newHandler(name + "@example.org")
	h.Name, h.Branches = name, branches
	if _, err := c.s.AddHandler(context.Background(), h); err != nil {
		c.t.Fatal(err)
	}
	c.ids[name] = h.ID
}

func (c team) handler(name string) store.Handler {
	c.t.Helper()
	h, err := c.s.Handler(context.Background(), c.ids[name])
	if err != nil {
		c.t.Fatal(err)
	}
	return h
}

// report stores a case of a queue with keys for these.
func (c team) report(branch casework.Branch, names ...string) store.NewCase {
	c.t.Helper()
	var ids []string
	for _, name := range names {
		ids = append(ids, c.ids[name])
	}
	n := newCase(ids...)
	n.Branch = branch
	create(c.t, c.s, n)
	return n
}

// wantKeys fails the test unless exactly these hold a key that they can open.
func (c team) wantKeys(what, caseID string, names ...string) {
	c.t.Helper()
	keys, err := c.s.CaseKeys(context.Background(), caseID)
	var got []string
	for _, k := range keys {
		name := k.HandlerID
		for n, id := range c.ids {
			if id == k.HandlerID {
				name = n
			}
		}
		if !k.Active {
			name += " (closed)"
		}
		got = append(got, name)
	}
	slices.Sort(got)
	slices.Sort(names)
	if err != nil || !slices.Equal(got, names) {
		c.t.Errorf("%s: keys of %q (%v), want %q", what, got, err, names)
	}
}

// wantSees fails the test unless a handler sees so many cases, on the page of the
// case, in the list and in the count alike.
func (c team) wantSees(what, name, caseID string, sees bool) {
	c.t.Helper()
	ctx := context.Background()
	h := c.handler(name)
	_, err := c.s.CaseFor(ctx, caseID, h)
	page, _, listErr := c.s.CaseList(ctx, h, store.CaseQuery{Tab: casework.TabAll, Today: store.Days{Root: today}, Sort: casework.SortNewest})
	listed := slices.ContainsFunc(page, func(l store.ListedCase) bool { return l.ID == caseID })
	counts, countErr := c.s.TabCounts(ctx, h, store.Days{Root: today})
	summaries, sumErr := c.s.Summaries(ctx, h, []string{caseID})
	found, findErr := c.s.CasesBeginning(ctx, h, caseID[:8])
	openable, _, openErr := c.s.OpenableCases(ctx, h, "", 1000, 1<<30)
	openableHere := slices.ContainsFunc(openable, func(f store.FoundCase) bool { return f.ID == caseID })
	for _, e := range []error{listErr, countErr, sumErr, findErr, openErr} {
		want(c.t, what, e, nil)
	}
	if (err == nil) != sees || listed != sees || (len(summaries) == 1) != sees || (len(found) == 1) != sees || openableHere && !sees {
		c.t.Errorf("%s: %s sees the case: page %v, list %v, summary %d, by id %d, search %v; want %v", what, name, err, listed, len(summaries), len(found), openableHere, sees)
	}
	if counts[casework.TabAll] != len(page) {
		c.t.Errorf("%s: %s has %d cases in the list and %d in the count", what, name, len(page), counts[casework.TabAll])
	}
}

func note(caseID string, seq int, by string) store.NewMessage {
	return store.NewMessage{CaseID: caseID, Seq: seq, From: casework.FromNote, On: today, At: 1000, By: by, Sealed: randomBytes(4500)}
}

// transfer plans and transfers, as a browser does.
func (c team) transfer(by string, p store.Transfer, seq int) error {
	c.t.Helper()
	ctx := context.Background()
	p.By, p.At = c.ids[by], 1000
	plan, err := c.s.PlanTransfer(ctx, p)
	if err != nil {
		return err
	}
	return c.s.Transfer(ctx, p, keysFor(plan), note(p.CaseID, seq, p.By))
}

func keysFor(plan store.Plan) store.TransferKeys {
	keys := store.TransferKeys{Sealed: map[string][]byte{}, Recipients: map[string]string{}}
	for _, r := range plan.SealTo {
		keys.Sealed[r.ID], keys.Recipients[r.ID] = randomBytes(1800), r.Recipient
	}
	return keys
}

func threeQueues(t *testing.T, s *store.Store) team {
	return newTeam(t, s, map[string][]casework.Branch{
		"hana": {"hr"}, "hugo": {"hr"}, "carla": {"compliance"}, "both": {"hr", "compliance"}, "ivo": {"independent"},
	})
}

func testHandOver(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "hugo", "both")
	over := store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Queue: casework.Compliance}
	want(t, "by somebody of another queue", c.transfer("carla", over, 2), store.ErrNotFound)
	want(t, "to the queue it is in", c.transfer("hana", store.Transfer{Act: over.Act, Seen: "hr", Queue: casework.HR}, 2), store.ErrTransferred)
	want(t, "to a queue of nobody", c.transfer("hana", store.Transfer{Act: over.Act, Seen: "hr", Queue: casework.Procurement}, 2), casework.ErrNoHandler)
	want(t, "a number that is taken", c.transfer("hana", over, 1), store.ErrConflict)
	mine := over
	mine.By = c.ids["hana"]
	plan, err := s.PlanTransfer(ctx, mine)
	if err != nil || len(plan.SealTo) != 1 || plan.SealTo[0].ID != c.ids["carla"] || plan.Branch != "compliance" {
		t.Fatalf("the plan: %+v (%v)", plan, err)
	}
	want(t, "without keys", s.Transfer(ctx, mine, store.TransferKeys{}, note(n.ID, 2, mine.By)), store.ErrStale)
	wrong := keysFor(plan)
	wrong.Recipients[c.ids["carla"]] = "age1pq1earlier"
	want(t, "to an earlier recipient", s.Transfer(ctx, mine, wrong, note(n.ID, 2, mine.By)), store.ErrStale)
	c.wantKeys("after what was refused", n.ID, "hana", "hugo", "both")
	want(t, "SetFacts", s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids["hana"], At: 1}, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.Normal, Assignee: c.ids["hana"]}), nil)
	want(t, "handing over", c.transfer("hana", over, 2), nil)
	c.wantKeys("handed over", n.ID, "carla", "both")
	for name, sees := range map[string]bool{"hana": false, "hugo": false, "carla": true, "both": true, "ivo": false} {
		c.wantSees("handed over", name, n.ID, sees)
	}
	found, err := s.Case(ctx, n.ID)
	if err != nil || found.Branch != "compliance" || found.Assignee != "" || found.LastSeq != 2 {
		t.Errorf("the case is %+v (%v)", found, err)
	}
	want(t, "a second time", c.transfer("both", over, 3), store.ErrTransferred)
	events, err := s.Events(ctx, n.ID)
	last := events[len(events)-1]
	if err != nil || last.What != store.EventQueue || last.From != "hr" || last.To != "compliance" || last.By != c.ids["hana"] {
		t.Errorf("events %+v (%v)", events, err)
	}
}

func testExclusion(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "hugo", "both")
	at := store.Act{CaseID: n.ID}
	exclude := func(who string) store.Transfer { return store.Transfer{Act: at, Seen: "hr", Who: c.ids[who]} }
	want(t, "MarkRead", s.MarkRead(ctx, n.ID, c.ids["hugo"], 1), nil)
	want(t, "by a colleague", c.transfer("hana", exclude("hugo"), 2), nil)
	c.wantKeys("excluded", n.ID, "hana", "both")
	c.wantSees("excluded", "hugo", n.ID, false)
	want(t, "once more", c.transfer("hana", exclude("hugo"), 3), store.ErrConflict)
	want(t, "who is excluded excludes", c.transfer("hugo", exclude("hana"), 3), store.ErrNotFound)
	want(t, "to give it to who is excluded", s.SetFacts(ctx, store.Act{CaseID: n.ID, By: c.ids["hana"]}, store.Facts{}, store.Facts{Assignee: c.ids["hugo"]}), store.ErrConflict)
	if _, err := s.Grant(ctx, c.ids["hana"], c.ids["hugo"], c.handler("hugo").Recipient, map[string][]byte{n.ID: randomBytes(10)}); err == nil {
		t.Error("a colleague gave a key to who is excluded")
	}
	want(t, "recused", c.transfer("hana", exclude("hana"), 3), nil)
	c.wantSees("recused", "hana", n.ID, false)
	want(t, "the last of the queue", c.transfer("both", exclude("both"), 4), nil)
	c.wantKeys("moved on", n.ID, "carla")
	c.wantSees("moved on", "both", n.ID, false)
	c.wantSees("moved on", "carla", n.ID, true)
	moved := exclude("carla")
	moved.Seen = "compliance"
	want(t, "the last of compliance", c.transfer("carla", moved, 5), nil)
	c.wantKeys("independent", n.ID, "ivo")
	last := exclude("ivo")
	last.Seen = "independent"
	want(t, "nobody would be left", c.transfer("ivo", last, 6), casework.ErrNoHandler)
	c.wantKeys("nobody would be left", n.ID, "ivo")

	act := store.Act{CaseID: n.ID, By: c.ids["ivo"], At: 1000}
	want(t, "readmitting", s.Readmit(ctx, act, c.ids["carla"], note(n.ID, 6, act.By)), nil)
	want(t, "once more", s.Readmit(ctx, act, c.ids["carla"], note(n.ID, 7, act.By)), store.ErrNotFound)
	c.wantSees("readmitted, of another queue", "carla", n.ID, false)
	all, err := s.Exclusions(ctx, n.ID)
	if err != nil || len(all) != 3 {
		t.Errorf("exclusions %+v (%v)", all, err)
	}
}

// What a reporter asked for holds from the beginning, and nobody undoes it.
func testExcludedByReporter(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := newCase(c.ids["hana"], c.ids["both"])
	n.Excluded = []string{c.ids["hugo"]}
	create(t, s, n)
	c.wantSees("by the reporter", "hugo", n.ID, false)
	c.wantSees("by the reporter", "hana", n.ID, true)
	act := store.Act{CaseID: n.ID, By: c.ids["hana"], At: 1000}
	want(t, "readmitting", s.Readmit(ctx, act, c.ids["hugo"], note(n.ID, 2, act.By)), store.ErrNotFound)
	all, err := s.Exclusions(ctx, n.ID)
	if err != nil || len(all) != 1 || all[0] != (store.Exclusion{HandlerID: c.ids["hugo"], Kind: store.ExcludedByReporter}) {
		t.Errorf("exclusions %+v (%v)", all, err)
	}
	log, err := s.AuditLog(ctx, store.Handler{ID: newID()}, store.AuditFilter{CaseID: n.ID})
	if err != nil || len(log) != 0 {
		t.Errorf("the audit log knows what a reporter did: %+v (%v)", log, err)
	}
}

// Of two handlers who act at the same moment one is told; the keys are those of
// one desk, never of both, never of none.
func testConcurrentTransfers(t *testing.T, s *store.Store) {
	c := threeQueues(t, s)
	c.add("paul", "procurement")
	for range 10 {
		n := c.report("hr", "hana", "hugo", "both")
		errs := make(chan error, 3)
		go func() {
			errs <- c.transfer("hana", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Queue: casework.Compliance}, 2)
		}()
		go func() {
			errs <- c.transfer("hugo", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Queue: casework.Procurement}, 2)
		}()
		go func() {
			errs <- c.transfer("both", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: c.ids["both"]}, 2)
		}()
		done := 0
		for range 3 {
			if err := <-errs; err == nil {
				done++
			}
		}
		found, err := s.Case(context.Background(), n.ID)
		if err != nil || done != 1 {
			t.Fatalf("%d of three acts were done (%v)", done, err)
		}
		switch found.Queue() {
		case casework.Compliance:
			c.wantKeys("to compliance", n.ID, "carla", "both")
		case casework.Procurement:
			c.wantKeys("to procurement", n.ID, "paul")
		case casework.HR:
			c.wantKeys("recused", n.ID, "hana", "hugo")
		}
	}
}
