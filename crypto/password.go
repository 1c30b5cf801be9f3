package crypto

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"

	"filippo.io/age"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// How a handler's password is stretched: Argon2id (RFC 9106) over its NFKC form.
const (
	PasswordSaltSize = 16        // bytes
	PasswordMemory   = 64 * 1024 // KiB
	PasswordPasses   = 3
	AuthSize         = 32 // bytes
)

// wrapWork is the scrypt work factor of a wrapped identity. The passphrase has
// 256 bits already.
const wrapWork = 10

// Stretched is what becomes of a handler's password: Auth goes to the server,
// which keeps its hash; Wrap is the passphrase of the identity's age file and
// never leaves the browser.
type Stretched struct {
	Auth []byte
	Wrap string
}

// Stretch stretches a password. The server itself never sees one: this is for
// the demonstration's people and for tests.
func Stretch(password string, salt []byte) (Stretched, error) {
	root := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, PasswordPasses, PasswordMemory, 1, 32)
	auth, err := hkdf.Key(sha256.New, root, nil, "hotline/1 auth", AuthSize)
	if err != nil {
		return Stretched{}, err
	}
	wrap, err := hkdf.Key(sha256.New, root, nil, "hotline/1 wrap", 32)
	return Stretched{auth, hex.EncodeToString(wrap)}, err
}

// HashAuth returns what the server keeps of Auth. It needs no salt and no time:
// Auth has been stretched with both.
func HashAuth(auth []byte) [32]byte { return sha256.Sum256(auth) }

// WrapIdentity seals an identity under a passphrase of 256 bits, as the browsers
// do.
func WrapIdentity(id Identity, passphrase string) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(wrapWork)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, r)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, id.String()+"\n"); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil { // which writes the last of it
		return nil, err
	}
	return sealed.Bytes(), nil
}

// wrappedLimit is more than any wrapped identity has, bytes.
const wrappedLimit = 2048

// CheckWrapped returns ErrNotSealed for what is no age file sealed with a
// passphrase and nothing else, or is larger than an identity's.
func CheckWrapped(sealed []byte) error {
	const head = "age-encryption.org/v1\n-> scrypt "
	if len(sealed) > wrappedLimit || !bytes.HasPrefix(sealed, []byte(head)) || bytes.Count(sealed, []byte("\n-> ")) != 1 {
		return fmt.Errorf("%w: no wrapped identity", ErrNotSealed)
	}
	return nil
}

// NewToken returns 32 random bytes in base64url, for a browser to keep.
func NewToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashToken returns what the server keeps of a token.
func HashToken(token string) [32]byte { return sha256.Sum256([]byte(token)) }
