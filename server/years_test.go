package server

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/intake"
	"hotline/store"
	"hotline/store/casework"
	"hotline/test/long"
	"hotline/test/rig"
)

// years is the running program, and the cases of the plan.
type years struct {
	server *Server
	store  *store.Store
	rig    *rig.Server
	clock  *atomic.Int64
	people [2]string // ids of two handlers, who read everything
	lives  []*life
	counts map[string]int // what happened, for the sum at the end
}

// life is a case of the plan as far as it has been lived.
type life struct {
	*yearsCase
	number  int
	receipt string
	id      string
	now     reckoned
}

func (y *years) at() time.Time { return time.Unix(y.clock.Load(), 0).UTC() }

// Four and a half years of four companies in four time zones, through the routes that
// reporters and handlers use: every due day, announcement, question and deletion is on the
// day that the plan alone gives.
func TestYearsOfDatesAndDeletions(t *testing.T) {
	t.Parallel()
	y := newYears(t)
	cases := long.Times(52, 500)
	for i, c := range yearsPlan(cases) {
		y.lives = append(y.lives, &life{yearsCase: c, number: i, now: reckoned{entity: c.entity, category: c.category, steps: map[string]date{}, answeredNo: map[int]bool{}}})
	}
	y.live(t)
	for _, what := range []string{"extended", "announced", "deleted", "asked", "answered", "early", "held", "unknown", "step"} {
		if y.counts[what] == 0 {
			t.Errorf("none of %d cases was ever %s", cases, what)
		}
	}
	long.Figure(t, "%d cases in four and a half years: %v", cases, y.counts)
}

func newYears(t *testing.T) *years {
	y := &years{clock: &atomic.Int64{}, counts: map[string]int{}}
	y.clock.Store(yearsBegin.Unix())
	ctx := t.Context()
	st, files := withStore(ctx, t, y.at)
	y.store = st
	root := yearsEntities[0]
	if err := st.SetSettings(ctx, "", store.Settings{Organization: "Example", TimeZone: root.zone, Profile: root.profile, Countries: []string{root.country}}); err != nil {
		t.Fatal(err)
	}
	for _, e := range yearsEntities[1:] {
		if err := st.PutEntity(ctx, "", casework.Entity{Code: e.code, Name: "Company " + e.code, Country: e.country, TimeZone: e.zone, Profile: e.profile, People: 100}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range []string{"Hana", "Carla"} {
		identity, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		h := store.Handler{ID: crypto.NewID(), Name: name, Email: strings.ToLower(name) + "@desk.example", Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(casework.Queues...), Recipient: identity.Recipient().String()}
		if _, err := st.AddHandler(ctx, h); err != nil {
			t.Fatal(err)
		}
		y.people[i] = h.ID
		if err := st.PutCredentials(ctx, store.Credentials{HandlerID: h.ID, Salt: make([]byte, 16), AuthHash: make([]byte, 32), Identity: []byte("sealed")}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	y.rig = &rig.Server{URL: "http://" + l.Addr().String()}
	y.server, err = New(ctx, Config{
		Intake: intake.Config{Files: 1, FileSize: 1 << 10}, Store: st, Files: files, PublicURL: y.rig.URL, Log: slog.New(slog.DiscardHandler), Now: y.at,
	})
	if err != nil {
		t.Fatal(err)
	}
	go y.server.http.Serve(l) // without what goes by the machine's clock
	t.Cleanup(func() { y.server.Shutdown(context.WithoutCancel(ctx)) })
	return y
}

// moment is one of the times at which something happens: an act, or ten minutes after the
// midnight of a company.
type moment struct {
	at   time.Time
	life *life
	act  yearsAct
}

func (y *years) moments() []moment {
	var all []moment
	for _, l := range y.lives {
		for _, a := range l.acts {
			all = append(all, moment{a.at, l, a})
		}
	}
	for _, zone := range yearsZones {
		first := yearsBegin.In(zone)
		for n := 1; ; n++ {
			at := time.Date(first.Year(), first.Month(), first.Day()+n, 0, 10, 0, 0, zone)
			if !at.Before(yearsEnd) {
				break
			}
			if at.Hour() == 23 { // there was no such time: the clocks went forward at midnight
				at = at.Add(time.Hour)
			}
			all = append(all, moment{at: at.UTC()})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	return all
}

// live lets the years go by. After each act its case is compared, and on each new day all.
func (y *years) live(t *testing.T) {
	for _, m := range y.moments() {
		y.clock.Store(m.at.Unix())
		today := func(entity string) date { return dateOf(m.at, yearsZones[entity]) }
		if m.life == nil {
			if err := y.server.remind.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, l := range y.lives { // it can be the next day elsewhere, too
				if !l.now.received.IsZero() {
					l.now.newDay(today(l.entity))
				}
			}
			y.compareAll(t)
		} else if m.life.now.deleted {
			y.unknown(t, m.life)
		} else {
			y.do(t, m.life, m.act, today(m.life.entity))
			m.life.now.follow(m.act, today(m.life.entity))
			y.compare(t, m.life, m.act)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// compareAll compares what is stored of all cases.
func (y *years) compareAll(t *testing.T) {
	stored, err := y.store.Cases(t.Context(), store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]store.Case{}
	for _, c := range stored {
		found[c.ID] = c
	}
	for _, l := range y.lives {
		if l.id == "" {
			continue
		}
		c, there := found[l.id]
		due, _ := l.now.due()
		switch {
		case there == l.now.deleted:
			t.Errorf("%s: case %d (%q) is there: %t, day of deletion %s, announced %d on %s: %+v", y.at(), l.number, l.entity, there, iso(l.now.goes()), l.now.announced, iso(l.now.first), c)
		case there && (string(c.Due) != iso(due) || string(c.Gone) != iso(l.now.goes()) || int(c.Announced) != l.now.announced || string(c.AnnouncedOn) != iso(l.now.first)):
			t.Errorf("%s: case %d (%q): due %q, deleted %q, announced %d on %q; want %q, %q, %d on %q", y.at(), l.number, l.entity,
				c.Due, c.Gone, c.Announced, c.AnnouncedOn, iso(due), iso(l.now.goes()), l.now.announced, iso(l.now.first))
		}
		if there != l.now.deleted && l.now.deleted {
			y.counts["deleted"]++
			l.id = ""
		}
		if l.now.announced == 1 && l.now.first.Equal(dateOf(y.at(), yearsZones[l.entity])) {
			y.counts["announced"]++
		}
	}
}

// compare compares a case as the desk's page has it.
func (y *years) compare(t *testing.T, l *life, a yearsAct) {
	if l.now.deleted {
		y.counts["early"]++
		l.id = ""
		y.unknown(t, l)
		return
	}
	var c struct {
		Dates struct {
			Received, Due string
			DueFor        string `json:"due_for"`
		}
		Retention struct{ Gone string }
	}
	res := y.desk(t, 0).Get(t, "/api/desk/cases/"+l.id)
	if res.Status != http.StatusOK {
		t.Fatalf("the desk's page of case %d = %d %s", l.number, res.Status, res.Body)
	}
	rig.Decode(t, res, &c)
	due, what := l.now.due()
	got := []string{c.Dates.Received, c.Dates.Due, c.Dates.DueFor, c.Retention.Gone}
	if want := []string{iso(l.now.received), iso(due), what, iso(l.now.goesAtTheEarliest(dateOf(y.at(), yearsZones[l.entity])))}; !slices.Equal(got, want) {
		t.Errorf("%s: case %d (%q, %s) after %s: %q, want %q", y.at(), l.number, l.entity, l.category, a.what, got, want)
	}
}

// unknown checks that the receipt of a deleted case answers as one that never was.
func (y *years) unknown(t *testing.T, l *life) {
	y.counts["unknown"]++
	never := rig.NewReporter(t).Receipt.String()
	gone, want := y.rig.FollowUp(t, "en", l.receipt), y.rig.FollowUp(t, "en", never)
	plain := regexp.MustCompile(`name="form" value="[^"]*"`)
	same := func(res rig.Response, receipt string) string {
		return plain.ReplaceAllString(strings.ReplaceAll(res.Body, receipt, ""), "")
	}
	if gone.Status != want.Status || same(gone, l.receipt) != same(want, never) {
		t.Errorf("case %d: its receipt answers %d, one that never was %d\n%s", l.number, gone.Status, want.Status, gone.Body)
	}
}

// desk is the browser of one of the two handlers, who has just signed in.
func (y *years) desk(t *testing.T, person int) *rig.Desk {
	token := crypto.NewToken()
	n := store.Session{Hash: crypto.HashToken(token), ID: crypto.NewID(), HandlerID: y.people[person], TabKey: make([]byte, 32), Browser: "other"}
	if err := y.store.StartSession(t.Context(), n, casework.DayOf(y.at())); err != nil {
		t.Fatal(err)
	}
	d := y.rig.NewDesk("")
	d.Cookies["hotline"] = token
	return d
}

// do has somebody act through the routes.
func (y *years) do(t *testing.T, l *life, a yearsAct, today date) {
	var res rig.Response
	switch a.what {
	case "report":
		lang := rig.Languages[l.number%5]
		l.receipt = y.rig.Report(t, lang, []rig.Field{{Name: "relationship", Value: "employee"}, {Name: "subject", Value: "own"}, {Name: "category", Value: l.category},
			{Name: "entity", Value: l.entity}, {Name: "text", Value: "report " + strconv.Itoa(l.number)}})
		receipt, err := crypto.ParseReceipt(l.receipt)
		if err != nil {
			t.Fatal(err)
		}
		hash := receipt.Lookup().Hash()
		c, err := y.store.CaseByLookup(t.Context(), hash[:])
		if err != nil {
			t.Fatal(err)
		}
		l.id = c.ID
		return
	case "write", "ask-meeting", "visit", "no":
		y.asReporter(t, l, a, today)
		return
	case "junk":
		res = y.fact(t, l, "standing", "counts", "junk")
	case "step":
		if len(l.now.openSteps()) == 0 {
			return
		}
		y.counts["step"]++
		res = y.desk(t, 0).Post(t, "/api/desk/cases/"+l.id+"/steps", map[string]string{"code": a.arg, "on": iso(today)})
	case "watch":
		res = y.desk(t, 0).Post(t, "/api/desk/cases/"+l.id+"/moves", map[string]string{"from": "closed", "to": "monitoring", "outcome": ""})
	case "end-watch":
		res = y.desk(t, 0).Post(t, "/api/desk/cases/"+l.id+"/moves", map[string]string{"from": "monitoring", "to": "closed", "outcome": ""})
	case "confirm-deletion":
		res = y.desk(t, 1).Post(t, "/api/desk/cases/"+l.id+"/deletion", struct{}{})
	case "investigate":
		res = y.desk(t, 0).Investigate(t, l.id, l.now.state)
	case "reopen":
		res = y.desk(t, 0).Investigate(t, l.id, l.now.state)
	default:
		res = y.write(t, l, a, today)
	}
	if a.what == "extend" && !l.now.extendable(today) {
		if res.Status != http.StatusConflict || !strings.Contains(res.Body, "no-extension") {
			t.Errorf("case %d of %q: an extension where there is none = %d %s", l.number, l.entity, res.Status, res.Body)
		}
		return
	}
	if a.what == "extend" {
		y.counts["extended"]++
	}
	if res.Status != http.StatusCreated && res.Status != http.StatusOK {
		t.Fatalf("case %d of %q: %s on %s = %d\n%s", l.number, l.entity, a.what, a.at, res.Status, res.Body)
	}
}

// fact changes a fact of a case by the form of several cases.
func (y *years) fact(t *testing.T, l *life, fact, seen, now string) rig.Response {
	return y.desk(t, 0).Post(t, "/api/desk/facts", map[string]any{"fact": fact, "cases": []map[string]string{{"case": l.id, "seen": seen, "now": now}}})
}

// write has a handler write to the reporter, or a note, with what goes with it.
func (y *years) write(t *testing.T, l *life, a yearsAct, today date) rig.Response {
	d := y.desk(t, 0)
	if a.what == "close" {
		d.Classify(t, l.id, l.category, 2)
	}
	c, _ := d.Case(t, l.id)
	body := map[string]any{"form": c.Form, "from": "desk", "kind": "", "files": []string{}}
	switch a.what {
	case "acknowledge":
		body["move"] = map[string]string{"from": "received", "to": "acknowledged", "outcome": ""}
	case "answer":
		body["kind"] = "answer"
	case "close":
		body["kind"], body["move"] = "answer", map[string]string{"from": l.now.state, "to": "closed", "outcome": a.arg}
	case "extend":
		body["extension"] = true
	case "meet":
		body["meeting"] = map[string]any{"held": iso(today)}
	case "hold":
		y.counts["held"]++
		days, _ := strconv.Atoi(a.arg)
		body["from"], body["hold"] = "note", map[string]string{"owner": y.people[1], "until": iso(plusDays(today, days))}
	case "lift":
		body["from"], body["hold"] = "note", map[string]string{"owner": "", "until": ""}
	case "ask-deletion":
		body["from"], body["deletion"] = "note", "ask"
	}
	if body["from"] == "note" {
		maps.Copy(body, c.Note(t, "why"))
	} else {
		body["seq"], body["message"] = c.Case.LastSeq+1, c.Message(t, "what the reporter reads")
	}
	return d.Post(t, "/api/desk/cases/"+l.id+"/messages", body)
}

// asReporter has the reporter look at their page, or write.
func (y *years) asReporter(t *testing.T, l *life, a yearsAct, today date) {
	lang := rig.Languages[l.number%5]
	page := y.rig.FollowUp(t, lang, l.receipt)
	if page.Status != http.StatusOK {
		t.Fatalf("case %d: the reporter's page = %d", l.number, page.Status)
	}
	asked := 0
	if m := regexp.MustCompile(`name="watch" value="(\d+)"`).FindStringSubmatch(page.Body); m != nil {
		asked, _ = strconv.Atoi(m[1])
	}
	if want := l.now.asks(today); asked != want {
		t.Errorf("%s: case %d (%q): the page asks about %d months, want %d", y.at(), l.number, l.entity, asked, want)
	}
	if asked > 0 {
		y.counts["asked"]++
	}
	fields := []rig.Field{{Name: "form", Value: rig.Token(t, page.Body)}, {Name: "receipt", Value: l.receipt}}
	path := "/" + lang + "/follow-up/message"
	switch a.what {
	case "visit":
		return
	case "no":
		y.counts["answered"]++
		path = "/" + lang + "/follow-up/answer"
		fields = append(fields, rig.Field{Name: "answer", Value: "watch"}, rig.Field{Name: "watch", Value: a.arg}, rig.Field{Name: "happened", Value: "no"})
	case "ask-meeting":
		fields = append(fields, rig.Field{Name: "meeting", Value: "asked"}, rig.Field{Name: "text", Value: "may we meet?"})
	case "write":
		fields = append(fields, rig.Field{Name: "text", Value: "more"})
	}
	if res := y.rig.PostFields(t, path, fields...); res.Status != http.StatusOK && res.Status != http.StatusCreated {
		t.Fatalf("case %d: %s = %d\n%s", l.number, a.what, res.Status, res.Body)
	}
}
