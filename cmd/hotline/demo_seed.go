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
	Priority casework.Priority `json:"priority"`
	Assignee string            `json:"assignee"` // e-mail address
}

type demoFile struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Asset   string `json:"asset"` // its content, in the folder demo
	Cleaned bool   `json:"cleaned"`
}

// demoMessage is a message, or a move, or both: from and to say which.
type demoMessage struct {
	From    casework.Sender      `json:"from"`
	Days    int                  `json:"days"` // ago
	Kind    casework.MessageKind `json:"kind"`
	Text    string               `json:"text"`
	To      casework.State       `json:"to"`
	Outcome casework.Outcome     `json:"outcome"`
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
		Admin    demoHandler   `json:"admin"`
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
	d := &demo{dir: dir, handlers: texts.Handlers, admin: texts.Admin}
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

// addHandlers adds the desk's handlers, each with an identity file for the
// command line and a password for the desk, and an administrator.
func (s *seeder) addHandlers(d *demo) error {
	for _, h := range d.handlers {
		identity, err := writeIdentity(filepath.Join(d.dir, h.Identity))
		if err != nil {
			return err
		}
		person := store.Handler{ID: crypto.NewID(), Name: h.Name, Email: h.Email, Roles: []string{store.RoleHandler}, Queues: h.Queues,
			Recipient: identity.Recipient().String()}
		if err := s.addPerson(person, identity); err != nil {
			return err
		}
	}
	if err := s.addPerson(store.Handler{ID: crypto.NewID(), Name: d.admin.Name, Email: d.admin.Email, Roles: []string{store.RoleAdmin}}, nil); err != nil {
		return err
	}
	if err := s.store.SetSettings(s.ctx, store.Settings{Profile: casework.Strictest}); err != nil {
		return err
	}
	active, err := s.store.ActiveHandlers(s.ctx)
	s.readers = readers(active)
	return err
}

// demoPassword is everybody's. There is no second factor: only a demonstration
// lets people in without.
const demoPassword = "try-the-demo-desk"

// addPerson adds somebody who can sign in with the demonstration's password.
func (s *seeder) addPerson(h store.Handler, identity crypto.Identity) error {
	if _, err := s.store.AddHandler(s.ctx, h); err != nil {
		return err
	}
	salt := make([]byte, crypto.PasswordSaltSize)
	rand.Read(salt)
	stretched, err := crypto.Stretch(demoPassword, salt)
	if err != nil {
		return err
	}
	hash := crypto.HashAuth(stretched.Auth)
	c := store.Credentials{HandlerID: h.ID, Salt: salt, AuthHash: hash[:]}
	if identity != nil {
		if c.Identity, err = crypto.WrapIdentity(identity, stretched.Wrap); err != nil {
			return err
		}
	}
	return s.store.PutCredentials(s.ctx, c)
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
	m.Recipient, m.Reporter = receipt.Bind(m.Case, identity.Recipient()), crypto.Fingerprint(reporter.Recipient())
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
	if len(sample.Files) > 0 && d.example == "" {
		d.example, d.opener = n.ID, d.opens(n.Queue)
	}
	if err := s.assign(sample, n); err != nil {
		return err
	}
	return s.addMessages(sample, n, identity.Recipient(), reporter.Recipient())
}

// assign gives a case its priority and its handler.
func (s *seeder) assign(sample demoCase, n store.NewCase) error {
	seen := store.Facts{Priority: casework.Normal}
	want := seen
	if sample.Priority != "" {
		want.Priority = sample.Priority
	}
	for _, h := range s.readers[n.Queue] {
		if h.Email == sample.Assignee {
			want.Assignee = h.ID
		}
	}
	act := store.Act{CaseID: n.ID, By: s.readers[n.Queue][0].ID, At: s.now.AddDate(0, 0, -sample.Days).Unix()}
	return s.store.SetFacts(s.ctx, act, seen, want)
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

// addMessages adds answers, what the reporter wrote later, notes and moves.
func (s *seeder) addMessages(sample demoCase, c store.NewCase, caseRecipient, reporter crypto.Recipient) error {
	state, seq := casework.Received, 1
	for _, add := range sample.Messages {
		day := s.day(add.Days)
		n := store.NewMessage{CaseID: c.ID, From: add.From, Kind: add.Kind, On: casework.Day(day)}
		if add.From != casework.FromReporter { // of a reporter only the day is kept
			n.At, n.By = s.now.AddDate(0, 0, -add.Days).Unix(), s.readers[c.Queue][0].ID
		}
		if add.To != "" {
			n.Move = &casework.Move{From: state, To: add.To, Outcome: add.Outcome, On: n.On}
			state = add.To
		}
		if add.From == "" {
			if err := s.store.MoveCase(s.ctx, store.Act{CaseID: c.ID, By: n.By, At: n.At}, *n.Move); err != nil {
				return err
			}
			continue
		}
		seq++
		n.Seq = seq
		to := []crypto.Recipient{caseRecipient, reporter}
		if add.From == casework.FromNote {
			to = to[:1]
		}
		var err error
		m := crypto.Message{Case: c.ID, Seq: seq, From: string(add.From), On: day, Language: sample.Language, Text: add.Text}
		if n.Sealed, err = crypto.SealMessage(m, to...); err != nil {
			return err
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
