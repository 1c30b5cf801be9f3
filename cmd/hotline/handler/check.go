package handler

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"strings"
	"unicode/utf8"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/casework"
)

const recipientLimit = 64_000 // bytes of a file with a recipient

func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", cli.Misused("give the name that other handlers know", "--name is empty.")
	case utf8.RuneCountInString(name) > casework.NameLimit:
		return "", cli.Misused("", "--name is longer than %d characters.", casework.NameLimit)
	case !casework.ValidName(name):
		return "", cli.Misused("type the name again", "--name holds characters that cannot be seen.")
	}
	return name, nil
}

// checkEmail takes a plain address that can be a file's name: keys/E.age.
func checkEmail(email string) (string, error) {
	email = strings.TrimSpace(email)
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email {
		return "", cli.Misused("use a plain address, like aiko@example.org", "%q is not an e-mail address.", email)
	}
	if !casework.ValidEmail(email) {
		return "", cli.Misused("exported cases name a key file after it; use a plainer address", "%q cannot be a file's name.", email)
	}
	return email, nil
}

// readRecipient reads a file as age-keygen -y writes it: one line, and
// comments.
func readRecipient(path string, stdin io.Reader) (string, error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		stdin = f
	}
	content, err := io.ReadAll(io.LimitReader(stdin, recipientLimit))
	if err != nil {
		return "", err
	}
	if cli.SecretKey.Match(content) {
		return "", cli.Misused("bring only the public half here: age-keygen -y -o handler.pub handler.txt",
			"The file %s holds an identity, which must never leave its handler.", path)
	}
	var found []string
	for l := range strings.Lines(string(content)) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		return "", cli.Misused("a handler has one key: age-keygen -y -o handler.pub handler.txt", "The file %s holds %s.", path, cli.Counted(len(found), "key"))
	}
	return found[0], nil
}

// recipientLength is the length of every hybrid recipient.
const recipientLength = 1959

// checkRecipient takes a hybrid recipient and explains everything else that
// people paste. What they pasted is not repeated: it may be secret.
func checkRecipient(text string) (string, error) {
	text = strings.Join(strings.Fields(text), "") // mail programs break long lines
	lower := strings.ToLower(text)
	switch _, err := crypto.ParseRecipient(text); {
	case err == nil:
		return text, nil
	case cli.SecretKey.MatchString(text):
		return "", cli.Misused("keep nothing of it, take it out of this shell's history, and make a new one with age-keygen -pq",
			"That is an identity: it must stay secret, and must be replaced now that it has been here.")
	case errors.Is(err, crypto.ErrRecipient) && strings.HasPrefix(lower, "age1pq1"):
		return "", cli.Misused(fmt.Sprintf("a whole one has %d characters, this one %d; --recipient-file saves the pasting", recipientLength, len(text)),
			"That recipient is not whole, or was changed.")
	case strings.HasPrefix(lower, "age1"):
		return "", cli.Misused("make a post-quantum key with age-keygen -pq; its recipient starts with age1pq1", "That recipient is of a classic key, which is not used here.")
	}
	return "", cli.Misused("it starts with age1pq1 and stands after \"# public key:\" in the file that age-keygen -pq writes", "That is not a recipient.")
}
