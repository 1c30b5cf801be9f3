package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hotline/crypto"
	"hotline/store/pgtest"
	"hotline/test/rig"
)

// TestCommands runs the scripts in testdata over the real binary. Beside the
// commands of testscript they have these:
//
//	exits CODE PROGRAM [args…]  exec, with that exit code
//	start NAME [args…]          run "hotline args…" until it listens; the address is $NAME (and $NAME_addr
//	                            without http://), the output in NAME.out and NAME.err
//	stop NAME                   SIGTERM; it must exit with 0
//	kill9 NAME                  SIGKILL
//	newkey FILE                 an identity in FILE, its recipient in FILE.pub
//	report URL field=value…     send the English form; the receipt is $RECEIPT. As with curl, @FILE is a
//	                            file's content, and ";filename=NAME" after it gives it another name
//	followup URL RECEIPT        show a case; the page is in followup.html
//	get STATUS URL…             each answers with that status
//	links FILE                  every address in the file answers with 200
//	printed FILE                run the indented lines of the file that call hotline
//	caseid VAR DATA             the id of the only case
//	mode PERM FILE…             each has exactly these permissions
//	flip FILE                   change one bit in the middle of a file
//	glob PATTERN VAR…           paths that match, in order
//	match VAR REGEXP FILE       the first match in the file
//	unescape FILE               turn \x1b, \u202e and the like into what they stand for
func TestCommands(t *testing.T) {
	p := commandScripts(rig.Binary(t), rig.Age(t))
	p.Dir = "testdata"
	testscript.Run(t, p)
}

// TestCommandsOnPostgres runs the scripts in which the database matters on the
// other one.
func TestCommandsOnPostgres(t *testing.T) {
	p := commandScripts(rig.Binary(t), rig.Age(t))
	p.Files = []string{"testdata/handlers.txtar", "testdata/case-list.txtar", "testdata/case-export-open.txtar", "testdata/case-grant.txtar", "testdata/never-overwritten.txtar"}
	databases := make(chan string, len(p.Files))
	for range p.Files {
		databases <- pgtest.URL(t)
	}
	setup := p.Setup
	p.Setup = func(e *testscript.Env) error {
		e.Setenv("HOTLINE_DATABASE", <-databases)
		return setup(e)
	}
	testscript.Run(t, p)
}

func commandScripts(binary, age string) testscript.Params {
	return testscript.Params{
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", strings.Join([]string{filepath.Dir(binary), age, e.Getenv("PATH")}, string(os.PathListSeparator)))
			e.Setenv("TZ", "UTC")
			e.Setenv("HOTLINE_BINARY", binary)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    scriptExits,
			"start":    scriptStart,
			"stop":     scriptStop,
			"kill9":    scriptKill,
			"newkey":   scriptNewKey,
			"report":   scriptReport,
			"followup": scriptFollowUp,
			"get":      scriptGet,
			"links":    scriptLinks,
			"printed":  scriptPrinted,
			"caseid":   scriptCaseID,
			"mode":     scriptMode,
			"flip":     scriptFlip,
			"glob":     scriptGlob,
			"match":    scriptMatch,
			"unescape": scriptUnescape,
		},
	}
}

// servers are the processes of the scripts that run now.
var servers sync.Map // script's folder + name → *process

func scriptStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: start NAME [args…]")
	}
	env := append(os.Environ(), "TZ=UTC", "TMPDIR="+ts.Getenv("TMPDIR"), "HOTLINE_DATABASE="+ts.Getenv("HOTLINE_DATABASE"))
	name := args[0]
	p, err := startServer(ts.Getenv("HOTLINE_BINARY"), ts.MkAbs("."), env, ts.MkAbs(name+".out"), ts.MkAbs(name+".err"), args[1:]...)
	ts.Check(err)
	servers.Store(ts.Getenv("WORK")+"/"+name, p)
	ts.Defer(p.kill)
	ts.Setenv(name, p.url)
	ts.Setenv(name+"_addr", strings.TrimPrefix(p.url, "http://"))
}

func scriptProcess(ts *testscript.TestScript, args []string) *process {
	if len(args) != 1 {
		ts.Fatalf("one name is wanted")
	}
	p, ok := servers.Load(ts.Getenv("WORK") + "/" + args[0])
	if !ok {
		ts.Fatalf("nothing named %s was started", args[0])
	}
	return p.(*process)
}

func scriptStop(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(scriptProcess(ts, args).stop())
}

func scriptKill(ts *testscript.TestScript, _ bool, args []string) { scriptProcess(ts, args).kill() }

func scriptNewKey(ts *testscript.TestScript, _ bool, args []string) {
	id, err := crypto.NewIdentity()
	ts.Check(err)
	file := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(file, []byte("# a comment\n"+id.String()+"\n"), 0o600))
	ts.Check(os.WriteFile(file+".pub", []byte(id.Recipient().String()+"\n"), 0o600))
}

func scriptFields(ts *testscript.TestScript, args []string) []field {
	var fields []field
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		if path, ok := strings.CutPrefix(value, "@"); ok {
			path, as, renamed := strings.Cut(path, ";filename=")
			value = ts.ReadFile(path)
			if name == "files" {
				if !renamed {
					as = filepath.Base(path)
				}
				fields = append(fields, field{name, value, as})
				continue
			}
		}
		fields = append(fields, field{name: name, value: value})
	}
	return fields
}

func scriptReport(ts *testscript.TestScript, _ bool, args []string) {
	receipt, err := sendReport(args[0], scriptFields(ts, args[1:]))
	ts.Check(err)
	ts.Setenv("RECEIPT", receipt)
}

func scriptFollowUp(ts *testscript.TestScript, neg bool, args []string) {
	status, body, err := postForm(args[0]+"/en/follow-up", args[0]+"/en/follow-up", []field{{name: "receipt", value: args[1]}})
	ts.Check(err)
	if (status == http.StatusOK) == neg {
		ts.Fatalf("status %d", status)
	}
	ts.Check(os.WriteFile(ts.MkAbs("followup.html"), []byte(body), 0o600))
}

func scriptGet(ts *testscript.TestScript, _ bool, args []string) {
	for _, address := range args[1:] {
		status, _, err := fetch(address)
		ts.Check(err)
		if strconv.Itoa(status) != args[0] {
			ts.Fatalf("%s answers %d", address, status)
		}
	}
}

func scriptCaseID(ts *testscript.TestScript, _ bool, args []string) {
	list := exec.Command(ts.Getenv("HOTLINE_BINARY"), "case", "list", "--json", "--data", ts.MkAbs(args[1]))
	list.Env = append(os.Environ(), "HOTLINE_DATABASE="+ts.Getenv("HOTLINE_DATABASE"))
	out, err := list.Output()
	ts.Check(err)
	var cases []struct{ ID string }
	ts.Check(json.Unmarshal(out, &cases))
	if len(cases) != 1 {
		ts.Fatalf("there are %d cases", len(cases))
	}
	ts.Setenv(args[0], cases[0].ID)
}

func scriptMode(ts *testscript.TestScript, _ bool, args []string) {
	for _, path := range args[1:] {
		info, err := os.Stat(ts.MkAbs(path))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has the permissions %s", path, got)
		}
	}
}

func scriptFlip(ts *testscript.TestScript, _ bool, args []string) {
	content, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	content[len(content)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}

func scriptGlob(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	for i, name := range args[1:] {
		if i >= len(found) {
			ts.Fatalf("only %d paths match %s", len(found), args[0])
		}
		ts.Setenv(name, found[i])
	}
}

func scriptMatch(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindString(ts.ReadFile(args[2]))
	if found == "" {
		ts.Fatalf("nothing in %s matches", args[2])
	}
	ts.Setenv(args[0], found)
}

func scriptUnescape(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n")
	for i, l := range lines {
		plain, err := strconv.Unquote(`"` + l + `"`)
		ts.Check(err)
		lines[i] = plain
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(lines, "\n")), 0o600))
}

func scriptExits(ts *testscript.TestScript, _ bool, args []string) {
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d", code)
	}
}

var (
	command = regexp.MustCompile(`(?m)^  \S*hotline .*$`)
	link    = regexp.MustCompile(`https?://\S+`)
)

// scriptLinks follows every link of what a demonstration printed, once it has printed all.
func scriptLinks(ts *testscript.TestScript, _ bool, args []string) {
	said := ts.ReadFile(args[0])
	for range 3000 { // questions, not seconds
		if len(command.FindAllString(said, -1)) == 3 {
			break
		}
		time.Sleep(10 * time.Millisecond)
		said = ts.ReadFile(args[0])
	}
	all := link.FindAllString(said, -1)
	if len(all) < 15 {
		ts.Fatalf("only %d links", len(all))
	}
	scriptGet(ts, false, append([]string{"200"}, all...))
}

func scriptPrinted(ts *testscript.TestScript, _ bool, args []string) {
	for _, l := range command.FindAllString(ts.ReadFile(args[0]), -1) {
		ts.Check(ts.Exec("sh", "-c", l))
	}
}
