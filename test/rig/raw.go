package rig

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for an answer that must come at all. Nothing
// is judged by being fast.
const patience = stall * time.Second

// Addr is the server's address, "127.0.0.1:12345".
func (s *Server) Addr() string { return strings.TrimPrefix(s.URL, "http://") }

// Dial opens a connection. It ends with the test.
func (s *Server) Dial(t testing.TB) net.Conn {
	t.Helper()
	return s.DialFrom(t, "127.0.0.1")
}

// DialFrom is Dial from another address of this machine, for example 127.0.0.2.
func (s *Server) DialFrom(t testing.TB, ip string) net.Conn {
	t.Helper()
	c, err := dial(ip)(t.Context(), "tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// Raw sends bytes as they are, ends the sending, and returns every answer until
// the server closes the connection.
func (s *Server) Raw(t testing.TB, request string) []Response {
	t.Helper()
	return RawOn(t, s.Dial(t), request)
}

// RawOn is Raw on a new connection.
func RawOn(t testing.TB, c net.Conn, request string) []Response {
	t.Helper()
	// The server may close before it has read everything.
	_, _ = io.WriteString(c, request)
	_ = c.(movingConn).CloseWrite()
	method, _, _ := strings.Cut(request, " ")
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(c)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Fatalf("the server keeps the connection open after\n%.2000s", raw)
	}
	return parseAnswers(t, raw, method)
}

// Answer reads one answer of a connection that may stay open, and nothing after
// it.
func Answer(t testing.TB, c net.Conn) Response {
	t.Helper()
	res, err := ReadAnswer(c)
	if err != nil {
		t.Fatalf("reading an answer: %v", err)
	}
	return res
}

// ReadAnswer is Answer for use outside the test's goroutine.
func ReadAnswer(c net.Conn) (Response, error) {
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return Response{}, err
	}
	return readAnswer(bufio.NewReader(c), "")
}

// parseAnswers splits what a server sent; method is that of the first request.
func parseAnswers(t testing.TB, raw []byte, method string) (all []Response) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(raw))
	for ; ; method = "" {
		if _, err := r.Peek(1); err != nil {
			return all
		}
		res, err := readAnswer(r, method)
		if err == io.ErrUnexpectedEOF && bytes.HasSuffix(raw, []byte(" 100 Continue\r\n\r\n")) {
			return all // asked for a body that never came
		}
		if err != nil {
			t.Fatalf("an answer that is none: %v\n%.2000s", err, raw)
		}
		all = append(all, res)
	}
}

// readAnswer skips "100 Continue".
func readAnswer(r *bufio.Reader, method string) (Response, error) {
	request := &http.Request{Method: method}
	res, err := http.ReadResponse(r, request)
	for err == nil && res.StatusCode == http.StatusContinue {
		res, err = http.ReadResponse(r, request)
	}
	if err != nil {
		return Response{}, err
	}
	body, err := io.ReadAll(res.Body)
	if res.Close {
		res.Header.Set("Connection", "close") // net/http takes it out
	}
	return Response{res.StatusCode, res.Header, string(body)}, err
}

// ClientFrom returns a client that comes from another address of this machine.
func ClientFrom(t testing.TB, ip string) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: dial(ip), DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{CheckRedirect: Client.CheckRedirect, Transport: transport}
}

// SendBy is Send by another client.
func SendBy(client *http.Client, r *http.Request) (Response, error) {
	res, err := client.Do(r)
	if err != nil {
		return Response{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return Response{res.StatusCode, res.Header, string(body)}, err
}

// HasRead reports whether the server's process has read all that was sent to it
// over a connection so far, or has closed its end.
func (s *Server) HasRead(t testing.TB, c net.Conn) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	// Its end of the connection: local address, ours, state, queues.
	ends := fmt.Sprintf(" 0100007F:%04X 0100007F:%04X ", c.RemoteAddr().(*net.TCPAddr).Port, c.LocalAddr().(*net.TCPAddr).Port)
	_, line, found := strings.Cut(string(table), ends)
	state, queues, _ := strings.Cut(line, " ")
	_, received, _ := strings.Cut(queues, ":") // behind what it has sent and nobody took
	return found && (state != "01" || strings.HasPrefix(received, "00000000"))
}

// Flood sends requests from an address over one connection, without waiting for
// answers, and returns them in order: a busy machine does not make it less of a
// flood. There are fewer if the server closed the connection.
func (s *Server) Flood(t testing.TB, ip string, requests ...*http.Request) (answers []Response) {
	t.Helper()
	c := s.DialFrom(t, ip)
	go func() {
		for _, r := range requests {
			if r.Write(c) != nil {
				return
			}
		}
	}()
	from := bufio.NewReader(c)
	for range requests {
		res, err := readAnswer(from, "")
		if err != nil {
			break
		}
		answers = append(answers, res)
	}
	return answers
}

// FloodUntil makes floods until there is an answer with this status, and returns
// all answers. A flood is nothing where the machine is so busy that what a limit
// allows comes back faster.
func (s *Server) FloodUntil(t testing.TB, ip string, status int, flood func() []*http.Request) (answers []Response) {
	t.Helper()
	for range 20 {
		answers = append(answers, s.Flood(t, ip, flood()...)...)
		if slices.ContainsFunc(answers, func(res Response) bool { return res.Status == status }) {
			return answers
		}
	}
	t.Fatalf("%d answers, none of them %d", len(answers), status)
	return nil
}
