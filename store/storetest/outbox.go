package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// addReaderAndBoss adds a handler, and an administrator who manages them.
func addReaderAndBoss(t *testing.T, s *store.Store) (reader, boss store.Handler) {
	t.Helper()
	reader = newHandler("reader@example.org")
	boss = store.Handler{ID: newID(), Name: "Boss", Email: "boss@example.org", Roles: []string{store.RoleAdmin}}
	for _, h := range []store.Handler{reader, boss} {
		if _, err := s.AddHandler(context.Background(), h); err != nil {
			t.Fatal(err)
		}
	}
	return reader, boss
}

func noticesOf(t *testing.T, s *store.Store, id string) []int64 {
	t.Helper()
	found, err := s.NoticesOf(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Notices wait until their target was told; what came meanwhile waits on.
func testOutbox(t *testing.T, s *store.Store) {
	ctx := context.Background()
	reader, _ := addReaderAndBoss(t, s)
	create(t, s, newCase(reader.ID))
	urgent := newCase(reader.ID)
	urgent.Danger = casework.DangerOpen
	create(t, s, urgent)
	waiting := func() (of store.Waiting) {
		t.Helper()
		all, err := s.Waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range all {
			if w.Target == reader.ID {
				of = w
			}
		}
		return of
	}
	if w := waiting(); w.Notices != 2 || !w.Urgent || w.Notify != store.NotifyWindow || w.Hour != 8 || !w.Retry.IsZero() {
		t.Fatalf("after two reports: %+v", w)
	}
	before := noticesOf(t, s, reader.ID)
	create(t, s, newCase(reader.ID))
	at := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	if err := s.DeliveryFailed(ctx, reader.ID, before, casework.FaultTimeout, at); err != nil {
		t.Fatal(err)
	}
	if w := waiting(); w.Notices != 3 || !w.Retry.Equal(at.Add(time.Minute)) {
		t.Errorf("after a failure: %+v", w)
	}
	if err := s.Delivered(ctx, reader.ID, before); err != nil {
		t.Fatal(err)
	}
	if w := waiting(); w.Notices != 1 || w.Urgent || !w.Retry.IsZero() {
		t.Errorf("the notice that came later: %+v", w)
	}
}

// A failure of more than an hour is told to administrators once; one of three days
// ends. Whoever left is told nothing.
func testUndelivered(t *testing.T, s *store.Store) {
	ctx := context.Background()
	reader, boss := addReaderAndBoss(t, s)
	create(t, s, newCase(reader.ID))
	at := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	tried := noticesOf(t, s, reader.ID)
	create(t, s, newCase(reader.ID)) // while the last attempt is made
	for _, after := range []time.Duration{0, time.Minute, 2 * time.Hour, 3 * time.Hour, casework.GiveUpAfter} {
		if err := s.DeliveryFailed(ctx, reader.ID, tried, casework.FaultAddress, at.Add(after)); err != nil {
			t.Fatal(err)
		}
	}
	failed, err := s.FailedDeliveries(ctx)
	if err != nil || len(failed) != 1 || failed[0] != (store.FailedDelivery{Target: reader.ID, Attempts: 5, First: at, Fault: casework.FaultAddress}) {
		t.Errorf("given up: %+v (%v)", failed, err)
	}
	if n, told := len(noticesOf(t, s, reader.ID)), len(noticesOf(t, s, boss.ID)); n != 1 || told != 1 {
		t.Errorf("%d notices are left, %d are for the administrator", n, told)
	}
	if to, err := s.MailTo(ctx, reader.ID); err != nil || to != (store.MailTo{Address: reader.Email}) {
		t.Errorf("mail to %+v (%v)", to, err)
	}
	if err := s.DisableHandler(ctx, "", reader.Email); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MailTo(ctx, reader.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("mail to one who left: %v", err)
	}
	for _, mail := range []bool{true, false} {
		if err := s.DropNotices(ctx, mail); err != nil {
			t.Fatal(err)
		}
		if failed, err := s.FailedDeliveries(ctx); err != nil || len(failed) != 0 {
			t.Errorf("of one who left: %+v (%v)", failed, err)
		}
		if told := len(noticesOf(t, s, boss.ID)) == 1; told != mail {
			t.Errorf("with mail %t, the administrator is told: %t", mail, told)
		}
	}
}

func testLease(t *testing.T, s *store.Store) {
	ctx := context.Background()
	now := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	hold := func(holder string, after time.Duration) bool {
		t.Helper()
		held, err := s.HoldLease(ctx, "work", holder, now.Add(after), now.Add(after+time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	for _, test := range []struct {
		holder string
		after  time.Duration
		want   bool
	}{
		{"a", 0, true}, {"b", 59 * time.Second, false}, {"a", 30 * time.Second, true}, {"b", time.Minute, false}, {"b", 90 * time.Second, true}, {"a", 91 * time.Second, false},
		{"b", 24 * time.Hour, true}, {"a", 23*time.Hour + time.Minute, false}, {"a", 22 * time.Hour, true}, // a clock that is set back
	} {
		if got := hold(test.holder, test.after); got != test.want {
			t.Errorf("%s after %s: %t", test.holder, test.after, got)
		}
	}
	for _, holder := range []string{"a", "b"} {
		if err := s.EndLease(ctx, "work", holder); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	holders := 0
	for _, holder := range []string{"c", "d", "e", "f", "g", "h"} {
		all.Go(func() {
			held, err := s.HoldLease(ctx, "work", holder, now, now.Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if held {
				holders++
			}
		})
	}
	all.Wait()
	if holders != 1 {
		t.Errorf("%d holders at a time", holders)
	}
}

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
