package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

func testHandlers(t *testing.T, s *store.Store) {
	ctx := context.Background()
	before := time.Now().UTC().Truncate(time.Second)
	ume := store.Handler{
		ID: newID(), Name: "梅 Ume", Email: " Ume@Example.org", Recipient: "age1pq1ume",
		Roles:    []string{store.RoleHandler, store.RoleAdmin},
		Branches: casework.AtRoot(casework.HR, casework.Compliance),
	}
	added, err := s.AddHandler(ctx, ume)
	if err != nil {
		t.Fatal(err)
	}
	if added.Email != "Ume@Example.org" || added.Created.Before(before) || !added.Active() {
		t.Errorf("AddHandler returned %+v", added)
	}
	found, err := s.HandlerByEmail(ctx, "uME@example.ORG ")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(found, added) {
		t.Errorf("HandlerByEmail returned\n%+v, want\n%+v", found, added)
	}
	for _, name := range []string{"beatriz", "Ana", "Zoé"} {
		h := newHandler(name + "@example.org")
		h.Name = name
		if _, err := s.AddHandler(ctx, h); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Handlers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, h := range all {
		names = append(names, h.Name)
	}
	if !reflect.DeepEqual(names, []string{"Ana", "beatriz", "Zoé", "梅 Ume"}) {
		t.Errorf("Handlers by name: %q", names)
	}
	_, err = s.HandlerByEmail(ctx, "nobody@example.org")
	want(t, "HandlerByEmail of nobody", err, store.ErrNotFound)
}

func testAddressTaken(t *testing.T, s *store.Store) {
	ctx := context.Background()
	first := newHandler("ana@example.org")
	_, err := s.AddHandler(ctx, first)
	want(t, "AddHandler", err, nil)
	_, err = s.AddHandler(ctx, newHandler("ANA@example.org"))
	want(t, "AddHandler with a taken address", err, store.ErrExists)
	same := newHandler("other@example.org")
	same.ID = first.ID
	_, err = s.AddHandler(ctx, same)
	want(t, "AddHandler with a taken id", err, store.ErrExists)
	wantHandlers(t, s, 1)
}

func testDisable(t *testing.T, s *store.Store) {
	ctx := context.Background()
	addHandlers(t, s, 2)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "H0@example.org"), nil)
	once, err := s.HandlerByEmail(ctx, "h0@example.org")
	if err != nil || once.Active() {
		t.Fatalf("still active after DisableHandler (%v)", err)
	}
	want(t, "DisableHandler again", s.DisableHandler(ctx, "", "h0@example.org"), nil)
	twice, err := s.HandlerByEmail(ctx, "h0@example.org")
	if err != nil || !twice.Disabled.Equal(once.Disabled) {
		t.Errorf("disabled %v, then %v (%v)", once.Disabled, twice.Disabled, err)
	}
	want(t, "DisableHandler of nobody", s.DisableHandler(ctx, "", "nobody@example.org"), store.ErrNotFound)
	wantHandlers(t, s, 2)
}

func testActiveHandlers(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for _, h := range []struct {
		email  string
		change func(*store.Handler)
	}{
		{"works@example.org", func(*store.Handler) {}},
		{"also-admin@example.org", func(h *store.Handler) { h.Roles = []string{store.RoleAdmin, store.RoleHandler} }},
		{"admin-only@example.org", func(h *store.Handler) { h.Roles = []string{store.RoleAdmin} }},
		{"auditor@example.org", func(h *store.Handler) { h.Roles = []string{store.RoleAuditor, store.RoleIntake} }},
		{"not-enrolled@example.org", func(h *store.Handler) { h.Recipient = "" }},
		{"gone@example.org", func(*store.Handler) {}},
	} {
		handler := newHandler(h.email)
		h.change(&handler)
		if _, err := s.AddHandler(ctx, handler); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "gone@example.org"), nil)
	active, err := s.ActiveHandlers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var emails []string
	for _, h := range active {
		emails = append(emails, h.Email)
	}
	if !reflect.DeepEqual(emails, []string{"also-admin@example.org", "works@example.org"}) {
		t.Errorf("ActiveHandlers: %q", emails)
	}
}

func testOnlyOpenableBy(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 3)
	create(t, s, newCase(ids[0]))
	create(t, s, newCase(ids[0], ids[1]))
	create(t, s, newCase(ids[1], ids[2]))
	wantOnly := func(id string, n int) {
		t.Helper()
		got, err := s.CasesOnlyOpenableBy(ctx, id)
		if err != nil || got != n {
			t.Errorf("CasesOnlyOpenableBy = %d (%v), want %d", got, err, n)
		}
	}
	wantOnly(ids[0], 1)
	wantOnly(ids[1], 0)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h2@example.org"), nil)
	wantOnly(ids[1], 1)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h0@example.org"), nil)
	wantOnly(ids[1], 2)
	wantOnly(newID(), 0)
}

func wantHandlers(t *testing.T, s *store.Store, n int) {
	t.Helper()
	all, err := s.Handlers(context.Background())
	if err != nil || len(all) != n {
		t.Errorf("%d handlers (%v), want %d", len(all), err, n)
	}
}
