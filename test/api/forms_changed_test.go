package api

import (
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What somebody changes before they send the same form once more holds as well as
// what they sent first: danger is urgent then, whoever became anonymous has no name
// left, and who asks for advice after all reads the words for it.
func TestAChangedFormChangesWhatItSaid(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	token := s.FormToken(t, "/en/report")
	send := func(fields ...rig.Field) string {
		t.Helper()
		res := s.Post(t, "/en/report", rig.WithForm(token, append([]rig.Field{{Name: "text", Value: "gas"}}, fields...)...))
		if res.Status != http.StatusCreated {
			t.Fatalf("%v = %d", fields, res.Status)
		}
		return rig.Receipt(t, res.Body)
	}
	receipt := send(rig.Field{Name: "identity", Value: "named"}, rig.Field{Name: "name", Value: "Ana Real"}, rig.Field{Name: "kind", Value: "report"})
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE urgent = 1`); n != 0 {
		t.Fatal("urgent at first")
	}
	send(rig.Field{Name: "identity", Value: "anonymous"}, rig.Field{Name: "danger", Value: "yes"}, rig.Field{Name: "kind", Value: "consultation"})
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE urgent = 1 AND danger = 'open' AND due = received`); n != 1 {
		t.Error("danger on the second sending is not urgent")
	}
	c := s.Case(t, receipt, handlers["compliance"])
	if len(c.Name) != 0 {
		t.Errorf("whoever became anonymous is still %v", c.Name)
	}
	if f := c.Messages[1].Fields; f["identity"] != "anonymous" || f["kind"] != "consultation" || f["danger"] != "yes" {
		t.Errorf("the second message says %v", f)
	}
	if page := s.FollowUp(t, "en", receipt).Body; !strings.Contains(page, rig.Texts(t, "en").T("consultation.conversation.title")) {
		t.Error("who asks for advice after all is not told so")
	}
	send(rig.Field{Name: "kind", Value: "report"}, rig.Field{Name: "identity", Value: "anonymous"})
	if page := s.FollowUp(t, "en", receipt).Body; strings.Contains(page, rig.Texts(t, "en").T("consultation.conversation.title")) {
		t.Error("a report is still called a question")
	}
}

// A sealed message can say that somebody is in danger as well.
func TestDangerInASealedMessageIsUrgent(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	res := s.PostJSON(t, "/api/follow-up/messages", r.Message(t, s.Intake(t).Form, 2, "somebody is in danger").With("danger", true))
	if n := s.Count(t, `SELECT count(*) FROM cases WHERE urgent = 1`); res.Status != http.StatusCreated || n != 1 {
		t.Errorf("%d, %d urgent cases", res.Status, n)
	}
}
