package storetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// allMessages reads the messages of a case in order, page after page.
func allMessages(s *store.Store, caseID string) (all []store.Message, err error) {
	for before, more := 0, true; more; {
		page, err := s.MessagesBefore(context.Background(), caseID, store.WholeCase, before)
		if err != nil {
			return nil, err
		}
		var read []store.Message
		for m, err := range s.EachMessage(context.Background(), caseID, page.Messages) {
			if err != nil {
				return nil, err
			}
			read = append(read, m)
		}
		all = append(read, all...)
		before, more = page.Earlier, page.Earlier > 0
	}
	return all, nil
}

func testMessages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	by := addHandlers(t, s, 1)[0]
	c := newCase(by)
	create(t, s, c)
	expected := []store.Message{{Seq: 1, From: casework.FromReport, On: today, Sealed: c.Message}}
	var files []store.File
	for i, from := range []casework.Sender{casework.FromDesk, casework.FromReporter, casework.FromNote} {
		m := store.NewMessage{CaseID: c.ID, Seq: i + 2, From: from, On: today.AddDays(i), Sealed: randomBytes(5000)}
		if from != casework.FromReporter {
			m.At, m.By = 1795219200+int64(i), by
		}
		if from == casework.FromDesk {
			m.Kind = casework.Question
		}
		m.Files = []store.File{{ID: newID(), Size: int64(i)}}
		want(t, "AddMessage", s.AddMessage(ctx, m), nil)
		expected = append(expected, store.Message{Seq: m.Seq, From: from, Kind: m.Kind, On: m.On, At: m.At, By: m.By, Sealed: m.Sealed})
		files = append(files, store.File{ID: m.Files[0].ID, Size: int64(i), Seq: m.Seq})
	}
	messages, err := allMessages(s, c.ID)
	if err != nil || !reflect.DeepEqual(messages, expected) {
		t.Errorf("Messages: %v, %d messages", err, len(messages))
	}
	for _, m := range expected {
		got, err := s.Message(ctx, c.ID, m.Seq)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("Message %d: %v, %+v", m.Seq, err, got)
		}
	}
	for caseID, seq := range map[string]int{c.ID: 5, newID(): 1} {
		_, err := s.Message(ctx, caseID, seq)
		want(t, "Message that is not there", err, store.ErrNotFound)
	}
	for i, f := range files { // of the desk, the reporter, and a note
		got, err := s.DeskFile(ctx, c.ID, f.ID)
		if i == 0 && (err != nil || got != f) {
			t.Errorf("DeskFile: %v, %+v", err, got)
		}
		if i > 0 {
			want(t, "DeskFile of another sender", err, store.ErrNotFound)
		}
		if got, err := s.CaseFile(ctx, c.ID, f.ID); err != nil || got != f {
			t.Errorf("CaseFile: %v, %+v", err, got)
		}
		_, err = s.CaseFile(ctx, newID(), f.ID)
		want(t, "CaseFile of another case", err, store.ErrNotFound)
		_, err = s.DeskFile(ctx, newID(), f.ID)
		want(t, "DeskFile of another case", err, store.ErrNotFound)
	}
	gotFiles, err := s.Files(ctx, c.ID)
	if err != nil || !reflect.DeepEqual(gotFiles, files) {
		t.Errorf("Files: %v %+v", err, gotFiles)
	}
	got, err := s.Case(ctx, c.ID)
	if err != nil || got.LastSeq != 4 || got.Files != 3 {
		t.Errorf("case has LastSeq %d and %d files (%v), want 4 and 3", got.LastSeq, got.Files, err)
	}
}

// longCase is a case with 130 messages in turns of four: desk, reporter, note and task,
// each with a file but for the tasks.
func longCase(t *testing.T, s *store.Store) (caseID string, files map[int]store.File) {
	by := addHandlers(t, s, 1)[0]
	c := newCase(by)
	create(t, s, c)
	files = map[int]store.File{}
	for seq := 2; seq <= 130; seq++ {
		m := store.NewMessage{CaseID: c.ID, Seq: seq, From: []casework.Sender{casework.FromDesk, casework.FromReporter, casework.FromNote, casework.FromNote}[seq%4], On: today, Sealed: randomBytes(100)}
		if m.From != casework.FromReporter {
			m.At, m.By = 1795219200, by
		}
		if seq%4 == 3 {
			m.Kind = casework.Task
		} else {
			files[seq] = store.File{ID: newID(), Size: int64(seq), Seq: seq}
			m.Files = []store.File{files[seq]}
		}
		want(t, "AddMessage", s.AddMessage(context.Background(), m), nil)
	}
	return c.ID, files
}

func testPages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	caseID, files := longCase(t, s)
	for part, pages := range map[store.Part][][2]int{ // first and last number of each page
		store.WholeCase:     {{81, 130}, {31, 80}, {1, 30}},
		store.ReportersPart: {{32, 129}, {1, 29}},
		store.TasksPart:     {{3, 127}},
	} {
		seen, before := map[int]bool{}, 0
		for i, ends := range pages {
			page, err := s.CasePage(ctx, caseID, part, before)
			if n := len(page.Messages); err != nil || n == 0 || page.Messages[0].Seq != ends[0] || page.Last() != ends[1] || (page.Earlier == 0) != (i == len(pages)-1) {
				t.Fatalf("page %d of %q: %v, %d messages, earlier %d", i, part, err, n, page.Earlier)
			}
			for _, m := range page.Messages {
				if seen[m.Seq] || part == store.ReportersPart && m.From == casework.FromNote || part == store.TasksPart && m.Kind != casework.Task {
					t.Errorf("%q: message %d, %s, seen %v", part, m.Seq, m.From, seen[m.Seq])
				}
				seen[m.Seq] = true
			}
			checkBesides(t, page, files)
			before = page.Earlier
		}
		if n := map[store.Part]int{store.WholeCase: 130, store.ReportersPart: 65, store.TasksPart: 32}[part]; len(seen) != n {
			t.Errorf("%q: %d messages, want %d", part, len(seen), n)
		}
	}
	for after, want := range map[int]int{29: 0, 28: 129, 25: 128, 1: 104, 129: 0} {
		if before, err := s.PageAfter(ctx, caseID, after); err != nil || before != want {
			t.Errorf("the page after %d is before %d, %v; want %d", after, before, err, want)
		}
	}
	for upTo, want := range map[int]int{130: 129, 129: 129, 127: 125, 1: 1, 0: 0} {
		if seq, err := s.NewestShown(ctx, caseID, upTo); err != nil || seq != want {
			t.Errorf("of %d the reporter sees %d, %v; want %d", upTo, seq, err, want)
		}
	}
	c, err := s.Case(ctx, caseID)
	for before, can := range map[int]bool{-1: false, 0: true, 1: false, 2: true, 130: true, 131: false} {
		if err != nil || c.CanAskBefore(before) != can {
			t.Errorf("%v; before %d can be asked: %v", err, before, !can)
		}
	}
	none, err := s.CasePage(ctx, newID(), store.WholeCase, 0)
	if err != nil || len(none.Messages)+len(none.Head)+len(none.Files)+none.Earlier != 0 {
		t.Errorf("a page of no case: %v, %+v", err, none)
	}
}

// checkBesides checks what comes with a page: the beginning where it is not on the
// page, and the files of the messages, and of no others.
func checkBesides(t *testing.T, page store.CasePage, files map[int]store.File) {
	t.Helper()
	if page.Earlier == 0 != (len(page.Head) == 0) {
		t.Errorf("earlier %d with %d messages of the beginning", page.Earlier, len(page.Head))
	}
	if page.Earlier > 0 && page.Head[0].Seq != 1 {
		t.Errorf("the beginning is %d", page.Head[0].Seq)
	}
	held := map[int]store.File{}
	for _, m := range page.All() {
		if f, ok := files[m.Seq]; ok {
			held[m.Seq] = f
		}
	}
	got := map[int]store.File{}
	for _, f := range page.Files {
		got[f.Seq] = f
	}
	if !reflect.DeepEqual(got, held) || len(page.Files) != len(held) {
		t.Errorf("%d files of the page, want %d", len(page.Files), len(held))
	}
}

func testMessagesRefused(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(addHandlers(t, s, 1)...)
	create(t, s, c)
	use := newUse()

	m := reporterMessage(newID(), 2)
	want(t, "unknown case", s.AddMessage(ctx, m), store.ErrNotFound)
	m.Use = &use
	want(t, "unknown case, from a form", s.AddMessage(ctx, m), store.ErrNotFound)
	_, _, err := s.FormUses(ctx, use.Nonce)
	want(t, "use of the refused form", err, store.ErrNotFound)

	want(t, "number taken", s.AddMessage(ctx, reporterMessage(c.ID, 1)), store.ErrConflict)
	want(t, "number too high", s.AddMessage(ctx, reporterMessage(c.ID, 3)), store.ErrConflict)

	m = reporterMessage(c.ID, 2)
	m.Use = &use
	want(t, "first sending", s.AddMessage(ctx, m), nil)
	m.Seq = 3
	want(t, "second sending", s.AddMessage(ctx, m), store.ErrExists)
	m.Use = &store.FormUse{Nonce: use.Nonce, Content: randomBytes(32), Day: today}
	want(t, "same form, other content", s.AddMessage(ctx, m), nil)

	m = reporterMessage(c.ID, 4)
	file := store.File{ID: newID(), Size: 1}
	m.Files = []store.File{file, file}
	want(t, "a file twice", s.AddMessage(ctx, m), store.ErrExists)
	got, err := allMessages(s, c.ID)
	if err != nil || len(got) != 3 {
		t.Errorf("%d messages (%v), want 3", len(got), err)
	}
}

func testForms(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	c := newCase(ids...)
	_, _, err := s.FormUses(ctx, c.Use.Nonce)
	want(t, "FormUses before", err, store.ErrNotFound)
	create(t, s, c)
	again := c.Use
	again.Content = randomBytes(32)
	m := reporterMessage(c.ID, 2)
	m.Use = &again
	want(t, "AddMessage", s.AddMessage(ctx, m), nil)
	caseID, contents, err := s.FormUses(ctx, c.Use.Nonce)
	if err != nil || caseID != c.ID || !reflect.DeepEqual(contents, [][]byte{c.Use.Content, again.Content}) {
		t.Errorf("FormUses: case %q, %d contents, %v", caseID, len(contents), err)
	}

	followUp := newUse()
	m = reporterMessage(c.ID, 3)
	m.Use = &followUp
	want(t, "AddMessage", s.AddMessage(ctx, m), nil)
	other := newCase(ids...)
	other.Use = store.FormUse{Nonce: followUp.Nonce, Content: randomBytes(32), Day: today}
	want(t, "a case from a form already used for a message", s.CreateCase(ctx, other), store.ErrExists)

	for range 2 {
		unbound := newCase(ids...)
		unbound.Use = store.FormUse{}
		want(t, "a case that came from no form", s.CreateCase(ctx, unbound), nil)
	}
}

func testMissingFiles(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase(addHandlers(t, s, 1)...)
	var ids, unknown []string
	for i := range 1500 {
		id := newID()
		ids = append(ids, id)
		if i%3 == 0 {
			unknown = append(unknown, id)
		} else {
			c.Files = append(c.Files, store.File{ID: id, Size: 1})
		}
	}
	create(t, s, c)
	missing, err := s.MissingFiles(ctx, ids)
	slices.Sort(missing)
	slices.Sort(unknown)
	if err != nil || !slices.Equal(missing, unknown) {
		t.Errorf("MissingFiles: %v, %d ids, want %d", err, len(missing), len(unknown))
	}
}

// A task is a note of its own kind: whose turn it is stays as it was, and it comes
// with no move.
func testTasks(t *testing.T, s *store.Store) {
	y := newStory(t, s)
	y.move(casework.Acknowledged, "", today)
	y.write(casework.FromDesk, casework.Question)
	y.write(casework.FromNote, casework.Task)
	if c := y.now(); c.Turn != casework.TurnReporter {
		t.Errorf("after a question and a task it is the turn of %s", c.Turn)
	}
	messages, err := allMessages(s, y.now().ID)
	if err != nil || len(messages) == 0 || messages[len(messages)-1].Kind != casework.Task {
		t.Errorf("the task comes back as %+v (%v)", messages, err)
	}
	m := store.NewMessage{CaseID: y.now().ID, Seq: y.now().LastSeq + 1, From: casework.FromNote, Kind: casework.Task, On: today, At: atNoon, By: y.acts.By, Sealed: randomBytes(9)}
	m.Move = &casework.Move{From: casework.Acknowledged, To: casework.Investigating, On: today}
	want(t, "a move with a task", s.AddMessage(context.Background(), m), casework.ErrReason)
	m.Move, m.From = nil, casework.FromDesk
	wantPlainError(t, "a task for the reporter", s.AddMessage(context.Background(), m))
}

// A question stands until it is answered, whatever tasks come after it.
func testTaskBeforeAcknowledging(t *testing.T, s *store.Store) {
	y := newStory(t, s)
	y.write(casework.FromDesk, casework.Question)
	y.write(casework.FromNote, casework.Task)
	y.move(casework.Acknowledged, "", today)
	if c := y.now(); c.Turn != casework.TurnReporter {
		t.Errorf("after a question, a task and the acknowledgement it is the turn of %s", c.Turn)
	}
}

// A case takes no more of its reporter than its bound and one message, also where they
// come at the same moment; of handlers it does.
func testBoundOfACase(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ids := addHandlers(t, s, 1)
	c := newCase(ids...)
	c.Channel = casework.Phone // there is a written statement
	create(t, s, c)
	const size = 512 << 10
	large := randomBytes(size)
	add := func(from casework.Sender, change func(*store.NewMessage)) error {
		m := reporterMessage(c.ID, 0)
		m.From = from
		if from == casework.FromDesk {
			m.At, m.By = 1795219200, ids[0]
		}
		if change != nil {
			change(&m)
		}
		_, err := addNext(ctx, s, m)
		return err
	}
	withFile := func(m *store.NewMessage) {
		m.Files = []store.File{{ID: newID(), Size: casework.ReporterBound.FileBytes}}
	}
	want(t, "files up to their bound", add(casework.FromReporter, withFile), nil)
	want(t, "a file more", add(casework.FromReporter, withFile), casework.ErrFilesFull)
	want(t, "a file of a handler", add(casework.FromDesk, withFile), nil)
	for range casework.ReporterBound.Bytes/size - 1 {
		want(t, "a message below the bound", add(casework.FromReporter, func(m *store.NewMessage) { m.Sealed = large }), nil)
	}
	var taken atomic.Int64
	each(func(int) {
		switch err := add(casework.FromReporter, func(m *store.NewMessage) { m.Sealed = large }); {
		case err == nil:
			taken.Add(1)
		case !errors.Is(err, casework.ErrFull):
			t.Errorf("one of several at the bound: %v", err)
		}
	})
	if taken.Load() != 1 {
		t.Errorf("%d messages at the bound were taken at once, want 1", taken.Load())
	}
	written, err := s.Written(ctx, c.ID, true)
	expected := casework.Written{
		Messages: int(casework.ReporterBound.Bytes/size) + 2, Bytes: casework.ReporterBound.Bytes + int64(len(c.Message)+len(reporterMessage(c.ID, 0).Sealed)),
		Files: len(c.Files) + 1, FileBytes: casework.ReporterBound.FileBytes,
	}
	for _, f := range c.Files {
		expected.FileBytes += f.Size
	}
	if err != nil || written != expected {
		t.Errorf("Written: %+v (%v), want %+v", written, err, expected)
	}
	want(t, "the answer to the statement", add(casework.FromReporter, func(m *store.NewMessage) { m.Statement, m.StatementOf = casework.StatementAccepted, 1 }), nil)
	want(t, "a message of a handler", add(casework.FromDesk, nil), nil)
	if written, err := s.Written(ctx, c.ID, false); err != nil || written.Messages != 2 || written.Files != 1 {
		t.Errorf("Written by handlers: %+v (%v)", written, err)
	}
}
