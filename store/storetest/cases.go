package storetest

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

func testCaseReadBack(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 2)
	c := newCase(ids...)
	c.Files = []store.File{{ID: newID(), Size: 1 << 33}}
	create(t, s, c)

	expected := c.Case
	expected.State, expected.LastSeq, expected.Files = casework.Received, 1, 1
	expected.Turn, expected.Priority, expected.Due, expected.Standing = casework.TurnNew, casework.Normal, "2026-11-28", casework.Counts
	byID, err := s.Case(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(byID, expected) {
		t.Errorf("Case returned (%v)\n%+v, want\n%+v", err, byID, expected)
	}
	byReceipt, err := s.CaseByLookup(ctx, c.LookupHash)
	if err != nil || !reflect.DeepEqual(byReceipt, expected) {
		t.Errorf("CaseByLookup returned (%v)\n%+v, want\n%+v", err, byReceipt, expected)
	}
	messages, err := allMessages(s, c.ID)
	first := store.Message{Seq: 1, From: casework.FromReport, On: today, Sealed: c.Message}
	if err != nil || !reflect.DeepEqual(messages, []store.Message{first}) {
		t.Errorf("Messages: %v, %d messages", err, len(messages))
	}
	files, err := s.Files(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(files, []store.File{{ID: c.Files[0].ID, Size: 1 << 33, Seq: 1}}) {
		t.Errorf("Files: %v %+v", err, files)
	}
	want(t, "DisableHandler", s.DisableHandler(ctx, "", "h1@example.org"), nil)
	keys, err := s.CaseKeys(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(keys, []store.CaseKey{
		{HandlerID: ids[0], Email: "h0@example.org", Active: true, Sealed: c.Keys[ids[0]]},
	}) {
		t.Errorf("CaseKeys: %v, %d keys", err, len(keys))
	}
}

func testManyKeys(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(addHandlers(t, s, 40)...)
	c.Message = randomBytes(3 << 20)
	for range 100 {
		c.Files = append(c.Files, store.File{ID: newID()})
	}
	create(t, s, c)
	keys, err := s.CaseKeys(ctx, c.ID)
	if err != nil || len(keys) != 40 {
		t.Errorf("%d keys (%v)", len(keys), err)
	}
	for _, k := range keys {
		if !bytes.Equal(k.Sealed, c.Keys[k.HandlerID]) {
			t.Errorf("another key for %s", k.Email)
		}
	}
	files, err := s.Files(ctx, c.ID)
	if err != nil || len(files) != 100 {
		t.Errorf("%d files (%v)", len(files), err)
	}
	messages, err := allMessages(s, c.ID)
	if err != nil || len(messages) != 1 || !bytes.Equal(messages[0].Sealed, c.Message) {
		t.Errorf("%d messages (%v)", len(messages), err)
	}
}

func testEmpty(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.Case(ctx, newID())
	want(t, "Case", err, store.ErrNotFound)
	_, err = s.CaseByLookup(ctx, randomBytes(32))
	want(t, "CaseByLookup", err, store.ErrNotFound)
	_, err = s.CaseByLookup(ctx, nil)
	want(t, "CaseByLookup of nothing", err, store.ErrNotFound)
	for name, read := range map[string]func() (int, error){
		"Cases":          func() (int, error) { r, err := s.Cases(ctx, store.CaseFilter{}); return len(r), err },
		"Messages":       func() (int, error) { r, err := allMessages(s, newID()); return len(r), err },
		"CaseKeys":       func() (int, error) { r, err := s.CaseKeys(ctx, newID()); return len(r), err },
		"Files":          func() (int, error) { r, err := s.Files(ctx, newID()); return len(r), err },
		"Handlers":       func() (int, error) { r, err := s.Handlers(ctx); return len(r), err },
		"ActiveHandlers": func() (int, error) { r, err := s.ActiveHandlers(ctx); return len(r), err },
		"Events":         func() (int, error) { r, err := s.Events(ctx, newID()); return len(r), err },
		"ReadUpTo":       func() (int, error) { return s.ReadUpTo(ctx, newID(), newID()) },
		"MissingFiles":   func() (int, error) { r, err := s.MissingFiles(ctx, nil); return len(r), err },
	} {
		if n, err := read(); n != 0 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

func testCreateRefused(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	there := newCase(ids...)
	there.Files = []store.File{{ID: newID(), Size: 1}}
	create(t, s, there)

	for _, test := range []struct {
		name   string
		change func(*store.NewCase)
		err    error // nil: not one that callers tell apart
	}{
		{"same id", func(c *store.NewCase) { c.ID = there.ID }, store.ErrExists},
		{"same receipt", func(c *store.NewCase) { c.LookupHash = there.LookupHash }, store.ErrExists},
		{"same form and content", func(c *store.NewCase) { c.Use = there.Use }, store.ErrExists},
		{"same form, other content", func(c *store.NewCase) { c.Use.Nonce = there.Use.Nonce }, store.ErrExists},
		{"same file", func(c *store.NewCase) { c.Files = there.Files }, store.ErrExists},
		{"short look-up hash", func(c *store.NewCase) { c.LookupHash = randomBytes(16) }, nil},
		{"no look-up hash", func(c *store.NewCase) { c.LookupHash = nil }, nil},
		{"no id", func(c *store.NewCase) { c.ID = "" }, nil},
		{"no queue", func(c *store.NewCase) { c.Branch = "" }, nil},
		{"no day", func(c *store.NewCase) { c.Received = "" }, nil},
		{"empty message", func(c *store.NewCase) { c.Message = []byte{} }, nil},
		{"empty key", func(c *store.NewCase) { c.Keys[ids[0]] = []byte{} }, nil},
		{"key for nobody", func(c *store.NewCase) { c.Keys[newID()] = randomBytes(9) }, nil},
	} {
		c := newCase(ids...)
		c.Files = []store.File{{ID: newID(), Size: 1}}
		test.change(&c)
		err := s.CreateCase(ctx, c)
		if test.err != nil {
			want(t, test.name, err, test.err)
		} else {
			wantPlainError(t, test.name, err)
		}
		if c.ID != there.ID {
			wantNothingOf(t, s, test.name, c)
		}
	}
	all, err := s.Cases(ctx, store.CaseFilter{})
	if err != nil || len(all) != 1 {
		t.Errorf("%d cases (%v), want 1", len(all), err)
	}
}

// wantNothingOf checks that a refused case left nothing behind.
func wantNothingOf(t *testing.T, s *store.Store, name string, c store.NewCase) {
	t.Helper()
	ctx := context.Background()
	_, err := s.Case(ctx, c.ID)
	want(t, name+": Case", err, store.ErrNotFound)
	messages, err1 := allMessages(s, c.ID)
	keys, err2 := s.CaseKeys(ctx, c.ID)
	files, err3 := s.Files(ctx, c.ID)
	if len(messages)+len(keys)+len(files) > 0 || err1 != nil || err2 != nil || err3 != nil {
		t.Errorf("%s: left %d messages, %d keys, %d files (%v %v %v)", name, len(messages), len(keys), len(files), err1, err2, err3)
	}
}

func testCases(t *testing.T, s *store.Store) {
	ctx := context.Background()
	id := addHandlers(t, s, 1)[0]
	var hr, everything []store.Case
	for i := range 12 {
		c := newCase(id)
		c.Received = today.AddDays(-(i % 3))
		if i%2 == 0 {
			c.Branch = "compliance"
		}
		create(t, s, c)
		listed := c.Case
		listed.State, listed.LastSeq = casework.Received, 1
		listed.Turn, listed.Priority, listed.Due, listed.Standing = casework.TurnNew, casework.Normal, c.Received.AddDays(7), casework.Counts
		listed.Recipient, listed.ReporterRecipient, listed.Summary = "", "", nil
		everything = append(everything, listed)
		if c.Branch == "hr" {
			hr = append(hr, listed)
		}
	}
	for queue, expected := range map[casework.Queue][]store.Case{"": everything, casework.HR: hr, casework.Procurement: nil} {
		slices.SortFunc(expected, func(a, b store.Case) int {
			return strings.Compare(string(a.Received)+a.ID, string(b.Received)+b.ID)
		})
		got, err := s.Cases(ctx, store.CaseFilter{Queue: queue})
		if err != nil || !reflect.DeepEqual(got, expected) {
			t.Errorf("Cases of queue %q: %v, %d cases, want %d", queue, err, len(got), len(expected))
		}
	}
}

func testVocabularies(t *testing.T, s *store.Store) {
	ctx := context.Background()
	by := addHandlers(t, s, 1)[0]
	c := newCase(by)
	create(t, s, c)
	for name, m := range map[string]store.NewMessage{
		"unknown sender":       {From: "boss", Sealed: randomBytes(9)},
		"no sender":            {From: "", Sealed: randomBytes(9)},
		"time of the reporter": {From: casework.FromReporter, At: 1795219200, Sealed: randomBytes(9)},
		"time of the report":   {From: casework.FromReport, At: 1795219200, Sealed: randomBytes(9)},
		"no content":           {From: casework.FromDesk, At: 1795219200, Sealed: []byte{}},
		"unknown kind":         {From: casework.FromDesk, At: 1795219200, Kind: "order", Sealed: randomBytes(9)},
		"reporter with a name": {From: casework.FromReporter, By: by, Sealed: randomBytes(9)},
	} {
		m.CaseID, m.Seq, m.On = c.ID, 2, today
		wantPlainError(t, name, s.AddMessage(ctx, m))
	}
	got, err := s.Case(ctx, c.ID)
	if err != nil || got.LastSeq != 1 {
		t.Errorf("LastSeq is %d after refused messages (%v)", got.LastSeq, err)
	}
}
