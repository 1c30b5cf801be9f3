// Package mailserver starts real SMTP servers in tests, which keep what is sent to
// them and can be told to refuse it.
package mailserver

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options are what a server is like. The zero value offers STARTTLS with a good
// certificate and takes every mail without a login.
type Options struct {
	Implicit bool // TLS from the first byte
	NoTLS    bool // no STARTTLS
	WrongTLS bool // the certificate is for another name
	UTF8     bool // addresses may have letters of every language

	User, Password string // "": no login is asked
}

// Steps of a conversation, at which a server can be told to refuse.
const (
	StepHello     = "hello"
	StepSender    = "sender"
	StepRecipient = "recipient"
	StepContent   = "content" // after it was read
)

// Server is a running SMTP server.
type Server struct {
	Address string // host:port
	options Options

	mu     sync.Mutex
	mails  []Mail
	hellos []string
	answer func(step, address string) error
}

// Mail is one that was taken.
type Mail struct {
	From, To string
	Raw      string
}

// Start starts a server at a free port of this machine. It ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: l.Addr().String(), options: o}
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "mail.example"
	server.AllowInsecureAuth = o.NoTLS
	server.EnableSMTPUTF8 = o.UTF8
	server.ErrorLog = silent{}
	config := &tls.Config{Certificates: []tls.Certificate{certificate(o.WrongTLS)}}
	switch {
	case o.Implicit:
		l = tls.NewListener(l, config)
	case !o.NoTLS:
		server.TLSConfig = config
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(l)
	}()
	t.Cleanup(func() {
		server.Close()
		l.Close() // a server that was closed before it served does not close it
		<-done
	})
	return s
}

// URL is what --smtp says to reach the server as its user.
func (s *Server) URL() string {
	scheme, query, user := "smtp", "", ""
	if s.options.Implicit {
		scheme = "smtps"
	}
	if s.options.NoTLS {
		query = "?tls=off"
	}
	if s.options.User != "" {
		user = s.options.User + "@"
	}
	return scheme + "://" + user + s.Address + query
}

// Port is that of the address.
func (s *Server) Port() int {
	var port int
	fmt.Sscanf(s.Address, "127.0.0.1:%d", &port)
	return port
}

// Answer has a function decide at each step; nil takes everything. An error of Reply
// is what the server says.
func (s *Server) Answer(f func(step, address string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Refuse has the server say the same at a step from now on.
func (s *Server) Refuse(at string, code int, text string) {
	s.Answer(func(step, _ string) error {
		if step == at {
			return Reply(code, text)
		}
		return nil
	})
}

// Reply is an answer of a server.
func Reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

// Mails returns what was taken so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Hellos returns what clients called themselves.
func (s *Server) Hellos() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.hellos)
}

func (s *Server) decide(step, address string) error {
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		return nil
	}
	return answer(step, address)
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.hellos = append(s.hellos, c.Hostname())
	s.mu.Unlock()
	if err := s.decide(StepHello, ""); err != nil {
		return nil, err
	}
	return &session{server: s}, nil
}

type session struct {
	server   *Server
	mail     Mail
	signedIn bool
}

func (s *session) AuthMechanisms() []string {
	if s.server.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.options.User || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.options.User != "" && !s.signedIn {
		return Reply(530, "Authentication required")
	}
	s.mail.From = from
	return s.server.decide(StepSender, from)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.mail.To != "" {
		return Reply(452, "one recipient")
	}
	s.mail.To = to
	return s.server.decide(StepRecipient, to)
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Raw = string(content)
	if err := s.server.decide(StepContent, s.mail.To); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

func (s *session) Reset()        { s.mail = Mail{} }
func (s *session) Logout() error { return nil }

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Raw starts a server that says a greeting, or nothing if it is "", and then listens
// for ever. It returns its address.
func Raw(t testing.TB, greeting string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() {
				io.WriteString(c, greeting)
				io.Copy(io.Discard, c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return l.Addr().String()
}

// Read takes a mail apart: its headers with their words decoded, and its text.
func (m Mail) Read(t testing.TB) (header mail.Header, text string) {
	t.Helper()
	parsed, err := mail.ReadMessage(strings.NewReader(m.Raw))
	if err != nil {
		t.Fatalf("not a mail: %v\n%s", err, m.Raw)
	}
	words := &mime.WordDecoder{}
	for _, values := range parsed.Header {
		for i, v := range values {
			if values[i], err = words.DecodeHeader(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if parsed.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
		t.Fatalf("the text is in another encoding:\n%s", m.Raw)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return parsed.Header, string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
}
