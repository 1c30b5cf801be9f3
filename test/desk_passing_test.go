package test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/test/rig"
)

// desks is a hotline with people of several queues, and their identities.
type desks struct {
	*rig.Server
	people     map[string]*rig.Desk
	identities map[string]crypto.Identity
	age        string // folder of the stock age command
}

func newDesks(t *testing.T, queues map[string]string, flags ...string) desks {
	t.Helper()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), append([]string{"--limits", "off"}, flags...)...)
	d := desks{s, map[string]*rig.Desk{}, map[string]crypto.Identity{}, rig.Age(t)}
	d.people["admin"], _ = s.Setup(t)
	for name, queue := range queues {
		d.join(t, name, strings.Fields(queue)...)
	}
	return d
}

func (d desks) join(t *testing.T, name string, queues ...string) {
	t.Helper()
	var flags []string
	for _, q := range queues {
		flags = append(flags, "--queue", q)
	}
	d.people[name], d.identities[name] = d.Invite(t, name+"@desk.example", flags...)
}

// wantOpens fails the test unless exactly these people can open a case: age opens
// their key with their identity, and with what is in it the report; nobody has a
// key that is not theirs.
func (d desks) wantOpens(t *testing.T, what, caseID string, names ...string) {
	t.Helper()
	slices.Sort(names)
	keys := d.Keys(t, caseID)
	if got := rig.Names(keys); got != strings.Join(names, " ") {
		t.Errorf("%s: keys of %q, want %q", what, got, names)
	}
	for _, k := range keys {
		owner, _, _ := strings.Cut(k.Email, "@")
		for name, identity := range d.identities {
			opened, ok := d.ageOpens(t, k.Sealed, identity.String())
			if ok != (name == owner) {
				t.Errorf("%s: age opens the key of %s with the identity of %s: %v", what, owner, name, ok)
			}
			if name != owner {
				continue
			}
			if report, ok := d.ageOpens(t, d.report(t, caseID), opened); !ok || !strings.Contains(report, caseID) {
				t.Errorf("%s: what %s opens does not open the report", what, owner)
			}
		}
	}
}

func (d desks) report(t *testing.T, caseID string) (sealed []byte) {
	t.Helper()
	db := d.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = ? AND seq = 1`, caseID).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// ageOpens opens with the stock age command and nothing of ours.
func (d desks) ageOpens(t *testing.T, sealed []byte, identity string) (string, bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "identity.txt")
	if err := os.WriteFile(file, []byte(strings.TrimSpace(identity)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	age := exec.Command(filepath.Join(d.age, "age"), "-d", "-i", file)
	age.Stdin = bytes.NewReader(sealed)
	out, err := age.Output()
	return string(out), err == nil
}

// wantSees fails the test unless somebody sees a case, or finds it nowhere.
func (d desks) wantSees(t *testing.T, what, name, caseID string, sees bool) {
	t.Helper()
	p := d.people[name]
	_, status := p.Case(t, caseID)
	list := strings.Contains(p.Get(t, "/en/desk/cases?tab=all").Body, caseID)
	page := p.Get(t, "/en/desk/cases/"+caseID).Status
	summary := strings.Contains(p.Post(t, "/api/desk/summaries", map[string]any{"cases": []string{caseID}}).Body, caseID)
	search := strings.Contains(p.Post(t, "/api/desk/search", map[string]any{"after": ""}).Body, caseID)
	if (status == http.StatusOK) != sees || (page == http.StatusOK) != sees || list != sees || summary != sees || search && !sees {
		t.Errorf("%s: %s gets the case %d, its page %d, in the list %v, its summary %v, in the search %v; want %v", what, name, status, page, list, summary, search, sees)
	}
}

func (d desks) pass(t *testing.T, by, caseID, queue, who string, want int) {
	t.Helper()
	if who != "" {
		who = d.people[who].ID(t)
	}
	if res := d.people[by].Pass(t, caseID, d.identities[by], queue, who); res.Status != want {
		t.Errorf("%s passes on (%s%s): %d, want %d\n%s", by, queue, who, res.Status, want, res.Body)
	}
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	d := newDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	r := d.SendReport(t, "power-harassment", "own", "A report that goes elsewhere.")
	d.wantOpens(t, "before", r.CaseID, "aiko", "ken")
	d.wantSees(t, "before", "carla", r.CaseID, false)
	stale, _ := d.people["aiko"].Passing(t, r.CaseID, d.identities["aiko"], "compliance", "")
	d.join(t, "dora", "compliance")
	if res := d.people["aiko"].Post(t, "/api/desk/cases/"+r.CaseID+"/pass", stale); res.Status != http.StatusConflict || rig.ProblemOf(t, res).Error != "stale" {
		t.Errorf("sealed before somebody joined: %d %s", res.Status, res.Body)
	}
	d.wantOpens(t, "after what was refused", r.CaseID, "aiko", "ken")
	d.pass(t, "aiko", r.CaseID, "procurement", "", http.StatusConflict) // nobody there
	d.pass(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
	d.wantOpens(t, "after", r.CaseID, "carla", "dora")
	for name, sees := range map[string]bool{"aiko": false, "ken": false, "carla": true, "dora": true} {
		d.wantSees(t, "after", name, r.CaseID, sees)
	}
	if got := d.Conversation(t, r); got.Queue != "compliance" || got.State != "received" {
		t.Errorf("the reporter is told of %s, %s", got.Queue, got.State)
	}
	d.pass(t, "ken", r.CaseID, "compliance", "", http.StatusNotFound)
}

// Whoever is excluded loses key, case, list, count and search in the same moment;
// when the last one goes, the case goes on.
func TestExclusion(t *testing.T) {
	t.Parallel()
	d := newDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "ivo": "independent"})
	r := d.SendReport(t, "power-harassment", "own", "Ken did this.")
	d.pass(t, "aiko", r.CaseID, "", "ken", http.StatusCreated)
	d.wantOpens(t, "ken is excluded", r.CaseID, "aiko")
	d.wantSees(t, "ken is excluded", "ken", r.CaseID, false)
	d.wantSees(t, "ken is excluded", "aiko", r.CaseID, true)
	d.pass(t, "ken", r.CaseID, "", "aiko", http.StatusNotFound)
	d.pass(t, "aiko", r.CaseID, "", "aiko", http.StatusCreated)
	d.wantOpens(t, "aiko recused herself", r.CaseID, "carla")
	d.wantSees(t, "aiko recused herself", "aiko", r.CaseID, false)
	d.pass(t, "carla", r.CaseID, "", "carla", http.StatusCreated)
	d.wantOpens(t, "carla recused herself", r.CaseID, "ivo")
	d.pass(t, "ivo", r.CaseID, "", "ivo", http.StatusConflict)
	d.wantOpens(t, "nobody would be left", r.CaseID, "ivo")
	d.pass(t, "ivo", r.CaseID, "hr", "", http.StatusConflict) // all of HR are excluded

	c, _ := d.people["ivo"].Case(t, r.CaseID)
	body := c.Note(t, "It was another Aiko.")
	body["who"] = d.people["aiko"].ID(t)
	if res := d.people["ivo"].Post(t, "/api/desk/cases/"+r.CaseID+"/readmit", body); res.Status != http.StatusCreated {
		t.Errorf("readmitting: %d\n%s", res.Status, res.Body)
	}
	d.pass(t, "ivo", r.CaseID, "hr", "", http.StatusCreated)
	d.wantOpens(t, "back at HR", r.CaseID, "aiko")
	d.wantSees(t, "back at HR", "ken", r.CaseID, false)
}

// Kill -9 in the middle of hand-overs: each case is opened by one desk or by the
// other, by all of them and nobody else.
func TestKillWhileCasesAreHandedOver(t *testing.T) {
	t.Parallel()
	const cases, cycles = 60, 12
	d := newDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "dora": "compliance"})
	in := d.Intake(t)
	var bodies []map[string]any
	var ids []string
	for range cases {
		r := rig.NewReporter(t)
		in.Form = d.Intake(t).Form
		if res := d.PostJSON(t, "/api/reports", r.Seal(t, in, "power-harassment", "own", "One of many.")); res.Status != http.StatusCreated {
			t.Fatalf("the report: %d\n%s", res.Status, res.Body)
		}
		body, refused := d.people["aiko"].Passing(t, r.CaseID, d.identities["aiko"], "compliance", "")
		if body == nil {
			t.Fatalf("the plan: %d\n%s", refused.Status, refused.Body)
		}
		ids, bodies = append(ids, r.CaseID), append(bodies, body)
	}
	acked := map[string]bool{}
	for next, cycle := 0, 0; cycle < cycles; cycle++ {
		done := make(chan int)
		go func() { done <- d.handOverFrom(t, next, ids, bodies, acked) }()
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
	d.wantOpens(t, "the first", ids[0], strings.Fields(rig.Names(d.Keys(t, ids[0])))...)
	t.Logf("%d acknowledged, %d moved, of %d in %d cycles", len(acked), moved, cases, cycles)
}

// handOverFrom hands cases over until the server is gone, and returns where to go
// on: the one without an answer is left as it is.
func (d desks) handOverFrom(t *testing.T, next int, ids []string, bodies []map[string]any, acked map[string]bool) int {
	for ; next < len(ids); next++ {
		r := d.JSONRequest(t, "/api/desk/cases/"+ids[next]+"/pass", bodies[next])
		for name, value := range d.people["aiko"].Cookies {
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
	d := newDesks(t, map[string]string{"aiko": "hr"})
	var ids []string
	for range 42 {
		ids = append(ids, d.SendReport(t, "power-harassment", "own", "One of 42.").CaseID)
	}
	d.join(t, "ken", "hr")
	ken := d.people["ken"].ID(t)
	kills := 0
	for kills < 5 {
		dead := make(chan struct{})
		stop := time.AfterFunc(2*time.Millisecond+rand.N(60*time.Millisecond), func() { d.Kill(); close(dead) })
		err := d.grantAll(t, "aiko", ken)
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
	if err := d.grantAll(t, "aiko", ken); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if got := rig.Names(d.Keys(t, id)); got != "aiko ken" {
			t.Errorf("in the end: keys of %q", got)
		}
	}
	d.wantOpens(t, "in the end", ids[0], "aiko", "ken")
	d.wantOpens(t, "in the end", ids[41], "aiko", "ken")
}

// grantAll gives somebody keys as the page of access does, and returns the error
// of a server that is gone.
func (d desks) grantAll(t *testing.T, by, to string) error {
	for after := ""; ; {
		var batch struct {
			Recipient string
			Keys      []struct {
				Case string
				Key  []byte
			}
		}
		res, err := d.try(t, by, "/api/desk/access/keys", map[string]any{"to": to, "source": "own", "after": after})
		if err != nil {
			return err
		}
		rig.Decode(t, res, &batch)
		if len(batch.Keys) == 0 {
			return nil
		}
		keys := map[string][]byte{}
		for _, k := range batch.Keys {
			keys[k.Case], _ = rig.Reseal(t, k.Key, d.identities[by], batch.Recipient)
			after = k.Case
		}
		if _, err := d.try(t, by, "/api/desk/access/grant", map[string]any{"to": to, "recipient": batch.Recipient, "keys": keys}); err != nil {
			return err
		}
	}
}

// try sends a request that may meet no server.
func (d desks) try(t *testing.T, by, path string, body any) (rig.Response, error) {
	r := d.JSONRequest(t, path, body)
	for name, value := range d.people[by].Cookies {
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
	d := newDesks(t, map[string]string{"aiko": "hr", "ken": "hr"})
	r := d.SendReport(t, "power-harassment", "own", "Read by both.")
	d.wantOpens(t, "before", r.CaseID, "aiko", "ken")
	link := rig.Run(t, "handler", "invite", "--data", d.Data, "--email", "ken@desk.example")
	again := d.NewDesk("ken@desk.example")
	_, d.identities["ken"] = again.Enrol(t, rig.TokenIn(t, link), nil)
	d.people["ken"] = again
	if c, _ := again.Case(t, r.CaseID); len(c.Key) != 0 {
		t.Error("a key that is sealed to the lost identity is handed out")
	}
	if err := d.grantAll(t, "aiko", again.ID(t)); err != nil {
		t.Fatal(err)
	}
	d.wantOpens(t, "after", r.CaseID, "aiko", "ken")
	c, _ := again.Case(t, r.CaseID)
	if identity, err := crypto.OpenCaseKey(c.Key, d.identities["ken"]); err != nil || identity.Recipient().String() != c.Case.Recipient {
		t.Errorf("the new key: %v", err)
	}
	rig.Run(t, "handler", "disable", "--data", d.Data, "--yes", "ken@desk.example")
	d.wantOpens(t, "disabled", r.CaseID, "aiko")
	if alive(t, again) {
		t.Error("who was disabled is still signed in")
	}
}

// A case's id in an entry of the audit log is all that the log says of it.
func TestAuditLogHoldsNoContent(t *testing.T) {
	t.Parallel()
	d := newDesks(t, map[string]string{"aiko": "hr", "carla": "compliance"})
	r := d.SendReport(t, "power-harassment", "own", "Canary in the audit log.")
	d.pass(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
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
