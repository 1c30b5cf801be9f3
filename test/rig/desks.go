package rig

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
)

// Desks is a hotline with people of several queues, and their identities.
type Desks struct {
	*Server
	People     map[string]*Desk
	Identities map[string]crypto.Identity
	age        string // folder of the stock age command
}

// NewDesks starts one, with an administrator and with people of these queues,
// separated by spaces.
func NewDesks(t testing.TB, queues map[string]string, flags ...string) Desks {
	t.Helper()
	s := Start(t, filepath.Join(t.TempDir(), "data"), append([]string{"--limits", "off"}, flags...)...)
	d := Desks{s, map[string]*Desk{}, map[string]crypto.Identity{}, Age(t)}
	d.People["admin"], _ = s.Setup(t)
	for name, queue := range queues {
		d.Join(t, name, strings.Fields(queue)...)
	}
	return d
}

func (d Desks) Join(t testing.TB, name string, queues ...string) {
	t.Helper()
	var flags []string
	for _, q := range queues {
		flags = append(flags, "--queue", q)
	}
	d.People[name], d.Identities[name] = d.Invite(t, name+"@desk.example", flags...)
}

// WantOpens fails the test unless exactly these people can open a case: age opens
// their key with their identity, and with what is in it the report; nobody has a
// key that is not theirs.
func (d Desks) WantOpens(t testing.TB, what, caseID string, names ...string) {
	t.Helper()
	slices.Sort(names)
	keys := d.Keys(t, caseID)
	if got := Names(keys); got != strings.Join(names, " ") {
		t.Errorf("%s: keys of %q, want %q", what, got, names)
	}
	for _, k := range keys {
		owner, _, _ := strings.Cut(k.Email, "@")
		for name, identity := range d.Identities {
			opened, ok := d.ageOpens(t, k.Sealed, identity.String())
			if ok != (name == owner) {
				t.Errorf("%s: age opens the key of %s with the identity of %s: %v", what, owner, name, ok)
			}
			if name != owner {
				continue
			}
			if report, ok := d.ageOpens(t, d.report(t, caseID), opened); !ok || !strings.Contains(report, caseID) {
				t.Errorf("%s: what %s opens does not open the report", what, owner)
			}
		}
	}
}

func (d Desks) report(t testing.TB, caseID string) (sealed []byte) {
	t.Helper()
	db := d.DB(t)
	defer db.Close()
	if err := db.QueryRow(`SELECT sealed FROM messages WHERE case_id = ? AND seq = 1`, caseID).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// ageOpens opens with the stock age command and nothing of ours.
func (d Desks) ageOpens(t testing.TB, sealed []byte, identity string) (string, bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "identity.txt")
	if err := os.WriteFile(file, []byte(strings.TrimSpace(identity)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	age := exec.Command(filepath.Join(d.age, "age"), "-d", "-i", file)
	age.Stdin = bytes.NewReader(sealed)
	out, err := age.Output()
	return string(out), err == nil
}

// WantSees fails the test unless somebody sees a case, or finds it nowhere.
func (d Desks) WantSees(t testing.TB, what, name, caseID string, sees bool) {
	t.Helper()
	p := d.People[name]
	_, status := p.Case(t, caseID)
	list := strings.Contains(p.Get(t, "/en/desk/cases?tab=all").Body, caseID)
	page := p.Get(t, "/en/desk/cases/"+caseID).Status
	summary := strings.Contains(p.Post(t, "/api/desk/summaries", map[string]any{"cases": []string{caseID}}).Body, caseID)
	search := strings.Contains(p.Post(t, "/api/desk/search", map[string]any{"after": ""}).Body, caseID)
	if (status == http.StatusOK) != sees || (page == http.StatusOK) != sees || list != sees || summary != sees || search && !sees {
		t.Errorf("%s: %s gets the case %d, its page %d, in the list %v, its summary %v, in the search %v; want %v", what, name, status, page, list, summary, search, sees)
	}
}

func (d Desks) Transfer(t testing.TB, by, caseID, queue, who string, want int) {
	t.Helper()
	if who != "" {
		who = d.People[who].ID(t)
	}
	if res := d.People[by].Transfer(t, caseID, d.Identities[by], queue, who); res.Status != want {
		t.Errorf("%s transfers (%s%s): %d, want %d\n%s", by, queue, who, res.Status, want, res.Body)
	}
}

// Show has reporters offered to exclude somebody, as administrators decide.
func (d Desks) Show(t testing.TB, name, as string) {
	t.Helper()
	d.Exec(t, `UPDATE handlers SET shown_as = $1 WHERE email = $2`, as, name+"@desk.example")
}

// GrantAll gives somebody keys as the page of access does, and returns the error
// of a server that is gone.
func (d Desks) GrantAll(t testing.TB, by, to string) error {
	for after := ""; ; {
		var batch struct {
			Recipient string
			Keys      []struct {
				Case string
				Key  []byte
			}
		}
		res, err := d.try(t, by, "/api/desk/access/keys", map[string]any{"to": to, "source": "own", "after": after})
		if err != nil {
			return err
		}
		Decode(t, res, &batch)
		if len(batch.Keys) == 0 {
			return nil
		}
		keys := map[string][]byte{}
		for _, k := range batch.Keys {
			keys[k.Case], _ = Reseal(t, k.Key, d.Identities[by], batch.Recipient)
			after = k.Case
		}
		if _, err := d.try(t, by, "/api/desk/access/grant", map[string]any{"to": to, "recipient": batch.Recipient, "keys": keys}); err != nil {
			return err
		}
	}
}

// try sends a request that may meet no server.
func (d Desks) try(t testing.TB, by, path string, body any) (Response, error) {
	r := d.JSONRequest(t, path, body)
	for name, value := range d.People[by].Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := Send(r)
	if err == nil && res.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, res.Status, res.Body)
	}
	return res, err
}
