package api

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/test/rig"
)

// withoutForm is a form's fields without the one of that name.
func without(name string, fields []rig.Field) (left []rig.Field) {
	for _, f := range fields {
		if f.Name != name {
			left = append(left, f)
		}
	}
	return left
}

// A form whose token is no good is asked for once more, with everything kept,
// and taken then.
func TestBadTokensAreAskedForOnceMore(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	other, _ := rig.WithHandlers(t)
	good := s.AgedToken(t, time.Minute)
	dropped := guard.Form{Nonce: crypto.NewNonce(), Issued: time.Now().AddDate(0, 0, -3)}
	expired := s.Sign(t, dropped)
	s.Exec(t, `DELETE FROM daily_keys WHERE day < $1`, time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly))
	for name, token := range map[string]string{
		"missing": "", "nonsense": "nonsense", "forged": flip(good, 40), "other nonce": flip(good, 30), "other time": flip(good, 12), "cut": good[:len(good)-4],
		"lengthened": good + "AAAA", "expired": s.AgedToken(t, 25*time.Hour), "its key is gone": expired, "another server's": other.AgedToken(t, time.Minute),
		"not base64": strings.Repeat("=", len(good)), "huge": strings.Repeat("A", 100_000),
	} {
		for _, lang := range []string{"ja", "en"} {
			res := s.Post(t, "/"+lang+"/report", rig.WithForm(token, rig.Typed()...), rig.TextFile("a.txt", 10))
			want := rig.Texts(t, lang).T("notice.form-expired")
			if res.Status != 422 || !strings.Contains(res.Body, html.EscapeString(want)) {
				t.Errorf("%s = %d without %q", name, res.Status, want)
				continue
			}
			rig.CheckKept(t, name, res.Body, rig.Typed())
			rig.CheckTitle(t, name, lang, res.Body)
			fresh := rig.Token(t, res.Body)
			if fresh == token {
				t.Errorf("%s: the same token is served again", name)
			}
			if res = s.Post(t, "/"+lang+"/report", rig.WithForm(fresh, rig.Typed()...)); res.Status != http.StatusCreated {
				t.Errorf("%s, sent once more = %d", name, res.Status)
			}
		}
	}
}

// flip changes one character of a token.
func flip(token string, at int) string {
	b := []byte(token)
	if b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return string(b)
}

// Bots are fast, and fill in what people cannot see. Some browsers do, too: so
// such a form is asked for once more and then taken as it is.
func TestHastyFormsAreAskedForOnceMore(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t)
	honeypot := append(rig.Typed(), rig.Field{Name: "website", Value: "https://bot.example"})
	served := func() string { return s.AgedToken(t, -time.Minute) } // too fast, however long this machine takes
	for name, c := range map[string]struct {
		token  string
		fields []rig.Field
	}{
		"too fast":        {served(), rig.Typed()},
		"honeypot":        {s.AgedToken(t, time.Minute), honeypot},
		"both":            {served(), honeypot},
		"fast, with file": {served(), rig.Typed()},
	} {
		var files []rig.File
		if name == "fast, with file" {
			files = append(files, rig.TextFile("a.txt", 10))
		}
		before := s.Cases(t)
		res := s.Post(t, "/en/report", rig.WithForm(c.token, c.fields...), files...)
		if res.Status != 422 || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, "en").T("notice.once-more"))) {
			t.Errorf("%s = %d", name, res.Status)
			continue
		}
		rig.CheckKept(t, name, res.Body, rig.Typed())
		rig.CheckTitle(t, name, "en", res.Body)
		if s.Cases(t) != before || len(s.SealedFiles(t)) != 0 {
			t.Errorf("%s: stored at once", name)
		}
		res = s.Post(t, "/en/report", rig.WithForm(rig.Token(t, res.Body), c.fields...))
		if res.Status != http.StatusCreated {
			t.Errorf("%s, sent once more = %d", name, res.Status)
			continue
		}
		m := s.Case(t, rig.Receipt(t, res.Body), handlers["compliance"]).Messages[0]
		if _, kept := m.Fields["website"]; kept || m.Text != rig.Typed()[4].Value {
			t.Errorf("%s: stored as %+v", name, m)
		}
	}
	if res := s.Post(t, "/en/report", rig.WithForm(s.AgedToken(t, 3*time.Second), rig.Typed()...)); res.Status != http.StatusCreated {
		t.Errorf("three seconds later = %d", res.Status)
	}
}

// Nobody waits to look at their case, or to answer in it.
func TestFollowUpNeedsNoPatience(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	res := s.Post(t, "/en/report", rig.WithForm(s.AgedToken(t, time.Minute), rig.Typed()...))
	receipt := rig.Receipt(t, res.Body)
	page := s.FollowUp(t, "en", receipt)
	if page.Status != http.StatusOK {
		t.Fatalf("follow-up at once = %d", page.Status)
	}
	message := rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "and one thing more"})
	if res := s.Post(t, "/en/follow-up/message", message); res.Status != http.StatusOK || !strings.Contains(res.Body, "and one thing more") {
		t.Errorf("message at once = %d", res.Status)
	}
}

// A conversation that stood open over night keeps the message in it, whether it
// is sent or carried into another language.
func TestExpiredConversationKeepsItsText(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "the report"}})
	fields := rig.WithForm(s.AgedToken(t, 25*time.Hour), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "text", Value: "written over night"})
	for name, c := range map[string]struct {
		path   string
		fields []rig.Field
	}{
		"sent":     {"/en/follow-up/message", fields},
		"switched": {"/ja/follow-up", append(fields, rig.Field{Name: "switch", Value: "ja"})},
	} {
		res := s.PostFields(t, c.path, c.fields...)
		if res.Status != 422 || !strings.Contains(res.Body, "the report") {
			t.Errorf("%s = %d, and the conversation is not shown", name, res.Status)
		}
		rig.CheckKept(t, name, res.Body, []rig.Field{{Name: "text", Value: "written over night"}})
		rig.CheckTitle(t, name, c.path[1:3], res.Body)
	}
	unknown := crypto.NewReceipt([15]byte{1}).String()
	for _, text := range []string{"", "hello"} {
		fields := rig.WithForm("", rig.Field{Name: "receipt", Value: unknown}, rig.Field{Name: "text", Value: text})
		if res := s.PostFields(t, "/en/follow-up", fields...); res.Status != 422 {
			t.Errorf("an unknown receipt with a bad token and the text %q = %d: it tells what there is", text, res.Status)
		}
	}
}
