package crypto

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The ways a typed receipt can be wrong. None of them needs a look-up.
var (
	ErrReceiptLength    = errors.New("crypto: a receipt has 25 characters")
	ErrReceiptCharacter = errors.New("crypto: a receipt has only digits and the letters A-Z without I, L, O, U")
	ErrReceiptCheck     = errors.New("crypto: the receipt's check character does not fit")
)

// ErrLookup says that something is no look-up value.
var ErrLookup = errors.New("crypto: a look-up value is 32 bytes in base64url")

const (
	receiptAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford base32
	receiptBytes    = 15                                 // 120 random bits
	receiptLength   = 25                                 // 24 characters and a check character
	receiptGroup    = 5
	derivationSalt  = "hotline/1"
)

// Receipt is the code that lets a reporter back in: 120 bits as 24 Crockford
// base32 characters and one check character, canonical (upper case, no
// hyphens). The zero value is no receipt.
type Receipt struct{ canonical string }

// NewReceipt makes the receipt of 120 random bits.
func NewReceipt(bits [receiptBytes]byte) Receipt {
	symbols := append(regroup(bits[:]), 0)
	symbols[receiptLength-1] = checkSymbol(symbols[:receiptLength-1])
	return receiptOf(symbols)
}

// ParseReceipt reads a receipt as people type it: full-width or lower-case
// characters, spaces, any hyphen or dash, I and L for 1, O for 0; and as they copy
// it, with a label before it.
func ParseReceipt(typed string) (Receipt, error) {
	text := norm.NFKC.String(typed)
	r, err := readReceipt(text)
	if err == nil {
		return r, nil
	}
	if code := withoutLabel(text); code != "" {
		return readReceipt(code)
	}
	return Receipt{}, err
}

// withoutLabel returns what stands behind a label: five words of five at the end of
// a text, or one of 25, or all that follows a colon; "" where there is no label.
func withoutLabel(text string) string {
	words := word.FindAllStringSubmatch(text, -1)
	if n := len(words); n > 0 && len(words[n-1][2]) == receiptLength {
		return words[n-1][2]
	}
	const groups = receiptLength / receiptGroup
	if first := len(words) - groups; first >= 0 && inRow(words[first:]) {
		sixth := first > 0 && len(words[first-1][2]) == receiptGroup && !strings.ContainsFunc(words[first][1], isNoFiller)
		if !sixth {
			return joined(words[first:])
		}
	}
	_, behind, _ := strings.Cut(text, ":")
	return behind
}

func joined(words [][]string) (code string) {
	for _, w := range words {
		code += w[2]
	}
	return code
}

// inRow reports whether these are words of five with nothing but fillers between
// them.
func inRow(words [][]string) bool {
	for i, w := range words {
		if len(w[2]) != receiptGroup || i > 0 && strings.ContainsFunc(w[1], isNoFiller) {
			return false
		}
	}
	return true
}

// readReceipt reads a receipt and nothing else.
func readReceipt(text string) (Receipt, error) {
	var symbols []byte
	for _, r := range text {
		if isFiller(r) {
			continue
		}
		i := strings.IndexRune(receiptAlphabet, forgiven(unicode.ToUpper(r)))
		if i < 0 {
			return Receipt{}, ErrReceiptCharacter
		}
		if symbols = append(symbols, byte(i)); len(symbols) > receiptLength {
			return Receipt{}, ErrReceiptLength
		}
	}
	if len(symbols) != receiptLength {
		return Receipt{}, ErrReceiptLength
	}
	if weightedSum(symbols) != 0 {
		return Receipt{}, ErrReceiptCheck
	}
	return receiptOf(symbols), nil
}

// word is a run of letters and digits in a text, and what separates it from
// the word before.
var word = regexp.MustCompile(`([^0-9A-Za-z]*)([0-9A-Za-z]+)`)

// FindReceipt returns the receipt that a text holds, if it holds one: reporters
// who paste it into a report would hand it to the desk. It is one word of 25
// characters or five words in a row of five; parts of longer codes are none,
// and plain words, which have no digit, neither.
func FindReceipt(text string) (Receipt, bool) {
	var group []string // words of five in a row, the last four or five
	for _, m := range word.FindAllStringSubmatch(norm.NFKC.String(text), -1) {
		separator, w := m[1], m[2]
		if strings.ContainsFunc(separator, isNoFiller) {
			group = nil
		}
		switch {
		case len(w) == receiptLength:
			group = []string{w}
		case len(w) != receiptGroup:
			group = nil
			continue
		case len(group) == receiptLength/receiptGroup:
			group = append(group[1:], w)
		default:
			group = append(group, w)
		}
		code := strings.Join(group, "")
		if r, err := readReceipt(code); err == nil && strings.ContainsAny(code, "0123456789") {
			return r, true
		}
		if len(w) == receiptLength {
			group = nil
		}
	}
	return Receipt{}, false
}

// String returns the receipt as it is shown: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX.
func (r Receipt) String() string {
	var groups []string
	for i := 0; i+receiptGroup <= len(r.canonical); i += receiptGroup {
		groups = append(groups, r.canonical[i:i+receiptGroup])
	}
	return strings.Join(groups, "-")
}

// Lookup is what a reporter shows to have their case found: 32 bytes derived
// from the receipt, from which neither the receipt nor the key follows.
type Lookup [32]byte

// Lookup derives the look-up value.
func (r Receipt) Lookup() Lookup { return Lookup(r.derive("lookup")) }

// String returns the look-up value as it is sent, in base64url without padding.
func (l Lookup) String() string { return base64.RawURLEncoding.EncodeToString(l[:]) }

// ParseLookup reads a look-up value as it is sent.
func ParseLookup(s string) (l Lookup, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(l) || len(s) != base64.RawURLEncoding.EncodedLen(len(l)) {
		return l, ErrLookup
	}
	return Lookup(b), nil
}

// Hash is what the server keeps of a look-up value: its SHA-256.
func (l Lookup) Hash() []byte {
	sum := sha256.Sum256(l[:])
	return sum[:]
}

// Identity derives the reporter's identity, which opens what was sealed to the
// reporter. It is stored nowhere.
func (r Receipt) Identity() (Identity, error) {
	return IdentityFromSeed(r.derive("reporter"))
}

// Bind returns an HMAC of a case's id and recipient, in hex, under a key that
// only the receipt gives. It stands in the report and tells its reporter later
// whether the recipient is still the one that the report was sealed to.
func (r Receipt) Bind(caseID string, recipient Recipient) string {
	mac := hmac.New(sha256.New, r.derive("recipient"))
	mac.Write([]byte(caseID + " " + recipient.String()))
	return hex.EncodeToString(mac.Sum(nil))
}

// Bound reports whether a case's recipient is the one that Bind was told.
func (r Receipt) Bound(bound, caseID string, recipient Recipient) bool {
	return hmac.Equal([]byte(bound), []byte(r.Bind(caseID, recipient)))
}

// IdentityFromSeed returns the hybrid identity of a 32-byte seed.
func IdentityFromSeed(seed []byte) (Identity, error) {
	return ParseIdentity(bech32Encode("AGE-SECRET-KEY-PQ-", seed))
}

// derive is HKDF-SHA-256 (RFC 5869) of the canonical form. 120 random bits need
// no stretching.
func (r Receipt) derive(info string) []byte {
	out, err := hkdf.Key(sha256.New, []byte(r.canonical), []byte(derivationSalt), info, 32)
	if err != nil {
		panic(err) // only for lengths beyond 255 hashes
	}
	return out
}

func receiptOf(symbols []byte) Receipt {
	code := make([]byte, len(symbols))
	for i, s := range symbols {
		code[i] = receiptAlphabet[s]
	}
	return Receipt{string(code)}
}

// isFiller reports whether a typed character carries nothing: blanks, invisible
// characters, hyphens and dashes, among them the long vowel mark that a
// Japanese keyboard gives for one.
func isFiller(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) ||
		r == '−' || r == 'ー' || r == '_' || r == '・'
}

func isNoFiller(r rune) bool { return !isFiller(r) }

// forgiven maps letters that are taken for digits.
func forgiven(r rune) rune {
	switch r {
	case 'I', 'L':
		return '1'
	case 'O':
		return '0'
	}
	return r
}
