package browser

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/store"
	"hotline/test/rig"
)

// keyring is a hotline whose handlers' identities the test knows, so that the
// stock age command can say who opens what.
type keyring struct {
	*rig.Server
	age        string                   // the command
	identities map[string]string        // by e-mail address or store.Recovery
	people     []person                 // whose browsers a program takes over
	reporters  map[string]*rig.Reporter // by case
	desks      map[string]*rig.Desk     // by e-mail address
	cases      map[string]string        // ids by the test's own names
}

// person is somebody whose browser a program takes over: signed in, and unlocked.
type person struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Secret  string `json:"secret"`  // of the one-time codes
	Session string `json:"session"` // cookie
	Tab     string `json:"tab"`     // what the tab keeps of the identity, "" without one
}

func newKeyring(t *testing.T, s *rig.Server) *keyring {
	t.Helper()
	return &keyring{Server: s, age: filepath.Join(rig.Age(t), "age"), identities: map[string]string{}, reporters: map[string]*rig.Reporter{}, desks: map[string]*rig.Desk{}, cases: map[string]string{}}
}

// join has somebody enrol by an invitation of the command line.
func (k *keyring) join(t *testing.T, name string, queues ...string) {
	t.Helper()
	email := strings.ToLower(strings.Fields(name)[0]) + "@desk.example"
	args := []string{"handler", "invite", "--data", k.Data, "--name", name, "--email", email}
	for _, q := range queues {
		queue, entity, below := strings.Cut(q, "@")
		args = append(args, "--queue", queue)
		if below {
			args = append(args, "--entity", entity)
		}
	}
	d := k.NewDesk(email)
	_, identity := d.Enrol(t, rig.TokenIn(t, rig.Run(t, args...)), nil)
	k.identities[email] = identity.String()
	k.desks[email] = d
	k.people = append(k.people, personOf(t, d, name, identity.String()))
}

// personOf is what a program needs to take somebody's browser over.
func personOf(t *testing.T, d *rig.Desk, name, identity string) person {
	t.Helper()
	p := person{Name: name, Email: d.Email, Secret: d.Secret, Session: d.Cookies["hotline"]}
	if identity == "" {
		return p
	}
	var s rig.DeskSession
	rig.Decode(t, d.Get(t, "/api/desk/session"), &s)
	p.Tab = sealForTab(t, identity, s.Key)
	return p
}

// sealForTab is sealForTab of web/src/desk/session/tab-storage.ts.
func sealForTab(t *testing.T, identity string, key []byte) string {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(identity), []byte("hotline/1 tab")))
}

// report has a browser send one, and returns its case. Whoever gives a name is not
// anonymous.
func (k *keyring) report(t *testing.T, text, name string) (caseID string) {
	t.Helper()
	in, r := k.Intake(t), rig.NewReporter(t)
	sealed := r.Seal(t, in, "working-hours-wages", "own", text)
	message := crypto.Message{
		Case: r.CaseID, Seq: 1, From: "report", On: in.On, Language: "ja", Text: text, Fields: map[string]string{"identity": "anonymous"},
		Recipient: r.Receipt.Bind(r.CaseID, r.Case.Recipient()), Reporter: crypto.Fingerprint(r.Identity.Recipient()),
	}
	if name != "" {
		message.Fields["identity"] = "desk"
		sealed["name"] = r.SealName(t, in.On, map[string]string{"name": name, "contact": "canary-eleven@example.org"})
	}
	var err error
	if sealed["message"], err = crypto.SealMessage(message, r.Case.Recipient(), r.Identity.Recipient()); err != nil {
		t.Fatal(err)
	}
	k.Server.Accept(t, sealed)
	k.reporters[r.CaseID] = r
	return r.CaseID
}

// readers are those who have a key of a case, in order. One that age does not
// open, or that opens another case, stands with a "!".
func (k *keyring) readers(t *testing.T, caseID string) string {
	t.Helper()
	var all []string
	for who := range k.identities {
		if found := k.opens(t, who, caseID); found != "" {
			all = append(all, found)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// opens returns the name of somebody who has a key of a case, "" if they have none.
func (k *keyring) opens(t *testing.T, who, caseID string) string {
	t.Helper()
	name, _, _ := strings.Cut(who, "@")
	db := k.DB(t)
	defer db.Close()
	var sealed []byte
	var recipient string
	err := db.QueryRow(`SELECT k.sealed, c.recipient FROM case_keys k JOIN cases c ON c.id = k.case_id
		WHERE k.case_id = $1 AND k.handler_id = coalesce((SELECT id FROM handlers WHERE email = $2), $2)`, caseID, who).Scan(&sealed, &recipient)
	if err != nil {
		return ""
	}
	command := exec.Command(k.age, "-d", "-i", k.identityFile(t, who))
	command.Stdin = strings.NewReader(string(sealed))
	opened, err := command.Output()
	if err != nil {
		return name + "!"
	}
	identity, err := crypto.ParseIdentity(strings.TrimSpace(string(opened)))
	if err != nil || identity.Recipient().String() != recipient {
		return name + "!"
	}
	return name
}

// identityFile writes somebody's identity file, for the age command.
func (k *keyring) identityFile(t *testing.T, who string) string {
	t.Helper()
	return rig.WriteFile(t, t.TempDir(), "identity.txt", []byte(k.identities[who]+"\n"))
}

// asked is what a program may ask for: what stands in the database, and what
// happens elsewhere meanwhile.
func (k *keyring) asked() map[string]func(*testing.T, browserLine) string {
	all := k.facts()
	maps.Copy(all, k.meanwhile())
	return all
}

func (k *keyring) facts() map[string]func(*testing.T, browserLine) string {
	return map[string]func(*testing.T, browserLine) string{
		"readers": func(t *testing.T, l browserLine) string { return k.readers(t, l.Text) },
		"opened": func(t *testing.T, l browserLine) string {
			opened, broken := 0, 0
			for _, id := range k.allCases(t) {
				switch found := k.opens(t, l.Name, id); {
				case strings.HasSuffix(found, "!"):
					broken++
				case found != "":
					opened++
				}
			}
			return fmt.Sprintf("%d %d", opened, broken)
		},
		"unchecked": func(t *testing.T, l browserLine) string {
			return fmt.Sprint(k.Count(t, `SELECT count(*) FROM case_keys WHERE checked = 0 AND handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name))
		},
	}
}

func (k *keyring) meanwhile() map[string]func(*testing.T, browserLine) string {
	return map[string]func(*testing.T, browserLine) string{
		"identity": func(_ *testing.T, l browserLine) string { k.identities[l.Name] = l.Text; return "" },
		"recovery": func(t *testing.T, _ browserLine) string {
			identity, err := crypto.NewIdentity()
			if err != nil {
				t.Fatal(err)
			}
			k.identities[store.Recovery] = identity.String()
			k.Exec(t, `UPDATE recovery SET recipient = ?, key_version = key_version + 1, needs_keys = 1`, identity.Recipient().String())
			return k.identityFile(t, store.Recovery)
		},
		// who has a case open stays there until they say that they left
		"nobody is forgotten": func(t *testing.T, _ browserLine) string {
			k.Exec(t, `UPDATE case_presence SET until = until + 86400`)
			return ""
		},
		// somebody's key of a case becomes that of another case
		"swap": func(t *testing.T, l browserLine) string {
			k.Exec(t, `UPDATE case_keys SET sealed = (SELECT max(sealed) FROM case_keys o WHERE o.handler_id = case_keys.handler_id AND o.case_id <> case_keys.case_id)
				WHERE case_id = ? AND handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Text, l.Name)
			return ""
		},
		"spoil": k.spoil,
		// the last day of every deputy was yesterday, and the server begins another day
		"deputies are over": func(t *testing.T, _ browserLine) string {
			if err := k.Stop(t); err != nil {
				t.Fatal(err)
			}
			k.Exec(t, `UPDATE deputies SET from_day = '2020-01-01', until_day = '2020-01-02'`)
			k.Restart(t)
			rig.Until(t, "the deputies have gone", func() bool { return k.Count(t, `SELECT count(*) FROM deputies`) == 0 })
			return ""
		},
		"invite": func(t *testing.T, l browserLine) string {
			return k.URL + "/en/desk/enrol#" + rig.TokenIn(t, rig.Run(t, "handler", "invite", "--data", k.Data, "--email", l.Name))
		},
		"join offline": func(t *testing.T, l browserLine) string {
			k.identities[l.Name] = rig.AddHandler(t, k.Data, l.Name, l.Text).Identity.String()
			return ""
		},
		"designate": func(t *testing.T, l browserLine) string {
			k.Exec(t, `INSERT INTO designations (id, handler_id, document, from_day, until_day) SELECT 'd1', id, 'No. 1', '2020-01-01', '' FROM handlers WHERE email = ?`, l.Name)
			return ""
		},
		"reporter excludes": func(t *testing.T, l browserLine) string {
			k.Exec(t, `INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) SELECT id, ?, 'reporter', 0, '' FROM handlers WHERE email = ?`, l.Text, l.Name)
			return ""
		},
		"no key": func(t *testing.T, l browserLine) string {
			k.Exec(t, `DELETE FROM case_keys WHERE handler_id = (SELECT id FROM handlers WHERE email = ?)`, l.Name)
			return ""
		},
		"write": func(t *testing.T, l browserLine) string {
			r := k.reporters[l.Text]
			c := k.Conversation(t, r)
			return fmt.Sprint(k.PostJSON(t, "/api/follow-up/messages", r.Message(t, c.Form, c.LastSeq+1, "カナリア拾壱")).Status)
		},
		"report": func(t *testing.T, l browserLine) string { return k.report(t, l.Text, l.Name) },
	}
}

func (k *keyring) allCases(t *testing.T) (ids []string) {
	t.Helper()
	db := k.DB(t)
	defer db.Close()
	rows, err := db.Query(`SELECT id FROM cases ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// browse runs a program, and then looks for what was written where nobody may
// find it.
func (k *keyring) browse(t *testing.T, program string, more map[string]any) {
	t.Helper()
	b := &browser{open: k.Server, asked: k.asked()}
	config := map[string]any{"url": k.URL, "people": k.people, "password": rig.Password, "folder": t.TempDir()}
	maps.Copy(config, more)
	b.run(t, program, config)
	holdsNone(t, k.Server, "カナリア", "canary-eleven", "Canary ten", "Canary four", "canary-six", rig.Password, "AGE-SECRET-KEY-PQ-1[0-9A-Z]{20}")
}

// holdsNone fails the test if one of these words stands in the database, the files or
// the memory of a server.
func holdsNone(t *testing.T, s *rig.Server, words ...string) {
	t.Helper()
	for _, word := range words {
		for _, place := range s.Holds(t, regexp.MustCompile(word)) {
			t.Errorf("%q stands in %s", word, place)
		}
	}
}
