// Package crypto makes and opens everything that the hotline seals: receipts,
// the identities derived from them, case keys, messages and files.
//
// All sealed things are plain age v1 files (age-encryption.org/v1) to hybrid
// post-quantum recipients (age1pq1…, ML-KEM-768 with X25519), so that whoever
// holds the right identity opens them with the stock age command and nothing
// of ours. docs/sealing.md is the format; testdata holds the vectors that the
// browser's TypeScript runs as well.
//
// The package imports nothing of ours and never writes plaintext anywhere.
package crypto

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Errors of sealing and opening. They never carry plaintext.
var (
	ErrNoRecipients = errors.New("crypto: nobody to seal to")
	ErrRecipient    = errors.New("crypto: not a hybrid age recipient (age1pq1…)")
	ErrIdentity     = errors.New("crypto: not a hybrid age identity (AGE-SECRET-KEY-PQ-1…)")
	ErrOpen         = errors.New("crypto: cannot be opened with this identity, or was changed")
)

// Recipient is a public key to seal to.
type Recipient = *age.HybridRecipient

// Identity is a private key that opens what was sealed to its recipient.
type Identity = *age.HybridIdentity

// ParseRecipient reads an age1pq1… line. Classic recipients are refused: age
// will not mix them with hybrid ones.
func ParseRecipient(s string) (Recipient, error) {
	r, err := age.ParseHybridRecipient(s)
	if err != nil {
		return nil, ErrRecipient
	}
	return r, nil
}

// ParseIdentity reads an AGE-SECRET-KEY-PQ-1… line.
func ParseIdentity(s string) (Identity, error) {
	id, err := age.ParseHybridIdentity(s)
	if err != nil {
		return nil, ErrIdentity
	}
	return id, nil
}

// NewIdentity makes a fresh identity, as `age-keygen -pq` does.
func NewIdentity() (Identity, error) {
	return age.GenerateHybridIdentity()
}

// SealWriter seals what is written to it and writes the age file to dst.
// Nothing is complete before Close.
func SealWriter(dst io.Writer, to ...Recipient) (io.WriteCloser, error) {
	if len(to) == 0 {
		return nil, ErrNoRecipients
	}
	recipients := make([]age.Recipient, len(to))
	for i, r := range to {
		if r == nil {
			return nil, ErrRecipient
		}
		recipients[i] = r
	}
	return age.Encrypt(dst, recipients...)
}

// Seal seals plaintext to all the recipients, each of whom can open it alone.
func Seal(plaintext []byte, to ...Recipient) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := SealWriter(&sealed, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// Open returns the plaintext of a sealed thing, or ErrOpen.
func Open(sealed []byte, id Identity) ([]byte, error) {
	r, err := OpenReader(bytes.NewReader(sealed), id)
	if err != nil {
		return nil, err
	}
	plaintext, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// OpenReader opens a sealed stream. A change further on in the stream shows
// only as a read error, so what was read before it must not be acted upon.
func OpenReader(sealed io.Reader, id Identity) (io.Reader, error) {
	r, err := age.Decrypt(sealed, id)
	if err != nil {
		return nil, ErrOpen
	}
	return r, nil
}

// SealCaseKey seals the case identity to one handler. The plaintext is the
// line AGE-SECRET-KEY-PQ-1…, which age accepts as an identity file.
func SealCaseKey(caseIdentity Identity, handler Recipient) ([]byte, error) {
	return Seal([]byte(caseIdentity.String()+"\n"), handler)
}

// OpenCaseKey returns the case identity from a handler's case key.
func OpenCaseKey(sealed []byte, handler Identity) (Identity, error) {
	line, err := Open(sealed, handler)
	if err != nil {
		return nil, err
	}
	id, err := ParseIdentity(string(bytes.TrimSpace(line)))
	if err != nil {
		return nil, fmt.Errorf("crypto: case key: %w", err)
	}
	return id, nil
}
