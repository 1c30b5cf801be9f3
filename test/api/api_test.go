package api

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/test/rig"
)

// refusedAs fails the test unless an answer has this status and code.
func refusedAs(t *testing.T, what string, res rig.Response, status int, code string) rig.Problem {
	t.Helper()
	p := rig.Problem{}
	if res.Header.Get("Content-Type") == "application/json" {
		p = rig.ProblemOf(t, res)
	}
	if res.Status != status || p.Error != code {
		t.Errorf("%s = %d %s, want %d %s", what, res.Status, res.Body, status, code)
	}
	rig.CheckHeaders(t, res)
	if got := res.Header.Get("Retry-After") != ""; got != (status == 429 || status == 503) {
		t.Errorf("%s: Retry-After %q on a %d", what, res.Header.Get("Retry-After"), status)
	}
	return p
}

// A report sealed in the browser, with a file in several chunks, reaches its
// handler, who opens it with the stock age command and nothing of ours.
func TestSealedReportReachesItsHandler(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off", "--time-zone", "UTC")
	in, r := s.Intake(t), rig.NewReporter(t)
	content := bytes.Repeat([]byte("evidence "), 30_000)
	file, sealed := r.SealFile(t, "証拠.txt", content)
	empty, sealedEmpty := r.SealFile(t, "empty.txt", nil)
	s.Upload(t, in.Form, file.ID, sealed, 100_000)
	s.Upload(t, in.Form, empty.ID, sealedEmpty, 100_000)
	report := r.Seal(t, in, "bribery", "", "残業代が払われません", file, empty)
	res := s.Accept(t, report)
	today := casework.DayOf(time.Now().UTC())
	dates := law.ProfileOf(law.Strictest).Dates(law.History{State: casework.Received, Received: today})
	want := fmt.Sprintf(`{"branch":"compliance","dates":{"received":%q,"acknowledge":%q,"notice":%q,"answer":%q,"acknowledged":"","closed":"","protected_until":%q,"kept_until":"","meeting_asked":"","meeting_by":""}}`,
		today, dates.Acknowledge.On, dates.Notice.On, dates.Answer.On, dates.Protection.On)
	if strings.TrimRight(res.Body, " ") != want || len(res.Body)%1024 != 0 {
		t.Errorf("the answer is %s, want %s", res.Body, want)
	}
	c := s.Case(t, r.Receipt.String(), handlers["compliance"])
	if c.ID != r.CaseID || c.Queue != "compliance" || len(c.Messages) != 1 || c.Messages[0].Text != "残業代が払われません" {
		t.Errorf("the handler reads %+v", c)
	}
	if f, got := c.File(t, 0, 0); f.Name != "証拠.txt" || !bytes.Equal(got, content) {
		t.Errorf("the handler gets %+v, %d bytes", f, len(got))
	}
	told := rig.Run(t, "case", "open", c.Dir, "-i", handlers["compliance"].File, "-o", filepath.Join(t.TempDir(), "opened"))
	if !strings.Contains(told, "残業代が払われません") {
		t.Errorf("`hotline case open` prints\n%s", told)
	}
	if n := s.Count(t, `SELECT count(*) FROM form_uses`); n != 0 {
		t.Errorf("%d uses of the form are noted: sent without scripts it would find this case", n)
	}
	t.Run("with the age command", func(t *testing.T) {
		sh := rig.Shell(t, rig.Age(t))
		sh(c.Dir, "age -d -i "+handlers["compliance"].File+" -o case.txt keys/compliance@desk.example.age")
		if told := sh(c.Dir, "age -d -i case.txt 0001-report.json.age"); !strings.Contains(told, "残業代が払われません") {
			t.Errorf("age prints %s", told)
		}
	})
}

// The rules that a browser gets are the server's own.
func TestIntakeTellsWhoReadsWhat(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	rig.AddHandler(t, data, "a@desk.example", "hr", "compliance")
	rig.AddHandler(t, data, "b@desk.example", "hr")
	s := rig.Start(t, data, "--max-files", "7", "--max-file-size", "3MB")
	in := s.Intake(t)
	if len(in.Handlers) != 2 || len(in.Queues["hr"]) != 2 || len(in.Queues["compliance"]) != 1 || in.Queues["procurement"] == nil || len(in.Queues["procurement"]) != 0 {
		t.Errorf("handlers and queues: %v %v", len(in.Handlers), in.Queues)
	}
	for id, recipient := range in.Handlers {
		if _, err := crypto.ParseRecipient(recipient); err != nil || !crypto.ValidID(id) {
			t.Errorf("handler %s: %v", id, err)
		}
	}
	if in.Limits.Files != 7 || in.Limits.FileSize != 3<<20 || in.Limits.Chunk != 1<<20 || in.Limits.Text != 30_000 || in.Limits.Field != 1_000 {
		t.Errorf("limits: %+v", in.Limits)
	}
	own := len(in.Rules) - len(casework.Rules) // those of a report that the page of a case opens
	if own != 2 || !reflect.DeepEqual(in.Rules[own:], casework.Rules) || !slices.Equal(in.Rules[0].Desks, []string{"independent"}) || !slices.Equal(in.Rules[1].Desks, []string{"compliance"}) {
		t.Errorf("rules: %+v", in.Rules)
	}
	res := rig.Probe{Method: "GET", Path: "/api/intake", Header: "Accept-Encoding: br"}.Send(t, s)
	if res.Header.Get("Content-Encoding") != "br" || !strings.Contains(rig.Unpack(t, "br", res.Body), `"rules"`) {
		t.Error("it is not compressed")
	}
}

// intakeNow is GET /api/intake when a change of the handlers is certainly seen.
func intakeNow(t *testing.T, s *rig.Server) rig.Intake {
	t.Helper()
	time.Sleep(2100 * time.Millisecond)
	return s.Intake(t)
}

// A queue without handlers takes no sealed report, as it takes no form.
func TestClosedQueueTakesNoSealedReport(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	report := r.Seal(t, in, "power-harassment", "", "a report")
	rig.Run(t, "handler", "disable", "--yes", "--data", s.Data, "hr@desk.example")
	p := refusedAs(t, "disabled", s.PostJSON(t, "/api/reports", report), 503, "closed")
	if in := intakeNow(t, s); len(in.Queues["hr"]) != 0 {
		t.Errorf("hr is read by %v", in.Queues["hr"])
	}
	if s.Cases(t) != 0 || p.Form != "" {
		t.Errorf("%d cases, %+v", s.Cases(t), p)
	}
}

// A handler who enrolled anew meanwhile keeps their id and has another key: what
// is sealed to the old one could be opened by nobody.
func TestReportSealedToAReplacedKeyIsStale(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := rig.NewReporter(t)
	report := r.Seal(t, s.Intake(t), "bribery", "", "a report")
	fresh, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, `UPDATE handlers SET recipient = $1 WHERE email_key = 'compliance@desk.example'`, fresh.Recipient().String())
	refusedAs(t, "sealed to the key of before", s.PostJSON(t, "/api/reports", report), 409, "stale")
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
	again := r.Seal(t, s.Intake(t), "bribery", "", "a report") // told at once
	s.Accept(t, again)
	// Stored once, it stays so, whatever becomes of its readers.
	s.Exec(t, `UPDATE handlers SET recipient = $1 WHERE email_key = 'compliance@desk.example'`, r.Case.Recipient().String())
	s.Accept(t, again)
}

// What is sealed to the handlers of a while ago is to be sealed anew.
func TestReportSealedToTheWrongHandlersIsStale(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	hr := r.Seal(t, in, "power-harassment", "", "a report")
	hr["category"] = "bribery"
	refusedAs(t, "keys of another queue", s.PostJSON(t, "/api/reports", hr), 409, "stale")
	hr["branch"] = "compliance"
	refusedAs(t, "another queue's name", s.PostJSON(t, "/api/reports", hr), 409, "stale")
	report := r.Seal(t, in, "bribery", "", "a report")
	added := rig.AddHandler(t, s.Data, "second@desk.example", "compliance")
	refusedAs(t, "a handler was added", s.PostJSON(t, "/api/reports", report), 409, "stale")
	both := r.Seal(t, intakeNow(t, s), "bribery", "", "a report")
	rig.Run(t, "handler", "disable", "--yes", "--data", s.Data, added.Email)
	refusedAs(t, "a handler was disabled", s.PostJSON(t, "/api/reports", both), 409, "stale")
	if s.Cases(t) != 0 {
		t.Errorf("%d cases", s.Cases(t))
	}
	s.Accept(t, report)
}
