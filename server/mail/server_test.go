package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"hotline/server/mail"
	"hotline/store/casework"
	"hotline/test/rig/mailserver"
)

func TestMain(m *testing.M) {
	if err := mailserver.Trust(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// client returns what reaches a test server as it wants to be reached.
func client(s *mailserver.Server, o mailserver.Options) *mail.Server {
	c := &mail.Server{Host: "127.0.0.1", Port: s.Port(), From: "desk@hotline.example", User: o.User, Password: o.Password}
	switch {
	case o.Implicit:
		c.Security = mail.Implicit
	case o.NoTLS:
		c.Security = mail.Off
	}
	return c
}

var boundary = time.Date(2026, 11, 30, 10, 30, 0, 0, time.FixedZone("", 9*3600))

func message(to string) mail.Message {
	return mail.Message{To: to, Subject: "お知らせがあります", Body: "お知らせがあります。\n\nhttps://hotline.example/ja/desk/\n", Date: boundary}
}

func TestSend(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]mailserver.Options{
		"STARTTLS":              {},
		"TLS":                   {Implicit: true},
		"in the clear":          {NoTLS: true},
		"login":                 {User: "desk", Password: "päss word"},
		"login, TLS":            {User: "desk@hotline.example", Password: "secret", Implicit: true},
		"login in the clear":    {User: "desk", Password: "secret", NoTLS: true},
		"letters in an address": {UTF8: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailserver.Start(t, o)
			c := client(s, o)
			to := "aiko@example.org"
			if o.UTF8 {
				to = "愛子@example.org"
			}
			if err := c.Check(t.Context()); err != nil || len(s.Mails()) != 0 {
				t.Fatalf("checked: %v, %d mails", err, len(s.Mails()))
			}
			if err := c.Send(t.Context(), message(to)); err != nil {
				t.Fatal(err)
			}
			mails := s.Mails()
			if len(mails) != 1 || mails[0].From != c.From || mails[0].To != to {
				t.Fatalf("%d mails: %+v", len(mails), mails)
			}
			checkHeaders(t, mails[0], to)
			for _, hello := range s.Hellos() {
				if hello != "hotline.example" {
					t.Errorf("the client calls itself %q", hello)
				}
			}
		})
	}
}

// checkHeaders wants what a mail needs and nothing that tells of machine, program or
// present.
func checkHeaders(t *testing.T, m mailserver.Mail, to string) {
	t.Helper()
	header, text := m.Read(t)
	for name, want := range map[string]string{
		"From": "<desk@hotline.example>", "To": "<" + to + ">", "Subject": "お知らせがあります", "Date": "Mon, 30 Nov 2026 01:30:00 +0000",
		"Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8",
		"Mime-Version": "1.0", "Content-Transfer-Encoding": "quoted-printable", "Message-Id": header.Get("Message-Id"),
	} {
		if values := header[name]; len(values) != 1 || values[0] != want {
			t.Errorf("%s: %q, want %q", name, values, want)
		}
	}
	if len(header) != 9 {
		t.Errorf("%d headers: %v", len(header), header)
	}
	if text != message(to).Body {
		t.Errorf("text: %q", text)
	}
	id := header.Get("Message-Id")
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if len(id) != len("<@hotline.example>")+32 || !strings.HasSuffix(id, "@hotline.example>") || strings.Contains(m.Raw, host) {
		t.Errorf("Message-ID %q on %q", id, host)
	}
}

// faultCase is a server with which something is wrong, and what is said of it.
type faultCase struct {
	server *mail.Server
	code   string
	reply  string // begins what the server said
}

func faultCases(t *testing.T) map[string]faultCase {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := free.Addr().String()
	free.Close()
	started := func(o mailserver.Options, refuse ...func(*mailserver.Server)) *mail.Server {
		s := mailserver.Start(t, o)
		for _, f := range refuse {
			f(s)
		}
		return client(s, o)
	}
	at := func(address string) *mail.Server {
		host, port, _ := net.SplitHostPort(address)
		n, _ := strconv.Atoi(port)
		return &mail.Server{Host: host, Port: n, From: "desk@hotline.example", Limit: 100 * time.Millisecond}
	}
	refusing := func(step string, code int) func(*mailserver.Server) {
		return func(s *mailserver.Server) { s.Refuse(step, code, "not today") }
	}
	wrongPassword := started(mailserver.Options{User: "desk", Password: "secret"})
	wrongPassword.Password = "wrong"
	noLogin := started(mailserver.Options{User: "desk", Password: "secret"})
	noLogin.User = ""
	loginNotOffered := started(mailserver.Options{})
	loginNotOffered.User = "desk"
	implicit := started(mailserver.Options{})
	implicit.Security = mail.Implicit
	silentTLS := at(mailserver.Raw(t, ""))
	silentTLS.Security = mail.Implicit
	return map[string]faultCase{
		"nobody listens":            {at(nobody), casework.FaultUnreachable, ""},
		"no such host":              {&mail.Server{Host: "nowhere.invalid", Port: 25, From: "a@b.example"}, casework.FaultUnreachable, ""},
		"silence":                   {at(mailserver.Raw(t, "")), casework.FaultTimeout, ""},
		"silence after a greeting":  {at(mailserver.Raw(t, "220 hello\r\n")), casework.FaultTimeout, ""},
		"silence instead of TLS":    {silentTLS, casework.FaultTimeout, ""},
		"refused at once":           {at(mailserver.Raw(t, "554 no mail here\r\n")), casework.FaultRefused, "554 no mail here"},
		"another protocol":          {at(mailserver.Raw(t, "HTTP/1.1 400 Bad Request\r\n")), casework.FaultOther, ""},
		"certificate of another":    {started(mailserver.Options{WrongTLS: true}), casework.FaultCertificate, ""},
		"certificate, implicit":     {started(mailserver.Options{WrongTLS: true, Implicit: true}), casework.FaultCertificate, ""},
		"no STARTTLS":               {asStartTLS(started(mailserver.Options{NoTLS: true})), casework.FaultNoTLS, ""},
		"no TLS at first":           {implicit, casework.FaultNoTLS, ""},
		"wrong password":            {wrongPassword, casework.FaultLogin, "535 5.7.8 Authentication failed"},
		"no login given":            {noLogin, casework.FaultLogin, "530 Authentication required"},
		"no login offered":          {loginNotOffered, casework.FaultLogin, ""},
		"hello refused":             {started(mailserver.Options{}, refusing(mailserver.StepHello, 554)), casework.FaultRefused, "554 not today"},
		"sender refused":            {started(mailserver.Options{}, refusing(mailserver.StepSender, 553)), casework.FaultRefused, "553 not today"},
		"recipient refused":         {started(mailserver.Options{}, refusing(mailserver.StepRecipient, 550)), casework.FaultAddress, "550 not today"},
		"recipient refused for now": {started(mailserver.Options{}, refusing(mailserver.StepRecipient, 451)), casework.FaultRefused, "451 not today"},
		"content refused":           {started(mailserver.Options{}, refusing(mailserver.StepContent, 554)), casework.FaultRefused, "554 not today"},
		"content refused for now":   {started(mailserver.Options{}, refusing(mailserver.StepContent, 451)), casework.FaultRefused, "451 not today"},
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range faultCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.server.Send(context.Background(), message("aiko@example.org"))
			var f *mail.Fault
			if !errors.As(err, &f) {
				t.Fatal(err)
			}
			if f.Code != test.code || !strings.HasPrefix(f.Reply, test.reply) || (f.Reply == "") != (test.reply == "") {
				t.Errorf("%v, %q, want %s %q", err, f.Reply, test.code, test.reply)
			}
		})
	}
}

func asStartTLS(s *mail.Server) *mail.Server {
	s.Security = mail.StartTLS
	return s
}

// A server that refuses for now takes the next attempt.
func TestRefusedForNow(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t, mailserver.Options{})
	tries := 0
	s.Answer(func(step, _ string) error {
		if step != mailserver.StepRecipient {
			return nil
		}
		if tries++; tries == 1 {
			return mailserver.Reply(450, "greylisted")
		}
		return nil
	})
	c := client(s, mailserver.Options{})
	if err := c.Send(t.Context(), message("aiko@example.org")); err == nil || len(s.Mails()) != 0 {
		t.Fatalf("%v, %d mails", err, len(s.Mails()))
	}
	if err := c.Send(t.Context(), message("aiko@example.org")); err != nil || len(s.Mails()) != 1 {
		t.Fatalf("%v, %d mails", err, len(s.Mails()))
	}
}

// Whoever ends the context is no fault of the server.
func TestSendEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	s := mailserver.Start(t, mailserver.Options{})
	s.Answer(func(step, _ string) error {
		if step == mailserver.StepRecipient {
			cancel()
			<-ctx.Done()
		}
		return nil
	})
	var f *mail.Fault
	if err := client(s, mailserver.Options{}).Send(ctx, message("aiko@example.org")); !errors.Is(err, context.Canceled) || errors.As(err, &f) {
		t.Error(err)
	}
}

// What stands in an address becomes no header, command or second recipient.
func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t, mailserver.Options{UTF8: true})
	c := client(s, mailserver.Options{})
	for _, to := range []string{
		"", "aiko", "@example.org", "aiko@", "a@example.org\r\nBcc: b@example.org", "a@example.org\nSubject: x", "a@example.org>\r\nRCPT TO:<b@example.org",
		"a@example.org,b@example.org", "Aiko <a@example.org>", "a@example.org ", "a b@example.org", `"a\r\nb"@example.org`, "a@example.org\x00", "<a@example.org>", "a@exam\u2028ple.org",
	} {
		var f *mail.Fault
		if err := c.Send(t.Context(), message(to)); !errors.As(err, &f) || f.Code != casework.FaultAddress {
			t.Errorf("%q: %v", to, err)
		}
	}
	c.From = "desk@hotline.example\r\nBcc: x@example.org"
	if err := c.Send(t.Context(), message("aiko@example.org")); err == nil {
		t.Error("a sender of two lines was taken")
	}
	if len(s.Hellos()) != 0 || len(s.Mails()) != 0 {
		t.Errorf("%d connections, %d mails", len(s.Hellos()), len(s.Mails()))
	}
}

// Letters that the server does not take are the address's fault.
func TestAddressWithoutUTF8(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t, mailserver.Options{})
	var f *mail.Fault
	if err := client(s, mailserver.Options{}).Send(t.Context(), message("愛子@example.org")); !errors.As(err, &f) || f.Code != casework.FaultAddress || len(s.Mails()) != 0 {
		t.Error(err)
	}
}
