package rig

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/crypto"
)

// Case is an exported case, opened by one of its handlers.
type Case struct {
	ID       string
	Queue    string
	Dir      string            // the exported folder
	Name     map[string]string // the reporter's name and contact, sealed apart
	Messages []crypto.Message  // in order
	Files    map[string][]byte // what each file holds after opening, padding included, by id
}

// CaseID returns the id of the case that a receipt leads to.
func (s *Server) CaseID(t testing.TB, receipt string) (id string) {
	t.Helper()
	r, err := crypto.ParseReceipt(receipt)
	if err != nil {
		t.Fatal(err)
	}
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT id FROM cases WHERE lookup_hash = $1`, r.Lookup().Hash()).Scan(&id); err != nil {
		t.Fatalf("the case of %s: %v", receipt, err)
	}
	return id
}

// Cases counts the cases there are.
func (s *Server) Cases(t testing.TB) int {
	t.Helper()
	return s.Count(t, `SELECT count(*) FROM cases`)
}

// Case exports the case of a receipt and opens all of it as a handler would.
func (s *Server) Case(t testing.TB, receipt string, by Handler) Case {
	t.Helper()
	c := Case{ID: s.CaseID(t, receipt), Dir: filepath.Join(t.TempDir(), "case"), Files: map[string][]byte{}}
	Run(t, "case", "export", "--data", s.Data, c.ID, c.Dir)
	var known struct{ Queue string }
	if err := json.Unmarshal(read(t, c.Dir, "case.json"), &known); err != nil {
		t.Fatal(err)
	}
	c.Queue = known.Queue
	identity, err := crypto.OpenCaseKey(read(t, c.Dir, "keys", by.Email+".age"), by.Identity)
	if err != nil {
		t.Fatalf("%s cannot open the case: %v", by.Email, err)
	}
	for _, path := range glob(t, c.Dir, "[0-9]*.json.age") {
		var m crypto.Message
		if err := json.Unmarshal(open(t, path, identity), &m); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		c.Messages = append(c.Messages, m)
	}
	name, err := crypto.OpenMessage(read(t, c.Dir, "name.json.age"), identity, c.ID, 1, crypto.FromName)
	if err != nil {
		t.Fatalf("the name: %v", err)
	}
	c.Name = name.Fields
	for _, path := range glob(t, c.Dir, "files", "*.age") {
		c.Files[strings.TrimSuffix(filepath.Base(path), ".age")] = open(t, path, identity)
	}
	return c
}

// File returns a message's file by its place: how the message describes it, and
// its bytes without padding. It fails the test if the padding is not zeros up
// to the Padmé length.
func (c Case) File(t testing.TB, message, file int) (crypto.File, []byte) {
	t.Helper()
	if len(c.Messages) <= message || len(c.Messages[message].Files) <= file {
		t.Fatalf("no file %d in message %d of %+v", file, message, c.Messages)
	}
	f := c.Messages[message].Files[file]
	padded := c.Files[f.ID]
	if int64(len(padded)) != crypto.Padme(f.Size) {
		t.Fatalf("file %q of %d bytes is padded to %d, want %d", f.Name, f.Size, len(padded), crypto.Padme(f.Size))
	}
	if len(bytes.Trim(padded[f.Size:], "\x00")) > 0 {
		t.Fatalf("the padding of %q is not zeros", f.Name)
	}
	return f, padded[:f.Size]
}

func open(t testing.TB, path string, identity crypto.Identity) []byte {
	t.Helper()
	plain, err := crypto.Open(read(t, path), identity)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return plain
}

func read(t testing.TB, elements ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func glob(t testing.TB, elements ...string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
