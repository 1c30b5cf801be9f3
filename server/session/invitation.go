package session

import (
	"crypto/rand"
	"encoding/base32"

	"hotline/crypto"
	"hotline/store"
)

// totpBytes is the length of a secret for one-time codes: RFC 4226, 4.
const totpBytes = 20

// NewTOTP returns a fresh secret for one-time codes, in base32.
func NewTOTP() string {
	var secret [totpBytes]byte
	rand.Read(secret[:])                                // never fails
	return base32.StdEncoding.EncodeToString(secret[:]) // 32 characters, without padding
}

// NewInvitation returns a fresh invitation for a handler, "" the first
// administrator, and the token that belongs in its link.
func NewInvitation(handlerID string) (store.Invitation, string) {
	token := crypto.NewToken()
	return store.Invitation{Hash: crypto.HashToken(token), HandlerID: handlerID, TOTPSecret: NewTOTP()}, token
}

// Link returns the link of an invitation. The token stands behind the #, so that
// no proxy sees it.
func Link(publicURL, lang, token string) string {
	return publicURL + "/" + lang + "/desk/enrol#" + token
}
