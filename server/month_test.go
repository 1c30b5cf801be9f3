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

// monthMatters are what reports are about, and who reads them at each entity: written
// down by hand, not asked of the program.
var monthMatters = []struct {
	fields  []rig.Field
	readers map[string]string
}{
	{[]rig.Field{{Name: "relationship", Value: "employee"}, {Name: "subject", Value: "own"}, {Name: "category", Value: "harassment"}},
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

const monthWindow = 30 * time.Minute

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
			err := m.store.MoveCase(t.Context(), store.Act{CaseID: caseID, By: m.ids[strings.Fields(readers)[0]], At: m.now().Unix()},
				casework.Move{From: casework.Received, To: casework.Acknowledged, On: on})
			if err != nil {
				t.Fatal(err)
			}
		})
		if i%7 == 3 && !danger {
			m.happen(at.Add(time.Duration(random.Int64N(int64(40*time.Hour)))).Truncate(time.Second).Add(time.Second), readers, false, func(t *testing.T) {
				path := "/" + lang + "/follow-up"
				res := m.rig.PostFields(t, path+"/message", rig.Field{Name: "form", Value: m.rig.FormToken(t, path)},
					rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "more"})
				if res.Status != http.StatusOK && res.Status != http.StatusCreated {
					t.Fatalf("writing again: %d\n%s", res.Status, res.Body)
				}
			})
		}
	}
	slices.SortStableFunc(m.events, func(a, b event) int { return a.at.Compare(b.at) })
}

func (m *months) happen(at time.Time, told string, urgent bool, happen func(*testing.T)) {
	if at.Before(monthEnds) {
		m.events = append(m.events, event{at, told, urgent, happen})
	}
}
