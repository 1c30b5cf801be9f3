package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/test/rig"
)

// The same report sent again, because its answer was lost, is stored once and
// answered as the first time, whatever happened to handlers and form.
func TestRepeatedReportIsStoredOnce(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	report := r.Seal(t, in, "bribery", "", "a report", file)
	first := s.Accept(t, report)
	rig.AddHandler(t, s.Data, "second@desk.example", "compliance")
	for _, again := range []rig.Sealed{report, report.With("form", s.Intake(t).Form)} {
		if res := s.Accept(t, again); res.Body != first.Body {
			t.Errorf("a repeat is answered %s, not %s", res.Body, first.Body)
		}
	}
	s.Kill()
	s.Restart(t)
	if res := s.Accept(t, report); res.Body != first.Body {
		t.Errorf("after a restart: %s", res.Body)
	}
	other := rig.NewReporter(t)
	other.CaseID = r.CaseID
	for name, change := range map[string][]any{
		"message":  {"message", r.SealMessage(t, 1, "report", in.On, "another")},
		"summary":  {"summary", other.Seal(t, in, "bribery", "", "x")["summary"]},
		"look-up":  {"lookup", other.Lookup()},
		"list":     {"files", []string{}},
		"file":     {"files", []string{file.ID, crypto.NewID()}},
		"case key": {"recipient", other.Case.Recipient().String()},
		"reporter": {"reporter_recipient", other.Identity.Recipient().String()},
	} {
		refusedAs(t, "another "+name, s.PostJSON(t, "/api/reports", report.With(change...)), 409, "exists")
	}
	now := s.Intake(t)
	refusedAs(t, "another report", s.PostJSON(t, "/api/reports", other.Seal(t, now, "bribery", "", "x")), 409, "exists")
	thief := rig.NewReporter(t)
	refusedAs(t, "another case with this look-up value", s.PostJSON(t, "/api/reports", thief.Seal(t, now, "bribery", "", "x").With("lookup", r.Lookup())), 409, "exists")
	if c := s.Case(t, r.Receipt.String(), handlers["compliance"]); s.Cases(t) != 1 || len(c.Messages) != 1 || len(c.Files) != 1 {
		t.Errorf("%d cases, %d messages, %d files", s.Cases(t), len(c.Messages), len(c.Files))
	}
}

// A form that is sent with scripts, and then without, makes two cases: each has
// a receipt of its own.
func TestTheSameFormWithAndWithoutScripts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	in.Form = s.FormToken(t, "/en/report")
	s.Accept(t, r.Seal(t, in, "bribery", "", "a report"))
	res := s.PostFields(t, "/en/report", rig.WithForm(in.Form, rig.Field{Name: "text", Value: "the same report"})...)
	if receipt := rig.Receipt(t, res.Body); s.CaseID(t, receipt) == r.CaseID || s.Cases(t) != 2 {
		t.Errorf("%d cases; the form without scripts found the sealed one", s.Cases(t))
	}
	if c := s.Conversation(t, r); len(c.Messages) != 1 {
		t.Errorf("%d messages", len(c.Messages))
	}
}

// Ten requests with the same report at once make one case, and all are told so.
func TestTheSameReportAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	report := r.Seal(t, in, "bribery", "", "a report", file)
	var wg sync.WaitGroup
	answers := make(chan rig.Response, 10)
	for range 10 {
		q := s.JSONRequest(t, "/api/reports", report)
		wg.Go(func() {
			res, err := rig.Send(q)
			if err != nil {
				res.Body = err.Error()
			}
			answers <- res
		})
	}
	wg.Wait()
	close(answers)
	for res := range answers {
		if res.Status != http.StatusCreated {
			t.Errorf("%d %s", res.Status, res.Body)
		}
	}
	if s.Cases(t) != 1 || len(s.SealedFiles(t)) != 1 {
		t.Errorf("%d cases, %d files", s.Cases(t), len(s.SealedFiles(t)))
	}
}

// While the database cannot be written a report is turned away with its files
// kept, and the very same request is taken afterwards.
func TestBusyDatabaseKeepsTheFiles(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	report := r.Seal(t, in, "bribery", "", "a report", file)
	tx, err := s.DB(t).BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "locked", s.PostJSON(t, "/api/reports", report), 503, "busy")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	s.Accept(t, report)
	s.Case(t, r.Receipt.String(), handlers["compliance"]).File(t, 0, 0)
}

// What was a person's patience, or haste, counts as it does for the form.
func TestHastyAndExpiredForms(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	in, r := s.Intake(t), rig.NewReporter(t)
	in.Form = s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(time.Minute)}) // hasty however slow this machine is
	report := r.Seal(t, in, "bribery", "", "a report")
	once := refusedAs(t, "hasty", s.PostJSON(t, "/api/reports", report), 422, "once-more")
	aged := func() string { return s.AgedToken(t, time.Minute) }
	trap := refusedAs(t, "honeypot", s.PostJSON(t, "/api/reports", report.With("form", aged(), "website", "x")), 422, "once-more")
	expired := refusedAs(t, "expired", s.PostJSON(t, "/api/reports", report.With("form", s.AgedToken(t, 25*time.Hour))), 422, "form-expired")
	none := refusedAs(t, "no token", s.PostJSON(t, "/api/reports", report.With("form", "")), 422, "form-expired")
	if s.Cases(t) != 0 {
		t.Fatalf("%d cases", s.Cases(t))
	}
	for _, p := range []rig.Problem{once, trap, expired, none} {
		other := rig.NewReporter(t)
		in.Form = p.Form
		s.Accept(t, other.Seal(t, in, "bribery", "", "once more").With("website", "x"))
	}
	chunk := rig.Chunk{Form: s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(time.Minute)}), ID: crypto.NewID(), Content: []byte("x")}
	p := refusedAs(t, "hasty chunk", s.SendChunk(t, chunk), 422, "once-more")
	if chunk.Form = p.Form; s.SendChunk(t, chunk).Status != 200 {
		t.Error("a chunk is not taken the second time")
	}
}

// Whoever is over the limit is told how long to wait, and is taken then. Chunks
// and the report of a form that was admitted are not counted.
func TestSealedReportsOverTheLimit(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	in, r := s.Intake(t), rig.NewReporter(t)
	client := rig.ClientFrom(t, "127.0.0.6")
	send := func(q *http.Request) rig.Response {
		t.Helper()
		res, err := rig.SendBy(client, q)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	admitted := s.AgedToken(t, time.Minute)
	file, sealed := r.SealFile(t, "a.txt", make([]byte, 300))
	if res := send(s.ChunkRequest(t, rig.Chunk{Form: admitted, ID: file.ID, Content: sealed[:100]})); res.Status != 200 {
		t.Fatalf("%d %s", res.Status, res.Body)
	}
	drafts := s.FloodUntil(t, "127.0.0.6", http.StatusTooManyRequests, func() (flood []*http.Request) {
		for range 300 {
			chunk := rig.Chunk{Form: s.AgedToken(t, time.Minute), ID: crypto.NewID(), Offset: 1, Content: []byte("x")} // admitted, and then not known: cheap
			flood = append(flood, s.ChunkRequest(t, chunk))
		}
		return flood
	})
	limited := drafts[slices.IndexFunc(drafts, func(res rig.Response) bool { return res.Status == http.StatusTooManyRequests })]
	p := refusedAs(t, "over the limit", limited, 429, "too-many")
	if p.Wait < 15 || p.Wait > 30 || limited.Header.Get("Retry-After") != jsonNumber(t, p.Wait) || len(p.Form) != 88 {
		t.Errorf("%+v, Retry-After %q", p, limited.Header.Get("Retry-After"))
	}
	if res := send(s.ChunkRequest(t, rig.Chunk{Form: admitted, ID: file.ID, Offset: 100, Last: true, Content: sealed[100:]})); res.Status != 200 {
		t.Errorf("a later chunk = %d %s", res.Status, res.Body)
	}
	in.Form = admitted
	if res := send(s.JSONRequest(t, "/api/reports", r.Seal(t, in, "bribery", "", "a report", file))); res.Status != 201 {
		t.Errorf("the report of it = %d %s", res.Status, res.Body)
	}
	patient := rig.NewReporter(t)
	in.Form = s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Again: true, Waits: time.Now().Add(-21 * time.Second)})
	if res := send(s.JSONRequest(t, "/api/reports", patient.Seal(t, in, "bribery", "", "a report"))); res.Status != 201 {
		t.Errorf("after waiting = %d %s", res.Status, res.Body)
	}
	for _, spent := range []string{admitted, in.Form} { // the files' form, and the one that waited
		in.Form = spent
		same := rig.NewReporter(t).Seal(t, in, "bribery", "", "x")
		s.FloodUntil(t, "127.0.0.6", http.StatusTooManyRequests, func() (flood []*http.Request) {
			for range 300 {
				flood = append(flood, s.JSONRequest(t, "/api/reports", same))
			}
			return flood
		})
	}
	early := rig.NewReporter(t)
	in.Form = s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-time.Minute), Again: true, Waits: time.Now().Add(-5 * time.Second)})
	if p := refusedAs(t, "too early", send(s.JSONRequest(t, "/api/reports", early.Seal(t, in, "bribery", "", "a report"))), 429, "too-many"); p.Wait > 17 {
		t.Errorf("the waiting is begun anew: %+v", p)
	}
}

func jsonNumber(t *testing.T, n int) string {
	t.Helper()
	b, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
