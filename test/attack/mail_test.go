package attack

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

// mailed starts a server whose three queues one handler reads, who gets mail every
// second.
func mailed(t *testing.T, post *mailserver.Server, password string, flags ...string) *rig.Server {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	rig.AddHandler(t, data, "aiko@desk.example", "hr", "compliance", "procurement", "independent")
	rig.AddEntities(t, data, casework.Entity{Code: "osaka", Name: "Osaka Works"})
	t.Setenv("SSL_CERT_FILE", mailserver.Authority(t))
	flags = append(flags, "--limits", "off", "--organization", "Kitano Instruments", "--smtp", post.URL(), "--mail-from", "desk@hotline.example", "--mail-window", "1s")
	if password != "" {
		file := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		flags = append(flags, "--smtp-password-file", file)
	}
	return rig.Start(t, data, flags...)
}

// A mail comes for what a reporter does, and is the same whatever it was: nothing of
// the report, the queue, the company or the organisation is in it.
func TestMailTellsNothing(t *testing.T) {
	post := mailserver.Start(t, mailserver.Options{User: "desk", Password: "secret"})
	s := mailed(t, post, "secret")
	c := canaries{}
	receipt := s.Report(t, "en", []rig.Field{
		{Name: "kind", Value: "consultation"}, {Name: "category", Value: "bribery"}, {Name: "entity", Value: "osaka"}, {Name: "relationship", Value: "employee"},
		{Name: "text", Value: c.text("text")}, {Name: "where", Value: c.text("place")}, {Name: "identity", Value: "desk"}, {Name: "name", Value: c.text("name")},
	})
	c.receipt(t, receipt)
	c["case"] = s.CaseID(t, receipt)
	rig.Until(t, "a mail of the report", func() bool { return len(post.Mails()) == 1 })
	s.PostFields(t, "/en/follow-up/message", rig.Field{Name: "form", Value: s.FormToken(t, "/en/follow-up")},
		rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: c.text("message")})
	rig.Until(t, "a mail of the message", func() bool { return len(post.Mails()) == 2 })
	c["second case"] = s.CaseID(t, s.Report(t, "ja", []rig.Field{{Name: "text", Value: c.text("danger")}, {Name: "danger", Value: "yes"}}))
	rig.Until(t, "a mail of danger", func() bool { return len(post.Mails()) == 3 })

	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Languages {
		for _, q := range casework.Queues {
			c[l.Code+" queue "+string(q)] = texts.Texts(l.Code).T("queue." + string(q))
		}
		c[l.Code+" category"] = texts.Texts(l.Code).T("category.bribery")
		c[l.Code+" kind"] = texts.Texts(l.Code).T("kind.consultation")
	}
	c["entity"], c["its code"], c["organisation"] = "Osaka", "osaka", "Kitano"
	mails := post.Mails()
	for i, m := range mails {
		header, text := m.Read(t)
		c.search(t, fmt.Sprint("mail ", i, " as it was sent"), []byte(m.Raw))
		c.search(t, fmt.Sprint("the text of mail ", i), []byte(text))
		c.search(t, fmt.Sprint("the headers of mail ", i), []byte(fmt.Sprint(header)))
		if m.To != "aiko@desk.example" || !strings.Contains(text, s.URL+"/ja/desk/") {
			t.Errorf("mail to %s:\n%s", m.To, text)
		}
		for _, changing := range []string{"Date", "Message-Id"} {
			delete(header, changing)
		}
		first, firstText := mails[0].Read(t)
		delete(first, "Date")
		delete(first, "Message-Id")
		if fmt.Sprint(header) != fmt.Sprint(first) || text != firstText {
			t.Errorf("mail %d is another than the first:\n%s\n\n%s", i, m.Raw, mails[0].Raw)
		}
	}
	if strings.Contains(s.Log(), "mail") || strings.Contains(s.Log(), "aiko") {
		t.Errorf("the log tells of mail that was sent:\n%s", s.Log())
	}
	if err := s.Stop(t); err != nil {
		t.Error(err)
	}
	if s.Restart(t); s.Count(t, `SELECT count(*) FROM notices`) != 0 {
		t.Error("notices are left")
	}
}

// Mail that cannot be sent makes a server no less ready for reports; those who run it
// see that it fails, and the log does not say for whom.
func TestMailFails(t *testing.T) {
	post := mailserver.Start(t, mailserver.Options{})
	post.Refuse(mailserver.StepRecipient, 550, "no aiko@desk.example here")
	ops := rig.FreeAddr(t)
	s := mailed(t, post, "", "--ops-listen", ops)
	ask := func(path string) rig.Response {
		r, err := http.NewRequest(http.MethodGet, "http://"+ops+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return rig.Do(t, r)
	}
	if r := ask("/readyz"); r.Status != http.StatusOK || r.Body != "ready\n" {
		t.Errorf("before: %d %q", r.Status, r.Body)
	}
	if m := ask("/metrics").Body; !strings.Contains(m, "\nhotline_notices_failing 0\n") {
		t.Errorf("before:\n%s", m)
	}
	s.Report(t, "en", []rig.Field{{Name: "text", Value: "something"}})
	rig.Until(t, "a failure that is shown", func() bool { return strings.Contains(ask("/readyz").Body, "mail: failing") })
	if r := ask("/readyz"); r.Status != http.StatusOK || r.Body != "ready\nmail: failing\n" {
		t.Errorf("%d %q", r.Status, r.Body)
	}
	if m := ask("/metrics").Body; !strings.Contains(m, "\nhotline_notices_failing 1\n") {
		t.Errorf("metrics:\n%s", m)
	}
	rig.Until(t, "a line of the log", func() bool { return strings.Contains(s.Log(), `msg="mail could not be sent" fault=address`) })
	if strings.Contains(s.Log(), "aiko") {
		t.Errorf("log:\n%s", s.Log())
	}
	out, err := rig.Try(t, "doctor", "--data", s.Data, "--smtp", post.URL(), "--mail-from", "desk@hotline.example")
	if err == nil || !strings.Contains(out, "hotline: aiko@desk.example could not be told that there is something new, since ") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
}
