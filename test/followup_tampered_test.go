package test

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// sealMessage puts a message into the database as a handler's browser would
// have, or as an attacker would like to: sealed well, with whatever it says.
func sealMessage(t *testing.T, s *rig.Server, receipt string, m crypto.Message, from string) {
	t.Helper()
	id := s.CaseID(t, receipt)
	seq := s.Count(t, `SELECT last_seq FROM cases WHERE id = $1`, id) + 1
	s.Exec(t, `INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES (random(), $1, $2, $3, '', '2026-11-24', 0, '', $4)`, id, seq, from, seal(t, s, receipt, m))
	s.Exec(t, `UPDATE cases SET last_seq = $2 WHERE id = $1`, id, seq)
}

// seal seals a message to the reporter and the case.
func seal(t *testing.T, s *rig.Server, receipt string, m crypto.Message) []byte {
	t.Helper()
	sealed, err := crypto.SealMessage(m, recipientsOf(t, s, receipt)...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// recipientsOf are the case and the reporter, as they stand in the database for
// everybody to use.
func recipientsOf(t *testing.T, s *rig.Server, receipt string) (to []crypto.Recipient) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	var caseRecipient, reporter string
	if err := db.QueryRow(`SELECT recipient, reporter_recipient FROM cases WHERE id = $1`, s.CaseID(t, receipt)).Scan(&caseRecipient, &reporter); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{caseRecipient, reporter} {
		r, err := crypto.ParseRecipient(line)
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, r)
	}
	return to
}

// tamper changes the sealed bytes of a message.
func tamper(t *testing.T, s *rig.Server, id string, seq int, change func(sealed []byte) []byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	var sealed []byte
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = $1 AND seq = $2`, id, seq).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE messages SET sealed = $3 WHERE case_id = $1 AND seq = $2`, id, seq, change(sealed)); err != nil {
		t.Fatal(err)
	}
}

// A message that somebody changed, cut, swapped or moved is shown as broken,
// never as text, and the rest of the conversation is still there.
func TestTamperedMessagesAreShownAsBroken(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "secret of the report"}})
	other := s.Report(t, "en", []rig.Field{{Name: "text", Value: "secret of another"}})
	message := withForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "secret of the message"})
	if res := s.PostFields(t, "/en/follow-up/message", message...); res.Status != http.StatusOK {
		t.Fatalf("message = %d", res.Status)
	}
	id, otherID := s.CaseID(t, receipt), s.CaseID(t, other)
	original := sealedMessage(t, s, id, 1)
	flipAt := func(i int) func([]byte) []byte {
		return func(b []byte) []byte {
			b = bytes.Clone(b)
			b[(i+len(b))%len(b)] ^= 1
			return b
		}
	}
	if err := s.Stop(t); err != nil {
		t.Fatal(err)
	}
	tamper(t, s, id, 1, flipAt(-1))
	s.Restart(t)
	checkBroken(t, s, receipt, "while it was stopped")
	tamper(t, s, id, 1, func([]byte) []byte { return original })
	for name, change := range map[string]func([]byte) []byte{
		"the first byte": flipAt(0), "a recipient": flipAt(200), "the header's MAC": flipAt(bytes.Index(original, []byte("\n---")) + 6), "the text": flipAt(-4000), "the last byte": flipAt(-1),
		"cut":        func(b []byte) []byte { return b[:len(b)-17] },
		"half":       func(b []byte) []byte { return b[:len(b)/2] },
		"lengthened": func(b []byte) []byte { return append(bytes.Clone(b), 0) },
		"noise":      func(b []byte) []byte { return bytes.Repeat([]byte{'x'}, len(b)) },
		"plain text": func([]byte) []byte {
			return []byte(`{"v":1,"case":"` + id + `","seq":1,"from":"report","text":"forged"}`)
		},
		"one byte":       func([]byte) []byte { return []byte{0} },
		"another case's": func([]byte) []byte { return sealedMessage(t, s, otherID, 1) },
		"the other one":  func([]byte) []byte { return sealedMessage(t, s, id, 2) },
		"sealed, moved": func([]byte) []byte {
			return seal(t, s, receipt, crypto.Message{Case: id, Seq: 7, From: "report", Text: "forged"})
		},
		"sealed, other sender": func([]byte) []byte {
			return seal(t, s, receipt, crypto.Message{Case: id, Seq: 1, From: "desk", Text: "forged"})
		},
		"sealed, other case": func([]byte) []byte {
			return seal(t, s, receipt, crypto.Message{Case: otherID, Seq: 1, From: "report", Text: "forged"})
		},
	} {
		tamper(t, s, id, 1, change)
		checkBroken(t, s, receipt, name)
		tamper(t, s, id, 1, func([]byte) []byte { return original })
	}
	if res := lookUp(t, s, "en", receipt); !strings.Contains(res.Body, "secret of the report") {
		t.Error("the untouched message is not shown: this test sees nothing")
	}
}

func checkBroken(t *testing.T, s *rig.Server, receipt, name string) {
	t.Helper()
	res := lookUp(t, s, "en", receipt)
	if res.Status != http.StatusOK || !strings.Contains(res.Body, html.EscapeString(texts(t, "en").T("conversation.broken"))) {
		t.Errorf("%s = %d, not shown as broken", name, res.Status)
	}
	if strings.Contains(res.Body, "secret of the report") || strings.Contains(res.Body, "secret of another") || strings.Contains(res.Body, "forged") {
		t.Errorf("%s: shown as text", name)
	}
	if strings.Count(res.Body, "secret of the message") != 1 {
		t.Errorf("%s: the other message is shown %d times", name, strings.Count(res.Body, "secret of the message"))
	}
}

func sealedMessage(t *testing.T, s *rig.Server, id string, seq int) (sealed []byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = $1 AND seq = $2`, id, seq).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// Keys that somebody changed in a case do not bring it down either.
func TestTamperedCaseIsNoServerFault(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}})
	id := s.CaseID(t, receipt)
	for _, set := range []string{"state = 'purged'", "reporter_recipient = 'age1pq1broken'", "recipient = ''", "received = 'never'", "queue = 'nowhere'", "outcome = 'referred'", "last_seq = 99"} {
		s.Exec(t, "UPDATE cases SET "+set+" WHERE id = $1", id)
		res := lookUp(t, s, "en", receipt)
		if res.Status != http.StatusOK {
			t.Errorf("after %s = %d", set, res.Status)
		}
		page := withForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "kept while broken"})
		if res := s.PostFields(t, "/en/follow-up/message", page...); res.Status >= 500 && !strings.Contains(res.Body, "kept while broken") {
			t.Errorf("after %s a message = %d and is lost", set, res.Status)
		}
	}
	if strings.Contains(s.Log(), "panic") || strings.Contains(s.Log(), "kept while broken") {
		t.Errorf("the log:\n%s", s.Log())
	}
}
