package demo

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"maps"
	"path/filepath"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// samples holds demo.json, the texts, and the files that they name.
//
//go:embed demo.json *.jpg
var samples embed.FS

type samplePerson struct {
	Identity string            `json:"identity"` // name of the identity file
	Name     string            `json:"name"`
	Email    string            `json:"email"`
	Branches []casework.Branch `json:"branches"`
	Role     string            `json:"role"` // of one who reads no case
}

type sampleCase struct {
	Days     int               `json:"days"` // ago
	Show     string            `json:"show"` // what the printed receipt is about; "": not printed
	Language string            `json:"language"`
	Fields   map[string]string `json:"fields"`
	Text     string            `json:"text"`
	Files    []sampleFile      `json:"files"`
	Messages []sampleMessage   `json:"messages"`
	Priority casework.Priority `json:"priority"`
	Assignee string            `json:"assignee"` // e-mail address
	Kind     string            `json:"kind"`     // as a handler confirmed it
	Standing casework.Standing `json:"standing"` // "" counts
	Danger   casework.Danger   `json:"danger"`   // what became of it
	Transfer *sampleTransfer   `json:"transfer"`

	Classification *sampleClassification `json:"classification"` // nil: nobody has classified it
}

type sampleFile struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Asset   string `json:"asset"` // its content, in this folder
	Cleaned bool   `json:"cleaned"`
	Found   bool   `json:"found"`
}

// sampleMessage is a message, or a move, or both: from and to say which.
type sampleMessage struct {
	From    casework.Sender      `json:"from"`
	Days    int                  `json:"days"` // ago
	Kind    casework.MessageKind `json:"kind"`
	Text    string               `json:"text"`
	Note    string               `json:"note"` // before it
	To      casework.State       `json:"to"`
	Outcome casework.Outcome     `json:"outcome"`
	Due     int                  `json:"due"`     // of a task, days from now
	Measure string               `json:"measure"` // what kind of measure a task is, "" none
}

// seeder stores the samples the way that a report takes, sealing included.
type seeder struct {
	ctx     context.Context
	store   *store.Store
	files   *blob.Folder
	now     time.Time
	clock   time.Time // what the store takes for now
	acts    []laterAct
	readers map[casework.Branch][]store.Handler

	salt      []byte // of the one password: it is stretched once, so that the start is quick
	stretched crypto.Stretched
}

// sampleTexts is demo.json.
type sampleTexts struct {
	Organization sampleOrganization `json:"organization"`
	Entities     []sampleEntity     `json:"entities"`
	Queues       []sampleQueue      `json:"queues"`
	Rules        []casework.Rule    `json:"rules"`
	Words        []sampleWords      `json:"words"`

	Handlers []samplePerson             `json:"handlers"`
	Others   []samplePerson             `json:"others"`
	Shown    map[string]sampleShown     `json:"shown"`    // by e-mail address: as reporters see them
	Register map[string]string          `json:"register"` // by e-mail address: the document that designates them
	Deputies map[string]string          `json:"deputies"` // by e-mail address: the deputy of this week
	Leads    map[casework.Branch]string `json:"leads"`    // e-mail address
	Cases    []sampleCase               `json:"cases"`
}

// sampleShown is what reporters are shown for somebody.
type sampleShown struct {
	As string                `json:"as"`
	In casework.Translations `json:"in"` // by language
}

// Seed makes the handlers, their identity files in dir, and the cases.
func Seed(ctx context.Context, c *cli.Config, dir string) (*Demo, error) {
	var texts sampleTexts
	content, err := samples.ReadFile("demo.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(content, &texts); err != nil {
		return nil, err
	}
	s := &seeder{ctx: ctx, now: time.Now()}
	s.clock = s.ago(began)
	if s.store, err = store.Open(ctx, c.DatabaseURL(), store.Options{Now: func() time.Time { return s.clock }}); err != nil {
		return nil, err
	}
	defer s.store.Close()
	if s.files, err = blob.Open(c.FilesFolder()); err != nil {
		return nil, err
	}
	if err := s.choose(c, texts); err != nil {
		return nil, err
	}
	d := &Demo{dir: dir, handlers: texts.Handlers, others: texts.Others}
	if err := s.addHandlers(d); err != nil {
		return nil, err
	}
	if err := s.addRegister(texts); err != nil {
		return nil, err
	}
	for _, sample := range texts.Cases {
		if err := s.addCase(sample, d); err != nil {
			return nil, err
		}
	}
	if err := s.work(); err != nil {
		return nil, err
	}
	return d, s.addDuties(texts)
}

// addHandlers adds the desk's handlers, each with an identity file for the
// command line and a password for the desk, and those who read no case.
func (s *seeder) addHandlers(d *Demo) (err error) {
	s.salt = make([]byte, crypto.PasswordSaltSize)
	rand.Read(s.salt)
	if s.stretched, err = crypto.Stretch(password, s.salt); err != nil {
		return err
	}
	for _, h := range d.handlers {
		identity, err := writeIdentity(filepath.Join(d.dir, h.Identity))
		if err != nil {
			return err
		}
		person := store.Handler{ID: crypto.NewID(), Name: h.Name, Email: h.Email, Roles: []string{store.RoleHandler}, Branches: h.Branches,
			Recipient: identity.Recipient().String()}
		if err := s.addPerson(person, identity); err != nil {
			return err
		}
	}
	for _, o := range d.others {
		if err := s.addPerson(store.Handler{ID: crypto.NewID(), Name: o.Name, Email: o.Email, Roles: []string{o.Role}}, nil); err != nil {
			return err
		}
	}
	active, err := s.store.ActiveHandlers(s.ctx)
	s.readers = cli.Readers(active)
	return err
}

// password is everybody's. There is no second factor: only a demonstration
// lets people in without.
const password = "try-the-demo-desk"

// addPerson adds somebody who can sign in with the demonstration's password.
func (s *seeder) addPerson(h store.Handler, identity crypto.Identity) error {
	if _, err := s.store.AddHandler(s.ctx, h); err != nil {
		return err
	}
	hash := crypto.HashAuth(s.stretched.Auth)
	c := store.Credentials{HandlerID: h.ID, Salt: s.salt, AuthHash: hash[:]}
	if identity != nil {
		var err error
		if c.Identity, err = crypto.WrapIdentity(identity, s.stretched.Wrap); err != nil {
			return err
		}
	}
	return s.store.PutCredentials(s.ctx, c)
}

// addCase stores a report, its files and the conversation after it.
func (s *seeder) addCase(sample sampleCase, d *Demo) error {
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
		Language: sample.Language, Text: sample.Text, Fields: maps.Clone(sample.Fields)}
	name := crypto.Message{Case: m.Case, Seq: 1, From: crypto.FromName, On: m.On, Language: sample.Language, Fields: map[string]string{}}
	for _, field := range []string{"name", "contact"} { // sealed apart
		if value := m.Fields[field]; value != "" {
			name.Fields[field] = value
		}
		delete(m.Fields, field)
	}
	m.Recipient, m.Reporter = receipt.Bind(m.Case, identity.Recipient()), crypto.Fingerprint(reporter.Recipient())
	writers, err := s.sealFiles(sample.Files, &m, identity.Recipient())
	if err != nil {
		return err
	}
	n, err := s.seal(m, identity, reporter.Recipient())
	if err != nil {
		return err
	}
	if n.Name, err = crypto.SealMessage(name, identity.Recipient(), reporter.Recipient()); err != nil {
		return err
	}
	n.LookupHash = receipt.Lookup().Hash()
	for _, w := range writers {
		n.Files = append(n.Files, store.File{ID: w.ID(), Size: w.Size()})
	}
	err = s.store.CreateCase(s.ctx, n)
	for _, w := range writers {
		w.Complete(err)
	}
	if err != nil {
		return err
	}
	if sample.Show != "" {
		d.receipts = append(d.receipts, shownReceipt{receipt, sample.Language, sample.Show})
	}
	if len(sample.Files) > 0 && d.example == "" {
		d.example, d.opener = n.ID, d.opens(n.Branch)
	}
	s.later(sample.Days, func() error { return s.assign(sample, n) })
	if err := s.classify(sample, n, identity.Recipient()); err != nil {
		return err
	}
	seq, err := s.addMessages(sample, n, identity.Recipient(), reporter.Recipient())
	if err != nil || sample.Transfer == nil {
		return err
	}
	s.later(sample.Transfer.Days, func() error { return s.transfer(sample, n, identity, seq+1) })
	return nil
}

// assign gives a case its priority and its handler, and what handlers said of it.
func (s *seeder) assign(sample sampleCase, n store.NewCase) error {
	seen := store.Facts{Priority: casework.Normal, Standing: casework.Counts, Danger: n.Danger}
	want := seen
	want.Kind, want.Standing, want.Danger = sample.Kind, cmp.Or(sample.Standing, seen.Standing), cmp.Or(sample.Danger, seen.Danger)
	if sample.Priority != "" {
		want.Priority = sample.Priority
	}
	for _, h := range s.readers[n.Branch] {
		if h.Email == sample.Assignee {
			want.Assignee = h.ID
		}
	}
	act := store.Act{CaseID: n.ID, By: s.readers[n.Branch][0].ID, At: s.ago(sample.Days).Unix()}
	return s.store.SetFacts(s.ctx, act, seen, want)
}

// seal makes the case of a report: message, summary and keys.
func (s *seeder) seal(m crypto.Message, identity crypto.Identity, reporter crypto.Recipient) (n store.NewCase, err error) {
	f := m.Fields
	n.ID, n.Category, n.Channel, n.Received = m.Case, cmp.Or(f["category"], casework.Unsure), casework.Web, casework.Day(m.On)
	if n.Branch, n.Entity, err = s.readerOf(f); err != nil {
		return n, err
	}
	if f["danger"] != "" {
		n.Danger = casework.DangerOpen
	}
	n.Recipient, n.ReporterRecipient = identity.Recipient().String(), reporter.String()
	if n.Message, err = crypto.SealMessage(m, identity.Recipient(), reporter); err != nil {
		return n, err
	}
	n.Summary, err = crypto.SealSummary(crypto.Summary{Case: m.Case, Text: m.Text, Language: m.Language,
		Relationship: f["relationship"], Kind: cmp.Or(f["kind"], casework.KindReport), Danger: f["danger"] != ""}, identity.Recipient())
	if err != nil {
		return n, err
	}
	n.Keys = map[string][]byte{}
	for _, h := range s.readers[n.Branch] {
		recipient, err := crypto.ParseRecipient(h.Recipient)
		if err != nil {
			return n, err
		}
		if n.Keys[h.ID], err = crypto.SealCaseKey(identity, recipient); err != nil {
			return n, err
		}
	}
	return n, nil
}

// readerOf returns which branch reads a report by its answers, and what it is about.
func (s *seeder) readerOf(f map[string]string) (casework.Branch, string, error) {
	o, err := s.store.Organization(s.ctx)
	if err != nil {
		return "", "", err
	}
	active, err := s.store.ActiveHandlers(s.ctx)
	if err != nil {
		return "", "", err
	}
	members := store.Members(active)
	entity := o.Entities.Seen(f["entity"], members)
	answers := casework.Answers{Kind: f["kind"], Relationship: f["relationship"], Subject: f["subject"], Category: f["category"], Desk: f["desk"]}
	_, branch, _, err := o.Route(o.Entities, members, entity, answers)
	return branch, entity, err
}

// sealFiles seals the files of a sample and describes them in its message.
func (s *seeder) sealFiles(files []sampleFile, m *crypto.Message, to crypto.Recipient) ([]*blob.Writer, error) {
	var writers []*blob.Writer
	for _, f := range files {
		content, err := samples.ReadFile(f.Asset)
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
			SHA256: hex.EncodeToString(sum[:]), Cleaned: f.Cleaned, Found: f.Found})
		writers = append(writers, w)
	}
	return writers, s.files.Sync()
}

// addMessages adds answers, what the reporter wrote later, notes and moves, and
// returns the newest message's number.
func (s *seeder) addMessages(sample sampleCase, c store.NewCase, caseRecipient, reporter crypto.Recipient) (seq int, err error) {
	state := casework.Received
	seq = 1
	for _, add := range sample.Messages {
		day := s.day(add.Days)
		n := store.NewMessage{CaseID: c.ID, From: add.From, Kind: add.Kind, On: casework.Day(day)}
		if add.From != casework.FromReporter { // of a reporter only the day is kept
			n.At, n.By = s.ago(add.Days).Unix(), s.readers[c.Branch][0].ID
		}
		if add.To != "" {
			n.Move = &casework.Move{From: state, To: add.To, Outcome: add.Outcome, On: n.On}
			state = add.To
		}
		if add.From == "" {
			s.later(add.Days, func() error {
				return s.store.MoveCase(s.ctx, store.Act{CaseID: c.ID, By: n.By, At: n.At}, *n.Move)
			})
			continue
		}
		if add.Note != "" {
			seq++
			if n.Note, err = conflictNote(sample, add, c.ID, seq, day, caseRecipient); err != nil {
				return seq, err
			}
		}
		seq++
		n.Seq = seq
		to := []crypto.Recipient{caseRecipient, reporter}
		if add.From == casework.FromNote {
			to = to[:1]
		}
		m := crypto.Message{Case: c.ID, Seq: seq, From: string(add.From), On: day, Language: sample.Language, Text: add.Text}
		if add.Kind == casework.Task {
			m.Fields = map[string]string{"task": "new", "owner": n.By, "due": s.day(-add.Due)}
			if add.Measure != "" {
				m.Fields["measure"] = add.Measure
			}
		}
		if n.Sealed, err = crypto.SealMessage(m, to...); err != nil {
			return seq, err
		}
		s.later(add.Days, func() error { return s.store.AddMessage(s.ctx, n) })
	}
	return seq, nil
}

// conflictNote is the note before the message that says that a case is investigated.
func conflictNote(sample sampleCase, add sampleMessage, caseID string, seq int, day string, to crypto.Recipient) (*store.NoteBefore, error) {
	m := crypto.Message{Case: caseID, Seq: seq, From: string(casework.FromNote), On: day, Language: sample.Language, Text: add.Note, Fields: map[string]string{"conflict": "no"}}
	sealed, err := crypto.SealMessage(m, to)
	return &store.NoteBefore{Seq: seq, Sealed: sealed}, err
}

func (s *seeder) ago(days int) time.Time { return s.now.AddDate(0, 0, -days) }

func (s *seeder) day(ago int) string { return string(casework.DayOf(s.ago(ago))) }

// opens returns the path of an identity that opens the cases of a branch.
func (d *Demo) opens(b casework.Branch) string {
	for _, h := range d.handlers {
		for _, own := range h.Branches {
			if own == b {
				return filepath.Join(d.dir, h.Identity)
			}
		}
	}
	return ""
}
