package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"hotline/test/rig"
)

// browser is a run of a program of reporter or desk.
type browser struct {
	open    *rig.Server // whose cases the program asks to be answered
	cases   []browserCase
	stored  []storedReport
	figures json.RawMessage

	// what else the program may ask for; what it returns is the answer
	asked map[string]func(t *testing.T, l browserLine) string
}

// browserLine is one line that the program prints: see lib/results.mjs.
type browserLine struct {
	Test, Skipped string
	Failures      []string
	Ms            int
	At            string

	Case    *browserCase
	Stored  *storedReport
	Figures json.RawMessage

	Ask, Receipt, Lang, Text, State, Outcome, Name string
	Content                                        []byte
}

// answer is what a handler answers, as the program asks for it.
func (l browserLine) answer() rig.DeskAnswer {
	return rig.DeskAnswer{Receipt: l.Receipt, Lang: l.Lang, Text: l.Text, State: l.State, Outcome: l.Outcome, Name: l.Name, Content: l.Content}
}

// patience is how many seconds a test of a program may take without any progress.
var patience = func() int {
	if n, err := strconv.Atoi(os.Getenv("HOTLINE_PATIENCE")); err == nil {
		return n
	}
	return 120
}()

// run runs a program to its end. Each of its tests becomes a subtest when it has
// ended. HOTLINE_ONLY is a regular expression for the names of the tests to be run,
// HOTLINE_SCREENSHOTS a folder for pictures of what was looked at.
func (b *browser) run(t *testing.T, program string, config map[string]any) {
	t.Helper()
	config["chromium"] = chromium(t)
	config["only"], config["screenshots"] = os.Getenv("HOTLINE_ONLY"), os.Getenv("HOTLINE_SCREENSHOTS")
	argument, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), rig.Node(t), filepath.FromSlash(program), string(argument))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hangs := watch{last: "its start", kill: func() { cmd.Process.Kill() }}
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	stop := hangs.begin()
	for lines.Scan() {
		rig.Progress()
		var l browserLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Errorf("%s printed %s", program, lines.Bytes())
			continue
		}
		hangs.progress(l)
		b.take(t, l, stdin)
	}
	stop()
	if err := cmd.Wait(); err != nil || lines.Err() != nil {
		t.Errorf("%s: %v %v%s\n%s", program, err, lines.Err(), hangs.said(), stderr.Bytes())
	}
}

func (b *browser) take(t *testing.T, l browserLine, stdin io.Writer) {
	t.Helper()
	switch {
	case l.At != "":
	case l.Ask != "":
		answer, err := b.do(t, l)
		if err != nil {
			answer = err.Error()
		}
		fmt.Fprintln(stdin, answer)
	case l.Case != nil:
		b.cases = append(b.cases, *l.Case)
	case l.Stored != nil:
		b.stored = append(b.stored, *l.Stored)
	case l.Test != "":
		t.Run(l.Test, func(t *testing.T) {
			if l.Skipped != "" {
				t.Skip(l.Skipped)
			}
			t.Logf("%d ms", l.Ms)
			for _, failure := range l.Failures {
				t.Error(failure)
			}
		})
	case l.Figures != nil:
		b.figures = l.Figures
		t.Logf("figures: %s", b.figures)
	}
}

// do is what the browser cannot do itself. It returns the line for it.
func (b *browser) do(t *testing.T, l browserLine) (string, error) {
	if do := b.asked[l.Ask]; do != nil {
		return "done " + do(t, l), nil
	}
	switch l.Ask {
	case "answer":
		b.open.Answer(t, l.answer())
	case "codes": // the one-time codes of a handler are good again
		b.open.Exec(t, `UPDATE credentials SET totp_step = 0 WHERE handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name)
	case "confirmed": // everybody has just given the password
		b.open.Exec(t, `UPDATE sessions SET confirmed = unixepoch(), seen = unixepoch()`)
	case "an hour": // since everybody gave the password
		b.open.Exec(t, `UPDATE sessions SET confirmed = unixepoch() - 3600`)
	case "offline handler":
		rig.AddHandler(t, b.open.Data, l.Name, "hr")
	default:
		return "", fmt.Errorf("asked for %q", l.Ask)
	}
	return "done ", nil
}

// watch ends a program that prints nothing any more. The program itself watches over
// its tests, and says more; this is for when it cannot.
type watch struct {
	mu   sync.Mutex
	idle int // ticks: a machine that is too busy for the program is too busy for ticks
	last string
	hung bool
	kill func()
}

func (w *watch) begin() (stop func()) {
	ticker, ended := time.NewTicker(time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
			}
			w.mu.Lock()
			if w.idle++; w.idle == 2*patience {
				w.hung = true
				w.kill()
			}
			w.mu.Unlock()
		}
	}()
	return func() { ticker.Stop(); close(ended) }
}

func (w *watch) progress(l browserLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = 0
	for _, what := range []string{l.At, l.Ask, l.Test} {
		if what != "" {
			w.last = what
		}
	}
}

func (w *watch) said() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.hung {
		return ""
	}
	return fmt.Sprintf(": nothing was printed for %d s, after: %s", 2*patience, w.last)
}
