package server

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/intake"
	"hotline/server/mail"
	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

// The people of the month: who reads what, and when they want to hear of it. The
// administrator reads nothing.
var monthPeople = []struct {
	name, branches string
	notify         store.Notify
}{
	{"hr-1", "hr", store.Notify{When: "window", Language: "ja"}},
	{"hr-2", "hr", store.Notify{When: "daily", Hour: 9, Language: "zh"}},
	{"compliance-1", "compliance", store.Notify{When: "window", Language: "en"}},
	{"compliance-2", "compliance", store.Notify{When: "none", Language: "en"}},
	{"procurement", "procurement", store.Notify{When: "window", Language: "en"}},
	{"independent", "independent", store.Notify{When: "daily", Hour: 18, Language: "es"}},
	{"brazil-1", "hr@br,compliance@br", store.Notify{When: "window", Language: "pt"}},
	{"brazil-2", "hr@br", store.Notify{When: "daily", Hour: 0, Language: "pt"}},
	{"mexico", "hr@mx", store.Notify{When: "window", Language: "es"}},
	{"portugal-1", "compliance@pt", store.Notify{When: "window", Language: "pt"}},
	{"portugal-2", "compliance@pt,hr@pt", store.Notify{When: "daily", Hour: 23, Language: "pt"}},
	{"administrator", "", store.Notify{When: "window", Language: "ja"}},
}

// monthZones are the time zones of the entities. Everybody who wants mail once a day
// gets it by the clock of the first, the head office.
var monthZones = map[string]string{"": "Asia/Tokyo", "br": "America/Sao_Paulo", "mx": "America/Mexico_City", "pt": "Europe/Lisbon"}

var monthLocations = func() map[string]*time.Location {
	locations := map[string]*time.Location{}
	for entity, name := range monthZones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		locations[entity] = zone
	}
	return locations
}()

// monthMatters are what reports are about, and who reads them at each entity: written
// down by hand, not asked of the program.
var monthMatters = []struct {
	fields  []rig.Field
	readers map[string]string
}{
	{[]rig.Field{{Name: "relationship", Value: "employee"}, {Name: "subject", Value: "own"}, {Name: "category", Value: "power-harassment"}},
		map[string]string{"": "hr-1 hr-2", "br": "brazil-1 brazil-2", "mx": "mexico", "pt": "portugal-2"}},
	{[]rig.Field{{Name: "relationship", Value: "employee"}, {Name: "subject", Value: "own"}, {Name: "category", Value: "bribery"}},
		map[string]string{"": "compliance-1 compliance-2", "br": "brazil-1", "mx": "compliance-1 compliance-2", "pt": "portugal-1 portugal-2"}},
	{[]rig.Field{{Name: "relationship", Value: "supplier"}, {Name: "subject", Value: "supplier"}, {Name: "category", Value: "child-labour"}},
		map[string]string{"": "procurement", "br": "procurement", "mx": "procurement", "pt": "procurement"}},
}

var (
	monthBegins = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	monthEnds   = monthBegins.AddDate(0, 0, 31)
)

const monthWindow = time.Hour

// event is something that happens in the month.
type event struct {
	at     time.Time
	told   string // names of those who are told of it
	urgent bool
	happen func(t *testing.T)
}

// months is the running program, and what is expected of it.
type months struct {
	server *Server
	store  *store.Store
	rig    *rig.Server
	mails  *mailserver.Server
	clock  *atomic.Int64
	ids    map[string]string // handlers' by name
	names  map[string]string // by address
	events []event
	unseen [][]time.Time // when the reporters of the cases wrote that nobody looks at
}

func (m *months) now() time.Time { return time.Unix(m.clock.Load(), 0).UTC() }

// A month of 400 reports in five languages: everybody is told of what is theirs, at
// the times that they chose, with mails that say nothing and differ in nothing.
func TestAMonthOfNotices(t *testing.T) {
	t.Parallel()
	m := newMonth(t)
	m.plan()
	got := m.live(t)
	want := m.expected()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("a mail too many: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("a mail that did not come: %s", line)
		}
	}
	t.Logf("%d mails, as expected", len(got))
	m.checkMails(t)
}

func newMonth(t *testing.T) *months {
	m := &months{clock: &atomic.Int64{}, ids: map[string]string{}, names: map[string]string{}}
	m.clock.Store(monthBegins.Unix())
	ctx := t.Context()
	st, files := withStore(ctx, t, m.now)
	m.store = st
	if err := st.SetSettings(ctx, "", store.Settings{TimeZone: monthZones[""], Countries: []string{"JP"}}); err != nil {
		t.Fatal(err)
	}
	for code, zone := range monthZones {
		if code == casework.Root {
			continue
		}
		e := casework.Entity{Code: code, Name: "Company " + code, TimeZone: zone, Profile: casework.Strictest, People: 100}
		if err := st.PutEntity(ctx, "", e, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range monthPeople {
		identity, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		h := store.Handler{ID: crypto.NewID(), Name: p.name, Email: p.name + "@desk.example", Roles: []string{store.RoleHandler}, Recipient: identity.Recipient().String()}
		for _, b := range strings.Split(p.branches, ",") {
			h.Branches = append(h.Branches, casework.Branch(b))
		}
		if p.branches == "" {
			h.Roles, h.Branches, h.Recipient = []string{store.RoleAdmin}, nil, ""
		}
		if _, err := st.AddHandler(ctx, h); err != nil {
			t.Fatal(err)
		}
		if err := st.SetNotify(ctx, h.ID, p.notify); err != nil {
			t.Fatal(err)
		}
		m.ids[p.name], m.names[h.Email] = h.ID, p.name
	}
	m.mails = mailserver.Start(t, mailserver.Options{NoTLS: true})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.rig = &rig.Server{URL: "http://" + l.Addr().String()}
	m.server, err = New(ctx, Config{
		Intake: intake.Config{Files: 1, FileSize: 1 << 10}, Store: st, Files: files, PublicURL: m.rig.URL, Log: slog.New(slog.DiscardHandler), Now: m.now,
		Mail: &mail.Server{Host: "127.0.0.1", Port: m.mails.Port(), Security: mail.Off, From: "hotline@desk.example"}, Window: monthWindow,
	})
	if err != nil {
		t.Fatal(err)
	}
	go m.server.http.Serve(l) // without what goes by the machine's clock
	t.Cleanup(func() { m.server.Shutdown(context.WithoutCancel(ctx)) })
	return m
}

// plan makes up the month: 400 reports, 60 of whose reporters write again, and in a
// part of them the desk confirms the receipt in time.
func (m *months) plan() {
	random := rand.New(rand.NewPCG(16, 400))
	languages := []string{"ja", "en", "es", "pt", "zh"}
	entities := []string{"", "br", "mx", "pt"}
	for i := range 400 {
		lang, entity, matter := languages[i%5], entities[random.IntN(4)], monthMatters[random.IntN(3)]
		at := monthBegins.Add(time.Duration(random.Int64N(int64(28 * 24 * time.Hour)))).Truncate(time.Second)
		readers, danger := matter.readers[entity], i%40 == 7
		fields := append(slices.Clone(matter.fields), rig.Field{Name: "entity", Value: entity}, rig.Field{Name: "text", Value: fmt.Sprintf("report %d", i)})
		if danger {
			fields = append(fields, rig.Field{Name: "danger", Value: "yes"})
		}
		var receipt, caseID string
		m.happen(at, readers, danger, func(t *testing.T) {
			receipt = m.rig.Report(t, lang, fields)
			caseID = m.caseOf(t, receipt)
		})
		m.due(at, entity, readers, danger, i%3 != 0, func(t *testing.T, on casework.Day) {
			m.acknowledge(t, caseID, strings.Fields(readers)[0], on)
		})
		waits := []time.Time{at}
		if i%7 == 3 && !danger {
			again := at.Add(time.Duration(random.Int64N(int64(40 * time.Hour)))).Truncate(time.Second).Add(time.Second)
			waits = append(waits, again)
			m.happen(again, readers, false, func(t *testing.T) {
				path := "/" + lang + "/follow-up"
				res := m.rig.PostFields(t, path+"/message", rig.Field{Name: "form", Value: m.rig.FormToken(t, path)},
					rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "more"})
				if res.Status != http.StatusOK && res.Status != http.StatusCreated {
					t.Fatalf("writing again: %d\n%s", res.Status, res.Body)
				}
			})
		}
		if readers == "mexico" {
			m.unseen = append(m.unseen, waits)
		}
	}
	slices.SortStableFunc(m.events, func(a, b event) int { return a.at.Compare(b.at) })
}

func (m *months) happen(at time.Time, told string, urgent bool, happen func(*testing.T)) {
	if at.Before(monthEnds) {
		m.events = append(m.events, event{at, told, urgent, happen})
	}
}

// due plans what follows from a report that nobody answers: reminders three days
// before the due day, on the day after it and, to the administrator, three days after
// it. They are written ten minutes after midnight at the entity. Where the
// receipt is confirmed the next due day is the 20th, else it is the 7th; of a report of
// danger it is the day of receipt, which needs no reminder before.
func (m *months) due(at time.Time, entity, readers string, danger, confirmed bool, confirm func(*testing.T, casework.Day)) {
	zone := monthLocations[entity]
	local := at.In(zone)
	on := func(days int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, 0, 10, 0, 0, zone).UTC()
	}
	days := 7
	if confirmed {
		days = 20
		later := at.Add(50 * time.Hour)
		m.happen(later, "", false, func(t *testing.T) { confirm(t, casework.DayOf(later.In(zone))) })
	}
	if danger {
		days = 0
	} else {
		m.happen(on(days-3), readers, false, nil)
	}
	m.happen(on(days+1), readers, danger, nil)
	m.happen(on(days+3), "administrator", false, nil)
}

// live lets the month go by and returns who got a mail when.
func (m *months) live(t *testing.T) (got []string) {
	known := 0
	events := slices.Clone(m.events)
	for _, at := range m.steps() {
		for len(events) > 0 && !events[0].at.After(at) {
			if e := events[0]; e.happen != nil {
				m.clock.Store(e.at.Unix())
				e.happen(t)
			}
			events = events[1:]
		}
		m.clock.Store(at.Unix())
		if remindsAt(at) {
			if err := m.server.remind.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if at.Hour() == 12 && at.Minute() == 0 && at.Second() == 0 {
			m.look(t)
		}
		if err := m.server.outbox.Step(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		all := m.mails.Mails()
		for _, one := range all[known:] {
			header, _ := one.Read(t)
			date, err := header.Date()
			if err != nil || !date.Equal(at) {
				t.Errorf("a mail of %s says %q", at, header.Get("Date"))
			}
			got = append(got, line(m.names[one.To], at))
		}
		known = len(all)
	}
	return got
}

func line(name string, at time.Time) string { return name + " " + at.UTC().Format(time.RFC3339) }

// steps are the moments at which the outbox is asked what is due: each window, each
// look for danger after something happened, and half a minute before each of these,
// because who begins to send does not make up for what was due before.
func (m *months) steps() []time.Time {
	times := map[int64]bool{}
	step := func(at time.Time) { times[at.Unix()], times[at.Unix()-30] = true, true }
	for at := monthBegins; at.Before(monthEnds); at = at.Add(monthWindow) {
		step(at)
		if later := at.Add(10 * time.Minute); remindsAt(later) {
			step(later)
		}
	}
	for _, e := range m.events {
		if e.urgent {
			step(tick(e.at))
		}
	}
	var all []time.Time
	for at := range times {
		all = append(all, time.Unix(at, 0).UTC())
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// remindsAt reports whether the work of a new day is done at a time: ten minutes after
// midnight at one of the entities.
func remindsAt(at time.Time) bool {
	for _, zone := range monthLocations {
		if local := at.In(zone); local.Hour() == 0 && local.Minute() == 10 && local.Second() == 0 {
			return true
		}
	}
	return false
}

// tick is when somebody hears of danger: at the next half minute.
func tick(at time.Time) time.Time {
	return at.Add(30*time.Second - 1).Truncate(30 * time.Second)
}

// look has everybody open their list, but for whom nobody stands in: in Mexico.
func (m *months) look(t *testing.T) {
	for _, p := range monthPeople {
		h, err := m.store.Handler(t.Context(), m.ids[p.name])
		if err == nil && p.name != "mexico" {
			err = m.store.Looked(t.Context(), h, m.days())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (m *months) days() store.Days {
	d := store.Days{At: map[string]casework.Day{}}
	for entity, zone := range monthLocations {
		d.At[entity] = casework.DayOf(m.now().In(zone))
	}
	d.Root = d.At[casework.Root]
	delete(d.At, casework.Root)
	return d
}

// expected is who gets a mail when, from the plan alone.
func (m *months) expected() (want []string) {
	events := slices.Clone(m.events)
	events = append(events, event{at: m.unseenAt(), told: "administrator"})
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, p := range monthPeople {
		if p.notify.When == store.NotifyNone {
			continue
		}
		var mine []event
		for _, e := range events {
			if slices.Contains(strings.Fields(e.told), p.name) {
				mine = append(mine, e)
			}
		}
		waits := false
		for at := monthBegins; at.Before(monthEnds); at = at.Add(30 * time.Second) {
			urgent := false
			for ; len(mine) > 0 && !mine[0].at.After(at); mine = mine[1:] {
				waits, urgent = true, urgent || mine[0].urgent
			}
			window := at.Truncate(monthWindow).Equal(at)
			local := at.In(monthLocations[casework.Root])
			hour := local.Hour() == p.notify.Hour && local.Minute() == 0
			if waits && (urgent || window && (p.notify.When == store.NotifyWindow || hour)) {
				want = append(want, line(p.name, at))
				waits = false
			}
		}
	}
	return want
}

// unseenAt is when the administrator hears that nobody looks at the cases in Mexico:
// three days after the one that waits longest had its last message.
func (m *months) unseenAt() time.Time {
	zone := monthLocations["mx"]
	for at := time.Date(2026, 12, 1, 0, 10, 0, 0, zone); ; at = at.AddDate(0, 0, 1) {
		longest := casework.Day("")
		for _, written := range m.unseen {
			last := casework.Day("")
			for _, w := range written {
				if w.Before(at) {
					last = max(last, casework.DayOf(w.In(zone)))
				}
			}
			if last != "" && (longest == "" || last < longest) {
				longest = last
			}
		}
		if longest != "" && casework.DayOf(at) >= longest.AddDays(3) {
			return at.UTC()
		}
	}
}

// acknowledge has the desk confirm the receipt.
func (m *months) acknowledge(t *testing.T, caseID, by string, on casework.Day) {
	c, err := m.store.Case(t.Context(), caseID)
	if err == nil {
		err = m.store.AddMessage(t.Context(), store.NewMessage{
			CaseID: caseID, Seq: c.LastSeq + 1, From: casework.FromDesk, On: on, At: m.now().Unix(), By: m.ids[by], Sealed: []byte("sealed"),
			Move: &casework.Move{From: casework.Received, To: casework.Acknowledged, On: on},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// caseOf returns the id of the case of a receipt.
func (m *months) caseOf(t *testing.T, receipt string) string {
	r, err := crypto.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	hash := r.Lookup().Hash()
	c, err := m.store.CaseByLookup(t.Context(), hash[:])
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// checkMails looks at every mail, decoded: in a language all are one and the same but
// for whom they go to, their number and their date, and none says what happened.
func (m *months) checkMails(t *testing.T) {
	cases, err := m.store.Cases(t.Context(), store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"power-harassment", "bribery", "child-labour", "Company br", "Company mx", "Company pt", "procurement", "compliance", "report 1"}
	for _, c := range cases {
		secrets = append(secrets, c.ID, c.ID[:8])
	}
	same := map[string]string{}
	for _, one := range m.mails.Mails() {
		header, text := one.Read(t)
		numbers := header.Get("Message-Id")
		for _, changing := range []string{"To", "Message-Id", "Date"} {
			delete(header, changing)
		}
		whole := fmt.Sprint(header, text)
		language := monthPeople[slices.IndexFunc(monthPeople, func(p struct {
			name, branches string
			notify         store.Notify
		}) bool {
			return p.name == m.names[one.To]
		})].notify.Language
		if same[language] == "" {
			same[language] = whole
		}
		if whole != same[language] {
			t.Errorf("two mails in %s differ:\n%s\nand\n%s", language, same[language], whole)
		}
		for _, secret := range secrets {
			if strings.Contains(whole+numbers, secret) {
				t.Errorf("a mail says %q:\n%s", secret, whole)
			}
		}
	}
	if len(same) != 5 {
		t.Errorf("mails in %d languages", len(same))
	}
}
