package storetest

import (
	"context"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

func (c team) needsKeys(name string) map[string]int {
	c.t.Helper()
	found, err := c.s.WhoNeedsKeys(context.Background(), c.handler(name))
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]int{}
	for _, w := range found {
		all[w.Name+w.ID[:0]] = w.Cases
		if w.ID == store.Recovery {
			delete(all, "")
			all[store.Recovery] = w.Cases
		}
	}
	return all
}

// grantAll gives somebody all the keys that they lack, some at a time.
func (c team) grantAll(by, source, to, recipient string, atOnce int) (granted int) {
	c.t.Helper()
	ctx := context.Background()
	for after := ""; ; {
		held, err := c.s.WantedKeys(ctx, c.handler(by), source, to, after, atOnce)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(held) == 0 {
			return granted
		}
		keys := map[string][]byte{}
		for _, k := range held {
			keys[k.CaseID], after = randomBytes(1800), k.CaseID
		}
		n, err := c.s.Grant(ctx, c.ids[by], to, recipient, keys)
		if err != nil {
			c.t.Fatal(err)
		}
		granted += n
	}
}

func testGrants(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "carla": {"compliance"}})
	var cases []store.NewCase
	for range 42 {
		cases = append(cases, c.report("hr", "hana"))
	}
	c.report("compliance", "carla")
	closed := c.report("hr", "hana")
	c.add("new", "hr")
	id, recipient := c.ids["new"], c.handler("new").Recipient
	want(t, "excluding", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: closed.ID}, Seen: "hr", Who: id}, 2), nil)
	if got := c.needsKeys("hana"); got["new"] != 42 || len(got) != 1 {
		t.Fatalf("who needs keys: %v", got)
	}
	if got := c.needsKeys("carla"); len(got) != 0 {
		t.Errorf("who has nothing to give is asked: %v", got)
	}
	first := cases[0].ID
	for what, try := range map[string]func() error{
		"to an earlier recipient":     func() error { return grant(s, c.ids["hana"], id, "age1pq1old", first) },
		"by somebody of another desk": func() error { return grant(s, c.ids["carla"], id, recipient, first) },
		"to somebody of another desk": func() error { return grant(s, c.ids["hana"], c.ids["carla"], c.handler("carla").Recipient, first) },
		"of a case that is not there": func() error { return grant(s, c.ids["hana"], id, recipient, first, newID()) },
		"of one they are kept from":   func() error { return grant(s, c.ids["hana"], id, recipient, first, closed.ID) },
	} {
		if err := try(); err == nil {
			t.Errorf("%s: a key was given", what)
		}
	}
	c.wantKeys("after what was refused", first, "hana")
	if n := c.grantAll("hana", c.ids["hana"], id, recipient, 20); n != 42 {
		t.Errorf("%d keys were given", n)
	}
	if got := c.needsKeys("hana"); len(got) != 0 {
		t.Errorf("who needs keys after the grant: %v", got)
	}
	unchecked, err := s.UncheckedKeys(ctx, c.handler("new"), "", 50)
	if err != nil || len(unchecked) != 42 {
		t.Fatalf("%d unchecked keys (%v)", len(unchecked), err)
	}
	after, err := s.UncheckedKeys(ctx, c.handler("new"), unchecked[39].CaseID, 50)
	if err != nil || len(after) != 2 || after[0].CaseID != unchecked[40].CaseID || after[1].CaseID != unchecked[41].CaseID {
		t.Errorf("%d unchecked keys after the fortieth (%v)", len(after), err)
	}
	var opened []string
	for _, k := range unchecked[1:] {
		opened = append(opened, k.CaseID)
	}
	want(t, "CheckKeys", s.CheckKeys(ctx, id, opened, []string{unchecked[0].CaseID}), nil)
	c.wantKeys("a key that does not open", unchecked[0].CaseID, "hana")
	if got := c.needsKeys("hana"); got["new"] != 1 {
		t.Errorf("who needs keys after a broken key: %v", got)
	}
}

func grant(s *store.Store, by, to, recipient string, ids ...string) error {
	keys := map[string][]byte{}
	for _, id := range ids {
		keys[id] = randomBytes(1800)
	}
	_, err := s.Grant(context.Background(), by, to, recipient, keys)
	return err
}

// Whoever comes back with a new recipient opens nothing until a colleague, or the
// recovery identity, gives the keys again.
func testNewRecipient(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr"}})
	want(t, "SetRecovery", s.SetRecovery(ctx, "", "age1pq1recovery"), nil)
	shared, alone := c.report("hr", "hana", "hugo"), newCase(c.ids["hugo"])
	alone.Keys[store.Recovery] = randomBytes(1800)
	create(t, s, alone)
	want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: [32]byte{1}, HandlerID: c.ids["hugo"]}), nil)
	again := c.handler("hugo")
	again.Email, again.Recipient = "", "age1pq1another"
	want(t, "Enrol", s.Enrol(ctx, store.Enrolment{Invitation: [32]byte{1}, Handler: again, Credentials: store.Credentials{Salt: make([]byte, 16), AuthHash: make([]byte, 32)}}), nil)
	if _, err := s.CaseKeyFor(ctx, shared.ID, c.ids["hugo"]); err != store.ErrNotFound {
		t.Errorf("a key to the earlier recipient is handed out (%v)", err)
	}
	if got := c.needsKeys("hana"); got["hugo"] != 1 || got[store.Recovery] != 1 {
		t.Errorf("who needs keys: %v", got)
	}
	if n := c.grantAll("hana", c.ids["hana"], c.ids["hugo"], "age1pq1another", 20); n != 1 {
		t.Errorf("%d keys from the colleague", n)
	}
	if n := c.grantAll("hugo", store.Recovery, c.ids["hugo"], "age1pq1another", 20); n != 1 {
		t.Errorf("%d keys from the safe", n)
	}
	if n := c.grantAll("hana", c.ids["hana"], store.Recovery, "age1pq1recovery", 20); n != 1 {
		t.Errorf("%d keys for the safe", n)
	}
	c.wantKeys("shared", shared.ID, "hana", "hugo", store.Recovery)
	c.wantKeys("alone", alone.ID, "hugo", store.Recovery)
	want(t, "another recovery recipient", s.SetRecovery(ctx, "", "age1pq1safe"), nil)
	c.wantKeys("an earlier recovery key", alone.ID, "hugo", store.Recovery+" (closed)")
	want(t, "no recovery recipient", s.SetRecovery(ctx, "", ""), nil)
	c.wantKeys("none", alone.ID, "hugo")
}

// Who leaves loses every key, but for those without which nobody could open a
// case: these stay until somebody else has one.
func testKeysGo(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "hugo": {"hr", "compliance"}, "safe": {"hr"}})
	shared, alone, other := c.report("hr", "hana", "hugo"), c.report("hr", "hugo"), c.report("compliance", "hugo")
	hugo := c.handler("hugo")
	want(t, "leaving a queue", s.SetHandlerWork(ctx, "", hugo, hugo.Roles, casework.AtRoot(casework.Compliance)), nil)
	c.wantKeys("of the queue", shared.ID, "hana")
	c.wantKeys("of nobody else", alone.ID, "hugo (closed)")
	c.wantKeys("of the other queue", other.ID, "hugo")
	if _, err := s.CaseFor(ctx, alone.ID, c.handler("hugo")); err != store.ErrNotFound {
		t.Errorf("the case of a queue that they left: %v", err)
	}
	n, err := s.Grant(ctx, "", c.ids["hana"], c.handler("hana").Recipient, map[string][]byte{alone.ID: randomBytes(1800)})
	if err != nil || n != 1 {
		t.Errorf("a grant of the command line: %d (%v)", n, err)
	}
	c.wantKeys("once somebody else has one", alone.ID, "hana")
	want(t, "disabling", s.DisableHandler(ctx, "", "hana@example.org"), nil)
	c.wantKeys("the last key", alone.ID, "hana (closed)")
	if err := grant(s, "", c.ids["hana"], "age1pq1hana@example.org", shared.ID); err != store.ErrStale {
		t.Errorf("a grant to who was disabled: %v", err)
	}
}
