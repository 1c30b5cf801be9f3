package attack

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"hotline/test/rig"
)

// What a process in trouble leaves behind would hold what people wrote: so no
// core dump, no profiler, and nothing of the memory for other processes.
func TestProcessLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	ops := rig.FreeAddr(t)
	s, _ := rig.WithHandlers(t, "--ops-listen", ops)
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).Match(limits) {
		t.Errorf("core dumps are not off:\n%s", limits)
	}
	for _, base := range []string{"http://" + ops, s.URL} {
		for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/debug/requests", "/metrics/..", "/.git/config", "/hotline.db", "/static/../hotline.db", "/files/", "/backup"} {
			res, err := http.Get(base + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode < 400 && !strings.HasPrefix(path, "/metrics") {
				t.Errorf("%s%s = %d", base, path, res.StatusCode)
			}
		}
	}
	for _, path := range []string{"/metrics", "/livez", "/readyz"} {
		if res := s.Get(t, path); res.Status != http.StatusNotFound {
			t.Errorf("the public pages show %s", path)
		}
	}
}

// The ops listener counts the machine, not people: no figure moves with what
// reporters do.
func TestMetricsDoNotCountVisits(t *testing.T) {
	t.Parallel()
	ops := rig.FreeAddr(t)
	s, _ := rig.WithHandlers(t, "--ops-listen", ops, "--limits", "off")
	s.Report(t, "ja", rig.Typed())
	res, err := http.Get("http://" + ops + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body strings.Builder
	if err := res.Write(&body); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body.String(), "go_goroutines") {
		t.Fatalf("no metrics:\n%.500s", body.String())
	}
	for _, name := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(body.String(), -1) {
		failing := name[1] == "hotline_notices_failing" // how many cannot be told, not of how much
		if !strings.HasPrefix(name[1], "go_") && !strings.HasPrefix(name[1], "process_") && !failing {
			t.Errorf("metric %s", name[1])
		}
	}
}

// Neither the rows, in the order in which they lie, nor their ids tell in which
// order reports came in.
func TestRowsDoNotTellTheOrder(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	const reports = 60
	came := map[string]float64{} // by case id: its number
	for i := range reports {
		receipt := s.Report(t, rig.Languages[i%5], []rig.Field{{Name: "text", Value: fmt.Sprint("report ", i)}}, rig.TextFile("a.txt", 10))
		came[s.CaseID(t, receipt)] = float64(i)
	}
	for _, query := range []string{
		"SELECT id FROM cases", "SELECT id FROM cases ORDER BY rowid", "SELECT id FROM cases ORDER BY id", "SELECT id FROM cases ORDER BY lookup_hash", "SELECT case_id FROM messages ORDER BY rowid",
		"SELECT case_id FROM case_keys ORDER BY rowid", "SELECT case_id FROM files", "SELECT case_id FROM files ORDER BY id", "SELECT case_id FROM form_uses", "SELECT id FROM cases ORDER BY recipient",
	} {
		if r := correlation(t, s, query, came); math.Abs(r) > 0.6 { // by chance once in a million
			t.Errorf("%s: the order agrees with that of arrival, r = %.2f", query, r)
		}
	}
	for _, table := range []string{"cases", "messages", "case_keys", "files", "form_uses"} {
		if n := s.Count(t, `SELECT count(*) FROM pragma_table_info($1) WHERE name IN ('created', 'updated', 'time', 'timestamp', 'ip', 'address', 'agent')`, table); n != 0 {
			t.Errorf("%s has %d columns that tell times or people", table, n)
		}
	}
	if n := s.Count(t, `SELECT count(*) FROM sqlite_sequence WHERE name <> 'goose_db_version'`); n != 0 {
		t.Error("a table of reports counts its rows up")
	}
}

// correlation of the order in which a query lists cases with that of arrival.
func correlation(t *testing.T, s *rig.Server, query string, came map[string]float64) float64 {
	t.Helper()
	db := s.DB(t)
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var n, x, y, xx, yy, xy float64
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		a, b := n, came[id]
		n, x, y, xx, yy, xy = n+1, x+a, y+b, xx+a*a, yy+b*b, xy+a*b
	}
	if err := rows.Err(); err != nil || n < float64(len(came)) {
		t.Fatalf("%s: %v rows, %v", query, n, err)
	}
	return (n*xy - x*y) / math.Sqrt((n*xx-x*x)*(n*yy-y*y))
}
