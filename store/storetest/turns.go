package storetest

import (
	"context"
	"slices"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// story is a case of one handler, and what is written and done to it.
type story struct {
	t    *testing.T
	s    *store.Store
	me   store.Handler
	id   string
	acts store.Act
}

func newStory(t *testing.T, s *store.Store) *story {
	t.Helper()
	me, err := s.AddHandler(context.Background(), newHandler("story@example.org"))
	want(t, "AddHandler", err, nil)
	c := newCase(me.ID)
	create(t, s, c)
	return &story{t, s, me, c.ID, store.Act{CaseID: c.ID, By: me.ID, At: atNoon}}
}

func (y *story) write(from casework.Sender, kind casework.MessageKind) {
	y.t.Helper()
	n := store.NewMessage{CaseID: y.id, From: from, Kind: kind, On: today, Sealed: randomBytes(99)}
	if from != casework.FromReporter {
		n.At, n.By = atNoon, y.me.ID
	}
	_, err := addNext(context.Background(), y.s, n)
	want(y.t, "AddMessage", err, nil)
}

func (y *story) move(to casework.State, outcome casework.Outcome, on casework.Day) {
	y.t.Helper()
	m := casework.Move{From: y.now().State, To: to, Outcome: outcome, On: on}
	want(y.t, "the move to "+string(to), move(context.Background(), y.s, y.acts, m), nil)
}

func (y *story) now() store.Case {
	y.t.Helper()
	c, err := y.s.Case(context.Background(), y.id)
	want(y.t, "Case", err, nil)
	return c
}

func (y *story) expect(what string, turn casework.Turn) {
	y.t.Helper()
	if got := y.now().Turn; got != turn {
		y.t.Errorf("after %s: turn %s, want %s", what, got, turn)
	}
}

// tabs are the lists that the case stands on.
func (y *story) tabs() (tabs []string) {
	y.t.Helper()
	ctx := context.Background()
	counts, err := y.s.TabCounts(ctx, y.me, store.Days{Root: today})
	want(y.t, "TabCounts", err, nil)
	for _, tab := range casework.Tabs {
		rows, _, err := y.s.CaseList(ctx, y.me, store.CaseQuery{Tab: tab, Today: store.Days{Root: today}, Sort: casework.SortDue})
		want(y.t, "CaseList", err, nil)
		if len(rows) != counts[tab] {
			y.t.Errorf("%s lists %d and counts %d", tab, len(rows), counts[tab])
		}
		if len(rows) == 1 {
			tabs = append(tabs, tab)
		}
	}
	return tabs
}

// What a reporter writes to a closed case is on the list of what waits for us,
// until somebody answers or moves it.
func testTurnsAfterClosing(t *testing.T, s *store.Store) {
	y := newStory(t, s)
	want(t, "SetFacts", s.SetFacts(context.Background(), y.acts, store.Facts{Priority: casework.Normal}, store.Facts{Priority: casework.Normal, Assignee: y.me.ID}), nil)
	y.move(casework.Acknowledged, "", today)
	y.write(casework.FromDesk, casework.Question)
	y.move(casework.Closed, "advised", today)
	y.expect("closing", casework.TurnEnded)
	if tabs := y.tabs(); !slices.Equal(tabs, []string{casework.TabClosed, casework.TabAll}) {
		t.Errorf("a closed case stands on %q", tabs)
	}
	before := len(noticesOf(t, s, y.me.ID))
	y.write(casework.FromReporter, casework.Asked)
	y.expect("an answer to what the page asks", casework.TurnEnded)
	if len(noticesOf(t, s, y.me.ID)) != before {
		t.Error("an answer to what the page asks tells somebody")
	}
	y.write(casework.FromReporter, "")
	y.write(casework.FromNote, "")
	y.expect("what the reporter wrote", casework.TurnDesk)
	if len(noticesOf(t, s, y.me.ID)) == before {
		t.Error("what the reporter wrote tells nobody")
	}
	if tabs := y.tabs(); !slices.Equal(tabs, []string{casework.TabMine, casework.TabDesk, casework.TabClosed, casework.TabAll}) {
		t.Errorf("a closed case that was written to stands on %q", tabs)
	}
	if c := y.now(); c.State != casework.Closed || c.Due != "" {
		t.Errorf("the case is %s and due %q", c.State, c.Due)
	}
	y.write(casework.FromDesk, casework.Information)
	y.expect("our information", casework.TurnEnded)
	y.write(casework.FromReporter, "")
	y.move(casework.Monitoring, "", today)
	y.expect("a move", casework.TurnEnded)
	y.write(casework.FromReporter, "")
	y.expect("what the reporter wrote during the watch", casework.TurnDesk)
	y.write(casework.FromDesk, casework.Question)
	y.expect("our question", casework.TurnReporter)
	y.write(casework.FromReporter, "")
	y.expect("the answer", casework.TurnDesk)
	y.write(casework.FromDesk, casework.Answer)
	y.expect("our answer", casework.TurnEnded)
}

func testAskedBeforeAcknowledging(t *testing.T, s *store.Store) {
	for name, test := range map[string]struct {
		kinds []casework.MessageKind // "reporter": what the reporter wrote
		turn  casework.Turn
	}{
		"nothing":                   {nil, casework.TurnDesk},
		"a question":                {[]casework.MessageKind{casework.Question}, casework.TurnReporter},
		"and information":           {[]casework.MessageKind{casework.Question, casework.Information}, casework.TurnReporter},
		"and the reporter's words":  {[]casework.MessageKind{casework.Question, "reporter"}, casework.TurnDesk},
		"and another question":      {[]casework.MessageKind{casework.Question, "reporter", casework.Question}, casework.TurnReporter},
		"and an answer to the page": {[]casework.MessageKind{casework.Question, casework.Asked}, casework.TurnReporter},
		"and our answer":            {[]casework.MessageKind{casework.Question, casework.Answer}, casework.TurnDesk},
	} {
		c := newCase()
		create(t, s, c)
		y := &story{t, s, store.Handler{ID: newID()}, c.ID, store.Act{CaseID: c.ID, By: newID(), At: atNoon}}
		added, err := s.AddHandler(context.Background(), newHandler(newID()+"@example.org"))
		want(t, "AddHandler", err, nil)
		y.me, y.acts.By = added, added.ID
		for _, kind := range test.kinds {
			switch kind {
			case "reporter":
				y.write(casework.FromReporter, "")
			case casework.Asked:
				y.write(casework.FromReporter, kind)
			default:
				y.write(casework.FromDesk, kind)
			}
		}
		y.expect(name, casework.TurnNew)
		y.move(casework.Acknowledged, "", today)
		y.expect(name+", and the acknowledgement", test.turn)
	}
}

func testReopened(t *testing.T, s *store.Store) {
	y := newStory(t, s)
	y.move(casework.Acknowledged, "", today)
	y.move(casework.Investigating, "", today)
	y.write(casework.FromDesk, casework.Answer)
	y.move(casework.Closed, "partly", today)
	y.move(casework.Investigating, "", "2027-06-01")
	if c := y.now(); c.Answered != "" || c.Decided != "2027-06-01" || c.Reopened != "2027-06-01" || c.Due != "2027-09-01" {
		t.Errorf("a reopened case: answered %q, decided %q, reopened %q, due %q", c.Answered, c.Decided, c.Reopened, c.Due)
	}
	y.write(casework.FromDesk, casework.Answer)
	if c := y.now(); c.Answered != today || c.Due != "" {
		t.Errorf("answered once more: answered %q, due %q", c.Answered, c.Due)
	}
}
