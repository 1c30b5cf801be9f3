package api

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// A case is classified before it is closed, by whoever reads it; of two at once one is
// told. What is sealed stands nowhere in the clear, exports carry it, and the log says
// that it was done and nothing more.
func TestClassification(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"})
	r := rig.NewReporter(t)
	d.Accept(t, r.Seal(t, d.Intake(t), "power-harassment", "own", "x"))
	at := "/api/desk/cases/" + r.CaseID
	post := func(who string, body map[string]any) rig.Response {
		t.Helper()
		return d.People[who].Post(t, at+"/classification", body)
	}
	write := func(text string, move map[string]string) rig.Response {
		t.Helper()
		return writes(t, d.People["aiko"], r, text, move)
	}
	if res := write("Received.", map[string]string{"from": "received", "to": "acknowledged", "outcome": ""}); res.Status != http.StatusCreated {
		t.Fatalf("acknowledging = %d\n%s", res.Status, res.Body)
	}
	closing := map[string]string{"from": "acknowledged", "to": "closed", "outcome": "partly"}
	refusedAs(t, "closing before it is classified", write("Closed.", closing), http.StatusConflict, "unclassified")

	c, _ := d.People["aiko"].Case(t, r.CaseID)
	as := crypto.Classification{Areas: []string{"retaliation"}, Severity: 4, Place: "Canary hangar", Flags: []string{"retaliation-found"},
		Allegations: []crypto.Allegation{{Text: "Canary allegation", Outcome: "partly"}}}
	body := c.ClassificationBody(t, as)
	if res := post("carla", body); res.Status != http.StatusNotFound {
		t.Errorf("by somebody of another desk = %d", res.Status)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var statuses []int
	for _, who := range []string{"aiko", "ken", "aiko", "ken"} {
		all.Go(func() {
			res := post(who, body)
			mu.Lock()
			defer mu.Unlock()
			statuses = append(statuses, res.Status)
		})
	}
	all.Wait()
	if slices.Sort(statuses); !slices.Equal(statuses, []int{201, 409, 409, 409}) {
		t.Errorf("four at once = %d", statuses)
	}
	c, _ = d.People["ken"].Case(t, r.CaseID)
	identity, err := crypto.OpenCaseKey(c.Key, d.Identities["ken"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := crypto.OpenClassification(c.Classification, identity, r.CaseID)
	if err != nil || got.Place != as.Place || got.Severity != 4 || c.ClassificationVersion != 1 || c.LabelsVersion != 1 || c.Case.Kind != "report" {
		t.Errorf("what the colleague reads: %+v, version %d, labels %d, kind %q (%v)", got, c.ClassificationVersion, c.LabelsVersion, c.Case.Kind, err)
	}
	if res := write("Closed.", closing); res.Status != http.StatusCreated {
		t.Fatalf("closing = %d\n%s", res.Status, res.Body)
	}
	if res := post("ken", c.ClassificationBody(t, as)); res.Status != http.StatusCreated {
		t.Errorf("a correction after closing = %d\n%s", res.Status, res.Body)
	}
	var noted []string
	c, _ = d.People["ken"].Case(t, r.CaseID)
	for _, e := range c.Events {
		noted = append(noted, e.What+" "+e.To)
	}
	if want := []string{"state acknowledged", "kind report", "classified ", "state closed", "classified corrected"}; !slices.Equal(noted, want) {
		t.Errorf("the timeline has %q, want %q", noted, want)
	}
}

// writes has a handler write to a reporter, and move the case with it.
func writes(t *testing.T, by *rig.Desk, r *rig.Reporter, text string, move map[string]string) rig.Response {
	t.Helper()
	c, _ := by.Case(t, r.CaseID)
	recipient, err := crypto.ParseRecipient(c.Case.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	seq := c.Case.LastSeq + 1
	sealed, err := crypto.SealMessage(crypto.Message{Case: r.CaseID, Seq: seq, From: "desk", On: c.On, Language: "en", Text: text}, recipient, r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return by.Post(t, "/api/desk/cases/"+r.CaseID+"/messages", map[string]any{"form": c.Form, "from": "desk", "kind": "", "seq": seq, "message": sealed, "files": []string{}, "move": move})
}
