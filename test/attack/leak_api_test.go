package attack

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// What a browser sealed, and what it shows to come back, is found nowhere on
// the server; ids, which name files and rows, are not in the log.
func TestNothingOfASealedReportLeaks(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "1MB")
	c := newCanaries()
	r := rig.NewReporter(t)
	c.receipt(t, r.Receipt.String())
	c["case identity"] = r.Case.String()
	ids := canaries{"case id": r.CaseID}
	file := leaveSealedTraces(t, s, c, r)
	ids["file id"] = file.ID
	if opened := s.Case(t, r.Receipt.String(), handlers["compliance"]); len(opened.Messages) != 2 || opened.Messages[0].Text != c["text"] {
		t.Fatalf("the handler reads %+v", opened)
	}
	provokeScripts(t, s, c, r, file, ids)
	c.searchFolder(t, "while it runs", s.Data)
	c.searchFolder(t, "while it runs", s.Temp)
	c.searchOpen(t, s.PID())
	if err := s.Stop(t); err != nil {
		t.Errorf("stopping: %v", err)
	}
	c.search(t, "the log", []byte(s.Log()))
	ids.search(t, "the log", []byte(s.Log()))
	c.searchFolder(t, "after it stopped", s.Data)
	if n := c.searchFolder(t, "after it stopped", s.Temp); n != 0 {
		t.Errorf("%d temporary files", n)
	}
	if !strings.Contains(s.Log(), "request failed") {
		t.Error("nothing failed: this test sees nothing")
	}
}

// leaveSealedTraces sends a report with a file, and a message, from an address
// of its own.
func leaveSealedTraces(t *testing.T, s *rig.Server, c canaries, r *rig.Reporter) crypto.File {
	t.Helper()
	client := rig.ClientFrom(t, canaryAddress)
	do := func(q *http.Request, want int) rig.Response {
		t.Helper()
		res, err := rig.SendBy(client, c.identify(q))
		if err != nil || res.Status != want {
			t.Fatalf("%s = %d, %v\n%s", q.URL.Path, res.Status, err, res.Body)
		}
		return res
	}
	in := s.Intake(t)
	c.token(t, "form token", in.Form)
	file, sealed := r.SealFile(t, c.text("file name"), []byte(c.text("file content")))
	do(s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: file.ID, Last: true, Content: sealed}), 200)
	do(s.JSONRequest(t, "/api/reports", r.Seal(t, in, "bribery", "", c.text("text"), file)), 201)
	token := c.token(t, "message token", s.Intake(t).Form)
	do(s.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": token, "lookup": r.Lookup()}), 200)
	do(s.JSONRequest(t, "/api/follow-up/messages", r.Message(t, token, 2, c.text("message"))), 201)
	return file
}

// provokeScripts sends what goes wrong in every way that could be logged.
func provokeScripts(t *testing.T, s *rig.Server, c canaries, r *rig.Reporter, file crypto.File, ids canaries) {
	t.Helper()
	client := rig.ClientFrom(t, canaryAddress)
	in := s.Intake(t)
	c.token(t, "token of what went wrong", in.Form)
	other := rig.NewReporter(t)
	ids["other case"] = other.CaseID
	report := other.Seal(t, in, "bribery", "", c["text"])
	everything := func() {
		other.CaseID = crypto.NewID()
		ids["case "+other.CaseID] = other.CaseID
		chunk := rig.Chunk{Form: in.Form, ID: crypto.NewID(), Last: true, Content: []byte(c["text"])}
		ids["file "+chunk.ID] = chunk.ID
		whole, sealed := other.SealFile(t, "a", nil)
		ids["file "+whole.ID] = whole.ID
		asked := rig.Sealed{"form": in.Form, "lookup": r.Lookup(), "file": file.ID}
		for _, q := range []*http.Request{
			s.ChunkRequest(t, chunk), s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: whole.ID, Last: true, Content: sealed}),
			s.JSONRequest(t, "/api/reports", report.With("case", other.CaseID, "files", []string{whole.ID})),
			s.JSONRequest(t, "/api/reports", report.With(c["unknown field"], c["text"])), s.JSONRequest(t, "/api/reports", report.With("message", c["text"])),
			s.JSONRequest(t, "/api/reports", c["text"]), s.JSONRequest(t, "/api/reports", report.With("case", r.CaseID, "lookup", r.Lookup())),
			s.JSONRequest(t, "/api/follow-up", rig.Sealed{"form": in.Form, "lookup": r.Lookup()}), s.JSONRequest(t, "/api/follow-up/file", asked),
			s.JSONRequest(t, "/api/follow-up/messages", r.Message(t, in.Form, 3, c["text"], whole)),
		} {
			if _, err := rig.SendBy(client, c.identify(q)); err != nil && !cut(err) {
				t.Error(err)
			}
		}
	}
	for _, table := range []string{"files", "messages", "cases", "handlers", "case_keys", "daily_keys"} {
		s.Exec(t, "ALTER TABLE "+table+" RENAME TO away")
		everything()
		s.Exec(t, "ALTER TABLE away RENAME TO "+table)
	}
	folder := filepath.Join(s.Data, "files")
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	everything()
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	everything()
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Log(), "sealed files") {
		t.Error("no error of the folder is logged: this test sees nothing")
	}
}
