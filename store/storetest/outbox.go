package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// addReaderAndBoss adds a handler, and an administrator who manages them.
func addReaderAndBoss(t *testing.T, s *store.Store) (reader, boss store.Handler) {
	t.Helper()
	reader = newHandler("reader@example.org")
	boss = store.Handler{ID: newID(), Name: "Boss", Email: "boss@example.org", Roles: []string{store.RoleAdmin}}
	for _, h := range []store.Handler{reader, boss} {
		if _, err := s.AddHandler(context.Background(), h); err != nil {
			t.Fatal(err)
		}
	}
	return reader, boss
}

func noticesOf(t *testing.T, s *store.Store, id string) []int64 {
	t.Helper()
	found, err := s.NoticesOf(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Notices wait until their target was told; what came meanwhile waits on.
func testOutbox(t *testing.T, s *store.Store) {
	ctx := context.Background()
	reader, _ := addReaderAndBoss(t, s)
	create(t, s, newCase(reader.ID))
	urgent := newCase(reader.ID)
	urgent.Danger = casework.DangerOpen
	create(t, s, urgent)
	waiting := func() (of store.Waiting) {
		t.Helper()
		all, err := s.Waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range all {
			if w.Target == reader.ID {
				of = w
			}
		}
		return of
	}
	if w := waiting(); w.Notices != 2 || !w.Urgent || w.Notify != store.NotifyWindow || w.Hour != 8 || !w.Retry.IsZero() {
		t.Fatalf("after two reports: %+v", w)
	}
	before := noticesOf(t, s, reader.ID)
	create(t, s, newCase(reader.ID))
	at := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	if err := s.DeliveryFailed(ctx, reader.ID, before, casework.FaultTimeout, at); err != nil {
		t.Fatal(err)
	}
	if w := waiting(); w.Notices != 3 || !w.Retry.Equal(at.Add(time.Minute)) {
		t.Errorf("after a failure: %+v", w)
	}
	if err := s.Delivered(ctx, reader.ID, before); err != nil {
		t.Fatal(err)
	}
	if w := waiting(); w.Notices != 1 || w.Urgent || !w.Retry.IsZero() {
		t.Errorf("the notice that came later: %+v", w)
	}
}

// A failure of more than an hour is told to administrators once; one of three days
// ends. Whoever left is told nothing.
func testUndelivered(t *testing.T, s *store.Store) {
	ctx := context.Background()
	reader, boss := addReaderAndBoss(t, s)
	create(t, s, newCase(reader.ID))
	at := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	tried := noticesOf(t, s, reader.ID)
	create(t, s, newCase(reader.ID)) // while the last attempt is made
	for _, after := range []time.Duration{0, time.Minute, 2 * time.Hour, 3 * time.Hour, casework.GiveUpAfter} {
		if err := s.DeliveryFailed(ctx, reader.ID, tried, casework.FaultAddress, at.Add(after)); err != nil {
			t.Fatal(err)
		}
	}
	failed, err := s.FailedDeliveries(ctx)
	if err != nil || len(failed) != 1 || failed[0] != (store.FailedDelivery{Target: reader.ID, Attempts: 5, First: at, Fault: casework.FaultAddress}) {
		t.Errorf("given up: %+v (%v)", failed, err)
	}
	if n, told := len(noticesOf(t, s, reader.ID)), len(noticesOf(t, s, boss.ID)); n != 1 || told != 1 {
		t.Errorf("%d notices are left, %d are for the administrator", n, told)
	}
	if to, err := s.MailTo(ctx, reader.ID); err != nil || to != (store.MailTo{Address: reader.Email}) {
		t.Errorf("mail to %+v (%v)", to, err)
	}
	if err := s.DisableHandler(ctx, "", reader.Email); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MailTo(ctx, reader.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("mail to one who left: %v", err)
	}
	for _, mail := range []bool{true, false} {
		if err := s.DropNotices(ctx, mail); err != nil {
			t.Fatal(err)
		}
		if failed, err := s.FailedDeliveries(ctx); err != nil || len(failed) != 0 {
			t.Errorf("of one who left: %+v (%v)", failed, err)
		}
		if told := len(noticesOf(t, s, boss.ID)) == 1; told != mail {
			t.Errorf("with mail %t, the administrator is told: %t", mail, told)
		}
	}
}

func testLease(t *testing.T, s *store.Store) {
	ctx := context.Background()
	now := time.Date(2026, 11, 30, 10, 30, 0, 0, time.UTC)
	hold := func(holder string, after time.Duration) bool {
		t.Helper()
		held, err := s.HoldLease(ctx, "work", holder, now.Add(after), now.Add(after+time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	for _, test := range []struct {
		holder string
		after  time.Duration
		want   bool
	}{
		{"a", 0, true}, {"b", 59 * time.Second, false}, {"a", 30 * time.Second, true}, {"b", time.Minute, false}, {"b", 90 * time.Second, true}, {"a", 91 * time.Second, false},
		{"b", 24 * time.Hour, true}, {"a", 23*time.Hour + time.Minute, false}, {"a", 22 * time.Hour, true}, // a clock that is set back
	} {
		if got := hold(test.holder, test.after); got != test.want {
			t.Errorf("%s after %s: %t", test.holder, test.after, got)
		}
	}
	for _, holder := range []string{"a", "b"} {
		if err := s.EndLease(ctx, "work", holder); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	holders := 0
	for _, holder := range []string{"c", "d", "e", "f", "g", "h"} {
		all.Go(func() {
			held, err := s.HoldLease(ctx, "work", holder, now, now.Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if held {
				holders++
			}
		})
	}
	all.Wait()
	if holders != 1 {
		t.Errorf("%d holders at a time", holders)
	}
}
