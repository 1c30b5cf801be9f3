package cases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/export"
)

// Export is `hotline case export`.
type Export struct {
	Case string `arg:"" name:"CASE" help:"The case's id, or its first characters."`
	Dir  string `arg:"" name:"DIR" help:"Folder to make."`

	WithoutName bool `help:"Leave the reporter's name out: for somebody who is not designated to know it."`
}

// shortestPrefix is how many characters of an id name a case.
const shortestPrefix = 6

// Run writes a case as sealed files. Nothing is opened: whoever runs this
// needs no key, and learns nothing that the server does not know. The audit log
// says that it was done.
func (cmd *Export) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if err := c.Exists(); err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	id, err := findCase(ctx, st, cmd.Case)
	if err != nil {
		return err
	}
	x, err := export.Read(ctx, st, id, "")
	if errors.Is(err, export.ErrNoKey) {
		return cli.Failed("every handler who had its key is disabled; see `hotline handler list`", "No active handler can open the case %s.", id)
	}
	if err == nil && !cmd.WithoutName {
		err = x.AddName(ctx, st)
	}
	if err != nil {
		return exportFault(err)
	}
	files, err := blob.Open(c.FilesFolder())
	if err != nil {
		return err
	}
	if err := st.Audit(ctx, store.AuditEntry{What: store.AuditExport, CaseID: id, Detail: store.ExportSealed}); err != nil {
		return err
	}
	x.Progress = func(i, of int, size int64) { sayProgress(con.Err, i, of, size) }
	if err := writeExport(ctx, x, files, cmd.Dir); err != nil {
		return exportFault(err)
	}
	fmt.Fprintf(con.Out, "Case %s is in %s: %s, %s, %s.\n%s says how to open it.\n", id, cmd.Dir,
		cli.Counted(len(x.Bundle.MessageFiles), "message"), cli.Counted(len(x.Bundle.SealedFiles), "file"),
		cli.Counted(len(x.Bundle.Keys), "handler's key"), filepath.Join(cmd.Dir, export.ReadmeName))
	return nil
}

// exportFault says what can be done about a sealed file that is not as it was.
func exportFault(err error) error {
	var file *export.FileError
	switch {
	case !errors.As(err, &file):
		return err
	case file.Missing:
		return cli.Failed("bring the folder files back from the last backup, then run `hotline doctor`", "The sealed file %s of this case is missing.", file.ID)
	case file.Want == 0:
		return cli.Failed("run `hotline doctor`", "The database names a file %q, which cannot be.", file.ID)
	}
	return cli.Failed("bring it back from the last backup, then run `hotline doctor`", "The sealed file %s has %d bytes and should have %d.", file.ID, file.Size, file.Want)
}

// findCase returns the id of the only case that starts with prefix.
func findCase(ctx context.Context, st *store.Store, prefix string) (string, error) {
	prefix = strings.ToLower(strings.TrimSpace(prefix))
	if len(prefix) < shortestPrefix {
		return "", cli.Misused("see `hotline case list`", "%q is too short to name a case: %d characters at least.", prefix, shortestPrefix)
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
		return "", cli.Failed("see `hotline case list`", "There is no case %s.", prefix)
	}
	return "", cli.Failed("give more of the id", "%d cases start with %s.", len(found), prefix)
}

// writeExport writes everything into a new or empty folder, or leaves nothing
// behind.
func writeExport(ctx context.Context, x *export.Export, files *blob.Folder, dir string) error {
	made, err := cli.MakeEmpty(dir)
	if err != nil {
		return err
	}
	if err := x.Write(ctx, files, export.Dir(dir)); err != nil {
		undo(dir, made)
		return err
	}
	return nil
}

// undo removes what was written into a folder that was new or empty.
func undo(dir string, made bool) {
	if made {
		_ = os.RemoveAll(dir)
		return
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

func sayProgress(out *os.File, i, of int, size int64) {
	if !cli.IsTerminal(out) {
		return
	}
	fmt.Fprintf(out, "\r\x1b[KCopying file %d of %d (%d MB)", i, of, size>>20)
	if i == of {
		fmt.Fprint(out, "\r\x1b[K")
	}
}
