package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotline/store"
)

func hash(name string) (h [32]byte) {
	copy(h[:], name)
	return h
}

func newSession(handlerID, name string) store.Session {
	return store.Session{Hash: hash(name), ID: newID(), HandlerID: handlerID, TabKey: randomBytes(32), Browser: "firefox"}
}

func testCredentials(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	_, err := s.Credentials(ctx, id)
	want(t, "before enrolment", err, store.ErrNotFound)
	c := store.Credentials{HandlerID: id, Salt: randomBytes(16), AuthHash: randomBytes(32), Identity: randomBytes(300), TOTPSecret: "SECRET"}
	want(t, "PutCredentials", s.PutCredentials(ctx, c), nil)
	got, err := s.Credentials(ctx, id)
	want(t, "Credentials", err, nil)
	if !bytes.Equal(got.Salt, c.Salt) || !bytes.Equal(got.AuthHash, c.AuthHash) || !bytes.Equal(got.Identity, c.Identity) || got.TOTPSecret != c.TOTPSecret {
		t.Error("credentials come back changed")
	}
	for _, n := range []string{"this", "other"} {
		want(t, "StartSession", s.StartSession(ctx, newSession(id, n), today), nil)
	}
	changed := store.Credentials{HandlerID: id, Salt: randomBytes(16), AuthHash: randomBytes(32), Identity: randomBytes(300)}
	want(t, "ChangePassword", s.ChangePassword(ctx, changed, hash("this")), nil)
	if got, _ = s.Credentials(ctx, id); got.TOTPSecret != "SECRET" || !bytes.Equal(got.AuthHash, changed.AuthHash) {
		t.Error("a changed password changes the codes, or is not stored")
	}
	_, _, err = s.Session(ctx, hash("this"))
	want(t, "the session that changed it", err, nil)
	_, _, err = s.Session(ctx, hash("other"))
	want(t, "another session", err, store.ErrNotFound)
	want(t, "of nobody", s.ChangePassword(ctx, store.Credentials{HandlerID: newID(), Salt: randomBytes(16), AuthHash: randomBytes(32)}, hash("")), store.ErrNotFound)
}

// Who asks by an address gets nothing of somebody else's.
func testCredentialsByEmail(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.CredentialsByEmail(ctx, "h0@example.org")
	want(t, "where there is nobody", err, store.ErrNotFound)
	ids := addHandlers(t, s, 4)
	for _, id := range ids[:3] {
		want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: id, Salt: randomBytes(16), AuthHash: randomBytes(32)}), nil)
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h2@example.org"), nil)
	for email, wanted := range map[string]string{
		" H0@example.ORG": ids[0], "h1@example.org": ids[1], "h2@example.org": "", "h3@example.org": "", "nobody@example.org": "", "": "",
	} {
		c, err := s.CredentialsByEmail(ctx, email)
		if c.HandlerID != wanted || (wanted == "") != errors.Is(err, store.ErrNotFound) || wanted == "" && c.Salt != nil {
			t.Errorf("%q: credentials of %q, %v", email, c.HandlerID, err)
		}
	}
}

// A code is good once, however many come with it at the same moment.
func testCodesOnce(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: id, Salt: randomBytes(16), AuthHash: randomBytes(32), TOTPSecret: "S"}), nil)
	var taken atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if err := s.UseTOTP(ctx, id, 100); err == nil {
				taken.Add(1)
			} else if !errors.Is(err, store.ErrConflict) {
				t.Errorf("UseTOTP: %v", err)
			}
		})
	}
	wg.Wait()
	if taken.Load() != 1 {
		t.Errorf("a code was taken %d times", taken.Load())
	}
	want(t, "an earlier step", s.UseTOTP(ctx, id, 99), store.ErrConflict)
	want(t, "a later step", s.UseTOTP(ctx, id, 101), nil)
	want(t, "SetTOTP", s.SetTOTP(ctx, id, "T", 200), nil)
	want(t, "the code that proved the new secret", s.UseTOTP(ctx, id, 200), store.ErrConflict)
}

func testPasskeys(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	p := store.Passkey{ID: randomBytes(20), HandlerID: ids[0], Name: "Laptop", Credential: []byte("{}"), Identity: randomBytes(200)}
	want(t, "AddPasskey", s.AddPasskey(ctx, p), nil)
	want(t, "the same again", s.AddPasskey(ctx, p), store.ErrExists)
	want(t, "UpdatePasskey", s.UpdatePasskey(ctx, p.ID, []byte(`{"n":1}`)), nil)
	all, err := s.Passkeys(ctx, ids[0])
	want(t, "Passkeys", err, nil)
	if len(all) != 1 || all[0].Name != "Laptop" || string(all[0].Credential) != `{"n":1}` || !bytes.Equal(all[0].Identity, p.Identity) {
		t.Errorf("passkeys come back as %+v", all)
	}
	want(t, "removing a colleague's", s.RemovePasskey(ctx, ids[1], p.ID), store.ErrNotFound)
	want(t, "RemovePasskey", s.RemovePasskey(ctx, ids[0], p.ID), nil)
	want(t, "twice", s.RemovePasskey(ctx, ids[0], p.ID), store.ErrNotFound)
}

func testSessions(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	for i, n := range []string{"a", "b", "c"} {
		want(t, "StartSession", s.StartSession(ctx, newSession(ids[i/2], n), today), nil)
	}
	got, h, err := s.Session(ctx, hash("a"))
	want(t, "Session", err, nil)
	if h.ID != ids[0] || len(got.TabKey) != 32 || got.Browser != "firefox" || got.Hash != hash("a") {
		t.Errorf("the session comes back as %+v of %s", got, h.ID)
	}
	want(t, "ConfirmSession", s.ConfirmSession(ctx, hash("a"), hash("a2")), nil)
	_, _, err = s.Session(ctx, hash("a"))
	want(t, "the old token", err, store.ErrNotFound)
	want(t, "TouchSession", s.TouchSession(ctx, hash("a2")), nil)
	want(t, "of nobody", s.TouchSession(ctx, hash("x")), store.ErrNotFound)
	want(t, "EndSessions", s.EndSessions(ctx, ids[0], func(one store.Session) bool { return one.Hash != hash("a2") }), nil)
	all, err := s.Sessions(ctx, ids[0])
	want(t, "Sessions", err, nil)
	if len(all) != 1 || all[0].Hash != hash("a2") {
		t.Errorf("%d sessions are left", len(all))
	}
	if all, _ := s.Sessions(ctx, ids[1]); len(all) != 1 {
		t.Error("a colleague's session ended, too")
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h0@example.org"), nil)
	_, _, err = s.Session(ctx, hash("a2"))
	want(t, "the session of somebody disabled", err, store.ErrNotFound)
}

func testTickets(t *testing.T, s *store.Store) {
	ctx := context.Background()
	k := store.Ticket{Hash: hash("t"), Purpose: "second", HandlerID: "somebody", Data: []byte("data")}
	want(t, "AddTicket", s.AddTicket(ctx, k, time.Minute), nil)
	for range 3 {
		got, err := s.TryTicket(ctx, hash("t"), "second", 3, time.Hour)
		want(t, "TryTicket", err, nil)
		if got.HandlerID != k.HandlerID || string(got.Data) != "data" {
			t.Errorf("the ticket comes back as %+v", got)
		}
	}
	_, err := s.TryTicket(ctx, hash("t"), "second", 3, time.Hour)
	want(t, "a fourth try", err, store.ErrNotFound)
	_, err = s.TryTicket(ctx, hash("t"), "other", 9, time.Hour)
	want(t, "for another purpose", err, store.ErrNotFound)
	want(t, "EndTicket", s.EndTicket(ctx, hash("t")), nil)
	want(t, "twice", s.EndTicket(ctx, hash("t")), store.ErrNotFound)
	want(t, "AddTicket", s.AddTicket(ctx, store.Ticket{Hash: hash("u"), Purpose: "second"}, -time.Second), nil)
	_, err = s.TryTicket(ctx, hash("u"), "second", 3, time.Hour)
	want(t, "one that has expired", err, store.ErrNotFound)
	spent := store.Ticket{Hash: hash("v"), Purpose: "passkey"}
	want(t, "SpendTicket", s.SpendTicket(ctx, spent, time.Minute), nil)
	want(t, "spent twice", s.SpendTicket(ctx, spent, time.Minute), store.ErrConflict)
}

func testInvitations(t *testing.T, s *store.Store) {
	ctx := context.Background()
	h := newHandler("new@example.org")
	h.Recipient = ""
	want(t, "InviteHandler", s.InviteHandler(ctx, h, store.Invitation{Hash: hash("1"), TOTPSecret: "S"}), nil)
	want(t, "a taken address", s.InviteHandler(ctx, newHandler("NEW@example.org"), store.Invitation{Hash: hash("9")}), store.ErrExists)
	want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: hash("2"), HandlerID: h.ID, TOTPSecret: "T"}), nil)
	_, err := s.Invitation(ctx, hash("1"))
	want(t, "the first link", err, store.ErrNotFound)
	i, err := s.Invitation(ctx, hash("2"))
	want(t, "Invitation", err, nil)
	if i.HandlerID != h.ID || i.TOTPSecret != "T" {
		t.Errorf("the invitation comes back as %+v", i)
	}
	want(t, "for nobody", s.Invite(ctx, store.Invitation{Hash: hash("3"), HandlerID: newID()}), store.ErrNotFound)
	e := store.Enrolment{Invitation: hash("2"), Handler: store.Handler{ID: h.ID, Recipient: "age1pq1new"}, Credentials: store.Credentials{Salt: randomBytes(16), AuthHash: randomBytes(32), TOTPSecret: "T"}, TOTPStep: 7}
	var done atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if s.Enrol(ctx, e) == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("one link enrolled %d times", done.Load())
	}
	want(t, "the code of the enrolment", s.UseTOTP(ctx, h.ID, 7), store.ErrConflict)
	got, err := s.Handler(ctx, h.ID)
	if want(t, "Handler", err, nil); got.Recipient != "age1pq1new" {
		t.Errorf("the recipient is %q", got.Recipient)
	}
	want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: hash("4"), HandlerID: h.ID}), nil)
	e.Invitation = hash("4")
	want(t, "once more with the same key", s.Enrol(ctx, e), nil)
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditEnrolled})
	if err != nil || len(log) != 2 || log[1].Detail != "key" || log[0].Detail != "" {
		t.Errorf("the audit log says %+v (%v)", log, err)
	}
}

// testAdministrators: there is one at the beginning, and always one afterwards.
func testAdministrators(t *testing.T, s *store.Store) {
	ctx := context.Background()
	enrol := func(name string, h store.Handler) error {
		want(t, "Invite", s.Invite(ctx, store.Invitation{Hash: hash(name), HandlerID: ""}), nil)
		return s.Enrol(ctx, store.Enrolment{Invitation: hash(name), Handler: h, Credentials: store.Credentials{Salt: randomBytes(16), AuthHash: randomBytes(32)}})
	}
	admin := func(email string) store.Handler {
		return store.Handler{ID: newID(), Name: email, Email: email, Roles: []string{store.RoleAdmin}}
	}
	there, err := s.Administrated(ctx)
	if want(t, "Administrated", err, nil); there {
		t.Error("an empty hotline has an administrator")
	}
	first := admin("first@example.org")
	want(t, "the first", enrol("1", first), nil)
	want(t, "a second first", enrol("2", admin("second@example.org")), store.ErrAdministrated)
	want(t, "disabling the last", s.DisableHandler(ctx, "", first.Email), store.ErrLast)
	want(t, "the last gives it up", s.SetHandlerWork(ctx, "", first, []string{store.RoleAuditor}, nil), store.ErrLast)
	second := admin("second@example.org")
	want(t, "InviteHandler", s.InviteHandler(ctx, second, store.Invitation{Hash: hash("3")}), nil)
	want(t, "while the second has not enrolled", s.DisableHandler(ctx, "", first.Email), store.ErrLast)
	want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: second.ID, Salt: randomBytes(16), AuthHash: randomBytes(32)}), nil)
	want(t, "somebody else changed it", s.SetHandlerWork(ctx, "", second, second.Roles, nil), nil)
	stale := first
	stale.Roles = []string{store.RoleIntake}
	want(t, "on a stale view", s.SetHandlerWork(ctx, "", stale, []string{store.RoleAdmin, store.RoleAuditor}, nil), store.ErrConflict)
	want(t, "one of two", s.DisableHandler(ctx, "", first.Email), nil)
	all, err := s.Handlers(ctx)
	if want(t, "Handlers", err, nil); !slices.ContainsFunc(all, func(h store.Handler) bool { return h.ID == first.ID && !h.Active() }) {
		t.Error("the first is not disabled")
	}
}

// Clock tests what a clock that jumps does to what lives for a time. open returns a new
// store with a clock.
func Clock(t *testing.T, open func(now func() time.Time) *store.Store) {
	for name, test := range map[string]func(*testing.T, *store.Store, *time.Time){
		"sessions": sessionsOfAClock, "what is good once": ticketsOfAClock, "links to enrol": invitationsOfAClock, "who has a case open": presenceOfAClock,
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(atNoon, 0)
			test(t, open(func() time.Time { return now }), &now)
		})
	}
}

// sessionsOfAClock: a clock that is set back ends sessions, or leaves them their time; none
// that was begun by a clock ahead comes back to life.
func sessionsOfAClock(t *testing.T, s *store.Store, now *time.Time) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	lives := func(what, session string, err error) {
		t.Helper()
		_, _, got := s.Session(ctx, hash(session))
		want(t, what, got, err)
	}
	begin := func(session string) {
		t.Helper()
		want(t, "StartSession", s.StartSession(ctx, store.Session{Hash: hash(session), ID: session, HandlerID: ids[0], TabKey: make([]byte, 32)}, "2026-11-30"), nil)
	}
	right := *now
	begin("a")
	*now = right.Add(-30 * time.Second) // a time server corrects it
	lives("after a step back of half a minute", "a", nil)
	*now = right.Add(24 * time.Hour)
	lives("a day ahead", "a", store.ErrNotFound)
	*now = right.Add(10 * time.Minute)
	lives("back again", "a", nil)
	*now = right.Add(store.SessionLife)
	want(t, "TouchSession", s.TouchSession(ctx, hash("a")), store.ErrNotFound)

	*now = right.Add(24 * time.Hour)
	begin("b")
	*now = right.Add(time.Minute)
	lives("begun by a clock a day ahead, after that was set back", "b", store.ErrNotFound)
	want(t, "DropEndedSessions", s.DropEndedSessions(ctx), nil)
	*now = right.Add(24*time.Hour + time.Minute)
	lives("a day later", "b", store.ErrNotFound)
}

// ticketsOfAClock: what is good once stays so when a clock jumps a day forward and back,
// and does not live longer by it.
func ticketsOfAClock(t *testing.T, s *store.Store, now *time.Time) {
	ctx := context.Background()
	right := *now
	const life = 5 * time.Minute
	spent := store.Ticket{Hash: hash("spent"), Purpose: "passkey"}
	want(t, "SpendTicket", s.SpendTicket(ctx, spent, life), nil)
	*now = right.Add(24 * time.Hour)
	want(t, "another one, a day ahead", s.SpendTicket(ctx, store.Ticket{Hash: hash("other"), Purpose: "passkey"}, life), nil)
	want(t, "AddTicket", s.AddTicket(ctx, store.Ticket{Hash: hash("ahead"), Purpose: "second"}, life), nil)
	*now = right.Add(time.Minute)
	want(t, "the first, again, back again", s.SpendTicket(ctx, spent, life), store.ErrConflict)
	_, err := s.TryTicket(ctx, hash("ahead"), "second", 3, life)
	want(t, "a ticket of the clock ahead", err, store.ErrNotFound)
	want(t, "AddTicket", s.AddTicket(ctx, store.Ticket{Hash: hash("now"), Purpose: "second"}, life), nil)
	*now = now.Add(-30 * time.Second)
	_, err = s.TryTicket(ctx, hash("now"), "second", 3, life)
	want(t, "after a step back of half a minute", err, nil)

	// A one-time code is good once, whatever the clock says.
	ids := addHandlers(t, s, 1)
	want(t, "PutCredentials", s.PutCredentials(ctx, store.Credentials{HandlerID: ids[0], Salt: make([]byte, 16), AuthHash: make([]byte, 32), TOTPSecret: "S"}), nil)
	step := right.Unix() / 30
	want(t, "a code", s.UseTOTP(ctx, ids[0], step), nil)
	*now = right.Add(-24 * time.Hour)
	want(t, "the same code by a clock that was set back", s.UseTOTP(ctx, ids[0], step), store.ErrConflict)
	want(t, "a code of the day before", s.UseTOTP(ctx, ids[0], step-2880), store.ErrConflict)
}

// invitationsOfAClock: a link of a clock ahead does not live on for years.
func invitationsOfAClock(t *testing.T, s *store.Store, now *time.Time) {
	ctx := context.Background()
	right := *now
	invite := func(link string) {
		t.Helper()
		h := newHandler(link + "@example.org")
		h.Recipient = ""
		want(t, "InviteHandler", s.InviteHandler(ctx, h, store.Invitation{Hash: hash(link), TOTPSecret: "S"}), nil)
	}
	good := func(what, link string, err error) {
		t.Helper()
		_, got := s.Invitation(ctx, hash(link))
		want(t, what, got, err)
	}
	invite("a")
	*now = right.Add(-24 * time.Hour)
	good("set back by a day", "a", nil)
	*now = right.AddDate(1, 0, 0)
	invite("b")
	*now = right
	good("of a clock a year ahead", "b", store.ErrNotFound)
	good("a right one", "a", nil)
}

// presenceOfAClock: nobody stays at a case because the clock was set back.
func presenceOfAClock(t *testing.T, s *store.Store, now *time.Time) {
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "hugo", "both")
	if _, err := s.StayAt(context.Background(), n.ID, c.ids["hana"]); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(-24 * time.Hour)
	others, err := s.StayAt(context.Background(), n.ID, c.ids["hugo"])
	if err != nil || len(others) > 0 {
		t.Errorf("after the clock was set back by a day %q have the case open (%v)", others, err)
	}
}
