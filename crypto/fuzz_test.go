package crypto

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// FuzzReceipt: what is typed is a receipt, which is written and read again as itself, or
// one of the errors that forms know words for.
func FuzzReceipt(f *testing.F) {
	known := NewReceipt([15]byte{1, 2, 3}).String()
	for _, typed := range []string{known, strings.ToLower(known), strings.ReplaceAll(known, "-", " "), "my receipt: " + known + ".", known[:20], known + known, "０１２３４", "O0Il1-\u200b-", ""} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		r, err := ParseReceipt(typed)
		if err != nil {
			if !errors.Is(err, ErrReceiptLength) && !errors.Is(err, ErrReceiptCharacter) && !errors.Is(err, ErrReceiptCheck) {
				t.Errorf("%q: %v", typed, err)
			}
			return
		}
		again, err := ParseReceipt(r.String())
		if err != nil || again != r {
			t.Errorf("%q becomes %q, which is %v, %v", typed, r, again, err)
		}
		if found, ok := FindReceipt(r.String()); !ok || found != r {
			t.Errorf("%q is not found in itself", r)
		}
	})
}

// FuzzSealed: of any bytes it is known whether they are sealed as they must be, and how
// much is in them.
func FuzzSealed(f *testing.F) {
	id, err := NewIdentity()
	if err != nil {
		f.Fatal(err)
	}
	for _, plaintext := range []int{0, 4096, 70_000} {
		sealed, err := Seal(make([]byte, plaintext), id.Recipient())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sealed, 1)
		f.Add(sealed, 2)
		f.Add(sealed[:len(sealed)-1], 1)
	}
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 \n\n--- \n"), 1)
	f.Add([]byte("age-encryption.org/v1\n-> scrypt a 18\n"), 1)
	f.Fuzz(func(t *testing.T, sealed []byte, recipients int) {
		if recipients < 0 || recipients > 8 {
			return
		}
		n, err := CheckSealedBytes(sealed, recipients)
		if err == nil && (n < 0 || SealedSize(n, recipients) != int64(len(sealed))) {
			t.Errorf("%d bytes for %d are said to hold %d", len(sealed), recipients, n)
		}
		for _, check := range []func([]byte) error{CheckMessage, CheckNote, CheckLabels, CheckSummary, CheckCaseKey} {
			_ = check(sealed)
		}
	})
}

// FuzzMessage: whatever somebody sealed, a message opens in its own place or not at all.
func FuzzMessage(f *testing.F) {
	id, err := NewIdentity()
	if err != nil {
		f.Fatal(err)
	}
	const caseID = "0123456789abcdef0123456789abcdef"
	whole, err := json.Marshal(map[string]any{"v": 1, "case": caseID, "seq": 1, "from": "report", "on": "2026-11-21", "language": "ja", "text": "x", "fields": map[string]string{"where": "y"}})
	if err != nil {
		f.Fatal(err)
	}
	for _, plain := range []string{string(whole), string(whole) + "    ", strings.Replace(string(whole), `"seq":1`, `"seq":2`, 1), `{"v":2}`, `{"v":1,"case":null}`, `[]`, ``, "\xff", strings.Replace(string(whole), `"text":"x"`, `"text":{"a":1}`, 1)} {
		f.Add([]byte(plain))
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		sealed, err := Seal(plain, id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		m, err := OpenMessage(sealed, id, caseID, 1, "report")
		if err == nil && (m.Case != caseID || m.Seq != 1 || m.From != "report") {
			t.Errorf("%q opens as %+v", plain, m)
		}
		_, _ = OpenSummary(sealed, id, caseID)
	})
}
