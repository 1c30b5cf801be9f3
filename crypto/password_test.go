package crypto

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"filippo.io/age"
)

// The browsers are held to the same vectors (web/src/desk/session/session.test.ts).
func TestPasswordVectors(t *testing.T) {
	content, err := os.ReadFile("testdata/password.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Passwords []struct {
			Typed            []string
			Salt, Auth, Wrap string
		}
	}
	if err := json.Unmarshal(content, &vectors); err != nil || len(vectors.Passwords) == 0 {
		t.Fatal(len(vectors.Passwords), err)
	}
	for _, v := range vectors.Passwords {
		salt, err := hex.DecodeString(v.Salt)
		if err != nil {
			t.Fatal(err)
		}
		for _, typed := range v.Typed {
			got, err := Stretch(typed, salt)
			if err != nil || hex.EncodeToString(got.Auth) != v.Auth || got.Wrap != v.Wrap {
				t.Errorf("%q: auth %x, wrap %s, %v", typed, got.Auth, got.Wrap, err)
			}
		}
	}
}

func TestWrappedIdentity(t *testing.T) {
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	const passphrase = "d94c8baca7d2ca8da17d38da300f0d380137de38ec34212b8af93e03db6a9608"
	sealed, err := WrapIdentity(id, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckWrapped(sealed); err != nil {
		t.Error(err)
	}
	open, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), open)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(plain); err != nil || b.String() != id.String()+"\n" {
		t.Errorf("opened %d bytes, %v", b.Len(), err)
	}
	other, err := Seal([]byte("text"), id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string][]byte{"nothing": nil, "an identity in the clear": []byte(id.String()), "sealed to a recipient": other, "too long": append(sealed, make([]byte, wrappedLimit)...)} {
		if CheckWrapped(wrong) == nil {
			t.Errorf("%s passes for a wrapped identity", name)
		}
	}
}
