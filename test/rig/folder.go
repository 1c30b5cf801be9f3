package rig

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/countries"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// filled is a data folder whose three queues each have a handler. It is made once
// and copied: the command line that makes it has tests of its own.
var filled = sync.OnceValues(func() (f struct {
	data     string
	handlers map[string]Handler
}, err error) {
	dir, err := made()
	if err != nil {
		return f, err
	}
	f.data, f.handlers = filepath.Join(dir, "filled"), map[string]Handler{}
	for _, queue := range []string{"hr", "procurement", "compliance"} {
		if f.handlers[queue], err = addHandler(dir, f.data, queue+"@desk.example", queue); err != nil {
			return f, err
		}
	}
	return f, nil
})

// FilledFolder returns a data folder of its own whose three queues each have a
// handler, and these.
func FilledFolder(t testing.TB) (data string, handlers map[string]Handler) {
	t.Helper()
	f, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	data = filepath.Join(t.TempDir(), "data")
	if err := copyFolder(f.data, data); err != nil {
		t.Fatal(err)
	}
	return data, f.handlers
}

// CopyFolder copies a folder to a path that is not there yet.
func CopyFolder(t testing.TB, from, to string) {
	t.Helper()
	if err := copyFolder(from, to); err != nil {
		t.Fatal(err)
	}
}

// copyFolder copies folders and files with their rights.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		if entry.IsDir() {
			return os.Mkdir(target, info.Mode().Perm())
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, info.Mode().Perm())
	})
}

// addHandler makes an identity, keeps it in a file, and adds its owner to the
// queues.
func addHandler(dir, data, email string, queues ...string) (Handler, error) {
	id, err := crypto.NewIdentity()
	if err != nil {
		return Handler{}, err
	}
	file := filepath.Join(dir, email+".txt")
	if err := os.WriteFile(file, []byte(id.String()+"\n"), 0o600); err != nil {
		return Handler{}, err
	}
	args := []string{"handler", "add", "--data", data, "--name", email, "--email", email, "--recipient", id.Recipient().String()}
	for _, q := range queues {
		if strings.HasPrefix(q, "--") { // of the command
			args = append(args, q)
			continue
		}
		args = append(args, "--queue", q)
	}
	_, err = run(args...)
	return Handler{email, id, file}, err
}

// AddEntities gives an organisation that does not run yet companies and sites.
func AddEntities(t testing.TB, data string, entities ...casework.Entity) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, e := range entities {
		if err := st.PutEntity(ctx, "", e, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// WriteWords gives a hotline that does not run yet texts of its own in each of these
// languages: the same for every part that is named.
func WriteWords(t testing.TB, data, entity, text string, languages []i18n.Language, parts ...string) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, l := range languages {
		for _, part := range parts {
			if err := st.PutWords(ctx, "", casework.WordsKey{Entity: entity, Part: part, Language: l.Code}, text, "2026-11-20", 0); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// ConfirmContacts makes a hotline that does not run yet one of these countries, whose
// emergency numbers and authorities reporters see as they are proposed.
func ConfirmContacts(t testing.TB, data string, codes ...string) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var all []casework.Contacts
	for _, code := range codes {
		c := countries.Proposal(code)
		c.ConfirmedOn = "2026-11-20"
		all = append(all, c)
	}
	if err := st.SetSettings(ctx, "", store.Settings{Profile: law.Strictest, Countries: codes, TimeZone: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	if err := st.SetContacts(ctx, "", all); err != nil {
		t.Fatal(err)
	}
}
