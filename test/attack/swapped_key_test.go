package attack

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// robbed is a server with a case, and the key of somebody who can write to its
// database.
func robbed(t *testing.T) (s *rig.Server, receipt, id string, thief crypto.Identity) {
	t.Helper()
	s, _ = rig.WithHandlers(t, "--limits", "off")
	receipt = s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}})
	thief, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return s, receipt, s.CaseID(t, receipt), thief
}

// Somebody who can write to the database puts a key of their own in the place of
// a case's. What the reporter adds is not sealed to it.
func TestSwappedKeyGetsNothing(t *testing.T) {
	t.Parallel()
	s, receipt, id, thief := robbed(t)
	send := func(files ...rig.File) rig.Response {
		fields := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "my name is on it"})
		return s.Post(t, "/en/follow-up/message", fields, files...)
	}
	if res := send(); res.Status != http.StatusOK {
		t.Fatalf("a message before the swap = %d", res.Status)
	}
	s.Exec(t, `UPDATE cases SET recipient = $2 WHERE id = $1`, id, thief.Recipient().String())
	for name, res := range map[string]rig.Response{"a message": send(), "a file": send(rig.File{Name: "a.txt", Content: strings.NewReader("content")})} {
		if res.Status != http.StatusConflict || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, "en").T("notice.key-changed"))) {
			t.Errorf("%s = %d, want 409 in words", name, res.Status)
		}
		if !strings.Contains(res.Body, "my name is on it") {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	for name, bound := range map[string]string{"without a binding": "", "with a binding of their own": crypto.NewReceipt([15]byte{1}).Bind(id, thief.Recipient())} {
		reporter := s.RecipientsOf(t, receipt)[1]
		forged, err := crypto.SealMessage(crypto.Message{Case: id, Seq: 1, From: "report", On: "2026-11-21", Text: "forged", Recipient: bound}, thief.Recipient(), reporter)
		if err != nil {
			t.Fatal(err)
		}
		s.Tamper(t, id, 1, func([]byte) []byte { return forged })
		if res := send(); res.Status != http.StatusConflict {
			t.Errorf("a message after a report was forged %s = %d, want 409", name, res.Status)
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM messages WHERE case_id = $1`, id); n != 2 {
		t.Errorf("%d messages, want the report and the first message", n)
	}
}

// The same for the reporter's own key: what is sealed to the reporter is sealed
// to the key of the receipt, whatever the database says.
func TestSwappedReporterKeyGetsNothing(t *testing.T) {
	t.Parallel()
	s, receipt, id, thief := robbed(t)
	s.Exec(t, `UPDATE cases SET reporter_recipient = $2 WHERE id = $1`, id, thief.Recipient().String())
	fields := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "more"})
	if res := s.PostFields(t, "/en/follow-up/message", fields...); res.Status != http.StatusOK || !strings.Contains(res.Body, "more") {
		t.Fatalf("a message = %d", res.Status)
	}
	if _, err := crypto.Open(s.SealedMessage(t, id, 2), thief); err == nil {
		t.Error("the message opens with the key that was put in")
	}
}
