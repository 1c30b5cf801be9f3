package fault

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/test/rig"
)

// Kill -9 in the middle of hand-overs: each case is opened by one desk or by the
// other, by all of them and nobody else.
func TestKillWhileCasesAreHandedOver(t *testing.T) {
	t.Parallel()
	const cases, cycles = 60, 12
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "dora": "compliance"})
	in := d.Intake(t)
	var bodies []map[string]any
	var ids []string
	for range cases {
		r := rig.NewReporter(t)
		in.Form = d.Intake(t).Form
		if res := d.PostJSON(t, "/api/reports", r.Seal(t, in, "power-harassment", "own", "One of many.")); res.Status != http.StatusCreated {
			t.Fatalf("the report: %d\n%s", res.Status, res.Body)
		}
		body, refused := d.People["aiko"].TransferBody(t, r.CaseID, d.Identities["aiko"], "compliance", "")
		if body == nil {
			t.Fatalf("the plan: %d\n%s", refused.Status, refused.Body)
		}
		ids, bodies = append(ids, r.CaseID), append(bodies, body)
	}
	acked := map[string]bool{}
	for next, cycle := 0, 0; cycle < cycles; cycle++ {
		done := make(chan int)
		go func() { done <- handOverFrom(t, d, next, ids, bodies, acked) }()
		if cycle == 0 { // in the others it may die before any hand-over is in
			rig.Until(t, "cases are handed over", func() bool { return rig.Names(d.Keys(t, ids[1])) == "carla dora" }) // the second: the first is answered
		}
		time.Sleep(10*time.Millisecond + rand.N(60*time.Millisecond))
		d.Kill()
		next = <-done
		d.Restart(t)
	}
	if len(acked) == 0 {
		t.Fatal("no hand-over was acknowledged: the server hardly ran")
	}
	moved := 0
	for _, id := range ids {
		keys := d.Keys(t, id)
		switch got := rig.Names(keys); got {
		case "carla dora":
			moved++
		case "aiko ken":
			if acked[id] {
				t.Error("a hand-over that was acknowledged is undone")
			}
		default:
			t.Errorf("keys of %q", got)
		}
	}
	d.WantOpens(t, "the first", ids[0], strings.Fields(rig.Names(d.Keys(t, ids[0])))...)
	t.Logf("%d acknowledged, %d moved, of %d in %d cycles", len(acked), moved, cases, cycles)
}

// handOverFrom hands cases over until the server is gone, and returns where to go
// on: the one without an answer is left as it is.
func handOverFrom(t *testing.T, d rig.Desks, next int, ids []string, bodies []map[string]any, acked map[string]bool) int {
	for ; next < len(ids); next++ {
		r := d.JSONRequest(t, "/api/desk/cases/"+ids[next]+"/transfer", bodies[next])
		for name, value := range d.People["aiko"].Cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		res, err := rig.Send(r)
		if err != nil {
			return next + 1
		}
		acked[ids[next]] = res.Status == http.StatusCreated
		if res.Status != http.StatusCreated {
			t.Errorf("handing over: %d %s", res.Status, res.Body)
		}
	}
	return next
}

// Kill -9 in the middle of a grant of 42 cases: what was given is given, the rest
// follows when it goes on, and nobody loses a key on the way.
func TestKillWhileAccessIsGiven(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr"})
	var ids []string
	for range 42 {
		ids = append(ids, d.SendReport(t, "power-harassment", "own", "One of 42.").CaseID)
	}
	d.Join(t, "ken", "hr")
	ken := d.People["ken"].ID(t)
	kills := 0
	for kills < 5 {
		dead := make(chan struct{})
		stop := time.AfterFunc(2*time.Millisecond+rand.N(60*time.Millisecond), func() { d.Kill(); close(dead) })
		err := d.GrantAll(t, "aiko", ken)
		if err == nil && stop.Stop() {
			break
		}
		<-dead
		kills++
		d.Restart(t)
		for _, id := range ids {
			if got := rig.Names(d.Keys(t, id)); got != "aiko" && got != "aiko ken" {
				t.Fatalf("after kill %d: keys of %q", kills, got)
			}
		}
	}
	t.Logf("killed %d times", kills)
	if err := d.GrantAll(t, "aiko", ken); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if got := rig.Names(d.Keys(t, id)); got != "aiko ken" {
			t.Errorf("in the end: keys of %q", got)
		}
	}
	d.WantOpens(t, "in the end", ids[0], "aiko", "ken")
	d.WantOpens(t, "in the end", ids[41], "aiko", "ken")
}
