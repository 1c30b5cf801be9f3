package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/test/rig"
)

// storedReport is what the browser says that it sent to the faulty server.
type storedReport struct {
	Receipt, Text string
	Files         []struct{ Name, SHA256 string }
}

// faulty is a server that is killed and changed while a browser sends to it.
type faulty struct {
	*rig.Server
	handlers []rig.Handler
}

func newFaulty(t *testing.T, flags ...string) *faulty {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	f := &faulty{handlers: []rig.Handler{rig.AddHandler(t, data, "first@desk.example", "compliance")}}
	f.Server = rig.Start(t, data, flags...)
	return f
}

// asked is what the browser program asks to be done to the server.
func (f *faulty) asked() map[string]func(*testing.T, browserLine) string {
	return map[string]func(*testing.T, browserLine) string{
		"kill": func(t *testing.T, _ browserLine) string {
			f.Kill()
			f.Restart(t)
			return ""
		},
		"handler": func(t *testing.T, _ browserLine) string {
			rig.AddHandler(t, f.Data, fmt.Sprintf("%d@desk.example", time.Now().UnixNano()), "compliance")
			return ""
		},
		"cases": func(t *testing.T, _ browserLine) string { return fmt.Sprint(f.Cases(t)) },
		"messages": func(t *testing.T, l browserLine) string {
			return fmt.Sprint(f.Count(t, `SELECT count(*) FROM messages WHERE case_id = $1`, f.CaseID(t, l.Receipt)))
		},
		"aged": func(t *testing.T, _ browserLine) string { return f.AgedToken(t, 25*time.Hour) },
		"faulty answer": func(t *testing.T, l browserLine) string {
			f.Server.Answer(t, l.answer())
			return ""
		},
		"second answer": func(t *testing.T, l browserLine) string {
			from := string(casework.FromDesk)
			f.Server.PutMessage(t, l.Receipt, crypto.Message{Case: f.CaseID(t, l.Receipt), Seq: 3, From: from, On: "2026-11-24", Language: "en", Text: l.Text}, from)
			return ""
		},
	}
}

// check opens a report as its handler does, and compares it with what was sent.
func (f *faulty) check(t *testing.T, want storedReport) {
	got := f.Case(t, want.Receipt, f.handlers[0])
	if len(got.Messages) != 1 || got.Messages[0].Text != want.Text || len(got.Messages[0].Files) != len(want.Files) || len(got.Files) != len(want.Files) {
		t.Fatalf("%d messages, %d files: %+v; want %+v", len(got.Messages), len(got.Files), got.Messages, want)
	}
	for i, sent := range want.Files {
		file, content := got.File(t, 0, i)
		if sum := sha256.Sum256(content); file.Name != sent.Name || hex.EncodeToString(sum[:]) != sent.SHA256 {
			t.Errorf("file %q is not the one that was sent", file.Name)
		}
	}
}
