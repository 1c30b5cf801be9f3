package storetest

import (
	"context"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// Each handler chooses how they hear of what is new.
func testNotify(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 3)
	wantNotify(t, s, ids[0], store.Notify{When: store.NotifyWindow, Hour: store.DailyHour})
	chosen := store.Notify{When: store.NotifyDaily, Hour: 23, Language: "pt"}
	want(t, "SetNotify", s.SetNotify(ctx, ids[0], chosen), nil)
	wantNotify(t, s, ids[0], chosen)
	wantNotify(t, s, ids[1], store.Notify{When: store.NotifyWindow, Hour: store.DailyHour})
	all, err := s.Handlers(ctx)
	want(t, "Handlers", err, nil)
	for _, h := range all {
		if (h.Notify == chosen) != (h.ID == ids[0]) {
			t.Errorf("the list says %+v of %s", h.Notify, h.Email)
		}
	}

	want(t, "of nobody", s.SetNotify(ctx, newID(), chosen), store.ErrNotFound)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h2@example.org"), nil)
	want(t, "of who is gone", s.SetNotify(ctx, ids[2], chosen), store.ErrNotFound)
	for what, wrong := range map[string]store.Notify{
		"a time that there is not": {When: "hourly", Hour: 8}, "an hour that there is not": {When: store.NotifyDaily, Hour: 24}, "an hour before midnight": {When: store.NotifyDaily, Hour: -1},
	} {
		if s.SetNotify(ctx, ids[0], wrong) == nil {
			t.Errorf("%s is stored", what)
		}
	}
	wantNotify(t, s, ids[0], chosen)

	invited := newHandler("offline@example.org")
	invited.Notify.Language = "es"
	added, err := s.AddHandler(ctx, invited)
	want(t, "AddHandler", err, nil)
	if want := (store.Notify{When: store.NotifyWindow, Hour: store.DailyHour, Language: "es"}); added.Notify != want {
		t.Errorf("added with %+v, want %+v", added.Notify, want)
	}
}

func wantNotify(t *testing.T, s *store.Store, id string, want store.Notify) {
	t.Helper()
	h, err := s.Handler(context.Background(), id)
	if err != nil || h.Notify != want {
		t.Errorf("they are told %+v (%v), want %+v", h.Notify, err, want)
	}
}

// Who chooses to hear of nothing has nothing that waits, and nothing comes any more.
func testNotifyNone(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	urgent := newCase(ids...)
	urgent.Danger = casework.DangerOpen
	want(t, "CreateCase", s.CreateCase(ctx, urgent), nil)
	wantWaiting(t, s, ids...)
	at := time.Unix(1_700_000_000, 0)
	want(t, "DeliveryFailed", s.DeliveryFailed(ctx, ids[0], nil, casework.FaultAddress, at), nil)

	want(t, "SetNotify", s.SetNotify(ctx, ids[0], store.Notify{When: store.NotifyNone, Hour: 8}), nil)
	wantWaiting(t, s, ids[1])
	failed, err := s.FailedDeliveries(ctx)
	if err != nil || len(failed) > 0 {
		t.Errorf("they are still tried to be told: %+v (%v)", failed, err)
	}
	want(t, "CreateCase", s.CreateCase(ctx, newCase(ids...)), nil)
	wantWaiting(t, s, ids[1])
	_, err = s.MailTo(ctx, ids[0])
	want(t, "mail to who wants none", err, store.ErrNotFound)

	want(t, "SetNotify", s.SetNotify(ctx, ids[0], store.Notify{When: store.NotifyDaily, Hour: 8}), nil)
	want(t, "CreateCase", s.CreateCase(ctx, newCase(ids...)), nil)
	wantWaiting(t, s, ids...)
}

// wantWaiting fails the test unless there is something new for exactly these.
func wantWaiting(t *testing.T, s *store.Store, ids ...string) {
	t.Helper()
	waiting, err := s.Waiting(context.Background())
	want(t, "Waiting", err, nil)
	there := map[string]bool{}
	for _, w := range waiting {
		there[w.Target] = true
	}
	for _, id := range ids {
		if !there[id] {
			t.Errorf("there is nothing for %s", id)
		}
	}
	if len(there) != len(ids) {
		t.Errorf("there is something for %d, want %d", len(there), len(ids))
	}
}

// Mail is in the language of the page of the first enrolment, until its reader chooses
// another.
func testNotifyLanguage(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	enrol := func(token, language string) {
		t.Helper()
		want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: hash(token), HandlerID: id}), nil)
		want(t, "Enrol", s.Enrol(ctx, store.Enrolment{Invitation: hash(token), Handler: store.Handler{ID: id}, Language: language,
			Credentials: store.Credentials{Salt: randomBytes(16), AuthHash: randomBytes(32)}}), nil)
	}
	language := func(want string) {
		t.Helper()
		h, err := s.Handler(ctx, id)
		if err != nil || h.Notify.Language != want {
			t.Errorf("mail is in %q (%v), want %q", h.Notify.Language, err, want)
		}
	}
	enrol("first", "ja")
	language("ja")
	want(t, "SetNotify", s.SetNotify(ctx, id, store.Notify{When: store.NotifyDaily, Hour: 7, Language: "es"}), nil)
	enrol("again", "ja")
	language("es")

	want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: hash("set-up")}), nil)
	admin := store.Handler{ID: newID(), Name: "Admin", Email: "admin@example.org", Roles: []string{store.RoleAdmin}}
	want(t, "Enrol", s.Enrol(ctx, store.Enrolment{Invitation: hash("set-up"), Handler: admin, Language: "zh",
		Credentials: store.Credentials{Salt: randomBytes(16), AuthHash: randomBytes(32)}}), nil)
	wantNotify(t, s, admin.ID, store.Notify{When: store.NotifyWindow, Hour: store.DailyHour, Language: "zh"})
}

// Administrators see whom mail does not reach, of those whom they manage.
func testUnreached(t *testing.T, s *store.Store) {
	ctx := context.Background()
	want(t, "PutEntity", s.PutEntity(ctx, "", casework.Entity{Code: "br", Name: "Brazil"}, nil), nil)
	add := func(email, role string, branches ...casework.Branch) store.Handler {
		h := newHandler(email)
		h.Roles, h.Branches = []string{role}, branches
		added, err := s.AddHandler(ctx, h)
		want(t, "AddHandler", err, nil)
		return added
	}
	root, br := add("root@example.org", store.RoleAdmin), add("br@example.org", store.RoleAt(store.RoleAdmin, "br"))
	hr, hrBR := add("hr@example.org", store.RoleHandler, casework.Branch("hr")), add("hr.br@example.org", store.RoleHandler, casework.Branch("hr@br"))
	check := func(what string, by store.Handler, ids ...string) {
		t.Helper()
		got, err := s.Unreached(ctx, by)
		want(t, what, err, nil)
		same := len(got) == len(ids)
		for i, u := range got {
			same = same && u.Handler.ID == ids[i] && u.Target == ids[i] && u.Fault == casework.FaultAddress
		}
		if !same {
			t.Errorf("%s: %+v, want %q", what, got, ids)
		}
	}
	check("nobody yet", root)
	at := time.Unix(1_700_000_000, 0)
	for _, h := range []store.Handler{hr, hrBR, br} {
		want(t, "DeliveryFailed", s.DeliveryFailed(ctx, h.ID, nil, casework.FaultAddress, at), nil)
	}
	want(t, "DeliveryFailed", s.DeliveryFailed(ctx, store.HookTarget+newID(), nil, casework.FaultAddress, at), nil)
	check("of everything", root, br.ID, hrBR.ID, hr.ID)
	check("of a company", br, br.ID, hrBR.ID)
	want(t, "Delivered", s.Delivered(ctx, hrBR.ID, nil), nil)
	check("after one was told", br, br.ID)
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "hr@example.org"), nil)
	check("after one is gone", root, br.ID)
}
