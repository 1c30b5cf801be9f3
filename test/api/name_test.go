package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// namesOf returns the sealed names of all cases.
func namesOf(t *testing.T, s *rig.Server) (names [][]byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	rows, err := db.Query(`SELECT sealed FROM reporter_names`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sealed []byte
		if err := rows.Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		names = append(names, sealed)
	}
	return names
}

// The name stands apart from the report, and every report has one of the same
// size: who is anonymous does not show.
func TestNameIsSealedApart(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	desk := handlers["compliance"]
	named := s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}, {Name: "where", Value: "here"}, {Name: "identity", Value: "desk"},
		{Name: "name", Value: " Ünïcode Ωmega "}, {Name: "contact", Value: "a+b@example.org"}})
	anonymous := s.Report(t, "ja", []rig.Field{{Name: "text", Value: "another"}})
	c := s.Case(t, named, desk)
	if want := map[string]string{"name": "Ünïcode Ωmega", "contact": "a+b@example.org"}; !maps.Equal(c.Name, want) {
		t.Errorf("the name is %v", c.Name)
	}
	if want := map[string]string{"where": "here", "identity": "desk"}; !maps.Equal(c.Messages[0].Fields, want) {
		t.Errorf("the report says %v", c.Messages[0].Fields)
	}
	if got := s.Case(t, anonymous, desk); len(got.Name) != 0 || len(got.Messages[0].Fields) != 0 {
		t.Errorf("an anonymous report says %v, %v", got.Name, got.Messages[0].Fields)
	}
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, s.Intake(t), "bribery", "", "with scripts"))
	names := namesOf(t, s)
	if len(names) != 3 {
		t.Fatalf("%d names", len(names))
	}
	for _, sealed := range names {
		if n, err := crypto.CheckSealedBytes(sealed, 2); err != nil || n != crypto.MessageSize {
			t.Errorf("a name holds %d bytes, %v", n, err)
		}
	}
	for _, opener := range []crypto.Identity{r.Identity, r.Case} {
		if _, err := crypto.OpenMessage(lastName(t, s, r.CaseID), opener, r.CaseID, 1, crypto.FromName); err != nil {
			t.Errorf("the name does not open: %v", err)
		}
	}
	// With the age command, and nothing of ours.
	sh := rig.Shell(t, rig.Age(t))
	sh(c.Dir, "age -d -i "+desk.File+" -o case.txt keys/compliance@desk.example.age")
	if told := sh(c.Dir, "age -d -i case.txt 0001-report.json.age"); strings.Contains(told, "mega") || strings.Contains(told, "example.org") {
		t.Errorf("the report says who wrote it: %s", told)
	}
	var m crypto.Message
	told := sh(c.Dir, "age -d -i case.txt name.json.age")
	if err := json.Unmarshal([]byte(told), &m); err != nil || m.From != "name" || m.Text != "" || m.Fields["name"] != "Ünïcode Ωmega" {
		t.Errorf("age prints %s", told)
	}
}

func lastName(t *testing.T, s *rig.Server, caseID string) (sealed []byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT sealed FROM reporter_names WHERE case_id = $1`, caseID).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// A name that is not sealed as it must be is refused, and so is a report without.
func TestNamesThatAreNotSealed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	good := r.Seal(t, in, "bribery", "", "a report")
	own, reporter := r.Case.Recipient(), r.Identity.Recipient()
	for name, sealed := range map[string]any{
		"none": []byte{}, "null": nil, "plain": []byte(strings.Repeat("Hanako ", 1000)), "for the case alone": sealTo(t, 4096, own),
		"for three": sealTo(t, 4096, own, reporter, own), "not padded": sealTo(t, 4097, own, reporter),
	} {
		refusedAs(t, name, s.PostJSON(t, "/api/reports", good.With("name", sealed)), 400, "malformed")
	}
	s.Accept(t, good)
	refusedAs(t, "another name", s.PostJSON(t, "/api/reports", good.With("name", r.SealName(t, in.On, map[string]string{"name": "x"}))), 409, "exists")
}

// A form that is sent again says nothing of the name in the conversation: what is
// new joins what lies apart, for those who are designated.
func TestRepeatedFormKeepsTheNameApart(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	token := s.FormToken(t, "/en/report")
	send := func(text, name, contact string) string {
		t.Helper()
		res := s.Post(t, "/en/report", rig.WithForm(token, rig.Field{Name: "text", Value: text}, rig.Field{Name: "identity", Value: "desk"}, rig.Field{Name: "name", Value: name}, rig.Field{Name: "contact", Value: contact}))
		if res.Status != http.StatusCreated {
			t.Fatalf("%s = %d\n%s", text, res.Status, res.Body)
		}
		return rig.Receipt(t, res.Body)
	}
	receipt := send("first", "Hanako", "")
	send("second", "Hanako", "")
	send("third", "Hanako", "hanako@home.example")
	c := s.Case(t, receipt, handlers["compliance"])
	if len(c.Messages) != 3 || !maps.Equal(c.Name, map[string]string{"name": "Hanako", "contact": "hanako@home.example"}) {
		t.Fatalf("%+v", c)
	}
	for _, m := range c.Messages[1:] {
		if want := map[string]string{"identity": "desk"}; !maps.Equal(m.Fields, want) {
			t.Errorf("a further message says %v", m.Fields)
		}
	}
}

// The recovery recipient gets every case as well, and the page says so. A queue
// that nobody else reads is closed all the same.
func TestRecoveryRecipient(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "carla": "compliance"})
	if strings.Contains(d.Get(t, "/en/report").Body, `id="recovery"`) {
		t.Error("the page tells of a recovery key that is not there")
	}
	safe, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	d.Identities["recovery"] = safe
	d.Exec(t, `UPDATE recovery SET recipient = $1, key_version = key_version + 1`, safe.Recipient().String())
	d.Show(t, "aiko", "HR manager")
	in := intakeNow(t, d.Server)
	if in.Handlers["recovery"] != safe.Recipient().String() || len(in.Queues["hr"]) != 2 || len(in.Queues["procurement"]) != 0 {
		t.Errorf("offered are %v", in.Queues)
	}
	for _, lang := range []string{"ja", "en", "es", "pt", "zh"} {
		if !strings.Contains(d.Get(t, "/"+lang+"/report").Body, `id="recovery"`) {
			t.Errorf("%s: the page says nothing of the recovery key", lang)
		}
	}
	r := d.SendReport(t, "power-harassment", "own", "with scripts")
	d.WantOpens(t, "with scripts", r.CaseID, "aiko", "recovery")
	form := d.Report(t, "en", []rig.Field{{Name: "text", Value: "without scripts"}})
	d.WantOpens(t, "without scripts", d.CaseID(t, form), "carla", "recovery")
	alone := rig.NewReporter(t)
	d.Server.Accept(t, excluding(t, d, alone, in, "compliance", d.People["aiko"].ID(t)))
	d.WantOpens(t, "only the recovery recipient left at HR", alone.CaseID, "carla", "recovery")

	without := rig.NewReporter(t)
	report := without.Seal(t, in, "power-harassment", "own", "not for the safe")
	delete(report["keys"].(map[string][]byte), "recovery")
	delete(report["sealed_to"].(map[string]string), "recovery")
	refusedAs(t, "not sealed to the recovery recipient", d.PostJSON(t, "/api/reports", report), 409, "stale")
	d.Exec(t, `UPDATE recovery SET recipient = $1, key_version = key_version + 1`, r.Case.Recipient().String())
	refusedAs(t, "sealed to an old one", d.PostJSON(t, "/api/reports", without.Seal(t, in, "power-harassment", "own", "x")), 409, "stale")
	rig.Run(t, "handler", "disable", "--yes", "--data", d.Data, "carla@desk.example")
	refusedAs(t, "nobody else", d.PostJSON(t, "/api/reports", without.Seal(t, in, "bribery", "", "x")), 503, "closed")
}
