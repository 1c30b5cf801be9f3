package server

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
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

// confirmAfter is when the desk confirms a receipt, after all that its reporter writes.
const confirmAfter = 50 * time.Hour

// unseen is a case in Mexico: when its reporter wrote, and when the desk did.
type unseen struct {
	written  []time.Time
	answered time.Time
}

// event is something that happens in the month.
type event struct {
	at     time.Time
	told   string // names of those who are told of it
	urgent bool
	happen func(t *testing.T)
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
			answered := monthEnds
			if i%3 != 0 {
				answered = at.Add(confirmAfter)
			}
			m.unseen = append(m.unseen, unseen{waits, answered})
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
		later := at.Add(confirmAfter)
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
// three days after the first message, of the case that waits longest, that the desk has
// not answered; or after the last where it has, and has to act all the same.
func (m *months) unseenAt() time.Time {
	zone := monthLocations["mx"]
	for at := time.Date(2026, 12, 1, 0, 10, 0, 0, zone); ; at = at.AddDate(0, 0, 1) {
		longest := casework.Day("")
		for _, c := range m.unseen {
			since := casework.Day("")
			for _, w := range c.written {
				if w.Before(at) && (since == "" || c.answered.Before(at)) {
					since = casework.DayOf(w.In(zone))
				}
			}
			if since != "" && (longest == "" || since < longest) {
				longest = since
			}
		}
		if longest != "" && casework.DayOf(at) >= longest.AddDays(3) {
			return at.UTC()
		}
	}
}
