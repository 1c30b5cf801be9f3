package api

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hotline/store"
	"hotline/test/rig"
)

// acts are the rows of a page of the log, their cells separated by bars.
func acts(t *testing.T, page string) (rows []string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find(".audit tbody tr").Each(func(_ int, tr *goquery.Selection) {
		var cells []string
		tr.Find("td").Each(func(_ int, td *goquery.Selection) { cells = append(cells, strings.TrimSpace(td.Text())) })
		rows = append(rows, strings.Join(cells, " | "))
	})
	return rows
}

func has(rows []string, words string) bool {
	return regexp.MustCompile(words).MatchString(strings.Join(rows, "\n"))
}

// table are the rows of the CSV without its first line.
func table(t *testing.T, res rig.Response) [][]string {
	t.Helper()
	body, marked := strings.CutPrefix(res.Body, "\ufeff")
	if res.Status != http.StatusOK || !marked || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") ||
		!strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv; charset=utf-8") || strings.Count(body, "\r\n") != strings.Count(body, "\n") {
		t.Fatalf("the table: %d %v\n%.200q", res.Status, res.Header, res.Body)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("the table does not read: %v\n%s", err, body)
	}
	return rows[1:]
}

// An auditor sees who did what to which case, chosen as they like, and no more.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--time-zone", "Asia/Tokyo")
	s.Setup(t)
	hr, _ := s.Invite(t, "hr@desk.example", "--queue", "hr")
	both, _ := s.Invite(t, "both@desk.example", "--role", "handler", "--role", "auditor", "--queue", "hr")
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor", "--name", `=HYPERLINK("https://evil.example","x")`)
	id := s.SendReport(t, "power-harassment", "own", "Text that nobody writes into a log.").CaseID
	other := s.SendReport(t, "power-harassment", "own", "Another one.").CaseID
	for _, c := range []string{id, other} {
		if res := hr.Post(t, "/api/desk/cases/"+c+"/read", map[string]any{"seq": 1}); res.Status != http.StatusOK {
			t.Fatalf("reading: %d", res.Status)
		}
	}

	t.Run("who, what, and which case", func(t *testing.T) {
		page := auditor.Get(t, "/en/desk/audit").Body
		rows := acts(t, page)
		if !has(rows, `hr@desk.example \| Read the caseup to message 1 \|  \| `+id[:8]) || !has(rows, `Command line on the server \| Made a link to enrol`) {
			t.Errorf("the log: %s", strings.Join(rows, "\n"))
		}
		if strings.Contains(page, "/desk/cases/") || strings.Contains(page, "nobody writes") {
			t.Error("the page leads to a case, or says what it holds")
		}
		if !strings.Contains(page, "rows were verified just now") || !strings.Contains(page, "UTC&#43;09:00") {
			t.Error("the page does not say that the log is whole, or in which zone its times are")
		}
	})
	t.Run("chosen", func(t *testing.T) { chosenRows(t, auditor, hr.ID(t), id) })
	t.Run("the table", func(t *testing.T) { noFormulas(t, auditor) })
	t.Run("excluded", func(t *testing.T) { excludedSeesNothing(t, s, both, auditor, id, other) })
}

func chosenRows(t *testing.T, auditor *rig.Desk, hr, id string) {
	for query, want := range map[string]int{
		"case=" + id: 1, "case=+" + strings.ToUpper(id[:8]): 1, "what=case.read": 2, "who=" + hr + "&what=case.read": 2,
		"who=command-line&what=case.read": 0, "who=command-line&what=person.invited": 3, "what=case.read&to=2020-01-01": 0, "what=case.read&from=2020-01-01": 2, "what=case.read&from=2020-01-01&to=2020-01-01": 0,
	} {
		if got := len(acts(t, auditor.Get(t, "/en/desk/audit?"+query).Body)); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
		if got := len(table(t, auditor.Get(t, "/en/desk/audit/csv?"+query))); got != want {
			t.Errorf("%s: %d rows of the table, want %d", query, got, want)
		}
	}
	for _, query := range []string{"case=xyz", "case=%25", "from=tomorrow", "to=2026-13-01", "from=2026-11-02&to=2026-11-01", "case=" + strings.Repeat("a", 33)} {
		if res := auditor.Get(t, "/ja/desk/audit?"+query); res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, `id="errors"`) {
			t.Errorf("%s: %d", query, res.Status)
		}
		if res := auditor.Get(t, "/en/desk/audit/csv?"+query); res.Status != http.StatusBadRequest {
			t.Errorf("%s as a table: %d", query, res.Status)
		}
	}
	if page := auditor.Get(t, "/pt/desk/audit?what=case.name").Body; !strings.Contains(page, "Nada corresponde") {
		t.Error("nothing is found, and the page does not say so")
	}
}

func noFormulas(t *testing.T, auditor *rig.Desk) {
	rows := table(t, auditor.Get(t, "/en/desk/audit/csv"))
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	formula := 0
	for _, row := range rows {
		if strings.HasPrefix(row[2], "=") || strings.HasPrefix(row[7], "=") || !hash.MatchString(row[8]) || !strings.HasSuffix(row[1], "+09:00") {
			t.Errorf("a row: %q", row)
		}
		if strings.HasPrefix(row[2], "'=HYPERLINK") {
			formula++
		}
	}
	if formula == 0 {
		t.Error("the name that is a formula is nowhere")
	}
}

func excludedSeesNothing(t *testing.T, s *rig.Server, both, auditor *rig.Desk, id, other string) {
	seen := func() bool {
		page, csv := both.Get(t, "/en/desk/audit").Body, both.Get(t, "/en/desk/audit/csv").Body
		named := both.Get(t, "/en/desk/audit?case="+id)
		return has(acts(t, page), id[:8]) || strings.Contains(csv, id) || len(acts(t, named.Body)) > 0
	}
	if !seen() {
		t.Fatal("nothing is seen before the exclusion: this test sees nothing")
	}
	s.Exec(t, `INSERT INTO exclusions (handler_id, case_id, kind, at, by_id) VALUES (?, ?, 'excluded', 1, '')`, both.ID(t), id)
	if seen() || !has(acts(t, both.Get(t, "/en/desk/audit").Body), other[:8]) {
		t.Error("an auditor sees what was done to a case that they are excluded from, or nothing at all")
	}
	if !has(acts(t, auditor.Get(t, "/en/desk/audit").Body), id[:8]) {
		t.Error("another auditor does not see it any more")
	}
}

// A log of several pages is shown, and sent, as a whole.
func TestAuditLogOfManyPages(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	st, err := store.Open(context.Background(), filepath.Join(s.Data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for range 1050 { // the table is sent in parts of 500
		if err := st.Audit(context.Background(), store.AuditEntry{What: store.AuditTOTP}); err != nil {
			t.Fatal(err)
		}
	}
	next, seen := "/en/desk/audit?what="+url.QueryEscape(store.AuditTOTP), 0
	older := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	for pages := 0; next != "" && pages < 20; pages++ {
		page := auditor.Get(t, strings.ReplaceAll(next, "&amp;", "&")).Body
		seen += len(acts(t, page))
		next = ""
		if found := older.FindStringSubmatch(page); found != nil {
			next = found[1]
		}
	}
	if seen != 1050 {
		t.Errorf("the pages show %d rows", seen)
	}
	rows := table(t, auditor.Get(t, "/en/desk/audit/csv?what="+store.AuditTOTP))
	if len(rows) != 1050 {
		t.Errorf("the table has %d rows", len(rows))
	}
	for i := 1; i < len(rows); i++ {
		if rows[i][0] >= rows[i-1][0] && len(rows[i][0]) >= len(rows[i-1][0]) {
			t.Fatalf("row %s stands after row %s", rows[i][0], rows[i-1][0])
		}
	}
}

// The page names the first row that is not what was written.
func TestAuditPageNamesTheBrokenRow(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	s.Exec(t, `DROP TRIGGER audit_keeps`)
	s.Exec(t, `UPDATE audit SET subject = 'somebody else' WHERE n = 2`)
	page := auditor.Get(t, "/en/desk/audit?verify=1").Body
	if !strings.Contains(page, `role="alert"`) || !strings.Contains(page, "row 2 is the first that is not as it was written") {
		t.Errorf("the page: %.3000s", page)
	}
}

// A long log is verified when somebody asks: it is read as a whole.
func TestLongAuditLogIsVerifiedOnDemand(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	s.Setup(t)
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	s.Exec(t, `UPDATE audit_head SET n = 5000`) // as if it were long: verifying it finds that it is not
	page := auditor.Get(t, "/en/desk/audit?what=person.invited").Body
	if !strings.Contains(page, "The log has 5,000\u00a0rows.") || !strings.Contains(page, `href="/en/desk/audit?what=person.invited&amp;verify=1#chain"`) || strings.Contains(page, "verified just now") {
		t.Errorf("a long log: %.3000s", page)
	}
	if page := auditor.Get(t, "/en/desk/audit?what=person.invited&verify=1").Body; !strings.Contains(page, "is the first that is not as it was written") {
		t.Errorf("once it is verified: %.3000s", page)
	}
}
