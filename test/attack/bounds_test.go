package attack

import (
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/store/casework"
	"hotline/test/rig"
)

// longText is a text whose sealed message has the largest size.
func longText() string {
	half := make([]byte, 200<<10)
	rand.Read(half)
	return hex.EncodeToString(half)
}

// withHandlers starts a server with these people, who read everything in compliance.
func withHandlers(t *testing.T, names []string, flags ...string) (*rig.Server, map[string]*rig.Desk) {
	t.Helper()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), flags...)
	s.Setup(t)
	people := map[string]*rig.Desk{}
	for _, name := range names {
		people[name], _ = s.Invite(t, name+"@desk.example", "--queue", "compliance")
	}
	return s, people
}

// answer sends a message of the desk.
func answer(t *testing.T, by *rig.Desk, r *rig.Reporter, seq int, text string) rig.Response {
	t.Helper()
	var c struct{ Form string }
	rig.Decode(t, by.Get(t, "/api/desk/cases/"+r.CaseID), &c)
	return by.Post(t, "/api/desk/cases/"+r.CaseID+"/messages", map[string]any{
		"form": c.Form, "from": "desk", "kind": "", "seq": seq, "message": r.SealMessage(t, seq, "desk", "2026-11-21", text), "files": []string{}, "move": nil,
	})
}

// A case takes no more of its reporter than its bound and one message, says so before
// anybody types, and how to go on; handlers still answer.
func TestCaseFilledPastItsBound(t *testing.T) {
	t.Parallel()
	s, people := withHandlers(t, []string{"hana"}, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	sent := func(seq int, text string) rig.Response {
		return s.PostJSON(t, "/api/follow-up/messages", r.Message(t, s.Intake(t).Form, seq, text))
	}
	seq, res := 2, rig.Response{}
	for text := longText(); seq < 40; seq++ {
		if res = sent(seq, text); res.Status != http.StatusCreated {
			break
		}
	}
	if res.Status != http.StatusConflict || rig.ProblemOf(t, res).Error != "full" {
		t.Fatalf("message %d of a full case = %d %.300s", seq, res.Status, res.Body)
	}
	if held := s.Count(t, `SELECT sum(length(sealed)) FROM messages WHERE sender <> 'desk'`); int64(held) < casework.ReporterBound.Bytes || int64(held) > casework.ReporterBound.Bytes+1<<20 {
		t.Errorf("a full case holds %d bytes", held)
	}
	var c struct{ Full string }
	rig.Decode(t, s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.Intake(t).Form, "lookup": r.Lookup()}), &c)
	if c.Full != caseview.FullMessages {
		t.Errorf("the script is told %q", c.Full)
	}
	number, receipt := r.CaseID[:8], rig.Field{Name: "receipt", Value: r.Receipt.String()}
	for _, lang := range []string{"ja", "en", "es", "pt", "zh"} {
		page := s.PostFields(t, "/"+lang+"/follow-up", rig.WithForm(s.FormToken(t, "/"+lang+"/follow-up"), receipt)...)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, rig.Texts(t, lang).T("conversation.full.title")) || !strings.Contains(page.Body, ">"+number+"<") || strings.Contains(page.Body, `name="text"`) {
			t.Errorf("%s: a full case asks for a message, or does not say how to go on: %d", lang, page.Status)
		}
		typed := rig.Field{Name: "text", Value: "typed in vain"}
		page = s.PostFields(t, "/"+lang+"/follow-up/message", rig.WithForm(rig.Token(t, page.Body), receipt, typed)...)
		if page.Status != http.StatusConflict || !strings.Contains(page.Body, ">"+number+"<") {
			t.Errorf("%s: one more message = %d", lang, page.Status)
		}
		rig.CheckTitle(t, "a full case", lang, page.Body)
		rig.CheckKept(t, "a full case", page.Body, []rig.Field{typed})
	}
	if res := s.PostFields(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute), rig.Field{Name: "text", Value: "This goes on from " + number})...); res.Status != http.StatusCreated {
		t.Errorf("a new report that names the case = %d", res.Status)
	}
	if page := people["hana"].Get(t, "/en/desk/cases/"+r.CaseID); !strings.Contains(page.Body, `id="reporter-full"`) {
		t.Error("handlers do not see that the reporter cannot write any more")
	}
	if res := answer(t, people["hana"], r, seq, "an answer"); res.Status != http.StatusCreated {
		t.Errorf("an answer in a full case = %d %.300s", res.Status, res.Body)
	}
}

// So does one of very many short messages.
func TestCaseOfManyMessages(t *testing.T) {
	t.Parallel()
	s, _ := withHandlers(t, []string{"hana"}, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	put(t, s, r, casework.ReporterBound.Messages-2, "short")
	n := casework.ReporterBound.Messages
	if res := s.PostJSON(t, "/api/follow-up/messages", r.Message(t, s.Intake(t).Form, n, "short")); res.Status != http.StatusCreated {
		t.Errorf("message %d = %d %.200s", n, res.Status, res.Body)
	}
	if res := s.PostJSON(t, "/api/follow-up/messages", r.Message(t, s.Intake(t).Form, n+1, "short")); res.Status != http.StatusConflict || rig.ProblemOf(t, res).Error != "full" {
		t.Errorf("message %d = %d %.200s", n+1, res.Status, res.Body)
	}
}

// put stores further messages of a reporter.
func put(t *testing.T, s *rig.Server, r *rig.Reporter, count int, text string) {
	t.Helper()
	for seq := 2; seq < 2+count; seq++ {
		s.Exec(t, `INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES (random(), $1, $2, 'reporter', '', '2026-11-21', 0, '', $3)`,
			r.CaseID, seq, r.SealMessage(t, seq, "reporter", "2026-11-21", text))
	}
	s.Exec(t, `UPDATE cases SET last_seq = $2 WHERE id = $1`, r.CaseID, 1+count)
}

// agedReport sends a report whose form is a minute old, as the limits want it.
func agedReport(t *testing.T, s *rig.Server, text string) *rig.Reporter {
	t.Helper()
	r, in := rig.NewReporter(t), s.Intake(t)
	in.Form = s.AgedToken(t, time.Minute)
	s.Accept(t, r.Seal(t, in, "bribery", "", text))
	return r
}

// Messages to one case are slowed down after an honest burst, whichever way they come;
// those to another case are not, nor those of handlers, and nothing typed is lost.
func TestMessagesToOneCaseAreSlowedDown(t *testing.T) {
	t.Parallel()
	s, people := withHandlers(t, []string{"hana"})
	r := agedReport(t, s, "a report")
	res, taken := rig.Response{}, 0
	for ; taken < 100; taken++ { // a machine so busy that the flood is none
		if res = s.PostJSON(t, "/api/follow-up/messages", r.Message(t, s.AgedToken(t, time.Minute), 2+taken, "again")); res.Status != http.StatusCreated {
			break
		}
	}
	problem := rig.ProblemOf(t, res)
	if res.Status != http.StatusTooManyRequests || problem.Error != "too-many" || problem.Form == "" || problem.Wait != 30 || res.Header.Get("Retry-After") != "30" || taken < 10 {
		t.Fatalf("message %d = %d, Retry-After %q, %s", taken+1, res.Status, res.Header.Get("Retry-After"), res.Body)
	}
	receipt, typed := rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "text", Value: "typed without scripts"}
	page := rig.Response{}
	for range 20 {
		if page = s.PostFields(t, "/ja/follow-up/message", rig.WithForm(s.AgedToken(t, time.Minute), receipt, typed)...); page.Status != http.StatusOK {
			break
		}
	}
	if page.Status != http.StatusTooManyRequests || page.Header.Get("Retry-After") != "30" || !strings.Contains(page.Body, rig.Texts(t, "ja").T("conversation.later")) {
		t.Errorf("without scripts = %d", page.Status)
	}
	rig.CheckKept(t, "too many", page.Body, []rig.Field{typed, receipt})
	other := agedReport(t, s, "another report")
	if res := s.PostJSON(t, "/api/follow-up/messages", other.Message(t, s.AgedToken(t, time.Minute), 2, "a message")); res.Status != http.StatusCreated {
		t.Errorf("to another case = %d %s", res.Status, res.Body)
	}
	for seq := range 15 {
		if res := answer(t, people["hana"], other, 3+seq, "an answer"); res.Status != http.StatusCreated {
			t.Fatalf("answer %d of a handler = %d %s", seq+1, res.Status, res.Body)
		}
	}
}

// Looking with one receipt is slowed down alike whether there is its case or not.
func TestLookUpsOfOneReceiptAreSlowedDown(t *testing.T) {
	t.Parallel()
	s, _ := withHandlers(t, []string{"hana"})
	known, unknown := agedReport(t, s, "a report"), rig.NewReporter(t)
	for _, r := range []*rig.Reporter{known, unknown} {
		res, looks := rig.Response{}, 0
		for ; looks < 400 && res.Status != http.StatusTooManyRequests; looks++ {
			res = s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.AgedToken(t, time.Minute), "lookup": r.Lookup()})
		}
		if res.Status != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "2" || looks < 120 {
			t.Errorf("look %d = %d, Retry-After %q", looks, res.Status, res.Header.Get("Retry-After"))
		}
	}
	if res := s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.AgedToken(t, time.Minute), "lookup": rig.NewReporter(t).Lookup()}); res.Status != http.StatusNotFound {
		t.Errorf("with another receipt = %d", res.Status)
	}
}

// Forty readers of each kind who ask for the largest case and take nothing of it cost
// little memory, and keep nobody else from theirs.
func TestReadersWhoDoNotReadTakeLittle(t *testing.T) {
	t.Parallel()
	s, people := withHandlers(t, []string{"hana", "hugo"}, "--limits", "off")
	largest, other := s.SendReport(t, "bribery", "", "the largest"), s.SendReport(t, "bribery", "", "another")
	text := longText()
	put(t, s, largest, int(casework.ReporterBound.Bytes>>19), text)
	put(t, s, other, 4, text)
	before := rig.Memory(t, s.PID(), "VmHWM")
	var readers []net.Conn
	stall := func(r *http.Request) {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		if err := r.Write(c); err != nil {
			t.Fatal(err)
		}
		readers = append(readers, c)
	}
	token := s.Intake(t).Form
	for range 40 {
		stall(s.JSONRequest(t, "/api/follow-up", map[string]string{"form": token, "lookup": largest.Lookup()}))
		stall(s.FieldsRequest(t, "/en/follow-up", rig.WithForm(token, rig.Field{Name: "receipt", Value: largest.Receipt.String()})...))
		r, err := http.NewRequest("GET", s.URL+"/api/desk/cases/"+largest.CaseID, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range people["hana"].Cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		stall(r)
	}
	rig.Until(t, "the server has read all requests", func() bool { // and on a slow machine it has cut off some by then
		readers = slices.DeleteFunc(readers, func(c net.Conn) bool { return s.HasRead(t, c) })
		return len(readers) == 0
	})
	for range 3 {
		res := s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.Intake(t).Form, "lookup": other.Lookup()})
		if c := (rig.Conversation{}); res.Status != http.StatusOK {
			t.Errorf("another reporter = %d %.200s", res.Status, res.Body)
		} else if rig.Decode(t, res, &c); len(c.Messages) != 5 || len(res.Body)%1024 != 0 {
			t.Errorf("another reporter gets %d messages, %d bytes", len(c.Messages), len(res.Body))
		}
		res = people["hugo"].Get(t, "/api/desk/cases/"+largest.CaseID)
		if c := (caseview.DeskCase{}); res.Status != http.StatusOK {
			t.Errorf("another handler = %d %.200s", res.Status, res.Body)
		} else if rig.Decode(t, res, &c); len(c.Messages) != 1+int(casework.ReporterBound.Bytes>>19) {
			t.Errorf("another handler gets %d messages", len(c.Messages))
		} else if _, err := crypto.OpenMessage(c.Messages[1].Sealed, largest.Identity, largest.CaseID, 2, "reporter"); err != nil {
			t.Error(err)
		}
	}
	grown := rig.Memory(t, s.PID(), "VmHWM") - before
	t.Logf("120 readers who do not read took %d MB", grown>>20)
	if grown > rig.MB(400) {
		t.Errorf("120 readers who do not read took %d MB", grown>>20)
	}
}
