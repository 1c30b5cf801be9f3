package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hotline/crypto"
	"hotline/store"
)

type caseExport struct {
	Case string `arg:"" name:"CASE" help:"The case's id, or its first characters."`
	Dir  string `arg:"" name:"DIR" help:"Folder to make."`
}

// shortestPrefix is how many characters of an id name a case.
const shortestPrefix = 6

// Run writes a case as sealed files. Nothing is opened: whoever runs this
// needs no key, and learns nothing that the server does not know.
func (cmd *caseExport) Run(ctx context.Context, c *Config, con *console) error {
	st, err := openForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	id, err := findCase(ctx, st, cmd.Case)
	if err != nil {
		return err
	}
	x := &export{ctx: ctx, dir: cmd.Dir, store: st, progress: con.err}
	if x.files, err = store.OpenFiles(c.filesFolder()); err != nil {
		return err
	}
	if err := x.run(id); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "Case %s is in %s: %s, %s, %s.\n%s says how to open it.\n", id, cmd.Dir,
		counted(len(x.bundle.MessageFiles), "message"), counted(len(x.bundle.SealedFiles), "file"),
		counted(len(x.bundle.Keys), "handler's key"), filepath.Join(cmd.Dir, bundleReadme))
	return nil
}

// findCase returns the id of the only case that starts with prefix.
func findCase(ctx context.Context, st *store.Store, prefix string) (string, error) {
	prefix = strings.ToLower(strings.TrimSpace(prefix))
	if len(prefix) < shortestPrefix {
		return "", misused("see `hotline case list`", "%q is too short to name a case: %d characters at least.", prefix, shortestPrefix)
	}
	cases, err := st.Cases(ctx, store.CaseFilter{})
	if err != nil {
		return "", err
	}
	var found []string
	for _, c := range cases {
		if strings.HasPrefix(c.ID, prefix) {
			found = append(found, c.ID)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", failed("see `hotline case list`", "There is no case %s.", prefix)
	}
	return "", failed("give more of the id", "%d cases start with %s.", len(found), prefix)
}

// export is a case on its way into a folder.
type export struct {
	ctx      context.Context
	dir      string
	store    *store.Store
	files    *store.Files
	progress *os.File
	bundle   bundle
}

// run writes everything, or leaves nothing behind.
func (x *export) run(id string) (err error) {
	made, err := makeEmpty(x.dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			x.undo(made)
		}
	}()
	found, err := x.store.Case(x.ctx, id)
	if err != nil {
		return err
	}
	x.bundle = bundle{Version: bundleVersion, listedCase: listedCaseOf(found),
		Recipient: found.Recipient, ReporterRecipient: found.ReporterRecipient}
	for _, step := range []func() error{x.writeKeys, x.writeMessages, x.writeFiles, x.writeCase, x.writeReadme} {
		if err := errors.Join(step(), x.ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// undo removes what was written into a folder that was new or empty.
func (x *export) undo(made bool) {
	if made {
		_ = os.RemoveAll(x.dir)
		return
	}
	entries, _ := os.ReadDir(x.dir)
	for _, e := range entries {
		_ = os.RemoveAll(filepath.Join(x.dir, e.Name()))
	}
}

func (x *export) path(elements ...string) string {
	return filepath.Join(append([]string{x.dir}, elements...)...)
}

// writeKeys leaves out disabled handlers: what is exported today is for those
// who work on it today.
func (x *export) writeKeys() error {
	keys, err := x.store.CaseKeys(x.ctx, x.bundle.ID)
	if err != nil {
		return err
	}
	if err := os.Mkdir(x.path(bundleKeys), 0o700); err != nil {
		return err
	}
	for _, k := range keys {
		if !k.Active {
			continue
		}
		name := k.Email
		if !fileName(name) {
			name = k.HandlerID
		}
		name = bundleKeys + "/" + name + ".age"
		if err := writeNew(x.path(name), k.Sealed); err != nil {
			return err
		}
		x.bundle.Keys = append(x.bundle.Keys, name)
	}
	if len(x.bundle.Keys) == 0 {
		return failed("every handler who had its key is disabled; see `hotline handler list`", "No active handler can open the case %s.", x.bundle.ID)
	}
	return nil
}

func (x *export) writeMessages() error {
	messages, err := x.store.Messages(x.ctx, x.bundle.ID)
	if err != nil {
		return err
	}
	for _, m := range messages {
		entry := bundleMessage{Path: messagePath(m.Seq, m.From), Seq: m.Seq, From: m.From, On: m.On}
		if m.At != 0 {
			entry.At = time.Unix(m.At, 0).UTC().Format(time.RFC3339)
		}
		if err := writeNew(x.path(entry.Path), m.Sealed); err != nil {
			return err
		}
		x.bundle.MessageFiles = append(x.bundle.MessageFiles, entry)
	}
	x.bundle.Messages = len(messages)
	return nil
}

func (x *export) writeFiles() error {
	rows, err := x.store.Files(x.ctx, x.bundle.ID)
	if err != nil {
		return err
	}
	if err := os.Mkdir(x.path(bundleFiles), 0o700); err != nil {
		return err
	}
	for i, f := range rows {
		if f.Seq > x.bundle.Messages {
			continue // of a message that came while this was running
		}
		x.sayProgress(i+1, len(rows), f.Size)
		entry := bundleFile{Path: bundleFiles + "/" + f.ID + ".age", ID: f.ID, Seq: f.Seq, Size: f.Size}
		if err := x.copyFile(entry); err != nil {
			return err
		}
		x.bundle.SealedFiles = append(x.bundle.SealedFiles, entry)
	}
	x.bundle.Files = len(x.bundle.SealedFiles)
	return nil
}

func (x *export) sayProgress(i, of int, size int64) {
	if !isTerminal(x.progress) {
		return
	}
	fmt.Fprintf(x.progress, "\r\x1b[KCopying file %d of %d (%d MB)", i, of, size>>20)
	if i == of {
		fmt.Fprint(x.progress, "\r\x1b[K")
	}
}

func (x *export) copyFile(f bundleFile) error {
	if !crypto.ValidID(f.ID) {
		return failed("run `hotline doctor`", "The database names a file %q, which cannot be.", f.ID)
	}
	sealed, err := x.files.Open(f.ID)
	if errors.Is(err, store.ErrNotFound) {
		return failed("bring the folder files back from the last backup, then run `hotline doctor`", "The sealed file %s of this case is missing.", f.ID)
	}
	if err != nil {
		return err
	}
	defer sealed.Close()
	out, err := os.OpenFile(x.path(f.Path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, interruptible{x.ctx, sealed})
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if n != f.Size {
		return failed("bring it back from the last backup, then run `hotline doctor`", "The sealed file %s has %d bytes and should have %d.", f.ID, n, f.Size)
	}
	return nil
}

func (x *export) writeCase() error {
	content, err := json.MarshalIndent(x.bundle, "", "  ")
	if err != nil {
		return err
	}
	return writeNew(x.path(bundleCase), append(content, '\n'))
}

// interruptible is a reader that ends with its context.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
