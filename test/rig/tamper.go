package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hotline/crypto"
)

// PutMessage puts a message into the database as a handler's browser would
// have, or as an attacker would like to: sealed well, with whatever it says.
func (s *Server) PutMessage(t testing.TB, receipt string, m crypto.Message, from string) {
	t.Helper()
	id := s.CaseID(t, receipt)
	seq := s.Count(t, `SELECT last_seq FROM cases WHERE id = $1`, id) + 1
	sealed, err := crypto.SealMessage(m, s.RecipientsOf(t, receipt)...)
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, `INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES (random(), $1, $2, $3, '', '2026-11-24', 0, '', $4)`, id, seq, from, sealed)
	s.Exec(t, `UPDATE cases SET last_seq = $2 WHERE id = $1`, id, seq)
}

// Lengthen puts messages into a case until it has so many, in turns of the desk, the
// reporter and a note that adds a task. Each says which it is: "message 7".
func (s *Server) Lengthen(t testing.TB, r *Reporter, to int) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	recipients := s.RecipientsOf(t, r.Receipt.String())
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, after the commit
	var last int
	if err := tx.QueryRow(`SELECT last_seq FROM cases WHERE id = $1`, r.CaseID).Scan(&last); err != nil {
		t.Fatal(err)
	}
	for seq := last + 1; seq <= to; seq++ {
		m := crypto.Message{Case: r.CaseID, Seq: seq, From: []string{"desk", "reporter", "note"}[seq%3], On: "2026-11-24", Language: "en", Text: fmt.Sprintf("message %d", seq)}
		kind, sealTo := "", recipients
		if m.From == "note" {
			kind, sealTo, m.Fields = "task", recipients[:1], map[string]string{"task": "new"}
		}
		sealed, err := crypto.SealMessage(m, sealTo...)
		if err == nil {
			_, err = tx.Exec(`INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES (random(), $1, $2, $3, $4, '2026-11-24', 0, '', $5)`, r.CaseID, seq, m.From, kind, sealed)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tx.Exec(`UPDATE cases SET last_seq = $2 WHERE id = $1`, r.CaseID, to); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// RecipientsOf are the case and the reporter, as they stand in the database for
// everybody to use.
func (s *Server) RecipientsOf(t testing.TB, receipt string) (to []crypto.Recipient) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	var caseRecipient, reporter string
	if err := db.QueryRow(`SELECT recipient, reporter_recipient FROM cases WHERE id = $1`, s.CaseID(t, receipt)).Scan(&caseRecipient, &reporter); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{caseRecipient, reporter} {
		r, err := crypto.ParseRecipient(line)
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, r)
	}
	return to
}

// Tamper changes the sealed bytes of a message.
func (s *Server) Tamper(t testing.TB, id string, seq int, change func(sealed []byte) []byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	var sealed []byte
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = $1 AND seq = $2`, id, seq).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE messages SET sealed = $3 WHERE case_id = $1 AND seq = $2`, id, seq, change(sealed)); err != nil {
		t.Fatal(err)
	}
}

// SealedMessage returns the sealed bytes of a message.
func (s *Server) SealedMessage(t testing.TB, id string, seq int) (sealed []byte) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = $1 AND seq = $2`, id, seq).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// PutFile puts a file of a message of that sender where the desk would.
func (s *Server) PutFile(t testing.TB, r *Reporter, seq int, from string, size int) (id string, content []byte) {
	t.Helper()
	s.PutMessage(t, r.Receipt.String(), crypto.Message{Case: r.CaseID, Seq: seq, From: from, Text: "a file"}, from)
	content, err := crypto.Seal(make([]byte, size), r.Case.Recipient(), r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	id = crypto.NewID()
	if err := os.WriteFile(filepath.Join(s.Data, "files", id), content, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Exec(t, `INSERT INTO files (id, case_id, seq, size) VALUES ($1, $2, $3, $4)`, id, r.CaseID, seq, len(content))
	return id, content
}
