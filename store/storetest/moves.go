package storetest

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

const atNoon = 1795262400 // unix seconds

// move moves a case, with the message that the move needs, and classifies it before
// it is closed.
func move(ctx context.Context, s *store.Store, a store.Act, m casework.Move) error {
	if m.Check() == nil && m.Closes() {
		if err := classify(ctx, s, a); err != nil {
			return err
		}
	}
	if m.Check() != nil || m.Message() == "" {
		return s.MoveCase(ctx, a, m)
	}
	_, err := addNext(ctx, s, store.NewMessage{CaseID: a.CaseID, From: m.Message(), On: m.On, At: a.At, By: a.By, Sealed: randomBytes(99), Move: &m})
	return err
}

func testMoves(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	by := addHandlers(t, s, 1)[0]
	act := store.Act{CaseID: c.ID, By: by, At: atNoon}
	var expected []store.Event
	for i, step := range []struct {
		to           casework.State
		outcome      casework.Outcome
		acknowledged casework.Day
		decided      casework.Day
		closed       casework.Day
		reopened     casework.Day
		kept         casework.Outcome
		due          casework.Day
		turn         casework.Turn
	}{
		{casework.Acknowledged, "", today, "", "", "", "", "2026-12-11", casework.TurnDesk},
		{casework.Investigating, "", today, today.AddDays(1), "", "", "", "2027-02-21", casework.TurnDesk},
		{casework.Closed, "partly", today, today.AddDays(1), today.AddDays(2), "", "partly", "", casework.TurnEnded},
		{casework.Monitoring, "", today, today.AddDays(1), today.AddDays(2), "", "partly", "2028-11-23", casework.TurnEnded},
		{casework.Investigating, "", today, today.AddDays(4), "", today.AddDays(4), "", "2027-02-25", casework.TurnDesk},
		{casework.Closed, "substantiated", today, today.AddDays(4), today.AddDays(5), today.AddDays(4), "substantiated", "", casework.TurnEnded},
	} {
		before, err := s.Case(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		m := casework.Move{From: before.State, To: step.to, Outcome: step.outcome, On: today.AddDays(i)}
		want(t, "the move", move(ctx, s, act, m), nil)
		want(t, "the same move again", move(ctx, s, act, m), store.ErrStateChanged)
		got, err := s.Case(ctx, c.ID)
		if err != nil || got.State != step.to || got.Acknowledged != step.acknowledged || got.Decided != step.decided || got.Closed != step.closed ||
			got.Reopened != step.reopened || got.Outcome != step.kept || got.Due != step.due || got.Turn != step.turn {
			t.Errorf("after the move to %s: %+v (%v)", step.to, got, err)
		}
		if step.outcome == "partly" { // it was classified with that
			expected = append(expected, store.Event{After: got.LastSeq - 1, At: atNoon, By: by, What: store.EventKind, To: casework.KindReport},
				store.Event{After: got.LastSeq - 1, At: atNoon, By: by, What: store.EventClassified})
		}
		expected = append(expected, store.Event{After: got.LastSeq, At: atNoon, By: by, What: store.EventState,
			From: string(m.From), To: string(m.To), Outcome: m.Outcome})
	}
	events, err := s.Events(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(events, expected) {
		t.Errorf("Events: %v\n%+v, want\n%+v", err, events, expected)
	}
	want(t, "a move that is none", move(ctx, s, act, casework.Move{From: casework.Closed, To: casework.Received}), casework.ErrMove)
	want(t, "closing without an outcome", move(ctx, s, act, casework.Move{From: casework.Investigating, To: casework.Closed}), casework.ErrOutcome)
	act.CaseID = newID()
	want(t, "an unknown case", s.MoveCase(ctx, act, casework.Move{From: casework.Closed, To: casework.Monitoring, On: today}), store.ErrNotFound)
}

// A move that the law wants a message with is made with it, or not at all.
func testMovesWithMessages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	act := store.Act{CaseID: c.ID, By: addHandlers(t, s, 1)[0], At: atNoon}
	acknowledge := casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}
	want(t, "a move without its message", s.MoveCase(ctx, act, acknowledge), casework.ErrReason)
	for _, from := range []casework.State{casework.Acknowledged, casework.UnderReview, casework.CorrectiveAction, casework.Closed, casework.Monitoring} {
		want(t, "investigating without its message", s.MoveCase(ctx, act, casework.Move{From: from, To: casework.Investigating, On: today}), casework.ErrReason)
	}
	with := func(from casework.Sender, seq int, m casework.Move) error {
		return s.AddMessage(ctx, store.NewMessage{CaseID: c.ID, Seq: seq, From: from, On: today, At: atNoon, By: act.By, Sealed: randomBytes(99), Move: &m})
	}
	want(t, "an acknowledgement by note", with(casework.FromNote, 2, acknowledge), casework.ErrReason)
	want(t, "no move at all", with(casework.FromDesk, 2, casework.Move{From: casework.Received, To: casework.Closed, Outcome: "partly"}), casework.ErrMove)
	want(t, "a message whose number is taken", with(casework.FromDesk, 1, acknowledge), store.ErrConflict)
	want(t, "a move from another state", with(casework.FromDesk, 2, casework.Move{From: casework.UnderReview, To: casework.Closed, Outcome: "partly", On: today}), store.ErrStateChanged)
	got, err := s.Case(ctx, c.ID)
	messages, err2 := allMessages(s, c.ID)
	events, err3 := s.Events(ctx, c.ID)
	if err != nil || err2 != nil || err3 != nil || got.State != casework.Received || got.LastSeq != 1 || len(messages) != 1 || len(events) != 0 {
		t.Errorf("something of a refused move stayed: %+v, %d messages, %d events (%v %v %v)", got, len(messages), len(events), err, err2, err3)
	}
	want(t, "the acknowledgement", with(casework.FromDesk, 2, acknowledge), nil)
	want(t, "a move that needs no message, with a note", with(casework.FromNote, 3, casework.Move{From: casework.Acknowledged, To: casework.UnderReview, On: today}), nil)
	if read, err := s.ReadUpTo(ctx, c.ID, act.By); err != nil || read != 3 {
		t.Errorf("the handler has read up to %d (%v), want their own message 3", read, err)
	}
}

// Whoever decides that a case is investigated tells its reporter, and leaves the note that
// belongs to it: both are stored, or nothing is.
func testDecisionsAreTold(t *testing.T, s *store.Store) {
	ctx := context.Background()
	y := newStory(t, s)
	y.move(casework.Acknowledged, "", today)
	investigate := casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: today.AddDays(1)}
	add := func(from casework.Sender, seq int, m *casework.Move, note *store.NoteBefore) error {
		return s.AddMessage(ctx, store.NewMessage{CaseID: y.id, Seq: seq, From: from, On: today.AddDays(1), At: atNoon, By: y.me.ID, Sealed: randomBytes(99), Move: m, Note: note})
	}
	note := func(seq int) *store.NoteBefore { return &store.NoteBefore{Seq: seq, Sealed: randomBytes(99)} }
	before := y.now()
	want(t, "a note alone", add(casework.FromNote, 3, &investigate, nil), casework.ErrReason)
	want(t, "a message alone", add(casework.FromDesk, 3, &investigate, nil), casework.ErrReason)
	want(t, "two notes", add(casework.FromNote, 4, &investigate, note(3)), casework.ErrReason)
	want(t, "a note that no move needs", add(casework.FromDesk, 4, nil, note(3)), casework.ErrReason)
	want(t, "a note with a move that needs none", add(casework.FromDesk, 4, &casework.Move{From: casework.Acknowledged, To: casework.UnderReview, On: today}, note(3)), casework.ErrReason)
	want(t, "a note whose number is taken", add(casework.FromDesk, 3, &investigate, note(2)), store.ErrConflict)
	want(t, "a note behind the message", add(casework.FromDesk, 3, &investigate, note(4)), store.ErrConflict)
	want(t, "a note that is not right before it", add(casework.FromDesk, 5, &investigate, note(3)), store.ErrConflict)
	want(t, "a move from another state", add(casework.FromDesk, 4, &casework.Move{From: casework.UnderReview, To: casework.Investigating, On: today}, note(3)), store.ErrStateChanged)
	if after := y.now(); !reflect.DeepEqual(after, before) {
		t.Errorf("something of what was refused stayed: %s with %d messages, was %s with %d", after.State, after.LastSeq, before.State, before.LastSeq)
	}
	y.move(casework.Investigating, "", today.AddDays(1))
	y.toldOnThatDay()
	messages, err := allMessages(s, y.id)
	if err != nil || len(messages) != 4 || messages[2].From != casework.FromNote || messages[2].By != y.me.ID || messages[3].From != casework.FromDesk || y.now().LastSeq != 4 {
		t.Errorf("the note and the message stand as %+v (%v)", messages, err)
	}
	if read, err := s.ReadUpTo(ctx, y.id, y.me.ID); err != nil || read != 4 {
		t.Errorf("the handler has read up to %d (%v), want their own message 4", read, err)
	}
	y.move(casework.Closed, "partly", today.AddDays(2))
	y.move(casework.Investigating, "", today.AddDays(3)) // taken up again
	y.toldOnThatDay()
	c := newCase(y.me.ID)
	create(t, s, c)
	direct := &story{t, s, y.me, c.ID, store.Act{CaseID: c.ID, By: y.me.ID, At: atNoon}}
	direct.move(casework.Acknowledged, "", today)
	direct.move(casework.Closed, "out-of-scope", today.AddDays(4)) // is not investigated
	direct.toldOnThatDay()
}

// toldOnThatDay checks that whoever's decision stopped the clock of the notice wrote to
// the reporter on that day.
func (y *story) toldOnThatDay() {
	y.t.Helper()
	messages, err := allMessages(y.s, y.id)
	decided := y.now().Decided
	told := slices.ContainsFunc(messages, func(m store.Message) bool { return m.From == casework.FromDesk && m.On == decided })
	if err != nil || decided == "" || !told {
		y.t.Errorf("decided on %q, and no message of the desk on that day (%v)", decided, err)
	}
}

// Of many who move a case at once one does, and the others are told.
func testConcurrentMoves(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	act := store.Act{CaseID: c.ID, By: addHandlers(t, s, 1)[0], At: atNoon}
	want(t, "the acknowledgement", move(ctx, s, act, casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), nil)
	var won atomic.Int32
	var all sync.WaitGroup
	for _, to := range []casework.State{casework.UnderReview, casework.Investigating, casework.UnderReview, casework.Investigating} {
		all.Go(func() {
			switch err := move(ctx, s, act, casework.Move{From: casework.Acknowledged, To: to, On: today}); err {
			case nil:
				won.Add(1)
			default:
				want(t, "a move that came too late", err, store.ErrStateChanged)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d moves from the same state were made, want 1", won.Load())
	}
}

// meetingCase is a case whose reporter and whose handler speak of a meeting.
type meetingCase struct {
	t   *testing.T
	s   *store.Store
	id  string
	by  string
	seq int // of the newest message
}

func newMeetingCase(t *testing.T, s *store.Store) *meetingCase {
	ids := addHandlers(t, s, 1)
	c := newCase(ids...)
	create(t, s, c)
	return &meetingCase{t: t, s: s, id: c.ID, by: ids[0]}
}

func (c *meetingCase) add(m store.NewMessage) (err error) {
	m.CaseID, m.Sealed = c.id, randomBytes(99)
	if m.From != casework.FromReporter {
		m.At, m.By = atNoon, c.by
	}
	c.seq, err = addNext(context.Background(), c.s, m)
	return err
}

func (c *meetingCase) ask(on casework.Day) error {
	return c.add(store.NewMessage{From: casework.FromReporter, On: on, AsksMeeting: true})
}

func (c *meetingCase) say(from casework.Sender, on casework.Day, said casework.Meeting) error {
	return c.add(store.NewMessage{From: from, On: on, Meeting: &said})
}

func (c *meetingCase) answer(of int) error {
	return c.add(store.NewMessage{From: casework.FromReporter, On: "2026-12-18", Statement: casework.StatementCorrected, StatementOf: of})
}

func (c *meetingCase) expect(what string, asked, settled, held casework.Day, dueFor law.DueFor, due casework.Day) {
	c.t.Helper()
	found, err := c.s.Case(context.Background(), c.id)
	if err != nil || found.MeetingAsked != asked || found.MeetingSettled != settled || found.MeetingHeld != held || found.Due != due {
		c.t.Errorf("%s: asked %q, settled %q, held %q, due %q (%v)", what, found.MeetingAsked, found.MeetingSettled, found.MeetingHeld, found.Due, err)
	}
	if _, reason := law.ProfileOf("es").Dates(found.History()).Due(); reason != dueFor {
		c.t.Errorf("%s: due for %q, want %q", what, reason, dueFor)
	}
}

// A meeting that the reporter asks for is due until a handler says that it was held, or
// that it is not wanted any more.
func testMeetings(t *testing.T, s *store.Store) {
	want(t, "SetProfile", s.SetSetting(context.Background(), "profile", "es"), nil)
	c := newMeetingCase(t, s)
	acknowledge := casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}
	want(t, "acknowledged", c.add(store.NewMessage{From: casework.FromDesk, On: today, Move: &acknowledge}), nil)
	c.expect("before", "", "", "", law.DueAnswer, "2027-02-21")
	want(t, "declined without a meeting", c.say(casework.FromNote, "2026-11-30", casework.Meeting{Declined: true}), casework.ErrMeeting)
	want(t, "a record without a meeting", c.say(casework.FromDesk, "2026-11-30", casework.Meeting{Record: true}), casework.ErrMeeting)
	want(t, "asked", c.ask("2026-12-01"), nil)
	c.expect("asked", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")
	want(t, "asked again", c.ask("2026-12-03"), nil)
	c.expect("asked again", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")

	for what, refused := range map[string]error{
		"before it was asked":    c.say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-11-30"}),
		"in the future":          c.say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-05"}),
		"no day":                 c.say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-02-30"}),
		"held and declined":      c.say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-04", Declined: true}),
		"nothing":                c.say(casework.FromNote, "2026-12-04", casework.Meeting{}),
		"a note as the record":   c.say(casework.FromNote, "2026-12-04", casework.Meeting{Held: "2026-12-04", Record: true}),
		"the reporter's message": c.say(casework.FromReporter, "2026-12-04", casework.Meeting{Held: "2026-12-04"}),
		"with a move": c.add(store.NewMessage{From: casework.FromDesk, On: "2026-12-04", Meeting: &casework.Meeting{Held: "2026-12-04"},
			Move: &casework.Move{From: casework.Acknowledged, To: casework.UnderReview, On: "2026-12-04"}}),
	} {
		want(t, what, refused, casework.ErrMeeting)
	}
	c.expect("refused", "2026-12-01", "", "", law.DueMeeting, "2026-12-08")
	want(t, "declined", c.say(casework.FromNote, "2026-12-04", casework.Meeting{Declined: true}), nil)
	c.expect("declined", "2026-12-01", "2026-12-04", "", law.DueAnswer, "2027-02-21")
	want(t, "asked anew", c.ask("2026-12-10"), nil)
	c.expect("asked anew", "2026-12-10", "", "", law.DueMeeting, "2026-12-17")
	want(t, "held", c.say(casework.FromNote, "2026-12-16", casework.Meeting{Held: "2026-12-15"}), nil)
	c.expect("held", "2026-12-10", "2026-12-15", "2026-12-15", law.DueAnswer, "2027-02-21")
}

// The record of a meeting is checked as an oral report is, each once, and what was said of
// meetings stands in the timeline and in the log.
func testMeetingRecords(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newMeetingCase(t, s)
	want(t, "asked", c.ask("2026-12-10"), nil)
	want(t, "declined", c.say(casework.FromDesk, "2026-12-11", casework.Meeting{Declined: true}), nil)
	want(t, "held all the same", c.say(casework.FromDesk, "2026-12-16", casework.Meeting{Held: "2026-12-15", Record: true}), nil)
	first := c.seq
	want(t, "another record", c.say(casework.FromDesk, "2026-12-17", casework.Meeting{Record: true}), nil)
	second := c.seq
	want(t, "an answer to no statement", c.answer(2), store.ErrStatementAnswered)
	want(t, "the answer", c.answer(second), nil)
	want(t, "the answer again", c.answer(second), store.ErrStatementAnswered)
	all, err := s.Statements(ctx, c.id)
	if err != nil || !slices.Equal(all, []store.Statement{{Seq: first, State: casework.StatementOffered}, {Seq: second, State: casework.StatementCorrected, On: "2026-12-18"}}) {
		t.Errorf("Statements: %+v (%v)", all, err)
	}
	events, err := s.Events(ctx, c.id)
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
	if err != nil || len(log) != 4 || log[0].By != c.by || log[0].CaseID != c.id {
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

// The answer takes longer where the law allows it: once, while it is open and not late.
func testExtension(t *testing.T, s *store.Store) {
	ctx := context.Background()
	by := addHandlers(t, s, 1)[0]
	open := func(profile string) string {
		t.Helper()
		want(t, "the profile", s.SetSettings(ctx, "", store.Settings{Profile: profile}), nil)
		c := newCase()
		c.Received = "2027-08-31"
		create(t, s, c)
		want(t, "acknowledging", move(ctx, s, store.Act{CaseID: c.ID, By: by, At: atNoon}, casework.Move{From: casework.Received, To: casework.Acknowledged, On: "2027-09-01"}), nil)
		want(t, "investigating", move(ctx, s, store.Act{CaseID: c.ID, By: by, At: atNoon}, casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: "2027-09-02"}), nil)
		return c.ID
	}
	takes := func(id string, on casework.Day, from casework.Sender) error {
		_, err := addNext(ctx, s, store.NewMessage{CaseID: id, From: from, On: on, At: atNoon, By: by, Sealed: randomBytes(99), Extends: true})
		return err
	}
	due := func(what, id string, day casework.Day) {
		t.Helper()
		if c, err := s.Case(ctx, id); err != nil || c.Due != day {
			t.Errorf("%s: due %s, want %s (%v)", what, c.Due, day, err)
		}
	}
	strict := open(law.Strictest)
	want(t, "where the law allows none", takes(strict, "2027-09-10", casework.FromDesk), store.ErrNoExtension)
	late := open("es")
	due("before", late, "2027-11-30")
	want(t, "by note", takes(late, "2027-11-30", casework.FromNote), casework.ErrReason)
	want(t, "too late", takes(late, "2027-12-01", casework.FromDesk), store.ErrNoExtension)
	want(t, "on the last day", takes(late, "2027-11-30", casework.FromDesk), nil)
	due("after", late, "2028-02-29")
	want(t, "once more", takes(late, "2027-12-01", casework.FromDesk), store.ErrNoExtension)
	events, err := s.Events(ctx, late)
	if last := events[len(events)-1]; err != nil || last.What != store.EventExtended || last.From != "2027-11-30" || last.To != "2028-02-29" {
		t.Errorf("the event is %+v (%v)", last, err)
	}
	answered := open("es")
	_, err = addNext(ctx, s, store.NewMessage{CaseID: answered, From: casework.FromDesk, Kind: casework.Answer, On: "2027-10-01", At: atNoon, By: by, Sealed: randomBytes(99)})
	want(t, "answering", err, nil)
	want(t, "after the answer", takes(answered, "2027-10-02", casework.FromDesk), store.ErrNoExtension)
}
