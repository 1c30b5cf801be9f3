package server

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// yearsEntities are the companies of the simulated years: Japan's law at the head office,
// Spain's, France's, and the strictest dates with Chile's law on harassment beside them.
var yearsEntities = []struct{ code, country, zone, profile string }{
	{"", "JP", "Asia/Tokyo", "jp"},
	{"es", "ES", "Europe/Madrid", "es"},
	{"fr", "FR", "Europe/Paris", "fr"},
	{"cl", "CL", "America/Santiago", "strictest"},
}

var yearsZones = func() map[string]*time.Location {
	zones := map[string]*time.Location{}
	for _, e := range yearsEntities {
		zone, err := time.LoadLocation(e.zone)
		if err != nil {
			panic(err)
		}
		zones[e.code] = zone
	}
	return zones
}()

// yearsBegin and yearsEnd leave every case that is closed in the first fifteen months its
// three years until it is deleted.
var (
	yearsBegin = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	yearsEnd   = time.Date(2031, 6, 1, 0, 0, 0, 0, time.UTC)
)

// yearsAct is something that somebody does to a case.
type yearsAct struct {
	at   time.Time
	what string
	arg  string
}

// yearsCase is a case of the plan. Its first act is the report.
type yearsCase struct {
	entity, category string
	acts             []yearsAct
}

// yearsEdges are instants around midnight, month ends, a leap day and changes of clocks.
var yearsEdges = []struct{ entity, at string }{
	{"", "2026-12-01T14:59:59Z"}, {"", "2026-12-01T15:00:00Z"},
	{"", "2027-11-29T15:00:00Z"}, {"", "2028-02-28T14:59:59Z"}, {"", "2028-02-28T15:00:00Z"},
	{"es", "2027-01-30T23:30:00Z"}, {"es", "2027-03-28T01:30:00Z"}, {"es", "2027-08-30T22:00:00Z"}, {"es", "2027-10-31T00:30:00Z"}, {"es", "2027-11-29T23:00:00Z"},
	{"fr", "2026-12-18T10:00:00Z"}, {"fr", "2027-04-29T22:00:00Z"}, {"fr", "2027-11-10T22:59:59Z"}, {"fr", "2027-12-30T23:00:00Z"},
	{"cl", "2027-09-05T03:59:59Z"}, {"cl", "2027-09-05T04:00:00Z"}, {"cl", "2027-04-04T02:59:59Z"}, {"cl", "2027-12-01T02:59:59Z"}, {"cl", "2028-03-01T02:59:59Z"},
}

// yearsPlan makes up n cases: lives of a dozen kinds in turn.
func yearsPlan(n int) []*yearsCase {
	random := rand.New(rand.NewPCG(19, 500))
	categories := []string{"power-harassment", "bribery", "sexual-harassment", "discrimination", "other-harassment"}
	var all []*yearsCase
	for i := range n {
		c := &yearsCase{entity: yearsEntities[i%4].code, category: categories[random.IntN(len(categories))]}
		at := yearsBegin.Add(time.Duration(random.Int64N(int64(360 * 24 * time.Hour)))).Truncate(time.Second)
		if i < len(yearsEdges) {
			c.entity = yearsEdges[i].entity
			at, _ = time.Parse(time.RFC3339, yearsEdges[i].at)
		}
		c.act(at, "report", "")
		c.live(i/4%13, random)
		if i%5 == 2 {
			c.visit(i%10 == 2)
		}
		slices.SortStableFunc(c.acts, func(a, b yearsAct) int { return a.at.Compare(b.at) })
		all = append(all, c)
	}
	return all
}

func (c *yearsCase) act(at time.Time, what, arg string) {
	c.acts = append(c.acts, yearsAct{at, what, arg})
}

// live plans one of the lives of a case. After days means around noon at the entity, so
// that two acts are never at midnight by chance; which day it is there the zone says.
func (c *yearsCase) live(kind int, random *rand.Rand) {
	received := c.acts[0].at
	in := func(days, more int) time.Time {
		local := received.In(yearsZones[c.entity])
		return time.Date(local.Year(), local.Month(), local.Day()+days+random.IntN(more+1), 9+random.IntN(8), random.IntN(60), 0, 0, yearsZones[c.entity]).UTC()
	}
	outcomes := []string{"substantiated", "partly", "unsubstantiated", "insufficient", "referred"}
	outcome := outcomes[random.IntN(len(outcomes))]
	switch kind {
	case 0: // nobody acts: what Spain's law has erased is erased, the others stay
	case 1: // all in time
		c.act(in(2, 3), "acknowledge", "")
		c.act(in(10, 5), "investigate", "")
		c.act(in(40, 30), "answer", "")
		c.act(in(80, 30), "close", outcome)
	case 2: // late, and out of scope
		c.act(in(12, 20), "acknowledge", "")
		c.act(in(60, 20), "close", "out-of-scope")
	case 3: // junk
		c.act(in(1, 2), "junk", "")
	case 4: // junk whose reporter writes again
		c.act(in(1, 1), "junk", "")
		c.act(in(20, 8), "write", "")
		c.act(in(35, 2), "acknowledge", "")
		c.act(in(40, 2), "close", outcome)
	case 5: // it takes longer, and is watched until the end of the protection
		c.act(in(3, 3), "acknowledge", "")
		c.act(in(15, 4), "investigate", "")
		c.act(in(70, 10), "extend", "")
		c.act(in(120, 40), "answer", "")
		c.act(in(165, 10), "close", outcome)
		c.act(in(180, 10), "watch", "")
		c.act(in(180+740, 30), "end-watch", "")
	case 6: // taken up again
		c.act(in(4, 3), "acknowledge", "")
		c.act(in(30, 10), "close", outcome)
		c.act(in(50, 5), "reopen", "")
		c.act(in(70, 20), "answer", "")
		c.act(in(120, 20), "close", "partly")
	default:
		c.liveOn(kind, in, outcome)
	}
}

// liveOn is live for lives in which a deletion is put off, or something is asked for.
func (c *yearsCase) liveOn(kind int, in func(days, more int) time.Time, outcome string) {
	number := in(0, 100).Minute()
	switch kind {
	case 7: // the reporter writes shortly before it is deleted
		c.act(in(5, 2), "acknowledge", "")
		c.act(in(20, 5), "close", outcome)
		c.act(in(68, 6), "write", "")
		c.act(in(85, 3), "write", "")
	case 8: // held
		c.act(in(2, 4), "acknowledge", "")
		c.act(in(30, 5), "close", outcome)
		c.act(in(60, 10), "hold", fmt.Sprint(200+number))
	case 9: // held, and the hold is lifted before its end
		c.act(in(2, 4), "acknowledge", "")
		c.act(in(30, 5), "close", outcome)
		c.act(in(60, 10), "hold", "400")
		c.act(in(160, 20), "lift", "")
	case 10: // deleted early, by two
		c.act(in(3, 3), "acknowledge", "")
		c.act(in(25, 5), "close", outcome)
		c.act(in(40, 5), "ask-deletion", "")
		c.act(in(47, 5), "confirm-deletion", "")
	case 11: // a meeting, and steps of the law on harassment
		c.act(in(2, 3), "acknowledge", "")
		c.act(in(8, 2), "ask-meeting", "")
		c.act(in(14, 20), "meet", "")
		c.act(in(1, 0), "step", "measures")
		c.act(in(12, 1), "investigate", "")
		c.act(in(20, 5), "step", "inquiry")
		c.act(in(40, 5), "answer", "")
		c.act(in(95, 9), "close", outcome)
	case 12: // nobody decides, and the reporter writes again
		c.act(in(5, 1), "acknowledge", "")
		c.act(in(75, 5), "write", "")
	}
}

// visit has the reporter look at their page around the days on which it asks them
// something, and answer one of the questions with no.
func (c *yearsCase) visit(answers bool) {
	zone := yearsZones[c.entity]
	received := dateOf(c.acts[0].at, zone)
	noon := func(day date) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 12, 30, 0, 0, zone).UTC()
	}
	for _, months := range []int{3, 6, 9, 12, 15, 24} {
		day := plusMonths(received, months)
		for _, off := range []int{-1, 0, 1} {
			c.act(noon(plusDays(day, off)), "visit", "")
		}
		if answers && months == 6 {
			c.act(noon(plusDays(day, 2)), "no", "6")
			c.act(noon(plusDays(day, 3)), "visit", "")
		}
	}
}
