package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/server/respond"
)

// A challenge comes back as it was signed, until it expires, and only to whom has the secret.
func TestChallengesAreSigned(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_800_000_000, 0)
	a := &Auth{secret: []byte("secret"), now: func() time.Time { return at }}
	ticket, err := a.signChallenge(&webauthn.SessionData{Challenge: "asked", RelyingPartyID: "hotline.example"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := a.openChallenge(ticket)
	if err != nil || data.Challenge != "asked" || data.RelyingPartyID != "hotline.example" || data.UserID != nil {
		t.Errorf("%+v, %v", data, err)
	}
	expired := func(what string, a *Auth, ticket string) {
		t.Helper()
		_, err := a.openChallenge(ticket)
		if f := (*respond.Failure)(nil); !errors.As(err, &f) || f.Code != respond.Expired {
			t.Errorf("%s: %v", what, err)
		}
	}
	body, sum, _ := strings.Cut(ticket, ".")
	expired("nothing", a, "")
	expired("without its signature", a, body+".")
	expired("with another body", a, "e30."+sum)
	expired("under another secret", &Auth{secret: []byte("other"), now: a.now}, ticket)
	at = at.Add(ticketLife)
	expired("later", a, ticket)
}
