package api

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/test/rig"
)

// lookUp sends a receipt as typed.
func lookUp(t *testing.T, s *rig.Server, lang, typed string) rig.Response {
	t.Helper()
	return s.FollowUp(t, lang, typed)
}

// The conversation shows the state, the dates and everything that was written,
// in the words of each language.
func TestConversationShowsTheCase(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--time-zone", "UTC")
	fields := rig.Typed()
	receipt := s.Report(t, "ja", fields, rig.File{Name: "証拠.txt", Type: "text/plain", Content: strings.NewReader("evidence")})
	received := casework.DayOf(time.Now().UTC())
	dates := law.ProfileOf(law.Strictest).Dates(law.History{State: casework.Received, Received: received})
	for _, lang := range rig.Languages {
		res := lookUp(t, s, lang, receipt)
		if res.Status != http.StatusOK {
			t.Fatalf("%s = %d", lang, res.Status)
		}
		page, words := html.UnescapeString(res.Body), rig.Texts(t, lang)
		for _, want := range []string{
			`id="state" data-state="received">` + words.T("state.received") + "<", `data-queue="compliance">` + words.T("queue.compliance") + "<",
			fmt.Sprintf(`<time datetime="%s">`, received), fmt.Sprintf(`<time datetime="%s">`, dates.Acknowledge.On), fmt.Sprintf(`<time datetime="%s">`, dates.Answer.On),
			"証拠.txt", "残業代が <b>三か月</b> & “支払われて” いません。😟\n\nSegunda línea: ñ ü ç\t終", words.T("relationship.trainee"), words.T("category.bribery"),
			`第2工場 "A" <棟>`, "O'Neill; 山田", "a+b@example.org", `<mark>[U+200B]</mark>`, words.T("consultation.from.report"),
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not on the page", lang, want)
			}
		}
	}
	for _, c := range []struct{ set, want string }{
		{"state = 'investigating', acknowledged = received", `data-state="investigating"`}, {"state = 'closed', outcome = 'partly', closed = received", `data-outcome="partly"`},
	} {
		s.Exec(t, "UPDATE cases SET "+c.set)
		if !strings.Contains(lookUp(t, s, "en", receipt).Body, c.want) {
			t.Errorf("after %s the page lacks %s", c.set, c.want)
		}
	}
}

// A receipt is taken however people type it.
func TestReceiptIsTakenAsTyped(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello there"}})
	more := []string{" " + receipt + "\n", "\t" + receipt, receipt + "\u200b", "\ufeff" + receipt, strings.NewReplacer("0", "O", "1", "I").Replace(receipt), strings.NewReplacer("0", "o", "1", "l").Replace(receipt)}
	for _, typed := range append(writings(receipt), more...) {
		if res := lookUp(t, s, "ja", typed); res.Status != http.StatusOK || !strings.Contains(res.Body, "hello there") {
			t.Errorf("%q = %d", typed, res.Status)
		}
	}
}

// What is wrong with a receipt is told at once, without a look-up, and what was
// typed stays.
func TestMistypedReceiptIsExplained(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := crypto.NewReceipt([15]byte{1, 2, 3}).String()
	swapped := receipt[:1] + receipt[2:3] + receipt[1:2] + receipt[3:]
	if receipt[1] == receipt[2] {
		t.Fatal("nothing to swap")
	}
	for typed, key := range map[string]string{
		"": "error.receipt-missing", "ABC": "error.receipt-length", receipt[:28]: "error.receipt-length", receipt + "0": "error.receipt-length", strings.Repeat("0", 100_000): "error.receipt-length",
		"U" + receipt[1:]: "error.receipt-character", "報" + receipt[1:]: "error.receipt-character", "<b>": "error.receipt-character", swapped: "error.receipt-check",
	} {
		for _, lang := range rig.Languages {
			res := lookUp(t, s, lang, typed)
			if res.Status != 422 || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, lang).T(key))) {
				t.Errorf("%s, %.40q = %d without %s", lang, typed, res.Status, key)
			}
			rig.CheckErrors(t, fmt.Sprintf("%s, %.40q", lang, typed), lang, res.Body, "receipt")
			if !rig.InputHas(res.Body, rig.Field{Name: "receipt", Value: typed}, "") {
				t.Errorf("%s, %.40q is not in the form that came back", lang, typed)
			}
		}
	}
}

var anyToken = regexp.MustCompile(`name="form" value="[^"]+"`)

// unseen is an answer without what differs each time and says nothing.
func unseen(res rig.Response, typed string) string {
	body := anyToken.ReplaceAllString(res.Body, "")
	return fmt.Sprint(res.Status, res.Header, strings.ReplaceAll(body, `value="`+html.EscapeString(typed)+`"`, ""))
}

// Nobody learns whether there ever was a case: never made, deleted, and one of
// another server look the same to the byte.
func TestUnknownAndDeletedLookTheSame(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	other, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "en", []rig.Field{{Name: "text", Value: "another case"}})
	deleted := s.Report(t, "en", []rig.Field{{Name: "text", Value: "to be deleted"}}, rig.TextFile("a.txt", 1000))
	s.Exec(t, `DELETE FROM files WHERE case_id = $1`, s.CaseID(t, deleted))
	id := s.CaseID(t, deleted)
	for _, table := range []string{"form_uses", "case_keys", "messages"} {
		s.Exec(t, `DELETE FROM `+table+` WHERE case_id = $1`, id)
	}
	s.Exec(t, `DELETE FROM cases WHERE id = $1`, id)
	receipts := map[string]string{
		"never made": crypto.NewReceipt([15]byte{9, 8, 7}).String(), "deleted": deleted,
		"another server's": other.Report(t, "en", []rig.Field{{Name: "text", Value: "elsewhere"}}),
	}
	for _, lang := range rig.Languages {
		for _, path := range []string{"/follow-up", "/follow-up/message"} {
			seen := map[string]string{}
			lengths := map[int]bool{}
			for name, receipt := range receipts {
				res := s.PostFields(t, "/"+lang+path, rig.WithForm(s.FormToken(t, "/"+lang+"/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "hello"})...)
				if res.Status != http.StatusNotFound {
					t.Errorf("%s, %s = %d", lang, name, res.Status)
				}
				rig.CheckErrors(t, lang+", "+name, lang, res.Body, "receipt")
				seen[unseen(res, receipt)] = name
				lengths[len(res.Body)] = true
			}
			if len(seen) != 1 || len(lengths) != 1 {
				t.Errorf("%s%s: %d different answers of %d lengths", lang, path, len(seen), len(lengths))
			}
		}
	}
}

// The receipt stands on the page for its owner and in the page's own form, and
// nowhere else.
func TestReceiptStandsNowhereElse(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	fields := rig.WithForm(s.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: "hello"})
	stored := s.Post(t, "/en/report", fields)
	receipt := rig.Receipt(t, stored.Body)
	message := rig.WithForm(s.FormToken(t, "/en/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "more"})
	groups := strings.Split(receipt, "-")
	for name, res := range map[string]rig.Response{
		"receipt page": stored, "conversation": lookUp(t, s, "en", receipt), "message": s.PostFields(t, "/en/follow-up/message", message...),
		"switch": s.PostFields(t, "/ja/follow-up", append(message, rig.Field{Name: "switch", Value: "ja"})...),
	} {
		if told := fmt.Sprint(res.Header) + rig.Title(res.Body); slices.ContainsFunc(groups, func(g string) bool { return strings.Contains(told, g) }) {
			t.Errorf("%s: part of the receipt is in the header or title", name)
		}
		for _, attribute := range regexp.MustCompile(`\s[a-z-]+="[^"]*"`).FindAllString(res.Body, -1) {
			if strings.Contains(attribute, receipt) && !strings.HasPrefix(attribute, " value=") {
				t.Errorf("%s: the receipt is in%s", name, attribute)
			}
		}
		if !strings.Contains(res.Body, `content="noindex, nofollow, noarchive"`) {
			t.Errorf("%s may be archived", name)
		}
		if name != "receipt page" && strings.Count(res.Body, receipt) != 1 {
			t.Errorf("%s shows the receipt %d times", name, strings.Count(res.Body, receipt))
		}
	}
	if strings.Contains(s.Log(), groups[0]) {
		t.Error("part of the receipt is in the log")
	}
	for _, method := range []string{"GET", "HEAD"} {
		res := rig.Probe{Method: method, Path: "/en/follow-up?receipt=" + receipt}.Send(t, s)
		if strings.Contains(res.Body, groups[0]) {
			t.Errorf("%s takes the receipt from the address", method)
		}
	}
}

// Desk answers are shown, notes are not.
func TestConversationShowsAnswersAndHidesNotes(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "a report"}})
	c := s.Case(t, receipt, handlers["compliance"])
	append1 := func(seq int, from, text string) {
		s.PutMessage(t, receipt, crypto.Message{Case: c.ID, Seq: seq, From: from, On: "2026-11-24", Language: "en", Text: text}, from)
	}
	append1(2, "desk", "an answer of the desk")
	append1(3, "note", "a note for handlers only")
	append1(4, "desk", "<script>from the desk</script>")
	page := lookUp(t, s, "en", receipt).Body
	if !strings.Contains(page, "an answer of the desk") || strings.Contains(page, "a note for handlers") || strings.Contains(page, "<script>") {
		t.Errorf("the conversation shows:\n%s", page)
	}
}
