package rig

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
)

// DeskCase is CASE of docs/desk-api.md, as far as tests that transfer or classify a
// case need it.
type DeskCase struct {
	Form, On string
	Key      []byte
	Case     struct {
		ID, Queue, Branch, Entity, Kind, State, Recipient, Assignee string
		ReporterRecipient                                           string `json:"reporter_recipient"`
		LastSeq                                                     int    `json:"last_seq"`
	}
	Labels, Classification []byte
	LabelsVersion          int `json:"labels_version"`
	ClassificationVersion  int `json:"classification_version"`

	Events     []struct{ What, From, To, By string }
	Exclusions []struct{ Who, Kind, By string }
	Queues     []string
	Excludable []string
	Name       struct{ Held, Designated bool }
}

// Case asks for a case as the desk's scripts do.
func (d *Desk) Case(t testing.TB, id string) (c DeskCase, status int) {
	t.Helper()
	res := d.Get(t, "/api/desk/cases/"+id)
	if res.Status == http.StatusOK {
		Decode(t, res, &c)
	}
	return c, res.Status
}

// Note seals a note for the next number of a case.
func (c DeskCase) Note(t testing.TB, text string) map[string]any {
	t.Helper()
	recipient, err := crypto.ParseRecipient(c.Case.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	seq := c.Case.LastSeq + 1
	sealed, err := crypto.SealMessage(crypto.Message{Case: c.Case.ID, Seq: seq, From: "note", On: c.On, Language: "en", Text: text}, recipient)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"seq": seq, "message": sealed}
}

// Message seals a message to the reporter for the next number of a case.
func (c DeskCase) Message(t testing.TB, text string) []byte {
	t.Helper()
	var to []crypto.Recipient
	for _, recipient := range []string{c.Case.Recipient, c.Case.ReporterRecipient} {
		r, err := crypto.ParseRecipient(recipient)
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, r)
	}
	sealed, err := crypto.SealMessage(crypto.Message{Case: c.Case.ID, Seq: c.Case.LastSeq + 1, From: "desk", On: c.On, Language: "en", Text: text}, to...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// Investigate asks to move a case from a state to investigating.
func (d *Desk) Investigate(t testing.TB, id, from string) Response {
	t.Helper()
	c, _ := d.Case(t, id)
	return d.Post(t, "/api/desk/cases/"+id+"/messages", c.Investigation(t, from))
}

// Investigation is the request to move the case from a state to investigating: the message
// to the reporter, and the note before it.
func (c DeskCase) Investigation(t testing.TB, from string) map[string]any {
	t.Helper()
	note := c.Note(t, "Does anybody who reads this case depend on the person concerned? No.")
	c.Case.LastSeq++
	return map[string]any{
		"form": c.Form, "from": "desk", "kind": "", "seq": c.Case.LastSeq + 1, "message": c.Message(t, "We are investigating what you reported."), "files": []string{}, "note": note,
		"move": map[string]string{"from": from, "to": "investigating", "outcome": ""},
	}
}

// TransferBody is the body of a request that transfers a case, sealed as the plan of
// the server wants it.
func (d *Desk) TransferBody(t testing.TB, id string, mine crypto.Identity, queue, who string) (body map[string]any, refused Response) {
	t.Helper()
	c, status := d.Case(t, id)
	if status != http.StatusOK {
		return nil, Response{Status: status}
	}
	res := d.Post(t, "/api/desk/cases/"+id+"/transfer/plan", map[string]string{"queue": queue, "entity": entityOf(c, who), "who": who})
	if res.Status != http.StatusOK {
		return nil, res
	}
	var plan struct {
		SealTo []struct{ ID, Recipient string } `json:"seal_to"`
	}
	Decode(t, res, &plan)
	body = c.Note(t, "Why this is so")
	keys, sealedTo := map[string][]byte{}, map[string]string{}
	for _, r := range plan.SealTo {
		keys[r.ID], sealedTo[r.ID] = Reseal(t, c.Key, mine, r.Recipient)
	}
	body["queue"], body["who"], body["seen"], body["keys"], body["sealed_to"] = queue, who, c.Case.Branch, keys, sealedTo
	body["entity"] = entityOf(c, who)
	return body, Response{}
}

// entityOf is what a case stays about when it is handed over, "" for an exclusion.
func entityOf(c DeskCase, who string) string {
	if who != "" {
		return ""
	}
	return c.Case.Entity
}

// Transfer hands a case over to a queue, or excludes somebody from it.
func (d *Desk) Transfer(t testing.TB, id string, mine crypto.Identity, queue, who string) Response {
	t.Helper()
	body, refused := d.TransferBody(t, id, mine, queue, who)
	if body == nil {
		return refused
	}
	return d.Post(t, "/api/desk/cases/"+id+"/transfer", body)
}

// Reseal opens a case's key and seals it to somebody else, whose fingerprint it
// returns too.
func Reseal(t testing.TB, key []byte, mine crypto.Identity, recipient string) (sealed []byte, fingerprint string) {
	t.Helper()
	identity, err := crypto.OpenCaseKey(key, mine)
	if err != nil {
		t.Fatal(err)
	}
	to, err := crypto.ParseRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err = crypto.SealCaseKey(identity, to); err != nil {
		t.Fatal(err)
	}
	return sealed, crypto.Fingerprint(to)
}

// ID is the handler's, who is signed in.
func (d *Desk) ID(t testing.TB) string {
	t.Helper()
	var s DeskSession
	Decode(t, d.Get(t, "/api/desk/session"), &s)
	return s.Handler.ID
}

// Key is a row of the table of case keys.
type Key struct {
	Email  string // or "recovery"
	Sealed []byte
}

// Keys returns a case's keys out of the database, by address.
func (s *Server) Keys(t testing.TB, caseID string) (keys []Key) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	rows, err := db.Query(`SELECT coalesce(h.email, k.handler_id), k.sealed FROM case_keys k LEFT JOIN handlers h ON h.id = k.handler_id WHERE k.case_id = ?`, caseID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Key
		if err := rows.Scan(&k.Email, &k.Sealed); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.Email, b.Email) })
	return keys
}

// Names are the addresses of keys, separated by spaces.
func Names(keys []Key) string {
	var names []string
	for _, k := range keys {
		name, _, _ := strings.Cut(k.Email, "@")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// SendReport sends a report as a browser seals it, and returns who wrote it.
func (s *Server) SendReport(t testing.TB, category, subject, text string) *Reporter {
	t.Helper()
	r := NewReporter(t)
	if res := s.PostJSON(t, "/api/reports", r.Seal(t, s.Intake(t), category, subject, text)); res.Status != http.StatusCreated {
		t.Fatalf("the report: %d\n%s", res.Status, res.Body)
	}
	return r
}

// ClassificationBody is the body of a request that classifies a case as a report, sealed
// as the desk's scripts do. It has no labels but what repeats the classification.
func (c DeskCase) ClassificationBody(t testing.TB, as crypto.Classification) map[string]any {
	t.Helper()
	recipient, err := crypto.ParseRecipient(c.Case.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	as.Case = c.Case.ID
	sealed, err := crypto.SealClassification(as, recipient)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := crypto.SealLabels(crypto.Labels{Case: c.Case.ID, Area: as.Areas[0], Severity: as.Severity}, recipient)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"version": c.ClassificationVersion, "classification": sealed, "labels_version": c.LabelsVersion, "labels": labels, "seen_kind": c.Case.Kind, "kind": "report",
	}
}

// Classify classifies a case: it can be closed then.
func (d *Desk) Classify(t testing.TB, id, area string, severity int) {
	t.Helper()
	c, _ := d.Case(t, id)
	body := c.ClassificationBody(t, crypto.Classification{Areas: []string{area}, Severity: severity})
	if res := d.Post(t, "/api/desk/cases/"+id+"/classification", body); res.Status != http.StatusCreated {
		t.Fatalf("classifying: %d\n%s", res.Status, res.Body)
	}
}
