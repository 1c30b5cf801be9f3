package crypto

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
)

func newRecipients(t *testing.T, n int) (all []Recipient) {
	t.Helper()
	for range n {
		id, err := NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, id.Recipient())
	}
	return all
}

func sealed(t *testing.T, size int, to ...Recipient) []byte {
	t.Helper()
	b, err := Seal(make([]byte, size), to...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The length that is told is the plaintext's, and SealedSize the file's.
func TestCheckSealedTellsTheLength(t *testing.T) {
	to := newRecipients(t, 3)
	for n := 1; n <= len(to); n++ {
		for _, size := range []int{0, 1, 15, 16, 512, 4096, 65535, 65536, 65537, 2*65536 - 1, 2 * 65536, 2*65536 + 1, 300_000} {
			file := sealed(t, size, to[:n]...)
			if got, err := CheckSealedBytes(file, n); err != nil || got != int64(size) {
				t.Errorf("%d bytes for %d: %d, %v", size, n, got, err)
			}
			if SealedSize(int64(size), n) != int64(len(file)) {
				t.Errorf("%d bytes for %d: SealedSize is %d, want %d", size, n, SealedSize(int64(size), n), len(file))
			}
			for _, other := range []int{0, n - 1, n + 1} {
				if _, err := CheckSealedBytes(file, other); !errors.Is(err, ErrNotSealed) {
					t.Errorf("%d bytes for %d pass for %d: %v", size, n, other, err)
				}
			}
		}
	}
}

// What is no age file for hybrid recipients, or not a whole one, is refused.
func TestCheckSealedRefuses(t *testing.T) {
	to := newRecipients(t, 2)
	good := string(sealed(t, 4096, to[0]))
	header := good[:headerSize(1)]
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var x25519 bytes.Buffer
	w, err := age.Encrypt(&x25519, classic.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 4096))
	w.Close()
	stanza := header[len(sealedVersion):strings.Index(header, macStart)]
	replaced := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, file := range map[string]string{
		"nothing":                  "",
		"plaintext":                strings.Repeat("what nobody but the desk may read ", 200),
		"classic":                  x25519.String(),
		"classic, long":            x25519.String() + strings.Repeat("x", 4000),
		"header only":              header,
		"no chunk":                 good[:len(header)+nonceSize],
		"less than a tag":          good[:len(header)+nonceSize+chunkTag-1],
		"armoured":                 "-----BEGIN AGE ENCRYPTED FILE-----\n" + good,
		"another version":          replaced("/v1", "/v2"),
		"another stanza":           replaced("mlkem768x25519", "mlkem768x25518"),
		"another case":             replaced("mlkem768x25519", "MLKEM768x25519"),
		"carriage return":          replaced("\n--- ", "\r\n--- "),
		"no MAC":                   replaced("--- ", "---x"),
		"a second stanza":          sealedVersion + stanza + stanza + good[len(sealedVersion)+len(stanza):],
		"a grease stanza":          replaced("\n--- ", "\n-> x-grease a\n\n--- "),
		"not base64":               good[:50] + "!" + good[51:],
		"a new line in the stanza": good[:50] + "\n" + good[51:],
		"an argument more":         replaced("mlkem768x25519 ", "mlkem768x25519 a "),
		"empty last chunk":         good[:len(header)] + strings.Repeat("x", nonceSize+65536+16+16),
		"short last chunk":         good[:len(header)] + strings.Repeat("x", nonceSize+65536+16+15),
	} {
		if n, err := CheckSealedBytes([]byte(file), 1); !errors.Is(err, ErrNotSealed) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	// Base64 with spare bits set is another spelling of the same bytes.
	at := len(header) - 2
	for _, c := range "BCDFGH" {
		spelled := header[:at] + string(c) + good[at+1:]
		if _, err := CheckSealedBytes([]byte(spelled), 1); err == nil && !strings.ContainsRune("AEIMQUYcgkosw048", c) {
			t.Errorf("a MAC that ends in %c is taken", c)
		}
	}
}

// Random bytes, and good files with a byte changed, never panic, and no header
// with a byte outside of base64 is taken.
func TestCheckSealedOfNoise(t *testing.T) {
	good := sealed(t, 600, newRecipients(t, 1)[0])
	for i := range headerSize(1) {
		changed := bytes.Clone(good)
		changed[i] = 0
		if _, err := CheckSealedBytes(changed, 1); err == nil {
			t.Errorf("byte %d as 0 is taken", i)
		}
	}
	for n := range 3000 {
		noise := make([]byte, n)
		rand.Read(noise)
		if _, err := CheckSealedBytes(noise, 1); err == nil {
			t.Errorf("%d random bytes are taken", n)
		}
	}
}

func TestChecksOfEachKind(t *testing.T) {
	to := newRecipients(t, 2)
	message, err := SealMessage(Message{Case: NewID(), Seq: 1, From: "report", Text: strings.Repeat("長い文。", 5000)}, to...)
	if err != nil || CheckMessage(message) != nil {
		t.Errorf("a message: %v, %v", err, CheckMessage(message))
	}
	summary, err := SealSummary(Summary{Case: NewID(), Text: "文"}, to[0])
	if err != nil || CheckSummary(summary) != nil {
		t.Errorf("a summary: %v, %v", err, CheckSummary(summary))
	}
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key, err := SealCaseKey(id, to[0])
	if err != nil || CheckCaseKey(key) != nil {
		t.Errorf("a case key: %v, %v", err, CheckCaseKey(key))
	}
	for name, err := range map[string]error{
		"message for one": CheckMessage(sealed(t, 4096, to[0])), "short message": CheckMessage(sealed(t, 2048, to...)),
		"unpadded message": CheckMessage(sealed(t, 5000, to...)), "long message": CheckMessage(sealed(t, 1<<20, to...)),
		"summary for two": CheckSummary(sealed(t, SummarySize, to...)), "long summary": CheckSummary(sealed(t, SummarySize+1, to[0])),
		"filters for two": CheckFilters(sealed(t, FiltersSize, to...)), "filters as long as labels": CheckFilters(sealed(t, LabelsSize, to[0])),
		"labels for two": CheckLabels(sealed(t, LabelsSize, to...)), "labels as long as a summary": CheckLabels(sealed(t, SummarySize, to[0])),
		"key for two": CheckCaseKey(sealed(t, 78, to...)), "another key": CheckCaseKey(sealed(t, 77, to[0])),
	} {
		if !errors.Is(err, ErrNotSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for size, want := range map[int]bool{0: true, 1: true, 9: false, 10: true, 1000: false, int(Padme(1000)): true, 5120: true, 5376: false} {
		file := sealed(t, size, to[0])
		if err := CheckFile(bytes.NewReader(file), int64(len(file)), 4999, 1); (err == nil) != want {
			t.Errorf("a file padded to %d: %v", size, err)
		}
	}
}

func TestParseLookup(t *testing.T) {
	l := NewReceipt([15]byte{1, 2, 3}).Lookup()
	if got, err := ParseLookup(l.String()); err != nil || got != l {
		t.Errorf("%v, %v", got, err)
	}
	s := l.String()
	for _, wrong := range []string{"", s + "=", s[:42], s + "A", s[:42] + "\n", s[:42] + "+", strings.Repeat("/", 43), s[:20] + "\n" + s[20:], s[:42] + "B"} {
		if got, err := ParseLookup(wrong); err == nil {
			t.Errorf("%q is read as %v", wrong, got)
		}
	}
}
