package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

// What `hotline mail test` and the doctor say of a mail server.
func TestMailCommands(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", mailserver.Authority(t))
	data, _ := rig.FilledFolder(t)
	file := filepath.Join(t.TempDir(), "password")
	write := func(content string) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret\n")
	good := mailserver.Start(t, mailserver.Options{Implicit: true, User: "desk@hotline.example", Password: "secret"})
	login := []string{"--data", data, "--smtp", good.URL(), "--mail-from", "desk@hotline.example", "--smtp-password-file", file}

	out, err := rig.Try(t, append([]string{"mail", "test", "--to", "me@example.org"}, login...)...)
	if err != nil || out != "The mail server "+good.Address+" has taken the mail to me@example.org. See that it arrives, and not as spam.\n" {
		t.Fatalf("%v\n%s", err, out)
	}
	header, text := good.Mails()[0].Read(t)
	if header.Get("Subject") != "お知らせがあります" || !strings.Contains(text, "http://127.0.0.1:8080/ja/desk/") || !strings.Contains(text, "テスト") {
		t.Errorf("%v\n%s", header, text)
	}
	out, err = rig.Try(t, append([]string{"doctor"}, login...)...)
	if err != nil || !strings.HasSuffix(out, "All is well.\n") || strings.Contains(out, "mail") || len(good.Mails()) != 1 {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	out, err = rig.Try(t, "doctor", "--data", data)
	if err != nil || !strings.Contains(out, "note: no mail is configured") {
		t.Errorf("doctor without mail: %v\n%s", err, out)
	}

	write("wrong")
	out, err = rig.Try(t, append([]string{"doctor"}, login...)...)
	if err == nil || !strings.Contains(out, "does not accept the login. It said: 535") {
		t.Errorf("doctor, wrong password: %v\n%s", err, out)
	}
	for content, want := range map[string]string{"\n": "is empty.", "one\ntwo\n": "holds more than one line."} {
		write(content)
		if out, err := rig.Try(t, append([]string{"mail", "test", "--to", "me@example.org"}, login...)...); err == nil || !strings.Contains(out, want) {
			t.Errorf("%q: %v\n%s", content, err, out)
		}
	}
	write("secret")
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	out, err = rig.Try(t, append([]string{"doctor"}, login...)...)
	if err == nil || !strings.Contains(out, "Other users of this machine can reach "+file) {
		t.Errorf("doctor, a password for all: %v\n%s", err, out)
	}
}

// What is wrong with flags or with a mail server is told in a sentence and a hint.
func TestMailFaults(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", mailserver.Authority(t))
	data, _ := rig.FilledFolder(t)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := mailserver.Start(t, mailserver.Options{NoTLS: true})
	wrong := mailserver.Start(t, mailserver.Options{WrongTLS: true})
	refuses := mailserver.Start(t, mailserver.Options{})
	refuses.Refuse(mailserver.StepRecipient, 550, "unknown\x1b[31m mailbox")
	closed := "smtp://" + rig.FreeAddr(t)
	from := []string{"--mail-from", "desk@hotline.example"}
	with := func(url string, more ...string) []string {
		return append(append([]string{"--data", data, "--smtp", url}, from...), more...)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no mail":              {[]string{"--data", data}, "No mail is configured."},
		"unreachable":          {with(closed), "cannot be reached."},
		"no STARTTLS":          {with(strings.TrimSuffix(plain.URL(), "?tls=off")), "offers no encryption (STARTTLS)."},
		"certificate":          {with(wrong.URL()), "The certificate of the mail server " + wrong.Address + " is not valid: "},
		"address refused":      {with(refuses.URL()), "does not accept the address me@example.org. It said: 550 unknown"},
		"scheme":               {with("http://mail.example.org"), "--smtp is not the address of a mail server."},
		"port":                 {with("smtp://mail.example.org:99999"), "--smtp is not the address of a mail server."},
		"password in it":       {with("smtp://me:hunter2@mail.example.org"), "--smtp holds a password"},
		"in the clear":         {with("smtp://mail.example.org?tls=off"), "would send mail to mail.example.org in the clear."},
		"unknown choice":       {with("smtp://mail.example.org?tls=maybe"), "after the question mark"},
		"choice of smtps":      {with("smtps://mail.example.org?tls=off"), "after the question mark"},
		"no password":          {with("smtp://me@mail.example.org"), "names a user, but there is no password."},
		"no user":              {with("smtp://mail.example.org", "--smtp-password-file", file), "--smtp names no user."},
		"no file":              {with("smtp://me@mail.example.org", "--smtp-password-file", file+"x"), "no such file or directory"},
		"no sender":            {[]string{"--data", data, "--smtp", closed}, "--smtp needs --mail-from."},
		"sender with a name":   {[]string{"--data", data, "--smtp", closed, "--mail-from", "Desk <a@b.example>"}, "is not an address."},
		"no server":            {append([]string{"--data", data}, from...), "There are flags for mail, but no mail server."},
		"window":               {with(closed, "--mail-window", "999ms"), "--mail-window 999ms is too short."},
		"address of two lines": {with(plain.URL(), "--to", "a@example.org\r\nBcc: b@example.org"), "is not an address."},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := rig.Try(t, append([]string{"mail", "test", "--to", "me@example.org"}, test.args...)...)
			if err == nil || !strings.HasPrefix(out, "hotline: ") || !strings.Contains(out, test.want) || !strings.Contains(out, "\nhint: ") {
				t.Errorf("%v\n%s\nwant %q", err, out, test.want)
			}
			if strings.Contains(out, "hunter2") || strings.Contains(out, "\x1b") {
				t.Errorf("a password or a control character is shown: %q", out)
			}
		})
	}
}
