package store

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"hotline/store/casework"
	"hotline/store/engine"
	"hotline/store/fault"
)

// Message is one sealed message of a case.
type Message struct {
	Seq    int // 1, 2, 3 …
	From   casework.Sender
	On     casework.Day
	At     int64 // unix seconds; 0 for what the reporter does
	Kind   casework.MessageKind
	By     string // id of the handler who wrote it; "" the reporter, or not known
	Sealed []byte // an age file
}

// NewMessage is a message to be stored.
type NewMessage struct {
	CaseID  string
	Seq     int // the case's LastSeq + 1
	From    casework.Sender
	On      casework.Day
	At      int64 // unix seconds; must be 0 for what the reporter does
	Kind    casework.MessageKind
	By      string // id of the handler who wrote it; must be "" for the reporter
	Sealed  []byte
	Files   []File         // Seq is the message's whatever it says
	Use     *FormUse       // nil: did not come from a form
	Move    *casework.Move // made with it; nil: the case stays where it is
	Extends bool           // it tells the reporter why the answer takes longer
	Note    *NoteBefore    // that the move comes with, besides; nil: none

	Name        []byte             // in the place of the reporter's name that is there, an age file; nil: it stays
	Statement   casework.Statement // what the reporter says with it to a written statement; "" nothing
	StatementOf int                // the number of the message that is the statement; 0 with none
	AsksMeeting bool               // the reporter asks with it for a meeting
	Meeting     *casework.Meeting  // what the handler says with it of a meeting; nil: nothing
	Danger      bool               // the reporter says with it that somebody is in danger

	Hold     *NewHold        // of a note: set, renewed or lifted with it
	Deletion DeletionRequest // of a note: an early deletion is asked for with it, or not wanted
}

// File is the row of a sealed file; its bytes are kept by package blob.
type File struct {
	ID   string // 32 hex characters, random
	Size int64  // sealed and padded, bytes
	Seq  int    // of the message that carries it
}

// AddMessage stores a message and its files, and with them the move that it
// gives the reason for, and the note before it. Whose turn it is follows from it, and a handler has read
// what they write. ErrNotFound: no such case, or not for them. ErrExists: the same form with the
// same content was stored already. ErrConflict: the number is not the next one
// any more. ErrStateChanged: the case is not in the state that the move begins at.
// ErrStatementAnswered: the statement has its answer. ErrUnclassified: the move would
// close a case that nobody has classified.
// casework.ErrFull, ErrFilesFull: the case is at the bound of this side. The answer to a
// statement, which is given once, and closing a case are possible even so.
// casework.ErrMove, ErrOutcome, ErrReason: the move cannot be made, or not with
// this message. ErrNoExtension: the answer cannot take longer, or not any more. casework.ErrMeeting: no such thing can be said of a meeting. The errors of keepOrDelete.
func (s *Store) AddMessage(ctx context.Context, m NewMessage) error {
	if err := m.checkMove(); err != nil {
		return err
	}
	err := s.write(ctx, func(t tx) error {
		if m.Use != nil {
			if err := useForm(t, m.CaseID, *m.Use, 0); err != nil {
				return err
			}
		}
		c, err := lockCaseFor(t, Act{m.CaseID, m.By, m.At})
		if err != nil {
			return err
		}
		if !m.follows(c.LastSeq) {
			return ErrConflict
		}
		if err := hasRoom(t, m); err != nil {
			return err
		}
		c.LastSeq = m.Seq
		known := c.History().Urgent()
		if m.Move != nil {
			if err := moveCase(t, &c, *m.Move, Act{m.CaseID, m.By, m.At}); err != nil {
				return err
			}
		}
		if err := addCarried(t, &c, m); err != nil {
			return err
		}
		m.audit(t)
		c.wrote(m)
		if err := keepOrDelete(t, &c, m); err != nil {
			return err
		}
		if err := saveCase(t, c); err != nil {
			return err
		}
		if err := insertWithNote(t, m); err != nil {
			return err
		}
		if m.Kind == casework.Asked {
			return nil // it makes no work
		}
		if m.By == "" {
			return notifyReaders(t, m.CaseID, "", m.Danger || !known && c.History().Urgent())
		}
		return markRead(t, m.CaseID, m.By, m.Seq)
	})
	if errors.Is(err, fault.ErrReference) {
		return ErrNotFound
	}
	return err
}

// addCarried stores what a message carries besides its text and its move.
func addCarried(t tx, c *Case, m NewMessage) error {
	if m.Extends {
		if err := extend(t, c, m); err != nil {
			return err
		}
	}
	if m.Statement != "" {
		if err := answerStatement(t, m); err != nil {
			return err
		}
	}
	if m.Meeting != nil {
		if err := noteMeeting(t, c, m); err != nil {
			return err
		}
	}
	if m.Name != nil {
		return putName(t, m.CaseID, m.Name)
	}
	return nil
}

// hasRoom checks the bound of the side that writes. The case is locked, so nobody else
// adds to it meanwhile.
func hasRoom(t tx, m NewMessage) error {
	if m.Statement != "" || m.Move != nil && m.Move.Closes() {
		return nil
	}
	written, err := writtenIn(t, m.CaseID, m.From.ByReporter())
	if err != nil {
		return err
	}
	return casework.BoundOf(m.From).Check(written, len(m.Files))
}

// Written returns what the reporter or, if not byReporter, the handlers have written in a
// case.
func (s *Store) Written(ctx context.Context, caseID string, byReporter bool) (casework.Written, error) {
	return writtenIn(s.readTx(ctx), caseID, byReporter)
}

// writtenIn reads the lengths of messages alone, which neither engine reads them for.
func writtenIn(t tx, caseID string, byReporter bool) (casework.Written, error) {
	senders := [2]casework.Sender{casework.FromDesk, casework.FromNote}
	if byReporter {
		senders = [2]casework.Sender{casework.FromReport, casework.FromReporter}
	}
	return engine.One(t.Tx, func(row engine.Scanner) (w casework.Written, err error) {
		err = row.Scan(&w.Messages, &w.Bytes, &w.Files, &w.FileBytes)
		return w, err
	}, `SELECT count(*), coalesce(sum(m.bytes), 0), coalesce(sum(f.n), 0), coalesce(sum(f.bytes), 0)
		FROM (SELECT seq, length(sealed) AS bytes FROM messages WHERE case_id = $1 AND sender IN ($2, $3)) m
		LEFT JOIN (SELECT seq, count(*) AS n, sum(size) AS bytes FROM files WHERE case_id = $1 GROUP BY seq) f ON f.seq = m.seq`,
		caseID, string(senders[0]), string(senders[1]))
}

// wrote changes what follows from a message: whose turn it is, whether the reporter
// has had the feedback, that a case is no junk whose reporter writes again and stays for
// some time, and that somebody is in danger.
func (c *Case) wrote(m NewMessage) {
	if m.From == casework.FromReporter && m.Kind != casework.Asked && c.Standing == casework.Junk {
		c.Standing, c.Junked = casework.Counts, "" // somebody is there after all
	}
	if m.From != casework.FromNote && (m.Move == nil || !m.Move.Closes()) {
		c.Written = max(c.Written, m.On)
	}
	if m.Danger && c.Danger == casework.NoDanger {
		c.Danger = casework.DangerOpen
	}
	if m.From == casework.FromDesk && m.Kind == casework.Answer && c.Answered == "" {
		c.Answered = m.On
	}
	if m.AsksMeeting {
		c.asksMeeting(m.On)
	}
	c.Turn = c.Turn.After(c.State, m.From, m.Kind)
}

func insertMessage(t tx, m NewMessage) error {
	_, err := t.Exec(`INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		engine.RandomPlace(), m.CaseID, m.Seq, string(m.From), string(m.Kind), string(m.On), m.At, m.By, m.Sealed)
	for _, f := range m.Files {
		if err != nil {
			break
		}
		_, err = t.Exec(`INSERT INTO files (id, case_id, seq, size) VALUES ($1, $2, $3, $4)`, f.ID, m.CaseID, m.Seq, f.Size)
	}
	return err
}

const messageColumns = `seq, sender, kind, on_day, at, handler_id, sealed`

func scanMessage(row engine.Scanner) (m Message, err error) {
	err = row.Scan(&m.Seq, &m.From, &m.Kind, &m.On, &m.At, &m.By, &m.Sealed)
	return m, err
}

// PageSize is how many messages of a case one answer holds, and headSize how many of
// its beginning are always at hand: the report, and what its form was changed to
// before the conversation began. So are as many of the newest answers to what the
// reporter's page asks, so that nothing is asked twice.
const (
	PageSize = 50
	headSize = 10
)

// Part says which messages of a case are meant.
type Part string

// The parts of a case. Their values stand in statements.
const (
	WholeCase     Part = ``
	ReportersPart Part = ` AND sender <> 'note'` // what the reporter sees
	TasksPart     Part = ` AND kind = 'task'`
)

// MessageHead is a message without what is sealed, and the size of that in bytes.
type MessageHead struct {
	Message
	Size int
}

const headColumns = `seq, sender, kind, on_day, at, handler_id, length(sealed)`

func scanHead(row engine.Scanner) (h MessageHead, err error) {
	err = row.Scan(&h.Seq, &h.From, &h.Kind, &h.On, &h.At, &h.By, &h.Size)
	return h, err
}

// MessagePage is a part of a case's messages that follow one another, in order. What is
// sealed in them is for EachMessage to read.
type MessagePage struct {
	Messages []MessageHead
	Earlier  int // the number to ask before for the page before this one; 0: there is none
}

// MessagesBefore returns the last PageSize messages of a part before one of that
// number; before 0 the newest ones. It is empty for an unknown case.
func (s *Store) MessagesBefore(ctx context.Context, caseID string, part Part, before int) (page MessagePage, err error) {
	if before == 0 {
		before = math.MaxInt32
	}
	page.Messages, err = engine.List(s.read(ctx), scanHead, `SELECT `+headColumns+` FROM messages
		WHERE case_id = $1 AND seq < $2`+string(part)+` ORDER BY seq DESC LIMIT $3`, caseID, before, PageSize)
	slices.Reverse(page.Messages)
	if len(page.Messages) == PageSize && page.Messages[0].Seq > 1 {
		page.Earlier = page.Messages[0].Seq
	}
	return page, err
}

// CasePage is a page with what a reader needs besides: the beginning of the case, for its
// reporter also the statements to check, where they stand before the page, and the files
// of both.
type CasePage struct {
	MessagePage
	Head  []MessageHead
	Files []File
}

// All is the beginning and the page.
func (p CasePage) All() []MessageHead { return slices.Concat(p.Head, p.Messages) }

// Last is the number of the newest message on the page; 0: there is none.
func (p CasePage) Last() int {
	if len(p.Messages) == 0 {
		return 0
	}
	return p.Messages[len(p.Messages)-1].Seq
}

// CasePage returns the page before one of that number, for those who see a part of the
// case; before 0 the newest one.
func (s *Store) CasePage(ctx context.Context, caseID string, part Part, before int) (page CasePage, err error) {
	if page.MessagePage, err = s.MessagesBefore(ctx, caseID, part, before); err != nil {
		return page, err
	}
	if page.Earlier > 0 {
		which := `seq <= $2`
		if part == ReportersPart { // what is to be read before it is answered
			which = `(seq <= $2 OR seq IN (SELECT seq FROM statements WHERE case_id = $1 AND state = 'offered'))`
		}
		page.Head, err = engine.List(s.read(ctx), scanHead, `SELECT `+headColumns+` FROM messages
			WHERE case_id = $1 AND seq < $3 AND (`+which+` OR seq IN (
				SELECT seq FROM messages WHERE case_id = $1 AND kind = 'asked' AND seq < $3 ORDER BY seq DESC LIMIT $2))`+string(part)+` ORDER BY seq`,
			caseID, headSize, page.Earlier)
		if err != nil {
			return page, err
		}
	}
	page.Files, err = s.FilesOf(ctx, caseID, page.All())
	return page, err
}

// CanAskBefore reports whether messages before one of that number can be asked for;
// 0 asks for the newest ones.
func (c Case) CanAskBefore(seq int) bool { return seq == 0 || seq > 1 && seq <= c.LastSeq }

// PageAfter returns the number before which the page stands that follows a message,
// of those that the reporter sees; 0: it is the newest page.
func (s *Store) PageAfter(ctx context.Context, caseID string, seq int) (before int, err error) {
	following, err := engine.List(s.read(ctx), engine.Column[int], `SELECT seq FROM messages
		WHERE case_id = $1 AND seq > $2`+string(ReportersPart)+` ORDER BY seq LIMIT $3`, caseID, seq, PageSize+1)
	if len(following) > PageSize {
		before = following[PageSize]
	}
	return before, err
}

// NewestShown returns the number of the newest message up to that one which the
// reporter sees; 0: there is none.
func (s *Store) NewestShown(ctx context.Context, caseID string, seq int) (int, error) {
	return engine.One(s.read(ctx), engine.Column[int], `SELECT coalesce(max(seq), 0) FROM messages
		WHERE case_id = $1 AND seq <= $2`+string(ReportersPart), caseID, seq)
}

// MessageHeads returns all messages of a case in order, without what is sealed.
func (s *Store) MessageHeads(ctx context.Context, caseID string) ([]MessageHead, error) {
	return engine.List(s.read(ctx), scanHead, `SELECT `+headColumns+` FROM messages WHERE case_id = $1 ORDER BY seq`, caseID)
}

// SizeOf is how many sealed bytes messages have together.
func SizeOf(heads []MessageHead) (size int) {
	for _, m := range heads {
		size += m.Size
	}
	return size
}

// What EachMessage reads at once, and at least one message.
const (
	readBytes    = 256 << 10
	readMessages = 50
)

// EachMessage reads the messages of these heads, some at a time. In between nothing of the
// database is held, however long whoever takes them needs.
func (s *Store) EachMessage(ctx context.Context, caseID string, heads []MessageHead) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for left := heads; len(left) > 0; {
			var seqs []int
			for size := 0; len(left) > 0 && len(seqs) < readMessages && (len(seqs) == 0 || size+left[0].Size <= readBytes); left = left[1:] {
				seqs, size = append(seqs, left[0].Seq), size+left[0].Size
			}
			var q engine.Statement
			own := q.Arg(caseID)
			read, err := engine.List(s.read(ctx), scanMessage, `SELECT `+messageColumns+` FROM messages WHERE case_id = `+own+
				` AND seq IN (`+engine.ArgsOf(&q, seqs)+`) ORDER BY seq`, q.Args...)
			if err == nil && len(read) < len(seqs) {
				err = ErrNotFound // the case was deleted meanwhile
			}
			for _, m := range read {
				if !yield(m, nil) {
					return
				}
			}
			if err != nil {
				yield(Message{}, err)
				return
			}
		}
	}
}

// Message returns the message of a case with that number, or ErrNotFound.
func (s *Store) Message(ctx context.Context, caseID string, seq int) (Message, error) {
	return engine.One(s.read(ctx), scanMessage, `SELECT `+messageColumns+` FROM messages WHERE case_id = $1 AND seq = $2`, caseID, seq)
}

func scanFile(row engine.Scanner) (f File, err error) {
	err = row.Scan(&f.ID, &f.Size, &f.Seq)
	return f, err
}

// Files returns a case's files by message and id; none for an unknown case.
func (s *Store) Files(ctx context.Context, caseID string) ([]File, error) {
	return engine.List(s.read(ctx), scanFile, `SELECT id, size, seq FROM files WHERE case_id = $1 ORDER BY seq, id`, caseID)
}

// FilesOf returns the files of some messages of a case, by message and id.
func (s *Store) FilesOf(ctx context.Context, caseID string, messages []MessageHead) ([]File, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	var q engine.Statement
	var seqs []int
	for _, m := range messages {
		seqs = append(seqs, m.Seq)
	}
	return engine.List(s.read(ctx), scanFile, `SELECT id, size, seq FROM files WHERE case_id = `+q.Arg(caseID)+` AND seq IN (`+engine.ArgsOf(&q, seqs)+`) ORDER BY seq, id`, q.Args...)
}

// DeskFile returns a file of a message that the desk wrote to the reporter.
// ErrNotFound: the case has no such file, or it is the reporter's own, or it
// hangs on a note.
func (s *Store) DeskFile(ctx context.Context, caseID, fileID string) (File, error) {
	return engine.One(s.read(ctx), scanFile, `SELECT f.id, f.size, f.seq FROM files f JOIN messages m ON m.case_id = f.case_id AND m.seq = f.seq
		WHERE f.case_id = $1 AND f.id = $2 AND m.sender = $3`, caseID, fileID, string(casework.FromDesk))
}

// CaseFile returns a file of a case, whoever sent it, or ErrNotFound.
func (s *Store) CaseFile(ctx context.Context, caseID, fileID string) (File, error) {
	return engine.One(s.read(ctx), scanFile, `SELECT id, size, seq FROM files WHERE case_id = $1 AND id = $2`, caseID, fileID)
}

// MissingFiles returns those of ids that no row knows. It is what blob.Folder.Sweep
// asks.
func (s *Store) MissingFiles(ctx context.Context, ids []string) ([]string, error) {
	var missing []string
	for chunk := range slices.Chunk(ids, 100) {
		var q engine.Statement
		known, err := engine.List(s.read(ctx), engine.Column[string], `SELECT id FROM files WHERE id IN (`+engine.ArgsOf(&q, chunk)+`)`, q.Args...)
		if err != nil {
			return nil, err
		}
		for _, id := range chunk {
			if !slices.Contains(known, id) {
				missing = append(missing, id)
			}
		}
	}
	return missing, nil
}
