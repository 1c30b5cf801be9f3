package api

import (
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/test/rig"
)

func TestHandOver(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	r := d.SendReport(t, "power-harassment", "own", "A report that goes elsewhere.")
	d.WantOpens(t, "before", r.CaseID, "aiko", "ken")
	d.WantSees(t, "before", "carla", r.CaseID, false)
	stale, _ := d.People["aiko"].Passing(t, r.CaseID, d.Identities["aiko"], "compliance", "")
	d.Join(t, "dora", "compliance")
	if res := d.People["aiko"].Post(t, "/api/desk/cases/"+r.CaseID+"/pass", stale); res.Status != http.StatusConflict || rig.ProblemOf(t, res).Error != "stale" {
		t.Errorf("sealed before somebody joined: %d %s", res.Status, res.Body)
	}
	d.WantOpens(t, "after what was refused", r.CaseID, "aiko", "ken")
	d.Pass(t, "aiko", r.CaseID, "procurement", "", http.StatusConflict) // nobody there
	d.Pass(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
	d.WantOpens(t, "after", r.CaseID, "carla", "dora")
	for name, sees := range map[string]bool{"aiko": false, "ken": false, "carla": true, "dora": true} {
		d.WantSees(t, "after", name, r.CaseID, sees)
	}
	if got := d.Conversation(t, r); got.Queue != "compliance" || got.State != "received" {
		t.Errorf("the reporter is told of %s, %s", got.Queue, got.State)
	}
	d.Pass(t, "ken", r.CaseID, "compliance", "", http.StatusNotFound)
}

// Whoever is excluded loses key, case, list, count and search in the same moment;
// when the last one goes, the case goes on.
func TestExclusion(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "ivo": "independent"})
	r := d.SendReport(t, "power-harassment", "own", "Ken did this.")
	d.Pass(t, "aiko", r.CaseID, "", "ken", http.StatusCreated)
	d.WantOpens(t, "ken is excluded", r.CaseID, "aiko")
	d.WantSees(t, "ken is excluded", "ken", r.CaseID, false)
	d.WantSees(t, "ken is excluded", "aiko", r.CaseID, true)
	d.Pass(t, "ken", r.CaseID, "", "aiko", http.StatusNotFound)
	d.Pass(t, "aiko", r.CaseID, "", "aiko", http.StatusCreated)
	d.WantOpens(t, "aiko recused herself", r.CaseID, "carla")
	d.WantSees(t, "aiko recused herself", "aiko", r.CaseID, false)
	d.Pass(t, "carla", r.CaseID, "", "carla", http.StatusCreated)
	d.WantOpens(t, "carla recused herself", r.CaseID, "ivo")
	d.Pass(t, "ivo", r.CaseID, "", "ivo", http.StatusConflict)
	d.WantOpens(t, "nobody would be left", r.CaseID, "ivo")
	d.Pass(t, "ivo", r.CaseID, "hr", "", http.StatusConflict) // all of HR are excluded

	c, _ := d.People["ivo"].Case(t, r.CaseID)
	body := c.Note(t, "It was another Aiko.")
	body["who"] = d.People["aiko"].ID(t)
	if res := d.People["ivo"].Post(t, "/api/desk/cases/"+r.CaseID+"/readmit", body); res.Status != http.StatusCreated {
		t.Errorf("readmitting: %d\n%s", res.Status, res.Body)
	}
	d.Pass(t, "ivo", r.CaseID, "hr", "", http.StatusCreated)
	d.WantOpens(t, "back at HR", r.CaseID, "aiko")
	d.WantSees(t, "back at HR", "ken", r.CaseID, false)
}

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
		body, refused := d.People["aiko"].Passing(t, r.CaseID, d.Identities["aiko"], "compliance", "")
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
		r := d.JSONRequest(t, "/api/desk/cases/"+ids[next]+"/pass", bodies[next])
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
		err := grantAll(t, d, "aiko", ken)
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
	if err := grantAll(t, d, "aiko", ken); err != nil {
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

// grantAll gives somebody keys as the page of access does, and returns the error
// of a server that is gone.
func grantAll(t *testing.T, d rig.Desks, by, to string) error {
	for after := ""; ; {
		var batch struct {
			Recipient string
			Keys      []struct {
				Case string
				Key  []byte
			}
		}
		res, err := try(t, d, by, "/api/desk/access/keys", map[string]any{"to": to, "source": "own", "after": after})
		if err != nil {
			return err
		}
		rig.Decode(t, res, &batch)
		if len(batch.Keys) == 0 {
			return nil
		}
		keys := map[string][]byte{}
		for _, k := range batch.Keys {
			keys[k.Case], _ = rig.Reseal(t, k.Key, d.Identities[by], batch.Recipient)
			after = k.Case
		}
		if _, err := try(t, d, by, "/api/desk/access/grant", map[string]any{"to": to, "recipient": batch.Recipient, "keys": keys}); err != nil {
			return err
		}
	}
}

// try sends a request that may meet no server.
func try(t *testing.T, d rig.Desks, by, path string, body any) (rig.Response, error) {
	r := d.JSONRequest(t, path, body)
	for name, value := range d.People[by].Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := rig.Send(r)
	if err == nil && res.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, res.Status, res.Body)
	}
	return res, err
}

// A lost password: the new identity opens nothing until a colleague gives access
// again.
func TestAccessAfterANewIdentity(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr"})
	r := d.SendReport(t, "power-harassment", "own", "Read by both.")
	d.WantOpens(t, "before", r.CaseID, "aiko", "ken")
	link := rig.Run(t, "handler", "invite", "--data", d.Data, "--email", "ken@desk.example")
	again := d.NewDesk("ken@desk.example")
	_, d.Identities["ken"] = again.Enrol(t, rig.TokenIn(t, link), nil)
	d.People["ken"] = again
	if c, _ := again.Case(t, r.CaseID); len(c.Key) != 0 {
		t.Error("a key that is sealed to the lost identity is handed out")
	}
	if err := grantAll(t, d, "aiko", again.ID(t)); err != nil {
		t.Fatal(err)
	}
	d.WantOpens(t, "after", r.CaseID, "aiko", "ken")
	c, _ := again.Case(t, r.CaseID)
	if identity, err := crypto.OpenCaseKey(c.Key, d.Identities["ken"]); err != nil || identity.Recipient().String() != c.Case.Recipient {
		t.Errorf("the new key: %v", err)
	}
	rig.Run(t, "handler", "disable", "--data", d.Data, "--yes", "ken@desk.example")
	d.WantOpens(t, "disabled", r.CaseID, "aiko")
	if alive(t, again) {
		t.Error("who was disabled is still signed in")
	}
}

// A case's id in an entry of the audit log is all that the log says of it.
func TestAuditLogHoldsNoContent(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "carla": "compliance"})
	r := d.SendReport(t, "power-harassment", "own", "Canary in the audit log.")
	d.Pass(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
	db := d.DB(t)
	defer db.Close()
	rows, err := db.Query(`SELECT what || ' ' || case_id || ' ' || subject || ' ' || detail FROM audit`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := ""
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all += line + "\n"
	}
	if !strings.Contains(all, "case.queue "+r.CaseID) {
		t.Errorf("the hand-over is not in the log:\n%s", all)
	}
	for _, word := range []string{"Canary", "Why this is so", r.Receipt.String(), hex.EncodeToString(r.Receipt.Lookup().Hash())} {
		if strings.Contains(all, word) {
			t.Errorf("%q is in the log", word)
		}
	}
}
