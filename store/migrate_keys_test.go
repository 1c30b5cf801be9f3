package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"hotline/store/casework"
)

// A hotline of the second schema keeps keys, events and sessions. Its keys open
// what they opened, and whoever holds keys is looked at once for what they lack.
func TestKeysMigrationKeepsEverything(t *testing.T) {
	ctx := context.Background()
	for engine, url := range newDatabases(t) {
		db := openSchema(t, engine, url, 2)
		exec := func(query string, args ...any) {
			t.Helper()
			if _, err := db.Exec(query, args...); err != nil {
				t.Fatalf("%s: %v", engine, err)
			}
		}
		ana, ben, invited, now := newID(), newID(), newID(), time.Now().Unix()
		for _, h := range []struct{ id, recipient string }{{ana, "age1pq1ana"}, {ben, "age1pq1ben"}, {invited, ""}} {
			exec(`INSERT INTO handlers (id, name, email, email_key, roles, queues, created, recipient) VALUES ($1, 'N', $2, $2, 'handler', 'hr', 1, $3)`, h.id, h.id+"@b", h.recipient)
		}
		c := usualCase([]string{ana})
		exec(`INSERT INTO cases (place, id, lookup_hash, queue, category, channel, state, outcome, received, acknowledged, closed, last_seq, recipient, reporter_recipient, summary, turn, priority, assignee, decided, answered, reopened, due)
			VALUES ($1, $2, $3, 'hr', $4, 'web', 'acknowledged', '', '2026-10-01', '2026-10-02', '', 1, $5, $6, $7, 'desk', 'high', $8, '', '', '', '')`,
			randomPlace(), c.ID, c.LookupHash, c.Category, c.Recipient, c.ReporterRecipient, c.Summary, ana)
		exec(`INSERT INTO case_keys (place, case_id, handler_id, sealed) VALUES ($1, $2, $3, $4)`, randomPlace(), c.ID, ana, c.Keys[ana])
		exec(`INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES ($1, $2, 1, 'report', '', '2026-10-01', 0, '', $3)`, randomPlace(), c.ID, c.Message)
		exec(`INSERT INTO case_events (id, case_id, after_seq, at, handler_id, what, was, became, outcome) VALUES ($1, $2, 1, 77, $3, 'state', 'received', 'acknowledged', '')`, newID(), c.ID, ana)
		exec(`INSERT INTO case_reads (case_id, handler_id, seq) VALUES ($1, $2, 1)`, c.ID, ana)
		exec(`INSERT INTO sessions (token_hash, id, handler_id, tab_key, browser, created, seen, confirmed) VALUES ($1, $2, $3, $1, 'firefox', $4, $4, $4)`, make([]byte, 32), newID(), ana, now)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		s := openAt(t, url, Options{})
		if err := s.Verify(ctx); err != nil {
			t.Errorf("%s: Verify: %v", engine, err)
		}
		wantKeysMigrated(t, s, engine, c, ana, ben)
	}
}

func wantKeysMigrated(t *testing.T, s *Store, engine string, c NewCase, ana, ben string) {
	t.Helper()
	ctx := context.Background()
	if key, err := s.CaseKeyFor(ctx, c.ID, ana); err != nil || !slices.Equal(key, c.Keys[ana]) {
		t.Errorf("%s: the key is gone, or another (%v)", engine, err)
	}
	if closed, err := s.ClosedCases(ctx, 9); err != nil || len(closed) != 0 {
		t.Errorf("%s: closed are %v (%v)", engine, closed, err)
	}
	events, err := s.Events(ctx, c.ID)
	if want := (Event{After: 1, At: 77, By: ana, What: EventState, From: "received", To: "acknowledged"}); err != nil || len(events) != 1 || events[0] != want {
		t.Errorf("%s: the events are %+v (%v)", engine, events, err)
	}
	session, h, err := s.Session(ctx, SessionHash{})
	if err != nil || session.HandlerID != ana {
		t.Errorf("%s: the session is gone (%v)", engine, err)
	}
	if read, err := s.ReadUpTo(ctx, c.ID, ana); err != nil || read != 1 {
		t.Errorf("%s: read up to %d (%v)", engine, read, err)
	}
	got, err := s.CaseFor(ctx, c.ID, h)
	if err != nil || got.Assignee != ana || got.Priority != casework.High || got.Due == "" {
		t.Errorf("%s: the case is %+v (%v)", engine, got, err)
	}
	wanting, err := s.Wanting(ctx, h)
	if err != nil || len(wanting) != 1 || wanting[0].ID != ben || wanting[0].Cases != 1 {
		t.Errorf("%s: wanting are %+v (%v)", engine, wanting, err)
	}
	if unchecked, err := s.UncheckedKeys(ctx, h, 9); err != nil || len(unchecked) != 0 {
		t.Errorf("%s: %d keys of old have to be looked at (%v)", engine, len(unchecked), err)
	}
	if state, _, err := s.StatementOf(ctx, c.ID); err != nil || state != "" {
		t.Errorf("%s: a written report has a statement (%v)", engine, err)
	}
	if held, err := s.HasName(ctx, c.ID); err != nil || held {
		t.Errorf("%s: a report of old has a name apart (%v)", engine, err)
	}
	if head, err := s.VerifyAudit(ctx); err != nil || head.N != 0 {
		t.Errorf("%s: the audit log: %d (%v)", engine, head.N, err)
	}
}
