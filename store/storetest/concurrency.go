package storetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// clients is the number of concurrent callers.
const clients = 16

// each runs do in one goroutine a client and waits for all.
func each(do func(client int)) {
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

func testConcurrentCases(t *testing.T, s *store.Store) {
	const perClient = 20
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	var mu sync.Mutex
	stored := map[string]store.NewCase{}
	each(func(int) {
		for range perClient {
			c := newCase(ids...)
			if err := s.CreateCase(ctx, c); err != nil {
				t.Errorf("CreateCase: %v", err)
				return
			}
			mu.Lock()
			stored[c.ID] = c
			mu.Unlock()
		}
	})
	all, err := s.Cases(ctx, store.CaseFilter{})
	if err != nil || len(all) != len(stored) {
		t.Fatalf("%d cases (%v), want %d", len(all), err, len(stored))
	}
	for _, listed := range all {
		c := stored[listed.ID]
		messages, err := allMessages(s, c.ID)
		if err != nil || len(messages) != 1 || !bytes.Equal(messages[0].Sealed, c.Message) {
			t.Errorf("a case has %d messages or another content (%v)", len(messages), err)
		}
		keys, err := s.CaseKeys(ctx, c.ID)
		if err != nil || len(keys) != 2 || !bytes.Equal(keys[0].Sealed, c.Keys[ids[0]]) {
			t.Errorf("a case has %d keys or others (%v)", len(keys), err)
		}
	}
}

// addNext adds a message at the next free number, as callers do, with the note that its
// move comes with, and returns that number.
func addNext(ctx context.Context, s *store.Store, m store.NewMessage) (int, error) {
	for {
		c, err := s.Case(ctx, m.CaseID)
		if err != nil {
			return 0, err
		}
		m.Seq = c.LastSeq + 1
		if m.Move != nil && m.Move.Note() {
			m.Note = &store.NoteBefore{Seq: m.Seq, Sealed: randomBytes(99)}
			m.Seq++
		}
		if err := s.AddMessage(ctx, m); !errors.Is(err, store.ErrConflict) {
			return m.Seq, err
		}
	}
}

// Whoever reads a case at one moment reads other things besides: many at once do not wait
// for each other for ever.
func testSnapshotsAtOnce(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			at, end, err := s.Snapshot(ctx)
			if err != nil {
				t.Errorf("Snapshot: %v", err)
				return
			}
			defer end()
			if _, err := s.Handlers(at); err != nil {
				t.Errorf("Handlers in it: %v", err)
			}
			for range 20 { // others hold theirs meanwhile
				if _, err := s.Handlers(ctx); err != nil {
					t.Errorf("Handlers beside it: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
}

func testConcurrentMessages(t *testing.T, s *store.Store) {
	const perClient = 8
	ctx := context.Background()
	c := newCase(addHandlers(t, s, 1)...)
	create(t, s, c)
	var mu sync.Mutex
	acknowledged := map[int][]byte{1: c.Message}
	each(func(int) {
		for range perClient {
			m := reporterMessage(c.ID, 0)
			seq, err := addNext(ctx, s, m)
			if err != nil {
				t.Errorf("AddMessage: %v", err)
				return
			}
			mu.Lock()
			if acknowledged[seq] != nil {
				t.Errorf("number %d was given twice", seq)
			}
			acknowledged[seq] = m.Sealed
			mu.Unlock()
		}
	})
	messages, err := allMessages(s, c.ID)
	if err != nil || len(messages) != 1+clients*perClient {
		t.Fatalf("%d messages (%v), want %d", len(messages), err, 1+clients*perClient)
	}
	for i, m := range messages {
		if m.Seq != i+1 || !bytes.Equal(m.Sealed, acknowledged[m.Seq]) {
			t.Errorf("message %d has number %d or another content", i+1, m.Seq)
		}
	}
}

func testConcurrentForm(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	use := newUse()
	contents := [][]byte{randomBytes(32), randomBytes(32)}
	var mu sync.Mutex
	created := 0
	each(func(i int) {
		c := newCase(ids...)
		c.Use = store.FormUse{Nonce: use.Nonce, Content: contents[i%2], Day: today}
		err := s.CreateCase(ctx, c)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			created++
		} else {
			want(t, "CreateCase of a used form", err, store.ErrExists)
		}
	})
	all, err := s.Cases(ctx, store.CaseFilter{})
	if created != 1 || err != nil || len(all) != 1 {
		t.Errorf("%d acknowledged, %d stored (%v), want 1 and 1", created, len(all), err)
	}

	caseID := all[0].ID
	again := newUse()
	added := 0
	each(func(int) {
		m := store.NewMessage{CaseID: caseID, From: casework.FromReporter, On: today, Sealed: randomBytes(99), Use: &again}
		_, err := addNext(ctx, s, m)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			added++
		} else {
			want(t, "AddMessage of a used form", err, store.ErrExists)
		}
	})
	messages, err := allMessages(s, caseID)
	if added != 1 || err != nil || len(messages) != 2 {
		t.Errorf("%d acknowledged, %d stored (%v), want 1 and 2", added, len(messages), err)
	}
}

func testFailingNeighbours(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	there := newCase(ids...)
	create(t, s, there)
	var mu sync.Mutex
	good := 1
	each(func(client int) {
		for i := range 20 {
			c := newCase(ids...)
			bad := (client+i)%4 == 0
			if bad {
				c.Use.Nonce = there.Use.Nonce
			}
			err := s.CreateCase(ctx, c)
			if bad {
				want(t, "a used form", err, store.ErrExists)
				continue
			}
			want(t, "its neighbour", err, nil)
			mu.Lock()
			good++
			mu.Unlock()
		}
	})
	all, err := s.Cases(ctx, store.CaseFilter{})
	if err != nil || len(all) != good {
		t.Errorf("%d cases (%v), want %d", len(all), err, good)
	}
}

func testCancelled(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := newCase()
	err := s.CreateCase(ctx, c)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("CreateCase: %v", err)
	}
	_, err = s.Case(context.Background(), c.ID)
	want(t, "Case", err, store.ErrNotFound)
	if _, err := s.Case(ctx, c.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("Case: %v", err)
	}
}
