package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/casework"
	"hotline/store/export"
)

// outFolder is where an opened case goes. Everything in it is new.
type outFolder struct {
	dir   string
	taken map[string]bool // names of files, in lower case
}

// errOut marks an error of the folder, as opposed to what is put there.
var errOut = errors.New("cannot write")

func newOutFolder(dir string) (*outFolder, error) {
	if _, err := cli.MakeEmpty(dir); err != nil {
		return nil, err
	}
	for _, sub := range []string{"messages", "files"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	return &outFolder{dir: dir, taken: map[string]bool{}}, nil
}

func (o *outFolder) write(name string, content []byte) error {
	if err := cli.WriteNew(filepath.Join(o.dir, name), content); err != nil {
		return fmt.Errorf("%w: %w", errOut, err)
	}
	return nil
}

// file opens a file of a message and returns its path; without a folder to put
// it in, it only looks whether it is there.
func (o *opening) file(f crypto.File) (string, error) {
	if !crypto.ValidID(f.ID) {
		return "", errors.New("has no proper id")
	}
	path := filepath.Join(export.FilesName, f.ID+".age")
	sealed, err := os.Open(filepath.Join(o.dir, path))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is missing", path)
	}
	if err != nil {
		return "", fmt.Errorf("%s cannot be read: %s", path, cli.Reason(err))
	}
	defer sealed.Close()
	if o.out == nil {
		return path, nil
	}
	return o.out.open(f, path, sealed, o.identity)
}

// open writes the plaintext of a file under its true name, made safe. What
// turns out to be changed is removed again.
func (o *outFolder) open(f crypto.File, path string, sealed io.Reader, id crypto.Identity) (string, error) {
	changed := fmt.Errorf("%s does not belong here or was changed", path)
	plain, err := crypto.OpenReader(sealed, id)
	if err != nil {
		return "", changed
	}
	out, err := o.create(safeName(f.Name))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errOut, err)
	}
	ok, err := copyChecked(out, plain, f)
	if err := errors.Join(err, out.Close()); err != nil || !ok {
		_ = os.Remove(out.Name())
		if err != nil {
			return "", fmt.Errorf("%w: %w", errOut, err)
		}
		return "", changed
	}
	return "files/" + filepath.Base(out.Name()), nil
}

// create makes a new file of that name, or of one with a number after it.
func (o *outFolder) create(name string) (*os.File, error) {
	for {
		path := filepath.Join(o.dir, "files", o.free(name))
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) { // two spellings may be one name to the system
			return out, err
		}
	}
}

// copyChecked copies the file without its padding. ok is false when it is not
// what its message says; err is dst's.
func copyChecked(dst io.Writer, plain io.Reader, f crypto.File) (ok bool, err error) {
	sum := sha256.New()
	w := &noting{w: dst}
	n, _ := io.Copy(io.MultiWriter(w, sum), io.LimitReader(plain, f.Size))
	if w.err != nil {
		return false, w.err
	}
	if n != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return false, nil
	}
	_, readErr := io.Copy(io.Discard, plain) // a change further on shows here
	return readErr == nil, nil
}

// noting keeps the error of writing apart from that of reading.
type noting struct {
	w   io.Writer
	err error
}

func (n *noting) Write(p []byte) (int, error) {
	var written int
	written, n.err = n.w.Write(p)
	return written, n.err
}

const safeNameLimit = 200 // bytes, which leaves room for " (2)"

// windowsNames cannot be files on Windows, whatever their ending.
var windowsNames = strings.Fields("con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9")

const joiner = '\u200d' // of emoji: no harm on a screen, but not for a file's name

// safeName makes a name that leads nowhere, hides nothing and works on every
// system.
func safeName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if casework.Hidden(r) || r == joiner || r == '\n' || r == '\t' || strings.ContainsRune(`:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(name, ". ")
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") {
		name = "_" + name[1:]
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if name == "" || slices.Contains(windowsNames, stem) {
		name = "_" + name
	}
	ending := filepath.Ext(name)
	if len(ending) > 20 {
		ending = ""
	}
	if len(name) > safeNameLimit {
		cut := name[:safeNameLimit-len(ending)]
		for !utf8.ValidString(cut) {
			cut = cut[:len(cut)-1]
		}
		name = cut + ending
	}
	return name
}

// free returns the name, with a number where it is taken. Names that differ
// only in case are the same on some systems.
func (o *outFolder) free(name string) string {
	ending := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ending)
	for i := 2; o.taken[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s (%d)%s", stem, i, ending)
	}
	o.taken[strings.ToLower(name)] = true
	return name
}
