package cases

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/export"
)

// name opens the reporter's name, which an exported case has apart from its
// messages, and returns it as text; "" where there is none apart.
func (o *opening) name() (string, error) {
	path := filepath.Join(o.dir, export.NameName)
	sealed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && o.bundle.NameFile == "" {
		return "", nil
	}
	const heading = "\nThe reporter, kept apart from the report\n"
	if errors.Is(err, fs.ErrNotExist) {
		return heading + "  " + o.wrong("%s is missing", export.NameName) + "\n", nil
	}
	if err != nil {
		return heading + "  " + o.wrong("%s cannot be read: %s", export.NameName, cli.Reason(err)) + "\n", nil
	}
	m, err := crypto.OpenMessage(sealed, o.identity, o.bundle.ID, 1, crypto.FromName)
	if err != nil {
		return heading + "  " + o.wrong("%s does not belong here or was changed", export.NameName) + "\n", nil
	}
	var t strings.Builder
	t.WriteString(heading)
	for _, a := range answers {
		if a.field == "name" || a.field == "contact" {
			printAnswer(&t, a.label, m.Fields[a.field])
		}
	}
	if len(m.Fields) == 0 {
		t.WriteString("  No name was given.\n")
	}
	if o.out == nil {
		return t.String(), nil
	}
	plain, err := crypto.Open(sealed, o.identity)
	if err != nil {
		return "", err
	}
	plain = append([]byte(strings.TrimRight(string(plain), " ")), '\n')
	return t.String(), o.out.write(filepath.Join("messages", strings.TrimSuffix(export.NameName, ".age")), plain)
}
