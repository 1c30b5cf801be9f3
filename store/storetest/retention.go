package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// keeping is a team of two and a closed case, under a profile.
type keeping struct {
	team
	n    store.NewCase
	seen map[string]int
}

func newKeeping(t *testing.T, s *store.Store, profile string) keeping {
	t.Helper()
	want(t, "SetSettings", s.SetSettings(context.Background(), "", store.Settings{Organization: "Example", Profile: profile, TimeZone: "Asia/Tokyo"}), nil)
	k := keeping{team: newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}}), seen: map[string]int{}}
	k.n = k.report("hr", "hana", "ken")
	k.quiet(k.seen)
	return k
}

// close brings the case to its end on a day.
func (k keeping) close(outcome casework.Outcome) {
	k.t.Helper()
	k.answers(k.n, "hana", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	k.answers(k.n, "hana", casework.Move{From: casework.Acknowledged, To: casework.Closed, Outcome: outcome, On: today})
	k.quiet(k.seen)
}

func (k keeping) gone(what string, day casework.Day) store.Case {
	k.t.Helper()
	c, err := k.s.Case(context.Background(), k.n.ID)
	if err != nil || c.Gone != day {
		k.t.Errorf("%s: gone on %q, want %q (%v)", what, c.Gone, day, err)
	}
	return c
}

// on does the work of a day twice, and says who is told.
func (k keeping) on(day casework.Day, names ...string) {
	k.t.Helper()
	for range 2 {
		days := store.Days{Root: day}
		want(k.t, "EndHolds", k.s.EndHolds(context.Background(), days), nil)
		want(k.t, "Announce", k.s.Announce(context.Background(), days), nil)
		k.told(k.seen, string(day), names...)
		names = nil
	}
}

// purges fails the test unless the case goes on a day, or does not for a reason.
func (k keeping) purges(day casework.Day, reason error) {
	k.t.Helper()
	_, err := k.s.Purge(context.Background(), k.n.ID, store.Days{Root: day})
	want(k.t, "Purge on "+string(day), err, reason)
	_, err = k.s.Case(context.Background(), k.n.ID)
	if (err == nil) == (reason == nil) {
		k.t.Errorf("after %s the case is there: %v", day, err)
	}
}

func (k keeping) note(by string, on casework.Day, change func(*store.NewMessage)) error {
	k.t.Helper()
	c, err := k.s.Case(context.Background(), k.n.ID)
	want(k.t, "Case", err, nil)
	m := store.NewMessage{CaseID: k.n.ID, Seq: c.LastSeq + 1, From: casework.FromNote, On: on, At: atNoon, By: k.ids[by], Sealed: randomBytes(99)}
	change(&m)
	return k.s.AddMessage(context.Background(), m)
}

func (k keeping) hold(by, owner string, on, until casework.Day) error {
	return k.note(by, on, func(m *store.NewMessage) { m.Hold = &store.NewHold{Owner: k.ids[owner], Until: until} })
}

func (k keeping) deletion(by string, on casework.Day, what store.DeletionRequest) error {
	return k.note(by, on, func(m *store.NewMessage) { m.Deletion = what })
}

func testAnnounced(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "fr")
	k.gone("open", "")
	k.close("partly")
	k.gone("closed", "2027-01-21") // two months
	k.on("2026-12-21")
	k.on("2026-12-22", "hana", "ken")
	k.purges("2027-01-20", store.ErrNotDue)
	k.on("2027-01-13")
	k.on("2027-01-14", "hana", "ken")
	want(t, "a message", s.AddMessage(context.Background(), store.NewMessage{CaseID: k.n.ID, Seq: 4, From: casework.FromReporter, On: "2027-01-15", Sealed: randomBytes(99)}), nil)
	k.quiet(k.seen)
	if c := k.gone("written", "2027-02-14"); c.Announced != law.NotAnnounced || c.AnnouncedOn != "" {
		t.Errorf("a later day is announced: %+v", c)
	}
	k.purges("2027-02-20", store.ErrNotDue) // never announced
	k.on("2027-02-10", "hana", "ken")       // nothing ran before: once, and the week begins
	want(t, "a note", k.note("hana", "2027-02-11", func(*store.NewMessage) {}), nil)
	k.gone("a note moves nothing", "2027-02-14")
	k.purges("2027-02-16", store.ErrNotDue)
	due, err := s.DuePurges(context.Background(), store.Days{Root: "2027-02-17"}, "")
	if err != nil || len(due) != 1 || due[0] != k.n.ID {
		t.Errorf("due: %v, %v", due, err)
	}
	k.purges("2027-02-17", nil)
	_, err = s.Purge(context.Background(), k.n.ID, store.Days{Root: "2027-02-17"})
	want(t, "Purge again", err, store.ErrNotFound)
	if _, err := s.CaseByLookup(context.Background(), k.n.LookupHash); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the receipt finds %v", err)
	}
	err = s.AddMessage(context.Background(), store.NewMessage{CaseID: k.n.ID, Seq: 6, From: casework.FromReporter, On: "2027-02-17", Sealed: randomBytes(99)})
	want(t, "a message to what is gone", err, store.ErrNotFound)
	if n, err := s.Unclear(context.Background()); err != nil || n != 1 {
		t.Errorf("%d to be cleared (%v)", n, err)
	}
	want(t, "Clear", s.Clear(context.Background(), true), nil)
	if n, err := s.Unclear(context.Background()); err != nil || n != 0 {
		t.Errorf("%d to be cleared (%v)", n, err)
	}
	log, err := s.AuditLog(context.Background(), store.Handler{}, store.AuditFilter{What: store.AuditPurged})
	if err != nil || len(log) != 1 || log[0].CaseID != k.n.ID || log[0].Detail != string(law.ForRetention) {
		t.Errorf("log: %+v, %v", log, err)
	}
}

func testProfileMovesDeletion(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "fr")
	k.close("partly")
	k.on("2026-12-22", "hana", "ken")
	want(t, "SetSettings", s.SetSettings(context.Background(), "", store.Settings{Organization: "Example", Profile: "pt"}), nil)
	k.purges("2027-01-21", store.ErrNotDue) // before the days are reckoned anew
	want(t, "RedateCases", s.RedateCases(context.Background()), nil)
	if c := k.gone("another profile", "2031-11-21"); c.Announced != law.NotAnnounced {
		t.Errorf("announced: %+v", c)
	}
	k.on("2031-10-22", "hana", "ken")
}

func testJunkGoes(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "pt")
	junk := store.Facts{Standing: casework.Junk}
	a := store.Act{CaseID: k.n.ID, By: k.ids["hana"], At: atNoon}
	want(t, "junk", s.SetFacts(context.Background(), a, store.Facts{Standing: casework.Counts}, junk), nil)
	k.gone("junk", "2026-12-21")
	k.on("2026-11-21", "hana", "ken")
	k.on("2026-12-14", "hana", "ken")
	want(t, "no junk", s.SetFacts(context.Background(), a, junk, store.Facts{Standing: casework.Counts}), nil)
	k.gone("no junk any more", "")
	k.purges("2027-01-21", store.ErrNotDue)
	want(t, "junk again", s.SetFacts(context.Background(), a, store.Facts{Standing: casework.Counts}, junk), nil)
	want(t, "ask", k.deletion("hana", "2026-11-22", store.DeletionAsked), nil) // no law keeps junk
	k.quiet(k.seen)
	k.on("2026-12-21", "hana", "ken")
	k.purges("2026-12-27", store.ErrNotDue)
	k.purges("2026-12-28", nil)
}

func testNoInquiry(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "es")
	k.gone("received", "2027-02-21")
	k.on("2027-01-22", "hana", "ken")
	k.on("2027-02-14", "hana", "ken")
	k.answers(k.n, "hana", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	k.gone("still nobody decided", "2027-02-21")
	k.purges("2027-02-21", nil)
	k.n = k.report("hr", "hana", "ken")
	k.quiet(k.seen)
	k.answers(k.n, "hana", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	act := store.Act{CaseID: k.n.ID, By: k.ids["hana"], At: atNoon}
	want(t, "investigating", move(context.Background(), s, act, casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: today}), nil)
	k.gone("investigated", "")
}

func testHold(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "fr")
	k.close("partly")
	k.on("2026-12-22", "hana", "ken")
	want(t, "no end", k.hold("hana", "ken", "2026-12-23", "2026-12-23"), store.ErrHoldEnd)
	want(t, "an end too far", k.hold("hana", "ken", "2026-12-23", "2031-12-24"), store.ErrHoldEnd)
	want(t, "an owner who does not read it", k.hold("hana", "carla", "2026-12-23", "2027-06-30"), store.ErrHoldOwner)
	want(t, "nothing to lift", k.hold("hana", "", "2026-12-23", ""), store.ErrNoHold)
	want(t, "hold", k.hold("hana", "ken", "2026-12-23", "2027-06-30"), nil)
	k.told(k.seen, "the owner", "ken")
	k.on("2027-01-20")
	k.purges("2027-05-01", store.ErrNotDue)
	want(t, "early", k.deletion("hana", "2027-05-01", store.DeletionAsked), store.ErrHeld)
	k.on("2027-05-30")
	k.on("2027-05-31", "ken") // it ends in thirty days
	k.on("2027-06-30")
	k.on("2027-07-01", "hana", "ken") // announced anew
	k.purges("2027-07-07", store.ErrNotDue)
	want(t, "hold again", k.hold("ken", "ken", "2027-07-07", "2027-08-30"), nil)
	k.purges("2027-07-08", store.ErrNotDue)
	want(t, "lift", k.hold("hana", "", "2027-07-09", ""), nil)
	k.purges("2027-07-20", store.ErrNotDue)
	k.on("2027-07-20", "hana", "ken")
	k.purges("2027-07-27", nil)
}

// A hold that is set between the worker's look and its deletion keeps the case.
func testHoldBeforePurge(t *testing.T, s *store.Store) {
	k := newKeeping(t, s, "fr")
	k.close("partly")
	k.on("2027-01-14", "hana", "ken")
	due, err := s.DuePurges(context.Background(), store.Days{Root: "2027-01-21"}, "")
	if err != nil || len(due) != 1 {
		t.Fatalf("due: %v, %v", due, err)
	}
	var both sync.WaitGroup
	var held, purged error
	both.Go(func() { held = k.hold("hana", "ken", "2027-01-21", "2027-06-30") })
	both.Go(func() { _, purged = s.Purge(context.Background(), due[0], store.Days{Root: "2027-01-21"}) })
	both.Wait()
	h, err := s.Hold(context.Background(), k.n.ID)
	_, there := s.Case(context.Background(), k.n.ID)
	if err != nil || (held == nil) != (h != nil) || (held == nil) == (purged == nil) || (purged == nil) == (there == nil) {
		t.Errorf("hold: %v, purge: %v, the hold is %+v (%v), the case: %v", held, purged, h, err, there)
	}
}

func testEarlyDeletion(t *testing.T, s *store.Store) {
	ctx := context.Background()
	k := newKeeping(t, s, "pt")
	confirm := func(by string, on casework.Day) error {
		_, err := s.PurgeEarly(ctx, store.Act{CaseID: k.n.ID, By: k.ids[by], At: atNoon}, on)
		return err
	}
	want(t, "of an open case", k.deletion("hana", today, store.DeletionAsked), store.ErrNotEnded)
	k.close("partly")
	want(t, "kept by law", k.deletion("hana", "2031-11-20", store.DeletionAsked), store.ErrKeptByLaw)
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Organization: "Example", Profile: "eu"}), nil)
	want(t, "RedateCases", s.RedateCases(ctx), nil)
	want(t, "nobody asks", confirm("ken", "2026-12-01"), store.ErrNoRequest)
	want(t, "ask", k.deletion("hana", "2026-12-01", store.DeletionAsked), nil)
	k.told(k.seen, "asked", "ken")
	want(t, "ask again", k.deletion("ken", "2026-12-02", store.DeletionAsked), store.ErrRequested)
	want(t, "the same person", confirm("hana", "2026-12-02"), store.ErrSamePerson)
	want(t, "who does not read it", confirm("carla", "2026-12-02"), store.ErrNotFound)
	want(t, "too late", confirm("ken", "2027-01-01"), store.ErrNoRequest)
	want(t, "withdraw", k.deletion("ken", "2026-12-03", store.DeletionWithdrawn), nil)
	want(t, "withdrawn", confirm("ken", "2026-12-03"), store.ErrNoRequest)
	want(t, "ask once more", k.deletion("hana", "2026-12-04", store.DeletionAsked), nil)
	want(t, "hold", k.hold("hana", "hana", "2026-12-05", "2027-01-05"), nil)
	want(t, "held", confirm("ken", "2026-12-05"), store.ErrNoRequest) // a hold ends the request
	want(t, "lift", k.hold("hana", "", "2026-12-06", ""), nil)
	want(t, "ask for the last time", k.deletion("hana", "2026-12-07", store.DeletionAsked), nil)
	want(t, "confirm", confirm("ken", "2027-01-06"), nil)
	if _, err := s.Case(ctx, k.n.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the case is there: %v", err)
	}
}
