package bench

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"hotline/crypto"
	"hotline/test/rig"
)

// The benchmarks print ratios within one run, so that they mean the same on
// every machine: `make bench`.

const (
	benchReports = 3000
	benchRows    = 6000
)

// BenchmarkReports: accepted reports per second end to end over HTTP with three
// handlers in the queue, against bare durable SQLite inserts of the same bytes.
// Wanted: ratio ≥ 0.3, no errors.
func BenchmarkReports(b *testing.B) {
	for _, clients := range []int{16, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				data := filepath.Join(b.TempDir(), "data")
				for _, who := range []string{"a", "b", "c"} {
					rig.AddHandler(b, data, who+"@desk.example", "compliance")
				}
				s := rig.Start(b, data, "--limits", "off")
				reports, errs := sendReports(b, s, clients)
				if err := s.Stop(b); err != nil {
					b.Fatal(err)
				}
				size := bytesPerCase(b, filepath.Join(data, "hotline.db"))
				bare := bareInserts(b, clients, size)
				b.ReportMetric(reports, "reports/s")
				b.ReportMetric(bare, "inserts/s")
				b.ReportMetric(reports/bare, "ratio")
				b.ReportMetric(float64(size), "bytes/report")
				b.ReportMetric(float64(errs), "errors")
			}
		})
	}
}

func sendReports(b *testing.B, s *rig.Server, clients int) (perSecond float64, errs int64) {
	tokens := make(chan string, benchReports)
	for range benchReports {
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
	return benchReports / time.Since(start).Seconds(), failed.Load()
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

// bareInserts is the yardstick: rows of size random bytes, each in a durable
// transaction of its own, from as many goroutines.
func bareInserts(b *testing.B, clients, size int) (perSecond float64) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=secure_delete(1)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
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
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for next.Add(1) <= benchRows {
				if _, err := insert.Exec(crypto.NewID(), body); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return benchRows / time.Since(start).Seconds()
}

// BenchmarkUpload: a file of 1 GB through the form, against bare age encryption
// to the same recipient into a file. Wanted: ratio ≥ 0.25, peak resident
// memory ≤ 64 MB above idle.
func BenchmarkUpload(b *testing.B) {
	const size = 1 << 30
	for b.Loop() {
		s, _ := rig.WithHandlers(b, "--limits", "off", "--max-file-size", "2GB")
		token := s.FormToken(b, "/en/report")
		idle := rig.Memory(b, s.PID(), "VmRSS")
		start := time.Now()
		res := s.Post(b, "/en/report", []rig.Field{{Name: "form", Value: token}, {Name: "text", Value: "A film."}},
			rig.File{Name: "film.mp4", Type: "video/mp4", Content: io.LimitReader(&noise{}, size)})
		took := time.Since(start)
		if res.Status != http.StatusCreated {
			b.Fatalf("POST = %d\n%s", res.Status, res.Body)
		}
		peak := rig.Memory(b, s.PID(), "VmHWM")
		bare := bareAge(b, size)
		b.ReportMetric(size/took.Seconds()/1e6, "MB/s")
		b.ReportMetric(size/bare.Seconds()/1e6, "age-MB/s")
		b.ReportMetric(bare.Seconds()/took.Seconds(), "ratio")
		b.ReportMetric(float64(peak-idle)/1e6, "MB-above-idle")
		s.Kill()
	}
}

func bareAge(b *testing.B, size int64) time.Duration {
	id, err := crypto.NewIdentity()
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(filepath.Join(b.TempDir(), "bare.age"))
	if err != nil {
		b.Fatal(err)
	}
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

// BenchmarkLookup: a follow-up page over HTTP with a million cases in the
// database, against a thousand. Wanted: ratio ≤ 1.5.
func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		small, large := lookupTime(b, 1_000), lookupTime(b, 1_000_000)
		b.ReportMetric(float64(small.Microseconds()), "µs-of-1,000")
		b.ReportMetric(float64(large.Microseconds()), "µs-of-1,000,000")
		b.ReportMetric(large.Seconds()/small.Seconds(), "ratio")
	}
}

func lookupTime(b *testing.B, cases int) time.Duration {
	const tries = 1000
	data := filepath.Join(b.TempDir(), "data")
	rig.AddHandler(b, data, "a@desk.example", "compliance")
	fillCases(b, filepath.Join(data, "hotline.db"), cases)
	s := rig.Start(b, data, "--limits", "off")
	defer s.Kill()
	receipts := make([]string, 10)
	for i := range receipts {
		receipts[i] = s.Report(b, "en", []rig.Field{{Name: "text", Value: "Look me up."}})
	}
	token := s.FormToken(b, "/en/follow-up")
	var took time.Duration
	for i := range tries + 100 {
		r := s.FieldsRequest(b, "/en/follow-up", rig.Field{Name: "form", Value: token}, rig.Field{Name: "receipt", Value: receipts[i%len(receipts)]})
		start := time.Now()
		res := rig.Do(b, r)
		if i >= 100 { // the first ones warm up
			took += time.Since(start)
		}
		if res.Status != http.StatusOK {
			b.Fatalf("follow-up = %d", res.Status)
		}
	}
	return took / tries
}

// fillCases puts bare cases beside the real ones, without their sealed parts.
func fillCases(b *testing.B, file string, n int) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(OFF)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	insert, err := tx.Prepare(`INSERT INTO cases (place, id, queue, category, channel, state, outcome, received, acknowledged, decided, answered, closed,
			reopened, due, turn, priority, assignee, recipient, reporter_recipient, lookup_hash, summary, last_seq)
		VALUES (random(), $1, 'compliance', 'other', 'web', 'received', '', '2026-11-21', '', '', '', '', '', '2026-11-28', 'new', 'normal', '', '', '', $2, x'', 1)`)
	if err != nil {
		b.Fatal(err)
	}
	for range n {
		hash := make([]byte, 32)
		rand.Read(hash)
		if _, err := insert.Exec(crypto.NewID(), hash); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStart: from starting the process to the first page, idle memory and
// the size of the binary.
func BenchmarkStart(b *testing.B) {
	data := filepath.Join(b.TempDir(), "data")
	rig.AddHandler(b, data, "a@desk.example", "compliance")
	for b.Loop() {
		start := time.Now()
		s := rig.Start(b, data)
		s.Get(b, "/en/")
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms-to-first-page")
		b.ReportMetric(float64(rig.Memory(b, s.PID(), "VmRSS"))/1e6, "MB-resident")
		s.Kill()
	}
	info, err := os.Stat(rig.Binary(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
}
