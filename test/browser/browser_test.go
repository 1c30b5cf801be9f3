package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/test/rig"
)

// The limits of the server that the browser fills.
const (
	browserFiles    = 3
	browserFileSize = 1 << 20
)

// TestBrowser goes through the reporter's pages with a real browser without
// scripts, in every language, looks at every page it met, and then opens what
// was stored as a handler does. With HOTLINE_SCREENSHOTS set to a folder, a
// picture of every page in every size and colour scheme is left there.
func TestBrowser(t *testing.T) {
	rig.NeedBrowser(t)
	neutral, referers := neutralSite(t)
	open, handlers := rig.WithHandlers(t, "--limits", "off", "--max-files", fmt.Sprint(browserFiles), "--max-file-size", fmt.Sprint(browserFileSize),
		"--organization", "Example Manufacturing", "--exit-url", neutral)
	limited, _ := rig.WithHandlers(t, "--organization", "Example Manufacturing")
	closed := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")

	picture, paper := rig.Photo(t, rig.HiddenDetail), []byte("%PDF-1.7\n1 0 obj<</Author(Somebody)>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	folder := t.TempDir()
	b := &browser{open: open, limited: limited}
	b.run(t, "reporter/flow.mjs", map[string]any{
		"open": open.URL, "limited": limited.URL, "closed": closed.URL, "neutral": neutral, "folder": folder,
		"photo": rig.WriteFile(t, folder, "photo.jpg", picture), "paper": rig.WriteFile(t, folder, "paper.pdf", paper),
		"unknown": crypto.NewReceipt([15]byte{1, 2, 3}).String(), "files": browserFiles, "fileSize": browserFileSize,
		"texts": browserTexts(t), "tags": languageTags(), "screenshots": os.Getenv("HOTLINE_SCREENSHOTS"),
	})

	b.report(t)
	if got := referers(); len(got) != len(i18n.Languages) || strings.Join(got, "") != "" {
		t.Errorf("the neutral site saw the referrers %q; want a visit in each language, without one", got)
	}
	if got := open.Cases(t); got != len(i18n.Languages) || len(b.cases) != got {
		t.Errorf("%d cases of %d that were sent, want one in each language", got, len(b.cases))
	}
	for _, sent := range b.cases {
		t.Run(sent.Lang+"/opened", func(t *testing.T) { sent.check(t, open, handlers[sent.Queue], picture, paper) })
	}
	t.Logf("figures: %s", b.figures)
}

// neutralSite is where the quick exit leads to in the tests. It remembers which
// site its visitors say they came from.
func neutralSite(t *testing.T) (url string, referers func() []string) {
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			seen = append(seen, r.Referer())
		}
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!DOCTYPE html><title>Weather</title>")
	}))
	t.Cleanup(s.Close)
	return s.URL + "/", func() []string { s.Close(); return seen }
}

// browser is a run of a program of reporter or desk.
type browser struct {
	open, limited *rig.Server
	results       []browserResult
	cases         []browserCase
	stored        []storedReport
	figures       json.RawMessage
	calm          func() // ends the flood

	// what else the program may ask for; what it returns is told to the program
	asked map[string]func(t *testing.T, l browserLine) string
}

type browserResult struct {
	Test     string
	Failures []string
	Ms       int
}

// browserLine is one line that the program prints.
type browserLine struct {
	browserResult
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

// report makes a test of everything that the program tried.
func (b *browser) report(t *testing.T) {
	for _, r := range b.results {
		t.Run(r.Test, func(t *testing.T) {
			t.Logf("%d ms", r.Ms)
			for _, failure := range r.Failures {
				t.Error(failure)
			}
		})
	}
}

func (b *browser) run(t *testing.T, program string, config map[string]any) {
	t.Helper()
	argument, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if deadline, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-20*time.Second)) // leaves time to say what failed
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, rig.Node(t), filepath.FromSlash(program), string(argument))
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
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		b.take(t, lines.Bytes(), stdin)
	}
	if err := cmd.Wait(); err != nil || lines.Err() != nil {
		t.Errorf("%s: %v %v\n%s", program, err, lines.Err(), stderr.Bytes())
	}
}

func (b *browser) take(t *testing.T, line []byte, stdin io.Writer) {
	t.Helper()
	var l browserLine
	if err := json.Unmarshal(line, &l); err != nil {
		t.Errorf("the browser program printed %s", line)
		return
	}
	switch {
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
		b.results = append(b.results, l.browserResult)
	default:
		b.figures = l.Figures
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
		return "done", nil
	case "flood":
		calm, err := flood(t, b.limited)
		b.calm = calm
		return "done", err
	case "calm":
		b.calm()
		return "done", nil
	}
	return "", fmt.Errorf("asked for %q", l.Ask)
}

// flood sends empty reports until they are asked to wait, and keeps on.
func flood(t *testing.T, s *rig.Server) (calm func(), err error) {
	fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/en/report")}}
	time.Sleep(2100 * time.Millisecond) // nobody fills a form in less
	ctx, stop := context.WithCancel(t.Context())
	full, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		asked := false
		for ctx.Err() == nil {
			res, err := rig.Send(s.FieldsRequest(t, "/en/report", fields...))
			if err == nil && res.Status == http.StatusTooManyRequests {
				if !asked {
					close(full)
				}
				asked = true
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	calm = func() { stop(); <-ended }
	select {
	case <-full:
		return calm, nil
	case <-time.After(30 * time.Second):
		calm()
		return func() {}, fmt.Errorf("nobody is ever asked to wait")
	}
}

// browserTexts are the words that the browser looks for, by language and key.
func browserTexts(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, l := range i18n.Languages {
		words := rig.Texts(t, l.Code)
		all[l.Code] = map[string]string{}
		for _, key := range []string{
			"error.prefix", "error.text-missing", "error.receipt-inside", "error.receipt-check", "error.receipt-unknown", "file.cleaned", "file.kept",
			"conversation.added", "notice.queue-closed", "notice.files-again", "notice.once-more", "notice.too-large", "notice.too-many",
		} {
			all[l.Code][key] = words.T(key)
		}
	}
	return all
}

func languageTags() map[string]string {
	tags := map[string]string{}
	for _, l := range i18n.Languages {
		tags[l.Code] = l.Tag
	}
	return tags
}
