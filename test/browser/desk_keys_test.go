package browser

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store"
	"hotline/test/rig"
)

// keyring is a hotline whose handlers' identities the test knows, so that the
// stock age command can say who opens what.
type keyring struct {
	*rig.Server
	age    string            // the command
	files  map[string]string // identity file, by e-mail address or store.Recovery
	people []map[string]any  // for the browser

	reporters map[string]*rig.Reporter // by case
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	s := rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
	return &keyring{Server: s, age: filepath.Join(rig.Age(t), "age"), files: map[string]string{}, reporters: map[string]*rig.Reporter{}}
}

// join has somebody enrol, who then signs in with a browser.
func (k *keyring) join(t *testing.T, name string, queues ...string) {
	t.Helper()
	email := strings.ToLower(strings.Fields(name)[0]) + "@desk.example"
	args := []string{"handler", "invite", "--data", k.Data, "--name", name, "--email", email}
	for _, q := range queues {
		args = append(args, "--queue", q)
	}
	d := k.NewDesk(email)
	_, identity := d.Enrol(t, rig.TokenIn(t, rig.Run(t, args...)), nil)
	k.knows(t, email, identity.String())
	k.people = append(k.people, map[string]any{"name": name, "email": email, "secret": d.Secret, "step": time.Now().Unix() / 30})
}

// knows writes somebody's identity file.
func (k *keyring) knows(t *testing.T, who, identity string) {
	t.Helper()
	k.files[who] = rig.WriteFile(t, t.TempDir(), "identity.txt", []byte(identity+"\n"))
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
	sealed["identity"] = message.Fields["identity"]
	k.Server.Accept(t, sealed)
	k.reporters[r.CaseID] = r
	return r.CaseID
}

// readers are those who have a key of a case, in order. One that age does not
// open, or that opens another case, stands with a "!".
func (k *keyring) readers(t *testing.T, caseID string) string {
	t.Helper()
	var all []string
	for who, file := range k.files {
		if found := k.opens(t, who, file, caseID); found != "" {
			all = append(all, found)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// opens returns the name of somebody who has a key of a case, "" if they have none.
func (k *keyring) opens(t *testing.T, who, file, caseID string) string {
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
	command := exec.Command(k.age, "-d", "-i", file)
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
				switch found := k.opens(t, l.Name, k.files[l.Name], id); {
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
		"identity": func(t *testing.T, l browserLine) string { k.knows(t, l.Name, l.Text); return "" },
		"recovery": func(t *testing.T, _ browserLine) string {
			identity, err := crypto.NewIdentity()
			if err != nil {
				t.Fatal(err)
			}
			k.knows(t, store.Recovery, identity.String())
			k.Exec(t, `UPDATE recovery SET recipient = ?, key_version = key_version + 1, wanting = 1`, identity.Recipient().String())
			return k.files[store.Recovery]
		},
		// one of somebody's keys becomes that of another case
		"swap": func(t *testing.T, l browserLine) string {
			k.Exec(t, `UPDATE case_keys SET sealed = (SELECT max(sealed) FROM case_keys o WHERE o.handler_id = case_keys.handler_id AND o.case_id <> case_keys.case_id)
				WHERE place = (SELECT min(place) FROM case_keys WHERE handler_id = (SELECT id FROM handlers WHERE email = ?))`, l.Name)
			return ""
		},
		"spoil": k.spoil,
		"invite": func(t *testing.T, l browserLine) string {
			return k.URL + "/en/desk/enrol#" + rig.TokenIn(t, rig.Run(t, "handler", "invite", "--data", k.Data, "--email", l.Name))
		},
		"join offline": func(t *testing.T, l browserLine) string {
			h := rig.AddHandler(t, k.Data, l.Name, l.Text)
			k.files[l.Name] = h.File
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
		"an hour": func(t *testing.T, _ browserLine) string {
			k.Exec(t, `UPDATE sessions SET confirmed = confirmed - 3600`)
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
	config := map[string]any{
		"url": k.URL, "people": k.people, "password": rig.Password, "folder": t.TempDir(),
		"screenshots": os.Getenv("HOTLINE_SCREENSHOTS"), "only": os.Getenv("HOTLINE_ONLY"),
	}
	for name, value := range more {
		config[name] = value
	}
	b.run(t, program, config)
	b.report(t)
	for _, word := range []string{"カナリア", "canary-eleven", "Canary ten", "AGE-SECRET-KEY-PQ-1[0-9A-Z]{20}"} {
		for _, place := range k.Holds(t, regexp.MustCompile(word)) {
			t.Errorf("%q stands in %s", word, place)
		}
	}
}

// TestDeskAccess gives colleagues keys: many cases, stopped on the way; somebody
// with a new identity; and with the recovery identity.
func TestDeskAccess(t *testing.T) {
	t.Parallel()
	rig.NeedBrowser(t)
	k := newKeyring(t)
	k.join(t, "Aiko Tanaka", "hr")
	var cases []string
	for i := range 42 {
		cases = append(cases, k.report(t, fmt.Sprintf("カナリア玖 %d 残業代が払われません", i), ""))
	}
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Oki Mori", "hr")
	k.browse(t, "desk/desk-keys-access.mjs", map[string]any{"cases": cases})
}

// TestDeskPassing hands cases over, keeps people away from them, and opens the
// reporter's name, with several handlers side by side.
func TestDeskPassing(t *testing.T) {
	t.Parallel()
	rig.NeedBrowser(t)
	k := newKeyring(t)
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr")
	k.join(t, "Mina Abe", "compliance")
	k.browse(t, "desk/desk-keys-passing.mjs", nil)
}
