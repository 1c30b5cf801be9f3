package crypto

import (
	"crypto/rand"
	"encoding/hex"
)

// NewID makes an id for a case or a file: 128 random bits in lower-case hex, so
// that it tells nothing about when or in which order it was made.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// ValidID reports whether s has the form of an id.
func ValidID(s string) bool {
	if len(s) != 32 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
