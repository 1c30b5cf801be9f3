package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hotline/store/casework"
)

// TestMain turns the test binary into the child of the tests that kill one, when it is
// asked to.
func TestMain(m *testing.M) {
	for variable, child := range map[string]func(string){killChildVariable: killChild, upgradeChildVariable: upgradeChild} {
		if path := os.Getenv(variable); path != "" {
			child(path)
			return
		}
	}
	os.Exit(m.Run())
}

// openTemp opens a new SQLite store, closed when the test ends, and returns
// the path of its file.
func openTemp(t testing.TB, opt Options) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "hotline.db")
	return openAt(t, path, opt), path
}

func openAt(t testing.TB, url string, opt Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// RunTwice are options with which every unit of work runs twice.
func RunTwice() Options { return Options{twice: true} }

// rawDSN is the data source name of a connection to a SQLite file beside a store.
func rawDSN(path, mode string, wait time.Duration, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}, pragmas...)}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func newID() string { return hex.EncodeToString(randomBytes(16)) }

// The sizes of what a usual report consists of, in bytes.
const (
	usualKey       = 1800
	usualMessage   = 7500
	usualSummary   = 2300
	usualRecipient = 1959
	usualHandlers  = 3
)

// usualCase returns a report of the usual size with random content.
func usualCase(handlers []string) NewCase {
	c := NewCase{
		Case: Case{
			ID: newID(), Branch: "hr", Category: "power-harassment", Channel: casework.Web, Received: "2026-11-21",
			Recipient:         hex.EncodeToString(randomBytes(usualRecipient / 2)),
			ReporterRecipient: hex.EncodeToString(randomBytes(usualRecipient / 2)),
			Summary:           randomBytes(usualSummary),
		},
		LookupHash: randomBytes(32),
		Keys:       map[string][]byte{},
		Message:    randomBytes(usualMessage),
		Use:        FormUse{Nonce: randomBytes(32), Content: randomBytes(32), Day: "2026-11-21"},
	}
	for _, id := range handlers {
		c.Keys[id] = randomBytes(usualKey)
	}
	return c
}

func addHandlers(t testing.TB, s *Store, n int) (ids []string) {
	t.Helper()
	for i := range n {
		h := Handler{ID: newID(), Name: fmt.Sprint("Handler ", i), Email: fmt.Sprintf("h%d@example.org", i), Roles: []string{RoleHandler}, Recipient: "age1pq1"}
		if _, err := s.AddHandler(context.Background(), h); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, h.ID)
	}
	return ids
}

// createCases stores n reports and returns them in the order of their arrival.
func createCases(t testing.TB, s *Store, handlers []string, n int) (cases []NewCase) {
	t.Helper()
	for range n {
		c := usualCase(handlers)
		if err := s.CreateCase(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}
