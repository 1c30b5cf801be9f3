package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
	"hotline/test/rig"
)

// groupServer is a hotline of a group: a company in Brazil with a site that has people of
// its own and one that has not, and one in Mexico; a desk for customers.
func groupServer(t *testing.T) *rig.Server {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	for _, line := range []string{
		"entity add --code br --name en=Brazil --people 900", "entity add --code br-sul --parent br --name en=South --people 120", "entity add --code br-loja --parent br --name en=Shop --people 6",
		"entity add --code mx --name en=Mexico --people 80", "queue add --code customers --name en=Customers --choosable",
	} {
		rig.Run(t, append(strings.Fields(line), "--data", data)...)
	}
	return rig.Start(t, data, "--limits", "off")
}

// Who reads what: reports about every entity, and every way in which somebody at the
// desk can meet their cases.
func TestGroupIsReadWhereItConcerns(t *testing.T) {
	t.Parallel()
	s := groupServer(t)
	people := map[string]*rig.Desk{}
	for name, work := range map[string]string{
		"hana": "--queue hr", "carla": "--queue compliance --queue customers", "bruna": "--queue hr --entity br", "sofia": "--queue hr --entity br-sul", "mia": "--queue hr --queue compliance --entity mx",
	} {
		people[name], _ = s.Invite(t, name+"@desk.example", strings.Fields(work)...)
	}
	type report struct{ entity, category, subject, desk string }
	for _, c := range []struct {
		report
		about, branch, reader string
	}{
		{report{"", "power-harassment", "own", ""}, "", "hr", "hana"},
		{report{"br", "power-harassment", "own", ""}, "br", "hr@br", "bruna"},
		{report{"br-sul", "power-harassment", "own", ""}, "br-sul", "hr@br-sul", "sofia"},
		{report{"br-loja", "power-harassment", "own", ""}, "br", "hr@br", "bruna"},
		{report{"mx", "power-harassment", "own", ""}, "mx", "hr@mx", "mia"},
		{report{"nowhere", "power-harassment", "own", ""}, "", "hr", "hana"},
		{report{"br", "bribery", "", ""}, "br", "compliance", "carla"},
		{report{"mx", "bribery", "", ""}, "mx", "compliance@mx", "mia"},
		{report{"br", "bribery", "own", "customers"}, "br", "customers", "carla"},
	} {
		id := sealedAt(t, s, c.entity, c.category, c.subject, c.desk, c.about, c.branch)
		for name, d := range people {
			wantMeets(t, d, fmt.Sprintf("%s and %+v", name, c.report), id, casework.Branch(c.branch).Queue(), name == c.reader)
		}
	}
}

// sealedAt sends a report about an entity as a browser does, and returns its case.
func sealedAt(t *testing.T, s *rig.Server, entity, category, subject, desk, about, branch string) string {
	t.Helper()
	in := s.IntakeAt(t, entity)
	r := rig.NewReporter(t)
	queue := casework.QueueFor(in.Rules, casework.Answers{Category: category, Subject: subject, Desk: desk})
	keys, sealedTo := r.Keys(t, in, string(queue))
	body := r.Seal(t, in, category, subject, "text").With("branch", in.Branches[string(queue)], "keys", keys, "sealed_to", sealedTo)
	if in.Entity != about || body["branch"] != branch {
		t.Errorf("about %q: stored under %q and read by %s, want %q and %s", entity, in.Entity, body["branch"], about, branch)
	}
	if res := s.PostJSON(t, "/api/reports", body); res.Status != http.StatusCreated || !strings.Contains(res.Body, `"branch":"`+branch+`"`) {
		t.Fatalf("POST /api/reports about %q = %d\n%s", entity, res.Status, res.Body)
	}
	return r.CaseID
}

// wantMeets looks for a case in every place of the desk.
func wantMeets(t *testing.T, d *rig.Desk, what, id string, queue casework.Queue, meets bool) {
	t.Helper()
	status := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[meets]
	for _, path := range []string{"/api/desk/cases/" + id, "/en/desk/cases/" + id} {
		if res := d.Get(t, path); res.Status != status {
			t.Errorf("%s: GET %s = %d, want %d", what, path, res.Status, status)
		}
	}
	d.Server.Exec(t, `UPDATE sessions SET confirmed = ?`, time.Now().Unix()) // however slow this machine is
	if res := d.PostForm(t, "/en/desk/cases/"+id+"/export", url.Values{}); res.Status != status {
		t.Errorf("%s: the sealed export = %d, want %d", what, res.Status, status)
	}
	for _, path := range []string{"/en/desk/cases?tab=all", "/en/desk/cases?tab=new", "/en/desk/cases?tab=all&queue=" + string(queue)} {
		if res := d.Get(t, path); strings.Contains(res.Body, id) != meets {
			t.Errorf("%s: GET %s shows it: %v, want %v", what, path, !meets, meets)
		}
	}
	for path, body := range map[string]any{"/api/desk/search": map[string]any{"after": ""}, "/api/desk/summaries": map[string]any{"cases": []string{id}}} {
		if res := d.Post(t, path, body); strings.Contains(res.Body, id) != meets {
			t.Errorf("%s: POST %s finds it: %v, want %v", what, path, !meets, meets)
		}
	}
}

// A report that is sealed to who reads elsewhere, or names an entity that does not
// stand in the clear, is sealed anew.
func TestSealedForAnotherEntity(t *testing.T) {
	t.Parallel()
	s := groupServer(t)
	rig.AddHandler(t, s.Data, "hana@desk.example", "hr")
	s.Invite(t, "bruna@desk.example", "--queue", "hr", "--entity", "br")
	root, br := s.Intake(t), s.IntakeAt(t, "br")
	if len(root.Handlers) != 1 || len(br.Handlers) != 1 || root.Queues["hr"][0] == br.Queues["hr"][0] {
		t.Fatalf("%v and %v read", root.Queues, br.Queues)
	}
	for name, change := range map[string][]any{
		"the branch of the head office": {"branch", "hr"}, "a branch that there is not": {"branch", "hr@mx"}, "another entity": {"entity", "mx"}, "one that is too small": {"entity", "br-loja"},
		"one that there is not": {"entity", "xx"}, "another queue": {"branch", "customers"},
	} {
		r := rig.NewReporter(t)
		body := r.Seal(t, br, "power-harassment", "own", "x").With(change...)
		if res := s.PostJSON(t, "/api/reports", body); res.Status != http.StatusConflict || !strings.Contains(res.Body, `"stale"`) {
			t.Errorf("%s: %d\n%s", name, res.Status, res.Body)
		}
	}
	for name, change := range map[string][]any{"an entity": {"entity", "../x"}, "a branch": {"branch", "hr@"}, "a branch of two": {"branch", "hr@br@mx"}} {
		r := rig.NewReporter(t)
		if res := s.PostJSON(t, "/api/reports", r.Seal(t, br, "power-harassment", "own", "x").With(change...)); res.Status != http.StatusBadRequest {
			t.Errorf("%s that nothing of ours sends: %d\n%s", name, res.Status, res.Body)
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases are stored", n)
	}
}

// Forty companies and two hundred handlers: what a browser is told of one of them
// stays short, and names nobody who reads elsewhere.
func TestIntakeOfALargeGroup(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(s.Data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	readers := map[string][]string{}
	add := func(entity string, queue casework.Queue, n int) {
		identity, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		h := store.Handler{ID: crypto.NewID(), Name: "Handler", Email: fmt.Sprintf("%s-%s-%d@desk.example", entity, queue, n), Roles: []string{store.RoleHandler},
			Branches: []casework.Branch{casework.BranchOf(queue, entity)}, Recipient: identity.Recipient().String(), ShownAs: fmt.Sprintf("Head of %s %d in %s", queue, n, entity)}
		if _, err := st.AddHandler(ctx, h); err != nil {
			t.Fatal(err)
		}
		readers[entity] = append(readers[entity], h.ID)
	}
	for i := range 40 {
		code := fmt.Sprintf("company-%d", i)
		e := casework.Entity{Code: code, Name: "Company number " + code, Names: casework.Translations{"ja": "株式会社 " + code, "zh": "有限公司 " + code}, People: 500}
		if err := st.PutEntity(ctx, "", e, nil); err != nil {
			t.Fatal(err)
		}
		for n := range 5 {
			add(code, []casework.Queue{casework.HR, casework.Compliance}[n%2], n)
		}
	}
	for _, q := range casework.Queues {
		add("", q, 0)
	}
	for i := range 40 {
		code := fmt.Sprintf("company-%d", i)
		r, err := http.NewRequest("GET", s.URL+"/api/intake", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Hotline-Entity", code)
		res := rig.Do(t, r)
		if limit := 30 << 10; len(res.Body) > limit {
			t.Errorf("%s: %d bytes, more than %d", code, len(res.Body), limit)
		}
		in := s.IntakeAt(t, code)
		want := append(slices.Clone(readers[code]), readers[""][1], readers[""][3]) // procurement and the independent queue
		if len(in.Handlers) != len(want) || slices.ContainsFunc(want, func(id string) bool { return in.Handlers[id] == "" }) {
			t.Errorf("%s: %d people are named, want %d", code, len(in.Handlers), len(want))
		}
	}
}

// Other answers under a form that procurement has read already make a report of their
// own: in the case procurement would read what accuses it.
func TestRepeatedFormDoesNotReachBuyers(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	token := s.FormToken(t, "/en/report")
	fields := func(subject, category, text string) []rig.Field {
		return rig.WithForm(token, rig.Field{Name: "subject", Value: subject}, rig.Field{Name: "category", Value: category}, rig.Field{Name: "text", Value: text})
	}
	first := s.Post(t, "/en/report", fields("supplier", "environment", "The river is green."))
	receipt := rig.Receipt(t, first.Body)
	if twice := s.Post(t, "/en/report", fields("supplier", "environment", "The river is green.")); rig.Receipt(t, twice.Body) != receipt {
		t.Error("a doubled sending has another receipt")
	}
	again := s.Post(t, "/en/report", fields("own", "bribery", "Your buyer takes money."))
	if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "Your buyer takes money.") {
		t.Fatalf("the same form with other answers = %d", again.Status)
	}
	token = rig.Token(t, again.Body)
	second := s.Post(t, "/en/report", fields("own", "bribery", "Your buyer takes money."))
	if second.Status != http.StatusCreated || rig.Receipt(t, second.Body) == receipt {
		t.Fatalf("sent once more = %d", second.Status)
	}
	if c := s.Case(t, receipt, handlers["procurement"]); len(c.Messages) != 1 {
		t.Errorf("procurement reads %+v", c.Messages)
	}
	if c := s.Case(t, rig.Receipt(t, second.Body), handlers["compliance"]); c.Queue != "compliance" || len(c.Messages) != 1 {
		t.Errorf("%s reads %+v", c.Queue, c.Messages)
	}
	// A case that a handler has passed on to procurement since goes on under its form.
	token = s.FormToken(t, "/en/report")
	first = s.Post(t, "/en/report", fields("own", "environment", "The yard is oily."))
	receipt = rig.Receipt(t, first.Body)
	s.Exec(t, `UPDATE cases SET branch = 'procurement' WHERE id = $1`, s.CaseID(t, receipt))
	for _, text := range []string{"The yard is oily.", "The yard is oily, and the drain is near."} {
		if res := s.Post(t, "/en/report", fields("own", "environment", text)); res.Status != http.StatusCreated || rig.Receipt(t, res.Body) != receipt {
			t.Errorf("%q under the same form = %d", text, res.Status)
		}
	}
}

// Without scripts the plain form says where somebody of a company can be excluded, and
// the form of that company offers them.
func TestWhoCanBeExcludedAtACompany(t *testing.T) {
	t.Parallel()
	s := groupServer(t)
	s.Invite(t, "hana@desk.example", "--queue", "hr", "--queue", "compliance")
	s.Invite(t, "bruna@desk.example", "--queue", "hr", "--entity", "br")
	s.Exec(t, `UPDATE handlers SET shown_as = 'Head of HR in Brazil' WHERE email = 'bruna@desk.example'`)
	for path, want := range map[string]struct{ offered, told bool }{"/en/report": {false, true}, "/en/at/br/report": {true, false}, "/en/at/br-sul/report": {true, false}, "/en/at/mx/report": {false, false}} {
		page := document(t, s.Get(t, path).Body)
		if got := strings.Contains(page.Find("#exclusions").Text(), "Head of HR in Brazil"); got != want.offered {
			t.Errorf("%s offers them: %v", path, got)
		}
		if got := page.Find("noscript").Length() > 0; got != want.told {
			t.Errorf("%s says where: %v", path, got)
		}
	}
}
