package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/crypto"
	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

// page is a page of the desk, read.
func page(t *testing.T, d *rig.Desk, path string) *goquery.Document {
	t.Helper()
	res := d.Get(t, path)
	if res.Status != http.StatusOK {
		t.Fatalf("%s: %d\n%s", path, res.Status, res.Body)
	}
	return read(t, res)
}

func read(t *testing.T, res rig.Response) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(res.Body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// chosen is what the form of the account says that a handler chose.
func chosen(doc *goquery.Document) string {
	value := func(selector string) string { return doc.Find("#notify-part "+selector).AttrOr("value", "") }
	return value("input[name=notify][checked]") + " " + value("#notify_hour option[selected]") + " " + value("#notify_language option[selected]")
}

// A handler chooses when mail comes, at which hour and in which language.
func TestChoiceOfMail(t *testing.T) {
	t.Parallel()
	s, admin, handler := withDesk(t, "--limits", "off")
	const account, form = "/en/desk/account", "/en/desk/account/notify"
	if got := chosen(page(t, handler, account)); got != "window 8 en" {
		t.Errorf("before anything was chosen the form says %q", got)
	}
	for _, c := range []struct {
		what   string
		fields url.Values
		field  string // that is wrong
		kept   string
	}{
		{"nothing", url.Values{}, "notify", "  "},
		{"a time that there is not", url.Values{"notify": {"hourly"}, "notify_hour": {"9"}, "notify_language": {"es"}}, "notify", " 9 es"},
		{"daily without an hour", url.Values{"notify": {"daily"}, "notify_language": {"es"}}, "notify_hour", "daily  es"},
		{"an hour that there is not", url.Values{"notify": {"daily"}, "notify_hour": {"24"}, "notify_language": {"es"}}, "notify_hour", "daily  es"},
		{"an hour in other digits", url.Values{"notify": {"daily"}, "notify_hour": {"+7"}, "notify_language": {"es"}}, "notify_hour", "daily  es"},
		{"a language that there is not", url.Values{"notify": {"none"}, "notify_hour": {"7"}, "notify_language": {"fr"}}, "notify_language", "none 7 "},
	} {
		res := handler.PostForm(t, form, c.fields)
		doc := read(t, res)
		if res.Status != http.StatusUnprocessableEntity || doc.Find(`#errors a[href="#`+c.field+`"]`).Length() != 1 || doc.Find("#"+c.field+"-error").Length() != 1 {
			t.Errorf("%s: %d, and no error at %s", c.what, res.Status, c.field)
		}
		if got := chosen(doc); got != c.kept {
			t.Errorf("%s: the form says %q, want %q", c.what, got, c.kept)
		}
	}
	if got := chosen(page(t, handler, account)); got != "window 8 en" {
		t.Errorf("what was wrong is stored: %q", got)
	}

	person := "/en/desk/admin/people/" + handler.ID(t)
	for _, c := range []struct {
		when, hour, lang, says string
	}{
		{"daily", "17", "pt", "Once a day (17:00)"},
		{"none", "17", "ja", "not even when somebody is in danger"},
		{"window", "17", "zh", "At the next fixed time"},
	} {
		res := handler.PostForm(t, form, url.Values{"notify": {c.when}, "notify_hour": {c.hour}, "notify_language": {c.lang}})
		if res.Status != http.StatusSeeOther || res.Header.Get("Location") != account+"?done=notify" {
			t.Fatalf("%s: %d to %s\n%s", c.when, res.Status, res.Header.Get("Location"), res.Body)
		}
		doc := page(t, handler, account+"?done=notify")
		if got := chosen(doc); got != c.when+" "+c.hour+" "+c.lang || doc.Find("[role=status]").Length() == 0 {
			t.Errorf("%s: the form says %q", c.when, got)
		}
		shown := page(t, admin, person).Find("#notify")
		if !strings.Contains(shown.Text(), c.says) || shown.Find("input, select, button").Length() > 0 {
			t.Errorf("%s: an administrator reads %q", c.when, shown.Text())
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM audit WHERE what LIKE '%notif%'`); n != 0 {
		t.Error("somebody's own choice is in the audit log")
	}
	if page(t, admin, account).Find("#notify-part").Length() != 1 {
		t.Error("an administrator has no choice")
	}
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	if page(t, auditor, account).Find("#notify-part").Length() != 0 {
		t.Error("an auditor, who is told of nothing, is asked when")
	}
}

// Mail is in the language of the page of the enrolment, or before it of the link.
func TestLanguageOfMail(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off")
	language := func(email, want string) {
		t.Helper()
		if s.Count(t, `SELECT count(*) FROM handlers WHERE email = ? AND language = ?`, email, want) != 1 {
			t.Errorf("mail to %s is not in %q", email, want)
		}
	}
	res := admin.Post(t, "/api/desk/step-up", map[string]any{"auth": admin.Auth(t, rig.Password)})
	if res.Status != http.StatusOK {
		t.Fatalf("confirming: %d\n%s", res.Status, res.Body)
	}
	res = admin.PostForm(t, "/en/desk/admin/people", url.Values{"name": {"Naoko"}, "email": {"naoko@desk.example"}, "language": {"ja"}, "role": {"handler"}, "queue": {"hr"}})
	if res.Status != http.StatusCreated {
		t.Fatalf("inviting: %d\n%s", res.Status, res.Body)
	}
	language("naoko@desk.example", "ja")
	link := read(t, res).Find("#link").AttrOr("value", "")
	naoko := s.NewDesk("naoko@desk.example")
	naoko.Enrol(t, rig.TokenIn(t, link), map[string]any{"lang": "es"})
	language("naoko@desk.example", "es")
	if got := chosen(page(t, naoko, "/en/desk/account")); got != "window 8 es" {
		t.Errorf("the form says %q", got)
	}

	res = s.NewDesk("").Post(t, "/api/desk/enrol", map[string]any{"token": "x", "lang": "fr"})
	if res.Status == http.StatusOK {
		t.Error("somebody enrolled with nothing")
	}
	add := func(flags ...string) (string, error) {
		identity, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		return rig.Try(t, append([]string{"handler", "add", "--data", s.Data, "--name", "Off", "--queue", "hr", "--recipient", identity.Recipient().String()}, flags...)...)
	}
	if out, err := add("--email", "off@desk.example", "--language", "pt"); err != nil {
		t.Fatal(out)
	}
	language("off@desk.example", "pt")
	if out, err := add("--email", "off2@desk.example"); err != nil {
		t.Fatal(out)
	}
	language("off2@desk.example", "")
	if out, err := add("--email", "off3@desk.example", "--language", "fr"); err == nil || !strings.Contains(out, "ja, en, es, pt or zh") {
		t.Errorf("a language that there is not: %v\n%s", err, out)
	}
	rig.Run(t, "handler", "invite", "--data", s.Data, "--name", "Zhang", "--email", "zhang@desk.example", "--role", "admin", "--language", "zh")
	language("zhang@desk.example", "zh")
}

// Where there is no mail, the pages say so, and how to have it.
func TestNotificationsWithoutMail(t *testing.T) {
	t.Parallel()
	_, admin, handler := withDesk(t, "--limits", "off")
	doc := page(t, admin, "/en/desk/admin/notifications")
	if doc.Find("#off").Length() != 1 || !strings.Contains(doc.Find(".command").Text(), "--smtp") || doc.Find("#test").Length() != 0 {
		t.Error("the page does not say how mail is set up, or offers a test")
	}
	if text := doc.Find("#unreached p").Text(); !strings.Contains(text, "mail is not set up") {
		t.Errorf("why nobody stands there: %q", text)
	}
	res := admin.PostForm(t, "/en/desk/admin/notifications/test", url.Values{})
	if res.Status != http.StatusConflict || !strings.Contains(res.Body, `id="off"`) {
		t.Errorf("a test mail: %d", res.Status)
	}
	if text := page(t, admin, "/en/desk/admin/set-up").Find("#step-notifications").Text(); !strings.Contains(text, "Something is missing") || !strings.Contains(text, "E-mail is not set up.") {
		t.Errorf("the set-up says %q", text)
	}
	if text := page(t, handler, "/en/desk/account").Find("#notify-part .notice").Text(); !strings.Contains(text, "not set up") {
		t.Errorf("the account says %q", text)
	}
}

// Who hears of nothing is named to those who administer them, and so is a desk in which
// nobody hears of new cases.
func TestDesksInWhichNobodyHears(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	const at, form = "/en/desk/admin/notifications", "/en/desk/account/notify"
	none := url.Values{"notify": {"none"}, "notify_hour": {"8"}, "notify_language": {"en"}}
	silent := func(what string, d *rig.Desk, names, branches string) {
		t.Helper()
		doc := page(t, d, at)
		var got []string
		doc.Find("#silent tbody th").Each(func(_ int, row *goquery.Selection) { got = append(got, row.Text()) })
		if strings.Join(got, " ") != names {
			t.Errorf("%s: named are %q, want %q", what, got, names)
		}
		setUp := page(t, d, "/en/desk/admin/set-up").Find("#step-notifications").Text()
		warnings := doc.Find("#silent .warning").Text()
		if branches == "" && (warnings != "" || strings.Contains(setUp, "Nobody is told")) {
			t.Errorf("%s: the page warns of %q, the set-up says %q", what, warnings, setUp)
		}
		if branches != "" && (!strings.Contains(warnings, ": "+branches+".") || !strings.Contains(setUp, "in "+branches+".")) {
			t.Errorf("%s: the page warns of %q, the set-up says %q", what, warnings, setUp)
		}
	}
	silent("at first", g.root, "", "")
	second, _ := g.Invite(t, "hr2.br@desk.example", "--queue", "hr", "--entity", "br")
	choose := func(d *rig.Desk, fields url.Values) {
		t.Helper()
		fields.Del("token")
		if res := d.PostForm(t, form, fields); res.Status != http.StatusSeeOther {
			t.Fatalf("choosing: %d\n%s", res.Status, res.Body)
		}
	}
	choose(g.reader, none)
	silent("one of two", g.root, "Name of hr.br@desk.example", "")
	choose(second, none)
	for what, d := range map[string]*rig.Desk{"of everything": g.root, "of the company": g.br} {
		silent("both, to an administrator "+what, d, "Name of hr.br@desk.example Name of hr2.br@desk.example", "Human resources (Company br)")
	}
	mx, _ := g.Invite(t, "admin.mx@desk.example", "--role", "admin", "--entity", "mx")
	silent("both, to an administrator of another company", mx, "", "")
	choose(second, url.Values{"notify": {"daily"}, "notify_hour": {"8"}, "notify_language": {"en"}})
	silent("one of two again", g.br, "Name of hr.br@desk.example", "")
}

// A test mail goes to the administrator alone, in their language, and the page says
// what came of it.
func TestTestMail(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Options{NoTLS: true})
	_, admin, _ := withDesk(t, "--limits", "off", "--smtp", server.URL(), "--mail-from", "hotline@desk.example")
	const at = "/en/desk/admin/notifications"
	// Whoever hears of nothing can try mail all the same.
	res := admin.PostForm(t, "/en/desk/account/notify", url.Values{"notify": {"none"}, "notify_hour": {"8"}, "notify_language": {"es"}})
	if res.Status != http.StatusSeeOther {
		t.Fatalf("choosing: %d", res.Status)
	}
	before := len(server.Mails())
	res = admin.PostForm(t, at+"/test", url.Values{})
	if res.Status != http.StatusOK || read(t, res).Find("#test [role=status]").Length() != 1 {
		t.Fatalf("the test mail: %d\n%s", res.Status, res.Body)
	}
	mails := server.Mails()[before:]
	if len(mails) != 1 || mails[0].To != "admin@desk.example" {
		t.Fatalf("sent was %+v", mails)
	}
	if _, text := mails[0].Read(t); !strings.Contains(text, "prueba") {
		t.Errorf("the test mail says %q", text)
	}

	for code, c := range map[string]struct {
		step string
		want string
	}{
		"refused": {mailserver.StepSender, "The mail server refuses the mail."},
		"address": {mailserver.StepRecipient, "The mail server does not accept the address."},
	} {
		server.Refuse(c.step, 550, "not today")
		res := admin.PostForm(t, at+"/test", url.Values{})
		alert := read(t, res).Find("#test [role=alert]").Text()
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(alert, c.want) || strings.Contains(alert, "not today") {
			t.Errorf("%s: %d, and the page says %q", code, res.Status, alert)
		}
	}
}

// Whom mail does not reach is named to those who administer them, with what is wrong;
// the other pages of the administration say that somebody is.
func TestMailThatFails(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Options{NoTLS: true})
	s, admin, handler := withDesk(t, "--limits", "off", "--smtp", server.URL(), "--mail-from", "hotline@desk.example", "--mail-window", "1s")
	addEntity(t, s, "br", "")
	br, _ := s.Invite(t, "admin.br@desk.example", "--role", "admin", "--entity", "br")
	const at, people = "/en/desk/admin/notifications", "/en/desk/admin/people"
	doc := page(t, admin, at)
	facts := doc.Find(".facts").Text()
	if doc.Find("#off").Length() != 0 || !strings.Contains(facts, server.Address) || !strings.Contains(facts, "hotline@desk.example") || !strings.Contains(facts, "Every 1\u00a0minute") {
		t.Errorf("the page does not say how mail is set up: %q", facts)
	}
	if text := doc.Find("#unreached p").Text(); !strings.Contains(text, "has accepted the latest") {
		t.Errorf("why nobody stands there: %q", text)
	}
	if text := page(t, admin, "/en/desk/admin/set-up").Find("#step-notifications").Text(); !strings.Contains(text, "Done") {
		t.Errorf("the set-up says %q", text)
	}
	if page(t, handler, "/en/desk/account").Find("#notify-part .notice").Length() != 0 {
		t.Error("the account says that there is no mail")
	}

	server.Answer(func(step, address string) error {
		if step == mailserver.StepRecipient && address == "hr@desk.example" {
			return mailserver.Reply(550, "unknown")
		}
		return nil
	})
	sendReport(t, s)
	rig.Until(t, "the page names whom mail does not reach", func() bool {
		return page(t, admin, at).Find("#unreached tbody tr").Length() == 1
	})
	row := page(t, admin, at).Find("#unreached tbody tr").Text()
	for _, want := range []string{"Name of hr@desk.example", "hr@desk.example", "does not accept the address", "Check the address", "We keep trying"} {
		if !strings.Contains(row, want) {
			t.Errorf("the row does not say %q: %q", want, row)
		}
	}
	if page(t, admin, people).Find(`#mail-failing a[href$="admin/notifications#unreached"]`).Length() != 1 || page(t, admin, at).Find("#mail-failing").Length() != 0 {
		t.Error("the other pages do not say it, or the page itself does")
	}
	if page(t, br, at).Find("#unreached tbody tr").Length() != 0 || page(t, br, people).Find("#mail-failing").Length() != 0 {
		t.Error("an administrator of a company reads of somebody whom they do not manage")
	}
	if page(t, handler, "/en/desk/cases").Find("#mail-failing").Length() != 0 {
		t.Error("handlers read of it")
	}

	// Who wants to hear of nothing is not tried any more.
	if res := handler.PostForm(t, "/en/desk/account/notify", url.Values{"notify": {"none"}, "notify_hour": {"8"}, "notify_language": {"en"}}); res.Status != http.StatusSeeOther {
		t.Fatalf("choosing: %d", res.Status)
	}
	rig.Until(t, "nobody is named any more", func() bool {
		return page(t, admin, at).Find("#unreached tbody tr").Length() == 0 && page(t, admin, people).Find("#mail-failing").Length() == 0
	})
}

// sendReport sends a report to HR.
func sendReport(t *testing.T, s *rig.Server) {
	t.Helper()
	reporter := rig.NewReporter(t)
	res := s.PostJSON(t, "/api/reports", reporter.Seal(t, s.Intake(t), "power-harassment", "own", "Text that only HR reads."))
	if res.Status != http.StatusCreated {
		t.Fatalf("the report: %d\n%s", res.Status, res.Body)
	}
}

// A mail server that is not there is said in words, with what to do.
func TestMailServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, admin, _ := withDesk(t, "--limits", "off", "--smtp", "smtp://"+rig.FreeAddr(t)+"?tls=off", "--mail-from", "hotline@desk.example")
	res := admin.PostForm(t, "/es/desk/admin/notifications/test", url.Values{})
	alert := read(t, res).Find("#test [role=alert]").Text()
	if res.Status != http.StatusUnprocessableEntity || !strings.Contains(alert, "No se puede conectar con el servidor de correo.") || !strings.Contains(alert, "cortafuegos") {
		t.Errorf("%d: %q", res.Status, alert)
	}
	if facts := page(t, admin, "/en/desk/admin/notifications").Find(".facts").Text(); !strings.Contains(facts, "Every 30\u00a0minutes") {
		t.Errorf("the page says %q", facts)
	}
}
