package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// BenchmarkSearch: a handler opens the search page among 2,000 cases of three
// messages each, half of them with labels, in chromium. Wanted: everything is
// opened within 60 s, a query answered within 100 ms.
func BenchmarkSearch(b *testing.B) {
	rig.NeedBrowser(b)
	const cases = 2000
	for b.Loop() {
		s := rig.Start(b, filepath.Join(b.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
		handler, _ := s.Invite(b, "hr@desk.example", "--queue", "hr")
		fillSearched(b, s, cases)
		config, err := json.Marshal(map[string]any{"url": s.URL, "email": handler.Email, "password": rig.Password, "secret": handler.Secret, "cases": cases})
		if err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command(rig.Node(b), "bench-search.mjs", string(config))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		var figures struct {
			Opened, First, Slowest, Longest float64 // milliseconds
			Memory                          float64 // bytes
			Processor                       float64 // seconds
		}
		if err := json.Unmarshal(out, &figures); err != nil {
			b.Fatalf("%v in %s", err, out)
		}
		b.ReportMetric(figures.Opened/1000, "s-until-2000-cases-are-opened")
		b.ReportMetric(figures.Processor, "s-of-processor-until-then") // on two of them: half of that
		b.ReportMetric(figures.First/1000, "s-until-the-first")
		b.ReportMetric(figures.Slowest, "ms-of-the-slowest-query")
		b.ReportMetric(figures.Longest, "ms-the-page-stands-still")
		b.ReportMetric(figures.Memory/1e6, "MB-of-JavaScript")
		s.Kill()
	}
}

// fillSearched sends reports as browsers do, and puts two more messages and some
// labels beside each.
func fillSearched(b *testing.B, s *rig.Server, cases int) {
	reporters := make([]*rig.Reporter, cases)
	var wg sync.WaitGroup
	next := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range next {
				in, r := s.Intake(b), rig.NewReporter(b)
				text := strings.Repeat(fmt.Sprintf("第%d工場で残業代が支払われていません。", i%97), 12) + fmt.Sprintf(" needle-%d", i)
				if res := s.PostJSON(b, "/api/reports", r.Seal(b, in, "working-hours-wages", "own", text)); res.Status != http.StatusCreated {
					b.Errorf("report %d = %d", i, res.Status)
				}
				reporters[i] = r
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wg.Wait()
	addMessages(b, s, reporters)
}

func addMessages(b *testing.B, s *rig.Server, reporters []*rig.Reporter) {
	tx, err := s.DB(b).Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(query string, args ...any) {
		if _, err := tx.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	for i, r := range reporters {
		for seq := 2; seq <= 3; seq++ {
			sealed := r.SealMessage(b, seq, "reporter", "2026-11-21", strings.Repeat("先月の末、組立課で見ました。", 10))
			exec(`INSERT INTO messages (place, case_id, seq, sender, kind, on_day, at, handler_id, sealed) VALUES (random(), ?, ?, 'reporter', '', '2026-11-21', 0, '', ?)`, r.CaseID, seq, sealed)
		}
		exec(`UPDATE cases SET last_seq = 3 WHERE id = ?`, r.CaseID)
		if i%2 == 0 {
			plain := fmt.Sprintf(`{"v":1,"case":%q,"labels":["Line %d","残業"]}`, r.CaseID, i%5)
			sealed, err := crypto.Seal([]byte(plain+strings.Repeat(" ", 512-len(plain))), r.Case.Recipient())
			if err != nil {
				b.Fatal(err)
			}
			exec(`INSERT INTO case_labels (place, case_id, version, sealed) VALUES (random(), ?, 1, ?)`, r.CaseID, sealed)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
