package api

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

func TestHandOver(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	r := d.SendReport(t, "power-harassment", "own", "A report that goes elsewhere.")
	d.WantOpens(t, "before", r.CaseID, "aiko", "ken")
	d.WantSees(t, "before", "carla", r.CaseID, false)
	stale, _ := d.People["aiko"].TransferBody(t, r.CaseID, d.Identities["aiko"], "compliance", "")
	d.Join(t, "dora", "compliance")
	if res := d.People["aiko"].Post(t, "/api/desk/cases/"+r.CaseID+"/transfer", stale); res.Status != http.StatusConflict || rig.ProblemOf(t, res).Error != "stale" {
		t.Errorf("sealed before somebody joined: %d %s", res.Status, res.Body)
	}
	d.WantOpens(t, "after what was refused", r.CaseID, "aiko", "ken")
	d.Transfer(t, "aiko", r.CaseID, "procurement", "", http.StatusConflict) // nobody there
	d.Transfer(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
	d.WantOpens(t, "after", r.CaseID, "carla", "dora")
	for name, sees := range map[string]bool{"aiko": false, "ken": false, "carla": true, "dora": true} {
		d.WantSees(t, "after", name, r.CaseID, sees)
	}
	if got := d.Conversation(t, r); got.Branch != "compliance" || got.State != "received" {
		t.Errorf("the reporter is told of %s, %s", got.Branch, got.State)
	}
	d.Transfer(t, "ken", r.CaseID, "compliance", "", http.StatusNotFound)
}

// Whoever is excluded loses key, case, list, count and search in the same moment;
// when the last one goes, the case goes on.
func TestExclusion(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance", "ivo": "independent"})
	r := d.SendReport(t, "power-harassment", "own", "Ken did this.")
	d.Transfer(t, "aiko", r.CaseID, "", "ken", http.StatusCreated)
	d.WantOpens(t, "ken is excluded", r.CaseID, "aiko")
	d.WantSees(t, "ken is excluded", "ken", r.CaseID, false)
	d.WantSees(t, "ken is excluded", "aiko", r.CaseID, true)
	d.Transfer(t, "ken", r.CaseID, "", "aiko", http.StatusNotFound)
	d.Transfer(t, "aiko", r.CaseID, "", "aiko", http.StatusCreated)
	d.WantOpens(t, "aiko recused herself", r.CaseID, "carla")
	d.WantSees(t, "aiko recused herself", "aiko", r.CaseID, false)
	d.Transfer(t, "carla", r.CaseID, "", "carla", http.StatusCreated)
	d.WantOpens(t, "carla recused herself", r.CaseID, "ivo")
	d.Transfer(t, "ivo", r.CaseID, "", "ivo", http.StatusConflict)
	d.WantOpens(t, "nobody would be left", r.CaseID, "ivo")
	d.Transfer(t, "ivo", r.CaseID, "hr", "", http.StatusConflict) // all of HR are excluded

	c, _ := d.People["ivo"].Case(t, r.CaseID)
	body := c.Note(t, "It was another Aiko.")
	body["who"] = d.People["aiko"].ID(t)
	if res := d.People["ivo"].Post(t, "/api/desk/cases/"+r.CaseID+"/readmit", body); res.Status != http.StatusCreated {
		t.Errorf("readmitting: %d\n%s", res.Status, res.Body)
	}
	d.Transfer(t, "ivo", r.CaseID, "hr", "", http.StatusCreated)
	d.WantOpens(t, "back at HR", r.CaseID, "aiko")
	d.WantSees(t, "back at HR", "ken", r.CaseID, false)
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
	if err := d.GrantAll(t, "aiko", again.ID(t)); err != nil {
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
	d.Transfer(t, "aiko", r.CaseID, "compliance", "", http.StatusCreated)
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
