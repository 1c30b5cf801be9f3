package cli

import (
	"cmp"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"hotline/server/mail"
	"hotline/store/casework"
)

// The ports of a mail server that are used where --smtp names none.
const (
	portStartTLS = 587
	portImplicit = 465
)

// MailServer is what --smtp and the flags beside it say, or nil where there is no mail.
func (c *Config) MailServer() (*mail.Server, error) {
	if c.SMTP == "" {
		if c.MailFrom != "" || c.SMTPPasswordFile != "" {
			return nil, Misused("name it with --smtp, like smtp://USER@mail.example.org", "There are flags for mail, but no mail server.")
		}
		return nil, nil
	}
	s, err := parseSMTP(c.SMTP)
	if err != nil {
		return nil, err
	}
	if s.From = c.MailFrom; !mail.ValidSender(s.From) {
		if s.From == "" {
			return nil, Misused("give the address that mail is from with --mail-from", "--smtp needs --mail-from.")
		}
		return nil, Misused("use a bare address without a name, like desk@example.org", "--mail-from %q is not an address.", s.From)
	}
	switch {
	case s.User != "" && c.SMTPPasswordFile == "":
		return nil, Misused("give the file with the password with --smtp-password-file", "--smtp names a user, but there is no password.")
	case s.User == "" && c.SMTPPasswordFile != "":
		return nil, Misused("name the user in --smtp, like smtp://USER@mail.example.org", "--smtp-password-file is of no use: --smtp names no user.")
	case s.User != "":
		s.Password, err = readPassword(c.SMTPPasswordFile)
	}
	return s, err
}

// parseSMTP reads smtp[s]://[user@]host[:port][?tls=starttls|off]. It may hold a
// password, so nothing of it is repeated.
func parseSMTP(text string) (*mail.Server, error) {
	u, err := url.Parse(text)
	wrong := Misused("use smtp://USER@HOST:PORT, smtps:// for a server that encrypts from the first byte, or without USER@ and :PORT", "--smtp is not the address of a mail server.")
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return nil, wrong
	}
	if _, has := u.User.Password(); has {
		return nil, Misused("put it into a file, which --smtp-password-file names", "--smtp holds a password, which other users of this machine can see.")
	}
	s := &mail.Server{Host: u.Hostname(), Port: portStartTLS, User: u.User.Username()}
	if u.Scheme == "smtps" {
		s.Port, s.Security = portImplicit, mail.Implicit
	}
	if text := u.Port(); text != "" {
		if s.Port, err = strconv.Atoi(text); err != nil || s.Port < 1 || s.Port > 65535 {
			return nil, wrong
		}
	}
	query, err := url.ParseQuery(u.RawQuery)
	choice := query.Get("tls")
	if err != nil || len(query) > 1 || len(query) == 1 && (choice != "starttls" && choice != "off" || u.Scheme == "smtps") {
		return nil, Misused("use tls=starttls or tls=off with smtp://; smtps:// is encrypted anyway", "What --smtp says after the question mark is not known.")
	}
	if choice == "off" {
		if !thisMachine(s.Host) {
			return nil, Misused("leave tls=off out: it is for a server on this machine", "--smtp with tls=off would send mail to %s in the clear.", s.Host)
		}
		s.Security = mail.Off
	}
	return s, nil
}

func thisMachine(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}

// readPassword reads the only line of a file.
func readPassword(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	password := strings.TrimRight(string(content), "\r\n")
	switch {
	case password == "":
		return "", Failed("write the password into it", "%s is empty.", path)
	case strings.ContainsAny(password, "\r\n\x00"):
		return "", Failed("write the password into it, and nothing else", "%s holds more than one line.", path)
	}
	return password, nil
}

// CheckAddress returns an error where what a flag says is no address that mail can go to.
func CheckAddress(flag, address string) error {
	if !mail.ValidAddress(address) {
		return Misused("use a bare address without a name, like you@example.org", "%s %q is not an address.", flag, address)
	}
	return nil
}

// PasswordExposed reports whether other users of this machine can read the password
// of the mail server.
func (c *Config) PasswordExposed() bool {
	if c.SMTPPasswordFile == "" {
		return false
	}
	info, err := os.Stat(c.SMTPPasswordFile)
	return err == nil && info.Mode().Perm()&0o077 != 0
}

// mailFaults lists what is wrong with the flags of mail.
func (c *Config) mailFaults() (all []*Fault) {
	if _, err := c.MailServer(); err != nil {
		all = append(all, Explain(err))
	}
	if c.MailWindow < time.Second {
		all = append(all, Misused("use 1s or more, like 30m", "--mail-window %s is too short.", c.MailWindow))
	}
	return all
}

// MailFault says why a mail server did not do what it should, and what can be done.
func MailFault(s *mail.Server, to string, err error) *Fault {
	var f *mail.Fault
	if !errors.As(err, &f) {
		return Explain(err)
	}
	at := s.Address()
	said := ""
	if f.Reply != "" {
		said = " It said: " + f.Reply
	}
	failed := func(hint, sentence string, args ...any) *Fault {
		return Failed(hint, sentence+"%s", append(args, said)...).Because(err)
	}
	switch f.Code {
	case casework.FaultUnreachable:
		return failed("see that name and port of --smtp are right, and that no firewall is in between", "The mail server %s cannot be reached.", at)
	case casework.FaultTimeout:
		return failed("see that the port of --smtp is right: most often 465 goes with smtps://, 587 with smtp://", "The mail server %s does not answer in time.", at)
	case casework.FaultCertificate:
		return failed("use the name that the certificate is for; SSL_CERT_FILE names a file of further authorities", "The certificate of the mail server %s is not valid: %s.", at, f.Err.Error())
	case casework.FaultNoTLS:
		if s.Security == mail.Implicit {
			return failed("use smtp://, which begins in the clear and goes on encrypted", "The mail server %s does not encrypt from the first byte.", at)
		}
		return failed("use smtps:// where it encrypts from the first byte, most often at port 465", "The mail server %s offers no encryption (STARTTLS).", at)
	case casework.FaultLogin:
		return failed("see the user in --smtp and the password in --smtp-password-file; some providers want a password for programs", "The mail server %s does not accept the login.", at)
	case casework.FaultAddress:
		return failed("see that the address is right", "The mail server %s does not accept the address %s.", at, cmp.Or(to, s.From))
	case casework.FaultRefused:
		return failed("see what it said, and that it takes mail from "+s.From+" (--mail-from)", "The mail server %s does not take the mail.", at)
	}
	return Failed("try again, and see the log of the mail server", "The mail server %s answered in a way that is not understood: %s.", at, f.Err.Error()).Because(err)
}
