package storetest

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
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

// stepCase fails the test unless a case has its next due day then, and these steps done.
func (c team) stepCase(what, id string, due casework.Day, done store.StepDays) store.Case {
	c.t.Helper()
	found, err := c.s.Case(context.Background(), id)
	if err != nil || found.Due != due || !maps.Equal(found.Done, done) {
		c.t.Errorf("%s: due %q, want %q, done %v, want %v (%v)", what, found.Due, due, found.Done, done, err)
	}
	return found
}

// What the law of the organisation's country asks for in the category of a case is due,
// until a handler says when it was done.
func testSteps(t *testing.T, s *store.Store) {
	ctx := context.Background()
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: "eu", TimeZone: "America/Santiago", Countries: []string{"CL", "PE"}}), nil)
	c := newTeam(t, s, map[string][]casework.Branch{"hana": {"hr"}, "ken": {"hr"}, "carla": {"compliance"}})
	n := c.report("hr", "hana", "ken")
	c.stepCase("came in", n.ID, today, nil)
	a := store.Act{CaseID: n.ID, By: c.ids["hana"], At: atNoon}
	for _, r := range []struct {
		what, code string
		on         casework.Day
		want       error
	}{
		{"to come", "measures", "2026-11-23", law.ErrStep}, {"before the receipt", "measures", "2026-11-20", law.ErrStep},
		{"of another country", "care", today, law.ErrStep}, {"undoing what was not done", "measures", "", nil},
	} {
		want(t, r.what, s.SetStep(ctx, a, r.code, r.on, "2026-11-22"), r.want)
	}
	other := a
	other.By = c.ids["carla"]
	want(t, "by who does not read it", s.SetStep(ctx, other, "measures", today, "2026-11-22"), store.ErrNotFound)

	want(t, "done", s.SetStep(ctx, a, "measures", today, "2026-11-22"), nil)
	c.stepCase("done", n.ID, "2026-11-24", store.StepDays{"measures": today})
	want(t, "another one", s.SetStep(ctx, a, "hand-over", "2026-11-22", "2026-11-22"), nil)
	want(t, "again", s.SetStep(ctx, a, "hand-over", "2026-11-22", "2026-11-22"), nil)
	both := store.StepDays{"measures": today, "hand-over": "2026-11-22"}
	c.stepCase("both done", n.ID, "2026-11-28", both) // to be acknowledged
	page, _, err := s.CaseList(ctx, c.handler("ken"), store.CaseQuery{Tab: casework.TabAll, Sort: casework.SortDue})
	if err != nil || len(page) != 1 || !maps.Equal(page[0].Done, both) {
		t.Errorf("in the list: %+v (%v)", page, err)
	}
	days := store.Days{Root: "2026-11-25"}
	list := store.CaseQuery{Tab: casework.TabOverdue, Sort: casework.SortDue, Today: days}
	if page, _, err := s.CaseList(ctx, c.handler("ken"), list); err != nil || len(page) != 0 {
		t.Errorf("overdue with the step done: %d (%v)", len(page), err)
	}
	a.By = c.ids["ken"]
	want(t, "undone", s.SetStep(ctx, a, "hand-over", "", "2026-11-22"), nil)
	c.stepCase("undone", n.ID, "2026-11-24", store.StepDays{"measures": today})
	if page, _, err := s.CaseList(ctx, c.handler("ken"), list); err != nil || len(page) != 1 {
		t.Errorf("overdue: %d (%v)", len(page), err)
	}
	seen := map[string]int{}
	c.quiet(seen)
	want(t, "Remind", s.Remind(ctx, days, 0), nil)
	c.told(seen, "a late step", "hana", "ken")

	events, err := s.Events(ctx, n.ID)
	var said []string
	for _, e := range events {
		said = append(said, strings.Join([]string{e.What, e.From, e.To}, " "))
	}
	if want := []string{"step measures 2026-11-21", "step hand-over 2026-11-22", "step hand-over "}; err != nil || !slices.Equal(said, want) {
		t.Errorf("%q (%v), want %q", said, err, want)
	}
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Profile: "eu", TimeZone: "America/Santiago", Countries: []string{"PE", "CL"}}), nil)
	want(t, "RedateCases", s.RedateCases(ctx), nil)
	c.stepCase("in another country", n.ID, "2026-11-28", store.StepDays{"measures": today})
}

// A case that turns out to be about a company in another country owes what the law there
// asks for.
func testStepsFollowTheEntity(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	mx := casework.Entity{Code: "mx", Name: "México", Country: "MX", TimeZone: "America/Monterrey", Profile: "eu", People: 80}
	site := casework.Entity{Code: "mx-sur", Parent: "mx", Name: "Sur", People: 60}
	want(t, "PutEntity", s.PutEntity(ctx, "", site, nil), nil)
	n := c.at("hr@br", "br", "bruna", "both")
	c.stepCase("in Brazil", n.ID, "2026-11-28", nil)
	co := mx
	co.Country = "CO"
	want(t, "in Colombia", s.PutEntity(ctx, "", co, &mx), nil)
	want(t, "SetStep", s.SetStep(ctx, store.Act{CaseID: n.ID, By: c.ids["bruna"], At: atNoon}, "committee", today, "2026-11-22"), law.ErrStep)
	over := store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr@br", Queue: casework.HR, Entity: "mx-sur"}
	want(t, "to another entity", c.transfer("bruna", over, 2), nil)
	acknowledge := casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}
	c.answers(n, "mia", acknowledge)
	found := c.stepCase("about a site in Colombia", n.ID, "2027-01-25", nil)
	if found.Entity != "mx-sur" {
		t.Errorf("about %s", found.Entity)
	}
	cl := co
	cl.Country = "CL"
	want(t, "in Chile", s.PutEntity(ctx, "", cl, &co), nil)
	c.stepCase("about a site in Chile", n.ID, today, nil)
	want(t, "SetStep", s.SetStep(ctx, store.Act{CaseID: n.ID, By: c.ids["mia"], At: atNoon}, "measures", today, "2026-11-22"), nil)
	c.stepCase("measures taken", n.ID, "2026-11-24", store.StepDays{"measures": today})
}

// Days are of the zone in which they were counted: another zone of the entity moves none.
func testDaysStayInAnotherZone(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	n := c.at("hr@br", "br", "bruna", "both")
	c.answers(n, "bruna", casework.Move{From: casework.Received, To: casework.Acknowledged, On: today})
	before, err := s.Case(ctx, n.ID)
	want(t, "Case", err, nil)
	br := casework.Entity{Code: "br", Name: "Brasil", Country: "BR", TimeZone: "America/Sao_Paulo", Profile: "strictest", People: 900}
	tokyo := br
	tokyo.TimeZone = "Asia/Tokyo"
	want(t, "PutEntity", s.PutEntity(ctx, "", tokyo, &br), nil)
	want(t, "RedateCases", s.RedateCases(ctx), nil)
	after, err := s.Case(ctx, n.ID)
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("%+v (%v), want %+v", after, err, before)
	}
	fixed := br
	fixed.TimeZone, fixed.Profile = "Asia/Tokyo", "eu"
	want(t, "another profile", s.PutEntity(ctx, "", fixed, &tokyo), nil)
	if after, err = s.Case(ctx, n.ID); err != nil || after.Received != before.Received || after.Acknowledged != before.Acknowledged || after.Due == before.Due {
		t.Errorf("with another profile: %+v (%v)", after, err)
	}
}
