package api

import (
	"html"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// A queue that nobody can read takes nothing, loses nothing and says so; the
// others go on.
func TestQueueWithoutHandler(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	hr := rig.AddHandler(t, data, "hr@desk.example", "hr")
	s := rig.Start(t, data, "--limits", "off")
	for _, lang := range rig.Languages {
		path := "/" + lang + "/report"
		fields := rig.WithForm(s.FormToken(t, path), rig.Typed()...) // bribery: compliance
		res := s.Post(t, path, fields, rig.TextFile("a.txt", 100))
		if res.Status != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s = %d, Retry-After %q", path, res.Status, res.Header.Get("Retry-After"))
		}
		if !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, lang).T("notice.queue-closed"))) || !strings.Contains(res.Body, "a.txt") {
			t.Errorf("%s does not say that it is closed, and which files are lost", path)
		}
		rig.CheckKept(t, path, res.Body, fields)
		rig.CheckTitle(t, path, lang, res.Body)
	}
	if s.Cases(t) != 0 || len(s.SealedFiles(t)) != 0 {
		t.Errorf("%d cases, %d files stored", s.Cases(t), len(s.SealedFiles(t)))
	}
	open := []rig.Field{{Name: "text", Value: "for hr"}, {Name: "subject", Value: "own"}, {Name: "category", Value: "sexual-harassment"}}
	if c := s.Case(t, s.Report(t, "en", open), hr); c.Queue != "hr" {
		t.Errorf("it went to %s", c.Queue)
	}
	compliance := rig.AddHandler(t, data, "compliance@desk.example", "compliance") // while the server runs
	fields := rig.Typed()
	if c := s.Case(t, s.Report(t, "en", fields), compliance); c.Queue != "compliance" || c.Messages[0].Text != fields[4].Value {
		t.Errorf("after a handler came: %+v", c)
	}
}

// A disabled handler gets no key of what comes later, and keeps what was sealed
// to them before.
func TestDisabledHandlerGetsNoKey(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	stays := rig.AddHandler(t, data, "stays@desk.example", "compliance")
	leaves := rig.AddHandler(t, data, "leaves@desk.example", "compliance")
	s := rig.Start(t, data, "--limits", "off")
	before := s.Report(t, "en", []rig.Field{{Name: "text", Value: "before"}})
	if c := s.Case(t, before, leaves); c.Messages[0].Text != "before" {
		t.Fatalf("%+v", c)
	}
	rig.Run(t, "handler", "disable", "--data", data, "leaves@desk.example")
	c := s.Case(t, s.Report(t, "en", []rig.Field{{Name: "text", Value: "after"}}, rig.TextFile("a.txt", 100)), stays)
	keys, err := filepath.Glob(filepath.Join(c.Dir, "keys", "*"))
	if err != nil || !slices.Equal(keys, []string{filepath.Join(c.Dir, "keys", "stays@desk.example.age")}) {
		t.Fatalf("keys: %v, %v", keys, err)
	}
	err = filepath.WalkDir(c.Dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		sealed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := crypto.Open(sealed, leaves.Identity); err == nil {
			t.Errorf("the disabled handler opens %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Only the handlers of a queue get its keys.
func TestOtherQueuesHandlersGetNoKey(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, c := range []struct{ queue, subject, category string }{
		{"hr", "own", "discrimination"}, {"procurement", "supplier", "minerals"}, {"compliance", "own", "minerals"}, {"compliance", "other", "bribery"}, {"compliance", "", "unsure"},
	} {
		receipt := s.Report(t, "es", []rig.Field{{Name: "subject", Value: c.subject}, {Name: "category", Value: c.category}, {Name: "text", Value: "secret"}})
		opened := s.Case(t, receipt, handlers[c.queue])
		keys, err := filepath.Glob(filepath.Join(opened.Dir, "keys", "*"))
		if err != nil || len(keys) != 1 || opened.Queue != c.queue {
			t.Errorf("%s of %s: keys %v in %s", c.category, c.subject, keys, opened.Queue)
		}
	}
}

// A fault of the database while a report comes in is met with the form, all of
// it kept; and the same form is taken at once when the fault is gone. Its lock
// once stayed held, so that sending again waited until the connection was cut.
func TestFaultyDatabaseKeepsTheForm(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, table := range []string{"form_uses", "handlers", "case_keys", "messages", "cases"} {
		fields := rig.WithForm(s.FormToken(t, "/en/report"), rig.Typed()...)
		s.Exec(t, "ALTER TABLE "+table+" RENAME TO away")
		res := s.Post(t, "/en/report", fields, rig.TextFile("a.txt", 100))
		s.Exec(t, "ALTER TABLE away RENAME TO "+table)
		if res.Status < 500 {
			t.Errorf("without %s = %d", table, res.Status)
		}
		rig.CheckKept(t, "without "+table, res.Body, fields)
		rig.CheckTitle(t, "without "+table, "en", res.Body)
		receipt := s.Report(t, "en", without("form", fields))
		fields[0].Value = rig.Token(t, res.Body)
		res = s.Post(t, "/en/report", fields, rig.TextFile("a.txt", 100))
		if res.Status != http.StatusCreated {
			t.Fatalf("%s is back, and sending again = %d", table, res.Status)
		}
		if c := s.Case(t, receipt, handlers["compliance"]); c.Messages[0].Text != fields[5].Value {
			t.Errorf("stored %+v", c.Messages)
		}
	}
	if strings.Contains(s.Log(), "panic") {
		t.Errorf("it panicked:\n%s", s.Log())
	}
}
