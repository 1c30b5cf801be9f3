package api

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// listed is a hotline with a colleague, and so many new cases.
func listed(t *testing.T, n int) (rig.Desks, []string) {
	t.Helper()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "hana": "hr", "carla": "compliance"})
	var ids []string
	for range n {
		r := rig.NewReporter(t)
		d.Accept(t, r.Seal(t, d.Intake(t), "power-harassment", "own", "x"))
		ids = append(ids, r.CaseID)
	}
	return d, ids
}

// changeFacts changes a fact of cases from what was seen, and returns what became of each.
func changeFacts(t *testing.T, d *rig.Desk, fact, seen, now string, ids ...string) map[string]string {
	t.Helper()
	var cases []map[string]string
	for _, id := range ids {
		cases = append(cases, map[string]string{"case": id, "seen": seen, "now": now})
	}
	res := d.Post(t, "/api/desk/facts", map[string]any{"fact": fact, "cases": cases})
	if res.Status != http.StatusOK {
		t.Fatalf("%s = %d\n%s", fact, res.Status, res.Body)
	}
	var answer struct{ Cases map[string]string }
	rig.Decode(t, res, &answer)
	return answer.Cases
}

// Several cases change each by itself: where a colleague was faster, one stays as it is,
// and nothing is done twice.
func TestFactsOfSeveralCases(t *testing.T) {
	t.Parallel()
	d, ids := listed(t, 3)
	aiko, hana, carla := d.People["aiko"], d.People["hana"], d.People["carla"]
	me, she := aiko.ID(t), hana.ID(t)
	expect := func(what string, got map[string]string, want ...string) {
		t.Helper()
		for i, w := range want {
			if got[ids[i]] != w {
				t.Errorf("%s: case %d is %q, want %q", what, i+1, got[ids[i]], w)
			}
		}
	}
	expect("one is taken", changeFacts(t, hana, "assignee", "", she, ids[0]), "done")
	expect("a colleague was faster", changeFacts(t, aiko, "assignee", "", me, ids...), "conflict", "done", "done")
	expect("the same again", changeFacts(t, aiko, "assignee", "", me, ids...), "conflict", "done", "done")
	expect("somebody who may not read them", changeFacts(t, aiko, "assignee", me, carla.ID(t), ids[1]), "")
	if got := changeFacts(t, aiko, "assignee", me, carla.ID(t), ids[1])[ids[1]]; got != "no-reader" {
		t.Errorf("who may not read it: %q", got)
	}
	expect("junk", changeFacts(t, aiko, "standing", "counts", "junk", ids...), "done", "done", "done")
	expect("back", changeFacts(t, aiko, "standing", "junk", "counts", ids...), "done", "done", "done")
	expect("not for her", changeFacts(t, carla, "standing", "counts", "junk", ids...), "not-found", "not-found", "not-found")
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE what = 'case.assignee'`); n != 3 {
		t.Errorf("%d entries of who is in charge, want 3", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE what = 'case.standing'`); n != 6 {
		t.Errorf("%d entries of the standing, want 6", n)
	}
	for name, body := range map[string]any{
		"another fact":  map[string]any{"fact": "priority", "cases": []map[string]string{{"case": ids[0], "seen": "normal", "now": "high"}}},
		"no standing":   map[string]any{"fact": "standing", "cases": []map[string]string{{"case": ids[0], "seen": "counts", "now": "spam"}}},
		"no case":       map[string]any{"fact": "standing", "cases": []map[string]string{{"case": "x", "seen": "counts", "now": "junk"}}},
		"another field": map[string]any{"fact": "standing", "labels": []string{"x"}},
	} {
		if res := aiko.Post(t, "/api/desk/facts", body); res.Status != http.StatusBadRequest {
			t.Errorf("%s = %d", name, res.Status)
		}
	}
}

// A list says which cases it shows of how many, and its pages lead forwards and back.
func TestListsSayWhichCasesTheyShow(t *testing.T) {
	t.Parallel()
	d, ids := listed(t, 52)
	aiko := d.People["aiko"]
	first := aiko.Get(t, "/en/desk/cases").Body
	for _, part := range []string{"1–50 of 52", `tab=new" aria-current="page"`} {
		if !strings.Contains(first, part) {
			t.Errorf("the first page lacks %s", part)
		}
	}
	if strings.Count(first, "1–50 of 52") != 2 || strings.Contains(first, `rel="prev"`) {
		t.Error("the range does not stand at both ends, or there is a page before the first")
	}
	changeFacts(t, aiko, "assignee", "", aiko.ID(t), ids[0])
	for query, want := range map[string]string{
		"tab=new&assignee=none": "1–50 of 51", "tab=mine": "1–1 of 1", "tab=new&unread=yes": "1–50 of 52", "tab=new&kind=unconfirmed": "1–50 of 52", "tab=new&age=within&days=30": "1–50 of 52",
	} {
		if page := aiko.Get(t, "/en/desk/cases?"+query).Body; !strings.Contains(page, want) {
			t.Errorf("%s lacks %s", query, want)
		}
	}
	for _, query := range []string{"tab=new&kind=consultation", "tab=new&age=beyond&days=30"} {
		if page := aiko.Get(t, "/en/desk/cases?"+query).Body; !strings.Contains(page, "No case matches your filters.") {
			t.Errorf("%s shows cases", query)
		}
	}
	for _, days := range []string{"", "0", "-3", "ten", "99999"} {
		res := aiko.Get(t, "/ja/desk/cases?tab=new&age=within&days="+days)
		if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `id="days-error"`) || !strings.Contains(res.Body, `value="`+days+`"`) {
			t.Errorf("%q days: %d", days, res.Status)
		}
		if res := aiko.Get(t, "/ja/desk/cases/csv?tab=new&age=within&days="+days); res.Status != http.StatusBadRequest {
			t.Errorf("%q days as a table: %d", days, res.Status)
		}
	}
}

// The order that somebody chose is remembered, for them alone.
func TestTheOrderOfListsIsRemembered(t *testing.T) {
	t.Parallel()
	d, _ := listed(t, 1)
	chosen := `<option value="oldest" selected>`
	d.People["aiko"].Get(t, "/en/desk/cases?tab=new&sort=oldest")
	for _, tab := range []string{"", "?tab=new", "?tab=all"} {
		if !strings.Contains(d.People["aiko"].Get(t, "/en/desk/cases"+tab).Body, chosen) {
			t.Errorf("the order is forgotten at %q", tab)
		}
	}
	if strings.Contains(d.People["hana"].Get(t, "/en/desk/cases?tab=new").Body, chosen) {
		t.Error("it is another's order, too")
	}
}

// A list is saved as a table with all its pages and its filters, and that stands in the
// audit log.
func TestAListIsSavedAsATable(t *testing.T) {
	t.Parallel()
	d, ids := listed(t, 52)
	aiko := d.People["aiko"]
	d.Exec(t, `UPDATE handlers SET name = '=HYPERLINK("x")' WHERE id = ?`, aiko.ID(t))
	changeFacts(t, aiko, "assignee", "", aiko.ID(t), ids[0])
	rows := func(query string) [][]string {
		t.Helper()
		res := aiko.Get(t, "/en/desk/cases/csv?"+query)
		body, marked := strings.CutPrefix(res.Body, "\ufeff")
		if res.Status != http.StatusOK || !marked || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") || strings.Count(body, "\r\n") != strings.Count(body, "\n") {
			t.Fatalf("%s = %d, %q", query, res.Status, res.Header)
		}
		table, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return table[1:]
	}
	seen := map[string]bool{}
	for _, row := range rows("tab=new") {
		seen[row[0]] = true
	}
	if len(seen) != 52 {
		t.Errorf("the table has %d cases, want 52", len(seen))
	}
	mine := rows("tab=new&assignee=" + aiko.ID(t))
	if len(mine) != 1 || mine[0][0] != ids[0] || mine[0][11] != `'=HYPERLINK("x")` {
		t.Errorf("what is one's own: %q", mine)
	}
	if n := len(rows("tab=junk")); n != 0 {
		t.Errorf("%d rows of junk", n)
	}
	if n := d.Count(t, `SELECT count(*) FROM audit WHERE what = 'list.export' AND case_id = ''`); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
}

// Saved filters are what their handler's browser sealed, and nobody else's.
func TestSavedFilters(t *testing.T) {
	t.Parallel()
	d, _ := listed(t, 0)
	aiko := d.People["aiko"]
	sealed := func(size int) []byte {
		t.Helper()
		id, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		b, err := crypto.Seal(make([]byte, size), id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	save := func(version int, filters []byte) int {
		return aiko.Post(t, "/api/desk/filters", map[string]any{"version": version, "filters": filters}).Status
	}
	filters := sealed(crypto.FiltersSize)
	for name, got := range map[string][2]int{
		"open text": {save(0, []byte(`{"v":1}`)), http.StatusBadRequest}, "another size": {save(0, sealed(512)), http.StatusBadRequest},
	} {
		if got[0] != got[1] {
			t.Errorf("%s = %d", name, got[0])
		}
	}
	if first, again := save(0, filters), save(0, filters); first != http.StatusOK || again != http.StatusConflict {
		t.Errorf("saving = %d, again = %d", first, again)
	}
	var mine, hers struct {
		Version int
		Filters []byte
	}
	rig.Decode(t, aiko.Get(t, "/api/desk/filters"), &mine)
	rig.Decode(t, d.People["hana"].Get(t, "/api/desk/filters"), &hers)
	if mine.Version != 1 || string(mine.Filters) != string(filters) || hers.Version != 0 || len(hers.Filters) != 0 {
		t.Errorf("version %d, and of another %d with %d bytes", mine.Version, hers.Version, len(hers.Filters))
	}
}
