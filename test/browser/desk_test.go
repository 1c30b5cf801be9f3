package browser

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestDeskDay goes through the desk with a real browser: set-up, enrolment, sign-in
// with codes and passkeys, and the life of a case between a reporter and two
// handlers. Then it looks for what was written where nobody may find it.
func TestDeskDay(t *testing.T) {
	t.Parallel()
	s := rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	b := &browser{open: s}
	b.run(t, "desk/desk-day.mjs", map[string]any{
		"url": s.URL, "setup": s.URL + "/en/desk/enrol#" + s.SetupToken(t, 0), "folder": t.TempDir(), "photo": photo(t),
	})
	t.Run("no word is left", func(t *testing.T) {
		holdsNone(t, s, "カナリア", "Canary four", "canary-six", "wandering otter", "AGE-SECRET-KEY-PQ-1[0-9A-Z]{20}")
	})
}

func photo(t *testing.T) string {
	return base64.StdEncoding.EncodeToString(rig.Photo(t, rig.HiddenDetail))
}

// TestDeskLooks looks at every page of the desk in every language. Pages in English
// take twice as long as others.
func TestDeskLooks(t *testing.T) {
	t.Parallel()
	for _, langs := range [][]string{{"en", "ja"}, {"es", "pt", "zh"}} {
		t.Run(strings.Join(langs, "_"), func(t *testing.T) {
			t.Parallel()
			afterADay.copy(t).browse(t, "desk/desk-looks.mjs", map[string]any{"langs": langs})
		})
	}
}

// TestDeskTrouble has something go wrong, each time at a desk of its own, and goes
// through the desk without a mouse.
func TestDeskTrouble(t *testing.T) {
	t.Parallel()
	for _, trouble := range []string{
		"one strange report blinds nobody", "a choice not saved survives a note", "a case without a key keeps its draft and asks before sending",
		"a password changed in another tab", "too many tries at sign-in", "a handler whose key is offline", "keyboard only",
	} {
		t.Run(strings.ReplaceAll(trouble, " ", "_"), func(t *testing.T) {
			t.Parallel()
			afterADay.copy(t).browse(t, "desk/desk-trouble.mjs", map[string]any{"trouble": trouble, "photo": photo(t)})
		})
	}
}

// TestDeskPages walks through a case of 130 messages, as its reporter and as a handler.
func TestDeskPages(t *testing.T) {
	t.Parallel()
	k := afterADay.copy(t)
	id := k.send(t, written{category: "working-hours-wages", language: "en", text: "a report"})
	k.Lengthen(t, k.reporters[id], 130)
	k.browse(t, "desk/pages.mjs", map[string]any{"receipt": k.reporters[id].Receipt.String(), "cases": map[string]string{"long": id}})
}

// afterADay has what a day at the desk leaves behind: an administrator, two handlers,
// one of whom has a passkey, a case that was read, answered and closed, and one that
// nobody has read.
var afterADay = template{fill: func(t *testing.T, k *keyring) {
	admin := k.NewDesk("mei@desk.example")
	admin.Enrol(t, k.SetupToken(t, 0), map[string]any{"name": "Mei Admin", "email": admin.Email})
	k.people = append(k.people, personOf(t, admin, "Mei Admin", ""))
	settings := url.Values{"name": {"Example Manufacturing"}, "languages": rig.Languages, "profile": {"strictest"}, "country": {"JP"}, "exit_url": {"https://weather.example/"}}
	if res := admin.PostForm(t, "/en/desk/admin/organization", settings); res.Status != http.StatusSeeOther {
		t.Fatalf("the organization: %d\n%s", res.Status, res.Body)
	}
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr", "compliance")
	credential, err := json.Marshal(webauthn.Credential{ID: []byte("a passkey")})
	if err != nil {
		t.Fatal(err)
	}
	k.Exec(t, `INSERT INTO passkeys (id, handler_id, name, created, credential, identity) SELECT ?, id, 'Laptop', unixepoch(), ?, x'' FROM handlers WHERE email = 'aiko@desk.example'`,
		[]byte("a passkey"), credential)

	id := k.send(t, written{
		category: "working-hours-wages", language: "ja", text: "工場長が退職者の印鑑で残業の記録を書き換えています。カナリア壱",
		fields: map[string]string{"kind": "report", "subject": "own", "category": "working-hours-wages", "identity": "anonymous"},
		files:  map[string][]byte{"canary-six.jpg": rig.Photo(t, rig.HiddenDetail)},
	})
	aiko, ken := k.desks["aiko@desk.example"], k.desks["ken@desk.example"]
	aiko.Post(t, "/api/desk/cases/"+id+"/read", map[string]any{"seq": 1})
	k.write(t, aiko, id, wrote{from: "desk", text: "通報を受け付けました。", move: "acknowledged"})
	k.write(t, aiko, id, wrote{from: "note", text: "Canary four: ask payroll for the October sheets."})
	k.write(t, aiko, id, wrote{from: "desk", kind: "question", text: "いつごろ、どの部署で見ましたか。カナリア弐"})
	r := k.reporters[id]
	c := k.Conversation(t, r)
	if res := k.PostJSON(t, "/api/follow-up/messages", r.Message(t, c.Form, c.LastSeq+1, "先月の末、第二工場の組立課です。カナリア参")); res.Status != http.StatusCreated {
		t.Fatalf("the reporter's answer: %d\n%s", res.Status, res.Body)
	}
	k.write(t, ken, id, wrote{from: "note", text: "First of two notes"})
	k.write(t, aiko, id, wrote{from: "note", text: "Second of two notes"})
	if res := aiko.Investigate(t, id, "acknowledged"); res.Status != http.StatusCreated {
		t.Fatalf("investigating: %d\n%s", res.Status, res.Body)
	}
	aiko.Classify(t, id, "working-hours-wages", 3)
	k.write(t, aiko, id, wrote{from: "desk", kind: "answer", text: "記録を確認し、事実と認めました。訂正して支払います。カナリア伍", move: "closed", outcome: "substantiated"})
	k.send(t, written{category: "unsure", language: "pt", text: "O gerente pede aos fornecedores que paguem as viagens dele. Isso acontece desde março, e todos sabem."})
}}

// wrote is what a handler writes at the desk, and where it moves the case.
type wrote struct{ from, kind, text, move, outcome string }

// write seals a message to a case and sends it as the desk's scripts do.
func (k *keyring) write(t *testing.T, d *rig.Desk, id string, w wrote) {
	t.Helper()
	c, _ := d.Case(t, id)
	recipient, err := crypto.ParseRecipient(c.Case.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	to := []crypto.Recipient{recipient}
	if w.from == "desk" {
		to = append(to, k.reporters[id].Identity.Recipient())
	}
	sealed, err := crypto.SealMessage(crypto.Message{Case: id, Seq: c.Case.LastSeq + 1, From: w.from, On: c.On, Language: "ja", Text: w.text}, to...)
	if err != nil {
		t.Fatal(err)
	}
	body := map[string]any{"form": c.Form, "from": w.from, "kind": w.kind, "seq": c.Case.LastSeq + 1, "message": sealed, "files": []string{}, "move": nil}
	if w.move != "" {
		body["move"] = map[string]string{"from": c.Case.State, "to": w.move, "outcome": w.outcome}
	}
	if res := d.Post(t, "/api/desk/cases/"+id+"/messages", body); res.Status != http.StatusCreated {
		t.Fatalf("writing %q: %d\n%s", w.text, res.Status, res.Body)
	}
}

// TestHoldsSees shows that the search for words would find them.
func TestHoldsSees(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--organization", "Visible Organization")
	var memory bool
	for _, place := range s.Holds(t, regexp.MustCompile("Visible Organization")) {
		memory = memory || strings.Contains(place, "memory")
	}
	if !memory {
		t.Error("the server's memory is not searched")
	}
	s.Exec(t, `UPDATE settings SET value = 'written-down' WHERE name = 'profile'`)
	s.Exec(t, `INSERT INTO settings (name, value) VALUES ('x', 'written-down')`)
	if len(s.Holds(t, regexp.MustCompile("written-down"))) == 0 {
		t.Error("the database is not searched")
	}
}
