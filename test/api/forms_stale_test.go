package api

import (
	"io"
	"net/http"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// then is a reader that does something once it is asked for bytes, and ends.
type then func()

func (f then) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// An upload can take an hour. A handler who enrols anew while it lasts opens the
// report with the new key: it is sealed to whom there is at its end.
func TestFormIsSealedToTheKeysOfItsEnd(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	handler := handlers["compliance"]
	fresh, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	// More than the buffers on the way hold: the server has begun when it is sent.
	file := rig.TextFile("a.txt", 24<<20)
	file.Content = io.MultiReader(file.Content, then(func() {
		s.Exec(t, `UPDATE handlers SET recipient = $1 WHERE email_key = $2`, fresh.Recipient().String(), handler.Email)
	}))
	res := s.Post(t, "/en/report", rig.WithForm(s.FormToken(t, "/en/report"), rig.Typed()...), file)
	if res.Status != http.StatusCreated {
		t.Fatalf("the report = %d", res.Status)
	}
	handler.Identity = fresh
	s.Case(t, rig.Receipt(t, res.Body), handler)
}
