package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// says has a handler say something of a meeting with a message.
func says(t *testing.T, by *rig.Desk, r *rig.Reporter, from string, meeting map[string]any) rig.Response {
	t.Helper()
	c, _ := by.Case(t, r.CaseID)
	recipient, err := crypto.ParseRecipient(c.Case.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	to := []crypto.Recipient{recipient}
	if from == "desk" {
		to = append(to, r.Identity.Recipient())
	}
	seq := c.Case.LastSeq + 1
	sealed, err := crypto.SealMessage(crypto.Message{Case: r.CaseID, Seq: seq, From: from, On: c.On, Language: "en", Text: "of the meeting"}, to...)
	if err != nil {
		t.Fatal(err)
	}
	return by.Post(t, "/api/desk/cases/"+r.CaseID+"/messages", map[string]any{"form": c.Form, "from": from, "kind": "", "seq": seq, "message": sealed, "files": []string{}, "move": nil, "meeting": meeting})
}

// meetingCase is a desk with a case.
func meetingCase(t *testing.T) (rig.Desks, *rig.Desk, *rig.Reporter) {
	t.Helper()
	s := rig.NewDesks(t, map[string]string{"ken": "hr"})
	r := rig.NewReporter(t)
	s.Accept(t, r.Seal(t, s.Intake(t), "power-harassment", "", "a report"))
	return s, s.People["ken"], r
}

// A reporter asks for a meeting in either way, and asking again changes nothing.
func TestMeetingIsAskedFor(t *testing.T) {
	t.Parallel()
	s, ken, r := meetingCase(t)
	c := s.Conversation(t, r)
	if c.Dates["meeting_by"] != "" || !strings.Contains(s.FollowUp(t, "en", r.Receipt.String()).Body, `id="meeting"`) {
		t.Errorf("before: %v", c.Dates)
	}
	refusedAs(t, "declined before it was asked", says(t, ken, r, "note", map[string]any{"declined": true}), 422, "meeting")
	page := s.FollowUp(t, "en", r.Receipt.String())
	res := s.PostFields(t, "/en/follow-up/message", rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "text", Value: ""}, rig.Field{Name: "meeting", Value: "asked"})...)
	if res.Status != http.StatusOK || !strings.Contains(res.Body, `id="meeting-open"`) || strings.Contains(res.Body, `id="meeting"`) || !strings.Contains(res.Body, "asks-meeting") {
		t.Fatalf("asking without scripts = %d\n%s", res.Status, res.Body)
	}
	c = s.Conversation(t, r)
	if c.Dates["meeting_asked"] != c.On || c.Dates["meeting_by"] <= c.On || c.LastSeq != 2 {
		t.Errorf("asked: %v, %d messages", c.Dates, c.LastSeq)
	}
	body := r.Message(t, c.Form, 3, "and once more")
	body["meeting"] = true
	if res := s.PostJSON(t, "/api/follow-up/messages", body); res.Status != http.StatusCreated {
		t.Fatalf("asking again = %d\n%s", res.Status, res.Body)
	}
	if again := s.Conversation(t, r); again.Dates["meeting_by"] != c.Dates["meeting_by"] || again.LastSeq != 3 {
		t.Errorf("asked again: %v", again.Dates)
	}
}

// A handler records a meeting, and its record is checked on the reporter's page, each once.
func TestMeetingIsRecordedAndChecked(t *testing.T) {
	t.Parallel()
	s, ken, r := meetingCase(t)
	c := s.Conversation(t, r)
	for seq := 2; seq < 4; seq++ {
		body := r.Message(t, s.Conversation(t, r).Form, seq, "let us meet")
		body["meeting"] = true
		if res := s.PostJSON(t, "/api/follow-up/messages", body); res.Status != http.StatusCreated {
			t.Fatalf("asking = %d\n%s", res.Status, res.Body)
		}
	}
	for what, said := range map[string]map[string]any{"before it was asked": {"held": "2020-01-01"}, "no day": {"held": "soon"}, "nothing": {}, "both": {"held": c.On, "declined": true}} {
		refusedAs(t, what, says(t, ken, r, "note", said), 422, "meeting")
	}
	refusedAs(t, "a note as the record", says(t, ken, r, "note", map[string]any{"held": c.On, "record": true}), 422, "meeting")
	if res := says(t, ken, r, "desk", map[string]any{"held": c.On, "record": true}); res.Status != http.StatusCreated {
		t.Fatalf("held = %d\n%s", res.Status, res.Body)
	}
	c = s.Conversation(t, r)
	if len(c.Statements) != 1 || c.Statements[0].Seq != 4 || c.Statements[0].State != "offered" || c.Dates["meeting_by"] != "" {
		t.Fatalf("held: %+v, %v", c.Statements, c.Dates)
	}
	page := s.FollowUp(t, "en", r.Receipt.String())
	if !strings.Contains(page.Body, `name="statement_of" value="4"`) || strings.Count(page.Body, `id="written-down"`) != 1 || !strings.Contains(page.Body, `id="meeting"`) {
		t.Errorf("the record to check:\n%s", page.Body)
	}
	res := s.PostFields(t, "/en/follow-up/message", rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "send", Value: "statement"},
		rig.Field{Name: "statement_of", Value: "4"}, rig.Field{Name: "statement", Value: "corrected"}, rig.Field{Name: "correction", Value: "not quite so"}, rig.Field{Name: "meeting", Value: "asked"})...)
	if c = s.Conversation(t, r); res.Status != http.StatusOK || c.Statements[0].State != "corrected" || c.Dates["meeting_by"] != "" || c.LastSeq != 5 {
		t.Errorf("the answer = %d: %+v, %v", res.Status, c.Statements, c.Dates)
	}
	if !strings.Contains(res.Body, `value="asked" aria-describedby="meeting-hint" checked`) {
		t.Error("the box that was ticked beside the answer is forgotten")
	}
	if res := says(t, ken, r, "desk", map[string]any{"record": true}); res.Status != http.StatusCreated {
		t.Fatalf("another record = %d\n%s", res.Status, res.Body)
	}
	answer := r.Message(t, s.Conversation(t, r).Form, 7, "")
	answer["statement"], answer["statement_of"] = "accepted", 4
	refusedAs(t, "an answer to the one before", s.PostJSON(t, "/api/follow-up/messages", answer), 409, "moved")
	answer["statement_of"], answer["form"] = 6, s.Conversation(t, r).Form
	if res := s.PostJSON(t, "/api/follow-up/messages", answer); res.Status != http.StatusCreated {
		t.Errorf("accepted = %d\n%s", res.Status, res.Body)
	}
	shown, _ := ken.Case(t, r.CaseID)
	var noted []string
	for _, e := range shown.Events {
		noted = append(noted, e.What+" "+e.To)
	}
	if want := []string{"meeting " + c.On, "meeting record", "meeting record"}; !slices.Equal(noted, want) {
		t.Errorf("the timeline has %q, want %q", noted, want)
	}
}
