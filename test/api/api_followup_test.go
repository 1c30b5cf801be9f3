package api

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/store/casework"
	"hotline/store/pgtest"
	"hotline/test/rig"
)

// A reporter comes back, reads, and writes, with scripts and without.
func TestSealedConversation(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off", "--time-zone", "UTC")
	r := s.SendReport(t, "bribery", "", "a report")
	c := s.Conversation(t, r)
	if c.Case != r.CaseID || c.Branch != "compliance" || c.State != "received" || c.Outcome != "" || c.LastSeq != 1 || len(c.Messages) != 1 || len(c.Files) != 0 ||
		c.Recipient != r.Case.Recipient().String() || c.ReporterRecipient != r.Identity.Recipient().String() || c.On != string(casework.DayOf(time.Now().UTC())) ||
		c.Dates["received"] != c.On || c.Dates["acknowledge"] == "" || c.Dates["notice"] == "" || c.Dates["protected_until"] == "" || len(c.Dates) != 10 {
		t.Errorf("%+v", c)
	}
	if m, err := crypto.OpenMessage(c.Messages[0].Sealed, r.Identity, r.CaseID, 1, "report"); err != nil || m.Text != "a report" {
		t.Errorf("the reporter opens %+v, %v", m, err)
	}
	file, sealed := r.SealFile(t, "later.txt", []byte("found later"))
	s.Upload(t, c.Form, file.ID, sealed, 1000)
	added := r.Message(t, c.Form, 2, "with scripts", file)
	res := s.PostJSON(t, "/api/follow-up/messages", added)
	if res.Status != http.StatusCreated {
		t.Fatalf("%d %s", res.Status, res.Body)
	}
	rig.Decode(t, res, &c)
	if c.LastSeq != 2 || len(c.Messages) != 2 || c.Messages[1].From != "reporter" || len(c.Files) != 1 || c.Files[0].ID != file.ID || c.Files[0].Seq != 2 || c.Files[0].Size != int64(len(sealed)) {
		t.Errorf("%+v", c)
	}
	page := lookUp(t, s, "ja", r.Receipt.String())
	form := rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "text", Value: "without scripts"})
	if res := s.PostFields(t, "/ja/follow-up/message", form...); res.Status != http.StatusOK {
		t.Errorf("without scripts = %d", res.Status)
	}
	opened := s.Case(t, r.Receipt.String(), handlers["compliance"])
	if len(opened.Messages) != 3 || opened.Messages[1].Text != "with scripts" || opened.Messages[2].Text != "without scripts" {
		t.Errorf("the handler reads %+v", opened.Messages)
	}
	if _, got := opened.File(t, 1, 0); string(got) != "found later" {
		t.Errorf("the handler gets %q", got)
	}
	again := s.PostJSON(t, "/api/follow-up/messages", added)
	if rig.Decode(t, again, &c); again.Status != 201 || c.LastSeq != 3 || s.Count(t, `SELECT count(*) FROM messages`) != 3 {
		t.Errorf("a repeat = %d, %+v", again.Status, c)
	}
}

// A message whose number is taken is to be read and sealed again: its number is
// sealed inside it.
func TestMessageConflicts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	c := s.Conversation(t, r)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, c.Form, file.ID, sealed, 1<<20)
	s.PutMessage(t, r.Receipt.String(), crypto.Message{Case: r.CaseID, Seq: 2, From: "desk"}, "desk")
	post := func(m rig.Sealed) rig.Response { return s.PostJSON(t, "/api/follow-up/messages", m) }
	refusedAs(t, "the desk was faster", post(r.Message(t, c.Form, 2, "mine", file)), 409, "conflict")
	refusedAs(t, "beyond the next", post(r.Message(t, c.Form, 4, "mine", file)), 409, "conflict")
	for _, seq := range []int{1, 0, -1} {
		refusedAs(t, "no number of a message", post(r.Message(t, c.Form, seq, "mine", file)), 400, "malformed")
	}
	refusedAs(t, "a file that never came", post(r.Message(t, c.Form, 3, "mine", crypto.File{ID: crypto.NewID()})), 409, "files")
	plain := r.Message(t, c.Form, 3, "mine")
	plain["message"] = bytes.Repeat([]byte("plain "), 1000)
	refusedAs(t, "plaintext", post(plain), 400, "malformed")
	if res := post(r.Message(t, c.Form, 3, "mine", file)); res.Status != 201 { // the files are still there
		t.Errorf("sealed again = %d %s", res.Status, res.Body)
	}
	refusedAs(t, "another one of that number", post(r.Message(t, s.Conversation(t, r).Form, 3, "another")), 409, "conflict")
	if n := s.Count(t, `SELECT count(*) FROM messages`); n != 3 || len(s.SealedFiles(t)) != 1 {
		t.Errorf("%d messages, %d files", n, len(s.SealedFiles(t)))
	}
}

// The reporter gets the desk's files, and no others; notes and what hangs on
// them do not exist for them.
func TestOnlyTheDesksFilesAreSent(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	answer, content := s.PutFile(t, r, 2, "desk", 3<<20)
	note, _ := s.PutFile(t, r, 3, "note", 1000)
	c := s.Conversation(t, r)
	if len(c.Messages) != 2 || c.Messages[1].From != "desk" || len(c.Files) != 1 || c.Files[0].ID != answer || c.LastSeq != 3 {
		t.Errorf("%+v", c.Files)
	}
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, c.Form, file.ID, sealed, 1<<20)
	if res := s.PostJSON(t, "/api/follow-up/messages", r.Message(t, c.Form, 4, "mine", file)); res.Status != 201 {
		t.Fatalf("%d %s", res.Status, res.Body)
	}
	other := s.SendReport(t, "bribery", "", "another report")
	theirs, _ := s.PutFile(t, other, 2, "desk", 1000)
	get := func(id, lookup string) rig.Response {
		return s.PostJSON(t, "/api/follow-up/file", rig.Sealed{"form": s.Intake(t).Form, "lookup": lookup, "file": id})
	}
	res := get(answer, r.Lookup())
	if res.Status != 200 || res.Body != string(content) || res.Header.Get("Content-Type") != "application/octet-stream" || res.Header.Get("Content-Length") != fmt.Sprint(len(content)) {
		t.Errorf("the desk's file = %d, %d bytes, %v", res.Status, len(res.Body), res.Header)
	}
	rig.CheckHeaders(t, res)
	lengths := map[int]bool{}
	for name, id := range map[string]string{"a note's": note, "the reporter's own": file.ID, "another case's": theirs, "nobody's": crypto.NewID()} {
		res := get(id, r.Lookup())
		refusedAs(t, name, res, 404, "not-found")
		lengths[len(res.Body)] = true
	}
	refusedAs(t, "no id", get("../hotline.db", r.Lookup()), 400, "malformed")
	unknown := get(answer, rig.NewReporter(t).Lookup())
	refusedAs(t, "without its receipt", unknown, 404, "not-found")
	if lengths[len(unknown.Body)] = true; len(lengths) != 1 {
		t.Errorf("answers of %d lengths", len(lengths))
	}
	path := filepath.Join(s.Data, "files", answer)
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "cut off", get(answer, r.Lookup()), 500, "broken")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "gone", get(answer, r.Lookup()), 500, "broken")
}

var anyForm = regexp.MustCompile(`"form":"[^"]{88}"`)

// Nobody learns whether there ever was a case.
func TestUnknownAndDeletedLookTheSameToScripts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	deleted := s.SendReport(t, "bribery", "", "to be deleted")
	s.Exec(t, `DELETE FROM case_keys`)
	s.Exec(t, `DELETE FROM messages`)
	s.Exec(t, `DELETE FROM cases`)
	for path, body := range map[string]func(*rig.Reporter) rig.Sealed{
		"/api/follow-up":          func(r *rig.Reporter) rig.Sealed { return rig.Sealed{"lookup": r.Lookup()} },
		"/api/follow-up/messages": func(r *rig.Reporter) rig.Sealed { return r.Message(t, "", 2, "text") },
		"/api/follow-up/file":     func(r *rig.Reporter) rig.Sealed { return rig.Sealed{"lookup": r.Lookup(), "file": crypto.NewID()} },
	} {
		seen := map[string]bool{}
		for name, r := range map[string]*rig.Reporter{"never made": rig.NewReporter(t), "deleted": deleted} {
			m := body(r)
			m["form"] = s.Intake(t).Form
			res := s.PostJSON(t, path, m)
			if p := refusedAs(t, name, res, 404, "not-found"); len(p.Form) != 88 {
				t.Errorf("%s: no form to go on with: %+v", name, p)
			}
			seen[fmt.Sprint(res.Status, len(res.Body), res.Header, anyForm.ReplaceAllString(res.Body, ""))] = true
		}
		if len(seen) != 1 {
			t.Errorf("%s: %v", path, seen)
		}
	}
}

// Guessing look-up values is limited, and whoever is over the limit learns
// nothing.
func TestGuessesOfScriptsAreLimited(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	r := rig.NewReporter(t)
	in := s.Intake(t)
	in.Form = s.AgedToken(t, time.Minute)
	s.Accept(t, r.Seal(t, in, "bribery", "", "a report"))
	client := rig.ClientFrom(t, "127.0.0.8")
	guess := func(lookup, form string) rig.Response {
		t.Helper()
		res, err := rig.SendBy(client, s.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": form, "lookup": lookup}))
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	guesses := 0
	answers := s.FloodUntil(t, "127.0.0.8", http.StatusTooManyRequests, func() (flood []*http.Request) {
		for range 300 {
			guesses++
			lookup := crypto.NewReceipt([15]byte{byte(guesses >> 8), byte(guesses)}).Lookup().String()
			flood = append(flood, s.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": in.Form, "lookup": lookup}))
		}
		return flood
	})
	limited := slices.IndexFunc(answers, func(res rig.Response) bool { return res.Status == http.StatusTooManyRequests })
	refusedAs(t, "over the limit", answers[limited], 429, "too-many")
	waiting := guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Again: true, Waits: time.Now(), For: guard.ForLookup}
	refusedAs(t, "a known one, while waiting", guess(r.Lookup(), s.Sign(t, waiting)), 429, "too-many")
	waiting.Waits = time.Now().Add(-30 * time.Second)
	if res := guess(r.Lookup(), s.Sign(t, waiting)); res.Status != http.StatusOK {
		t.Errorf("after waiting = %d", res.Status)
	}
	file, sealed := r.SealFile(t, "a.txt", make([]byte, 300))
	draft := s.AgedToken(t, time.Minute)
	if res, err := rig.SendBy(rig.ClientFrom(t, "127.0.0.9"), s.ChunkRequest(t, rig.Chunk{Form: draft, ID: file.ID, Content: sealed[:1]})); err != nil || res.Status != http.StatusOK {
		t.Fatalf("%v %d %.200s", err, res.Status, res.Body)
	}
	forReport, late := waiting, waiting
	forReport.Nonce, forReport.For = crypto.NewNonce(), guard.ForReport
	late.Nonce, late.Waits = crypto.NewNonce(), time.Now().Add(-6*time.Minute)
	for name, form := range map[string]string{
		"waited already": s.Sign(t, waiting), "waited for a report": s.Sign(t, forReport), "waited minutes ago": s.Sign(t, late), "has one byte of a file": draft,
	} {
		answers := s.FloodUntil(t, "127.0.0.8", http.StatusTooManyRequests, func() (flood []*http.Request) {
			for range 300 {
				flood = append(flood, s.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": form, "lookup": r.Lookup()}))
			}
			return flood
		})
		if len(answers) == 0 {
			t.Errorf("%s: no answers", name)
		}
	}
}

// PostgreSQL keeps what SQLite keeps.
func TestSealedReportsOnPostgres(t *testing.T) {
	t.Parallel()
	database, data := pgtest.URL(t), filepath.Join(t.TempDir(), "data")
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	rig.Run(t, "handler", "add", "--data", data, "--database", database, "--name", "A", "--email", "a@desk.example", "--queue", "compliance", "--recipient", id.Recipient().String())
	s := rig.Start(t, data, "--database", database, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, in.Form, file.ID, sealed, 500)
	report := r.Seal(t, in, "bribery", "", "a report", file)
	first := s.Accept(t, report)
	if again := s.Accept(t, report); again.Body != first.Body {
		t.Errorf("a repeat: %s", again.Body)
	}
	refusedAs(t, "another", s.PostJSON(t, "/api/reports", report.With("message", r.SealMessage(t, 1, "report", in.On, "x"))), 409, "exists")
	added := r.Message(t, s.Conversation(t, r).Form, 2, "more")
	for range 2 {
		if res := s.PostJSON(t, "/api/follow-up/messages", added); res.Status != 201 {
			t.Errorf("%d %s", res.Status, res.Body)
		}
	}
	if c := s.Conversation(t, r); c.LastSeq != 2 || len(c.Messages) != 2 || len(c.Files) != 1 {
		t.Errorf("%+v", c)
	}
	refusedAs(t, "their own file", s.PostJSON(t, "/api/follow-up/file", rig.Sealed{"form": in.Form, "lookup": r.Lookup(), "file": file.ID}), 404, "not-found")
}
