package storetest

import (
	"context"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// A meeting that the reporter asks for is due until a handler says that it was held, or
// that it is not wanted any more. Its record is checked as an oral report is.
func testMeetings(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	want(t, "SetProfile", s.SetSetting(ctx, "profile", "es"), nil)
	c := newCase(ids...)
	create(t, s, c)
	seq := 1
	add := func(m store.NewMessage) error {
		m.CaseID, m.Sealed = c.ID, randomBytes(99)
		if m.From != casework.FromReporter {
			m.At, m.By = atNoon, ids[0]
		}
		err := func() (err error) { seq, err = addNext(ctx, s, m); return err }()
		return err
	}
	ask := func(on casework.Day) error {
		return add(store.NewMessage{From: casework.FromReporter, On: on, AsksMeeting: true})
	}
	say := func(from casework.Sender, on casework.Day, said casework.Meeting) error {
		return add(store.NewMessage{From: from, On: on, Meeting: &said})
	}
	expect := func(what string, asked, settled, held casework.Day, dueFor law.DueFor, due casework.Day) {
		t.Helper()
		found, err := s.Case(ctx, c.ID)
		if err != nil || found.MeetingAsked != asked || found.MeetingSettled != settled || found.MeetingHeld != held || found.Due != due {
			t.Errorf("%s: asked %q, settled %q, held %q, due %q (%v)", what, found.MeetingAsked, found.MeetingSettled, found.MeetingHeld, found.Due, err)
		}
		if _, reason := law.ProfileOf("es").Dates(found.History()).Due(); reason != dueFor {
			t.Errorf("%s: due for %q, want %q", what, reason, dueFor)
		}
	}
	acknowledge := casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}
	want(t, "acknowledged", add(store.NewMessage{From: casework.FromDesk, On: today, Move: &acknowledge}), nil)
	expect("before", "", "", "", law.DueAnswer, "2027-02-21")
	want(t, "declined without a meeting", say(casework.FromNote, "2026-11-30", casework.Meeting{Declined: true}), casework.ErrMeeting)
	want(t, "a record without a meeting", say(casework.FromDesk, "2026-11-30", casework.Meeting{Record: true}), casework.ErrMeeting)
	want(t, "asked", ask("2026-12-01"), nil)
	expect("asked", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")
	want(t, "asked again", ask("2026-12-03"), nil)
	expect("asked again", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")

	for what, refused := range map[string]error{
		"before it was asked":    say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-11-30"}),
		"in the future":          say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-05"}),
		"no day":                 say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-02-30"}),
		"held and declined":      say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-04", Declined: true}),
		"nothing":                say(casework.FromNote, "2026-12-04", casework.Meeting{}),
		"a note as the record":   say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-04", Record: true}),
		"the reporter's message": add(store.NewMessage{From: casework.FromReporter, On: "2026-12-04", Meeting: &casework.Meeting{Held: "2026-12-04"}}),
		"with a move": add(store.NewMessage{From: casework.FromDesk, On: "2026-12-04", Meeting: &casework.Meeting{Held: "2026-12-04"},
			Move: &casework.Move{From: casework.Acknowledged, To: casework.UnderReview, On: "2026-12-04"}}),
	} {
		want(t, what, refused, casework.ErrMeeting)
	}
	expect("refused", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")

	want(t, "declined", say(casework.FromNote, "2026-12-04", casework.Meeting{Declined: true}), nil)
	expect("declined", "2026-12-01", "2026-12-04", "", law.DueAnswer, "2027-02-21")
	want(t, "asked anew", ask("2026-12-10"), nil)
	expect("asked anew", "2026-12-10", "", "", law.DueMeeting, "2026-12-17")
	want(t, "held", say(casework.FromDesk, "2026-12-16", casework.Meeting{Held: "2026-12-15", Record: true}), nil)
	first := seq
	expect("held", "2026-12-10", "2026-12-15", "2026-12-15", law.DueAnswer, "2027-02-21")
	want(t, "another record", say(casework.FromDesk, "2026-12-17", casework.Meeting{Record: true}), nil)
	second := seq

	answer := func(of int) error {
		return add(store.NewMessage{From: casework.FromReporter, On: "2026-12-18", Statement: casework.StatementCorrected, StatementOf: of})
	}
	want(t, "an answer to no statement", answer(2), store.ErrStatementAnswered)
	want(t, "the answer", answer(second), nil)
	want(t, "the answer again", answer(second), store.ErrStatementAnswered)
	all, err := s.Statements(ctx, c.ID)
	if err != nil || !slices.Equal(all, []store.Statement{{Seq: first, State: casework.StatementOffered}, {Seq: second, State: casework.StatementCorrected, On: "2026-12-18"}}) {
		t.Errorf("Statements: %+v (%v)", all, err)
	}
	events, err := s.Events(ctx, c.ID)
	var said []string
	for _, e := range events {
		if e.What == store.EventMeeting {
			said = append(said, e.To)
		}
	}
	if expected := []string{store.MeetingDeclined, "2026-12-15", store.MeetingRecord, store.MeetingRecord}; err != nil || !slices.Equal(said, expected) {
		t.Errorf("events: %q (%v), want %q", said, err, expected)
	}
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditMeeting})
	if err != nil || len(log) != 4 || log[0].By != ids[0] || log[0].CaseID != c.ID {
		t.Errorf("the log: %+v (%v)", log, err)
	}
}

// What is to be read before it is answered comes with the newest page of its reporter,
// however much was written since.
func testStatementBeforeThePage(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	c := newCase(ids...)
	create(t, s, c)
	add := func(m store.NewMessage) int {
		t.Helper()
		m.CaseID, m.On, m.Sealed = c.ID, today, randomBytes(99)
		if m.From == casework.FromDesk {
			m.At, m.By = atNoon, ids[0]
		}
		seq, err := addNext(ctx, s, m)
		want(t, "AddMessage", err, nil)
		return seq
	}
	for range 12 {
		add(store.NewMessage{From: casework.FromReporter})
	}
	record := add(store.NewMessage{From: casework.FromDesk, Meeting: &casework.Meeting{Held: today, Record: true}})
	for range store.PageSize {
		add(store.NewMessage{From: casework.FromDesk})
	}
	heads := func(part store.Part) (seqs []int) {
		t.Helper()
		page, err := s.CasePage(ctx, c.ID, part, 0)
		want(t, "CasePage", err, nil)
		for _, m := range page.Head {
			seqs = append(seqs, m.Seq)
		}
		return seqs
	}
	beginning := heads(store.WholeCase)
	if got := heads(store.ReportersPart); !slices.Equal(got, append(beginning, record)) {
		t.Errorf("before the page stand %d, want %d and the record %d", got, beginning, record)
	}
	add(store.NewMessage{From: casework.FromReporter, Statement: casework.StatementAccepted, StatementOf: record})
	if got := heads(store.ReportersPart); !slices.Equal(got, beginning) {
		t.Errorf("once it is answered before the page stand %d, want %d", got, beginning)
	}
}
