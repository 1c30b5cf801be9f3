package api

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/test/rig"
)

// watched is a report of four months ago that the reporter's page asks about, without
// scripts.
func watched(t *testing.T, s *rig.Server) (receipt, id string) {
	t.Helper()
	receipt = s.Report(t, "en", []rig.Field{{Name: "category", Value: "bribery"}, {Name: "text", Value: "the first report"}})
	id = s.CaseID(t, receipt)
	ago(t, s, id, 4)
	return receipt, id
}

// ago puts a case back by some months.
func ago(t *testing.T, s *rig.Server, id string, months int) {
	t.Helper()
	s.Exec(t, `UPDATE cases SET received = $1, state = 'acknowledged', turn = 'reporter', acknowledged = $1 WHERE id = $2`, string(casework.DayOf(time.Now().UTC()).AddMonths(-months)), id)
	s.Exec(t, `DELETE FROM notices`)
}

// answerFields is what the page's button sends.
func answerFields(page, receipt, answer string, more ...string) []rig.Field {
	all := []rig.Field{{Name: "form", Value: hiddenIn(page, "form")}, {Name: "receipt", Value: receipt}, {Name: "answer", Value: answer}, {Name: "watch", Value: hiddenIn(page, "watch")}, {Name: "report", Value: hiddenIn(page, "report")}}
	for i := 0; i < len(more); i += 2 {
		all = append(all, rig.Field{Name: more[i], Value: more[i+1]})
	}
	return all
}

func hiddenIn(page, name string) string {
	m := regexp.MustCompile(`<input type="hidden"[^>]* name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

const answerPath = "/en/follow-up/answer"

// withIndependent has a handler for every queue.
func withIndependent(t *testing.T, flags ...string) (*rig.Server, map[string]rig.Handler) {
	t.Helper()
	s, handlers := rig.WithHandlers(t, append(flags, "--limits", "off")...)
	handlers = maps.Clone(handlers) // which other tests share
	handlers["independent"] = rig.AddHandler(t, s.Data, "independent@desk.example", "independent")
	return s, handlers
}

// A no is a sealed message that makes no work: nobody is told, and it stays whose turn it
// was. Sent again it is one message, and the question is not asked again.
func TestAnswerNo(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	receipt, id := watched(t, s)
	page := s.FollowUp(t, "en", receipt).Body
	if hiddenIn(page, "watch") != "3" || !strings.Contains(page, `name="happened" value="yes" form="message"`) {
		t.Fatalf("the page asks nothing\n%s", page)
	}
	for _, wrong := range []struct{ fields, field string }{{"", "happened"}, {"maybe", "happened"}, {"yes", "account"}} {
		res := s.PostFields(t, answerPath, answerFields(page, receipt, "watch", "happened", wrong.fields, "text", "half a message")...)
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, "half a message</textarea>") {
			t.Errorf("%q = %d", wrong.fields, res.Status)
		}
		rig.CheckErrors(t, wrong.fields, "en", res.Body, wrong.field)
	}
	sent := answerFields(page, receipt, "watch", "happened", "no", "text", "half a message")
	for range 2 {
		res := s.PostFields(t, answerPath, sent...)
		if res.Status != http.StatusOK || !strings.Contains(res.Body, `id="watch-said"`) || !strings.Contains(res.Body, `id="added"`) || !strings.Contains(res.Body, "half a message</textarea>") {
			t.Fatalf("no = %d\n%s", res.Status, res.Body)
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM messages WHERE case_id = $1 AND kind = 'asked' AND at = 0`, id); n != 1 {
		t.Errorf("%d answers", n)
	}
	if turn := s.Column(t, `SELECT turn FROM cases WHERE id = $1`, id); turn[0] != "reporter" || s.Count(t, `SELECT count(*) FROM notices`) != 0 || s.Cases(t) != 1 {
		t.Errorf("it makes work: turn %v, %d notices, %d cases", turn, s.Count(t, `SELECT count(*) FROM notices`), s.Cases(t))
	}
	opened := s.Case(t, receipt, handlers["compliance"])
	if m := opened.Messages[1]; m.Fields["watch"] != "3" || m.Fields["happened"] != "no" || m.Text != "" {
		t.Errorf("the handler reads %+v", m)
	}
	ago(t, s, id, 6)
	if page := s.FollowUp(t, "en", receipt).Body; hiddenIn(page, "watch") != "6" || strings.Contains(page, `id="watch-said"`) {
		t.Error("after six months nothing is asked")
	}
	for _, unasked := range []string{`UPDATE cases SET standing = 'junk'`, `UPDATE cases SET standing = 'counts', received = '` + string(casework.DayOf(time.Now().UTC())) + `'`} {
		s.Exec(t, unasked)
		if page := s.FollowUp(t, "en", receipt).Body; strings.Contains(page, `id="watch-part"`) {
			t.Errorf("%s: it is asked", unasked)
		}
	}
}

// A yes without scripts: a message in the case and a case of its own, sealed to the
// independent desk, with a receipt that works. However often it is sent there is one of each.
func TestAnswerYesWithoutScripts(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	receipt, id := watched(t, s)
	page := s.FollowUp(t, "en", receipt).Body
	sent := answerFields(page, receipt, "watch", "happened", "yes", "account", "They took my shifts away.")
	var second string
	for range 3 {
		res := s.PostFields(t, answerPath, sent...)
		if res.Status != http.StatusCreated || !strings.Contains(res.Body, `data-beside="stored"`) || strings.Contains(res.Body, receipt) {
			t.Fatalf("yes = %d\n%s", res.Status, res.Body)
		}
		if code := rig.Receipt(t, res.Body); code == receipt || second != "" && code != second {
			t.Errorf("receipts %s, %s, %s", receipt, second, code)
		} else {
			second = code
		}
	}
	checkYes(t, s, handlers, receipt, second, id)
	if page := s.FollowUp(t, "en", second).Body; !strings.Contains(page, id[:8]) || strings.Contains(page, `id="watch-part"`) {
		t.Error("the new case's page lacks the number of the first one")
	}
}

// checkYes looks at both cases of a yes.
func checkYes(t *testing.T, s *rig.Server, handlers map[string]rig.Handler, first, second, id string) {
	t.Helper()
	if s.Cases(t) != 2 || s.Count(t, `SELECT count(*) FROM messages`) != 3 {
		t.Fatalf("%d cases, %d messages", s.Cases(t), s.Count(t, `SELECT count(*) FROM messages`))
	}
	checkUnlinked(t, s, id, s.CaseID(t, second))
	opened := s.Case(t, second, handlers["independent"])
	report := opened.Messages[0]
	if opened.Queue != "independent" || report.Text != "They took my shifts away." || report.Fields["earlier"] != id[:8] || report.Fields["category"] != "retaliation" {
		t.Errorf("the independent desk reads %s %+v", opened.Queue, report)
	}
	if readers := s.Column(t, `SELECT handler_id FROM case_keys WHERE case_id = $1`, opened.ID); len(readers) != 1 {
		t.Errorf("%d readers of the new case", len(readers))
	}
	answer := s.Case(t, first, handlers["compliance"]).Messages[1]
	if answer.Fields["happened"] != "yes" || answer.Fields["watch"] != "3" || answer.Text != report.Text || strings.Contains(fmt.Sprint(answer.Fields), opened.ID[:8]) {
		t.Errorf("in the first case: %+v", answer)
	}
	if kinds := s.Column(t, `SELECT kind FROM messages WHERE case_id = $1 ORDER BY seq`, id); !slices.Equal(kinds, []string{"", "asked"}) {
		t.Errorf("kinds %v", kinds)
	}
}

// checkUnlinked compares all rows of two cases: they share no value that is not shared by
// cases that have nothing to do with each other, and no place follows another.
func checkUnlinked(t *testing.T, s *rig.Server, first, second string) {
	t.Helper()
	of := func(id string) map[string]bool {
		values := map[string]bool{}
		for _, table := range s.Column(t, `SELECT name FROM sqlite_master WHERE type = 'table'`) {
			key := "case_id"
			if table == "cases" {
				key = "id"
			}
			if !slices.Contains(s.Column(t, `SELECT name FROM pragma_table_info('`+table+`')`), key) {
				continue
			}
			maps.Copy(values, valuesOf(t, s, `SELECT * FROM `+table+` WHERE `+key+` = $1`, table, id))
		}
		return values
	}
	a, b := of(first), of(second)
	if len(a) < 10 || len(b) < 10 {
		t.Fatalf("%d and %d values: nothing is compared", len(a), len(b))
	}
	for value := range a {
		if b[value] {
			t.Errorf("both cases hold %s", value)
		}
	}
	for table, key := range map[string]string{"cases": "id", "messages": "case_id", "form_uses": "case_id"} {
		for _, id := range []string{first, second} {
			if n := s.Count(t, `SELECT count(*) FROM `+table+` WHERE `+key+` = $1`, id); n == 0 && table != "form_uses" {
				t.Errorf("%s has no row of %s", table, id)
			}
		}
	}
}

// valuesOf are the values of rows that could link them to others: not days, codes, counts
// and what stands for nothing.
func valuesOf(t *testing.T, s *rig.Server, query, table, id string) map[string]bool {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	rows, err := db.Query(query, id)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	values := map[string]bool{}
	common := regexp.MustCompile(`^(-?\d{1,6}|\d{4}-\d\d-\d\d|[a-z-]{0,20})$`)
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, value := range row {
			text := fmt.Sprint(value)
			if b, ok := value.([]byte); ok {
				text = string(b)
			}
			if handler := columns[i] == "handler_id" && table == "case_keys"; !handler && !common.MatchString(text) {
				values[text] = true
			}
		}
	}
	return values
}

// asked is the body of an answer that a browser sealed.
func asked(t *testing.T, r *rig.Reporter, form string, seq int, fields map[string]string, text string) rig.Sealed {
	t.Helper()
	m := crypto.Message{Case: r.CaseID, Seq: seq, From: "reporter", On: "2026-11-21", Language: "en", Text: text, Fields: fields}
	sealed, err := crypto.SealMessage(m, r.Case.Recipient(), r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return rig.Sealed{"form": form, "lookup": r.Lookup(), "seq": seq, "message": sealed, "files": []string{}, "kind": "asked"}
}

// What scripts send: the API says what is asked, takes the answer of that kind, and a
// report of retaliation sealed to the independent desk. Nothing else goes there by itself.
func TestAnswerYesOfScripts(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	r := s.SendReport(t, "bribery", "", "the first report")
	ago(t, s, r.CaseID, 4)
	var c struct {
		Form string
		Asks struct {
			Watch     int
			Satisfied bool
		}
	}
	rig.Decode(t, s.PostJSON(t, "/api/follow-up", map[string]string{"form": s.Intake(t).Form, "lookup": r.Lookup()}), &c)
	if c.Asks.Watch != 3 || c.Asks.Satisfied {
		t.Fatalf("asks %+v", c.Asks)
	}
	in := s.Intake(t)
	own := rig.NewReporter(t)
	seal := func(category string) rig.Sealed {
		report := own.Seal(t, in, category, "", "They took my shifts away.")
		m := crypto.Message{Case: own.CaseID, Seq: 1, From: "report", On: in.On, Language: "en", Text: "They took my shifts away.",
			Fields:    map[string]string{"category": category, "desk": "independent", "earlier": r.CaseID[:8]},
			Recipient: own.Receipt.Bind(own.CaseID, own.Case.Recipient()), Reporter: crypto.Fingerprint(own.Identity.Recipient())}
		sealed, err := crypto.SealMessage(m, own.Case.Recipient(), own.Identity.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		keys, sealedTo := own.Keys(t, in, "independent")
		return report.With("branch", "independent", "message", sealed, "keys", keys, "sealed_to", sealedTo)
	}
	refusedAs(t, "another category at the independent desk", s.PostJSON(t, "/api/reports", seal("bribery")), http.StatusConflict, "stale")
	report := seal("retaliation")
	answer := asked(t, r, c.Form, 2, map[string]string{"watch": "3", "happened": "yes"}, "They took my shifts away.")
	for range 2 {
		s.Accept(t, report)
		if res := s.PostJSON(t, "/api/follow-up/messages", answer); res.Status != http.StatusCreated {
			t.Fatalf("the answer = %d %s", res.Status, res.Body)
		}
	}
	checkYes(t, s, handlers, r.Receipt.String(), own.Receipt.String(), r.CaseID)
	for _, wrong := range []rig.Sealed{answer.With("seq", 3, "kind", "question"), answer.With("seq", 3, "kind", "asked", "danger", true), answer.With("seq", 3, "kind", "asked", "statement", "accepted")} {
		refusedAs(t, "no such answer", s.PostJSON(t, "/api/follow-up/messages", wrong), http.StatusBadRequest, "malformed")
	}
}

// Where the independent desk has nobody compliance reads the new report; where nobody at
// all does, the answer is kept as a message that makes work, and the page says so.
func TestAnswerYesWhereNobodyReads(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	receipt, _ := watched(t, s)
	page := s.FollowUp(t, "en", receipt).Body
	res := s.PostFields(t, answerPath, answerFields(page, receipt, "watch", "happened", "yes", "account", "They took my shifts away.")...)
	if opened := s.Case(t, rig.Receipt(t, res.Body), handlers["compliance"]); opened.Queue != "compliance" {
		t.Errorf("it went to %s", opened.Queue)
	}
	other := s.Report(t, "en", []rig.Field{{Name: "category", Value: "power-harassment"}, {Name: "text", Value: "another report"}})
	id := s.CaseID(t, other)
	ago(t, s, id, 4)
	s.Exec(t, `UPDATE handlers SET disabled = 1 WHERE branches LIKE '%compliance%'`)
	page = s.FollowUp(t, "en", other).Body
	sent := answerFields(page, other, "watch", "happened", "yes", "account", "They took my desk away.")
	before := s.Cases(t)
	for range 2 {
		res = s.PostFields(t, answerPath, sent...)
		if res.Status != http.StatusOK || !strings.Contains(res.Body, rig.Texts(t, "en").OnPages().T("watch.nobody")[:40]) || !strings.Contains(res.Body, "They took my desk away.") {
			t.Fatalf("where nobody reads = %d\n%s", res.Status, res.Body)
		}
	}
	if s.Cases(t) != before {
		t.Error("a case that nobody reads was made")
	}
	if kinds := s.Column(t, `SELECT kind FROM messages WHERE case_id = $1 ORDER BY seq`, id); !slices.Equal(kinds, []string{"", ""}) {
		t.Errorf("kinds %q", kinds)
	}
	if turn := s.Column(t, `SELECT turn FROM cases WHERE id = $1`, id); turn[0] != "desk" {
		t.Errorf("it is the turn of %v: nobody acts", turn)
	}
}

// A case that takes no more messages can still say yes: the new case is made, and its page
// says where the answer is. Where the answer cannot be stored for now, the receipt's page
// says so, and its button completes it.
func TestAnswerYesOfAFullCase(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	receipt, id := watched(t, s)
	page := s.FollowUp(t, "en", receipt).Body
	s.Exec(t, `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
		INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) SELECT 7000000 + i, $1, i, 'reporter', '', '2026-11-21', 0, '', x'00' FROM n`, id)
	s.Exec(t, `UPDATE cases SET last_seq = 300 WHERE id = $1`, id)
	sent := answerFields(page, receipt, "watch", "happened", "yes", "account", "They took my shifts away.")
	res := s.PostFields(t, answerPath, sent...)
	if res.Status != http.StatusCreated || !strings.Contains(res.Body, `data-beside="full"`) {
		t.Fatalf("yes in a full case = %d\n%s", res.Status, res.Body)
	}
	second := rig.Receipt(t, res.Body)
	if opened := s.Case(t, second, handlers["independent"]); opened.Messages[0].Fields["earlier"] != id[:8] {
		t.Errorf("%+v", opened.Messages[0].Fields)
	}
	s.Exec(t, `DELETE FROM messages WHERE case_id = $1 AND seq > 1`, id)
	recipient := s.Column(t, `SELECT recipient FROM cases WHERE id = $1`, id)[0]
	s.Exec(t, `UPDATE cases SET last_seq = 1, recipient = 'not a key' WHERE id = $1`, id)
	unsent := s.PostFields(t, answerPath, sent...)
	if unsent.Status != http.StatusCreated || !strings.Contains(unsent.Body, `data-beside="unsent"`) || rig.Receipt(t, unsent.Body) != second {
		t.Fatalf("an answer that cannot be stored = %d\n%s", unsent.Status, unsent.Body)
	}
	s.Exec(t, `UPDATE cases SET recipient = $1 WHERE id = $2`, recipient, id)
	var again []rig.Field
	for _, name := range []string{"form", "report", "receipt", "answer", "watch", "happened", "account"} {
		again = append(again, rig.Field{Name: name, Value: hiddenIn(unsent.Body, name)})
	}
	done := s.PostFields(t, answerPath, again...)
	if done.Status != http.StatusCreated || !strings.Contains(done.Body, `data-beside="stored"`) || rig.Receipt(t, done.Body) != second || s.Cases(t) != 2 {
		t.Errorf("sending the answer once more = %d, %d cases\n%s", done.Status, s.Cases(t), done.Body)
	}
	if answers := s.Count(t, `SELECT count(*) FROM messages WHERE case_id = $1 AND kind = 'asked'`, id); answers != 1 {
		t.Errorf("%d answers", answers)
	}
}

// Whom the reporter keeps from the new report does not read it; the first report's choices
// do not count.
func TestAnswerYesExcludes(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	rig.AddHandler(t, s.Data, "second@desk.example", "independent")
	s.Exec(t, `UPDATE handlers SET shown_as = 'The lawyer' WHERE email = 'second@desk.example'`)
	second := s.Column(t, `SELECT id FROM handlers WHERE email = 'second@desk.example'`)[0]
	receipt, _ := watched(t, s)
	page := s.FollowUp(t, "en", receipt).Body
	if !strings.Contains(page, `name="not_for" value="`+second+`" form="message"`) {
		t.Fatal("nobody is offered to be excluded")
	}
	wrong := s.PostFields(t, answerPath, answerFields(page, receipt, "watch", "happened", "yes", "account", "x", "not_for", crypto.NewID())...)
	if wrong.Status != http.StatusUnprocessableEntity || s.Cases(t) != 1 || s.Count(t, `SELECT count(*) FROM messages`) != 1 {
		t.Errorf("somebody unknown is excluded: %d", wrong.Status)
	}
	res := s.PostFields(t, answerPath, answerFields(page, receipt, "watch", "happened", "yes", "account", "x", "not_for", second)...)
	opened := s.Case(t, rig.Receipt(t, res.Body), handlers["independent"])
	if opened.Messages[0].Fields["not_for"] != "The lawyer" || slices.Contains(s.Column(t, `SELECT handler_id FROM case_keys WHERE case_id = $1`, opened.ID), second) {
		t.Errorf("%+v", opened.Messages[0].Fields)
	}
}

// A closed case asks once whether its reporter is satisfied, and once more after it was
// taken up again and closed anew. The answer makes no work.
func TestAnswerSatisfied(t *testing.T) {
	t.Parallel()
	s, handlers := withIndependent(t)
	receipt, id := watched(t, s)
	today := casework.DayOf(time.Now().UTC())
	close := func(on casework.Day) {
		s.Exec(t, `UPDATE cases SET state = 'closed', outcome = 'substantiated', turn = 'ended', closed = $1 WHERE id = $2`, string(on), id)
	}
	if strings.Contains(s.FollowUp(t, "en", receipt).Body, `id="satisfied-part"`) {
		t.Error("an open case asks")
	}
	close(today)
	page := s.FollowUp(t, "en", receipt).Body
	sent := answerFields(page, receipt, "satisfied", "satisfied", "no", "remark", "It took too long.")
	for range 2 {
		if res := s.PostFields(t, answerPath, sent...); res.Status != http.StatusOK || !strings.Contains(res.Body, `id="satisfied-said"`) || strings.Contains(res.Body, `name="satisfied"`) {
			t.Fatalf("not satisfied = %d\n%s", res.Status, res.Body)
		}
	}
	answer := s.Case(t, receipt, handlers["compliance"]).Messages
	if len(answer) != 2 || answer[1].Fields["satisfied"] != "no" || answer[1].Text != "It took too long." {
		t.Errorf("%+v", answer)
	}
	if turn := s.Column(t, `SELECT turn FROM cases WHERE id = $1`, id); turn[0] != "ended" || s.Count(t, `SELECT count(*) FROM notices`) != 0 {
		t.Errorf("it makes work: %v", turn)
	}
	s.Exec(t, `UPDATE cases SET state = 'investigating', outcome = '', closed = '' WHERE id = $1`, id)
	if strings.Contains(s.FollowUp(t, "en", receipt).Body, `id="satisfied-part"`) {
		t.Error("a case that was taken up again asks")
	}
	close(today.AddDays(1))
	if !strings.Contains(s.FollowUp(t, "en", receipt).Body, `name="satisfied"`) {
		t.Error("after another closing nothing is asked")
	}
}
