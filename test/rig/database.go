package rig

import (
	"context"
	"crypto/rand"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/store/casework"
)

// DB opens the server's SQLite database beside it.
func (s *Server) DB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.Data, "hotline.db")+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Exec changes the database behind the server's back.
func (s *Server) Exec(t testing.TB, query string, args ...any) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Count returns a number out of the database.
func (s *Server) Count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	if err := db.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Column returns the texts of a query's only column.
func (s *Server) Column(t testing.TB, query string, args ...any) (texts []string) {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		texts = append(texts, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return texts
}

// Sign makes a form token as the server itself would have, with its key of the
// form's day. A day without a key gets one.
func (s *Server) Sign(t testing.TB, form guard.Form) string {
	t.Helper()
	token, err := s.forms(t).Sign(context.Background(), form)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// forms makes and reads tokens with the keys in the server's database.
func (s *Server) forms(t testing.TB) guard.Forms {
	return guard.Forms{Now: time.Now, Key: func(_ context.Context, day casework.Day, _ bool) (key crypto.DailyKey, err error) {
		db := s.DB(t)
		defer db.Close()
		fresh := make([]byte, len(key))
		rand.Read(fresh)
		if _, err = db.Exec(`INSERT INTO daily_keys (day, key) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(day), fresh); err != nil {
			return key, err
		}
		var kept []byte
		err = db.QueryRow(`SELECT key FROM daily_keys WHERE day = $1`, string(day)).Scan(&kept)
		copy(key[:], kept)
		return key, err
	}}
}

// CheckToken returns the form of a token, as the server itself would read it.
func (s *Server) CheckToken(t testing.TB, token string) guard.Form {
	t.Helper()
	form, err := s.forms(t).Check(context.Background(), token)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// AgedToken is the token of a form that was served some time ago.
func (s *Server) AgedToken(t testing.TB, age time.Duration) string {
	t.Helper()
	return s.Sign(t, guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().Add(-age)})
}

// SealedFiles lists the files in the server's folder of sealed files.
func (s *Server) SealedFiles(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Data, "files", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
