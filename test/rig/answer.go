package rig

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"testing"

	"hotline/crypto"
	"hotline/store/casework"
)

// DeskAnswer is a message of the desk, and where it moves the case.
type DeskAnswer struct {
	Receipt, Lang, Text string
	State, Outcome      string
	Name                string // of the file that goes with it, or ""
	Content             []byte
}

// Answer does what a handler does: it seals a message into the case, with a
// file if there is a name for one, and moves the case on.
func (s *Server) Answer(t testing.TB, a DeskAnswer) {
	t.Helper()
	id := s.CaseID(t, a.Receipt)
	from := string(casework.FromDesk)
	m := crypto.Message{Case: id, Seq: 2, From: from, On: "2026-11-24", Language: a.Lang, Text: a.Text}
	if a.Name != "" {
		m.Files = []crypto.File{s.sealFile(t, a.Receipt, a.Name, a.Content)}
	}
	s.PutMessage(t, a.Receipt, m, from)
	s.Exec(t, `UPDATE cases SET state = $2, outcome = $3, acknowledged = received, closed = CASE WHEN $3 = '' THEN '' ELSE received END WHERE id = $1`,
		id, a.State, a.Outcome)
}

// sealFile seals a file for case and reporter and puts it where the desk
// would.
func (s *Server) sealFile(t testing.TB, receipt, name string, content []byte) crypto.File {
	t.Helper()
	sum := sha256.Sum256(content)
	f := crypto.File{ID: crypto.NewID(), Name: name, Type: "application/pdf", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	padded := bytes.NewBuffer(bytes.Clone(content))
	if err := crypto.PadFile(padded, f.Size); err != nil {
		t.Fatal(err)
	}
	sealed, err := crypto.Seal(padded.Bytes(), s.RecipientsOf(t, receipt)...)
	if err != nil {
		t.Fatal(err)
	}
	WriteFile(t, filepath.Join(s.Data, "files"), f.ID, sealed)
	s.Exec(t, `INSERT INTO files (id, case_id, seq, size) VALUES ($1, $2, 2, $3)`, f.ID, s.CaseID(t, receipt), len(sealed))
	return f
}
