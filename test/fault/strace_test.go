package fault

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hotline/test/rig"
)

// tracedCalls are the system calls that change files or names, or say something to a client.
const tracedCalls = "open,openat,creat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,msync,ftruncate,truncate,fallocate," +
	"rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,sendfile,splice,copy_file_range"

// strace is the command that writes the system calls of a server into a file, all of their
// data with them, and whatever else it is told to do to them.
func strace(t *testing.T, into string, more ...string) []string {
	t.Helper()
	return slices.Concat([]string{"strace", "-D", "-f", "--seccomp-bpf", "-q", "-y", "-xx", "-s", "1048576", "-e", "trace=" + tracedCalls, "-e", "signal=none", "-o", into}, more, []string{"--"})
}

// kind is what a system call does.
type kind int

const (
	wrote     kind = iota // bytes of a file, at an offset
	cut                   // a file to a length
	made                  // a file or folder
	removed               // a name
	syncBegan             // of a file or folder
	syncEnded
	answered // a client was told that a report is stored
)

// event is one step of a server. Paths are relative to its data folder.
type event struct {
	kind    kind
	path    string
	folder  bool   // made
	data    []byte // wrote
	offset  int64  // wrote: where, atEnd for the end; cut: to which length
	call    int    // pairs syncBegan and syncEnded
	failed  bool   // syncEnded
	receipt string // answered
}

const atEnd = -1

// trace turns what strace wrote into events.
type trace struct {
	data   string            // the data folder
	open   map[string]call   // calls that have begun, by thread
	said   map[string][]byte // to each client, since its last receipt
	calls  int
	events []event
}

type call struct {
	name string
	args []string
	id   int
}

var (
	straceLine    = regexp.MustCompile(`^(\d+) +(.*)$`)
	straceResumed = regexp.MustCompile(`^<\.\.\. (\w+) resumed>(.*)$`)
	straceEnd     = regexp.MustCompile(`^(.*)\) += (-?\d+|\?)(.*)$`)
)

// readTrace reads the file of strace when the server has ended.
func readTrace(t *testing.T, path, data string) []event {
	t.Helper()
	rig.Until(t, "strace ends", func() bool {
		said, err := os.ReadFile(path)
		last := bytes.TrimRight(said, "\n")
		last = last[bytes.LastIndexByte(last, '\n')+1:]
		return err == nil && bytes.Contains(last, []byte("+++ exited with")) || bytes.Contains(last, []byte("+++ killed by"))
	})
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr := &trace{data: data, open: map[string]call{}, said: map[string][]byte{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if err := tr.line(lines.Text()); err != nil {
			t.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return tr.events
}

// line reads one line: a whole call, its beginning, or its end.
func (tr *trace) line(line string) error {
	m := straceLine.FindStringSubmatch(line)
	if m == nil || strings.HasPrefix(m[2], "+++") || strings.HasPrefix(m[2], "---") {
		return nil
	}
	thread, text := m[1], m[2]
	if r := straceResumed.FindStringSubmatch(text); r != nil {
		c := tr.open[thread]
		delete(tr.open, thread)
		if c.name != r[1] {
			return fmt.Errorf("strace: %s goes on and did not begin", r[1])
		}
		return tr.ended(c, r[2])
	}
	name, rest, ok := strings.Cut(text, "(")
	if !ok {
		return fmt.Errorf("strace: cannot read %.200s", line)
	}
	args, unfinished := strings.CutSuffix(rest, " <unfinished ...>")
	if !unfinished {
		end := straceEnd.FindStringSubmatch(rest)
		if end == nil {
			return fmt.Errorf("strace: cannot read %.200s", line)
		}
		args = end[1]
	}
	tr.calls++
	c := call{name, strings.Split(args, ", "), tr.calls}
	if err := tr.began(c); err != nil {
		return err
	}
	if unfinished {
		tr.open[thread] = c
		return nil
	}
	return tr.ended(c, rest)
}

// began notes what may be on the disk as soon as the call is made.
func (tr *trace) began(c call) error {
	switch c.name {
	case "open", "openat", "creat", "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "ftruncate":
		return nil // as it ends
	}
	path, ours := tr.file(c.args[0])
	switch c.name {
	case "write":
		if strings.HasPrefix(path, "socket:") {
			return tr.toClient(path, c.args[1])
		}
		if ours {
			return tr.wrote(path, c.args[1], atEnd)
		}
	case "pwrite64":
		if ours {
			offset, err := strconv.ParseInt(strings.TrimSpace(c.args[3]), 10, 64)
			return errors.Join(err, tr.wrote(path, c.args[1], offset))
		}
	case "fsync", "fdatasync":
		if ours {
			tr.add(event{kind: syncBegan, path: path, call: c.id})
		}
	default:
		if strings.Contains(strings.Join(c.args, " "), hexed(tr.data)) {
			return fmt.Errorf("the server calls %s in its data folder, and this test does not know what that does", c.name)
		}
	}
	return nil
}

// ended notes what has happened when the call is over.
func (tr *trace) ended(c call, rest string) error {
	end := straceEnd.FindStringSubmatch(rest)
	if end == nil {
		return fmt.Errorf("strace: cannot read the end of %s: %.200s", c.name, rest)
	}
	if c.name == "fsync" || c.name == "fdatasync" {
		if path, ours := tr.file(c.args[0]); ours {
			tr.add(event{kind: syncEnded, path: path, call: c.id, failed: end[2] != "0"})
		}
		return nil
	}
	if strings.HasPrefix(end[2], "-") {
		return nil
	}
	switch c.name {
	case "open", "openat":
		flags := strings.Join(c.args, " ")
		if path, ours := tr.file(end[3]); ours && strings.Contains(flags, "O_CREAT") {
			tr.add(event{kind: made, path: path})
			if strings.Contains(flags, "O_TRUNC") {
				tr.add(event{kind: cut, path: path})
			}
		}
	case "mkdir", "mkdirat":
		if path, ours := tr.named(c.args); ours {
			tr.add(event{kind: made, path: path, folder: true})
		}
	case "unlink", "unlinkat", "rmdir":
		if path, ours := tr.named(c.args); ours {
			tr.add(event{kind: removed, path: path})
		}
	case "ftruncate":
		if path, ours := tr.file(c.args[0]); ours {
			length, err := strconv.ParseInt(c.args[1], 10, 64)
			tr.add(event{kind: cut, path: path, offset: length})
			return err
		}
	}
	return nil
}

func (tr *trace) add(e event) { tr.events = append(tr.events, e) }

func (tr *trace) wrote(path, data string, offset int64) error {
	bytes, err := unhex(data)
	tr.add(event{kind: wrote, path: path, data: bytes, offset: offset})
	return err
}

// toClient notes when the last byte of a receipt leaves for its client.
func (tr *trace) toClient(socket, data string) error {
	sent, err := unhex(data)
	said := append(tr.said[socket], sent...)
	said = said[max(0, bytes.LastIndex(said, []byte("HTTP/1.1 "))):] // what came before is another answer
	if receipt, ok := rig.FindReceipt(string(said)); ok {
		tr.add(event{kind: answered, receipt: receipt})
		said = nil
	}
	tr.said[socket] = said
	return err
}

var straceFile = regexp.MustCompile(`<((?:\\x[0-9a-f]{2})+)>`)

// file is the path behind an open file, and whether it is one of the data folder that
// outlives a loss of power: SQLite's shared memory is made anew.
func (tr *trace) file(arg string) (path string, ours bool) {
	m := straceFile.FindStringSubmatch(arg)
	if m == nil {
		return arg[strings.IndexByte(arg, '<')+1:], false
	}
	decoded, err := unhex(`"` + m[1] + `"`)
	if err != nil {
		return "", false
	}
	return tr.below(string(decoded))
}

// named is the path that a call names, relative to a folder or not.
func (tr *trace) named(args []string) (path string, ours bool) {
	at := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, `"`) })
	if at < 0 {
		return "", false
	}
	name, err := unhex(args[at])
	if err != nil {
		return "", false
	}
	return tr.below(string(name))
}

func (tr *trace) below(path string) (string, bool) {
	if path != tr.data && !strings.HasPrefix(path, tr.data+"/") || strings.HasSuffix(path, "-shm") || strings.HasSuffix(path, " (deleted)") {
		return path, false
	}
	relative, err := filepath.Rel(tr.data, path)
	return relative, err == nil
}

// unhex reads a string as strace -xx writes it.
func unhex(quoted string) ([]byte, error) {
	if !strings.HasPrefix(quoted, `"`) || !strings.HasSuffix(quoted, `"`) {
		return nil, fmt.Errorf("strace: a string is cut off: %.50s", quoted)
	}
	return hex.DecodeString(strings.ReplaceAll(quoted[1:len(quoted)-1], `\x`, ""))
}

func hexed(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return b.String()
}
