package crypto

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The known-good derivation of the design, checked on both sides.
func TestKnownDerivation(t *testing.T) {
	ikm, _ := hex.DecodeString("000102030405060708090a0b0c0d0e")
	seed, _ := hkdf.Key(sha256.New, ikm, []byte("hotline/receipt/v1"), "age-mlkem768x25519", 32)
	if got := hex.EncodeToString(seed); got != "05ffcc721155e25ae064fe3c27f18e60cee0a55108e5283f6f70cd2fe6e611eb" {
		t.Fatalf("seed = %s", got)
	}
	id, err := IdentityFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	if got := id.String(); got != "AGE-SECRET-KEY-PQ-1QHLUCUS32H394CRYLC7Z0UVWVR8WPF23PRJJS0M0WRXJLEHXZ84S809YQQ" {
		t.Fatalf("identity = %s", got)
	}
	recipient := id.Recipient().String()
	sum := sha256.Sum256([]byte(recipient))
	if len(recipient) != 1959 || hex.EncodeToString(sum[:]) != "fce80b1e99c73c544159c11df8f41223bb6448ce7d142231c785fe26a2820934" {
		t.Fatalf("recipient of %d characters, SHA-256 %x", len(recipient), sum)
	}
}

func TestReceiptIsForgiving(t *testing.T) {
	want := NewReceipt([15]byte{0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7})
	shown := want.String()
	wide := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, shown)
	for name, typed := range map[string]string{
		"shown":      shown,
		"canonical":  strings.ReplaceAll(shown, "-", ""),
		"lower":      strings.ToLower(shown),
		"spaces":     " " + strings.ReplaceAll(shown, "-", "  ") + "\n",
		"full width": wide,
		"en dash":    strings.ReplaceAll(shown, "-", "–"),
		"long vowel": strings.ReplaceAll(shown, "-", "ー"),
		"I, L and O": strings.NewReplacer("0", "O", "1", "l").Replace(shown),
		"zero width": strings.ReplaceAll(shown, "-", "\u200b-"),
	} {
		if got, err := ParseReceipt(typed); err != nil || got != want {
			t.Errorf("%s: ParseReceipt(%q) = %v, %v", name, typed, got, err)
		}
	}
	for typed, wantErr := range map[string]error{
		"":                           ErrReceiptLength,
		shown[:20]:                   ErrReceiptLength,
		shown + "0":                  ErrReceiptLength,
		"U" + shown[1:]:              ErrReceiptCharacter,
		"報" + shown[1:]:              ErrReceiptCharacter,
		"2" + shown[1:]:              ErrReceiptCheck,
		strings.Repeat("0", 1000000): ErrReceiptLength,
	} {
		if _, err := ParseReceipt(typed); !errors.Is(err, wantErr) {
			t.Errorf("ParseReceipt(%.30q) = %v, want %v", typed, err, wantErr)
		}
	}
}

func TestCheckCatchesEverySingleErrorAndSwap(t *testing.T) {
	symbols := append(regroup([]byte("fifteen bytes!!")), 0)
	symbols[24] = checkSymbol(symbols[:24])
	if weightedSum(symbols) != 0 {
		t.Fatal("the check symbol does not fit")
	}
	for i := range symbols {
		for wrong := range byte(32) {
			changed := bytes.Clone(symbols)
			if changed[i] = wrong; wrong != symbols[i] && weightedSum(changed) == 0 {
				t.Fatalf("%d at %d goes unnoticed", wrong, i)
			}
		}
		for j := range i {
			changed := bytes.Clone(symbols)
			changed[i], changed[j] = changed[j], changed[i]
			if changed[i] != changed[j] && weightedSum(changed) == 0 {
				t.Fatalf("swap of %d and %d goes unnoticed", i, j)
			}
		}
	}
}

func TestFindReceiptInText(t *testing.T) {
	r := NewReceipt([15]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	for _, text := range []string{"my code " + r.String() + ".", "受付番号は" + strings.ReplaceAll(r.String(), "-", "") + "です", "it is about " + r.String(), "abcde " + strings.ReplaceAll(r.String(), "-", "\u3000"), strings.ToLower(r.String())} {
		if got, ok := FindReceipt(text); !ok || got != r {
			t.Errorf("not found in %q", text)
		}
	}
	for _, text := range []string{"", "there right never about words again which these those where", "12345-12345-12345-12345-12346", strings.Repeat("A", 5000)} {
		if _, ok := FindReceipt(text); ok {
			t.Errorf("found one in %.40q", text)
		}
	}
}

func TestSealingNeedsRecipients(t *testing.T) {
	if _, err := Seal([]byte("x")); !errors.Is(err, ErrNoRecipients) {
		t.Errorf("sealing to nobody: %v", err)
	}
	if _, err := Seal([]byte("x"), nil); !errors.Is(err, ErrRecipient) {
		t.Errorf("sealing to nil: %v", err)
	}
	if _, err := ParseRecipient("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"); !errors.Is(err, ErrRecipient) {
		t.Errorf("a classic recipient: %v", err)
	}
}

func TestMessageStandsWhereItsRowSays(t *testing.T) {
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	m := Message{Case: NewID(), Seq: 2, From: "reporter", On: "2026-11-21", Language: "ja", Text: "監督が<残業>を & …"}
	sealed, err := SealMessage(m, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenMessage(sealed, id, m.Case, 2, "reporter")
	if err != nil || got.Text != m.Text || got.Version != FormatVersion {
		t.Fatalf("OpenMessage = %+v, %v", got, err)
	}
	for name, open := range map[string]func() error{
		"other case":   func() error { _, err := OpenMessage(sealed, id, NewID(), 2, "reporter"); return err },
		"other place":  func() error { _, err := OpenMessage(sealed, id, m.Case, 3, "reporter"); return err },
		"other sender": func() error { _, err := OpenMessage(sealed, id, m.Case, 2, "desk"); return err },
	} {
		if err := open(); !errors.Is(err, ErrMisplaced) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := 0; i < len(sealed); i += 97 {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := OpenMessage(changed, id, m.Case, 2, "reporter"); err == nil {
			t.Fatalf("a flipped bit at %d goes unnoticed", i)
		}
	}
	if _, err := OpenMessage(sealed[:len(sealed)-1], id, m.Case, 2, "reporter"); !errors.Is(err, ErrOpen) {
		t.Errorf("cut off: %v", err)
	}
}

// A stored size must not tell the language of a text.
func TestSealedSizesAreEqualWithinABucket(t *testing.T) {
	id, _ := NewIdentity()
	sizes := map[int]bool{}
	for _, text := range []string{"short", "残業代が払われていません。", strings.Repeat("<&>", 300), strings.Repeat("語", 1200)} {
		sealed, err := SealMessage(Message{Case: NewID(), Seq: 1, From: "report", Text: text}, id.Recipient(), id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(sealed)] = true
	}
	if len(sizes) != 1 {
		t.Errorf("sizes differ: %v", sizes)
	}
	sizes = map[int]bool{}
	for _, text := range []string{"", strings.Repeat("\x01", 200), strings.Repeat("語", 200), strings.Repeat("😱", 90)} {
		s := Summary{Case: NewID(), Text: text, Language: "zh", Relationship: "freelancer"}
		sealed, err := SealSummary(s, id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(sealed)] = true
		if _, err := OpenSummary(sealed, id, s.Case); err != nil {
			t.Error(err)
		}
		if _, err := OpenSummary(sealed, id, NewID()); !errors.Is(err, ErrMisplaced) {
			t.Errorf("another case's summary: %v", err)
		}
	}
	if len(sizes) != 1 {
		t.Errorf("summary sizes differ: %v", sizes)
	}
}

func TestPadme(t *testing.T) {
	for n, want := range map[int64]int64{0: 0, 1: 1, 2: 2, 9: 10, 100: 104, 1000: 1024, 1 << 20: 1 << 20, 1<<20 + 1: 1<<20 + 1<<15, 200_000_000: 201_326_592} {
		if got := Padme(n); got != want {
			t.Errorf("Padme(%d) = %d, want %d", n, got, want)
		}
	}
	for n := int64(1); n < 1<<34; n = n*9/8 + 1 {
		p := Padme(n)
		if p < n || float64(p) > 1.12*float64(n)+1 || Padme(p) != p {
			t.Errorf("Padme(%d) = %d", n, p)
		}
	}
}

func TestDailyKeyGivesTheSameReceiptAgain(t *testing.T) {
	k, n := NewDailyKey(), NewNonce()
	if first, second := k.Receipt(n), k.Receipt(n); first != second {
		t.Error("a repeated form has another receipt")
	}
	if k.Receipt(n) == k.Receipt(NewNonce()) || k.Receipt(n) == NewDailyKey().Receipt(n) {
		t.Error("different forms have the same receipt")
	}
	if bytes.Equal(k.Content().Sum(nil), k.Form().Sum(nil)) {
		t.Error("the two MACs share a key")
	}
}
