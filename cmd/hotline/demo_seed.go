package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"time"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

// samples holds demo.json, the texts, and the files that they name.
//
//go:embed demo
var samples embed.FS

type demoHandler struct {
	Identity string           `json:"identity"` // name of the identity file
	Name     string           `json:"name"`
	Email    string           `json:"email"`
	Queues   []casework.Queue `json:"queues"`
}

type demoCase struct {
	Days     int               `json:"days"` // ago
	Show     string            `json:"show"` // what the printed receipt is about; "": not printed
	Language string            `json:"language"`
	Fields   map[string]string `json:"fields"`
	Text     string            `json:"text"`
	Files    []demoFile        `json:"files"`
	Messages []demoMessage     `json:"messages"`
	Moves    []demoMove        `json:"moves"`
}

type demoFile struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Asset   string `json:"asset"` // its content, in the folder demo
	Cleaned bool   `json:"cleaned"`
}

type demoMove struct {
	To      casework.State   `json:"to"`
	Days    int              `json:"days"` // ago
	Outcome casework.Outcome `json:"outcome"`
}

type demoMessage struct {
	From casework.Sender `json:"from"`
	Days int             `json:"days"`
	Text string          `json:"text"`
}

// seeder stores the samples the way that a report takes, sealing included.
type seeder struct {
	ctx     context.Context
	store   *store.Store
	files   *store.Files
	now     time.Time
	readers map[casework.Queue][]store.Handler
}

// seedDemo makes the handlers, their identity files in dir, and the cases.
func seedDemo(ctx context.Context, c *Config, st *store.Store, dir string) (*demo, error) {
	var texts struct {
		Handlers []demoHandler `json:"handlers"`
		Cases    []demoCase    `json:"cases"`
	}
	content, err := samples.ReadFile("demo/demo.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(content, &texts); err != nil {
		return nil, err
	}
	zone, err := c.zone()
	if err != nil {
		return nil, err
	}
	s := &seeder{ctx: ctx, store: st, now: time.Now().In(zone)}
	if s.files, err = store.OpenFiles(c.filesFolder()); err != nil {
		return nil, err
	}
	d := &demo{dir: dir, handlers: texts.Handlers}
	if err := s.addHandlers(d); err != nil {
		return nil, err
	}
	for _, sample := range texts.Cases {
		if err := s.addCase(sample, d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (s *seeder) addHandlers(d *demo) error {
	for _, h := range d.handlers {
		recipient, err := writeIdentity(filepath.Join(d.dir, h.Identity))
		if err != nil {
			return err
		}
		_, err = s.store.AddHandler(s.ctx, store.Handler{ID: crypto.NewID(), Name: h.Name, Email: h.Email,
			Roles: []string{store.RoleHandler}, Queues: h.Queues, Recipient: recipient.String()})
		if err != nil {
			return err
		}
	}
	active, err := s.store.ActiveHandlers(s.ctx)
	s.readers = readers(active)
	return err
}

// addCase stores a report, its files and the conversation after it.
func (s *seeder) addCase(sample demoCase, d *demo) error {
	var bits [15]byte
	rand.Read(bits[:])
	receipt := crypto.NewReceipt(bits)
	reporter, err := receipt.Identity()
	if err != nil {
		return err
	}
	identity, err := crypto.NewIdentity()
	if err != nil {
		return err
	}
	m := crypto.Message{Case: crypto.NewID(), Seq: 1, From: string(casework.FromReport), On: s.day(sample.Days),
		Language: sample.Language, Text: sample.Text, Fields: sample.Fields}
	m.Recipient = receipt.Bind(m.Case, identity.Recipient())
	writers, err := s.sealFiles(sample.Files, &m, identity.Recipient())
	if err != nil {
		return err
	}
	n, err := s.seal(m, identity, reporter.Recipient())
	if err != nil {
		return err
	}
	n.LookupHash = receipt.Lookup().Hash()
	for _, w := range writers {
		n.Files = append(n.Files, store.File{ID: w.ID(), Size: w.Size()})
	}
	err = s.store.CreateCase(s.ctx, n)
	for _, w := range writers {
		w.Settle(err)
	}
	if err != nil {
		return err
	}
	if sample.Show != "" {
		d.receipts = append(d.receipts, demoReceipt{receipt, sample.Language, sample.Show})
	}
	if len(sample.Files) > 0 {
		d.example, d.opener = n.ID, d.opens(n.Queue)
	}
	if err := s.addMessages(sample, n.ID, identity.Recipient(), reporter.Recipient()); err != nil {
		return err
	}
	return s.move(sample, n.ID)
}

// move leads a case through its states.
func (s *seeder) move(sample demoCase, caseID string) error {
	from := casework.Received
	for _, m := range sample.Moves {
		move := casework.Move{From: from, To: m.To, Outcome: m.Outcome, On: casework.Day(s.day(m.Days))}
		if err := s.store.MoveCase(s.ctx, caseID, move); err != nil {
			return err
		}
		from = m.To
	}
	return nil
}

// seal makes the case of a report: message, summary, keys and counters.
func (s *seeder) seal(m crypto.Message, identity crypto.Identity, reporter crypto.Recipient) (n store.NewCase, err error) {
	category := m.Fields["category"]
	n.ID, n.Category, n.Channel, n.Received = m.Case, category, casework.Web, casework.Day(m.On)
	n.Queue = casework.QueueFor(category, m.Fields["subject"])
	n.Recipient, n.ReporterRecipient = identity.Recipient().String(), reporter.String()
	if n.Message, err = crypto.SealMessage(m, identity.Recipient(), reporter); err != nil {
		return n, err
	}
	n.Summary, err = crypto.SealSummary(crypto.Summary{Case: m.Case, Text: m.Text, Language: m.Language,
		Relationship: m.Fields["relationship"]}, identity.Recipient())
	if err != nil {
		return n, err
	}
	n.Keys = map[string][]byte{}
	for _, h := range s.readers[n.Queue] {
		recipient, err := crypto.ParseRecipient(h.Recipient)
		if err != nil {
			return n, err
		}
		if n.Keys[h.ID], err = crypto.SealCaseKey(identity, recipient); err != nil {
			return n, err
		}
	}
	for _, dimension := range []string{"relationship", "country", "identity", "category"} {
		n.Counters = append(n.Counters, store.Counter{Dimension: dimension, Value: m.Fields[dimension]})
	}
	n.Counters = append(n.Counters, store.Counter{Dimension: "language", Value: m.Language})
	return n, nil
}

// sealFiles seals the files of a sample and describes them in its message.
func (s *seeder) sealFiles(files []demoFile, m *crypto.Message, to crypto.Recipient) ([]*store.FileWriter, error) {
	var writers []*store.FileWriter
	for _, f := range files {
		content, err := samples.ReadFile("demo/" + f.Asset)
		if err != nil {
			return nil, err
		}
		w, err := s.files.Create()
		if err != nil {
			return nil, err
		}
		padded := bytes.NewBuffer(bytes.Clone(content))
		if err := crypto.PadFile(padded, int64(len(content))); err != nil {
			return nil, err
		}
		sealed, err := crypto.Seal(padded.Bytes(), to)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(sealed); err != nil {
			return nil, err
		}
		if err := w.Finish(); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		m.Files = append(m.Files, crypto.File{ID: w.ID(), Name: f.Name, Type: f.Type, Size: int64(len(content)),
			SHA256: hex.EncodeToString(sum[:]), Cleaned: f.Cleaned})
		writers = append(writers, w)
	}
	return writers, s.files.Sync()
}

// addMessages adds answers, what the reporter wrote later, and notes.
func (s *seeder) addMessages(sample demoCase, caseID string, caseRecipient, reporter crypto.Recipient) error {
	for i, add := range sample.Messages {
		m := crypto.Message{Case: caseID, Seq: i + 2, From: string(add.From), On: s.day(add.Days), Language: sample.Language, Text: add.Text}
		to := []crypto.Recipient{caseRecipient, reporter}
		if add.From == casework.FromNote {
			to = to[:1]
		}
		sealed, err := crypto.SealMessage(m, to...)
		if err != nil {
			return err
		}
		n := store.NewMessage{CaseID: caseID, Seq: m.Seq, From: add.From, On: casework.Day(m.On), Sealed: sealed}
		if add.From != casework.FromReporter { // of a reporter only the day is kept
			n.At = s.now.AddDate(0, 0, -add.Days).Unix()
		}
		if err := s.store.AddMessage(s.ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) day(ago int) string { return string(casework.DayOf(s.now.AddDate(0, 0, -ago))) }

// opens returns the path of an identity that opens the cases of a queue.
func (d *demo) opens(q casework.Queue) string {
	for _, h := range d.handlers {
		for _, own := range h.Queues {
			if own == q {
				return filepath.Join(d.dir, h.Identity)
			}
		}
	}
	return ""
}
