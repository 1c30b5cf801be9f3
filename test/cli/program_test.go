package cli

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// process is a running server.
type process struct {
	cmd    *exec.Cmd
	url    string // without a slash at the end
	exited chan error
}

var listens = regexp.MustCompile(`(?m)^Hotline listens on (http://\S+)/$`)

// startServer runs the program until it says where it listens.
func startServer(binary, dir string, env []string, out, errOut string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(binary, args...), exited: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Env = dir, env
	for path, stream := range map[string]*io.Writer{out: &p.cmd.Stdout, errOut: &p.cmd.Stderr} {
		f, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		*stream = f
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.exited <- p.cmd.Wait() }()
	for range 30_000 { // questions, not seconds: a busy machine is slow
		time.Sleep(10 * time.Millisecond)
		said, _ := os.ReadFile(out)
		if m := listens.FindSubmatch(said); m != nil {
			p.url = string(m[1])
			return p, nil
		}
		select {
		case err := <-p.exited:
			said, _ := os.ReadFile(errOut)
			p.exited <- err
			return nil, fmt.Errorf("ended at once: %v\n%s", err, said)
		default:
		}
	}
	p.cmd.Process.Kill()
	return nil, fmt.Errorf("does not say where it listens")
}

// stop asks the server to stop and returns how it ended.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := <-p.exited
	p.exited <- err
	return err
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.exited <- <-p.exited
}

// field is one field of a form; with a file name it is a file.
type field struct{ name, value, file string }

var (
	tokenField   = regexp.MustCompile(`name="form" value="([^"]+)"`)
	receiptField = regexp.MustCompile(`(?s)id="receipt"[^>]*>(.*?)</p>`)
	anyTag       = regexp.MustCompile(`<[^>]*>`)
)

// postForm fetches the form of a page and sends it to another, filled in.
func postForm(page, action string, fields []field) (status int, body string, err error) {
	status, body, err = fetch(page)
	token := tokenField.FindStringSubmatch(body)
	if err != nil || status != http.StatusOK || token == nil {
		return status, body, fmt.Errorf("no form on %s: %d, %v", page, status, err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	w.WriteField("form", token[1])
	for _, f := range fields {
		if f.file == "" {
			w.WriteField(f.name, f.value)
			continue
		}
		part, _ := w.CreateFormFile(f.name, f.file)
		io.WriteString(part, f.value)
	}
	w.Close()
	resp, err := http.Post(action, w.FormDataContentType(), &form)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

// sendReport sends the English form and returns the receipt.
func sendReport(site string, fields []field) (string, error) {
	status, body, err := postForm(site+"/en/report", site+"/en/report", fields)
	if err != nil {
		return "", err
	}
	m := receiptField.FindStringSubmatch(body)
	if status != http.StatusCreated || m == nil {
		return "", fmt.Errorf("status %d, no receipt: %s", status, mainText(body))
	}
	return strings.TrimSpace(anyTag.ReplaceAllString(m[1], "")), nil
}

// mainText is the beginning of what a page says.
func mainText(body string) string {
	_, body, _ = strings.Cut(body, "<main")
	words := strings.Fields(anyTag.ReplaceAllString("<main"+body, " "))
	return strings.Join(words[:min(len(words), 60)], " ")
}

func fetch(address string) (int, string, error) {
	resp, err := http.Get(address)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}
