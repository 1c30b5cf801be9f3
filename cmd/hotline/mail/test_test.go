package mail_test

import (
	"testing"

	"hotline/cmd/hotline/cli"
	"hotline/cmd/hotline/mail"
)

// What is no address is said before anybody is connected to.
func TestNoAddress(t *testing.T) {
	for _, to := range []string{"Aiko <aiko@example.org>", "aiko", "a@example.org,b@example.org"} {
		err := (&mail.Test{To: to}).Run(t.Context(), &cli.Config{}, &cli.Console{})
		if err == nil || cli.Explain(err).Error() != "--to \""+to+"\" is not an address." {
			t.Errorf("%s: %v", to, err)
		}
	}
}
