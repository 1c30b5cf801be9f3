// Package mail sends one mail at a time to an SMTP server, and says in a code what
// went wrong. It connects anew for each: a hotline sends few.
package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"hotline/store/casework"
)

// Security is how a connection is encrypted.
type Security int

const (
	StartTLS Security = iota // begins in the clear and must go on encrypted
	Implicit                 // encrypted from the first byte
	Off                      // in the clear: on this machine alone
)

// DefaultLimit is how long the server may take to connect, and for each answer.
const DefaultLimit = 30 * time.Second

// Server is where mail is handed over, and as whose.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // "": without a login
	Password string
	From     string        // a bare address
	Limit    time.Duration // 0: DefaultLimit
}

// Fault is why a mail was not sent.
type Fault struct {
	Code  string // casework.Fault…
	Reply string // what the server said; "" if it was not the server
	Err   error
}

func (f *Fault) Error() string { return f.Code + ": " + f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }

// Address is the host and the port.
func (s *Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Check connects, encrypts and signs in, and sends nothing.
func (s *Server) Check(ctx context.Context) error {
	return s.with(ctx, func(*smtp.Client) *Fault { return nil })
}

// Send sends a mail, and returns nil once the server has taken it over. An error is a
// *Fault, or that of the context if somebody ended it.
func (s *Server) Send(ctx context.Context, m Message) error {
	content, err := m.written(s.From)
	if err != nil {
		return &Fault{Code: casework.FaultAddress, Err: err}
	}
	return s.with(ctx, func(c *smtp.Client) *Fault {
		utf8, _ := c.Extension("SMTPUTF8")
		c.SkipSMTPUTF8(ascii(m.To))
		if !ascii(m.To) && !utf8 {
			return &Fault{Code: casework.FaultAddress, Err: errors.New("the server takes no address with letters like these")}
		}
		if err := c.Mail("<" + s.From + ">"); err != nil {
			return faultOf(err, casework.FaultRefused)
		}
		if err := c.Rcpt("<" + m.To + ">"); err != nil {
			return faultOf(err, casework.FaultAddress)
		}
		w, err := c.Data()
		if err == nil {
			_, err = w.Write(content)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return faultOf(err, casework.FaultRefused)
		}
		return nil
	})
}

// with connects, encrypts, signs in, and does what there is to do. All of it may take
// twice the limit of one answer.
func (s *Server) with(ctx context.Context, do func(*smtp.Client) *Fault) error {
	limit := cmp.Or(s.Limit, DefaultLimit)
	limited, cancel := context.WithTimeout(ctx, 2*limit)
	defer cancel()
	fault := s.talk(limited, limit, do)
	switch {
	case fault == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		fault.Code, fault.Reply = casework.FaultTimeout, ""
	}
	return fault
}

func (s *Server) talk(ctx context.Context, limit time.Duration, do func(*smtp.Client) *Fault) *Fault {
	dialer := net.Dialer{Timeout: limit}
	raw, err := dialer.DialContext(ctx, "tcp", s.Address())
	if err != nil {
		return faultOf(err, casework.FaultUnreachable)
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.Close() })()
	var conn net.Conn = limitedConn{raw, limit}
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.Security == Implicit {
		encrypted := tls.Client(conn, config)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return faultOf(err, casework.FaultNoTLS)
		}
		conn = encrypted
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return faultOf(err, casework.FaultRefused)
	}
	if err := c.Hello(s.domain()); err != nil {
		return faultOf(err, casework.FaultRefused)
	}
	if s.Security == StartTLS {
		if offered, _ := c.Extension("STARTTLS"); !offered {
			return &Fault{Code: casework.FaultNoTLS, Err: errors.New("the server does not offer STARTTLS")}
		}
		if err := c.StartTLS(config); err != nil {
			return faultOf(err, casework.FaultNoTLS)
		}
	}
	if fault := s.signIn(c); fault != nil {
		return fault
	}
	if fault := do(c); fault != nil {
		return fault
	}
	_ = c.Quit() // the mail is the server's by now
	return nil
}

// domain is what the client calls itself: not the machine, whose name is nobody's
// business, but where the mail is from.
func (s *Server) domain() string {
	return s.From[strings.LastIndexByte(s.From, '@')+1:]
}

// signIn signs in by the best of what the server offers.
func (s *Server) signIn(c *smtp.Client) *Fault {
	if s.User == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	inTheClear := s.Security == Off
	var auth smtp.Auth
	switch {
	case slices.Contains(mechanisms, "SCRAM-SHA-256"):
		auth = smtp.ScramSHA256Auth(s.User, s.Password)
	case slices.Contains(mechanisms, "PLAIN"):
		auth = smtp.PlainAuth("", s.User, s.Password, s.Host, inTheClear)
	case slices.Contains(mechanisms, "LOGIN"):
		auth = smtp.LoginAuth(s.User, s.Password, s.Host, inTheClear)
	case slices.Contains(mechanisms, "CRAM-MD5"):
		auth = smtp.CRAMMD5Auth(s.User, s.Password)
	}
	if auth == nil {
		return &Fault{Code: casework.FaultLogin, Err: errors.New("the server offers no login by name and password")}
	}
	if err := c.Auth(auth); err != nil {
		return faultOf(err, casework.FaultLogin)
	}
	return nil
}

// limitedConn is a connection on which each answer has a limit of time.
type limitedConn struct {
	net.Conn
	limit time.Duration
}

func (c limitedConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c limitedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Replies of the server that mean the same wherever they come.
const (
	replyLoginNeeded  = 530
	replyLoginRefused = 535
)

// faultOf finds the code of an error. permanent is what it means when the server says
// no for good; when it says "not now", that is a refusal.
func faultOf(err error, permanent string) *Fault {
	f := &Fault{Code: permanent, Err: err}
	var reply *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &reply):
		f.Reply = fmt.Sprintf("%d %s", reply.Code, strings.Join(strings.Fields(reply.Msg), " "))
		switch {
		case reply.Code == replyLoginNeeded, reply.Code == replyLoginRefused:
			f.Code = casework.FaultLogin
		case reply.Code < 500:
			f.Code = casework.FaultRefused
		}
	case errors.As(err, &certificate):
		f.Code = casework.FaultCertificate
	case errors.As(err, &network) && network.Timeout():
		f.Code = casework.FaultTimeout
	case permanent == casework.FaultNoTLS:
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Code = casework.FaultUnreachable
	case permanent == casework.FaultAddress, permanent == casework.FaultRefused:
		f.Code = casework.FaultOther
	}
	return f
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}
