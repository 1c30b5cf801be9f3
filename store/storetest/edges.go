package storetest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// Until somebody has opened the key that a colleague sealed to them, the key of
// who leaves is the only one of which anything is known.
func testUncheckedKeepsKeys(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	n := c.report("hr", "hana")
	want(t, "Grant", grant(s, c.ids["hana"], c.ids["hugo"], c.handler("hugo").Recipient, n.ID), nil)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "hana@example.org"), nil)
	c.wantKeys("before it was opened", n.ID, "hana (closed)", "hugo")
	want(t, "CheckKeys", s.CheckKeys(ctx, c.ids["hugo"], []string{n.ID}, nil), nil)
	c.wantKeys("once it was opened", n.ID, "hugo")
}

// Where only a key is left that nobody has opened yet, who excludes the other one
// seals it again.
func testUncheckedIsSealedAgain(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	n := c.report("hr", "hana")
	want(t, "Grant", grant(s, c.ids["hana"], c.ids["hugo"], c.handler("hugo").Recipient, n.ID), nil)
	recuse := store.Transfer{Act: store.Act{CaseID: n.ID, By: c.ids["hana"]}, Seen: "hr", Who: c.ids["hana"]}
	plan, err := s.PlanTransfer(ctx, recuse)
	if err != nil || len(plan.SealTo) != 1 || plan.SealTo[0].ID != c.ids["hugo"] {
		t.Errorf("before it was opened: %+v (%v)", plan, err)
	}
	want(t, "CheckKeys", s.CheckKeys(ctx, c.ids["hugo"], []string{n.ID}, nil), nil)
	if plan, err := s.PlanTransfer(ctx, recuse); err != nil || len(plan.SealTo) != 0 {
		t.Errorf("once it was opened: %+v (%v)", plan, err)
	}
}

// A browser that says of a case's last key that it does not open may be wrong.
func testLastKeyStays(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "carla": {"compliance"}})
	n := c.report("hr", "hana")
	over := store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Queue: casework.Compliance}
	want(t, "handing over", c.transfer("hana", over, 2), nil)
	want(t, "CheckKeys", s.CheckKeys(ctx, c.ids["carla"], nil, []string{n.ID}), nil)
	c.wantKeys("the last key", n.ID, "carla")
	if closed, err := s.ClosedCases(ctx, 10); err != nil || len(closed) != 0 {
		t.Errorf("closed to everybody: %v (%v)", closed, err)
	}
}

// sealedTo is a report of a queue as a browser seals it.
func (c team) sealedTo(branch casework.Branch, names ...string) store.NewCase {
	var ids []string
	for _, name := range names {
		ids = append(ids, c.ids[name])
	}
	n := newCase(ids...)
	n.Branch, n.SealedTo = branch, map[string]string{}
	for _, name := range names {
		n.SealedTo[c.ids[name]] = c.handler(name).Recipient
	}
	return n
}

// A report may be sealed before somebody came and stored after they had every key.
func testNewcomerWants(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}})
	first, late := c.report("hr", "hana"), c.sealedTo("hr", "hana")
	c.add("new", "hr")
	want(t, "SetRecovery", s.SetRecovery(ctx, "", "age1pq1recovery"), nil)
	want(t, "Grant", grant(s, c.ids["hana"], c.ids["new"], c.handler("new").Recipient, first.ID), nil)
	want(t, "Grant to the safe", grant(s, c.ids["hana"], store.Recovery, "age1pq1recovery", first.ID), nil)
	if got := c.needsKeys("hana"); len(got) != 0 {
		t.Fatalf("who needs keys before the report: %v", got)
	}
	create(t, s, late)
	if got := c.needsKeys("hana"); got["new"] != 1 || got[store.Recovery] != 1 {
		t.Errorf("who needs keys after it: %v", got)
	}
}

func testSealedToOthers(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	both := c.sealedTo("hr", "hana", "hugo")
	hugo := c.handler("hugo")
	want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", hugo, hugo.Roles, casework.AtRoot(casework.Compliance)), nil)
	want(t, "to who left the queue", s.CreateCase(ctx, both), store.ErrStale)
	against := c.sealedTo("hr", "hana")
	against.Excluded = []string{c.ids["hana"]}
	want(t, "to who is excluded", s.CreateCase(ctx, against), store.ErrStale)
}

// Between a request and its transaction somebody can lose the case.
func testActsAfterExclusion(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	n := c.report("hr", "hana", "hugo")
	hugo := c.ids["hugo"]
	want(t, "acknowledging", s.AddMessage(ctx, store.NewMessage{
		CaseID: n.ID, Seq: 2, From: casework.FromDesk, On: today, At: 1000, By: c.ids["hana"], Sealed: randomBytes(4500),
		Move: &casework.Move{From: casework.Received, To: casework.Acknowledged, On: today},
	}), nil)
	want(t, "excluding", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: hugo}, 3), nil)
	a, noted := store.Act{CaseID: n.ID, By: hugo, At: 1000}, note(n.ID, 4, hugo)
	_, nameErr := s.OpenName(ctx, a, today, noted)
	for what, err := range map[string]error{
		"a message":       s.AddMessage(ctx, noted),
		"a move":          s.MoveCase(ctx, a, casework.Move{From: casework.Acknowledged, To: casework.UnderReview, On: today}),
		"taking it":       s.SetFacts(ctx, a, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.High}),
		"letting himself": s.Readmit(ctx, a, hugo, noted),
		"a sealed export": s.NoteSealedExport(ctx, a),
		"an opened one":   s.NoteExport(ctx, a, store.ExportOpened, noted),
		"labels":          s.SetLabels(ctx, a, 0, randomBytes(900)),
		"classifying":     s.SetClassification(ctx, a, store.NewClassification{Sealed: randomBytes(900), Kind: casework.KindReport}),
		"the name":        nameErr,
	} {
		want(t, what, err, store.ErrNotFound)
	}
	c.wantSees("after all that", "hugo", n.ID, false)
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{By: hugo})
	if err != nil || len(log) != 0 {
		t.Errorf("the audit log has %d of his acts (%v)", len(log), err)
	}
}

// Of a grant that ends somebody's need of keys and of their coming back to a case at the
// same moment, the second must not be forgotten.
func testReadmittedDuringGrant(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	recipient := c.handler("hugo").Recipient
	for range 15 {
		kept, other := c.report("hr", "hana"), c.report("hr", "hana")
		want(t, "excluding", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: kept.ID}, Seen: "hr", Who: c.ids["hugo"]}, 2), nil)
		var both sync.WaitGroup
		both.Go(func() { want(t, "Grant", grant(s, c.ids["hana"], c.ids["hugo"], recipient, other.ID), nil) })
		both.Go(func() {
			a := store.Act{CaseID: kept.ID, By: c.ids["hana"], At: 1000}
			want(t, "Readmit", s.Readmit(ctx, a, c.ids["hugo"], note(kept.ID, 3, c.ids["hana"])), nil)
		})
		both.Wait()
		if got := c.needsKeys("hana"); got["hugo"] != 1 {
			t.Fatalf("who needs keys: %v", got)
		}
		want(t, "giving the other", grant(s, c.ids["hana"], c.ids["hugo"], recipient, kept.ID), nil)
	}
}

func testSearchIsShort(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}})
	var all []string
	for range 5 {
		n := c.sealedTo("hr", "hana")
		n.Message = randomBytes(4000)
		create(t, s, n)
		all = append(all, n.ID)
	}
	slices.Sort(all)
	for _, limits := range []struct{ cases, bytes, want int }{{25, 1, 1}, {25, 9000, 2}, {3, 1 << 20, 3}, {25, 1 << 20, 5}} {
		var ids []string
		for after, more := "", true; more; {
			found, next, err := s.OpenableCases(ctx, c.handler("hana"), after, limits.cases, limits.bytes)
			if err != nil || len(found) > limits.want {
				t.Fatalf("%+v: %d cases (%v)", limits, len(found), err)
			}
			for _, f := range found {
				if ids, after = append(ids, f.ID), f.ID; len(f.Messages) != 1 {
					t.Errorf("%+v: %d messages", limits, len(f.Messages))
				}
			}
			more = next
		}
		if !slices.Equal(ids, all) {
			t.Errorf("%+v: %d cases, want 5", limits, len(ids))
		}
	}
}

func testAnotherName(t *testing.T, s *store.Store) {
	ctx := context.Background()
	n := newCase(addHandlers(t, s, 1)[0])
	n.Name = randomBytes(4500)
	create(t, s, n)
	for seq, name := range [][]byte{nil, randomBytes(4500)} {
		m := store.NewMessage{CaseID: n.ID, Seq: seq + 2, From: casework.FromReporter, On: today, Sealed: randomBytes(4500), Name: name}
		want(t, "AddMessage", s.AddMessage(ctx, m), nil)
		if name == nil {
			name = n.Name
		}
		got, err := s.ReporterName(ctx, n.ID)
		if err != nil || !bytes.Equal(got, name) {
			t.Errorf("message %d: the name is another one (%v)", m.Seq, err)
		}
	}
}
