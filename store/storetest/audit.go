package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

func testAudit(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "hugo", "both")
	want(t, "MarkRead", s.MarkRead(ctx, n.ID, c.ids["hana"], 1), nil)
	want(t, "MarkRead again", s.MarkRead(ctx, n.ID, c.ids["hana"], 1), nil)
	want(t, "a reporter's message", s.AddMessage(ctx, reporterMessage(n.ID, 2)), nil)
	want(t, "excluding", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: c.ids["hugo"]}, 3), nil)
	want(t, "what is refused", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: c.ids["hugo"]}, 4), store.ErrConflict)
	log, err := s.AuditLog(ctx, store.Handler{ID: newID()}, store.AuditFilter{CaseID: n.ID})
	if err != nil || len(log) != 2 || log[0].What != store.AuditExcluded || log[0].Subject != c.ids["hugo"] || log[1].What != store.AuditRead || log[1].By != c.ids["hana"] {
		t.Errorf("the log of the case: %+v (%v)", log, err)
	}
	if theirs, err := s.AuditLog(ctx, c.handler("hugo"), store.AuditFilter{}); err != nil || slices.ContainsFunc(theirs, func(e store.AuditEntry) bool { return e.CaseID == n.ID }) {
		t.Errorf("who is excluded reads of the case in the log: %+v (%v)", theirs, err)
	}
	all, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{})
	if err != nil || len(all) != 7 { // five handlers were added
		t.Errorf("the whole log: %+v (%v)", all, err)
	}
	some, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{Before: all[1].N, Limit: 2})
	if err != nil || len(some) != 2 || some[0].N != all[2].N || some[1].N != all[3].N {
		t.Errorf("a page of the log: %+v (%v)", some, err)
	}
	for _, c := range []struct {
		scope store.AuditScope
		rows  int
	}{
		{store.AuditScope{}, 0}, {store.AuditScope{Entities: []string{"br"}}, 0}, {store.AuditScope{Entities: []string{casework.Root}}, 2},
		{store.AuditScope{People: []string{c.ids["hugo"], c.ids["hana"]}}, 2}, {store.AuditScope{Entities: []string{"br", casework.Root}, People: []string{c.ids["hana"]}}, 3},
	} {
		if part, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{Scope: &c.scope}); err != nil || len(part) != c.rows {
			t.Errorf("%+v: %d rows, want %d (%v)", c.scope, len(part), c.rows, err)
		}
	}
	head, err := s.VerifyAudit(ctx)
	if err != nil || head.N != 7 || len(head.Hash) != 32 {
		t.Errorf("VerifyAudit: %+v (%v)", head, err)
	}
}

// A deletion does not show a case to whom it was hidden from, in the log.
func testAuditOfDeletedCase(t *testing.T, s *store.Store) {
	ctx := context.Background()
	k := newKeeping(t, s, "fr")
	want(t, "excluding", k.transfer("hana", store.Transfer{Act: store.Act{CaseID: k.n.ID}, Seen: "hr", Who: k.ids["ken"]}, 2), nil)
	k.close("partly")
	k.on("2027-01-21", "hana")
	k.purges("2027-01-28", nil)
	of := func(e store.AuditEntry) bool { return e.CaseID == k.n.ID }
	for name, sees := range map[string]bool{"hana": true, "carla": true, "ken": false} {
		log, err := s.AuditLog(ctx, k.handler(name), store.AuditFilter{})
		if err != nil || slices.ContainsFunc(log, of) != sees {
			t.Errorf("%s reads of the deleted case in the log: %t, want %t (%v)", name, !sees, sees, err)
		}
	}
	if log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{CommandLine: true}); err != nil || slices.ContainsFunc(log, of) {
		t.Errorf("its day had come, and the log says that it was the command line (%v)", err)
	}
	if log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditPurged}); err != nil || len(log) != 1 || log[0].By != "" {
		t.Errorf("the deletion in the log: %+v (%v)", log, err)
	}
}

// Acts of the same moment stand one after the other in one chain.
func testConcurrentAudit(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	before, err := s.VerifyAudit(ctx)
	want(t, "VerifyAudit", err, nil)
	var group sync.WaitGroup
	errs := make(chan error, 40)
	for range 40 {
		n := c.report("hr", "hana")
		group.Go(func() { errs <- s.MarkRead(ctx, n.ID, c.ids["hana"], 1) })
	}
	group.Wait()
	close(errs)
	for err := range errs {
		want(t, "MarkRead", err, nil)
	}
	after, err := s.VerifyAudit(ctx)
	if err != nil || after.N != before.N+40 {
		t.Errorf("%d rows after %d (%v)", after.N, before.N, err)
	}
}

func testNames(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := newCase(c.ids["hana"], c.ids["hugo"])
	n.Name = randomBytes(4500)
	create(t, s, n)
	act := store.Act{CaseID: n.ID, By: c.ids["hana"], At: 1000}
	open := func(seq int) error {
		sealed, err := s.OpenName(ctx, act, today, note(n.ID, seq, act.By))
		if err == nil && string(sealed) != string(n.Name) {
			err = errors.New("another name")
		}
		return err
	}
	want(t, "nobody is designated", open(2), store.ErrNotDesignated)
	d := store.Designation{ID: newID(), HandlerID: c.ids["hana"], Document: "No. 7", From: "2026-11-01"}
	want(t, "Designate", s.Designate(ctx, c.ids["ivo"], d), nil)
	want(t, "of nobody", s.Designate(ctx, "", store.Designation{ID: newID(), HandlerID: newID(), Document: "x", From: today}), store.ErrNotFound)
	want(t, "a number that is taken", open(1), store.ErrConflict)
	want(t, "designated", open(2), nil)
	act.By = c.ids["carla"]
	want(t, "of another queue", open(3), store.ErrNotFound)
	act.By = c.ids["hana"]
	want(t, "EndDesignation", s.EndDesignation(ctx, "", d.ID, "2026-11-20"), nil)
	want(t, "EndDesignation again", s.EndDesignation(ctx, "", d.ID, "2026-11-20"), store.ErrNotFound)
	want(t, "after its end", open(3), store.ErrNotDesignated)
	register, err := s.Designations(ctx, "")
	d.Until = "2026-11-20"
	if err != nil || !slices.Equal(register, []store.Designation{d}) {
		t.Errorf("the register: %+v (%v)", register, err)
	}
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditName})
	if err != nil || len(log) != 1 || log[0].By != c.ids["hana"] || log[0].CaseID != n.ID {
		t.Errorf("the log: %+v (%v)", log, err)
	}
}

func testStatements(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	written, spoken := newCase(ids...), newCase(ids...)
	spoken.Channel = casework.Phone
	create(t, s, written)
	create(t, s, spoken)
	answer := func(id string, seq int, what casework.Statement) error {
		m := reporterMessage(id, seq)
		m.Statement, m.StatementOf = what, 1
		return s.AddMessage(ctx, m)
	}
	want(t, "a report that was written", answer(written.ID, 2, casework.StatementAccepted), store.ErrStatementAnswered)
	want(t, "accepted", answer(spoken.ID, 2, casework.StatementAccepted), nil)
	want(t, "twice", answer(spoken.ID, 3, casework.StatementWithdrawn), store.ErrStatementAnswered)
	all, err := s.Statements(ctx, spoken.ID)
	if err != nil || !slices.Equal(all, []store.Statement{{Seq: 1, State: casework.StatementAccepted, On: today}}) {
		t.Errorf("Statements: %+v (%v)", all, err)
	}
	if all, err := s.Statements(ctx, written.ID); err != nil || len(all) > 0 {
		t.Errorf("Statements of a written report: %+v (%v)", all, err)
	}
}

func testLinks(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	a, b, other := c.report("hr", "hana", "both"), c.report("hr", "hana", "both"), c.report("compliance", "carla", "both")
	link := func(by, from, to, kind string) error {
		return s.SetLink(ctx, store.Act{CaseID: from, By: c.ids[by], At: 1}, to, kind)
	}
	want(t, "two cases", link("hana", a.ID, b.ID, store.LinkRelated), nil)
	want(t, "another kind", link("hana", b.ID, a.ID, store.LinkDuplicate), nil)
	want(t, "a case of another queue", link("hana", a.ID, other.ID, store.LinkRelated), store.ErrNotFound)
	want(t, "itself", link("hana", a.ID, a.ID, store.LinkRelated), store.ErrNotFound)
	want(t, "by who reads both", link("both", a.ID, other.ID, store.LinkRelated), nil)
	for name, n := range map[string]int{"hana": 1, "both": 2, "ivo": 0} {
		links, err := s.Links(ctx, c.handler(name), a.ID)
		if err != nil || len(links) != n {
			t.Errorf("%s sees the links %+v (%v), want %d", name, links, err, n)
		}
	}
	want(t, "taking it away", link("hana", a.ID, b.ID, ""), nil)
	if links, err := s.Links(ctx, c.handler("hana"), a.ID); err != nil || len(links) != 0 {
		t.Errorf("links %+v (%v)", links, err)
	}

	act := store.Act{CaseID: a.ID, By: c.ids["hana"], At: 1}
	want(t, "labels", s.SetLabels(ctx, act, 0, []byte("one")), nil)
	want(t, "of an earlier version", s.SetLabels(ctx, act, 0, []byte("two")), store.ErrConflict)
	want(t, "labels", s.SetLabels(ctx, act, 1, []byte("two")), nil)
	act.By = c.ids["carla"]
	want(t, "of another queue", s.SetLabels(ctx, act, 2, []byte("three")), store.ErrNotFound)
	sealed, version, err := s.Labels(ctx, a.ID)
	if err != nil || string(sealed) != "two" || version != 2 {
		t.Errorf("labels %q, %d (%v)", sealed, version, err)
	}
}
