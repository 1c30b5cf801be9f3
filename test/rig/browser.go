package rig

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/store/casework"
)

// Intake is the answer of GET /api/intake.
type Intake struct {
	Form     string
	On       string
	Handlers map[string]string
	Queues   map[string][]string
	Entity   string
	Branches map[string]string
	Names    map[string]map[string]string
	Rules    []casework.Rule

	Excludable []struct {
		ID      string
		ShownAs string            `json:"shown_as"`
		ShownIn map[string]string `json:"shown_in"`
	}
	Limits struct {
		Text, Field, Files int
		FileSize           int64 `json:"file_size"`
		Chunk              int64
	}
}

// Intake asks to whom reports are sealed now.
func (s *Server) Intake(t testing.TB) Intake {
	t.Helper()
	return s.IntakeAt(t, "")
}

// IntakeAt asks to whom reports about an entity are sealed now.
func (s *Server) IntakeAt(t testing.TB, entity string) (in Intake) {
	t.Helper()
	r, err := http.NewRequest("GET", s.URL+"/api/intake", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Hotline-Entity", entity)
	res := Do(t, r)
	if res.Status != http.StatusOK {
		t.Fatalf("GET /api/intake = %d\n%s", res.Status, res.Body)
	}
	Decode(t, res, &in)
	return in
}

// Decode reads the JSON of an answer.
func Decode(t testing.TB, res Response, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(res.Body), into); err != nil {
		t.Fatalf("%v in\n%s", err, res.Body)
	}
}

// JSONRequest makes the request of PostJSON.
func (s *Server) JSONRequest(t testing.TB, path string, body any) *http.Request {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("POST", s.URL+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

// PostJSON sends a request as our script does.
func (s *Server) PostJSON(t testing.TB, path string, body any) Response {
	t.Helper()
	return Do(t, s.JSONRequest(t, path, body))
}

// Problem is the answer to a request of a script that is not taken.
type Problem struct {
	Error  string
	Form   string
	Wait   int
	Offset *int64
}

// ProblemOf reads what went wrong.
func ProblemOf(t testing.TB, res Response) (p Problem) {
	t.Helper()
	Decode(t, res, &p)
	return p
}

// Reporter is somebody whose browser seals what they write.
type Reporter struct {
	Receipt  crypto.Receipt
	Identity crypto.Identity // the reporter's
	CaseID   string
	Case     crypto.Identity // the case's, as their browser makes it
}

// NewReporter makes a receipt and the identity of a new case.
func NewReporter(t testing.TB) *Reporter {
	t.Helper()
	var bits [15]byte
	rand.Read(bits[:])
	r := &Reporter{Receipt: crypto.NewReceipt(bits), CaseID: crypto.NewID()}
	var err error
	if r.Identity, err = r.Receipt.Identity(); err != nil {
		t.Fatal(err)
	}
	if r.Case, err = crypto.NewIdentity(); err != nil {
		t.Fatal(err)
	}
	return r
}

// Lookup is what the reporter shows to have their case found.
func (r *Reporter) Lookup() string { return r.Receipt.Lookup().String() }

// Sealed is the body of POST /api/reports. Tests change what they like.
type Sealed map[string]any

// Keys seals the case to those who read a queue, but for some.
func (r *Reporter) Keys(t testing.TB, in Intake, queue string, excluded ...string) (keys map[string][]byte, sealedTo map[string]string) {
	t.Helper()
	keys, sealedTo = map[string][]byte{}, map[string]string{}
	for _, id := range in.Queues[queue] {
		if slices.Contains(excluded, id) {
			continue
		}
		reader, err := crypto.ParseRecipient(in.Handlers[id])
		if err != nil {
			t.Fatal(err)
		}
		if keys[id], err = crypto.SealCaseKey(r.Case, reader); err != nil {
			t.Fatal(err)
		}
		sealedTo[id] = crypto.Fingerprint(reader)
	}
	return keys, sealedTo
}

// Seal makes a report as a browser does, sealed to those who read the queue that
// the rules name.
func (r *Reporter) Seal(t testing.TB, in Intake, category, subject, text string, files ...crypto.File) Sealed {
	t.Helper()
	queue := string(casework.QueueFor(in.Rules, casework.Answers{Category: category, Subject: subject}))
	keys, sealedTo := r.Keys(t, in, queue)
	summary, err := crypto.SealSummary(crypto.Summary{Case: r.CaseID, Text: text, Language: "ja", Kind: casework.KindReport}, r.Case.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return Sealed{
		"form": in.Form, "case": r.CaseID, "entity": in.Entity, "branch": in.Branches[queue], "category": category, "danger": false, "website": "",
		"recipient": r.Case.Recipient().String(), "reporter_recipient": r.Identity.Recipient().String(), "lookup": r.Lookup(),
		"message": r.SealMessage(t, 1, "report", in.On, text, files...), "name": r.SealName(t, in.On, nil),
		"summary": summary, "keys": keys, "sealed_to": sealedTo, "excluded": []string{}, "files": idsOf(files),
	}
}

// SealMessage seals a message to case and reporter.
func (r *Reporter) SealMessage(t testing.TB, seq int, from, on, text string, files ...crypto.File) []byte {
	t.Helper()
	m := crypto.Message{Case: r.CaseID, Seq: seq, From: from, On: on, Language: "ja", Text: text, Files: files}
	if from == "report" {
		m.Recipient, m.Reporter = r.Receipt.Bind(r.CaseID, r.Case.Recipient()), crypto.Fingerprint(r.Identity.Recipient())
	}
	sealed, err := crypto.SealMessage(m, r.Case.Recipient(), r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// SealName seals the reporter's name, or what else is known of them, to case and
// reporter.
func (r *Reporter) SealName(t testing.TB, on string, fields map[string]string) []byte {
	t.Helper()
	m := crypto.Message{Case: r.CaseID, Seq: 1, From: crypto.FromName, On: on, Language: "ja", Fields: fields}
	sealed, err := crypto.SealMessage(m, r.Case.Recipient(), r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func idsOf(files []crypto.File) []string {
	ids := []string{}
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return ids
}

// SealFile pads and seals a file, and says how the message describes it.
func (r *Reporter) SealFile(t testing.TB, name string, content []byte) (crypto.File, []byte) {
	t.Helper()
	sum := sha256.Sum256(content)
	f := crypto.File{ID: crypto.NewID(), Name: name, Type: "text/plain", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	var padded bytes.Buffer
	padded.Write(content)
	if err := crypto.PadFile(&padded, f.Size); err != nil {
		t.Fatal(err)
	}
	sealed, err := crypto.Seal(padded.Bytes(), r.Case.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return f, sealed
}

// Chunk is one chunk of a file.
type Chunk struct {
	Form, ID string
	Offset   int64
	Last     bool
	Content  []byte
}

// ChunkRequest makes the request that brings a chunk.
func (s *Server) ChunkRequest(t testing.TB, p Chunk) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", s.URL+"/api/files", bytes.NewReader(p.Content))
	if err != nil {
		t.Fatal(err)
	}
	complete := "?0"
	if p.Last {
		complete = "?1"
	}
	for name, value := range map[string]string{
		"Content-Type": "application/octet-stream", "Upload-Form": p.Form, "Upload-Id": p.ID,
		"Upload-Offset": strconv.FormatInt(p.Offset, 10), "Upload-Complete": complete,
	} {
		r.Header.Set(name, value)
	}
	return r
}

// SendChunk sends a chunk.
func (s *Server) SendChunk(t testing.TB, p Chunk) Response {
	t.Helper()
	return Do(t, s.ChunkRequest(t, p))
}

// Upload sends a sealed file in chunks of a size.
func (s *Server) Upload(t testing.TB, form, id string, sealed []byte, size int) {
	t.Helper()
	for at := 0; ; at += size {
		end := min(at+size, len(sealed))
		res := s.SendChunk(t, Chunk{form, id, int64(at), end == len(sealed), sealed[at:end]})
		if want := fmt.Sprintf(`{"offset":%d}`, end); res.Status != http.StatusOK || strings.TrimRight(res.Body, " ") != want {
			t.Fatalf("chunk at %d = %d %s, want %s", at, res.Status, res.Body, want)
		}
		if end == len(sealed) {
			return
		}
	}
}

// Conversation is the answer of POST /api/follow-up.
type Conversation struct {
	Form, On, Case, Branch, State, Outcome, Recipient string
	ReporterRecipient                                 string `json:"reporter_recipient"`
	LastSeq                                           int    `json:"last_seq"`
	Earlier                                           int
	Dates                                             map[string]string
	Messages                                          []struct {
		Seq      int
		From, On string
		Sealed   []byte
	}
	Files []struct {
		ID   string
		Seq  int
		Size int64
	}
	Name       []byte
	Statements []struct {
		Seq       int
		State, On string
	}
	Transfers []struct {
		On, Branch string
		After      int
	}
}

// Conversation shows a reporter their case.
func (s *Server) Conversation(t testing.TB, r *Reporter) (c Conversation) {
	t.Helper()
	res := s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.Intake(t).Form, "lookup": r.Lookup()})
	if res.Status != http.StatusOK {
		t.Fatalf("POST /api/follow-up = %d\n%s", res.Status, res.Body)
	}
	Decode(t, res, &c)
	return c
}

// Accept sends a report and fails the test unless it is stored.
func (s *Server) Accept(t testing.TB, r Sealed) Response {
	t.Helper()
	res := s.PostJSON(t, "/api/reports", r)
	if res.Status != http.StatusCreated {
		t.Fatalf("POST /api/reports = %d\n%s", res.Status, res.Body)
	}
	return res
}

// Message is the body of POST /api/follow-up/messages.
func (r *Reporter) Message(t testing.TB, form string, seq int, text string, files ...crypto.File) Sealed {
	t.Helper()
	ids := []string{}
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return Sealed{"form": form, "lookup": r.Lookup(), "seq": seq, "message": r.SealMessage(t, seq, "reporter", "2026-11-21", text, files...), "files": ids}
}

// With is a copy of a report with some of it changed.
func (r Sealed) With(changes ...any) Sealed {
	c := Sealed{}
	for name, value := range r {
		c[name] = value
	}
	for i := 0; i < len(changes); i += 2 {
		c[changes[i].(string)] = changes[i+1]
	}
	return c
}

// Statement is where the first statement stands; "" and "": there is none.
func (c Conversation) Statement() (s struct{ State, On string }) {
	if len(c.Statements) > 0 {
		s.State, s.On = c.Statements[0].State, c.Statements[0].On
	}
	return s
}
