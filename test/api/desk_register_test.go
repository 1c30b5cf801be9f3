package api

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// The register says who may open reporters' names, and from which day to which.
func TestRegisterOfDesignatedHandlers(t *testing.T) {
	t.Parallel()
	s, admin, hr := withDesk(t, "--limits", "off")
	id := s.SendReport(t, "power-harassment", "own", "A report.").CaseID
	const at = "/en/desk/admin/register"
	designated := func() bool {
		c, status := hr.Case(t, id)
		if status != http.StatusOK || !c.Name.Held {
			t.Fatalf("the case: %d, %+v", status, c.Name)
		}
		return c.Name.Designated
	}
	if page := admin.Get(t, at).Body; designated() || !strings.Contains(page, "Nobody is in the register yet.") {
		t.Error("somebody is in the register before anybody was entered")
	}
	for _, wrong := range []url.Values{
		{"person": {""}, "document": {"HR 1"}, "from": {"2026-01-01"}}, {"person": {admin.ID(t)}, "document": {"HR 1"}, "from": {"2026-01-01"}},
		{"person": {hr.ID(t)}, "document": {" "}, "from": {"2026-01-01"}}, {"person": {hr.ID(t)}, "document": {"HR\u202e1"}, "from": {"2026-01-01"}}, {"person": {hr.ID(t)}, "document": {strings.Repeat("書", 201)}, "from": {"2026-01-01"}},
		{"person": {hr.ID(t)}, "document": {"HR 1"}, "from": {"1/1/2026"}},
	} {
		if res := admin.PostForm(t, at, wrong); res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `id="errors"`) {
			t.Errorf("%v: %d", wrong, res.Status)
		}
	}
	if res := admin.PostForm(t, at, url.Values{"person": {hr.ID(t)}, "document": {"従事者指定書 <HR 1>"}, "from": {"2026-01-01"}}); res.Status != http.StatusSeeOther {
		t.Fatalf("entering: %d\n%.2000s", res.Status, res.Body)
	}
	page := admin.Get(t, at).Body
	if !designated() || !strings.Contains(page, "従事者指定書 &lt;HR 1&gt;") || !strings.Contains(page, "In force") {
		t.Error("who was entered is not designated, or not on the page")
	}
	if person := admin.Get(t, "/ja/desk/admin/people/"+hr.ID(t)).Body; !strings.Contains(person, "従事者指定書 &lt;HR 1&gt;") {
		t.Error("the person's own page does not show it")
	}
	_, line, _ := strings.Cut(page, "register?end=")
	line = line[:32]
	if !strings.Contains(admin.Get(t, at+"?end="+line).Body, "End the designation of Name of hr@desk.example?") {
		t.Error("the page does not ask before it ends one")
	}
	for _, day := range []string{"", "never", "2025-12-31"} {
		if res := admin.PostForm(t, at+"/"+line+"/end", url.Values{"until": {day}}); res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `id="until-error"`) {
			t.Errorf("ending it on %q: %d", day, res.Status)
		}
	}
	for range 2 { // sent twice, it ends once
		if res := admin.PostForm(t, at+"/"+line+"/end", url.Values{"until": {"2026-02-01"}}); res.Status != http.StatusSeeOther {
			t.Errorf("ending it: %d", res.Status)
		}
	}
	if designated() || !strings.Contains(admin.Get(t, at).Body, "Ended") || s.Count(t, `SELECT count(*) FROM audit WHERE what LIKE 'person.%designated'`) != 2 {
		t.Error("it has not ended, or the log does not say so once")
	}
	if res := admin.PostForm(t, at+"/"+crypto.NewID()+"/end", url.Values{"until": {"2026-02-01"}}); res.Status != http.StatusNotFound {
		t.Errorf("ending what is not there: %d", res.Status)
	}
	s.Exec(t, `UPDATE sessions SET confirmed = confirmed - 3600`)
	res := admin.PostForm(t, at, url.Values{"person": {hr.ID(t)}, "document": {"HR 2"}, "from": {"2026-01-01"}})
	if res.Status != http.StatusForbidden || !strings.Contains(res.Body, `value="HR 2"`) || designated() {
		t.Errorf("an hour after the password was given: %d", res.Status)
	}
}

// The recovery identity opens what was sealed to it, with age alone, and with it
// somebody who has no key gets one.
func TestRecoveryPage(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	admin, _ := s.Setup(t)
	_, mine := s.Invite(t, "hr@desk.example", "--queue", "hr")
	dir := t.TempDir()
	sh := rig.Shell(t, rig.Age(t), filepath.Dir(rig.Binary(t)))
	sh(dir, "age-keygen -pq -o recovery.txt 2>/dev/null && age-keygen -y -o recovery.pub recovery.txt && age-keygen -o classic.txt 2>/dev/null && age-keygen -y -o classic.pub classic.txt")
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(content))
	}
	recipient := read("recovery.pub")
	const at = "/en/desk/admin/recovery"
	refusesOtherKeys(t, admin, at, map[string]string{
		read("classic.pub"): "older kind", recipient[:1900]: "incomplete", "": "not the public half", "ssh-ed25519 AAAA": "not the public half", read("recovery.txt"): "That was the secret half",
	})
	before := s.SendReport(t, "power-harassment", "own", "It came before.").CaseID
	if res := admin.PostForm(t, at, url.Values{"recipient": {recipient[:1000] + "\r\n " + recipient[1000:] + "\n"}}); res.Status != http.StatusSeeOther {
		t.Fatalf("setting it: %d\n%.2000s", res.Status, res.Body)
	}
	parsed, err := crypto.ParseRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	page := admin.Get(t, at).Body
	if print := crypto.Fingerprint(parsed); !strings.Contains(page, "<span>"+print[:4]+"</span> <span>"+print[4:8]+"</span>") {
		t.Error("the page does not show its fingerprint")
	}
	rig.Run(t, "case", "grant", "--all", "--data", s.Data, "--to", "recovery", "-i", rig.WriteFile(t, dir, "hr.txt", []byte(mine.String()+"\n")))
	if got := rig.Names(s.Keys(t, before)); got != "hr recovery" {
		t.Fatalf("the case before has keys of %s", got)
	}
	for _, key := range s.Keys(t, before) {
		if key.Email == "recovery" {
			rig.WriteFile(t, dir, "case.age", key.Sealed)
		}
	}
	sh(dir, "age -d -i recovery.txt -o case.txt case.age && grep -q AGE-SECRET-KEY-PQ-1 case.txt")

	_, ken := s.Invite(t, "ken@desk.example", "--queue", "hr")
	if out := rig.Run(t, "case", "grant", before, "--data", s.Data, "--to", "ken@desk.example", "-i", filepath.Join(dir, "recovery.txt")); !strings.Contains(out, "can open 1 case more") {
		t.Errorf("with the recovery identity: %s", out)
	}
	for _, key := range s.Keys(t, before) {
		if key.Email == "ken@desk.example" {
			if _, err := crypto.OpenCaseKey(key.Sealed, ken); err != nil {
				t.Errorf("the key that he got: %v", err)
			}
		}
	}
	if page := admin.Get(t, at+"?remove=1").Body; !strings.Contains(page, "Remove the recovery key?") {
		t.Error("the page does not ask before it is removed")
	}
	if res := admin.PostForm(t, at+"/remove", url.Values{}); res.Status != http.StatusSeeOther {
		t.Errorf("removing it: %d", res.Status)
	}
	if got := rig.Names(s.Keys(t, before)); got != "hr ken" {
		t.Errorf("after that the case has keys of %s", got)
	}
}

// refusesOtherKeys pastes what is no recipient; the page says what it is.
func refusesOtherKeys(t *testing.T, admin *rig.Desk, at string, keys map[string]string) {
	t.Helper()
	for pasted, want := range keys {
		res := admin.PostForm(t, at, url.Values{"recipient": {pasted}})
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, want) || strings.Contains(res.Body, "AGE-SECRET-KEY-PQ-1") {
			t.Errorf("%.20s: %d, want %q", pasted, res.Status, want)
		}
	}
}

// The page of a person says what goes with them, and by what name reporters can
// exclude them.
func TestPersonPage(t *testing.T) {
	t.Parallel()
	s, admin, hr := withDesk(t, "--limits", "off")
	s.SendReport(t, "power-harassment", "own", "Only one person can open this.")
	at := "/en/desk/admin/people/" + hr.ID(t)
	only := "Only this person can open some of these cases."
	if page := admin.Get(t, at+"?disable=1").Body; !strings.Contains(page, only) || !strings.Contains(page, "The keys to their cases are deleted.") {
		t.Error("the page does not say that cases would be lost")
	}
	if people := admin.Get(t, "/en/desk/admin/people").Body; !strings.Contains(people, "Nobody belongs to the independent desk yet.") {
		t.Error("the page of people does not say that nobody reads the independent queue")
	}
	s.Invite(t, "ken@desk.example", "--queue", "hr,independent")
	if people := admin.Get(t, "/en/desk/admin/people").Body; strings.Contains(people, "Nobody belongs to the independent desk yet.") {
		t.Error("somebody reads the independent queue, and the page says that nobody does")
	}
	for shown, want := range map[string]int{strings.Repeat("人", 81): 422, "Head\u202eof HR": 422, "  Head of <HR> ": 303} {
		if res := admin.PostForm(t, at+"/shown", url.Values{"shown_as": {shown}}); res.Status != want {
			t.Errorf("shown as %q: %d", shown, res.Status)
		}
	}
	if s.Count(t, `SELECT count(*) FROM handlers WHERE shown_as = 'Head of <HR>'`) != 1 {
		t.Error("what reporters are shown was not stored")
	}
	if page := admin.Get(t, at).Body; !strings.Contains(page, `value="Head of &lt;HR&gt;"`) {
		t.Error("the page does not show it")
	}
	if res := admin.PostForm(t, "/en/desk/admin/people/"+admin.ID(t)+"/shown", url.Values{"shown_as": {"Boss"}}); res.Status != http.StatusForbidden {
		t.Errorf("somebody who reads no case: %d", res.Status)
	}
	s.Exec(t, `DELETE FROM case_keys WHERE handler_id <> ?`, hr.ID(t))
	if res := admin.PostForm(t, at+"/disable", url.Values{}); res.Status != http.StatusSeeOther {
		t.Fatalf("disabling: %d", res.Status)
	}
	if got := s.Count(t, `SELECT count(*) FROM case_keys`); got != 1 {
		t.Errorf("%d keys are left of a case that nobody else can open", got)
	}
	out, err := rig.Try(t, "doctor", "--data", s.Data)
	if err == nil || strings.Count(out, "Nobody who may read the case") != 1 {
		t.Errorf("the doctor: %v\n%s", err, out)
	}
}
