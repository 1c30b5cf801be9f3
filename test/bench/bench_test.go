package bench

import (
	"cmp"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"hotline/crypto"
	"hotline/test/rig"
)

// What is compared runs in turns within one run, and the median counts, so that
// a figure means the same on every machine and a busy moment spoils one turn
// alone. test/bench/table makes README's table of the metrics.

const turns = 5

// median of some figures, of which there is an odd number.
func median[T cmp.Ordered](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

const (
	turnReports = 600 // sent in a turn
	turnRows    = 1200
)

// BenchmarkReports: accepted reports per second end to end over HTTP with three
// handlers in the queue, against bare durable SQLite inserts of the same bytes.
// Wanted: ratio ≥ 0.3, no errors.
func BenchmarkReports(b *testing.B) {
	for _, clients := range []int{16, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				compareReports(b, clients)
			}
		})
	}
}

func compareReports(b *testing.B, clients int) {
	data := filepath.Join(b.TempDir(), "data")
	for _, who := range []string{"a", "b", "c"} {
		rig.AddHandler(b, data, who+"@desk.example", "compliance")
	}
	s := rig.Start(b, data, "--limits", "off")
	sendReports(b, s, clients, clients) // opens the connections
	size := bytesPerCase(b, filepath.Join(data, "hotline.db"))
	insert := bareInsert(b, size)
	var reports, bare, ratios []float64
	var errs int64
	for range turns {
		perSecond, failed := sendReports(b, s, clients, turnReports)
		yardstick := bareInserts(b, clients, insert)
		reports, bare, ratios = append(reports, perSecond), append(bare, yardstick), append(ratios, perSecond/yardstick)
		errs += failed
	}
	if err := s.Stop(b); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(median(reports), "reports/s")
	b.ReportMetric(median(bare), "inserts/s")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(float64(size), "bytes/report")
	b.ReportMetric(float64(errs), "errors")
}

func sendReports(b *testing.B, s *rig.Server, clients, reports int) (perSecond float64, errs int64) {
	tokens := make(chan string, reports)
	for range reports {
		tokens <- s.FormToken(b, "/ja/report")
	}
	close(tokens)
	text := strings.Repeat("残業代が支払われていません。", 20)
	var failed atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for token := range tokens {
				r := s.FieldsRequest(b, "/ja/report", rig.Field{Name: "form", Value: token},
					rig.Field{Name: "category", Value: "bribery"}, rig.Field{Name: "text", Value: text})
				if res, err := rig.Send(r); err != nil || res.Status != http.StatusCreated {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return float64(reports) / time.Since(start).Seconds(), failed.Load()
}

// bytesPerCase is what one report takes in the database, without indexes.
func bytesPerCase(b *testing.B, file string) (n int) {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRow(`SELECT ((SELECT sum(length(recipient)+length(reporter_recipient)+length(summary)+150) FROM cases)
		+ (SELECT sum(length(sealed)+100) FROM case_keys) + (SELECT sum(length(sealed)+50) FROM messages)) / (SELECT count(*) FROM cases)`).Scan(&n)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// bareInsert is the yardstick: it puts size random bytes into a table with
// nothing else, in a durable transaction of its own.
func bareInsert(b *testing.B, size int) func() error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=secure_delete(1)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE bare (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID`); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare(`INSERT INTO bare VALUES ($1, $2)`)
	if err != nil {
		b.Fatal(err)
	}
	body := make([]byte, size)
	rand.Read(body)
	return func() error {
		_, err := insert.Exec(crypto.NewID(), body)
		return err
	}
}

func bareInserts(b *testing.B, clients int, insert func() error) (perSecond float64) {
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for next.Add(1) <= turnRows {
				if err := insert(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return turnRows / time.Since(start).Seconds()
}

// BenchmarkUpload: a file of 1 GB through the form, against bare age encryption
// to the same recipient into a file. Wanted: ratio ≥ 0.25, and at most 64 MB of
// resident memory (VmHWM, the most that the process ever had) above what it had
// after its first page.
func BenchmarkUpload(b *testing.B) {
	const size, turns = 1 << 30, 3
	for b.Loop() {
		s, _ := rig.WithHandlers(b, "--limits", "off", "--max-file-size", "2GB")
		var ours, bare, ratios []float64
		token := s.FormToken(b, "/en/report")
		idle := rig.Memory(b, s.PID(), "VmRSS")
		for range turns {
			start := time.Now()
			res := s.Post(b, "/en/report", []rig.Field{{Name: "form", Value: token}, {Name: "text", Value: "A film."}},
				rig.File{Name: "film.mp4", Type: "video/mp4", Content: io.LimitReader(&noise{}, size)})
			took := time.Since(start)
			if res.Status != http.StatusCreated {
				b.Fatalf("POST = %d\n%s", res.Status, res.Body)
			}
			yardstick := bareAge(b, size)
			ours, bare = append(ours, size/took.Seconds()/1e6), append(bare, size/yardstick.Seconds()/1e6)
			ratios = append(ratios, yardstick.Seconds()/took.Seconds())
			token = s.FormToken(b, "/en/report")
		}
		b.ReportMetric(median(ours), "MB/s")
		b.ReportMetric(median(bare), "age-MB/s")
		b.ReportMetric(median(ratios), "ratio")
		b.ReportMetric(float64(rig.Memory(b, s.PID(), "VmHWM")-idle)/1e6, "MB-above-idle")
		s.Kill()
	}
}

func bareAge(b *testing.B, size int64) time.Duration {
	id, err := crypto.NewIdentity()
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.CreateTemp(b.TempDir(), "bare.age")
	if err != nil {
		b.Fatal(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	start := time.Now()
	w, err := crypto.SealWriter(f, id.Recipient())
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(w, io.LimitReader(&noise{}, size)); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// noise is cheap data that no filter mistakes for a picture.
type noise struct{ n byte }

func (r *noise) Read(p []byte) (int, error) {
	for i := 0; i < len(p); i += 4096 {
		r.n++
		p[i] = r.n
	}
	return len(p), nil
}

// BenchmarkFollowUp: a follow-up page over HTTP with a million cases in the
// database, against a thousand. Wanted: ratio ≤ 1.5.
func BenchmarkFollowUp(b *testing.B) {
	const turns = 21
	for b.Loop() {
		among := map[int]func() time.Duration{1_000: followUps(b, 1_000), 1_000_000: followUps(b, 1_000_000)}
		var small, large []time.Duration
		var ratios []float64
		for range turns {
			s, l := among[1_000](), among[1_000_000]()
			small, large, ratios = append(small, s), append(large, l), append(ratios, l.Seconds()/s.Seconds())
		}
		b.ReportMetric(float64(median(small).Microseconds()), "µs-of-1,000")
		b.ReportMetric(float64(median(large).Microseconds()), "µs-of-1,000,000")
		b.ReportMetric(median(ratios), "ratio")
	}
}

// followUps starts a server among whose cases are ten with receipts. What it
// returns asks for their pages, and says how long one took.
func followUps(b *testing.B, cases int) func() time.Duration {
	const asked = 50
	data := filepath.Join(b.TempDir(), "data")
	rig.AddHandler(b, data, "a@desk.example", "compliance")
	fillCases(b, filepath.Join(data, "hotline.db"), cases)
	s := rig.Start(b, data, "--limits", "off")
	receipts := make([]string, 10)
	for i := range receipts {
		receipts[i] = s.Report(b, "en", []rig.Field{{Name: "text", Value: "Look me up."}})
	}
	token := s.FormToken(b, "/en/follow-up")
	ask := func() (took time.Duration) {
		for i := range asked {
			r := s.FieldsRequest(b, "/en/follow-up", rig.Field{Name: "form", Value: token}, rig.Field{Name: "receipt", Value: receipts[i%len(receipts)]})
			start := time.Now()
			res := rig.Do(b, r)
			took += time.Since(start)
			if res.Status != http.StatusOK {
				b.Fatalf("follow-up = %d", res.Status)
			}
		}
		return took / asked
	}
	ask() // warms up
	return ask
}

// fillCases puts bare cases beside the real ones, without their sealed parts.
func fillCases(b *testing.B, file string, n int) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(OFF)&_pragma=cache_size(-500000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1)
		INSERT INTO cases (place, id, queue, category, channel, state, outcome, received, acknowledged, decided, answered, closed,
			reopened, due, turn, priority, assignee, recipient, reporter_recipient, lookup_hash, summary, last_seq)
		SELECT random(), lower(hex(randomblob(16))), 'compliance', 'other', 'web', 'received', '', '2026-11-21', '', '', '', '', '', '2026-11-28', 'new', 'normal', '',
			'', '', randomblob(32), x'', 1 FROM n`, n)
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStart: from starting the process to the first page, the resident
// memory (VmRSS, which counts the pages of the binary itself) a second after it,
// and the size of the binary.
func BenchmarkStart(b *testing.B) {
	data := filepath.Join(b.TempDir(), "data")
	rig.AddHandler(b, data, "a@desk.example", "compliance")
	for b.Loop() {
		var took []time.Duration
		var idle []int64
		for range turns {
			start := time.Now()
			s := rig.Start(b, data)
			s.Get(b, "/en/")
			took = append(took, time.Since(start))
			time.Sleep(time.Second)
			idle = append(idle, rig.Memory(b, s.PID(), "VmRSS"))
			s.Kill()
		}
		b.ReportMetric(float64(median(took).Milliseconds()), "ms-to-first-page")
		b.ReportMetric(float64(median(idle))/1e6, "MB-resident")
	}
	info, err := os.Stat(rig.Binary(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
}
