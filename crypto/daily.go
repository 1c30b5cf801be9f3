package crypto

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"hash"
)

// DailyKey is the secret of one day that makes a repeated form answer with the
// same receipt. It is deleted after 48 hours, and with it every way to tell
// which receipt a form led to.
type DailyKey [32]byte

// NewDailyKey makes a fresh key.
func NewDailyKey() DailyKey {
	var k DailyKey
	rand.Read(k[:])
	return k
}

// Nonce names one form that was served: 128 random bits.
type Nonce [16]byte

// NewNonce makes a fresh nonce.
func NewNonce() Nonce {
	var n Nonce
	rand.Read(n[:])
	return n
}

// Hash is what is kept of a nonce whose form came back: its SHA-256.
func (n Nonce) Hash() []byte {
	sum := sha256.Sum256(n[:])
	return sum[:]
}

// Receipt derives the receipt of a form: the first 120 bits of
// HMAC-SHA-256(daily key, nonce).
func (k DailyKey) Receipt(n Nonce) Receipt {
	mac := hmac.New(sha256.New, k[:])
	mac.Write(n[:])
	return NewReceipt([receiptBytes]byte(mac.Sum(nil)))
}

// Content returns a running MAC over the content of a form, by which a repeat
// is told from a second, different message without keeping either.
func (k DailyKey) Content() hash.Hash { return k.mac("content") }

// Form returns a running MAC for the form tokens of the day.
func (k DailyKey) Form() hash.Hash { return k.mac("form") }

// mac keys a MAC for one use, so that no MAC of one use is ever one of another.
func (k DailyKey) mac(use string) hash.Hash {
	sub := hmac.New(sha256.New, k[:])
	sub.Write([]byte("hotline/1 " + use))
	return hmac.New(sha256.New, sub.Sum(nil))
}
