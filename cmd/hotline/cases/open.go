package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/casework"
	"hotline/store/export"
)

// Open is `hotline case open`.
type Open struct {
	Dir      string `arg:"" name:"DIR" help:"Folder of the exported case."`
	Identity string `short:"i" required:"" help:"File with the handler's identity, as age-keygen -pq writes it." placeholder:"FILE"`
	Out      string `short:"o" help:"New folder for the opened conversation, messages and files." placeholder:"OUT"`
}

// Run opens a case without database or network. What cannot be opened, or does
// not belong where it stands, is said and never shown as text.
func (cmd *Open) Run(con *cli.Console) error {
	identities, err := readIdentities(cmd.Identity, con.Err)
	if err != nil {
		return err
	}
	o := &opening{dir: cmd.Dir, con: con}
	if err := o.readBundle(); err != nil {
		return err
	}
	if err := o.openKey(identities); err != nil {
		return err
	}
	if cmd.Out != "" {
		if o.out, err = newOutFolder(cmd.Out); err != nil {
			return err
		}
	}
	text, err := o.conversation()
	if err != nil {
		return err
	}
	fmt.Fprint(con.Out, text)
	if o.out != nil {
		if err := o.out.write("case.txt", []byte(text)); err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Opened into %s.\n", cmd.Out)
	}
	if o.failures > 0 {
		return cli.Failed("compare the folder with a fresh export", "%s of this case could not be opened.", cli.Counted(o.failures, "part"))
	}
	return nil
}

// opening is an exported case while it is being opened.
type opening struct {
	dir      string
	con      *cli.Console
	bundle   export.Bundle
	identity crypto.Identity // of the case
	out      *outFolder      // nil: only print
	failures int
}

// wrong tells of a part that cannot be opened and goes on.
func (o *opening) wrong(text string, args ...any) string {
	o.failures++
	s := fmt.Sprintf(text, args...)
	fmt.Fprintf(o.con.Err, "hotline: %s\n", cli.Line(s))
	return cli.Line(s)
}

func (o *opening) readBundle() error {
	content, err := os.ReadFile(filepath.Join(o.dir, export.CaseName))
	if errors.Is(err, fs.ErrNotExist) {
		return cli.Failed("name the folder that `hotline case export` made", "%s is not an exported case: it has no %s.", o.dir, export.CaseName)
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &o.bundle); err != nil || !crypto.ValidID(o.bundle.ID) {
		return cli.Failed("export the case again", "%s cannot be read.", filepath.Join(o.dir, export.CaseName)).Because(err)
	}
	if o.bundle.Version != export.Version {
		return cli.Failed("use the version of hotline that exported it, or a newer one", "This case was exported in a format that is not known here.")
	}
	return nil
}

// openKey finds the case identity: the key of some handler that one of the
// identities opens.
func (o *opening) openKey(identities []crypto.Identity) error {
	entries, err := os.ReadDir(filepath.Join(o.dir, export.KeysName))
	if err != nil {
		return err
	}
	var handlers []string
	for _, e := range entries {
		name := filepath.Join(export.KeysName, e.Name())
		sealed, err := os.ReadFile(filepath.Join(o.dir, name))
		if err != nil {
			return err
		}
		handlers = append(handlers, strings.TrimSuffix(e.Name(), ".age"))
		for _, id := range identities {
			found, err := crypto.OpenCaseKey(sealed, id)
			if err != nil {
				continue
			}
			if found.Recipient().String() != o.bundle.Recipient {
				o.wrong("%s is the key of another case", name)
				continue
			}
			o.identity = found
			return nil
		}
	}
	if len(handlers) == 0 {
		return cli.Failed("export the case again", "There is no key in %s.", filepath.Join(o.dir, export.KeysName))
	}
	return cli.Failed("it is sealed to "+cli.Listed(handlers), "No identity in that file opens this case.")
}

// messages lists the messages that are there and those that should be.
func (o *opening) messages() ([]export.Message, error) {
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(o.bundle.MessageFiles)
	for _, e := range entries {
		seq, from, ok := export.ParseMessagePath(e.Name())
		known := slices.ContainsFunc(all, func(m export.Message) bool { return m.Path == e.Name() })
		if ok && !known {
			all = append(all, export.Message{Path: e.Name(), Seq: seq, From: from})
		}
	}
	slices.SortStableFunc(all, func(a, b export.Message) int { return a.Seq - b.Seq })
	return all, nil
}

// conversation opens everything and returns the case as text.
func (o *opening) conversation() (string, error) {
	messages, err := o.messages()
	if err != nil {
		return "", err
	}
	var t strings.Builder
	printCase(&t, o.bundle)
	name, err := o.name()
	if err != nil {
		return "", err
	}
	t.WriteString(name)
	classification, err := o.classification()
	if err != nil {
		return "", err
	}
	t.WriteString(classification)
	for _, m := range messages {
		opened, why, err := o.message(m)
		if err != nil {
			return "", err
		}
		if why != "" {
			fmt.Fprintf(&t, "\n[%d] %s\n", m.Seq, why)
			continue
		}
		lines, err := o.fileLines(opened.Files)
		if err != nil {
			return "", err
		}
		printMessage(&t, opened, lines)
	}
	return t.String(), nil
}

// message opens one message; why says what is wrong with it.
func (o *opening) message(m export.Message) (opened crypto.Message, why string, err error) {
	seq, from, ok := export.ParseMessagePath(m.Path)
	if !ok {
		return opened, o.wrong("%s is not the name of a message", m.Path), nil
	}
	sealed, err := os.ReadFile(filepath.Join(o.dir, m.Path))
	if errors.Is(err, fs.ErrNotExist) {
		return opened, o.wrong("%s is missing", m.Path), nil
	}
	if err != nil {
		return opened, o.wrong("%s cannot be read: %s", m.Path, cli.Reason(err)), nil
	}
	opened, err = crypto.OpenMessage(sealed, o.identity, o.bundle.ID, seq, string(from))
	if err != nil {
		return opened, o.wrong("%s does not belong here or was changed", m.Path), nil
	}
	if o.out == nil {
		return opened, "", nil
	}
	plain, err := crypto.Open(sealed, o.identity)
	if err != nil {
		return opened, "", err
	}
	plain = append([]byte(strings.TrimRight(string(plain), " ")), '\n')
	return opened, "", o.out.write(filepath.Join("messages", strings.TrimSuffix(m.Path, ".age")), plain)
}

// fileLines names the files of a message, and opens them where there is a
// folder to put them.
func (o *opening) fileLines(files []crypto.File) ([]string, error) {
	var lines []string
	for _, f := range files {
		where, err := o.file(f)
		if errors.Is(err, errOut) {
			return nil, err
		}
		if err != nil {
			where = o.wrong("file %q: %s", f.Name, err)
		}
		cleaned := ""
		if f.Found {
			cleaned = ", hidden details taken out"
		} else if f.Cleaned {
			cleaned = ", no hidden details found"
		}
		lines = append(lines, fmt.Sprintf("%s (%s, %d bytes%s): %s", cli.Line(f.Name), cli.Line(f.Type), f.Size, cleaned, where))
	}
	return lines, nil
}

// readIdentities reads the post-quantum identities of a file.
func readIdentities(path string, warnings *os.File) ([]crypto.Identity, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		fmt.Fprintf(warnings, "note: other users of this machine can read %s; chmod 600 it\n", cli.Line(path))
	}
	text := string(content)
	if strings.HasPrefix(text, "age-encryption.org/") || strings.HasPrefix(text, "-----BEGIN AGE") {
		return nil, cli.Failed("open it first: age -d -o handler.txt "+cli.Quoted(path), "%s is sealed itself.", path)
	}
	var found []crypto.Identity
	for l := range strings.Lines(text) {
		if id, err := crypto.ParseIdentity(strings.TrimSpace(l)); err == nil {
			found = append(found, id)
		}
	}
	if len(found) == 0 {
		return nil, cli.Failed("it is a file that age-keygen -pq made, with a line AGE-SECRET-KEY-PQ-1…", "%s holds no post-quantum identity.", path)
	}
	return found, nil
}

// senders are the headings of messages.
var senders = map[casework.Sender]string{
	casework.FromReport:   "Report",
	casework.FromReporter: "From the reporter",
	casework.FromDesk:     "From the desk to the reporter",
	casework.FromNote:     "Note for handlers only",
}
