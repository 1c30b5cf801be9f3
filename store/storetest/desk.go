package storetest

import (
	"bytes"
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

func testTurns(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	by := addHandlers(t, s, 1)[0]
	write := func(from casework.Sender, kind casework.MessageKind, m *casework.Move) {
		t.Helper()
		n := store.NewMessage{CaseID: c.ID, From: from, Kind: kind, On: today, Sealed: randomBytes(99), Move: m}
		if from != casework.FromReporter {
			n.At, n.By = atNoon, by
		}
		_, err := addNext(ctx, s, n)
		want(t, "AddMessage", err, nil)
	}
	expect := func(what string, turn casework.Turn, answered, due casework.Day) {
		t.Helper()
		got, err := s.Case(ctx, c.ID)
		if err != nil || got.Turn != turn || got.Answered != answered || got.Due != due {
			t.Errorf("after %s: turn %s, answered %q, due %q (%v); want %s, %q, %q", what, got.Turn, got.Answered, got.Due, err, turn, answered, due)
		}
	}
	write(casework.FromReporter, "", nil)
	expect("a message to a new case", casework.TurnNew, "", "2026-11-28")
	write(casework.FromDesk, casework.Question, &casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	expect("the acknowledgement with a question", casework.TurnReporter, "", "2026-12-11")
	write(casework.FromNote, "", nil)
	expect("a note", casework.TurnReporter, "", "2026-12-11")
	write(casework.FromDesk, "", nil)
	expect("information", casework.TurnReporter, "", "2026-12-11")
	write(casework.FromReporter, "", nil)
	expect("the answer of the reporter", casework.TurnDesk, "", "2026-12-11")
	write(casework.FromDesk, casework.Question, nil)
	write(casework.FromDesk, "", &casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: today})
	expect("a question and a move", casework.TurnReporter, "", "2027-02-21")
	write(casework.FromDesk, casework.Answer, nil)
	expect("the feedback", casework.TurnDesk, today, "")
	want(t, "classifying", classify(ctx, s, store.Act{CaseID: c.ID, By: by, At: atNoon}), nil)
	write(casework.FromDesk, casework.Answer, &casework.Move{From: casework.Investigating, To: casework.Closed, Outcome: "partly", On: today})
	expect("closing", casework.TurnEnded, today, "")
}

func testFacts(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	ids := addHandlers(t, s, 2)
	act := store.Act{CaseID: c.ID, By: ids[0], At: atNoon}
	at := func(p casework.Priority, assignee string) store.Facts {
		return store.Facts{Priority: p, Assignee: assignee}
	}
	nobody := at(casework.Normal, "")
	want(t, "both", s.SetFacts(ctx, act, nobody, at(casework.High, ids[0])), nil)
	want(t, "the same again", s.SetFacts(ctx, act, nobody, at(casework.High, ids[0])), nil)
	want(t, "nothing", s.SetFacts(ctx, act, nobody, nobody), nil)
	want(t, "another assignee by one who saw none", s.SetFacts(ctx, act, nobody, at(casework.Normal, ids[1])), store.ErrConflict)
	want(t, "one of two by one who saw the other change", s.SetFacts(ctx, act, at(casework.High, ""), at(casework.Normal, ids[1])), store.ErrConflict)
	want(t, "the priority by one who saw nobody assigned", s.SetFacts(ctx, act, at(casework.High, ""), at(casework.Normal, "")), nil)
	got, err := s.Case(ctx, c.ID)
	if err != nil || got.Priority != casework.Normal || got.Assignee != ids[0] {
		t.Errorf("the case is %s and of %q (%v)", got.Priority, got.Assignee, err)
	}
	events, err := s.Events(ctx, c.ID)
	if expected := []store.Event{
		{After: 1, At: atNoon, By: ids[0], What: store.EventPriority, From: "normal", To: "high"},
		{After: 1, At: atNoon, By: ids[0], What: store.EventAssignee, To: ids[0]},
		{After: 1, At: atNoon, By: ids[0], What: store.EventPriority, From: "high", To: "normal"},
	}; err != nil || !reflect.DeepEqual(events, expected) {
		t.Errorf("Events: %v %+v", err, events)
	}
	wantPlainError(t, "an unknown priority", s.SetFacts(ctx, act, at(casework.Normal, ids[0]), at("top", ids[0])))
	act.CaseID = newID()
	want(t, "an unknown case", s.SetFacts(ctx, act, nobody, at(casework.High, "")), store.ErrNotFound)

	other := newCase()
	create(t, s, other)
	var won atomic.Int32
	var all sync.WaitGroup
	for _, id := range append(addHandlersAt(t, s, 6, "late"), ids...) {
		all.Go(func() {
			err := s.SetFacts(ctx, store.Act{CaseID: other.ID, By: id, At: atNoon}, nobody, at(casework.Normal, id))
			if err == nil {
				won.Add(1)
			} else {
				want(t, "an assignment that came too late", err, store.ErrConflict)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d handlers took the same case, want 1", won.Load())
	}
}

func testRedate(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	c.Received = "2026-11-20" // a Friday
	create(t, s, c)
	for profile, due := range map[string]casework.Day{"fr": "2026-12-01", "eu": "2026-11-27"} {
		want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: profile}), nil)
		want(t, "RedateCases", s.RedateCases(ctx), nil)
		if p, err := s.Profile(ctx, casework.Root); err != nil || p.Code != profile {
			t.Errorf("Profile: %+v, %v", p, err)
		}
		got, err := s.Case(ctx, c.ID)
		if err != nil || got.Due != due {
			t.Errorf("%s: due %s (%v), want %s", profile, got.Due, err, due)
		}
		later := newCase()
		later.Received = c.Received
		create(t, s, later)
		if got, err := s.Case(ctx, later.ID); err != nil || got.Due != due {
			t.Errorf("%s: a new case is due %s (%v), want %s", profile, got.Due, err, due)
		}
	}
}

// The stored due day of a case, from its receipt until it is taken up again, by each law:
// acknowledged in time, or too late.
func testDueOfProfiles(t *testing.T, s *store.Store) {
	ctx := context.Background()
	by := addHandlers(t, s, 1)[0]
	for _, c := range []struct {
		profile                              string
		acknowledged                         casework.Day
		acknowledge, notice, answer, watched casework.Day // due; notice "": the answer is next
	}{
		{"eu", "2027-02-24", "2027-03-01", "", "2027-05-24", "2028-07-31"},
		{"eu", "2027-03-03", "2027-03-01", "", "2027-06-01", "2028-07-31"},
		{"de", "2027-03-01", "2027-03-01", "", "2027-06-01", "2028-07-31"},
		{"de", "2027-03-02", "2027-03-01", "", "2027-05-29", "2028-07-31"},
		{"fr", "2027-03-03", "2027-03-03", "", "2027-06-03", "2028-07-31"},
		{"es", "2027-03-05", "2027-03-01", "", "2027-05-22", "2029-07-31"},
		{"pt", "2027-02-23", "2027-03-01", "", "2027-05-22", "2029-02-22"},
		{"it", "2027-02-23", "2027-03-01", "", "2027-05-23", "2028-07-31"},
		{"jp", "2027-02-23", "2027-03-01", "2027-03-14", "2027-05-22", "2028-02-22"},
		{"kr", "2027-02-23", "2027-03-01", "", "2027-05-22", "2029-02-22"},
		{law.Strictest, "2027-02-23", "2027-03-01", "2027-03-14", "2027-05-22", "2029-07-31"},
	} {
		want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: c.profile}), nil)
		n := newCase()
		n.Received = "2027-02-22"
		create(t, s, n)
		act := store.Act{CaseID: n.ID, By: by, At: atNoon}
		due := func(when string, want casework.Day) {
			t.Helper()
			if got, err := s.Case(ctx, n.ID); err != nil || got.Due != want {
				t.Errorf("%s, acknowledged on %s: %s due %s (%v), want %s", c.profile, c.acknowledged, when, got.Due, err, want)
			}
		}
		moved := func(from, to casework.State, on casework.Day, outcome casework.Outcome) {
			t.Helper()
			want(t, string(to), move(ctx, s, act, casework.Move{From: from, To: to, On: on, Outcome: outcome}), nil)
		}
		due("received", c.acknowledge)
		moved(casework.Received, casework.Acknowledged, c.acknowledged, "")
		due("acknowledged", cmp.Or(c.notice, c.answer))
		moved(casework.Acknowledged, casework.Investigating, "2027-03-08", "")
		due("investigating", c.answer)
		moved(casework.Investigating, casework.Closed, "2027-07-31", "partly")
		due("closed", "")
		moved(casework.Closed, casework.Monitoring, "2027-07-31", "")
		due("watched", c.watched)
		moved(casework.Monitoring, casework.Investigating, "2027-11-30", "")
		due("taken up again", "2028-02-29")
	}
}

// Watched cases are redated by another law, from the report or from the closing.
func testRedateWatched(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	act := store.Act{CaseID: c.ID, By: addHandlers(t, s, 1)[0], At: atNoon}
	for _, m := range []casework.Move{
		{From: casework.Received, To: casework.Acknowledged, On: today}, {From: casework.Acknowledged, To: casework.Investigating, On: today},
		{From: casework.Investigating, To: casework.Closed, On: "2027-01-31", Outcome: "partly"}, {From: casework.Closed, To: casework.Monitoring, On: "2027-02-01"},
	} {
		want(t, string(m.To), move(ctx, s, act, m), nil)
	}
	for _, l := range []struct {
		profile string
		due     casework.Day
	}{{"pt", "2028-11-21"}, {"es", "2029-01-31"}, {"jp", "2027-11-21"}, {"de", "2028-01-31"}} {
		want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: l.profile}), nil)
		want(t, "RedateCases", s.RedateCases(ctx), nil)
		if got, err := s.Case(ctx, c.ID); err != nil || got.Due != l.due {
			t.Errorf("%s: due %s (%v), want %s", l.profile, got.Due, err, l.due)
		}
	}
}

// A change of profile that breaks off before the last case is redated is made good
// by the next call.
func testRedateAgain(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	c.Received = "2026-11-20" // a Friday
	create(t, s, c)
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: "fr"}), nil)
	stopped, stop := context.WithCancel(ctx)
	stop()
	want(t, "RedateCases that breaks off", s.RedateCases(stopped), context.Canceled)
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: "fr"}), nil)
	want(t, "RedateCases", s.RedateCases(ctx), nil)
	if got, err := s.Case(ctx, c.ID); err != nil || got.Due != "2026-12-01" {
		t.Errorf("due %s (%v), want 2026-12-01", got.Due, err)
	}
}

func testSettingsAndContacts(t *testing.T, s *store.Store) {
	ctx := context.Background()
	chosen := store.Settings{Organization: "Example", Languages: []string{"ja", "pt"}, Profile: "eu", Countries: []string{"JP", "BR"}, TimeZone: "Asia/Tokyo"}
	contacts := []casework.Contacts{{
		Country: "JP", Emergency: casework.Emergency{Police: "110"}, Crisis: casework.CrisisLine{Name: "よりそい", Number: "0120"},
		Authorities: []casework.Authority{{Name: "消費者庁", URL: "https://www.caa.go.jp", Topic: "advice"}}, ConfirmedBy: "someone", ConfirmedOn: "2026-11-20",
	}}
	want(t, "SetSettings", s.SetSettings(ctx, "", chosen), nil)
	want(t, "SetContacts", s.SetContacts(ctx, "", contacts), nil)
	want(t, "SetContacts again", s.SetContacts(ctx, "", contacts), nil)
	want(t, "SetSettings again", s.SetSettings(ctx, "", chosen), nil)
	got, err := s.Settings(ctx)
	chosen.Contacts = contacts
	if err != nil || !reflect.DeepEqual(got, chosen) {
		t.Errorf("Settings: %+v, %v", got, err)
	}
	contacts[0].ConfirmedOn = ""
	want(t, "taking them back", s.SetContacts(ctx, "", contacts), nil)
	var details []string
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditSettings})
	for _, e := range log {
		details = append(details, e.Detail)
	}
	if want := []string{store.ContactsHidden, store.ContactsShown, "organization,languages,profile,countries,time-zone"}; err != nil || !slices.Equal(details, want) {
		t.Errorf("the log: %q, %v", details, err)
	}
}

func testAccess(t *testing.T, s *store.Store) {
	ctx := context.Background()
	hr := newHandler("hr@example.org")
	admin := newHandler("admin@example.org")
	admin.Roles = []string{store.RoleAdmin}
	other := newHandler("other@example.org")
	other.Branches = casework.AtRoot(casework.Compliance)
	gone := newHandler("gone@example.org")
	for _, h := range []*store.Handler{&hr, &admin, &other, &gone} {
		added, err := s.AddHandler(ctx, *h)
		want(t, "AddHandler", err, nil)
		*h = added
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", gone.Email), nil)
	gone, err := s.Handler(ctx, gone.ID)
	want(t, "Handler", err, nil)
	c := newCase(hr.ID, gone.ID)
	create(t, s, c)
	for who, test := range map[string]struct {
		handler store.Handler
		sees    bool
	}{"hr": {hr, true}, "an administrator": {admin, false}, "another queue": {other, false}, "a disabled handler": {gone, false}} {
		_, err := s.CaseFor(ctx, c.ID, test.handler)
		rows, _, err2 := s.CaseList(ctx, test.handler, store.CaseQuery{Tab: casework.TabAll, Sort: casework.SortDue})
		counts, err3 := s.TabCounts(ctx, test.handler, store.Days{Root: today})
		summaries, err4 := s.Summaries(ctx, test.handler, []string{c.ID, newID()})
		if err2 != nil || err3 != nil || err4 != nil {
			t.Errorf("%s: %v %v %v", who, err2, err3, err4)
		}
		if !test.sees {
			want(t, who, err, store.ErrNotFound)
			if len(rows)+counts[casework.TabAll]+len(summaries) > 0 {
				t.Errorf("%s sees %d cases, counts %d and gets %d summaries", who, len(rows), counts[casework.TabAll], len(summaries))
			}
			continue
		}
		want(t, who, err, nil)
		if len(rows) != 1 || counts[casework.TabAll] != 1 || len(summaries) != 1 || summaries[0].CaseID != c.ID ||
			!bytes.Equal(summaries[0].Key, c.Keys[hr.ID]) || !bytes.Equal(summaries[0].Summary, c.Summary) {
			t.Errorf("%s sees %d cases, counts %d and gets %d summaries, or others", who, len(rows), counts[casework.TabAll], len(summaries))
		}
	}
	colleagues, err := s.Colleagues(ctx, c.Case)
	if err != nil || len(colleagues) != 1 || colleagues[0].ID != hr.ID {
		t.Errorf("Colleagues: %d, %v", len(colleagues), err)
	}
	_, err = s.CaseFor(ctx, newID(), hr)
	want(t, "an unknown case", err, store.ErrNotFound)
	key, err := s.CaseKeyFor(ctx, c.ID, hr.ID)
	if err != nil || !bytes.Equal(key, c.Keys[hr.ID]) {
		t.Errorf("CaseKeyFor: %d bytes, %v", len(key), err)
	}
	_, err = s.CaseKeyFor(ctx, c.ID, other.ID)
	want(t, "a key that was never made", err, store.ErrNotFound)
}

func testRead(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	c := newCase(id)
	create(t, s, c)
	for _, step := range []struct{ mark, read int }{{2, 2}, {1, 2}, {3, 3}} {
		want(t, "MarkRead", s.MarkRead(ctx, c.ID, id, step.mark), nil)
		if read, err := s.ReadUpTo(ctx, c.ID, id); err != nil || read != step.read {
			t.Errorf("read up to %d (%v), want %d", read, err, step.read)
		}
	}
}

// Presence tests who has a case open. open returns a new store with a clock.
func Presence(t *testing.T, open func(now func() time.Time) *store.Store) {
	ctx := context.Background()
	now := time.Unix(atNoon, 0)
	s := open(func() time.Time { return now })
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "hugo", "both")
	at := func(what, who string, others ...string) {
		t.Helper()
		got, err := s.StayAt(ctx, n.ID, c.ids[who])
		var ids []string
		for _, other := range others {
			ids = append(ids, c.ids[other])
		}
		if err != nil || !slices.Equal(got, ids) {
			t.Errorf("%s: %q (%v), want %q", what, got, err, ids)
		}
	}
	at("the first", "hana")
	at("the second", "hugo", "hana")
	at("the first, again", "hana", "hugo")
	want(t, "Leave", s.Leave(ctx, n.ID, c.ids["hugo"]), nil)
	at("after the second left", "hana")
	now = now.Add(store.PresenceLasts / 2)
	at("another, before a minute has passed", "hugo", "hana")
	now = now.Add(store.PresenceLasts / 2)
	at("another, after it", "hugo")
	at("two at once", "both", "hugo")
	want(t, "excluding", c.transfer("hana", store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr", Who: c.ids["hugo"]}, 2), nil)
	at("of somebody who is excluded", "both")
	for _, who := range []string{"hugo", "carla"} {
		_, err := s.StayAt(ctx, n.ID, c.ids[who])
		want(t, who+", who may not read it", err, store.ErrNotFound)
	}
	_, err := s.StayAt(ctx, newID(), c.ids["hana"])
	want(t, "an unknown case", err, store.ErrNotFound)
	now = now.Add(store.PresenceLasts)
	want(t, "DropPresence", s.DropPresence(ctx), nil)
	now = now.Add(-store.PresenceLasts) // what was still there would count again
	at("after all was dropped", "hana")
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{CaseID: n.ID})
	if err != nil || len(log) != 1 || log[0].What != store.AuditExcluded {
		t.Errorf("the log of the case: %+v (%v)", log, err)
	}
}
