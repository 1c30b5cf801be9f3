package crypto

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// -update writes the vectors anew. Only do so for a new version of the format:
// receipts and sealed cases out there follow the old ones.
var update = flag.Bool("update", false, "write testdata anew")

// receiptVectors is testdata/receipts.json, shared with web/src.
type receiptVectors struct {
	Valid []struct {
		Bits      string   `json:"bits"` // hex, 15 bytes
		Shown     string   `json:"shown"`
		Typed     []string `json:"typed"` // other ways to type it
		Lookup    string   `json:"lookup"`
		Hash      string   `json:"hash"` // hex, what the server keeps
		Identity  string   `json:"identity"`
		Recipient string   `json:"recipient"`
		Bound     string   `json:"bound"` // Bind of vectorCase and the recipient
	} `json:"valid"`
	Wrong []struct {
		Typed string `json:"typed"`
		Why   string `json:"why"` // length, character or check
	} `json:"wrong"`
}

// vectorCase is the id of the case in the vectors.
const vectorCase = "0123456789abcdef0123456789abcdef"

func TestReceiptVectors(t *testing.T) {
	var v receiptVectors
	readVectors(t, "receipts.json", &v)
	for i := range v.Valid {
		c := &v.Valid[i]
		bits, err := hex.DecodeString(c.Bits)
		if err != nil {
			t.Fatal(err)
		}
		r := NewReceipt([15]byte(bits))
		id, err := r.Identity()
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			c.Shown, c.Lookup, c.Hash = r.String(), r.Lookup().String(), hex.EncodeToString(r.Lookup().Hash())
			c.Identity, c.Recipient = id.String(), id.Recipient().String()
			c.Typed = otherWays(r.String())
			c.Bound = r.Bind(vectorCase, id.Recipient())
		}
		if r.String() != c.Shown || r.Lookup().String() != c.Lookup || hex.EncodeToString(r.Lookup().Hash()) != c.Hash ||
			id.String() != c.Identity || id.Recipient().String() != c.Recipient || r.Bind(vectorCase, id.Recipient()) != c.Bound {
			t.Errorf("receipt of %s differs from its vector", c.Bits)
		}
		for _, typed := range append(c.Typed, c.Shown) {
			if got, err := ParseReceipt(typed); err != nil || got != r {
				t.Errorf("ParseReceipt(%q) = %v, %v", typed, got, err)
			}
		}
	}
	reasons := map[string]error{"length": ErrReceiptLength, "character": ErrReceiptCharacter, "check": ErrReceiptCheck}
	for _, c := range v.Wrong {
		if _, err := ParseReceipt(c.Typed); err == nil || !errors.Is(err, reasons[c.Why]) {
			t.Errorf("ParseReceipt(%q) = %v, want %s", c.Typed, err, c.Why)
		}
	}
	if len(v.Valid) == 0 || len(v.Wrong) == 0 {
		t.Error("no vectors")
	}
	writeVectors(t, "receipts.json", v)
}

func otherWays(shown string) []string {
	wide := strings.Map(func(r rune) rune { return r + 0xfee0 }, shown)
	return []string{
		strings.ToLower(shown),
		strings.ReplaceAll(shown, "-", ""),
		" " + strings.ReplaceAll(shown, "-", " ") + " ",
		strings.ReplaceAll(shown, "-", "—"),
		wide,
		strings.ReplaceAll(wide, "－", "ー"),
		strings.NewReplacer("0", "O", "1", "I").Replace(shown),
		strings.NewReplacer("0", "o", "1", "l").Replace(shown),
		"受付番号：" + shown,
		"Your receipt number\n" + shown,
		"Código de seguimiento: " + strings.ToLower(shown) + ".",
		"查询码 " + strings.ReplaceAll(shown, "-", ""),
	}
}

// sealedVectors is testdata/sealed.json: a whole case as the server holds it.
type sealedVectors struct {
	Case     string            `json:"case"`
	Receipt  string            `json:"receipt"`
	Handler  string            `json:"handler"` // identity
	Key      string            `json:"key"`     // base64 of the age file, as everything below
	Summary  string            `json:"summary"`
	Text     string            `json:"text"` // of the report
	Fields   map[string]string `json:"fields"`
	Messages []sealedMessage   `json:"messages"`
	File     struct {
		ID, Plain, Sealed string
	} `json:"file"`
}

type sealedMessage struct {
	Seq    int    `json:"seq"`
	From   string `json:"from"`
	Sealed string `json:"sealed"`
	Broken bool   `json:"broken"` // must not be shown: it stands in the wrong place
}

func TestSealedVectors(t *testing.T) {
	var v sealedVectors
	if *update {
		v = makeSealed(t)
		writeVectors(t, "sealed.json", v)
	}
	readVectors(t, "sealed.json", &v)
	handler, err := ParseIdentity(v.Handler)
	if err != nil {
		t.Fatal(err)
	}
	caseIdentity, err := OpenCaseKey(unbase64(t, v.Key), handler)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := ParseReceipt(v.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	reporter, err := receipt.Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range v.Messages {
		for who, id := range map[string]Identity{"handler": caseIdentity, "reporter": reporter} {
			got, err := OpenMessage(unbase64(t, m.Sealed), id, v.Case, m.Seq, m.From)
			if m.Broken != errors.Is(err, ErrMisplaced) || (!m.Broken && err != nil) {
				t.Errorf("message %d opened by the %s: %v", m.Seq, who, err)
			}
			if m.Seq == 1 && (got.Text != v.Text || got.Fields["relationship"] != v.Fields["relationship"] || len(got.Files) != 1 || got.Files[0].ID != v.File.ID || !got.Files[0].Cleaned || !got.Files[0].Found) {
				t.Errorf("the report reads %+v", got)
			}
		}
	}
	if s, err := OpenSummary(unbase64(t, v.Summary), caseIdentity, v.Case); err != nil || !strings.HasPrefix(v.Text, s.Text) || s.Kind != "consultation" || !s.Danger {
		t.Errorf("summary: %+v, %v", s, err)
	}
	plain, err := Open(unbase64(t, v.File.Sealed), caseIdentity)
	if want := unbase64(t, v.File.Plain); err != nil || string(plain[:len(want)]) != string(want) || int64(len(plain)) != Padme(int64(len(want))) {
		t.Errorf("the file does not open as it was: %v", err)
	}
	if _, err := Open(unbase64(t, v.File.Sealed), reporter); !errors.Is(err, ErrOpen) {
		t.Errorf("a reporter's file opens for the reporter: %v", err)
	}
}

func makeSealed(t *testing.T) sealedVectors {
	t.Helper()
	var v sealedVectors
	handler, _ := NewIdentity()
	caseIdentity, _ := NewIdentity()
	receipt := NewReceipt([15]byte([]byte("hotline/vectors")))
	reporter, _ := receipt.Identity()
	v.Case, v.Receipt, v.Handler = vectorCase, receipt.String(), handler.String()
	v.Text = "残業代が3か月支払われていません。<工場> & “宿舎” 😟\nSegunda línea."
	v.Fields = map[string]string{"relationship": "trainee", "where": "第2工場"}
	key, err := SealCaseKey(caseIdentity, handler.Recipient())
	check(t, err)
	v.Key = base64.StdEncoding.EncodeToString(key)
	plain := []byte(strings.Repeat("a photo, more or less. ", 50))
	v.File.ID, v.File.Plain = NewID(), base64.StdEncoding.EncodeToString(plain)
	sealed, err := Seal(append(plain, make([]byte, Padme(int64(len(plain)))-int64(len(plain)))...), caseIdentity.Recipient())
	check(t, err)
	v.File.Sealed = base64.StdEncoding.EncodeToString(sealed)
	files := []File{{ID: v.File.ID, Name: "写真.jpg", Type: "image/jpeg", Size: int64(len(plain)), SHA256: strings.Repeat("0", 64), Cleaned: true, Found: true}}
	for _, m := range []Message{
		{Case: v.Case, Seq: 1, From: "report", On: "2026-11-21", Language: "ja", Text: v.Text, Fields: v.Fields, Files: files},
		{Case: v.Case, Seq: 2, From: "desk", On: "2026-11-24", Language: "ja", Text: "ご連絡ありがとうございます。"},
		{Case: v.Case, Seq: 4, From: "reporter", On: "2026-11-25", Language: "ja", Text: "moved from another place"},
	} {
		sealed, err := SealMessage(m, caseIdentity.Recipient(), reporter.Recipient())
		check(t, err)
		v.Messages = append(v.Messages, sealedMessage{min(m.Seq, 3), m.From, base64.StdEncoding.EncodeToString(sealed), m.Seq == 4})
	}
	summary, err := SealSummary(Summary{Case: v.Case, Text: v.Text, Language: "ja", Relationship: "trainee", Kind: "consultation", Danger: true}, caseIdentity.Recipient())
	check(t, err)
	v.Summary = base64.StdEncoding.EncodeToString(summary)
	return v
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	check(t, err)
	return b
}

func readVectors(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	check(t, err)
	check(t, json.Unmarshal(raw, v))
}

func writeVectors(t *testing.T, name string, v any) {
	t.Helper()
	if !*update {
		return
	}
	raw, err := json.MarshalIndent(v, "", " ")
	check(t, err)
	check(t, os.WriteFile(filepath.Join("testdata", name), append(raw, '\n'), 0o644))
}
