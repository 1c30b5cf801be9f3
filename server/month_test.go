package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
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
	"hotline/store/casework/law"
	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

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
	unseen []unseen // the cases that nobody looks at
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
		e := casework.Entity{Code: code, Name: "Company " + code, TimeZone: zone, Profile: law.Strictest, People: 100}
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
