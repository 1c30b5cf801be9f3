package api

import (
	"html"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// operator is somebody who enters reports on behalf of others, and nothing else.
func operator(t *testing.T, s *rig.Server) *rig.Desk {
	t.Helper()
	d, _ := s.Invite(t, "operator@desk.example", "--role", "intake")
	return d
}

// told is a report that an operator entered.
func told(t *testing.T, s *rig.Server, d *rig.Desk, channel, text string) *rig.Reporter {
	t.Helper()
	r := rig.NewReporter(t)
	report := r.Seal(t, s.Intake(t), "bribery", "", text)
	report["channel"] = channel
	if res := d.Post(t, "/api/desk/reports", report); res.Status != http.StatusCreated {
		t.Fatalf("POST /api/desk/reports = %d\n%s", res.Status, res.Body)
	}
	return r
}

// A report that somebody else enters is a case like any other, with the channel
// that it came through. What was said has a statement, what was written has none.
func TestReportOnBehalf(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t) // neither a rate limit nor a time of filling in
	d := operator(t, s)
	for channel, statement := range map[string]string{"phone": "offered", "in-person": "offered", "letter": "", "email": "", "collective": ""} {
		r := told(t, s, d, channel, "told by "+channel)
		c := s.Conversation(t, r)
		if c.Branch != "compliance" || c.Statement().State != statement || c.Statement().On != "" {
			t.Errorf("%s: %+v", channel, c.Statement())
		}
		opened := s.Case(t, r.Receipt.String(), handlers["compliance"])
		if len(opened.Messages) != 1 || opened.Messages[0].Text != "told by "+channel {
			t.Errorf("%s: the handler reads %+v", channel, opened.Messages)
		}
		if n := s.Count(t, `SELECT count(*) FROM cases WHERE channel = '`+channel+`'`); n != 1 {
			t.Errorf("%s: %d cases", channel, n)
		}
	}
	for _, channel := range []any{"web", "", "PHONE", "telepathy", 1} {
		report := rig.NewReporter(t).Seal(t, s.Intake(t), "bribery", "", "x")
		report["channel"] = channel
		refusedAs(t, "this channel", d.Post(t, "/api/desk/reports", report), 400, "malformed")
	}
	public := rig.NewReporter(t).Seal(t, s.Intake(t), "bribery", "", "x")
	public["channel"] = "phone"
	refusedAs(t, "a channel from anybody", s.PostJSON(t, "/api/reports", public), 400, "malformed")
	if n := s.Count(t, `SELECT count(*) FROM cases`); n != 5 {
		t.Errorf("%d cases", n)
	}
}

// The same report sent again is stored once, also where the answer was lost.
func TestReportOnBehalfIsStoredOnce(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	d, r := operator(t, s), rig.NewReporter(t)
	in := s.Intake(t)
	file, sealed := r.SealFile(t, "letter.txt", []byte("a scanned letter"))
	s.Upload(t, in.Form, file.ID, sealed, 1000)
	report := r.Seal(t, in, "bribery", "", "from a letter", file)
	report["channel"] = "letter"
	first := d.Post(t, "/api/desk/reports", report)
	if again := d.Post(t, "/api/desk/reports", report); first.Status != 201 || again.Status != 201 || first.Body != again.Body {
		t.Errorf("%d, then %d\n%s\n%s", first.Status, again.Status, first.Body, again.Body)
	}
	report["channel"] = "phone"
	refusedAs(t, "through another channel", d.Post(t, "/api/desk/reports", report), 409, "exists")
	if s.Cases(t) != 1 || len(s.SealedFiles(t)) != 1 {
		t.Errorf("%d cases, %d files", s.Cases(t), len(s.SealedFiles(t)))
	}
}

// Whoever enters a report has no way to it: no page, no request and no count says
// anything of it, and nothing says who entered it.
func TestOperatorHasNoWayBack(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	d := m.people["intake"]
	before := map[string]string{}
	pages := []string{"/en/desk/account", "/en/desk/intake", "/en/desk/cases", "/en/desk/search", "/en/desk/access", "/en/desk/audit", "/api/desk/session"}
	shape := func(path string) string {
		return anyToken.ReplaceAllString(d.Get(t, path).Body, "")
	}
	for _, path := range pages[1:6] { // the others count down, or show when the session was last seen
		before[path] = shape(path)
	}
	id := told(t, m.server, d, "phone", "told by phone").CaseID
	for _, path := range pages {
		page := shape(path)
		if strings.Contains(page, id[:8]) {
			t.Errorf("%s names the case", path)
		}
		if was, known := before[path]; known && was != page {
			t.Errorf("%s says something else than before", path)
		}
	}
	m.caseID = id
	for _, l := range m.lines() {
		if !strings.Contains(l.path, id) && l.path != "/api/desk/summaries" && l.path != "/api/desk/search" {
			continue
		}
		if res := m.send(t, d, l); res.Status != http.StatusNotFound && res.Status != http.StatusForbidden {
			t.Errorf("%s %s = %d", l.method, l.path, res.Status)
		}
	}
	me := d.ID(t)
	for _, query := range []string{
		`SELECT count(*) FROM messages WHERE handler_id = '` + me + `'`, `SELECT count(*) FROM case_events WHERE handler_id = '` + me + `'`,
		`SELECT count(*) FROM case_keys WHERE handler_id = '` + me + `'`, `SELECT count(*) FROM audit WHERE case_id = '` + id + `'`,
	} {
		if n := m.server.Count(t, query); n != 0 {
			t.Errorf("%s: %d", query, n)
		}
	}
}

// Whoever enters a report is asked, as reporters are, who must not read it; and
// without its script the form sends nothing.
func TestPageOfOperators(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	d := operator(t, s)
	s.Exec(t, `UPDATE handlers SET shown_as = 'The <head> of purchasing' WHERE email LIKE 'compliance%'`)
	for _, lang := range rig.Languages {
		page, words := d.Get(t, "/"+lang+"/desk/intake").Body, rig.Texts(t, lang)
		for _, want := range []string{"The &lt;head&gt; of purchasing", `name="not_for"`, words.T("behalf.lead"), `value="collective"`, ` disabled>` + words.T("behalf.send"), `<option value="` + lang + `" lang="`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", lang, want)
			}
		}
	}
}

// Who is signed out, or is no operator any more, enters nothing.
func TestOnlyOperatorsEnterReports(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	d := operator(t, s)
	report := rig.NewReporter(t).Seal(t, s.Intake(t), "bribery", "", "x")
	report["channel"] = "phone"
	refusedAs(t, "signed out", s.NewDesk("").Post(t, "/api/desk/reports", report), 401, "signed-out")
	s.Exec(t, `UPDATE handlers SET roles = 'auditor' WHERE email = 'operator@desk.example'`)
	refusedAs(t, "no operator", d.Post(t, "/api/desk/reports", report), 403, "refused")
	if s.Cases(t) != 0 {
		t.Error("it was stored")
	}
}

// say is a message that answers the written statement.
func say(t *testing.T, s *rig.Server, r *rig.Reporter, seq int, what, text string) rig.Response {
	t.Helper()
	body := r.Message(t, s.Conversation(t, r).Form, seq, text)
	if body["statement"] = what; what != "" {
		body["statement_of"] = 1
	}
	return s.PostJSON(t, "/api/follow-up/messages", body)
}

// A statement is answered once, by the browser of its reporter.
func TestStatementIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	d := operator(t, s)
	for _, what := range []string{"accepted", "corrected", "withdrawn"} {
		r := told(t, s, d, "phone", "told")
		refusedAs(t, "no such answer", say(t, s, r, 2, "offered", "x"), 400, "malformed")
		c := s.Conversation(t, r)
		body := r.Message(t, c.Form, 2, "what I say")
		body["statement"], body["statement_of"] = what, 1
		res := s.PostJSON(t, "/api/follow-up/messages", body)
		if res.Status != http.StatusCreated {
			t.Fatalf("%s = %d\n%s", what, res.Status, res.Body)
		}
		rig.Decode(t, res, &c)
		if c.Statement().State != what || c.Statement().On != c.On || c.LastSeq != 2 {
			t.Errorf("%s: %+v, %d messages", what, c.Statement(), c.LastSeq)
		}
		if again := s.PostJSON(t, "/api/follow-up/messages", body); again.Status != http.StatusCreated {
			t.Errorf("%s, sent again = %d %s", what, again.Status, again.Body)
		}
		refusedAs(t, "a second answer", say(t, s, r, 3, "accepted", "x"), 409, "moved")
		if res := say(t, s, r, 3, "", "a message"); res.Status != http.StatusCreated {
			t.Errorf("a message after it = %d", res.Status)
		}
		if page := s.FollowUp(t, "en", r.Receipt.String()).Body; !strings.Contains(page, `data-statement="`+what+`"`) || strings.Contains(page, `id="correction"`) {
			t.Errorf("%s: the page shows another state", what)
		}
	}
	for _, r := range []*rig.Reporter{s.SendReport(t, "bribery", "", "written here"), told(t, s, d, "letter", "written in a letter")} {
		refusedAs(t, "the statement of what was written", say(t, s, r, 2, "withdrawn", "x"), 409, "moved")
		if s.Conversation(t, r).LastSeq != 1 {
			t.Error("a refused message was stored")
		}
	}
}

// answerForm is the form of the conversation, with the button that answers.
func answerForm(t *testing.T, page string, r *rig.Reporter, more ...rig.Field) []rig.Field {
	t.Helper()
	return rig.WithForm(rig.Token(t, page), append([]rig.Field{{Name: "receipt", Value: r.Receipt.String()}, {Name: "send", Value: "statement"}}, more...)...)
}

// Without scripts a statement is read, corrected, accepted and withdrawn too. A
// correction needs a text, withdrawing asks, and nothing typed is lost.
func TestStatementWithoutScripts(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	d := operator(t, s)
	const path = "/ja/follow-up/message"
	words := rig.Texts(t, "ja")
	r := told(t, s, d, "in-person", "書き取った話")
	page := s.FollowUp(t, "ja", r.Receipt.String()).Body
	for _, want := range []string{`data-statement="offered"`, words.T("conversation.statement.text"), `id="written-down"`, `value="withdrawn" form="message"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	field := func(name, value string) rig.Field { return rig.Field{Name: name, Value: value} }
	for _, c := range []struct {
		name, wrong string
		fields      []rig.Field
	}{
		{"nothing chosen", "statement", []rig.Field{field("text", "half a message")}},
		{"no such answer", "statement", []rig.Field{field("statement", "offered"), field("text", "half a message")}},
		{"no correction", "correction", []rig.Field{field("statement", "corrected"), field("correction", " "), field("text", "half a message")}},
		{"not sure to withdraw", "withdraw", []rig.Field{field("statement", "withdrawn"), field("correction", "half a reason"), field("text", "half a message")}},
	} {
		res := s.PostFields(t, path, answerForm(t, page, r, c.fields...)...)
		if res.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s = %d", c.name, res.Status)
		}
		rig.CheckErrors(t, c.name, "ja", res.Body, c.wrong)
		if !strings.Contains(res.Body, "half a message</textarea>") || c.wrong == "withdraw" && !strings.Contains(res.Body, "half a reason</textarea>") {
			t.Errorf("%s: what was typed is lost", c.name)
		}
	}
	switched := s.PostFields(t, "/en/follow-up", answerForm(t, page, r, field("statement", "corrected"), field("correction", "half a correction"), field("switch", "en"))...)
	if !strings.Contains(switched.Body, "half a correction</textarea>") || !strings.Contains(switched.Body, `value="corrected" form="message" checked`) {
		t.Error("a change of language loses the correction")
	}
	sent := answerForm(t, page, r, field("statement", "corrected"), field("correction", "三か月ではなく四か月です"), field("text", "half a message"))
	for range 2 { // a double click
		res := s.PostFields(t, path, sent...)
		shown := html.UnescapeString(res.Body)
		if res.Status != http.StatusOK || !strings.Contains(shown, "三か月ではなく四か月です</bdi>") || !strings.Contains(shown, words.T("statement.corrected")) ||
			!strings.Contains(shown, `data-statement="corrected"`) || !strings.Contains(shown, "half a message</textarea>") || strings.Contains(shown, `id="correction"`) {
			t.Errorf("correcting = %d\n%s", res.Status, res.Body)
		}
	}
	late := s.PostFields(t, path, answerForm(t, s.FollowUp(t, "ja", r.Receipt.String()).Body, r, field("statement", "withdrawn"), field("withdraw", "yes"), field("correction", "a late reason"))...)
	if late.Status != http.StatusConflict || !strings.Contains(late.Body, words.T("notice.statement-answered")) || !strings.Contains(late.Body, "a late reason</textarea>") {
		t.Errorf("a second answer = %d\n%s", late.Status, late.Body)
	}
	opened := s.Case(t, r.Receipt.String(), handlers["compliance"])
	if len(opened.Messages) != 2 || opened.Messages[1].Fields["statement"] != "corrected" || opened.Messages[1].Text != "三か月ではなく四か月です" {
		t.Errorf("the handler reads %+v", opened.Messages)
	}
}

// To accept and to withdraw no text is needed. What was written has no statement.
func TestStatementNeedsNoText(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	d := operator(t, s)
	for what, channel := range map[string]string{"accepted": "phone", "withdrawn": "in-person", "": "letter"} {
		r := told(t, s, d, channel, "told")
		page := s.FollowUp(t, "es", r.Receipt.String()).Body
		if what == "" {
			if strings.Contains(page, `id="statement-part"`) {
				t.Error("a letter has a statement")
			}
			what = "accepted"
		}
		res := s.PostFields(t, "/es/follow-up/message", answerForm(t, page, r, rig.Field{Name: "statement", Value: what}, rig.Field{Name: "withdraw", Value: "yes"}, rig.Field{Name: "correction"})...)
		want := http.StatusOK
		if channel == "letter" {
			want = http.StatusConflict
		}
		if res.Status != want {
			t.Errorf("%s by %s = %d, want %d", what, channel, res.Status, want)
		}
	}
}

// The button of an ordinary message leaves the statement as it is.
func TestMessageLeavesTheStatement(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := told(t, s, operator(t, s), "phone", "told")
	page := s.FollowUp(t, "pt", r.Receipt.String()).Body
	res := s.PostFields(t, "/pt/follow-up/message", rig.WithForm(rig.Token(t, page), rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "statement", Value: "accepted"},
		rig.Field{Name: "correction", Value: "half a correction"}, rig.Field{Name: "text", Value: "a question"})...)
	c := s.Conversation(t, r)
	if res.Status != http.StatusOK || c.Statement().State != "offered" || c.LastSeq != 2 || !strings.Contains(res.Body, "half a correction</textarea>") || strings.Contains(res.Body, "a question</textarea>") {
		t.Errorf("%d, %+v\n%s", res.Status, c.Statement(), res.Body)
	}
}

// The reporter learns that another desk has the case, and on which day: not when,
// and not from whom.
func TestTransferIsTold(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--time-zone", "Asia/Tokyo")
	r := s.SendReport(t, "bribery", "", "a report")
	s.PutMessage(t, r.Receipt.String(), crypto.Message{Case: r.CaseID, Seq: 2, From: "note"}, "note")
	s.PutMessage(t, r.Receipt.String(), crypto.Message{Case: r.CaseID, Seq: 3, From: "desk", Text: "an answer"}, "desk")
	event := func(id, after, what, to string) {
		s.Exec(t, `INSERT INTO case_events (id, case_id, after_seq, at, handler_id, what, was, became, outcome) VALUES ($1, $2, `+after+`, 1795274400, 'somebody', $3, 'compliance', $4, '')`, id, r.CaseID, what, to)
	}
	event("1", "2", "queue", "hr")
	event("2", "3", "queue", "independent")
	event("3", "3", "excluded", "somebody")
	c := s.Conversation(t, r)
	type transfer = struct {
		On, Branch string
		After      int
	}
	if len(c.Transfers) != 2 || c.Transfers[0] != (transfer{"2026-11-22", "hr", 1}) || c.Transfers[1] != (transfer{"2026-11-22", "independent", 3}) {
		t.Errorf("%+v", c.Transfers)
	}
	for _, lang := range rig.Languages {
		page, words := html.UnescapeString(s.FollowUp(t, lang, r.Receipt.String()).Body), rig.Texts(t, lang)
		var places []int
		for _, text := range []string{words.T("conversation.transferred", "Date", words.Date("2026-11-22"), "Queue", words.T("queue.independent")), "an answer",
			words.T("conversation.transferred", "Date", words.Date("2026-11-22"), "Queue", words.T("queue.hr")), "a report"} {
			places = append(places, strings.Index(page, text))
		}
		if places[0] < 0 || !slices.IsSorted(places) {
			t.Errorf("%s: the newest is not first: %v", lang, places)
		}
		if strings.Contains(page, "somebody") || strings.Contains(page, "15:20") {
			t.Errorf("%s: the page says who or when", lang)
		}
	}
}

// Handed over by a handler, or because its last reader stepped back: the reporter
// is told the same of either.
func TestHandOverIsTold(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--time-zone", "UTC")
	compliance, keys := s.Invite(t, "compliance@desk.example", "--queue", "compliance")
	hr, hrKeys := s.Invite(t, "hr@desk.example", "--queue", "hr")
	r := s.SendReport(t, "bribery", "", "a report")
	if res := compliance.Transfer(t, r.CaseID, keys, "hr", ""); res.Status != http.StatusCreated {
		t.Fatalf("transferring: %d\n%s", res.Status, res.Body)
	}
	if res := hr.Transfer(t, r.CaseID, hrKeys, "", hr.ID(t)); res.Status != http.StatusCreated {
		t.Fatalf("stepping back: %d\n%s", res.Status, res.Body)
	}
	c := s.Conversation(t, r)
	if len(c.Transfers) != 2 || c.Transfers[0].Branch != "hr" || c.Transfers[1].Branch != "compliance" || c.Transfers[0].On != c.On || c.Transfers[0].After != 1 || c.Transfers[1].After != 1 {
		t.Errorf("%+v", c.Transfers)
	}
	page := html.UnescapeString(s.FollowUp(t, "en", r.Receipt.String()).Body)
	if n := strings.Count(page, `class="transferred"`); n != 2 || strings.Contains(page, "Why this is so") || strings.Contains(page, hr.Email) {
		t.Errorf("%d times; or it says why, or who\n%s", n, page)
	}
}
