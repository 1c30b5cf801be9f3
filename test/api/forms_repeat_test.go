package api

import (
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// A double click, a lost answer, a reloaded page: the same form makes one case,
// and shows the same receipt.
func TestRepeatedReportIsOneCase(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	fields := rig.WithForm(s.FormToken(t, "/ja/report"), rig.Typed()...)
	file := func() rig.File { return rig.TextFile("a.txt", 1000) }
	first := s.Post(t, "/ja/report", fields, file())
	receipt := rig.Receipt(t, first.Body)
	for range 3 {
		res := s.Post(t, "/ja/report", fields, file())
		if res.Status != http.StatusCreated || rig.Receipt(t, res.Body) != receipt {
			t.Errorf("repeated = %d", res.Status)
		}
	}
	if c := s.Case(t, receipt, handlers["compliance"]); s.Cases(t) != 1 || len(c.Messages) != 1 || len(s.SealedFiles(t)) != 1 {
		t.Fatalf("%d cases, %d messages, %d files", s.Cases(t), len(c.Messages), len(s.SealedFiles(t)))
	}
}

// What somebody changed before sending the same form again is not dropped.
func TestChangedRepeatIsAFurtherMessage(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	token := s.FormToken(t, "/en/report")
	text := func(text string) []rig.Field { return rig.WithForm(token, rig.Field{Name: "text", Value: text}) }
	receipt := rig.Receipt(t, s.Post(t, "/en/report", text("first")).Body)
	for name, send := range map[string]func() rig.Response{
		"other text": func() rig.Response { return s.Post(t, "/en/report", text("second")) },
		"another field": func() rig.Response {
			return s.Post(t, "/en/report", append(text("first"), rig.Field{Name: "where", Value: "here"}))
		},
		"with a file": func() rig.Response { return s.Post(t, "/en/report", text("first"), rig.TextFile("a.txt", 10)) },
		"in another queue": func() rig.Response {
			return s.Post(t, "/en/report", append(text("third"), rig.Field{Name: "category", Value: "sexual-harassment"}))
		},
		"from another page": func() rig.Response { return s.Post(t, "/zh/report", text("fourth")) },
	} {
		for range 2 {
			if res := send(); res.Status != http.StatusCreated || rig.Receipt(t, res.Body) != receipt {
				t.Errorf("%s = %d", name, res.Status)
			}
		}
	}
	c := s.Case(t, receipt, handlers["compliance"])
	if s.Cases(t) != 1 || len(c.Messages) != 6 || len(c.Files) != 1 {
		t.Fatalf("%d cases, %d messages, %d files", s.Cases(t), len(c.Messages), len(c.Files))
	}
	all := ""
	for i, m := range c.Messages {
		all += m.Text + m.Fields["where"] + "\n"
		if want := []string{"report", "reporter"}[min(i, 1)]; m.From != want || m.Seq != i+1 {
			t.Errorf("message %d is number %d from %s", i+1, m.Seq, m.From)
		}
	}
	for _, want := range []string{"first\n", "second\n", "third\n", "fourth\n", "firsthere\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is lost; the case holds %q", want, all)
		}
	}
}

// Two clicks at the same moment.
func TestConcurrentRepeatsAreOneCase(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for round := range 8 {
		fields := rig.WithForm(s.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: "clicked"})
		var requests []*http.Request
		for i := range 8 {
			if i%2 == 0 {
				requests = append(requests, s.FieldsRequest(t, "/en/report", fields...))
			} else {
				requests = append(requests, s.PostRequest(t, "/en/report", fields))
			}
		}
		receipts := map[string]bool{}
		for _, res := range rig.SendAll(t, requests) {
			if res.Status != http.StatusCreated {
				t.Fatalf("%d\n%s", res.Status, res.Body)
			}
			receipts[rig.Receipt(t, res.Body)] = true
		}
		if len(receipts) != 1 || s.Cases(t) != round+1 {
			t.Fatalf("%d receipts, %d cases after %d reports", len(receipts), s.Cases(t), round+1)
		}
		for receipt := range receipts {
			if c := s.Case(t, receipt, handlers["compliance"]); len(c.Messages) != 1 {
				t.Errorf("%d messages", len(c.Messages))
			}
		}
	}
}

// The same for messages: once each, however often they are sent, and also where
// many come at the same time.
func TestRepeatedMessagesAreStoredOnce(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "report"}})
	page := s.FollowUp(t, "en", receipt).Body
	message := func(token, text string) []rig.Field {
		return rig.WithForm(token, rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: text})
	}
	once := message(rig.Token(t, page), "message once")
	for range 3 {
		res := s.Post(t, "/en/follow-up/message", once, rig.TextFile("a.txt", 10))
		if res.Status != http.StatusOK || strings.Count(res.Body, "message once") != 1 {
			t.Errorf("repeated = %d, shown %d times", res.Status, strings.Count(res.Body, "message once"))
		}
	}
	if res := s.Post(t, "/en/follow-up/message", message(rig.Token(t, page), "message changed")); res.Status != http.StatusOK || !strings.Contains(res.Body, "message changed") {
		t.Errorf("changed = %d", res.Status)
	}
	var requests []*http.Request
	for i := range 6 { // each gives way to another at most as often as there are others
		text := "at once " + string(rune('A'+i/2))
		requests = append(requests, s.FieldsRequest(t, "/en/follow-up/message", message(s.FormToken(t, "/en/follow-up"), text)...))
	}
	same := message(s.FormToken(t, "/en/follow-up"), "the same at once")
	for range 6 {
		requests = append(requests, s.FieldsRequest(t, "/en/follow-up/message", same...))
	}
	for _, res := range rig.SendAll(t, requests) {
		if res.Status != http.StatusOK {
			t.Errorf("at once = %d", res.Status)
		}
	}
	c := s.Case(t, receipt, handlers["compliance"])
	if want := 1 + 1 + 1 + 6 + 1; len(c.Messages) != want || len(c.Files) != 1 || len(s.SealedFiles(t)) != 1 {
		t.Errorf("%d messages and %d files, want %d and 1", len(c.Messages), len(c.Files), want)
	}
	for i, m := range c.Messages {
		if m.Seq != i+1 {
			t.Errorf("message %d says it is number %d", i+1, m.Seq)
		}
	}
}

// A form belongs to the case that it was used in.
func TestFormOfAnotherCaseIsRefused(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	first := s.Report(t, "en", []rig.Field{{Name: "text", Value: "first"}})
	second := s.Report(t, "en", []rig.Field{{Name: "text", Value: "second"}})
	token := rig.Token(t, s.FollowUp(t, "en", first).Body)
	send := func(receipt, text string) int {
		return s.PostFields(t, "/en/follow-up/message", rig.WithForm(token, rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: text})...).Status
	}
	if got := send(first, "mine"); got != http.StatusOK {
		t.Fatalf("the first = %d", got)
	}
	if got := send(second, "mine too"); got < 400 || got >= 500 {
		t.Errorf("in another case = %d", got)
	}
	if c := s.Case(t, second, handlers["compliance"]); len(c.Messages) != 1 {
		t.Errorf("%d messages in the other case", len(c.Messages))
	}
}
