package storetest

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// A key that was sealed to a recipient whom its handler has replaced meanwhile
// would be opened by nobody.
func testStaleRecipient(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	sealed := func(first, second string) store.NewCase {
		c := newCase(ids...)
		c.SealedTo = map[string]string{ids[0]: first, ids[1]: second}
		return c
	}
	const first, second = "age1pq1h0@example.org", "age1pq1h1@example.org"
	old := sealed(first, "age1pq1earlier")
	want(t, "an earlier recipient", s.CreateCase(ctx, old), store.ErrStale)
	wantNothingOf(t, s, "an earlier recipient", old)
	want(t, "the recipients of today", s.CreateCase(ctx, sealed(first, second)), nil)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h1@example.org"), nil)
	want(t, "a handler who left", s.CreateCase(ctx, sealed(first, second)), store.ErrStale)
}

// Of two administrators who send each other away at the same moment one stays.
func testAdministratorsAtOnce(t *testing.T, s *store.Store) {
	ctx := context.Background()
	add := func() store.Handler {
		h := newHandler(newID() + "@example.org")
		h.Roles, h.Branches = []string{store.RoleAdmin}, nil
		added, err := s.AddHandler(ctx, h)
		want(t, "AddHandler", err, nil)
		want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: h.ID, Salt: randomBytes(16), AuthHash: randomBytes(32)}), nil)
		return added
	}
	away := []func(h store.Handler) error{
		func(h store.Handler) error { return s.DisableHandler(ctx, "", h.Email) },
		func(h store.Handler) error { return s.SetHandlerWork(ctx, "", h, []string{store.RoleAuditor}, nil) },
	}
	one := add()
	for round := range 12 {
		other := add()
		pair := []store.Handler{one, other}
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i, h := range pair {
			both.Go(func() { errs[i] = away[(round>>i)%2](h) })
		}
		both.Wait()
		there, err := s.Administrated(ctx)
		want(t, "Administrated", err, nil)
		if !there || (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: %v and %v, administrated: %t", round, errs[0], errs[1], there)
		}
		for i, err := range errs {
			if err != nil {
				want(t, "the one who stays", err, store.ErrLast)
				one = pair[i]
			}
		}
	}
}

// A case whose handler cannot read it any more is nobody's, so that somebody
// takes it.
func testRelease(t *testing.T, s *store.Store) {
	ctx := context.Background()
	h := newHandler("leaves@example.org")
	h.Branches = casework.AtRoot(casework.HR, casework.Compliance)
	h, err := s.AddHandler(ctx, h)
	want(t, "AddHandler", err, nil)
	stays := addHandlers(t, s, 1)[0]
	take := func(branch casework.Branch, by string) string {
		c := newCase(h.ID)
		c.Branch = branch
		create(t, s, c)
		act := store.Act{CaseID: c.ID, By: by, At: atNoon}
		want(t, "SetFacts", s.SetFacts(ctx, act, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.Normal, Assignee: by}), nil)
		return c.ID
	}
	hr, compliance, another := take("hr", h.ID), take("compliance", h.ID), take("hr", stays)
	expect := func(what, id, assignee string) {
		t.Helper()
		c, err := s.Case(ctx, id)
		if err != nil || c.Assignee != assignee {
			t.Errorf("%s: the case is of %q (%v), want %q", what, c.Assignee, err, assignee)
		}
	}
	stale := h
	stale.Branches = nil
	want(t, "on a stale view", s.SetHandlerWork(ctx, "", stale, h.Roles, h.Branches), store.ErrConflict)
	want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", h, h.Roles, casework.AtRoot(casework.HR)), nil)
	expect("a queue that was kept", hr, h.ID)
	expect("a queue that was taken away", compliance, "")
	want(t, "DisableHandler", s.DisableHandler(ctx, "", h.Email), nil)
	expect("a handler who left", hr, "")
	expect("a colleague's", another, stays)
	events, err := s.Events(ctx, hr)
	if err != nil || len(events) != 2 || events[1].At == 0 {
		t.Fatalf("Events: %+v (%v)", events, err)
	}
	events[1].At = 0
	if expected := (store.Event{After: 1, What: store.EventAssignee, From: h.ID}); !reflect.DeepEqual(events[1], expected) {
		t.Errorf("the event is %+v, want %+v", events[1], expected)
	}
	other := newHandler("becomes-auditor@example.org")
	other, err = s.AddHandler(ctx, other)
	want(t, "AddHandler", err, nil)
	id := take("hr", other.ID)
	want(t, "SetHandlerWork", s.SetHandlerWork(ctx, "", other, []string{store.RoleAuditor}, nil), nil)
	expect("one who reads no case any more", id, "")
	rows, _, err := s.CaseList(ctx, store.Handler{ID: stays, Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(casework.HR)},
		store.CaseQuery{Tab: casework.TabAll, Sort: casework.SortDue, Unassigned: true})
	if err != nil || len(rows) != 2 {
		t.Errorf("%d cases are nobody's (%v), want 2", len(rows), err)
	}
}
