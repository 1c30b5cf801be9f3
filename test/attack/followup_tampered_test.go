package attack

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// seal seals a message to the reporter and the case.
func seal(t *testing.T, s *rig.Server, receipt string, m crypto.Message) []byte {
	t.Helper()
	sealed, err := crypto.SealMessage(m, s.RecipientsOf(t, receipt)...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// A message that somebody changed, cut, swapped or moved is shown as broken,
// never as text, and the rest of the conversation is still there.
func TestTamperedMessagesAreShownAsBroken(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "secret of the report"}})
	other := s.Report(t, "en", []rig.Field{{Name: "text", Value: "secret of another"}})
	message := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "secret of the message"})
	if res := s.PostFields(t, "/en/follow-up/message", message...); res.Status != http.StatusOK {
		t.Fatalf("message = %d", res.Status)
	}
	id, otherID := s.CaseID(t, receipt), s.CaseID(t, other)
	original := s.SealedMessage(t, id, 1)
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
	s.Tamper(t, id, 1, flipAt(-1))
	s.Restart(t)
	checkBroken(t, s, receipt, "while it was stopped")
	s.Tamper(t, id, 1, func([]byte) []byte { return original })
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
		"another case's": func([]byte) []byte { return s.SealedMessage(t, otherID, 1) },
		"the other one":  func([]byte) []byte { return s.SealedMessage(t, id, 2) },
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
		s.Tamper(t, id, 1, change)
		checkBroken(t, s, receipt, name)
		s.Tamper(t, id, 1, func([]byte) []byte { return original })
	}
	if res := s.FollowUp(t, "en", receipt); !strings.Contains(res.Body, "secret of the report") {
		t.Error("the untouched message is not shown: this test sees nothing")
	}
}

func checkBroken(t *testing.T, s *rig.Server, receipt, name string) {
	t.Helper()
	res := s.FollowUp(t, "en", receipt)
	if res.Status != http.StatusOK || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, "en").T("conversation.broken"))) {
		t.Errorf("%s = %d, not shown as broken", name, res.Status)
	}
	if strings.Contains(res.Body, "secret of the report") || strings.Contains(res.Body, "secret of another") || strings.Contains(res.Body, "forged") {
		t.Errorf("%s: shown as text", name)
	}
	if strings.Count(res.Body, "secret of the message") != 1 {
		t.Errorf("%s: the other message is shown %d times", name, strings.Count(res.Body, "secret of the message"))
	}
}

// Keys that somebody changed in a case do not bring it down either.
func TestTamperedCaseIsNoServerFault(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}})
	id := s.CaseID(t, receipt)
	for _, set := range []string{"state = 'monitoring'", "reporter_recipient = 'age1pq1broken'", "recipient = ''", "received = 'never'", "branch = 'nowhere'", "branch = 'hr@nowhere'", "entity = 'nowhere'", "outcome = 'referred'", "last_seq = 99"} {
		s.Exec(t, "UPDATE cases SET "+set+" WHERE id = $1", id)
		res := s.FollowUp(t, "en", receipt)
		if res.Status != http.StatusOK {
			t.Errorf("after %s = %d", set, res.Status)
		}
		page := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "kept while broken"})
		if res := s.PostFields(t, "/en/follow-up/message", page...); res.Status >= 500 && !strings.Contains(res.Body, "kept while broken") {
			t.Errorf("after %s a message = %d and is lost", set, res.Status)
		}
	}
	if strings.Contains(s.Log(), "panic") || strings.Contains(s.Log(), "kept while broken") {
		t.Errorf("the log:\n%s", s.Log())
	}
}
