// Package rig starts the real hotline binary for tests and talks to it the way
// a reporter's browser without scripts does.
package rig

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"hotline/crypto"
)

// Run runs a command to its end and returns what it printed; it fails the test
// if the command fails.
func Run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := run(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func run(args ...string) (string, error) {
	binary, err := build()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(binary, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("hotline %s: %w\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String(), nil
}

// Try runs a command that may fail, and returns all it printed.
func Try(t testing.TB, args ...string) (string, error) {
	t.Helper()
	out, err := exec.Command(Binary(t), args...).CombinedOutput()
	return string(out), err
}

// Server is a running hotline.
type Server struct {
	URL  string // "http://127.0.0.1:12345"
	Data string
	Temp string // the process's own folder for temporary files
	line []string
	cmd  *exec.Cmd
	log  *logBuffer
	done chan error
}

// Start starts a server on a free loopback port with the data folder and any
// further flags, and waits until it answers. It is stopped with the test.
func Start(t testing.TB, data string, flags ...string) *Server {
	t.Helper()
	return startAt(t, data, FreeAddr(t), nil, flags)
}

// StartUnder is Start below a command that becomes the server, as `strace -D` does.
func StartUnder(t testing.TB, under []string, data string, flags ...string) *Server {
	t.Helper()
	return startAt(t, data, FreeAddr(t), under, flags)
}

// StartNamed is Start for a server that is reached by a name: WebAuthn knows
// no addresses.
func StartNamed(t testing.TB, data string, flags ...string) *Server {
	t.Helper()
	addr := FreeAddr(t)
	named := "http://" + strings.Replace(addr, "127.0.0.1", "localhost", 1)
	s := startAt(t, data, addr, nil, append([]string{"--public-url", named}, flags...))
	s.URL = named
	return s
}

func startAt(t testing.TB, data, addr string, under, flags []string) *Server {
	t.Helper()
	s := &Server{Data: data, Temp: t.TempDir(), log: &logBuffer{}}
	s.URL = "http://" + addr
	s.line = slices.Concat(under, []string{Binary(t), "serve", "--data", data, "--listen", addr, "--ops-listen", ""}, flags)
	s.start(t)
	t.Cleanup(func() {
		s.Kill()
		if race && strings.Contains(s.Log(), "WARNING: DATA RACE") {
			t.Errorf("a data race in the server:\n%s", s.Log())
		}
	})
	return s
}

// Restart starts a server that was killed or stopped again.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.start(t)
}

func (s *Server) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command(s.line[0], s.line[1:]...)
	s.cmd.Env = append(os.Environ(), "TMPDIR="+s.Temp)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.done = make(chan error, 1)
	go func(cmd *exec.Cmd, done chan error) { done <- cmd.Wait() }(s.cmd, s.done)
	ended := false
	if !until(func() bool {
		select {
		case err := <-s.done:
			ended, s.cmd = true, nil
			t.Errorf("the server ended: %v\n%s", err, s.Log())
			return true
		default:
		}
		res, err := Client.Get(s.URL + "/")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	}) {
		t.Fatalf("the server does not answer:\n%s", s.Log())
	}
	if ended {
		t.FailNow()
	}
}

// Kill ends the server as kill -9 does. It may be called twice.
func (s *Server) Kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		<-s.done
		s.cmd = nil
	}
}

// Stop ends the server as SIGTERM does and returns its exit error.
func (s *Server) Stop(t testing.TB) error {
	t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	defer func() { s.cmd = nil }()
	return <-s.done
}

// PID is the process id of the running server.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Log returns what the server printed so far.
func (s *Server) Log() string { return s.log.String() }

// FreeAddr returns a loopback address that nobody listens on.
func FreeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Handler is somebody who reads cases, with the identity that only they have.
type Handler struct {
	Email    string
	Identity crypto.Identity
	File     string // identity file for age -i
}

// AddHandler makes an identity and adds its owner to the queues.
func AddHandler(t testing.TB, data, email string, queues ...string) Handler {
	t.Helper()
	h, err := addHandler(t.TempDir(), data, email, queues...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// AddHandlerAt makes an identity and adds its owner to a queue at an entity.
func AddHandlerAt(t testing.TB, data, email, queue, entity string) Handler {
	t.Helper()
	h, err := addHandler(t.TempDir(), data, email, queue, "--entity="+entity)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// WithHandlers starts a server whose three queues each have a handler.
func WithHandlers(t testing.TB, flags ...string) (*Server, map[string]Handler) {
	t.Helper()
	data, handlers := FilledFolder(t)
	return Start(t, data, flags...), handlers
}

// Client talks HTTP without following redirects or keeping cookies.
var Client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{DialContext: dial(""), MaxIdleConnsPerHost: 128, DisableCompression: true},
}

// logBuffer keeps what a process prints, line by line, for several readers.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Do sends a request and reads the answer.
func Do(t testing.TB, r *http.Request) Response {
	t.Helper()
	res, err := Send(r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Send is Do for use outside the test's goroutine.
func Send(r *http.Request) (Response, error) {
	res, err := Client.Do(r)
	if err != nil {
		return Response{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(bufio.NewReader(res.Body))
	return Response{res.StatusCode, res.Header, string(body)}, err
}
